"""How each kind of matter of an exercise folds: one way for five of them.

    Part(kind, State, MOVES)    a state, and one function a tag: what the act does, or why nothing

What an act does follows from what its author had seen, and from nothing else: so acts that
crossed do the same in whatever order they are folded.

Floor: joint (pure).
"""

import hashlib
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass, replace
from functools import cache
from typing import Any, Protocol, Self, cast, get_args, get_origin, get_type_hints

from comity.acts import shape, turns
from comity.acts.record import Act
from comity.acts.turns import Entry, Turn
from comity.joint.exercise import acts
from comity.kernel import ijson
from comity.kernel.ijson import Json


class State(Protocol):
    """The state of a matter of any of the kinds: a frozen dataclass."""

    @property
    def parties(self) -> tuple[str, ...]:
        """Of the channel, in the arrangement's order."""

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Every act, with or without effect."""


@dataclass(frozen=True, slots=True)
class Coming:
    """An act as it comes.

    Attributes:
        act: what is said.
        party: its author.
        at: its position among the turns.
        at_ms: effective time at which every other party held it, or None.
        first_ms: effective time at which the first other party held it, or None.
        unseen: positions of the turns of effect that its author had not seen.
    """

    act: Act
    party: str
    at: int
    at_ms: int | None = None
    first_ms: int | None = None
    unseen: frozenset[int] = frozenset()

    def code(self, name: str) -> str:
        """Return a code of the act, or ""."""
        return self.act.codes.get(name, "")

    def saw(self, at: int) -> bool:
        """Return whether its author had seen a turn."""
        return at not in self.unseen


class Placed(Protocol):
    """A part of a state that one act made."""

    @property
    def id(self) -> str:
        """Of the act."""

    @property
    def party(self) -> str:
        """Its author."""

    @property
    def at(self) -> int:
        """Its position among the turns."""


def answered[One: Placed](parts: Sequence[One], coming: Coming) -> One | None:
    """Return what an act answers: of one id that was seen, the first by another party."""
    found = [one for one in parts if one.id == coming.act.answers and coming.saw(one.at)]
    others = (one for one in found if one.party != coming.party)
    return next(others, found[0] if found else None)


def swapped[One: Placed](parts: Sequence[One], one: One) -> tuple[One, ...]:
    """Return parts in which one stands in place of that of its position."""
    return tuple(one if each.at == one.at else each for each in parts)


type Move[S] = Callable[[S, Coming], S | str]
"""The state after an act, but for its turn; or why it does nothing."""


@dataclass(frozen=True)
class Part[S: State]:
    """One kind of matter.

    Attributes:
        kind: its code.
        begin: its state where nothing was said, of the parties.
        moves: what each tag does.
        opens: the tag that opens a matter.
    """

    kind: str
    begin: type[S]
    moves: Mapping[str, Move[S]]
    opens: str

    def empty(self, parties: Sequence[str]) -> S:
        """Return the state where nothing was said."""
        return cast("Any", self.begin)(parties=tuple(parties))  # type: ignore[no-any-return] # of the kind

    def fold_all(
        self,
        entries: Sequence[Entry],
        parties: Sequence[str],
        firsts: Sequence[int | None] = (),
    ) -> S:
        """Return where a matter stands after all its acts, given in their order.

        Args:
            entries: as the order of the matter has them.
            parties: of the channel, in the arrangement's order.
            firsts: when the first other party held each; where it is not given, when all did.
        """
        now = self.empty(parties)
        for at, (placed, crossed, party, at_ms) in enumerate(entries):
            missed = turns.of_effect(now, placed.act) if crossed else ()
            unseen = turns.not_seen(placed, tuple(missed), entries)
            first_ms = firsts[at] if firsts else at_ms
            now = self._after(now, Coming(placed.act, party, at, at_ms, first_ms, unseen))
        return now

    def fold(self, now: S, act: Act, party: str, at_ms: int | None = None) -> S:
        """Return the state after one act whose author has seen all that was said before."""
        return self._after(now, Coming(act, party, len(now.turns), at_ms, at_ms))

    def result(self, now: S, act: Act, party: str) -> tuple[bool, str]:
        """Return whether an act would take effect now, and what it would do, or why nothing."""
        turn = self.fold(now, act, party).turns[-1]
        return turn.takes_effect, turn.result

    def _after(self, now: S, coming: Coming) -> S:
        moved = self._moved(now, coming)
        is_effective = not isinstance(moved, str)
        act = coming.act
        turn = Turn(
            act_id=act.id,
            party=coming.party,
            tag=act.tag,
            result=moved if isinstance(moved, str) else act.tag.partition(".")[2].partition("/")[0],
            is_effective=is_effective,
            answers=act.answers,
            reason=coming.code(acts.REASON),
            items=act.items,
            crossed=bool(coming.unseen),
            received_at_ms=coming.at_ms,
        )
        after = now if isinstance(moved, str) else moved
        return cast("S", replace(cast("Any", after), turns=(*now.turns, turn)))

    def _moved(self, now: S, coming: Coming) -> S | str:
        wrong = acts.check(coming.act, self.kind)
        if wrong:
            return wrong
        if coming.party not in now.parties:
            return shape.NO_PARTY
        is_ours = coming.act.matter.id == acts.matter_id(self.kind, coming.party, coming.act.id)
        if coming.act.tag == self.opens and not is_ours:
            return shape.MATTER_OF_ANOTHER
        return self.moves[coming.act.tag](now, coming)

    def to_json(self, now: S) -> Json:
        """Return the state as a JSON value; `from_json` is its inverse."""
        return cast("Json", _plain(asdict(cast("Any", now))))

    def from_json(self, value: Json) -> S:
        """Read back what `to_json` gave: our own cache, so a wrong shape is our own bug."""
        return cast("S", _read(self.begin, value))

    def digest(self, now: S) -> str:
        """Return the SHA-256 of the canonical JSON of the state, 64 hex digits."""
        return hashlib.sha256(ijson.render(self.to_json(now))).hexdigest()


@dataclass(frozen=True, slots=True)
class Opened:
    """The act that opened a matter.

    Attributes:
        id, party: of the act, and its author.
        at: position among the turns.
    """

    id: str
    party: str
    at: int

    @classmethod
    def by(cls, coming: Coming) -> Self:
        """Return what an act opened."""
        return cls(coming.act.id, coming.party, coming.at)


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any part of a state
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:  # noqa: ANN401 -- any part of a state
    """Return a value as its type says: parts are dataclasses, their lists tuples."""
    if is_dataclass(kind):
        hints = _hints(cast("type", kind))
        return cast("Any", kind)(**{name: _read(hints[name], one) for name, one in value.items()})
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], one) for one in value)
    if isinstance(kind, types.UnionType):
        inner = next(one for one in get_args(kind) if one is not types.NoneType)
        return None if value is None else _read(inner, value)
    return value
