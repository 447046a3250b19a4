"""How a matter is filed: for whom by its own acts, and by what it is listed and found.

    our agency spoke              its agency
    another party opened it       the agencies of ours that it is addressed to; where there is none
                                  that this State has, the contact point
    it was handed over by an act  the agency that it was handed to
    it is everybody's             every officer: guidelines and calendars
    it is of a review             who reviews, and who lets it leave: snapshots
    it is of an exercise          the same, of those who work in its channel

It follows from the acts and the profile alone, so a rebuild files the same.

Floor: node.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from comity.acts.order import Placed
from comity.acts.record import Matter
from comity.node.base import channel_records, profile
from comity.node.base.ports import Tx
from comity.node.base.reader import CONTACT, EVERYONE, Filed, folded_reference, within
from comity.node.base.rooms import Listed, Rooms, State, audience
from comity.node.base.rows import Log, MatterRow

UNKNOWN_MAX: Final = 4
"""Agencies that a matter is addressed to and this State has not: one may be named later, and a peer
may make up as many as it likes."""

OURS: Final = 0
THEIRS: Final = 10
"""Added to the rank of what waits for another party."""


def writer(rooms: Rooms, matter: Matter, agency: str) -> str:
    """Return the key of those who read what is written of a matter because they may write it.

    Args:
        rooms: of this node.
        matter: kind and id.
        agency: of the author.
    """
    return next((key for key in audience(rooms, matter) if key != EVERYONE), agency)


URGENT: Final = frozenset({"emergency", "urgent"})


def is_pressing(tx: Tx, channel: str, urgency: str) -> bool:
    """Return whether a matter of such an urgency in that channel comes before others."""
    return urgency in URGENT or channel_records.is_hotline(tx, channel)


class Parties(Protocol):
    """The parties of a channel, in their order."""

    def party_ids(self) -> tuple[str, ...]:
        """Return them."""
        ...


class Filing:
    """Files matters of one channel, as one transaction sees it."""

    def __init__(self, rooms: Rooms, tx: Tx, parties: Parties, logs: Sequence[Log]) -> None:
        self._rooms = rooms
        self._tx = tx
        self._parties = parties.party_ids()
        self._own = next((log.party for log in logs if log.own), "")
        self._agencies = profile.agency_ids(tx)

    def filed(self, row: MatterRow, folded: State, acts: Sequence[Placed]) -> Filed:
        """Return how a matter is filed.

        Args:
            row: as it is kept.
            folded: its state.
            acts: all of them.
        """
        room = self._rooms[row.matter.kind]
        listed = room.listed(folded, self._own)
        everyone = audience(self._rooms, row.matter)
        by_acts = () if listed.is_apart else everyone or self._readers(row, acts)
        ids = {row.matter.id, *(one.act.id for one in acts)}
        compartment = channel_records.compartment(self._tx, row.channel)
        keys = (within(compartment, one) for one in (*by_acts, *listed.keys))
        found = listed_as(row, listed, tuple(dict.fromkeys(keys)))
        return replace(
            found,
            rank=(OURS if self._own in listed.holders else THEIRS) + listed.place,
            holders=self._known(listed.holders),
            parties=self._known(listed.parties),
            references=tuple(folded_reference(one) for one in listed.references if one not in ids),
        )

    def _known(self, parties: Iterable[str]) -> tuple[str, ...]:
        """Return those of the channel, each once: a peer may ask whom it likes."""
        return tuple(one for one in dict.fromkeys(parties) if one in self._parties)

    def _readers(self, row: MatterRow, acts: Sequence[Placed]) -> tuple[str, ...]:
        spoke: dict[str, None] = {}
        addressed: dict[str, None] = {}
        is_theirs = row.asker not in {"", self._own}
        for one in acts:
            if self._parties[one.party_place] == self._own:
                spoke[one.act.speaker.agency] = None
            else:
                is_theirs = is_theirs or not row.asker
                to = (a.agency for a in one.act.to if a.party == self._own and a.agency)
                addressed.update(dict.fromkeys(to))
        known = [one for one in addressed if one in self._agencies]
        unknown = [one for one in addressed if one not in self._agencies][:UNKNOWN_MAX]
        is_routed = not is_theirs or bool(known)
        contact = () if is_routed else (CONTACT,)
        return tuple(dict.fromkeys((*spoke, *known, *unknown, *contact)))


def listed_as(row: MatterRow, listed: Listed, readers: tuple[str, ...]) -> Filed:
    """Return a matter as filters read it, without its place in a list.

    Args:
        row: as it is kept.
        listed: what its room says of it.
        readers: the keys under which it is read.
    """
    return Filed(
        matter=row.matter,
        channel=row.channel,
        readers=readers,
        rank=0,
        at_ms=row.at_ms,
        status=listed.status,
        urgency=row.urgency,
        asker=row.asker,
        type=listed.type,
        holders=listed.holders,
        parties=listed.parties,
    )
