"""A partner as its page shows it: cards, logs, what has not arrived, what was frozen and why.

Nothing of any content: the operator reads it too.

Floor: node.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from comity.joint.arrangement import view
from comity.joint.arrangement.card import Card
from comity.kernel.fault import Fault, quoted
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED
from comity.node.exchange import adopt, contacts, convict, freeze, lost_channel, pairing
from comity.node.exchange.adopt import RoomLine
from comity.node.exchange.pairing import Pending
from comity.node.operate.overview import log as logs
from comity.node.operate.overview.log import DeliveryView, LogView
from comity.node.room import parties
from comity.node.room.parties import PartyName, PartyView


@dataclass(frozen=True, slots=True)
class CardLine:
    """One card of a party.

    Attributes:
        arrangement: in which it was given.
        number: from 1.
        not_before_ms, not_after_ms: its validity.
        endpoint: where it says that the party is reached.
        certificate: SHA-256 of its TLS certificate, hex.
        channels: for which it has keys.
        is_newest: whether no later card is held.
        is_revoked: whether its keys count no more for what comes.
        warning_days: which warning of its end is due, or None.
    """

    arrangement: str
    number: int
    not_before_ms: int
    not_after_ms: int
    endpoint: str
    certificate: str
    channels: tuple[str, ...]
    is_newest: bool
    is_revoked: bool
    warning_days: int | None


@dataclass(frozen=True, slots=True)
class Frozen:
    """Who froze a log, when and why; "" and None where no officer did."""

    officer: str
    at_ms: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One log of a channel that is shared with the partner.

    Attributes:
        log: as in the overview.
        frozen: who froze it, or None.
        is_convicted: whether it signed two histories.
        left_out: parties that have its channel not any more, see `lost_channel`.
    """

    log: LogView
    frozen: Frozen | None
    is_convicted: bool
    left_out: tuple[str, ...]

    @property
    def can_freeze(self) -> bool:
        """Whether it is in use and not frozen already."""
        return self.log.state not in {LOG_ENDED, "frozen"}


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner.

    Attributes:
        party: who.
        views: what it is in each arrangement, by the arrangement's id.
        cards: of all arrangements, the newest first.
        logs: of every channel that is shared with it.
        deliveries: how sending to it goes.
        rooms: of each arrangement, and who has adopted them.
    """

    party: PartyName
    views: Mapping[str, PartyView]
    cards: tuple[CardLine, ...]
    logs: tuple[LogLine, ...]
    deliveries: tuple[DeliveryView, ...]
    rooms: tuple[RoomLine, ...]

    @property
    def waiting(self) -> int:
        """How many entries it has not signed for."""
        return sum(one.entry_count for one in self.deliveries)

    @property
    def warning_days(self) -> int | None:
        """The most pressing warning of a card's end, or None."""
        due = [one.warning_days for one in self.cards if one.is_newest]
        return min((days for days in due if days is not None), default=None)


@dataclass(frozen=True, slots=True)
class Partners:
    """Every partner, this State's own cards, and pairings that do not stand yet."""

    own: Partner | None
    others: tuple[Partner, ...]
    pending: tuple[Pending, ...]


def partners(node: Node) -> Partners:
    """Return every partner."""
    with node.store.read() as tx:
        found = _all(node, tx)
        own = next((one for one in found if one.party.is_own), None)
        others = tuple(one for one in found if not one.party.is_own)
        return Partners(own, others, tuple(pairing.pending(node, tx)))


def partner(node: Node, party: str) -> Partner:
    """Return one partner.

    Raises:
        Fault: `node.peer.unknown`.
    """
    with node.store.read() as tx:
        for one in _all(node, tx):
            if one.party.id == party:
                return one
    raise Fault(
        code="node.peer.unknown",
        what=f"No arrangement has a party {quoted(party)}.",
        fix="Choose one of the partners that are listed.",
    )


def _all(node: Node, tx: Tx) -> list[Partner]:
    known = parties.known(node, tx)
    now_ms = node.clock.now_ms()
    views: dict[str, dict[str, PartyView]] = {}
    for arrangement in parties.arrangement_views(tx, known, now_ms):
        for one in arrangement.parties:
            views.setdefault(one.party.id, {})[arrangement.id] = one
    joint = [(log, logs.log_view(node, tx, log, known)) for log in logs.joint_logs(tx)]
    channels = {party: {log.channel for log, _ in joint if log.party == party} for party in views}
    deliveries = logs.deliveries(node, tx, known)
    rooms = adopt.lines(node, tx)
    return [
        Partner(
            known[party],
            rows,
            tuple(_cards(tx, party, now_ms)),
            tuple(
                _log_line(node, tx, shown)
                for log, shown in joint
                if log.channel in channels[party] and log.party in {party, node.party}
            ),
            tuple(one for one in deliveries if one.party.id == party),
            tuple(one for one in rooms if one.arrangement in rows),
        )
        for party, rows in sorted(views.items())
    ]


def _log_line(node: Node, tx: Tx, shown: LogView) -> LogLine:
    value = tx.record(freeze.FROZEN, shown.origin)
    frozen = None
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        frozen = Frozen(fields["officer"], fields["at_ms"], fields.get("reason", ""))
    is_convicted = convict.is_known(tx, shown.origin)
    left_out = lost_channel.lacking(tx, node.party, shown.channel)
    return LogLine(shown, frozen, is_convicted, tuple(left_out))


def _cards(tx: Tx, party: str, now_ms: int) -> list[CardLine]:
    found: list[CardLine] = []
    for arrangement in register_records.arrangements(tx):
        held = register_records.cards(tx, arrangement.id, party)
        revoked = {
            number
            for one in register_records.revocations(tx, arrangement.id, party)
            for number in one.revoked
        }
        for number in sorted(held, reverse=True):
            card = held[number]
            found.append(_card_line(card, now_ms, number == max(held), number in revoked))
    return found


def _card_line(card: Card, now_ms: int, is_newest: bool, is_revoked: bool) -> CardLine:  # noqa: FBT001 -- two facts of one card
    return CardLine(
        card.arrangement,
        card.number,
        card.not_before_ms,
        card.not_after_ms,
        card.endpoint,
        contacts.fingerprint(card.tls),
        tuple(card.channels),
        is_newest,
        is_revoked,
        view.expiry_warning(card, now_ms) if is_newest else None,
    )
