"""Where a snapshot of a review stands: what it names, what each party found, every comment.

    State
      Position      what a party found last: the same digest, or another
      Comment       what a party said of one cell
      Turn          one act, with or without effect

Floor: joint (pure).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Final, cast

from comity.kernel import ijson
from comity.kernel.ijson import Json

NONE: Final = "none"
OPEN: Final = "open"
DIFFERS: Final = "differs"
AGREED: Final = "agreed"
WITHDRAWN: Final = "withdrawn"

STATUSES: Final = (NONE, OPEN, DIFFERS, AGREED, WITHDRAWN)

NAMED: Final = "named"
CONCURRED: Final = "concurred"
DIFFERED: Final = "differed"
COMMENTED: Final = "commented"
TAKEN_BACK: Final = "withdrawn"
WITH_EFFECT: Final = frozenset({NAMED, CONCURRED, DIFFERED, COMMENTED, TAKEN_BACK})
"""Results that change what holds."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One act of the matter, with or without effect, in the order of the matter.

    Attributes:
        act_id: of the act.
        party: its author.
        tag: what it says.
        result: what it did, or why it does nothing.
        digest: that it names, or "".
        cell: that it is about, or "".
        reason: its code, or "".
        crossed: whether it had not seen an act of effect that stands before it.
        received_at_ms: effective time at which every other party held it, or None.
    """

    act_id: str
    party: str
    tag: str
    result: str
    digest: str = ""
    cell: str = ""
    reason: str = ""
    crossed: bool = False
    received_at_ms: int | None = None

    @property
    def takes_effect(self) -> bool:
        """Whether it changed more than the time line."""
        return self.result in WITH_EFFECT


@dataclass(frozen=True, slots=True)
class Position:
    """What a party found: by which act, at which position among the turns, which digest."""

    party: str
    act_id: str
    at: int
    digest: str


@dataclass(frozen=True, slots=True)
class Comment:
    """What a party said of one cell: by which act; its words are a blob of that act."""

    cell: str
    party: str
    act_id: str
    at: int


@dataclass(frozen=True, slots=True)
class State:
    """Where a snapshot stands.

    Attributes:
        parties: of the channel, in the arrangement's order: all others must concur.
        author: party that named it, or "" while nobody did.
        snapshot_id: id of its act, or "".
        digest: SHA-256 of the figures, 64 hex digits.
        definitions: version of the definitions.
        from_ms: beginning of the period.
        to_ms: its end.
        instant_ms: at which what is open is measured.
        before_from_ms: beginning of the period before, or None.
        sizes: `{origin of a log: how many of its entries}`.
        positions: all that were said, in the order of the turns; of a party the last one holds.
        comments: in the order of the turns.
        withdrawn_by: id of the act that took it back, or "".
        turns: every act, in the order of the matter.
    """

    parties: tuple[str, ...] = ()
    author: str = ""
    snapshot_id: str = ""
    digest: str = ""
    definitions: str = ""
    from_ms: int = 0
    to_ms: int = 0
    instant_ms: int = 0
    before_from_ms: int | None = None
    sizes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    positions: tuple[Position, ...] = ()
    comments: tuple[Comment, ...] = ()
    withdrawn_by: str = ""
    turns: tuple[Turn, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """The parties that are to concur."""
        return tuple(one for one in self.parties if one != self.author)

    def position(self, party: str, unseen: frozenset[int] = frozenset()) -> Position | None:
        """Return what a party found last, of what stands not among the unseen positions."""
        found = (one for one in reversed(self.positions) if one.party == party)
        return next((one for one in found if one.at not in unseen), None)

    def is_agreed(self, unseen: frozenset[int] = frozenset()) -> bool:
        """Return whether every other party found the same last, as far as it was seen."""
        found = [self.position(party, unseen) for party in self.others]
        return bool(found) and all(one is not None and one.digest == self.digest for one in found)


EMPTY: Final = State()


def to_json(state: State) -> Json:
    """Return the state as a JSON value; `from_json` is its inverse."""
    lists: dict[str, Json] = {
        name: [cast("Json", asdict(one)) for one in getattr(state, name)] for name in _LISTS
    }
    plain = {name: getattr(state, name) for name in _PLAIN}
    return {**plain, **lists, "parties": [*state.parties], "sizes": dict(state.sizes)}


def from_json(value: Json) -> State:
    """Read back what `to_json` gave: our own cache, so a wrong shape is our own bug."""
    fields = cast("dict[str, Any]", value)
    lists = {name: tuple(kind(**one) for one in fields[name]) for name, kind in _LISTS.items()}
    plain = {name: fields[name] for name in _PLAIN}
    sizes = MappingProxyType(fields["sizes"])
    return State(**{**plain, **lists, "parties": tuple(fields["parties"]), "sizes": sizes})


def digest(state: State) -> str:
    """Return the SHA-256 of the canonical JSON of the state, 64 hex digits."""
    return hashlib.sha256(ijson.render(to_json(state))).hexdigest()


_LISTS: Final = MappingProxyType({"positions": Position, "comments": Comment, "turns": Turn})
_PLAIN: Final = (
    "author",
    "snapshot_id",
    "digest",
    "definitions",
    "from_ms",
    "to_ms",
    "instant_ms",
    "before_from_ms",
    "withdrawn_by",
)
