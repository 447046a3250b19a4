"""The history of a matter: its acts in order, what crossed, and who held what from when.

    History(("fr", "sn"), (Heard(placed, crossed=False, party="fr", by={"sn": Received(…)}), …))

It is all that a room folds, judges or counts by.  Where it comes from is nothing to the room:
the logs of a channel, all of them or a cut, entries that were disclosed, or a book that one State
keeps of what a partner without a node said.

Floor: node.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from comity.acts import order
from comity.acts.order import Placed


@dataclass(frozen=True, slots=True)
class Received:
    """The receipt by which an act had been received.

    Attributes:
        log: in which it stands.
        index: in that log.
        at_ms: its effective time.
        claimed_ms: what it claims.
    """

    log: str
    index: int
    at_ms: int
    claimed_ms: int


@dataclass(frozen=True, slots=True)
class Heard:
    """One act of a matter, and by which receipt those that it speaks to had it.

    Attributes:
        placed: the act and where it stands.
        crossed: whether anything before it was not seen.
        party: its author.
        by: `{party that it speaks to: the receipt by which it had it, or None}`.
    """

    placed: Placed
    crossed: bool
    party: str
    by: Mapping[str, Received | None]

    @property
    def received(self) -> Received | None:
        """The receipt by which the last of those it speaks to had it, or None while one has not."""
        found = self.receipts
        return max(found, key=_at_ms) if found and len(found) == len(self.by) else None

    @property
    def receipts(self) -> list[Received]:
        """Every receipt by which one of those had it."""
        return [one for one in self.by.values() if one is not None]

    @property
    def at_ms(self) -> int | None:
        """When all of those that it speaks to held it, effective time, or None."""
        return None if (found := self.received) is None else found.at_ms

    def held_by_ms(self, parties: Collection[str]) -> int | None:
        """Return when all of those that it speaks to among these held it, or None."""
        found = [one for party, one in self.by.items() if party in parties]
        times = [one.at_ms for one in found if one is not None]
        return max(times) if times and len(times) == len(found) else None

    @property
    def held_ms(self) -> Mapping[str, int | None]:
        """When each of those held it, or None."""
        return {party: None if one is None else one.at_ms for party, one in self.by.items()}

    def on(self, track: str, asker: str) -> Received | None:
        """Return the receipt by which the other side of a track had it, or None.

        What another party says, and what does not speak to that side, never comes there.
        """
        if self.party not in {track, asker}:
            return None
        return self.by.get(track if self.party == asker else asker)


@dataclass(frozen=True, slots=True)
class History:
    """What was said in a matter.

    Attributes:
        parties: of the channel, in the arrangement's order.
        heard: its acts, in the order of the matter.
    """

    parties: tuple[str, ...] = ()
    heard: tuple[Heard, ...] = ()

    @property
    def among(self) -> Collection[str]:
        """Who speaks in it or is spoken to: all of the channel where no act names anybody."""
        named = {to.party for one in self.heard for to in one.placed.act.to}
        return named.union(one.party for one in self.heard) if named else self.parties

    @property
    def entries(self) -> list[tuple[Placed, bool, str, int | None]]:
        """Each act as a fold takes it: in its place, whether it crossed, its author, held when."""
        return [(one.placed, one.crossed, one.party, one.at_ms) for one in self.heard]

    @property
    def held_ms(self) -> list[Mapping[str, int | None]]:
        """When each party that an act speaks to held it."""
        return [one.held_ms for one in self.heard]


type By = Mapping[str, Received | None]
"""By which receipt each party that an act speaks to had it."""


def of(parties: Sequence[str], acts: Sequence[Placed], by: Mapping[tuple[str, int], By]) -> History:
    """Return the history that acts are, in whatever order they come.

    Args:
        parties: of the channel, in the arrangement's order.
        acts: of the matter.
        by: `{(origin, index) of an act: by which receipts it was had}`; none for nobody.
    """
    ordered = order.in_order(acts)
    crossed = order.crossings(ordered)
    return History(
        tuple(parties),
        tuple(
            Heard(one, crossed[at], parties[one.party_place], by.get((one.origin, one.index), {}))
            for at, one in enumerate(ordered)
        ),
    )


def _at_ms(one: Received) -> int:
    return one.at_ms
