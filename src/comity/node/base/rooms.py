"""A room as a value: what it answers, so that the node asks for no kind of matter by name.

    rooms: Rooms = {"request": REQUEST, "case": CASE, …}
    rooms.get(matter.kind)  ->  Room(kind="case", fold_all=…, admit=…, …) or None

A kind that is not among a node's rooms folds to nothing, and its acts are kept.

Floor: node.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from comity.acts.order import Placed
from comity.acts.record import Act
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible

type Entry = tuple[Placed, bool, str, int | None]
"""An act in its place, whether it crossed one before it, its author, and the effective
time in milliseconds at which every party that it speaks to held it, or None."""

type Heard = Mapping[str, int | None]
"""When each party that an act speaks to held it, effective time in milliseconds, or None."""

type State = Any
"""The folded state of a matter: each room has its own."""


@dataclass(frozen=True, slots=True)
class Line:
    """How a matter stands, in one line; both nodes compute the same.

    Attributes:
        status: the room's word for it.
        holder: the party whose turn it is, or "".
        urgency: a code, or "".
        asker: the party that opened it, or "".
    """

    status: str
    holder: str = ""
    urgency: str = ""
    asker: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """How one State lists a matter, beside its line.

    Attributes:
        status: as this State sees it.
        type: by which lists filter, or "".
        holders: parties whose turn it is.
        parties: that take part.
        references: file numbers and ids by which it is found.
        keys: further keys under which officers of this State read it; see
            `comity.node.base.reader`.
        is_apart: whether only they do, and no agency for having spoken or been addressed.
        place: the less comes first among those whose turn it is alike.
    """

    status: str
    type: str = ""
    holders: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    is_apart: bool = False
    place: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """One kind of matter.

    Attributes:
        kind: its code.
        tags: what can be said.
        last_words: tags of what decides, corrects or ends one: sayable to the last (see `many`).
        fold_all: (acts of a matter in their order, parties of the channel in the arrangement's
            order, of each act when each party that it speaks to held it) -> its state.
        admit: (state, act, party) -> why the party may not say this now, or None.
        to_json: the state as JSON.
        from_json: reads back what `to_json` gave.
        line: how it stands.
        listed: (state, own party) -> how this State lists it.
        speakers: roles that say it beside those that say everything.
        audience: keys of those who read every matter of the kind, where it is of no agency.
    """

    kind: str
    tags: frozenset[str]
    last_words: frozenset[str]
    fold_all: Callable[[Sequence[Entry], Sequence[str], Sequence[Heard]], State]
    admit: Callable[[State, Act, str], Inadmissible | None]
    to_json: Callable[[State], Json]
    from_json: Callable[[Json], State]
    line: Callable[[State], Line]
    listed: Callable[[State, str], Listed]
    speakers: frozenset[str] = frozenset()
    audience: tuple[str, ...] = ()

    def empty(self, parties: Sequence[str] = ()) -> State:
        """Return the state of a matter of which nothing was said."""
        return self.fold_all([], parties, [])


type Rooms = Mapping[str, Room]
"""Every room of a node by its kind."""


def by_kind(rooms: Iterable[Room]) -> Rooms:
    """Return rooms by their kinds."""
    found = {one.kind: one for one in rooms}
    return MappingProxyType(found)
