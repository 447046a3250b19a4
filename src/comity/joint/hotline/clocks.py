# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The clocks of a call: what is waited for, of whom, since when, and how long it may take.

    waits(state, track)                   (Wait("pick-up", "sn", 0, None, None), …)
    timed(state, text, {…}, now_ms)       (Timed("sn", "sn", Rule("pick-up", …), Clock(…)), …)

A clock that has run out does nothing: it offers that the level be raised.  How long is what the
adopted text says; a promised word is due when it was promised, whatever the text says.  Both nodes
compute the same, since nothing but acts, receipts and adopted texts comes in.

Source: docs/spec/hotline.md, 15.
Floor: joint (pure).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.clocks import change, clock, due, shown
from comity.clocks.calendar_versions import Adopted, Period
from comity.clocks.due import Due, Timed
from comity.clocks.mark import Mark
from comity.clocks.rule import Rule
from comity.clocks.shown import Times
from comity.clocks.term import ADDRESSEE, ASKER, MINUTES, Term
from comity.joint.hotline import acts, coming, state, view
from comity.joint.hotline.state import Carriage, Said, State, Track
from comity.joint.hotline.text import HotlineText
from comity.joint.hotline.text_schema import PICK_UP, READ_BACK, SUMMARY, TAKE, VOICE

WORD: Final = "word"
"""The clock of a promised word: its length is the promise."""
RAISE: Final = "raise"
_CALLER: Final = "caller-"
_AT_ITS_TIME: Final = Term(1, MINUTES)
"""Of a promise, whose mark says when it is due."""

