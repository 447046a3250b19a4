"""The clocks of a request: what was agreed, counted over what took effect; what is due next.

    timed(state, "sn", rules, adopted, now_ms) -> (Timed("sn", "sn", Rule(…), Clock(…), ()), …)
    dues(state, found)                         -> (Due("sn", "answer", "completion", 1796…), …)

A clock starts at the addressee's receipt and ends at the asker's; events are those of
`State.events`, each joint time that the request carries, under its own name, and `extended`.
Both nodes compute the same at one cut and one instant, since nothing else comes in.

Floor: joint (pure).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.clocks import change, clock, shown
from comity.clocks.calendar_versions import Adopted, Period
from comity.clocks.due import Due, Timed
from comity.clocks.mark import Mark
from comity.clocks.rule import Rule
from comity.clocks.shown import Times
from comity.clocks.term import ADDRESSEE, ASKER
from comity.joint.request import effects, fields, table, view
from comity.joint.request import turn as turns
from comity.joint.request.state import State
from comity.joint.request.turn import Turn

ORAL: Final = "submitted-orally"
"""Event of a request that was said orally: its submission, which is to be confirmed in writing."""

EXTEND: Final = "extend"
"""What is done about a clock that nothing ends: a key of `NEXT_WORDS`."""

ASKED: Final = "submitted"
"""Event of the submission."""

EXTENDED: Final = "extended"
"""Event of a request that another one, which extends it, was granted."""

_ENDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "acknowledged": "acknowledge",
        "accepted": "answer",
        "answered": "answer",
        "refused": "answer",
        "responded": "answer",
        "completed": "answer",
        "status-reported": "report-status",
        "resumed": "review",
        "clarified": "clarify",
        "deficiency-disputed": "clarify",
        "condition-accepted": "decide-condition",
        "condition-declined": "decide-condition",
        "consultation-answered": "answer-consultation",
        "use-reported": "report-use",
        "confirmed": "confirm",
        "closed": "close",
        "commented": "comment",
    }
)
"""`{event that a clock waits for first: what a party does to bring it about}`."""


def timed(  # noqa: PLR0913 -- a clock is a function of just these
    state: State,
    party: str,
    agreed: Sequence[Rule],
    adopted: Mapping[str, tuple[Period, ...]],
    now_ms: int,
    *,
    granted: Mapping[str, Sequence[Mark]] = MappingProxyType({}),
    times: Times | None = None,
    explain: bool = True,
) -> tuple[Timed, ...]:
    """Return the clocks of one addressee's track, in the order of the guideline.

    Args:
        state: of the request.
        party: the addressee.
        agreed: the rules of its type and urgency, of the guideline version that it names.
        adopted: `{party: versions of its calendar}`; a missing one is said.
        now_ms: the instant, milliseconds since 1970 UTC.
        granted: `{clock: extensions}` that other requests brought.
        times: scenario time, where the request is played in an exercise.
        explain: whether to tell why, and what moved; lists of many matters do not.
    """
    if not agreed or state.track(party) is None or state.request_at is None:
        return ()
    calendars = sides(state, party, adopted)
    own = marks(state, party)
    at_ms = now_ms if times is None else times.scenario_ms(now_ms)
    found = []
    for rule in agreed:
        happened: Sequence[Mark] = (*read_by(rule.starts, own), *granted.get(rule.name, ()))
        if times is not None:
            happened = shown.marks(happened, state.times, now_ms, times)
        now = clock.evaluate(rule, happened, calendars, at_ms, explain=explain)
        moved = change.moves(rule, happened, calendars, at_ms, now) if explain else ()
        now = now if times is None else shown.back(now, now_ms, times)
        found.append(Timed(party, duty(rule, state.asker, party), rule, now, moved))
    return tuple(found)


def sides(state: State, party: str, adopted: Mapping[str, tuple[Period, ...]]) -> Adopted:
    """Return the calendars of both sides of an addressee's track."""
    found = {ADDRESSEE: adopted.get(party, ()), ASKER: adopted.get(state.asker, ())}
    return Adopted(MappingProxyType(found))


def marks(state: State, party: str) -> tuple[Mark, ...]:
    """Return what happened on one addressee's track: joint times, an oral submission, then acts.

    Of a request that was withdrawn, what crossed the withdrawal and came after it has not: it
    could be said no more, so nothing begins with it that nobody would end.
    """
    named = (
        Mark(name, at_ms, state.asker, state.request_id) for name, at_ms in state.times.items()
    )
    over = _withdrawn(state, party)
    happened = (
        Mark(one.event, turn.heard_ms(party), one.party, one.act_id)
        for at, turn in enumerate(state.turns)
        for one in turns.marks(turn)
        if one.track in ("", party) and not (turn.party == party and _is_too_late(turn, at, over))
    )
    return (*named, *_oral(state, party), *happened)


