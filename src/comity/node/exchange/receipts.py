"""Writing the receipts that are owed: what of another log is held, and from when.

A receipt is owed while an act is cosigned and not receipted, or a missing body has come.
Receipts never make one owed.  What is owed is derived from the logs, so a crash loses
nothing (protocol rule 16).

Floor: node.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from comity.acts import causality
from comity.acts.causality import EMPTY, Cut
from comity.acts.record import ACT_KIND, LIST_LENGTH_MAX, UNREAD_MAX, Matter, Receipt
from comity.joint.arrangement.arrangement import GENERATION_FIRST
from comity.joint.exchange import times
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_FROZEN, LOG_OPEN, Log, UnderstoodReceipt
from comity.node.base.trust import Trust
from comity.node.exchange import disputes, ended_log, logs, owed_receipts, refold, sealer, void
from comity.node.exchange.sealer import Sealer

MISSING_MAX: Final = LIST_LENGTH_MAX
MISSING_PAGE: Final = 4 * MISSING_MAX
"""Missing bodies that are looked at for one receipt; those that may follow are among them."""


@dataclass(slots=True)
class Looked:
    """What was looked at for receipts.

    Attributes:
        actless: `{origin: (since, until, last)}` of entries that were looked at and are no acts,
            and the last of them.
    """

    actless: dict[str, tuple[int, int, bytes]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Owed:
    of: Log
    receipt: Receipt


def write_owed(node: Node, tx: Tx, channel: Trust) -> dict[Matter, None]:
    """Append the receipts that are owed in a channel; return the matters that they cover anew.

    Runs in the transaction that understood the entries, so that the state and the receipt
    for it are durable together; the caller refolds in it.
    """
    own = logs.own_log(tx, channel.channel)
    if own.state == LOG_FROZEN:
        # who thaws it may be another process
        node.session.of(owed_receipts.Owed).owed.add(channel.channel)
    if own.state != LOG_OPEN or own.understood != own.size:
        return {}
    matters: dict[Matter, None] = {}
    for log in [log for log in tx.logs(channel.channel) if not log.own]:
        while (one := _owed(node, tx, own, log)) is not None:
            last = tx.newest_receipt(own.origin, log.origin)
            grown = _append(node, tx, channel, own, one)
            if grown is None:
                return matters
            own = grown
            since = last.receipt.size if last else 0
            matters |= refold.covered(tx, log.origin, since, one.receipt.size)
    return matters


def renew(node: Node, tx: Tx, channel: Trust) -> None:
    """Let a new generation say first what it has seen: its acts would else have seen less.

    Acts of the generation before had seen it (docs/spec/exchange.md 8.3.3).
    """
    log = logs.own_log(tx, channel.channel)
    if log.generation > GENERATION_FIRST and tx.receipt_before(log.origin, log.size) is None:
        matters = write_owed(node, tx, channel)
        refold.refold(node.rooms, tx, channel, matters, node.clock.now_ms())


def _owed(node: Node, tx: Tx, own: Log, log: Log) -> _Owed | None:
    last = tx.newest_receipt(own.origin, log.origin)
    covered = last.receipt.size if last else 0
    end = ended_log.counted(tx, log, log.understood)
    missing = _missing(tx, log)
    has_acts = covered < end and _has_act(node, tx, log, covered)
    has_come = last is not None and any(
        not _is_missing(tx, log, sha256) for sha256 in last.receipt.missing if sha256 not in missing
    )
    if not has_acts and not has_come:
        return None
    unread = void.entries(tx, log, covered, end)
    # More than fit end this receipt before the first that does not; another follows at once.
    size = unread[UNREAD_MAX].index if len(unread) > UNREAD_MAX else end
    # Of a log that ended less may be held than a receipt of ours, which a peer gave back, covers.
    receipt = Receipt(
        of=log.origin,
        size=size,
        root=last.receipt.root if last and size == covered else logs.root_at(tx, log.origin, size),
        time_ms=max(node.clock.now_ms(), 0),
        unread=unread[:UNREAD_MAX],
        missing=missing,
    )
    return _Owed(log, receipt)


def _missing(tx: Tx, log: Log) -> tuple[str, ...]:
    """The needed bodies that are listed: those of the first acts that lack any.

    An author that names very many costs itself the listing of later ones, and this node no
    more than a page; they are fetched all the same.
    """
    page = tx.named_bodies(log.origin, missing=True, count_max=MISSING_PAGE)
    needed = list(dict.fromkeys(body.sha256 for body in page if body.needed))
    return tuple(sorted(needed[:MISSING_MAX]))


def _is_missing(tx: Tx, log: Log, sha256: str) -> bool:
    named = tx.who_names(sha256)
    return any(not row.held for row in named if row.origin == log.origin)


def _has_act(node: Node, tx: Tx, log: Log, covered: int) -> bool:
    """Whether an entry of kind act stands above what is covered: by its outer byte.

    Entries never change, so those that were looked at and are no acts are not read again, but for
    the last: a log of receipts alone would else be read from its beginning for each that comes.
    What a write that was undone had kept may be another thing now.
    """
    step = 256
    since, until, last = node.session.of(Looked).actless.get(log.origin, (0, 0, b""))
    is_known = since <= covered <= until > 0
    is_known = is_known and tx.entries(log.origin, until - 1, until) == [last]
    begin = until if is_known else covered
    for start in range(begin, log.understood, step):
        entries = tx.entries(log.origin, start, min(start + step, log.understood))
        if any(entry[:1] == bytes((ACT_KIND,)) for entry in entries):
            return True
        last = entries[-1] if entries else b""
    known = (since if is_known else covered, log.understood, last)
    node.session.of(Looked).actless[log.origin] = known
    return False


def _append(node: Node, tx: Tx, channel: Trust, own: Log, owed: _Owed) -> Log | None:
    """Append a receipt; None, and it stays owed, where the keys of our card are lost."""
    before = tx.receipt_before(own.origin, own.size)
    cut: Cut = before.seen_after if before else EMPTY
    seen_now = {**cut, own.origin: own.size}
    if not sealer.opens_own(node, channel, sealer.cards_in_force(channel, seen_now)):
        return None
    sealing = Sealer(node, tx, channel, own, seen_now)
    index = sealing.add(owed.receipt)
    appended = logs.append_entries(tx, own, sealing.entries)
    grown = replace(appended, understood=appended.size)
    tx.save_log(grown)
    row = understood_receipt(tx, own, index, owed.receipt)
    tx.save_receipts([row])
    disputes.note(tx, row)
    covered = tx.newest_receipt(own.origin, owed.of.origin)
    assert covered == row
    return grown


def understood_receipt(
    tx: Tx, log: Log, index: int, receipt: Receipt, foreign: str = ""
) -> UnderstoodReceipt:
    """Return the row of a receipt that stands at an index: what it lets its log have seen.

    The log it names must be held up to its size.
    """
    before = tx.receipt_before(log.origin, index)
    before_cut: Cut = before.seen_after if before else EMPTY
    before_ms = before.effective_ms if before else 0
    if foreign:
        return UnderstoodReceipt(
            log.origin, index, log.party, receipt, before_cut, before_ms, foreign
        )
    of = tx.log(receipt.of)
    size = ended_log.counted(tx, of, receipt.size) if of else receipt.size
    last = tx.receipt_before(receipt.of, size)
    last_cut: Cut = last.seen_after if last else EMPTY
    cut = causality.after_receipt(before_cut, receipt.of, size, last_cut)
    cut = {origin: size for origin, size in cut.items() if origin != log.origin}
    newest = (tx.receipt_before(origin, size) for origin, size in cut.items())
    seen_ms = [row.effective_ms for row in newest if row]
    at_ms = times.effective_ms(receipt.time_ms, before_ms, seen_ms)
    return UnderstoodReceipt(log.origin, index, log.party, receipt, cut, at_ms)