_LABELS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        PICK_UP: {"en": "A person picks up", "zh": "有人接听"},
        TAKE: {"en": "One who may decide takes it", "zh": "有权决定者受理"},
        WORD: {"en": "The promised word", "zh": "承诺的答复"},
        READ_BACK: {"en": "Read-back", "zh": "复述"},
        VOICE: {"en": "Confirmation of the other carrier", "zh": "对其他联络方式的确认"},
        SUMMARY: {"en": "Summary", "zh": "小结"},
    }
)
_ACTIONS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        PICK_UP: {"en": "Pick up", "zh": "接听"},
        TAKE: {"en": "Take the call", "zh": "受理呼叫"},
        WORD: {"en": "Give the promised word", "zh": "作出承诺的答复"},
        READ_BACK: {"en": "Read it back", "zh": "复述"},
        VOICE: {"en": "Confirm or dispute the other carrier", "zh": "确认或者否认该次联络"},
        SUMMARY: {"en": "Sum up", "zh": "提出小结"},
        RAISE: {"en": "Raise the level", "zh": "提高级别"},
    }
)
_WORDS_GIVEN: Final = frozenset({acts.TAKEN, acts.SAID, acts.SUMMED_UP, acts.RAISED, acts.AGREED})
"""What keeps a promise of a word."""
_CONFIRMABLE: Final = frozenset({"reached", "came"})
"""Outcomes of another carrier that the other side can confirm."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that is waited for, of one addressee's track.

    Attributes:
        of: the clock's name in the text, or `word`.
        party: who is waited for.
        since: position of the turn from which it counts.
        done: of the turn that ended it, or None.
        over: of the turn after which it no longer mattered, or None.
        due_ms: when it is due, of a promise; None: by the text.
        about: id of the act that asks for it, or "".
    """

    of: str
    party: str
    since: int
    done: int | None = None
    over: int | None = None
    due_ms: int | None = None
    about: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is still waited for."""
        return self.done is None and self.over is None


def name_of(wait: Wait, track: Track) -> str:
    """Return the name of a clock: it tells who is waited for."""
    return wait.of if wait.party == track.party else f"{_CALLER}{wait.of}"


def label(name: str) -> Mapping[str, str]:
    """Return what a clock is called, in each language."""
    words = _LABELS[name.removeprefix(_CALLER)]
    if not name.startswith(_CALLER):
        return words
    return {"en": f"{words['en']} by the caller", "zh": f"呼叫方：{words['zh']}"}


def action(name: str) -> Mapping[str, str]:
    """Return what a party does next, in each language."""
    return _ACTIONS[name.removeprefix(_CALLER)]


def waits(now: State, track: Track) -> Iterator[Wait]:
    """Give what is, or was, waited for on the track of one addressee."""
    call = now.call
    if call is None:
        return
    over = over_at(now)
    yield Wait(PICK_UP, track.party, call.at, track.picked_up_at, over, about=call.id)
    level = coming.level(now)
    raised = next((one.at for one in now.raisings if one.level == level), call.at)
    taken = track.taken_at if track.level >= level else None
    yield Wait(TAKE, track.party, raised, taken, over, about=call.id)
    yield from _word(now, track, over)
    for said in now.said:
        yield from _read_back(now, track, said, over)
    for carried in now.carriages:
        yield from _confirmation(track, call.party, carried)
    if track.first_taken_at is not None:
        at = track.first_taken_at
        summed = next((one.at for one in now.summaries if one.at > at), None)
        yield Wait(SUMMARY, track.party, at, summed, over, about=call.id)


def _word(now: State, track: Track, over: int | None) -> Iterator[Wait]:
    at = track.promised_at
    if at is None or track.next_word_at_ms is None:
        return
    given = next(
        (
            at + 1 + place
            for place, one in enumerate(now.turns[at + 1 :])
            if one.takes_effect and one.party == track.party and one.tag in _WORDS_GIVEN
        ),
        None,
    )
    promised = now.turns[at].act_id
    yield Wait(WORD, track.party, at, given, over, track.next_word_at_ms, promised)


def _read_back(now: State, track: Track, said: Said, over: int | None) -> Iterator[Wait]:
    call = now.call
    assert call is not None
    if not said.wants_read_back or said.party not in {call.party, track.party}:
        return
    hearer = track.party if said.party == call.party else call.party
    done = next((one.at for one in said.read_backs if one.party == hearer), None)
    replaced = (one.at for one in now.said if one.instead == said.id and one.party == said.party)
    gone = min((at for at in (next(replaced, None), over) if at is not None), default=None)
    yield Wait(READ_BACK, hearer, said.at, done, gone, about=said.id)


def _confirmation(track: Track, caller: str, carried: Carriage) -> Iterator[Wait]:
    if carried.party not in {caller, track.party} or carried.outcome not in _CONFIRMABLE:
        return
    other = track.party if carried.party == caller else caller
    done = next((one.at for one in carried.answers if one.party == other), None)
    yield Wait(VOICE, other, carried.at, done, about=carried.id)


def over_at(now: State) -> int | None:
    """Return the position of the turn by which the call was over, or None."""
    ended = [one.at for one in now.endings]
    agreed = [
        max((one.at for one in summary.voices if one.says == state.AGREED), default=summary.at)
        for summary in view.agreed_summaries(now)
    ]
    return min([*ended, *agreed], default=None)


def _rule(of: str, text: HotlineText | None, due_ms: int | None) -> Rule | None:
    """Return the rule by which something is waited for, or None where no clock is agreed."""
    term = _AT_ITS_TIME if due_ms is not None else text.terms.get(of) if text else None
    if term is None:
        return None
    source = "" if text is None else text.sources.get(of, "")
    return Rule(of, term, starts=("since",), ends=("done",), stops=("over",), source=source)


def _rule_of(now: State, wait: Wait, text: HotlineText | None, name: str) -> Rule | None:
    rule = _rule(wait.of, text, wait.due_ms)
    events = (("since", wait.since), ("done", wait.done), ("over", wait.over))
    words = {event: view.TAG_WORDS[now.turns[at].tag] for event, at in events if at is not None}
    return None if rule is None else replace(rule, name=name, event_words=words)


def judged(
    of: str,
    text: HotlineText | None,
    times: tuple[int | None, int | None, int | None],
    due_ms: int | None,
    sides: Mapping[str, tuple[Period, ...]],
    now_ms: int,
) -> str:
    """Return how a leg of a review stands: a status of `clocks.clock`, or "" without a clock.

    Args:
        of: what was waited for.
        text: the terms by which it is judged, or None.
        times: when it began, when it was done, and when it no longer mattered.
        due_ms: when it is due, of a promise.
        sides: calendars, see `clocks.clock`.
        now_ms: the instant.
    """
    rule = _rule(of, text, due_ms)
    if rule is None:
        return ""
    began, done, over = times
    marks = (Mark("since", began, due_ms=due_ms), Mark("done", done), Mark("over", over))
    return clock.evaluate(rule, marks, Adopted(sides), now_ms, explain=False).status


def timed(
    now: State,
    text: HotlineText | None,
    adopted: Mapping[str, tuple[Period, ...]],
    now_ms: int,
    *,
    times: Times | None = None,
    explain: bool = True,
) -> tuple[Timed, ...]:
    """Return the clocks of a call, track by track; of several alike, the one that is due first.

    Args:
        now: where it stands.
        text: the terms of the hotline that bind it, or None.
        adopted: `{party: versions of its calendar}`.
        now_ms: the instant, milliseconds since 1970 UTC.
        times: scenario time, where the call is played in an exercise.
        explain: whether to tell why, and what moved.
    """
    at_ms = now_ms if times is None else times.scenario_ms(now_ms)
    found: list[Timed] = []
    for track in now.tracks:
        calendars = _sides(now, track, adopted)
        named: dict[str, list[Timed]] = {}
        for wait in waits(now, track):
            name = name_of(wait, track)
            rule = _rule_of(now, wait, text, name)
            if rule is not None:
                marks: Sequence[Mark] = _marks(now, wait)
                marks = marks if times is None else shown.marks(marks, {}, now_ms, times)
                own = clock.evaluate(rule, marks, calendars, at_ms, explain=explain)
                moved = change.moves(rule, marks, calendars, at_ms, own) if explain else ()
                own = own if times is None else shown.back(own, now_ms, times)
                named.setdefault(name, []).append(Timed(track.party, wait.party, rule, own, moved))
        found += [due.first(each) for each in named.values()]
    return tuple(found)


def _sides(now: State, track: Track, adopted: Mapping[str, tuple[Period, ...]]) -> Adopted:
    caller = now.call.party if now.call is not None else ""
    found = {ADDRESSEE: adopted.get(track.party, ()), ASKER: adopted.get(caller, ())}
    return Adopted(MappingProxyType(found))


def _marks(now: State, wait: Wait) -> tuple[Mark, ...]:
    """Return the marks of one wait: what ended it counts no sooner than what began it."""
    began = now.turns[wait.since]
    since_ms = began.received_at_ms
    marks = [Mark("since", since_ms, began.party, began.act_id, due_ms=wait.due_ms)]
    for event, at in (("done", wait.done), ("over", wait.over)):
        if at is not None and since_ms is not None:
            turn = now.turns[at]
            held_ms = turn.received_at_ms
            at_ms = None if held_ms is None else max(since_ms, held_ms)
            marks.append(Mark(event, at_ms, turn.party, turn.act_id))
    return tuple(marks)


def dues(now: State, found: Iterable[Timed]) -> tuple[Due, ...]:
    """Return what is next and by when, what is due first before the rest; then what may be raised.

    A clock that has run out offers the other side that the level be raised.
    """
    call = now.call
    if call is None:
        return ()
    still = sorted((one for one in found if one.is_open), key=due.due_ms)
    wanted = (_wanted(one) for one in still)
    late = dict.fromkeys(
        (one.track, call.party if one.party == one.track else one.track)
        for one in still
        if one.clock.status == clock.OVERDUE and is_raising_offered(now)
    )
    return (*wanted, *(Due(track, party, RAISE) for track, party in late))


def is_raising_offered(now: State) -> bool:
    """Return whether the level of a call can still be raised."""
    return now.call is not None and not coming.is_ended(now) and coming.level(now) < _LEVEL_MAX


_LEVEL_MAX: Final = 9


def _wanted(one: Timed) -> Due:
    name, now = one.rule.name, one.clock
    return Due(one.track, one.party, name.removeprefix(_CALLER), name, now.status, now.due_at_ms)


def early(now: State, text: HotlineText | None) -> frozenset[int]:
    """Return the positions of the turns that raised the level before the clock had run out.

    That is lawful, and is shown.
    """
    call = now.call
    term = text.terms.get(TAKE) if text is not None else None
    length_ms = term.elapsed_ms if term is not None else None
    if call is None or length_ms is None:
        return frozenset()
    found = []
    since_ms = now.turns[call.at].received_at_ms
    for one in now.raisings:
        raised_ms = now.turns[one.at].received_at_ms
        if since_ms is not None and raised_ms is not None and raised_ms < since_ms + length_ms:
            found.append(one.at)
        since_ms = raised_ms if raised_ms is not None else since_ms
    return frozenset(found)


def heard(now: State, party: str) -> tuple[Mark, ...]:
    """Return the acts that the clocks of a track read, as marks."""
    track = now.track(party)
    return () if track is None else tuple(m for one in waits(now, track) for m in _marks(now, one))
