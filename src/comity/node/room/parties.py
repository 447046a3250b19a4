"""Parties and arrangements as the operator's page shows them.

Floor: node.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from comity.joint.arrangement import arrangement as roots
from comity.joint.arrangement import view
from comity.joint.arrangement.arrangement import Arrangement
from comity.joint.arrangement.card import Card
from comity.joint.arrangement.fields import Names
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import profile, register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.exchange import abandoned_party, status
from comity.node.exchange.abandoned_party import GivenUp


@dataclass(frozen=True, slots=True)
class PartyName:
    """A party as it is written wherever it is named.

    Attributes:
        id: its id.
        names: of the State, by language; empty while no card is held.
        is_own: whether it is the State of this node.
    """

    id: str
    names: Names
    is_own: bool


@dataclass(frozen=True, slots=True)
class PartyView:
    """One party of an arrangement.

    Attributes:
        party: who.
        agencies: names by language, in the party's order.
        endpoint: where peers call it, or "".
        fingerprint: of its root keys, as both sides compare it.
        card_number: of its newest card, or 0.
        expires_at_ms: when that card ends, or None.
        warning_days: which warning of its end is due, see `expiry_warning`, or None.
        skew_ms: its clock less ours, or None if the serving process has not measured it.
        is_skewed: whether the clocks differ by more than five minutes.
        given_up: who gave it up here, when and why, or None.
    """

    party: PartyName
    agencies: tuple[Names, ...]
    endpoint: str
    fingerprint: str
    card_number: int
    expires_at_ms: int | None
    warning_days: int | None
    skew_ms: int | None
    is_skewed: bool
    given_up: GivenUp | None = None


@dataclass(frozen=True, slots=True)
class ArrangementView:
    """One arrangement.

    Attributes:
        id: its id.
        parties: in their order.
        channels: paths of the channels in which this node writes.
    """

    id: str
    parties: tuple[PartyView, ...]
    channels: tuple[str, ...]


type Known = Mapping[str, PartyName]
"""Every party of every arrangement by id."""


def own_name(node: Node, tx: Tx) -> PartyName:
    """Return the State of this node; its names come from the profile, if there is one."""
    try:
        names: Names = profile.load(tx).names
    except Fault:
        names = {}
    return PartyName(node.party, names, is_own=True)


def known(node: Node, tx: Tx) -> dict[str, PartyName]:
    """Return the name of every party; a party is one State, whatever the arrangement."""
    found: dict[str, PartyName] = {}
    for arrangement in register_records.arrangements(tx):
        for party in arrangement.party_ids():
            card = _newest(tx, arrangement, party)
            if card is not None or party not in found:
                names: Names = card.names if card else {}
                found[party] = PartyName(party, names, party == node.party)
    if node.party not in found or not found[node.party].names:
        found[node.party] = own_name(node, tx)
    return found


def name_of(known_parties: Known, party: str) -> PartyName:
    """Return a party's name; one that no arrangement knows has only its id."""
    return known_parties.get(party) or PartyName(party, {}, is_own=False)


def arrangement_views(tx: Tx, known_parties: Known, now_ms: int) -> list[ArrangementView]:
    """Return every arrangement with its parties, by id."""
    own = [log for log in tx.logs() if log.own]
    skews = status.skews(tx)
    return [
        ArrangementView(
            id=arrangement.id,
            parties=tuple(
                _party(tx, arrangement, known_parties[party], skews.get(party), now_ms)
                for party in arrangement.party_ids()
            ),
            channels=tuple(
                sorted({o.channel for o in own if o.channel.startswith(f"{arrangement.id}/")})
            ),
        )
        for arrangement in register_records.arrangements(tx)
    ]


def _newest(tx: Tx, arrangement: Arrangement, party: str) -> Card | None:
    cards = register_records.cards(tx, arrangement.id, party)
    return cards[max(cards)] if cards else None


def _party(
    tx: Tx, arrangement: Arrangement, name: PartyName, skew_ms: int | None, now_ms: int
) -> PartyView:
    card = _newest(tx, arrangement, name.id)
    return PartyView(
        party=name,
        agencies=tuple(agency.names for agency in card.agencies) if card else (),
        endpoint=card.endpoint if card else "",
        fingerprint=roots.fingerprint(arrangement.root(name.id)),
        card_number=card.number if card else 0,
        expires_at_ms=card.not_after_ms if card else None,
        warning_days=view.expiry_warning(card, now_ms) if card else None,
        skew_ms=skew_ms,
        is_skewed=abs(skew_ms or 0) > limits.SKEW_MS_MAX,
        given_up=abandoned_party.of(tx, arrangement.id, name.id),
    )
