"""Whom this State can ask: the parties of its arrangements, and the guideline in force with each.

Floor: rooms.
"""

from dataclasses import dataclass

from comity.joint.arrangement.card import Agency
from comity.joint.arrangement.fields import Names
from comity.joint.guideline.model import Guideline
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.room import joint_texts
from comity.node.room import parties as party
from comity.node.room.parties import PartyName


@dataclass(frozen=True, slots=True)
class Partner:
    """A State that can be asked.

    Attributes:
        party: who.
        agencies: that its newest card names.
        channel: path of the channel of everyday requests that is shared with it.
        readers: every party of that channel.
        guideline: in force there, or None.
    """

    party: PartyName
    agencies: tuple[Agency, ...]
    channel: str
    readers: tuple[PartyName, ...]
    guideline: Guideline | None


def listing(node: Node) -> list[Partner]:
    """Return each State that can be asked, by id; where two channels lead to it, both."""
    now_ms = node.clock.now_ms()
    found: list[Partner] = []
    with node.store.read() as tx:
        known = party.known(node, tx)
        own = {log.channel for log in tx.logs() if log.own}
        for arrangement in register_records.arrangements(tx):
            path = register_records.live_in(arrangement.id)
            parties = arrangement.party_ids()
            if path not in own:
                continue
            guideline = joint_texts.in_force(node, tx, path, now_ms)
            readers = tuple(known[one] for one in parties)
            found += [
                Partner(known[one], _agencies(tx, arrangement.id, one), path, readers, guideline)
                for one in parties
                if one != node.party
            ]
    return sorted(found, key=lambda one: (one.party.id, len(one.readers), one.channel))


def _agencies(tx: Tx, arrangement: str, party_id: str) -> tuple[Agency, ...]:
    cards = register_records.cards(tx, arrangement, party_id)
    return cards[max(cards)].agencies if cards else ()


def agencies(node: Node) -> dict[str, dict[str, Names]]:
    """Return what the agencies of each party are called, as its newest cards name them, by id."""
    found: dict[str, dict[str, Names]] = {}
    with node.store.read() as tx:
        for arrangement in register_records.arrangements(tx):
            for one in arrangement.party_ids():
                named = found.setdefault(one, {})
                named |= {each.id: each.names for each in _agencies(tx, arrangement.id, one)}
    return found


def names(node: Node) -> dict[str, PartyName]:
    """Return the name of every party."""
    with node.store.read() as tx:
        return party.known(node, tx)
