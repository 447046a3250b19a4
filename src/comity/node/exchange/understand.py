"""Understanding what is kept: open, parse, place, fold; then the receipts that are owed.

A fault here never loses what keeping has stored: a round is one transaction, and what is
not done yet is told by `understood < signed`.

    read a batch  ->  open it (no transaction)  ->  place, fold, receipt (one transaction)

A batch ends at a register act, since what follows may be judged by it.  A few entries that
came alone are understood in the transaction that keeps them (`at_once`).  What is understood
anew is placed alone, and folded when nothing waits (see `refold_queue`); who is alone with the
store may have more of it in one transaction, and hands beside this process (`Haste`).

Source: protocol rules 12 to 20.
Floor: node.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from comity.acts.record import Receipt
from comity.joint.exchange import acts as exchange_acts
from comity.kernel import limits
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED, LOG_FROZEN, LOG_OPEN, Log
from comity.node.base.trust import Trust
from comity.node.exchange import (
    adopt,
    convict,
    ended_log,
    generation,
    hold_alarm,
    logs,
    owed_receipts,
    prefetch,
    read_limit,
    receipts,
    refold,
    refold_queue,
    register,
    reset,
    seal,
)
from comity.node.exchange.place import Batch
from comity.node.exchange.prefetch import Ahead, Entry, Opener
from comity.node.exchange.seal import Found, Opened, Unreadable

BATCH: Final = 128

AT_ONCE_ACTS_MAX: Final = 128
"""Of the matters that are folded in the transaction which keeps an act: see `at_once`."""

_READABLE: Final = (LOG_OPEN, LOG_FROZEN, LOG_ENDED)


type Advance = Callable[[int], None]


@dataclass(slots=True)
class HeldBack:
    """Channels whose mirrors are asked.

    Attributes:
        held_back: channels where an act waits for what it has seen and is not held here, or for a
            head by the keys in force; others' mirrors are asked.
    """

    held_back: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Haste:
    """How who is alone with the store understands much, or all of it.

    Attributes:
        opens: who opens entries ahead, if anybody does.
        folds: who folds matters beside this process, likewise.
        told: called with the matters of each page that was folded.
        entries: of one transaction, about; more than one batch.
        matters: of one transaction.
    """

    opens: prefetch.Open | None = None
    folds: refold_queue.Fold | None = None
    told: Advance = lambda _: None
    entries: int = 16 * BATCH
    matters: int = 256


def understand(
    node: Node,
    channel: str,
    advance: Advance = lambda _: None,
    haste: Haste | None = None,
    entries_max: int = 0,
) -> int:
    """Understand everything that is kept in a channel; return how many entries were done.

    Args:
        node: ours.
        channel: its path.
        advance: called with the number of entries of each batch.
        haste: given by who is alone with the store.
        entries_max: after so many, about, the rest waits; 0 for all.

    Raises:
        Fault: `store.*`; a fault of a single entry is a receipt's matter.
    """
    done, is_owed = _place_all(node, channel, advance, haste, entries_max)
    if is_owed and haste:
        refold_queue.fold_all(node, channel, haste.folds, haste.matters, haste.told)
    elif is_owed:
        refold_queue.fold_all(node, channel)
    if channel in node.session.of(owed_receipts.Owed).owed:
        _write_owed(node, channel)
    return done


def at_once(node: Node, tx: Tx, log: Log) -> Callable[[], None] | None:
    """Understand what was just kept of a log in the same transaction, if nothing else waits.

    Nor where it costs more than what came: a matter of many acts is folded in the node's own
    round, for which no sender waits.

    Args:
        node: ours.
        tx: the write that kept it.
        log: as it stands after that.

    Returns:
        What folds it, to be called before the commit: receipts do not wait for that.  None where
        nothing was understood: it waits for `understand`.

    Raises:
        Fault: as `understand`; then nothing of this transaction may be committed.
    """
    channel = log.channel
    before = trust.load(tx, channel)
    if _waiting(node, tx, before) != [log.origin]:
        return None
    if reset.is_owed(tx, channel) or refold_queue.is_owed(tx, channel):
        return None
    if adopt.is_outgrown(node, tx, channel):
        return None
    entries = _open_batch(node, tx, before, log)
    if not entries or not _folds_little(node, tx, before, log, entries):
        return None
    return _placed(node, tx, before, log, entries)[1]


def _folds_little(node: Node, tx: Tx, channel: Trust, log: Log, entries: list[Entry]) -> bool:
    """Whether the matters that entries touch have few acts: all of them are read for a fold."""
    matters = dict.fromkeys(entry.act.matter for entry in entries if entry.act)
    for receipt in (entry.receipt for entry in entries if entry.receipt):
        last = tx.newest_receipt(log.origin, receipt.of)
        since = last.receipt.size if last else 0
        if receipt.size - since > AT_ONCE_ACTS_MAX:
            return False
        matters |= refold.covered(tx, receipt.of, since, receipt.size)
    return refold.acts_count(node.rooms, tx, channel, matters) <= AT_ONCE_ACTS_MAX


def _place_all(
    node: Node, channel: str, advance: Advance, haste: Haste | None, entries_max: int
) -> tuple[int, bool]:
    """Place what waits; return how much, and whether matters are to be folded now."""
    opened = Ahead(haste.opens, BATCH) if haste and haste.opens else None
    done = 0
    while not entries_max or done < entries_max:
        with node.store.read() as tx:  # one snapshot tells all: after each act a round looks
            is_anew = reset.is_owed(tx, channel)
            loaded = trust.load(tx, channel)
            waiting = _waiting(node, tx, loaded)
            is_outgrown = bool(waiting) and adopt.is_outgrown(node, tx, channel)
            is_owed, is_unfolded = (
                refold_queue.is_owed(tx, channel),
                refold_queue.is_waiting(tx, channel),
            )
        if is_anew:
            reset.drop_owed(node, channel)
            continue
        if not waiting and not any(
            log.origin in node.session.of(hold_alarm.Waits).waits for log in loaded.logs
        ):
            node.session.of(HeldBack).held_back.discard(channel)  # what waited came from its author
        count = 0
        if is_outgrown or not waiting:
            pass
        elif haste and is_unfolded:
            count = _understand_many(node, channel, opened, haste.entries)
            advance(count)
        else:
            for origin in waiting:
                placed = _understand_batch(node, channel, origin)
                advance(placed)
                count += placed
        done += count
        if not count:
            return done, is_owed
    return done, False  # matters wait until nothing else does


def _write_owed(node: Node, channel: str) -> None:
    """Write the receipts that a body which came has made owed."""
    node.session.of(owed_receipts.Owed).owed.discard(
        channel
    )  # before looking: what comes meanwhile is owed anew
    try:
        with node.store.write() as tx:
            loaded = trust.load(tx, channel)
            matters = receipts.write_owed(node, tx, loaded)
            if not refold_queue.is_waiting(tx, channel):
                refold.refold(node.rooms, tx, loaded, matters, node.clock.now_ms())
    except BaseException:
        node.session.of(owed_receipts.Owed).owed.add(channel)
        raise


def _waiting(node: Node, tx: Tx, channel: Trust) -> list[str]:
    """Return the logs of which entries wait."""
    return [log.origin for log in channel.logs if _is_waiting(node, tx, channel, log)]


def _is_waiting(node: Node, tx: Tx, channel: Trust, log: Log) -> bool:
    if log.understood == log.size:
        hold_alarm.goes_on(node, log.origin)  # what waited was cut
    if log.state not in _READABLE:
        return False
    end = read_limit.end(node, tx, channel, log)
    if log.understood == end < log.signed:
        _hold_back(node, tx, log, end, "a head by the keys in force", hold_alarm.OLD_KEYS)
    return log.understood < end


def _understand_batch(node: Node, channel: str, origin: str) -> int:
    with node.store.read() as tx:
        version = register_records.version(tx)
        before = trust.load(tx, channel)
        log = logs.require_log(tx, origin)
        entries = _open_batch(node, tx, before, log)
    if not entries:
        return 0
    node.step("understand.opened")
    with node.store.write() as tx:
        # Another thread may have begun anew, or cut what a receipt here covers: it would be
        # foreign for ever.
        is_same = register_records.version(tx) == version
        if not is_same or logs.require_log(tx, origin).understood != log.understood:
            return 0
        done = _place_batch(node, tx, before, log, entries)
    node.step("understand.folded")
    node.wake(channel)
    return done


def _understand_many(node: Node, channel: str, opened: Ahead | None, count_max: int) -> int:
    """Understand batches of all logs in turn, in one transaction; nothing is folded."""
    done = 0
    if opened:
        _wait_for_hands(node, channel, opened)
    with node.store.write() as tx:
        progress = True
        while progress and done < count_max:
            progress = False
            for origin in _waiting(node, tx, trust.load(tx, channel)):
                before = trust.load(tx, channel)
                log = logs.require_log(tx, origin)
                entries = _open_batch(node, tx, before, log, opened)
                if entries:
                    done += _place_batch(node, tx, before, log, entries)
                    progress = True
                    if _is_to_stop(node, tx, channel):
                        return done
    node.step("understand.folded")
    return done


def _wait_for_hands(node: Node, channel: str, opened: Ahead) -> None:
    """Wait outside the transaction that others wait for: hands may be slow, or only start."""
    with node.store.read() as tx:
        before = trust.load(tx, channel)
        waiting = [logs.require_log(tx, origin) for origin in _waiting(node, tx, before)]
    for log in waiting:
        opened.wait(log)


def _is_to_stop(node: Node, tx: Tx, channel: str) -> bool:
    """Whether what was just understood forbids to go on, or asks to begin anew."""
    is_anew = tx.record(ended_log.ANEW, channel) is not None
    return is_anew or adopt.is_outgrown(node, tx, channel)


def _place_batch(node: Node, tx: Tx, before: Trust, log: Log, entries: list[Entry]) -> int:
    done, fold = _placed(node, tx, before, log, entries)
    fold()
    return done


def _placed(
    node: Node, tx: Tx, before: Trust, log: Log, entries: list[Entry]
) -> tuple[int, Callable[[], None]]:
    """Place entries and write the receipts that are owed; return how many, and what folds them."""
    batch = Batch(node, tx, before, log)
    done = batch.place(entries)
    batch.finish(log.understood + done)
    if done:
        hold_alarm.goes_on(node, log.origin)
    covered = receipts.write_owed(node, tx, trust.load(tx, before.channel))
    return done, lambda: batch.refold(covered)


def _open_batch(
    node: Node, tx: Tx, before: Trust, log: Log, source: Ahead | None = None
) -> list[Entry]:
    """Open entries one by one while all that they have seen is held."""
    end = min(read_limit.end(node, tx, before, log), log.understood + BATCH)
    held = trust.held_cut(before.logs)
    opened: list[Entry] = []
    opener = Opener(node, tx, before, log)
    found = source.entries(opener, end) if source else opener.entries(end)
    for entry in found:
        if _is_stopped(node, tx, log, held, entry, is_first=not opened):
            return opened
        opened.append(entry)
        if entry.receipt is not None:
            return opened
        if entry.act and entry.act.matter.kind == exchange_acts.CHANNEL_KIND:
            return opened
    return opened


def _is_stopped(
    node: Node, tx: Tx, log: Log, held: Mapping[str, int], entry: Entry, *, is_first: bool
) -> bool:
    """Whether an entry waits for something; what for is told where it is the next to be read."""
    receipt, act = entry.receipt, entry.act
    if entry.waits:
        if is_first:
            _wait_for(node, tx, log, entry)
        return True
    if receipt is not None and not _is_held(tx, log, held, entry.opened):
        if is_first:
            why = f"{receipt.size} entries of {receipt.of}"
            _hold_back(node, tx, log, entry.index, why, hold_alarm.HELD_BACK)
        return True
    if act and register.lacks_documents(node, tx, log.origin, entry.index, act):
        hold_alarm.tell(node, log, entry.index, "its document")
        return True
    if act and register.waits_for_keys(tx, log.origin, act):
        hold_alarm.tell(node, log, entry.index, "an act in live that shows these keys")
        return True
    return False


def _wait_for(node: Node, tx: Tx, log: Log, entry: Entry) -> None:
    """Note what an entry waits for: a key of ours that is lost, or texts, which are asked for."""
    assert isinstance(entry.opened, Unreadable)
    if entry.opened.state == seal.LACKS:
        texts = dict.fromkeys(entry.opened.lacks, limits.ROW_BLOB_BYTES_MAX)
        register.want(node, log.origin, entry.index, texts)
        _hold_back(node, tx, log, entry.index, "a key text", hold_alarm.HELD_BACK)
    elif not refold_queue.is_waiting(tx, log.channel):
        hold_alarm.tell(node, log, entry.index, *hold_alarm.LOCKED)


def _hold_back(node: Node, tx: Tx, log: Log, index: int, why: str, code: str) -> None:
    """Note that a log waits; while all is read anew each does, and it means nothing."""
    if not refold_queue.is_waiting(tx, log.channel):
        node.session.of(HeldBack).held_back.add(log.channel)
        hold_alarm.tell(node, log, index, why, code)


def _is_held(tx: Tx, log: Log, held: Mapping[str, int], opened: Found) -> bool:
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
    if opened.origin != log.origin or of.party == log.party:
        return True
    size = ended_log.counted(tx, of, receipt.size)
    if receipt.of not in held or size <= held[receipt.of]:
        return True
    if size > (of.signed if of.own and of.state != LOG_ENDED else of.size):
        return convict.is_convicted(tx, of)
    return size == receipt.size and receipt.root != logs.root_at(tx, of.origin, size)