def read_by(starts: Collection[str], own: Sequence[Mark]) -> Sequence[Mark]:
    """Return the marks of a track as what begins with the submission reads them.

    What was said after the submission counts no sooner.  It can have been received sooner: one
    addressee may answer before the last one has received what was asked, and clocks differ.  It
    would then end nothing, and who answered would be late for ever.

    Args:
        starts: events that begin it; where a joint time does, and came before, marks count as they
            stand.
        own: as `marks` gives them.
    """
    at = next((at for at, mark in enumerate(own) if mark.event == ASKED), len(own))
    asked_ms = own[at].at_ms if at < len(own) else None
    if ASKED not in starts or asked_ms is None:
        return own
    sooner = {one for one in own if one.at_ms is not None and one.at_ms < asked_ms}
    if any(one.event in starts and one in sooner for one in own[:at]):
        return own
    after = (replace(one, at_ms=asked_ms) if one in sooner else one for one in own[at + 1 :])
    return (*own[: at + 1], *after) if sooner else own


def _oral(state: State, party: str) -> Iterator[Mark]:
    """Give the submission of a request that was said orally, by the name that tells so."""
    if state.form and state.request_at is not None:
        asked = state.turns[state.request_at]
        yield Mark(ORAL, asked.heard_ms(party), asked.party, asked.act_id)


type _Place = tuple[int, int]
"""When a turn was received, and its position: marks stand in that order."""


def _withdrawn(state: State, party: str) -> _Place | None:
    """Return when an addressee held that the request was withdrawn, or None."""
    track = state.track(party)
    if track is None or track.status != table.WITHDRAWN:
        return None
    for at, turn in enumerate(state.turns):
        is_it = turn.verb in _TAKING_BACK and turn.results.get(party) in table.WITH_EFFECT
        if is_it and (at_ms := turn.heard_ms(party)) is not None:
            return at_ms, at
    return None


_TAKING_BACK: Final = frozenset({effects.WITHDRAW, effects.SUPERSEDE})


def _is_too_late(turn: Turn, at: int, over: _Place | None) -> bool:
    """Return whether an addressee's act came after a withdrawal that it had not seen."""
    at_ms = turn.heard_ms(turn.party)
    if over is None or at_ms is None or (at_ms, at) <= over:
        return False
    return not table.TABLE[table.WITHDRAWN, turn.verb, effects.ADDRESSEE, False].takes_effect


def duty(rule: Rule, asker: str, addressee: str) -> str:
    """Return the party whose act ends a clock: the asker where only the asker can say it.

    What nothing ends is the asker's: they alone can ask for more before it lapses.
    """
    if not rule.ends:
        return asker
    ends = {fields.FIELDS[tag].by for tag in _tags(rule.ends) if tag in fields.FIELDS}
    is_known = len(ends) == 1 and len(list(_tags(rule.ends))) == len(rule.ends)
    return asker if is_known and ends == {fields.ASKER} else addressee


def _tags(events: Sequence[str]) -> Iterator[str]:
    for event in events:
        tag = f"request.{event}/1"
        if tag in fields.FIELDS:
            yield tag


def action(rule: Rule) -> str:
    """Return what the party whose duty it is does to end a clock: a key of `NEXT_WORDS`."""
    if not rule.ends:
        return EXTEND
    return next((_ENDS[event] for event in rule.ends if event in _ENDS), "answer")


def dues(state: State, found: Sequence[Timed]) -> tuple[Due, ...]:
    """Return what is next and by when, whose it is: what is due first stands first.

    Every action that is next has a line, with the earliest clock that waits for it; an open
    clock that waits for something else has one too.
    """
    lines: list[Due] = []
    told: set[tuple[str, str, str]] = set()
    for one in view.nexts(state):
        key = (one.track, one.party, one.action)
        told.add(key)
        waiting = [t for t in found if t.is_open and _key(t) == key]
        lines.append(_due(one, min(waiting, key=_when) if waiting else None))
    lines += [
        _due(view.Next(one.track, one.party, action(one.rule)), one)
        for one in found
        if one.is_open and _key(one) not in told
    ]
    return tuple(sorted(lines, key=lambda due: (due.by_ms is None, due.by_ms or 0)))


def _key(one: Timed) -> tuple[str, str, str]:
    return (one.track, one.party, action(one.rule))


def _when(one: Timed) -> tuple[bool, int]:
    return one.clock.due_at_ms is None, one.clock.due_at_ms or 0


def _due(one: view.Next, by: Timed | None) -> Due:
    due = Due(one.track, one.party, one.action, until_ms=one.until_ms, about=one.about)
    if by is None:
        return due
    return Due(
        one.track,
        one.party,
        one.action,
        by.clock.name,
        by.clock.status,
        by.clock.due_at_ms,
        one.until_ms,
        one.about,
    )
