"""Logs and mirrors as the operator's page shows them: sizes, roots, cosignatures, lag.

    own log       each other party mirrors it:  size - what it cosigned = its lag
    other's log   this node mirrors it:         newest head - what we cosigned = our lag

Floor: node.
"""

import base64
from dataclasses import dataclass
from typing import Final

from comity.kernel.ijson import Json
from comity.node.base import channel_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, LOG_ENDED, Head, Log, UnderstoodAct
from comity.node.exchange import abandoned_party, retry, status, valid_cosignatures
from comity.node.operate import delivery_findings
from comity.node.room import parties
from comity.node.room.parties import Known, PartyName

WAITING_ACTS_MAX: Final = 20
"""Undelivered acts that are named; all are counted."""

HEADS_SHOWN: Final = 20
_HEADS_BACK: Final = 100
"""How many entries before the newest head are looked at for heads."""

_LOOKED_AT_MAX: Final = 256


@dataclass(frozen=True, slots=True)
class MirrorView:
    """What one party has signed for of a log.

    Attributes:
        party: whose mirror it is.
        size: entries it has cosigned.
        lag: entries of the log that it has not.
        cosigned_at_ms: time of its newest cosignature, by its clock, or None.
        received_size: entries that its newest receipt covers.
        received_at_ms: effective time of that receipt, or None.
    """

    party: PartyName
    size: int
    lag: int
    cosigned_at_ms: int | None
    received_size: int
    received_at_ms: int | None


@dataclass(frozen=True, slots=True)
class LogView:
    """One log, own or mirrored.

    Attributes:
        origin: its name.
        channel: its channel's path.
        channel_name: `live`, `hotline`, or an exercise's name.
        author: who writes it.
        generation: 1 for the first.
        state: `open`, `frozen`, `offered`, `ended`.
        size: entries held here without a gap.
        head_size: entries that the newest signed head covers, held here or not.
        root: of that head, base64 as in its text, or "".
        head_at_ms: when that head was signed, by its author's clock, or None.
        not_understood: entries that are cosigned here and not yet opened.
        mirrors: for an own log each other party; else this node.
    """

    origin: str
    channel: str
    channel_name: str
    author: PartyName
    generation: int
    state: str
    size: int
    head_size: int
    root: str
    head_at_ms: int | None
    not_understood: int
    mirrors: tuple[MirrorView, ...]


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One kept head of a log.

    Attributes:
        size: entries it covers.
        root: base64.
        signed_at_ms: when its size was first signed, by its author's clock.
        cosigned: each mirror, and when it first cosigned that size, or None.
    """

    size: int
    root: str
    signed_at_ms: int
    cosigned: tuple[tuple[PartyName, int | None], ...]


@dataclass(frozen=True, slots=True)
class WaitingAct:
    """An act of ours that a mirror has not signed for.

    Attributes:
        act_id: its id.
        tag: what it says.
        kind: of its matter.
        matter_id: of its matter.
        has_page: whether there is a page of that matter.
        urgency: a code, or "".
        index: its place in the log.
        since_ms: when the first head that covers it was signed, or None if none was.
    """

    act_id: str
    tag: str
    kind: str
    matter_id: str
    has_page: bool
    urgency: str
    index: int
    since_ms: int | None


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """How sending one log to one party goes.

    Attributes:
        origin: our log.
        channel_name: its channel's name.
        party: to whom.
        entry_count: entries that it has not signed for.
        acts: the oldest acts among them.
        since_ms: since when the oldest of them waits, or None.
        failures: tries that failed since the last that did not.
        next_try_at_ms: when it is tried next, or None for at once.
        last_ok_at_ms: when it last went well, or None if that is not known.
        error_code: of the last failure, or "".
        error: what it said, in English, or "".
        is_given_up: whether nothing waits for the party.
        to_read: the hash of the first two entries, hex, that is read to the party by voice, while
            it has not accepted this new log of ours; else "".
    """

    origin: str
    channel_name: str
    party: PartyName
    entry_count: int
    acts: tuple[WaitingAct, ...]
    since_ms: int | None
    failures: int
    next_try_at_ms: int | None
    last_ok_at_ms: int | None
    error_code: str
    error: str
    is_given_up: bool = False
    to_read: str = ""


def joint_logs(tx: Tx) -> list[Log]:
    """Return the logs that peers know of, the hotline first, own ones before mirrors."""
    rows = [log for log in tx.logs() if log.channel != LOCAL_CHANNEL]
    ranks = {path: channel_records.rank(tx, path) for path in {log.channel for log in rows}}
    return sorted(
        rows,
        key=lambda log: (
            log.channel.partition("/")[0],
            ranks[log.channel],
            log.channel,
            not log.own,
            log.party,
            log.generation,
        ),
    )


def log_view(node: Node, tx: Tx, log: Log, known: Known) -> LogView:
    """Return one log with what each mirror signed for."""
    head = tx.newest_head(log.origin)
    head_size = head.size if head else 0
    whole = max(log.size, head_size)
    mirrors = _mirrors(node, tx, log)
    return LogView(
        origin=log.origin,
        channel=log.channel,
        channel_name=_channel_name(log),
        author=parties.name_of(known, log.party),
        generation=log.generation,
        state=log.state,
        size=log.size,
        head_size=head_size,
        root=base64.b64encode(head.root).decode() if head else "",
        head_at_ms=head.time_s * 1_000 if head else None,
        not_understood=max(0, (log.size if log.own else log.signed) - log.understood),
        mirrors=tuple(_mirror(tx, log, whole, parties.name_of(known, one)) for one in mirrors),
    )


def deliveries(node: Node, tx: Tx, known: Known) -> list[DeliveryView]:
    """Return, for each own log and peer, what has not arrived, the hotline first."""
    return [
        _delivery(node, tx, log, parties.name_of(known, party))
        for log in joint_logs(tx)
        if log.own and log.state != LOG_ENDED
        for party in _mirrors(node, tx, log)
    ]


def head_lines(node: Node, tx: Tx, log: Log, known: Known) -> list[HeadLine]:
    """Return the newest heads that are kept of a log, newest first."""
    newest = tx.newest_head(log.origin)
    mirrors = _mirrors(node, tx, log)
    found: list[HeadLine] = []
    size = max(1, newest.size - _HEADS_BACK) if newest else 0
    while newest and (head := status.first_head(tx, log.origin, size)):
        found.append(_head_line(tx, head, mirrors, known))
        size = head.size + 1
    return found[: -HEADS_SHOWN - 1 : -1]


def _channel_name(log: Log) -> str:
    return log.channel.partition("/")[2]


def _mirrors(node: Node, tx: Tx, log: Log) -> list[str]:
    """Return whose cosignatures on a log come here: all on our own, ours on others'."""
    others = {other.party for other in tx.logs(log.channel)} - {log.party}
    if not log.own:
        others = {one for one in others if one == node.party or _has_cosigned(tx, log, one)}
    return sorted(others, key=lambda party: (party != node.party, party))


