"""The registry of rooms: what the node knows of a kind of matter.

`understand` refolds a touched matter through its room; a kind that is not here folds to
nothing, and its acts are kept.

Floor: node.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol

from comity.acts.order import Placed
from comity.acts.record import Act
from comity.joint.request import acts, decide, fold, state, view
from comity.joint.request.state import State
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible

type Entry = tuple[Placed, bool, str, int | None]
"""An act in its place, whether it crossed one before it, its author, and the effective
time in milliseconds at which the other side received it, or None."""


class Room[S](Protocol):
    """One kind of matter."""

    kind: str

    def fold_all(self, entries: Sequence[Entry]) -> S:
        """Return the state after all acts of a matter, given in their order."""
        ...

    def admit(self, folded: S, act: Act, party: str) -> Inadmissible | None:
        """Return why `party` may not say this now, or None if it may."""
        ...

    def status(self, folded: S) -> str:
        """Return the room's word for where the matter stands."""
        ...

    def holder(self, folded: S) -> str:
        """Return the party that holds the ball, or ""."""
        ...

    def urgency(self, folded: S) -> str:
        """Return its urgency, a code, or ""."""
        ...

    def asker(self, folded: S) -> str:
        """Return the party that opened it, or ""."""
        ...

    def digest(self, folded: S) -> str:
        """Return the SHA-256 of the canonical state, hex."""
        ...

    def to_json(self, folded: S) -> Json:
        """Return the state as JSON."""
        ...

    def from_json(self, value: Json) -> S:
        """Read back what `to_json` gave."""
        ...


class RequestRoom:
    """The room `request`."""

    kind = acts.KIND

    def fold_all(self, entries: Sequence[Entry]) -> State:
        """Return where a request stands after all its acts."""
        return fold.fold_all(entries)

    def admit(self, folded: State, act: Act, party: str) -> Inadmissible | None:
        """Return why `party` may not say this now, or None if it may."""
        return decide.admit(folded, act, party)

    def status(self, folded: State) -> str:
        """Return its status, a word of the table."""
        return view.status(folded)

    def holder(self, folded: State) -> str:
        """Return the first addressee that has not decided, or ""."""
        return view.holder(folded)

    def urgency(self, folded: State) -> str:
        """Return `emergency`, `urgent`, `routine` or ""."""
        return folded.urgency

    def asker(self, folded: State) -> str:
        """Return the party that asked, or ""."""
        return folded.asker

    def digest(self, folded: State) -> str:
        """Return the SHA-256 of the canonical state, hex."""
        return state.digest(folded)

    def to_json(self, folded: State) -> Json:
        """Return the state as JSON."""
        return state.to_json(folded)

    def from_json(self, value: Json) -> State:
        """Read back what `to_json` gave."""
        return state.from_json(value)


REQUEST: Final = RequestRoom()

ROOMS: Final[Mapping[str, Room[State]]] = MappingProxyType({REQUEST.kind: REQUEST})
"""Every room by its kind."""
