"""Up to where a log may be understood: under heads by keys that count by what was read of it.

    entries   … 41 [card 2 at 42] 43 44 45        kept at once, with one head of card 1 over 46
    read      up to 43: from there on that head is by keys which no longer count
    then      a head of card 2 over 44 or more, and reading goes on up to it

A head that came with the entry which ends its keys was kept and cosigned by who had not read
that entry (docs/spec/arrangement.md 3.4.8), and is refused by who had.  What is read does not
depend on it: both read up to the same entry and go on with the same head.

A convicted log gets no more heads and is signed for no more.  Another party may have read more
of it and says so in a receipt: what is held here is the same where the root is, and is read too.
So it is with what another party has read under keys of which it did not know that they are
revoked: nobody here signs for it.

    record kind   key        value
    late-head     <origin>   how many heads were kept of a size that a newer one covers

Source: docs/spec/exchange.md 8.2.6 and 8.2.7; docs/adr/0026 and 0027.
Floor: node.
"""

from dataclasses import dataclass, field
from typing import Final

from comity.acts.record import Receipt
from comity.joint.arrangement.revocation import last_size
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED, Head, Log
from comity.node.base.trust import Trust
from comity.node.exchange import convict, ended_log, keep, logs
from comity.node.exchange.prefetch import Opener, is_act
from comity.node.exchange.seal import Opened
from comity.tlog import note

LATE: Final = "late-head"


@dataclass(slots=True)
class Walked:
    """Heads that were looked at.

    Attributes:
        walked: `{origin: (by, since, until, found, last)}` of heads that were looked at by certain
            keys: from one size to another, the greatest of which a key that counts made, and the
            heads of the last size.
    """

    walked: dict[str, tuple[object, int, int, int, list[Head]]] = field(default_factory=dict)


def end(node: Node, tx: Tx, channel: Trust, log: Log) -> int:
    """Return up to where a log may be understood, at least `log.understood`."""
    found = _under_heads(node, tx, channel, log)
    if found == log.size or ended_log.left(tx, log) is not None:
        return found
    if not convict.is_convicted(tx, log) and not is_taken_back(channel, log):
        return found
    others = (other for other in channel.logs if other.party != log.party)
    read = (_read_by(node, tx, channel, log, other) for other in others)
    return max(found, log.understood, *read)


def is_taken_back(channel: Trust, log: Log) -> bool:
    """Whether its author has revoked a key below what is held of its log."""
    every = channel.revocations[log.party]
    revoked = {card for one in every for card in one.revoked}
    caps = (last_size(every, card, log.origin) for card in revoked)
    return any(cap is not None and cap < log.size for cap in caps)


def _under_heads(node: Node, tx: Tx, channel: Trust, log: Log) -> int:
    if log.own:
        return log.size
    if log.state == LOG_ENDED:
        return max(log.signed, min(log.size, ended_log.left(tx, log) or 0))
    if log.understood >= log.signed or len(channel.positions(log.origin)) == 1:
        return log.signed
    if _is_any_in_force(node, channel, tx.heads(log.origin, log.signed)):
        return log.signed
    return _greatest_in_force(node, tx, channel, log)


def note_late(tx: Tx, origin: str) -> None:
    """Note that a head was kept of a size that a newer one covers: it may not be looked at yet."""
    before = tx.record(LATE, origin)
    tx.save_record(LATE, origin, before + 1 if isinstance(before, int) else 1)


def _greatest_in_force(node: Node, tx: Tx, channel: Trust, log: Log) -> int:
    """Walk over what its author signed before the reader knew better: each head once.

    What came of it is remembered while the same keys count.  Sizes below the one that is signed
    for get no other heads, but for one that is noted as late; the last that was looked at may,
    where the write in which it was no longer the newest was undone.
    """
    cards = tuple(channel.cards[log.party])
    by = (channel.positions(log.origin), cards, tx.record(LATE, log.origin))
    unknown: tuple[object, int, int, int, list[Head]] = (None, 0, 0, 0, [])
    known_by, since, until, found, last = node.session.of(Walked).walked.get(log.origin, unknown)
    is_known = known_by == by and since <= log.understood
    if not is_known or last != tx.heads(log.origin, until):
        since = until = log.understood
        found = 0
    head = tx.head_at_least(log.origin, until + 1)
    while head is not None and head.size < log.signed:
        until = head.size
        if _is_any_in_force(node, channel, tx.heads(log.origin, until)):
            found = until
        head = tx.head_at_least(log.origin, until + 1)
    last = tx.heads(log.origin, until)
    node.session.of(Walked).walked[log.origin] = (by, since, until, found, last)
    return max(found, log.understood)


def _is_any_in_force(node: Node, channel: Trust, heads: list[Head]) -> bool:
    """Whether keys that stand where they may sign made one of these heads.

    Revoked ones too: when a revocation came must not decide what is read.
    """
    return any(
        keep.lines_by(node.suite, head.origin, _keys(channel, head), note.parse(head.note))
        for head in heads
    )


def _keys(channel: Trust, head: Head) -> tuple[tuple[bytes, bytes], ...]:
    return channel.log_keys(head.origin, channel.placed_cards(head.origin, head.size))


def _read_by(node: Node, tx: Tx, channel: Trust, log: Log, other: Log) -> int:
    """Return the size of a log for which the next entry of another waits, or 0.

    It follows from what is held alone, so that what is understood anew is the same.
    """
    said = next_receipt(node, tx, channel, other)
    if said is None or said.of != log.origin or not log.understood < said.size <= log.size:
        return 0
    return said.size if said.root == logs.root_at(tx, log.origin, said.size) else 0


def next_receipt(node: Node, tx: Tx, channel: Trust, log: Log) -> Receipt | None:
    """Return the receipt that is the next entry of a log to be read, or None if none is."""
    index = log.understood
    if index >= _under_heads(node, tx, channel, log):
        return None
    (raw,) = tx.entries(log.origin, index, index + 1)
    if is_act(raw):
        return None
    opened = Opener(node, tx, channel, log).entry(index, raw).opened
    if not isinstance(opened, Opened) or opened.origin != log.origin:
        return None
    return opened.record if isinstance(opened.record, Receipt) else None