def _has_cosigned(tx: Tx, log: Log, party: str) -> bool:
    return tx.newest_cosignature(log.origin, party) is not None


def _mirror(tx: Tx, log: Log, whole: int, name: PartyName) -> MirrorView:
    newest = valid_cosignatures.newest(tx, trust.load(tx, log.channel), log.origin, name.id)
    size = newest.size if newest else 0
    receipts = [
        receipt
        for other in tx.logs(log.channel)
        if other.party == name.id and (receipt := tx.newest_receipt(other.origin, log.origin))
    ]
    received = max(receipts, key=lambda one: one.receipt.size, default=None)
    return MirrorView(
        party=name,
        size=size,
        lag=max(0, whole - size),
        cosigned_at_ms=newest.time_s * 1_000 if newest else None,
        received_size=received.receipt.size if received else 0,
        received_at_ms=received.effective_ms if received else None,
    )


def _head_line(tx: Tx, head: Head, mirrors: list[str], known: Known) -> HeadLine:
    cosigned: list[tuple[PartyName, int | None]] = []
    for party in mirrors:
        given = tx.cosignature_at_least(head.origin, party, head.size)
        is_of_it = given is not None and given.size == head.size
        at_ms = given.time_s * 1_000 if given and is_of_it else None
        cosigned.append((parties.name_of(known, party), at_ms))
    root = base64.b64encode(head.root).decode()
    return HeadLine(head.size, root, head.time_s * 1_000, tuple(cosigned))


def _delivery(node: Node, tx: Tx, log: Log, name: PartyName) -> DeliveryView:
    newest = valid_cosignatures.newest(tx, trust.load(tx, log.channel), log.origin, name.id)
    cosigned = newest.size if newest else 0
    first = status.first_head(tx, log.origin, cosigned + 1) if log.size > cosigned else None
    record = retry.of(tx, log.origin, name.id)
    told_ms = status.delivered_at_ms(tx, log.origin, name.id)
    last_ok_ms = max(told_ms, _number(record, "last_ok_ms") or 0) or None
    return DeliveryView(
        origin=log.origin,
        channel_name=_channel_name(log),
        party=name,
        entry_count=max(0, log.size - cosigned),
        acts=tuple(_waiting(node, tx, row) for row in _first_acts(tx, log, cosigned)),
        since_ms=first.time_s * 1_000 if first else None,
        failures=_number(record, "failures") or 0,
        next_try_at_ms=_number(record, "next_try_ms") or None,
        last_ok_at_ms=last_ok_ms,
        error_code=_text(record, "last_error_code"),
        error=_text(record, "last_error"),
        is_given_up=abandoned_party.in_channel(tx, log.channel, name.id) is not None,
        to_read=delivery_findings.to_read(tx, log.origin, log.size, cosigned),
    )


def _first_acts(tx: Tx, log: Log, start: int) -> list[UnderstoodAct]:
    """Return the first acts from an entry on, read a few entries at a time."""
    found: list[UnderstoodAct] = []
    end = min(log.size, start + _LOOKED_AT_MAX)
    while start < end and len(found) < WAITING_ACTS_MAX:
        found += tx.acts(log.origin, start, min(end, start + WAITING_ACTS_MAX))
        start += WAITING_ACTS_MAX
    return found[:WAITING_ACTS_MAX]


def _waiting(node: Node, tx: Tx, row: UnderstoodAct) -> WaitingAct:
    act, room = row.act, node.rooms.get(row.act.matter.kind)
    first = status.first_head(tx, row.origin, row.index + 1)
    return WaitingAct(
        act_id=act.id,
        tag=act.tag,
        kind=act.matter.kind,
        matter_id=act.matter.id,
        has_page=room is not None and room.story is not None,
        urgency=act.urgency,
        index=row.index,
        since_ms=first.time_s * 1_000 if first else None,
    )


def _number(record: dict[str, Json], name: str) -> int | None:
    value = record.get(name)
    return value if isinstance(value, int) else None


def _text(record: dict[str, Json], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""
