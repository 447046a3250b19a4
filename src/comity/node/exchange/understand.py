"""Understanding what is kept: open, parse, place, fold; then the receipts that are owed.

A fault here never loses what keeping has stored: a round is one transaction, and what is
not done yet is told by `understood < signed`.

    read a batch  ->  open it (no transaction)  ->  place, fold, receipt (one transaction)

A batch ends at a register act, since what follows may be judged by it.

Source: protocol rules 12 to 20.
Floor: node.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from comity.acts import record
from comity.acts.order import Placed
from comity.acts.record import ACT_KIND, Act, Receipt, Unread
from comity.acts.seen import EMPTY, Cut
from comity.joint.exchange import acts as exchange_acts
from comity.joint.exchange import fold
from comity.node.context import Node
from comity.node.exchange import (
    adopt,
    anew,
    append,
    closed,
    contested,
    convict,
    disputes,
    ended,
    generation,
    gone,
    large,
    logs,
    receipts,
    refold,
    register,
    seal,
    trust,
)
from comity.node.exchange.seal import Opened, Unreadable
from comity.node.exchange.trust import Trust
from comity.node.ports import Tx
from comity.node.rows import LOG_ENDED, LOG_FROZEN, LOG_OPEN, Log, UnderstoodAct
from comity.tlog import tree

BATCH: Final = 128
HELD_BACK: Final = "exchange.act.held-back"

_READABLE: Final = (LOG_OPEN, LOG_FROZEN, LOG_ENDED)


@dataclass(frozen=True, slots=True)
class _Entry:
    index: int
    raw: bytes
    opened: Opened | Unreadable
    closed: str = ""
    """SHA-256 of a needed small blob that does not open."""


def understand(node: Node, channel: str, advance: Callable[[int], None] = lambda _: None) -> int:
    """Understand everything that is kept in a channel; return how many entries were done.

    Args:
        node: ours.
        channel: its path.
        advance: called with the number of entries of each batch.

    Raises:
        Fault: `store.*`; a fault of a single entry is a receipt's matter.
    """
    done = 0
    progress = True
    while progress:
        progress = False
        anew.drop_if_owed(node, channel)
        with node.store.read() as tx:
            waiting = [log.origin for log in tx.logs(channel) if _is_waiting(tx, log)]
            if waiting and adopt.is_outgrown(node, tx, channel):
                return done
        for origin in waiting:
            count = _understand_batch(node, channel, origin)
            done += count
            advance(count)
            progress = progress or count > 0
    if channel in node.session.owed:
        _write_owed(node, channel)
    return done


def _write_owed(node: Node, channel: str) -> None:
    """Write the receipts that a body which came has made owed."""
    node.session.owed.discard(channel)  # before looking: what comes meanwhile is owed anew
    try:
        tried = closed.try_untried(node, channel)
        with node.store.write() as tx:
            closed.keep_tried(node, tx, tried)
            loaded = trust.load(tx, channel)
            matters = receipts.write_owed(node, tx, loaded)
            refold.refold(tx, loaded, matters, node.clock.now_ms())
    except BaseException:
        node.session.owed.add(channel)
        raise


def _is_waiting(tx: Tx, log: Log) -> bool:
    return log.state in _READABLE and log.understood < _end(tx, log)


def _end(tx: Tx, log: Log) -> int:
    """Up to where a log may be understood: what is cosigned, or what a generation leaves of it."""
    if log.own:
        return log.size
    return max(log.signed, min(log.size, ended.left(tx, log) or 0))


def _understand_batch(node: Node, channel: str, origin: str) -> int:
    with node.store.read() as tx:
        before = trust.load(tx, channel)
        log = logs.require_log(tx, origin)
        entries = _open_batch(node, tx, before, log)
    if not entries:
        return 0
    node.step("understand.opened")
    with node.store.write() as tx:
        if logs.require_log(tx, origin).understood != log.understood:
            return 0
        batch = _Batch(node, tx, before, log)
        done = batch.place(entries)
        batch.finish(log.understood + done)
        batch.refold(receipts.write_owed(node, tx, trust.load(tx, channel)))
    node.step("understand.folded")
    node.wake(channel)
    return done


def _open_batch(node: Node, tx: Tx, before: Trust, log: Log) -> list[_Entry]:
    """Open entries one by one while all that they have seen is held."""
    end = min(_end(tx, log), log.understood + BATCH)
    cut = _seen_by(tx, log, log.understood)
    held = trust.held_cut(before.logs)
    opened: list[_Entry] = []
    numbers: tuple[int, ...] | None = None
    for index, raw in enumerate(tx.entries(log.origin, log.understood, end), log.understood):
        if numbers is None or raw[:1] != bytes((ACT_KIND,)):
            numbers = seal.cards_in_force(before, {**cut, log.origin: index})
        entry = _entry(tx, log, index, raw, seal.open_entry(node, before, numbers, raw))
        receipt = _receipt_in(entry)
        if receipt is not None and not _is_held(tx, log, held, entry.opened):
            if not opened:
                node.session.held_back.add(before.channel)
                node.alarms.raise_alarm(HELD_BACK, f"{log.origin} at {index} waits for others.")
            return opened
        if _lacks_documents(node, tx, log, entry):
            node.alarms.raise_alarm(HELD_BACK, f"{log.origin} at {index} waits for its document.")
            return opened
        opened.append(entry)
        if receipt is not None:
            # The cut moves: what follows may be sealed to newer cards.
            return opened
        if _is_register(entry):
            return opened
    return opened


def _entry(tx: Tx, log: Log, index: int, raw: bytes, opened: Opened | Unreadable) -> _Entry:
    is_act = isinstance(opened, Opened) and isinstance(opened.record, Act)
    if log.own or not is_act:
        return _Entry(index, raw, opened)
    assert isinstance(opened, Opened)
    assert isinstance(opened.record, Act)
    return _Entry(index, raw, opened, closed.first_small(tx, opened.record))


def _seen_by(tx: Tx, log: Log, index: int) -> Cut:
    receipt = tx.receipt_before(log.origin, index)
    return receipt.seen_after if receipt else EMPTY


def _receipt_in(entry: _Entry) -> Receipt | None:
    if isinstance(entry.opened, Opened) and isinstance(entry.opened.record, Receipt):
        return entry.opened.record
    return None


def _lacks_documents(node: Node, tx: Tx, log: Log, entry: _Entry) -> bool:
    if not isinstance(entry.opened, Opened) or not isinstance(entry.opened.record, Act):
        return False
    return register.lacks_documents(node, tx, log.origin, entry.index, entry.opened.record)


def _is_register(entry: _Entry) -> bool:
    if not isinstance(entry.opened, Opened) or not isinstance(entry.opened.record, Act):
        return False
    return entry.opened.record.matter.kind == exchange_acts.CHANNEL_KIND


def _is_held(tx: Tx, log: Log, held: Mapping[str, int], opened: Opened | Unreadable) -> bool:
    """Whether what a receipt covers is understood here, or nothing is to be waited for.

    A receipt that is foreign whatever comes is nobody's wait: so a lie stops no log but the
    one that it stands in, and a convicted log none at all.
    """
    assert isinstance(opened, Opened)
    assert isinstance(opened.record, Receipt)
    receipt = opened.record
    of = tx.log(receipt.of)
    if of is None:
        return opened.origin != log.origin or not generation.is_to_come(tx, log, receipt.of)
    if opened.origin != log.origin or of.origin == log.origin:
        return True
    size = ended.counted(tx, of, receipt.size)
    if receipt.of not in held or size <= held[receipt.of]:
        return True
    if size > (of.signed if of.own and of.state != LOG_ENDED else of.size):
        return convict.is_convicted(tx, of)
    return size == receipt.size and receipt.root != logs.root_at(tx, of.origin, size)


class _Batch:
    """One batch of one log, placed within a write transaction."""

    def __init__(self, node: Node, tx: Tx, before: Trust, log: Log) -> None:
        self._node = node
        self._tx = tx
        self._before = before
        self._log = log
        self._cut = _seen_by(tx, log, log.understood)
        most = ended.left(tx, log)
        self._left = log.size if most is None else most
        self._touched: dict[record.Matter, None] = {}
        self._known: dict[record.Matter, list[Placed]] = {}

    def place(self, entries: list[_Entry]) -> int:
        """Keep what each entry says, in order; return how many were done."""
        acts: list[tuple[int, Act, str]] = []
        for entry in entries:
            opened = entry.opened
            if isinstance(opened, Unreadable):
                self._keep_unread(entry, opened.code)
            elif isinstance(opened.record, Act):
                acts.append((entry.index, opened.record, opened.origin))
                if entry.closed:
                    closed.note(self._node, self._tx, self._log.origin, entry.index, entry.closed)
            else:
                self._place_acts(acts)
                acts = []
                self._place_receipt(entry.index, opened.record, opened.origin)
        self._place_acts(acts)
        return len(entries)

    def _keep_unread(self, entry: _Entry, code: str) -> None:
        unread = Unread(entry.index, tree.leaf_hash(entry.raw).hex(), code)
        receipts.keep_unread(self._tx, self._log.origin, unread)

    def _place_acts(self, acts: list[tuple[int, Act, str]]) -> None:
        rows, known = append.with_depths(self._tx, self._before, self._rows(acts))
        self._known |= known
        trust.touch_register(self._tx, rows)
        self._tx.save_acts(rows)
        bodies = [b for row in rows for b in append.named_bodies(self._node, self._tx, row)]
        self._tx.save_named_bodies(bodies)
        if self._log.own:
            large.note(self._tx, bodies)
            gone.of_acts(self._tx, rows)
        else:
            closed.note_untried(self._node, self._tx, self._log, bodies)
        for row in rows:
            self._take_effect(row)
        if self._log.state == LOG_ENDED:
            self._deepen()

    def _rows(self, acts: list[tuple[int, Act, str]]) -> list[UnderstoodAct]:
        log, used = self._log, set[str]()
        rows: list[UnderstoodAct] = []
        for index, act, origin in acts:
            said = append.Said(log, act, {**self._cut, log.origin: index})
            reason = append.foreign_reason(self._node, self._tx, self._before, origin, said)
            if not reason and act.id in used:
                reason = fold.FOREIGN_ID
            if index >= self._left:
                if log.own and not reason:
                    generation.say_again(self._tx, log, index, act)
                reason = fold.FOREIGN_DISOWNED
            used |= set() if reason == fold.FOREIGN_DISOWNED else {act.id}
            rows.append(
                UnderstoodAct(
                    log.origin, index, log.party, log.generation, act, self._cut, 0, reason
                )
            )
        return rows

    def _take_effect(self, row: UnderstoodAct) -> None:
        if row.foreign:
            return
        self._touched[row.act.matter] = None
        register.apply(self._node, self._tx, self._before, row)
        ended.apply(self._tx, self._before, row)
        generation.take_back(self._tx, self._before, row)
        inserted = contested.apply(self._node, self._tx, self._before, row)
        self._touched.update(inserted)
        for matter in inserted:
            self._known.pop(matter, None)  # it has acts that were not there before

    def _deepen(self) -> None:
        """Give depths anew where acts of a log came after those of its successor."""
        for matter in self._touched:
            rows = self._tx.acts_of(self._log.channel, matter)
            last = max((r.generation for r in rows if r.party == self._log.party), default=0)
            if last > self._log.generation:
                self._tx.save_acts(refold.with_new_depths(self._before, rows))
                self._known.pop(matter, None)

    def _place_receipt(self, index: int, receipt: Receipt, origin: str) -> None:
        reason = self._foreign_receipt(index, receipt, origin)
        last = self._tx.newest_receipt(self._log.origin, receipt.of)
        row = receipts.understood_receipt(self._tx, self._log, index, receipt, reason)
        self._tx.save_receipts([row])
        disputes.note(self._tx, row)
        self._cut = row.seen_after
        if not reason:
            since = last.receipt.size if last else 0
            self._touched |= refold.covered(self._tx, self._before, receipt.of, since, receipt.size)
            contested.note_rejections(self._node, self._tx, self._log, receipt)
            for at in closed.note_told(self._node, self._tx, self._log.party, receipt):
                self._touched |= refold.covered(self._tx, self._before, receipt.of, at, at + 1)

    def _foreign_receipt(self, index: int, receipt: Receipt, origin: str) -> str:
        of = self._tx.log(receipt.of)
        if origin != self._log.origin:
            return fold.FOREIGN_ORIGIN
        if index >= self._left:
            return fold.FOREIGN_DISOWNED
        if of is None or of.channel != self._log.channel or of.origin == self._log.origin:
            return fold.FOREIGN_ROOT
        size = ended.counted(self._tx, of, receipt.size)
        if size == receipt.size and (
            size > of.size or receipt.root != logs.root_at(self._tx, receipt.of, size)
        ):
            if not of.own:  # somebody holds another history of it, or lies: look there
                self._node.session.doubted.add((of.channel, self._log.party))
            return fold.FOREIGN_ROOT
        if size > of.understood:
            return fold.FOREIGN_ROOT  # of a convicted log, and never signed for here
        last = self._tx.newest_receipt(self._log.origin, receipt.of)
        return fold.FOREIGN_ROOT if last and last.receipt.size > receipt.size else ""

    def finish(self, understood: int) -> None:
        """Move the mark of what is understood."""
        log = logs.require_log(self._tx, self._log.origin)
        self._tx.save_log(replace(log, understood=understood))

    def refold(self, covered: Mapping[record.Matter, None]) -> None:
        """Fold every matter that was touched or that a receipt now covers, once."""
        self._touched |= covered
        channel = trust.load(self._tx, self._log.channel)
        now_ms = self._node.clock.now_ms()
        refold.refold(self._tx, channel, self._touched, now_ms, self._known)
