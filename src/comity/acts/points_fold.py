"""How acts settle points: what an act does to a matter of points, for every room that has such.

    RULES = Rules("proposal", SHAPES, openings=frozenset({PUT}), stating=frozenset({STATED}),
                  leaving=frozenset({LEFT}), values=values)
    fold_all(RULES, entries, parties)  ->  State: who stands on what, and all else that was said

An act gives values, leaves points, or says something else; a room tells which, and adds rules of
its own.  What an act does follows from what its author had seen, and from nothing else.

Source: docs/spec/stance.md.
Floor: acts (pure).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts import shape, stance, turns
from comity.acts.points import OPENING, POINTS_MAX, Said, State, verb_of
from comity.acts.record import Act
from comity.acts.shape import Shape
from comity.acts.stance import LEFT
from comity.acts.turns import Entry, Turn
from comity.kernel.inadmissible import Inadmissible

NO_MATTER: Final = "no-matter"
OPENED_BEFORE: Final = "opened-before"
NOTHING_STATED: Final = "nothing-stated"
POINT_UNKNOWN: Final = "point-unknown"
STATED_BEFORE: Final = "stated-before"
NOT_STANDING: Final = "not-standing"
TOO_MANY_POINTS: Final = "too-many-points"
NOTHING_ANSWERED: Final = "nothing-answered"
NOT_ENTITLED: Final = "not-entitled"
SAID_BEFORE: Final = "said-before"

_SHOW: Final = "Show the matter to see where it stands."

WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        NO_MATTER: ("There is no such matter here.", "Use an id that its list shows."),
        OPENED_BEFORE: ("This State has opened this matter before.", _SHOW),
        NOTHING_STATED: (
            "It takes values of no act of another State that was seen here.",
            "Show the matter and use the id of an act that states values.",
        ),
        POINT_UNKNOWN: (
            "It names a point that the matter or the answered act does not have.",
            "Show the matter and name points that it has.",
        ),
        STATED_BEFORE: (
            "This State already stands on every value that it gives.",
            "State another value, or nothing.",
        ),
        NOT_STANDING: (
            "This State stands on no value of these points.",
            "Leave points on which this State has stated a value.",
        ),
        TOO_MANY_POINTS: (
            f"A matter has at most {POINTS_MAX} points.",
            "Open another matter for the rest.",
        ),
        NOTHING_ANSWERED: (
            "It answers nothing of its kind that was said in this matter.",
            "Show the matter and use the id of what is meant.",
        ),
        NOT_ENTITLED: (
            "It is not for this State to say this.",
            "The other side answers what one side has said.",
        ),
        SAID_BEFORE: ("This State has said that before.", _SHOW),
    }
)
"""`{name: (why not, what to do instead)}` of what all these rooms refuse alike."""
RULES: Final = frozenset(f"stance.{name}" for name in WHY)
"""Every rule that `no` can give beside those of the room."""


@dataclass(frozen=True, slots=True)
class Coming:
    """An act as it comes.

    Attributes:
        act: what is said.
        party: its author.
        at: its position among the turns.
        unseen: positions of the turns of effect that its author had not seen.
    """

    act: Act
    party: str
    at: int
    unseen: frozenset[int] = frozenset()


def _no_values(_act: Act) -> Mapping[str, str]:
    return {}


def _no_points(_act: Act) -> tuple[str, ...]:
    return ()


def _fine(_now: State, _coming: Coming) -> str:
    return ""


def _well_formed(_act: Act) -> str:
    return ""


def _own_id(act: Act, party: str) -> str:
    return shape.matter_id(act.matter.kind, party, act.id)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a room says of its acts.

    Attributes:
        kind: of the matter.
        shapes: fields of every tag.
        openings: tags that open a matter, once for each party that may.
        stating: tags that state values, beside those that open.
        leaving: tags that leave points.
        values: act -> the values that it gives, by point.
        leaves: act -> the points that it leaves; none: all on which its author stands.
        check: act -> what is wrong with it by itself, by name, or "".
        problem: (state, act as it comes) -> why it does nothing, or "".
        matter_id: (act, party) -> the id of the matter that it opens.
    """

    kind: str
    shapes: Mapping[str, Shape]
    openings: frozenset[str]
    stating: frozenset[str]
    leaving: frozenset[str]
    values: Callable[[Act], Mapping[str, str]] = _no_values
    leaves: Callable[[Act], tuple[str, ...]] = _no_points
    check: Callable[[Act], str] = _well_formed
    problem: Callable[[State, Coming], str] = _fine
    matter_id: Callable[[Act, str], str] = _own_id


