"""Placing entries that were opened: what each says is kept, in its order, and takes effect.

    acts  ->  foreign or not, depth  ->  rows, named bodies  ->  effects on the register
    receipts  ->  what their author has seen from there on, whose times they change

Source: protocol rules 12 to 20.
Floor: node.
"""

from collections.abc import Mapping
from dataclasses import replace

from comity.acts import record
from comity.acts.causality import EMPTY, Cut
from comity.acts.order import Placed
from comity.acts.record import Act, Receipt, Unread
from comity.joint.exchange import acts as exchange_acts
from comity.joint.exchange import fold
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED, Log, UnderstoodAct
from comity.node.base.trust import Trust
from comity.node.exchange import (
    act_ids,
    act_quota,
    append,
    blob_access,
    blobs,
    destroyed_blobs,
    disputes,
    ended_log,
    generation,
    large_blobs,
    logs,
    receipts,
    refold,
    refold_queue,
    register,
    suspects,
    void,
)
from comity.node.exchange.prefetch import Entry
from comity.node.exchange.seal import Keyed, Unreadable


def seen_by(tx: Tx, log: Log, index: int) -> Cut:
    """Return what the next entry of a log has seen of the others, before an index."""
    receipt = tx.receipt_before(log.origin, index)
    return receipt.seen_after if receipt else EMPTY


class Batch:
    """One batch of one log, placed within a write transaction."""

    def __init__(self, node: Node, tx: Tx, before: Trust, log: Log) -> None:
        self._node = node
        self._tx = tx
        self._before = before
        self._log = log
        self._cut = seen_by(tx, log, log.understood)
        most = ended_log.left(tx, log)
        self._left = log.size if most is None else most
        self._is_unfolded = refold_queue.is_waiting(tx, log.channel)
        self._touched: dict[record.Matter, None] = {}
        self._known: dict[record.Matter, list[Placed]] = {}

    def place(self, entries: list[Entry]) -> int:
        """Keep what each entry says, in order; return how many were done."""
        acts: list[tuple[int, Act, str]] = []
        for entry in entries:
            opened = entry.opened
            if isinstance(opened, Keyed):
                continue
            if isinstance(opened, Unreadable):
                unread = Unread(entry.index, entry.leaf.hex())
                void.keep(self._node, self._tx, self._log, unread)
            elif isinstance(opened.record, Act):
                acts.append((entry.index, opened.record, opened.origin))
            else:
                self._place_acts(acts)
                acts = []
                self._place_receipt(entry.index, opened.record, opened.origin)
        self._place_acts(acts)
        return len(entries)

    def _place_acts(self, acts: list[tuple[int, Act, str]]) -> None:
        earlier = self._earlier(acts)
        rows = self._rows(acts, earlier or {})
        if self._log.state == LOG_ENDED:
            self._come_before(rows)
        if self._is_unfolded:
            rows = append.with_depths_alone(self._node.rooms, self._tx, self._before, rows)
        else:
            rows, known = append.with_depths(
                self._node.rooms, self._tx, self._before, rows, earlier
            )
            self._known |= known
        trust.touch_register(self._tx, rows)
        self._tx.save_acts(rows)
        bodies = [b for row in rows for b in append.named_bodies(self._node, self._tx, row)]
        self._tx.save_named_bodies(bodies)
        blob_access.note_named(self._tx, bodies)
        # Its audience may have grown, by which what others named before counts now.
        blobs.note_held(self._node, self._tx, [body.sha256 for body in bodies if body.held])
        if self._log.own:
            large_blobs.note(self._tx, bodies)
            destroyed_blobs.of_acts(self._node.rooms, self._tx, rows)
        for row in rows:
            self._take_effect(row)
        if self._log.state == LOG_ENDED:
            self._deepen()

    def _earlier(self, acts: list[tuple[int, Act, str]]) -> append.Earlier | None:
        """Return the acts of the matters of some acts; None where they are not all read, or move.

        Acts of later generations may give way to those of a log that has ended.
        """
        if self._is_unfolded or self._log.state == LOG_ENDED:
            return None
        matters = {act.matter for _, act, _ in acts if act.matter.kind in self._node.rooms}
        return self._tx.acts_of_each(self._log.channel, matters)

    def _rows(
        self, acts: list[tuple[int, Act, str]], earlier: append.Earlier
    ) -> list[UnderstoodAct]:
        log, used = self._log, set[str]()
        counted = act_quota.Counted(self._node.rooms, self._tx, log, earlier)
        rows: list[UnderstoodAct] = []
        for index, act, origin in acts:
            said = append.Said(log, act, {**self._cut, log.origin: index})
            is_many = counted.is_beyond_register(act.matter, index)
            reason = append.foreign_reason(self._node, self._tx, self._before, origin, said)
            if not reason and act.id in used:
                reason = fold.FOREIGN_ID
            if index >= self._left:
                if log.own and not reason:
                    generation.say_again(self._tx, log, index, act)
                reason = fold.FOREIGN_DISOWNED
            if not reason and (is_many or counted.is_beyond(act.matter, index)):
                reason = fold.FOREIGN_MANY
            used |= set() if reason == fold.FOREIGN_DISOWNED else {act.id}
            rows.append(
                UnderstoodAct(
                    log.origin, index, log.party, log.generation, act, self._cut, 0, reason
                )
            )
        return rows

    def _take_effect(self, row: UnderstoodAct) -> None:
        if row.foreign:
            act_quota.tell(self._node, row)
            return
        self._touched[row.act.matter] = None
        if not exchange_acts.is_of(row.act, self._before.name):
            return
        register.apply(self._node, self._tx, self._before, row)
        ended_log.apply(self._tx, self._before, row)
        generation.take_back(self._tx, self._before, row)

    def _come_before(self, rows: list[UnderstoodAct]) -> None:
        """Let acts of later generations give way that used the ids of these."""
        for row in rows:
            for matter in act_ids.give_way(self._node.rooms, self._tx, self._before, row):
                self._touched[matter] = None
                self._known.pop(matter, None)

    def _deepen(self) -> None:
        """Give depths anew where acts of a log came after those of its successor."""
        for matter in self._touched:
            rows = self._tx.acts_of(self._log.channel, matter)
            last = max((r.generation for r in rows if r.party == self._log.party), default=0)
            if last > self._log.generation:
                if act_quota.settle(
                    self._node.rooms, self._tx, self._before, matter, self._log.party
                ):
                    rows = self._tx.acts_of(self._log.channel, matter)
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
            self._touched |= refold.covered(self._tx, receipt.of, since, receipt.size)

    def _foreign_receipt(self, index: int, receipt: Receipt, origin: str) -> str:
        of = self._tx.log(receipt.of)
        if index >= self._left:
            return fold.FOREIGN_DISOWNED
        if origin != self._log.origin:
            return fold.FOREIGN_ORIGIN
        if of is None or of.channel != self._log.channel or of.party == self._log.party:
            return fold.FOREIGN_ROOT
        size = ended_log.counted(self._tx, of, receipt.size)
        if size == receipt.size and (
            size > of.size or receipt.root != logs.root_at(self._tx, receipt.of, size)
        ):
            if not of.own:  # somebody holds another history of it, or lies: look there
                suspects.note(self._tx, of.channel, self._log.party)
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
        if self._is_unfolded:
            return
        self._touched |= covered
        channel = trust.load(self._tx, self._log.channel)
        now_ms = self._node.clock.now_ms()
        refold.refold(self._node.rooms, self._tx, channel, self._touched, now_ms, self._known)
