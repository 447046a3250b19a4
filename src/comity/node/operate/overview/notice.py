"""What is not in order, on which side, since when: facts by code; a surface has the words.

    undelivered   own, peer or the line, by what the last try said
    unaccepted    peer: a new log of ours waits for its officer, who hears a hash by voice
    forked        the side whose log signed two histories
    …

Floor: node.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.node.base import finding
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_FROZEN, LOG_OFFERED, LOG_OPEN
from comity.node.exchange import abandoned_party, convict, status
from comity.node.operate.overview.log import DeliveryView, LogView
from comity.node.operate.overview.matter import MatterLine
from comity.node.room import parties
from comity.node.room.parties import ArrangementView, Known, PartyName

OWN, PEER, LINE, UNCLEAR = finding.OWN, finding.PEER, finding.LINE, "unclear"
SIDES: Final = (OWN, PEER, LINE, UNCLEAR)

URGENT: Final = "urgent"
UNDELIVERED: Final = "undelivered"
UNACCEPTED: Final = "unaccepted"
FORKED: Final = "forked"
FROZEN: Final = "frozen"
OFFERED: Final = "offered"
SILENT: Final = "silent"
SKEWED: Final = "skewed"
EXPIRING: Final = "expiring"
EXPIRED: Final = "expired"
NOT_UNDERSTOOD: Final = "not-understood"
NO_HIGH_WATER: Final = "no-high-water"
UNPAIRED: Final = "unpaired"
CODES: Final = (
    URGENT, NO_HIGH_WATER, FORKED, FROZEN, UNDELIVERED, UNACCEPTED, SKEWED, EXPIRED, EXPIRING,
    SILENT, OFFERED, NOT_UNDERSTOOD, UNPAIRED,
)  # fmt: skip
"""Every notice, what cannot wait first."""

GRACE_MS: Final = 5_000
"""What was said just now is on its way, not undelivered."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that is not in order.

    Attributes:
        code: one of `CODES`.
        side: where the fault lies, one of `SIDES`.
        party: whom it concerns, or None.
        subject: a log, a matter as `<kind>/<id>`, or "".
        since_ms: since when, or None.
        until_ms: when it is tried again, or when it ends, or None.
        count: how many, where that says something.
        error_code: of the fault that says so, or "".
        error: what that fault said, in English, or "".
        to_read: the hash of the first two entries that is read by voice, hex, or "".
    """

    code: str
    side: str
    party: PartyName | None = None
    subject: str = ""
    since_ms: int | None = None
    until_ms: int | None = None
    count: int = 0
    error_code: str = ""
    error: str = ""
    to_read: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What notices are drawn from.

    Attributes:
        arrangements: every one.
        logs: every joint log.
        deliveries: how sending goes.
        matters: those that an operator looks at first.
    """

    arrangements: Sequence[ArrangementView]
    logs: Sequence[LogView]
    deliveries: Sequence[DeliveryView]
    matters: Sequence[MatterLine]


def notices(node: Node, tx: Tx, known: Known, seen: Seen, now_ms: int) -> list[Notice]:
    """Return everything that is not in order, what cannot wait first."""
    found: list[Notice] = [*_of_matters(seen.matters), *_of_parties(seen.arrangements)]
    for log in seen.logs:
        found += _of_log(tx, log)
    for delivery in seen.deliveries:
        found += _of_delivery(delivery, now_ms)
    awaited = [one for one in seen.logs if not _is_given_up(tx, one)]
    found += _silent(awaited, found, now_ms)
    if not node.highwater.is_intact():
        found.append(Notice(NO_HIGH_WATER, OWN, parties.name_of(known, node.party)))
    if not seen.arrangements:
        found.append(Notice(UNPAIRED, OWN))
    return sorted(found, key=lambda notice: (CODES.index(notice.code), notice.subject))


def is_convicted(tx: Tx, origin: str) -> bool:
    """Return whether evidence is kept that a log signed two histories."""
    return convict.is_known(tx, origin)


def _of_matters(matters: Sequence[MatterLine]) -> Iterator[Notice]:
    for line in matters:
        if line.is_alarming:
            subject = f"{line.kind}/{line.id}"
            yield Notice(URGENT, OWN, line.asker, subject, since_ms=line.at_ms)


def _of_parties(arrangements: Sequence[ArrangementView]) -> Iterator[Notice]:
    for arrangement in arrangements:
        for one in arrangement.parties:
            side = OWN if one.party.is_own else PEER
            if one.given_up is not None:
                continue
            if one.warning_days is not None:
                code = EXPIRING if one.warning_days else EXPIRED
                yield Notice(code, side, one.party, until_ms=one.expires_at_ms)
            if one.is_skewed:
                yield Notice(SKEWED, UNCLEAR, one.party, count=(one.skew_ms or 0) // 1_000)


def _is_given_up(tx: Tx, log: LogView) -> bool:
    return abandoned_party.in_channel(tx, log.channel, log.author.id) is not None


def _silent(logs: Sequence[LogView], found: Sequence[Notice], now_ms: int) -> Iterator[Notice]:
    """Yield each party of which no log signs any more, unless it is known to be out of reach."""
    unreached = {one.party.id for one in found if one.code == UNDELIVERED and one.party}
    newest: dict[str, LogView] = {}
    for log in logs:
        if not log.author.is_own and log.state == LOG_OPEN and log.head_at_ms is not None:
            before = newest.get(log.author.id)
            if before is None or log.head_at_ms > (before.head_at_ms or 0):
                newest[log.author.id] = log
    for party, log in newest.items():
        if now_ms - (log.head_at_ms or 0) > status.MISSED_MS and party not in unreached:
            yield Notice(SILENT, UNCLEAR, log.author, log.origin, since_ms=log.head_at_ms)


def _of_log(tx: Tx, log: LogView) -> Iterator[Notice]:
    side = OWN if log.author.is_own else PEER
    if log.state == LOG_FROZEN:
        yield Notice(
            FORKED if is_convicted(tx, log.origin) else FROZEN, side, log.author, log.origin
        )
        return
    if log.state == LOG_OFFERED:
        yield Notice(OFFERED, OWN, log.author, log.origin)
        return
    if log.not_understood:
        yield Notice(NOT_UNDERSTOOD, OWN, log.author, log.origin, count=log.not_understood)


def _of_delivery(delivery: DeliveryView, now_ms: int) -> Iterator[Notice]:
    since_ms = delivery.since_ms
    is_old = since_ms is not None and now_ms - since_ms > GRACE_MS
    is_due = bool(delivery.entry_count) and not delivery.is_given_up
    if not is_due or not (is_old or delivery.failures):
        return
    side = status.side_of(delivery.error_code) if delivery.error_code else UNCLEAR
    is_refused = bool(delivery.to_read) and side in {PEER, UNCLEAR}
    yield Notice(
        UNACCEPTED if is_refused else UNDELIVERED,
        PEER if is_refused else side,
        delivery.party,
        delivery.origin,
        since_ms=since_ms,
        until_ms=delivery.next_try_at_ms,
        count=delivery.entry_count,
        error_code=delivery.error_code,
        error=delivery.error,
        to_read=delivery.to_read,
    )