def fold_all(rules: Rules, entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a matter stands after all its acts, given in their order."""

    def one(
        now: State, act: Act, party: str, /, *, at_ms: int | None, unseen: frozenset[int]
    ) -> State:
        return fold(rules, now, act, party, at_ms=at_ms, unseen=unseen)

    return turns.fold_all(State(tuple(parties)), entries, one)


def fold(
    rules: Rules,
    now: State,
    act: Act,
    party: str,
    *,
    at_ms: int | None = None,
    unseen: frozenset[int] = frozenset(),
) -> State:
    """Return the state after one act.

    Args:
        rules: of the room.
        now: state before it.
        act: what was said.
        party: its author.
        at_ms: effective time at which every other party held it, or None.
        unseen: positions of the turns of effect that its author had not seen.
    """
    moved = _moved(rules, now, Coming(act, party, len(now.turns), unseen))
    is_effective = isinstance(moved, State)
    turn = Turn(
        act_id=act.id,
        party=party,
        tag=act.tag,
        result=verb_of(act.tag) if isinstance(moved, State) else moved,
        is_effective=is_effective,
        answers=act.answers,
        reason=act.codes.get("reason", ""),
        items=act.items,
        crossed=bool(unseen),
        received_at_ms=at_ms,
    )
    after = moved if isinstance(moved, State) else now
    return replace(after, turns=(*now.turns, turn))


def no(name: str) -> Inadmissible:
    """Return the refusal by rule that a name stands for, but for the names of one room."""
    return Inadmissible(f"stance.{name}", *WHY[name]) if name in WHY else shape.no(name)


def answered(now: State, coming: Coming, *tags: str) -> Said | None:
    """Return what an act answers, of some tags and as far as it was seen.

    Each party has ids of its own, so that several may have one: the first by another party.
    """
    answers = coming.act.answers
    same_id = [one for one in now.said if one.id == answers]
    found = [one for one in same_id if one.tag in tags and one.at not in coming.unseen]
    others = (one for one in found if one.party != coming.party)
    return next(others, found[0] if found else None)


def _moved(rules: Rules, now: State, coming: Coming) -> State | str:
    """Return the state after an act, but for its turn; or why it does nothing."""
    wrong = _problem(rules, now, coming)
    if wrong:
        return wrong
    if coming.act.tag in rules.leaving:
        return _left(rules, now, coming)
    values = _values(rules, now, coming)
    return values if isinstance(values, str) else _stated(rules, now, coming, values)


def _problem(rules: Rules, now: State, coming: Coming) -> str:
    """Return why an act does nothing, whatever it states or leaves; or ""."""
    malformed = shape.problem(coming.act, rules.kind, rules.shapes) or rules.check(coming.act)
    if malformed:
        return malformed
    if coming.party not in now.parties:
        return shape.NO_PARTY
    return _wrong_place(rules, now, coming) or rules.problem(now, coming)


def _stated(rules: Rules, now: State, coming: Coming, values: Mapping[str, str]) -> State | str:
    """Return the state after an act that states values, or none."""
    stood = {point: stance.last(now.stances(point), coming.party) for point in values}
    if stood == values and coming.act.tag in rules.stating:
        return STATED_BEFORE
    if len(now.points) + len(values) > POINTS_MAX:
        known = {p for p, of in now.points.items() if any(o.at not in coming.unseen for o in of)}
        if len(known | values.keys()) > POINTS_MAX:
            return TOO_MANY_POINTS
    return _with(now, coming, values)


def _wrong_place(rules: Rules, now: State, coming: Coming) -> str:
    """Return why an act opens nothing, or is said of no matter; or ""."""
    opened = now.told(*rules.openings)
    if coming.act.tag in rules.openings:
        if coming.act.matter.id != rules.matter_id(coming.act, coming.party):
            return shape.MATTER_OF_ANOTHER
        is_again = any(one.party == coming.party for one in opened)
        return OPENED_BEFORE if is_again else ""
    seen = {one.id for one in opened if one.at not in coming.unseen}
    is_of_it = rules.shapes[coming.act.tag].answers != OPENING or coming.act.answers in seen
    return "" if seen and is_of_it else NO_MATTER


def _values(rules: Rules, now: State, coming: Coming) -> Mapping[str, str] | str:
    """Return the values that an act gives or takes, by point; or why it does nothing."""
    act = coming.act
    given = rules.values(act)
    if act.tag not in rules.stating:
        return given
    about = answered(now, coming, *rules.openings, *rules.stating)
    is_taking = bool(act.items) or not given
    if about is None or (is_taking and about.party == coming.party):
        return NOTHING_STATED
    if not is_taking:
        return given
    stated = now.given(about)
    if not {*act.items} <= stated.keys():
        return POINT_UNKNOWN
    taken = {point: stated[point] for point in act.items or stated}
    return {**taken, **given}


def _left(rules: Rules, now: State, coming: Coming) -> State | str:
    """Return the state after an act that leaves points: those that it names, or all."""
    own = {p for p, of in now.points.items() if stance.last(of, coming.party) != LEFT}
    named = {*rules.leaves(coming.act)} or own
    if not named or not named <= own:
        return NOT_STANDING
    return _with(now, coming, dict.fromkeys(sorted(named), LEFT))


def _with(now: State, coming: Coming, values: Mapping[str, str]) -> State:
    """Return the state with the stances that an act takes, and with the act."""
    act, points = coming.act, dict(now.points)
    for point, value in values.items():
        of = now.stances(point)
        points[point] = stance.add(
            of, coming.party, value, coming.at, coming.unseen, parties=len(now.parties)
        )
    said = Said(
        act.id,
        act.tag,
        coming.party,
        coming.at,
        act.answers,
        MappingProxyType({**act.codes}),
        MappingProxyType({**act.times}),
        act.items,
        MappingProxyType({one.role: one.sha256 for one in act.blobs}),
    )
    by_tag = MappingProxyType({**now.by_tag, act.tag: (*now.by_tag.get(act.tag, ()), said)})
    return replace(now, points=MappingProxyType(points), said=(*now.said, said), by_tag=by_tag)
