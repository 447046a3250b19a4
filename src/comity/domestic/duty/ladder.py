"""Whom a call rings, one rung after the other, until somebody picks it up.

    Ladder((Rung("line", "night", 5), Rung("officer", "han", 10)), repeats=1)
    due(ladder, ring, now_ms, who)  ->  Rang(rung=1, turn=0, officers=("han",), at_ms=…) or None

A rung that nobody stands on takes no time and burns no turn.  After the last turn, and at once
where nobody stands on any rung, everybody of the contact point is rung: so no call is left alone.
A drill may be kept to the first rungs, or quiet; nothing keeps a call so.
Who was rung stays rung until somebody answers.  An answer that picks nothing up holds the ladder
for a while, not for good.

Floor: domestic (pure).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, cast

from comity.kernel.ijson import Json

LINE: Final = "line"
OFFICER: Final = "officer"
KINDS: Final = (LINE, OFFICER)
LAST: Final = -1
"""The rung after all others: everybody of the contact point."""

MINUTE_MS: Final = 60_000
MINUTES_MAX: Final = 120
RUNGS_MAX: Final = 16
REPEATS_MAX: Final = 9
ANSWERED_MS: Final = 10 * MINUTE_MS
"""How long an answer holds the ladder, if nobody picks up."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung.

    Attributes:
        kind: `line` or `officer`.
        name: of it.
        minutes: until the next rung is rung.
    """

    kind: str
    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs in their order.

    Attributes:
        rungs: from the first on.
        repeats: how often all of them are rung again, before the contact point is.
        drills: on how many rungs a drill is rung; 0: it wakes nobody; None: it is rung as a call.
        by, at_ms: who set it, and when.
    """

    rungs: tuple[Rung, ...] = ()
    repeats: int = 0
    by: str = ""
    at_ms: int = 0
    drills: int | None = None

    def is_quiet(self, *, is_drill: bool) -> bool:
        """Return whether something wakes nobody: a drill may be quiet, a call never is."""
        return is_drill and self.drills == 0


@dataclass(frozen=True, slots=True)
class Rang:
    """A rung that was rung: `rung` counts from 0, or is `LAST`; `turn` counts from 0."""

    rung: int
    turn: int
    officers: tuple[str, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class Ring:
    """One ring: from when somebody must be woken until nobody must.

    Attributes:
        number: by which messages name it.
        channel, party, word: what rings alike is one ring: of one State, and one level.
        kind, id: of the matter that rang first.
        began_ms: when it began.
        rang: what was rung, in order.
        codes: `{officer: code}` that the message to an officer has, and nothing else.
        answered: `(officer, when)`, in order: codes that were given back.
        ended_ms: when the matter rang no more, or None.
        is_drill: whether it is a drill.
    """

    number: int
    channel: str
    party: str
    word: str
    kind: str
    id: str
    began_ms: int
    rang: tuple[Rang, ...] = ()
    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    answered: tuple[tuple[str, int], ...] = ()
    ended_ms: int | None = None
    is_drill: bool = False

    @property
    def officers(self) -> tuple[str, ...]:
        """Everybody who was rung, who was first first."""
        return tuple(dict.fromkeys(name for one in self.rang for name in one.officers))


type Who = Callable[[Rung | None, int], Sequence[str]]
"""(a rung, or None for the contact point; instant) -> who stands on it, if anybody does."""


def by_lines(lines: Sequence[str], minutes: int) -> Ladder:
    """Return the ladder where none was set: every line of duty in turn."""
    return Ladder(tuple(Rung(LINE, one, minutes) for one in lines))


def is_held(ring: Ring, now_ms: int) -> bool:
    """Return whether somebody has just answered: then nothing more is handed over."""
    return bool(ring.answered) and now_ms - ring.answered[-1][1] < ANSWERED_MS


def next_ms(ladder: Ladder, ring: Ring) -> int | None:
    """Return when the next rung is rung at the earliest; None after the last."""
    if ring.is_drill and ladder.drills is not None and len(ring.rang) >= ladder.drills:
        return None
    if not ring.rang:
        return ring.began_ms
    last = ring.rang[-1]
    if last.rung == LAST:
        return None
    minutes = ladder.rungs[last.rung].minutes if last.rung < len(ladder.rungs) else 0
    at_ms = last.at_ms + minutes * MINUTE_MS
    return max(at_ms, ring.answered[-1][1] + ANSWERED_MS) if ring.answered else at_ms


def due(ladder: Ladder, ring: Ring, now_ms: int, who: Who) -> Rang | None:
    """Return what is rung now, or None: it is not time, or all were."""
    at_ms = next_ms(ladder, ring)
    if ring.ended_ms is not None or at_ms is None or now_ms < at_ms or is_held(ring, now_ms):
        return None
    for rung, turn in _ahead(ladder, ring):
        found = tuple(dict.fromkeys(who(ladder.rungs[rung], now_ms)))
        if found:
            return Rang(rung, turn, found, now_ms)
    everybody = tuple(dict.fromkeys(who(None, now_ms)))
    return Rang(LAST, _turn(ring), everybody, now_ms)


def _turn(ring: Ring) -> int:
    return ring.rang[-1].turn if ring.rang else 0


def _ahead(ladder: Ladder, ring: Ring) -> Iterator[tuple[int, int]]:
    """Give the rungs that follow: the rest of this turn, and those of one more if there is one.

    One is enough: where nobody stands on any rung of a turn, nobody does in the next.
    """
    turn, last = _turn(ring), ring.rang[-1].rung if ring.rang else -1
    yield from ((rung, turn) for rung in range(last + 1, len(ladder.rungs)))
    if turn < ladder.repeats and ring.rang:
        yield from ((rung, turn + 1) for rung in range(len(ladder.rungs)))


def rung(ring: Ring, rang: Rang) -> Ring:
    """Return the ring after a rung was rung."""
    return replace(ring, rang=(*ring.rang, rang))


def to_json(ladder: Ladder) -> Json:
    """Return a ladder as a JSON value."""
    return cast("Json", {**asdict(ladder), "rungs": [asdict(one) for one in ladder.rungs]})


def from_json(value: Json) -> Ladder:
    """Read back what `to_json` gave."""
    fields = cast("dict[str, Any]", value)
    return Ladder(**{**fields, "rungs": tuple(Rung(**one) for one in fields["rungs"])})


def ring_to_json(ring: Ring) -> Json:
    """Return a ring as a JSON value; `ring_from_json` is its inverse."""
    rang = [{**asdict(one), "officers": [*one.officers]} for one in ring.rang]
    fields: dict[str, Any] = {name: getattr(ring, name) for name in _PLAIN}
    answered = [[*one] for one in ring.answered]
    return cast("Json", {**fields, "rang": rang, "codes": {**ring.codes}, "answered": answered})


_PLAIN: Final = (
    "number",
    "channel",
    "party",
    "word",
    "kind",
    "id",
    "began_ms",
    "ended_ms",
    "is_drill",
)


def ring_from_json(value: Json) -> Ring:
    """Read back what `ring_to_json` gave."""
    fields = cast("dict[str, Any]", value)
    return Ring(
        **{name: fields[name] for name in _PLAIN},
        rang=tuple(Rang(**{**one, "officers": tuple(one["officers"])}) for one in fields["rang"]),
        codes=MappingProxyType(dict(fields["codes"])),
        answered=tuple((str(name), int(at_ms)) for name, at_ms in fields["answered"]),
    )
