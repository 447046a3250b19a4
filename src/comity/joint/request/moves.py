"""What each act does to one track: a verb of the table, and the track as it would be then.

    move(track, step) -> (verb, track after) | name of why it does nothing

Whether it may be said in that status is the table's business; here is what the act means
for items and threads.  Threads and items only rise, and what an act stands on (a condition
that was accepted, a question that was asked) its author must have seen: so acts that crossed
do the same in either order.

Floor: joint (pure).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act
from comity.joint.request import acts, codes, effects, reasons, state, table
from comity.joint.request.state import WHOLE, Thread, Track

ANSWERS_ANOTHER: Final = "answers-another"
SETTLED_BEFORE: Final = "settled-before"
CONDITION_OPEN: Final = "condition-open"
CONDITION_DECLINED: Final = "condition-declined-before"
CONDITION_NOT_ACCEPTED: Final = "condition-not-accepted"
NOT_CONSULTED: Final = "not-consulted"
NOT_POSTPONED: Final = "not-postponed"
NOTHING_GIVEN: Final = "nothing-given"
NOT_DISPUTED: Final = "not-disputed"
STILL_OPEN: Final = "still-open"
ITEMS_MISSING: Final = "items-missing"


@dataclass(frozen=True, slots=True)
class Step:
    """An act as it comes.

    Attributes:
        act: what is said.
        at: its position among the turns.
        unseen: positions of the turns that its author had not seen.
        about: position of the act that it answers, where its id and tag do not tell; or None.
    """

    act: Act
    at: int
    unseen: frozenset[int] = frozenset()
    about: int | None = None

    def has_seen(self, at: int | None) -> bool:
        """Return whether the author had seen that turn; False for None."""
        return at is not None and at not in self.unseen


type Moved = tuple[str, Track] | str


def move(track: Track, step: Step) -> Moved:
    """Return what an act of the other tags than `submitted` and `draft-shown` does to a track."""
    return _MOVES[step.act.tag](track, step)


def _only(verb: str) -> Callable[[Track, Step], Moved]:
    """Return the move of a verb that changes nothing but the status, if that."""
    return lambda track, _: (verb, track)


def _begin(verb: str, kind: str, status: str = state.PENDING) -> Callable[[Track, Step], Moved]:
    """Return the move that begins a thread."""

    def begin(track: Track, step: Step) -> Moved:
        return verb, _with_thread(track, _thread(step, kind, status))

    return begin


def _settle(verb: str, kind: str, status: str) -> Callable[[Track, Step], Moved]:
    """Return the move that settles the thread that the act answers."""

    def settle(track: Track, step: Step) -> Moved:
        thread = _answered(track, step, kind)
        if thread is None or not step.has_seen(thread.at):
            return ANSWERS_ANOTHER
        rising = state.RISING[kind]
        is_lifted = thread.status == state.LIFTED and step.has_seen(thread.settled_at)
        if is_lifted or rising.index(status) <= rising.index(thread.status):
            return SETTLED_BEFORE
        return verb, _with_settled(track, thread, status, step.at)

    return settle


def _answered(track: Track, step: Step, kind: str) -> Thread | None:
    """Return the thread of a kind that the act answers, or None."""
    found = track.begun_by(step.act.answers, kind)
    return next((one for one in found if step.about in (None, one.at)), None)


def _settle_assessment(track: Track, step: Step) -> Moved:
    """Say what comes of an assessment, once its dispute was seen; the first word stands."""
    thread = _answered(track, step, state.ASSESSMENT)
    if thread is None or not step.has_seen(thread.at):
        return ANSWERS_ANOTHER
    if thread.status not in (state.MADE, state.DISPUTED):
        return SETTLED_BEFORE
    if thread.status == state.MADE or not step.has_seen(thread.settled_at):
        return NOT_DISPUTED
    rated = {**thread.codes, **acts.under(step.act, acts.QUALITY)}
    after = replace(
        thread,
        status=step.act.codes[acts.OUTCOME],
        codes=MappingProxyType(rated),
        settled_at=step.at,
    )
    return effects.SETTLE_ASSESSMENT, _with_changed(track, thread, after)


def _reroute(track: Track, step: Step) -> Moved:
    return effects.REROUTE, replace(track, agency=step.act.codes[acts.AGENCY])


def _accept(track: Track, step: Step) -> Moved:
    """Accept, and so find deficient no longer, and take up what was postponed."""
    for thread in (*track.pending(state.DEFICIENCY), *track.pending(state.POSTPONEMENT)):
        track = _with_settled(track, thread, state.LIFTED, step.at)
    has_conditions = bool(acts.under(step.act, acts.CONDITION))
    status = state.PENDING if has_conditions else state.ACCEPTED
    return effects.ACCEPT, _with_thread(track, _thread(step, state.ACCEPTANCE, status))


def _waive(track: Track, step: Step) -> Moved:
    """Waive conditions that the asker accepted: from then on they bind nobody."""
    thread = _answered(track, step, state.ACCEPTANCE)
    named = set(acts.under(step.act, acts.CONDITION).values())
    if thread is None or not named <= {*thread.codes.values()}:
        return ANSWERS_ANOTHER
    if thread.status != state.ACCEPTED or not step.has_seen(thread.settled_at):
        return CONDITION_NOT_ACCEPTED
    if named <= {*thread.waived}:
        return SETTLED_BEFORE
    after = replace(thread, waived=tuple(sorted({*thread.waived, *named})))
    return effects.WAIVE_CONDITION, _with_changed(track, thread, after)


def _report_status(track: Track, step: Step) -> Moved:
    """Report, asked or unasked: an act that is no question of this track is the submission."""
    thread = _answered(track, step, state.STATUS)
    if thread is None:
        return effects.REPORT_STATUS, track
    if not step.has_seen(thread.at):
        return ANSWERS_ANOTHER
    return effects.REPORT_STATUS, _with_settled(track, thread, state.SETTLED, step.at)


def _answer(track: Track, step: Step) -> Moved:
    named = step.act.items or tuple(track.items)
    blocked = next((no for item in named if (no := _condition(track, item, step))), "")
    if blocked:
        return blocked
    is_partial = step.act.codes.get(acts.EXTENT) == codes.PARTIAL
    risen = {item: _risen(track, step, item, named, partial=is_partial) for item in track.items}
    given = tuple(sorted({*track.given, *named}))
    after = _ended(replace(track, items=MappingProxyType(risen), given=given), step)
    if risen == track.items:
        return effects.SUPPLEMENT, after
    return (effects.ANSWER_PART if _is_open(risen) else effects.ANSWER), after


def _risen(track: Track, step: Step, item: str, named: tuple[str, ...], *, partial: bool) -> str:
    """Return an item after an answer; one that is asked again is not answered by what crossed."""
    now = track.items[item]
    if item not in named or not _is_of_this_round(track, item, step):
        return now
    if not partial:
        return state.ITEM_ANSWERED
    return {state.ITEM_OPEN: state.ITEM_PARTIAL, state.ITEM_REFUSED: state.ITEM_PARTLY}.get(
        now, now
    )


def _condition(track: Track, item: str, step: Step) -> str:
    """Return why an item may not be answered yet: content follows the condition, or ""."""
    held = track.acceptance(item)
    if held is None or not held.codes:
        return ""
    if not step.has_seen(held.settled_at):
        return CONDITION_OPEN
    return "" if held.status == state.ACCEPTED else CONDITION_DECLINED


def _refuse(track: Track, step: Step) -> Moved:
    named = step.act.items or tuple(track.items)
    falling = {state.ITEM_OPEN: state.ITEM_REFUSED, state.ITEM_PARTIAL: state.ITEM_PARTLY}
    after = {
        item: falling.get(now, now)
        if item in named and _is_of_this_round(track, item, step)
        else now
        for item, now in track.items.items()
    }
    changed = [item for item, now in after.items() if now != track.items[item]]
    if not changed:
        return effects.REPEAT, track
    if reasons.REFUSALS[step.act.codes[acts.REASON]].consult and not _is_consulted(track, changed):
        return NOT_CONSULTED
    verb = effects.REFUSE_REST if track.given else effects.REFUSE
    ended = _ended(replace(track, items=MappingProxyType(after)), step)
    return (effects.REFUSE_PART if _is_open(after) else verb), ended


def _ended(track: Track, step: Step) -> Track:
    """Lift what waits, if for all that the author had seen all that it is about is decided now."""
    left = [
        item
        for item, now in track.items.items()
        if now not in state.DECIDED_ITEMS and _is_of_this_round(track, item, step)
    ]
    for thread in track.threads:
        is_waiting = thread.kind in state.ENDING and thread.status == state.PENDING
        if is_waiting and step.has_seen(thread.at) and not any(map(thread.covers, left)):
            track = _with_settled(track, thread, state.LIFTED, step.at)
    return track


def _is_consulted(track: Track, items: list[str]) -> bool:
    """Return whether the other side was consulted on each of these items."""
    talks = [thread for thread in track.threads if thread.kind == state.CONSULTATION]
    return all(any(thread.covers(item) for thread in talks) for item in items)


def _postpone(track: Track, step: Step) -> Moved:
    for thread in track.pending(state.POSTPONEMENT):
        track = _with_settled(track, thread, state.SETTLED, step.at)
    return effects.POSTPONE, _with_thread(track, _thread(step, state.POSTPONEMENT, state.PENDING))


def _resume(track: Track, step: Step) -> Moved:
    running = track.pending(state.POSTPONEMENT)
    if not running:
        return NOT_POSTPONED
    for thread in running:
        track = _with_settled(track, thread, state.SETTLED, step.at)
    return effects.RESUME, track


def _reopen(track: Track, step: Step) -> Moved:
    """Ask again for items that were decided; each by its name, since others may be by now."""
    again = step.act.items or tuple(track.items)
    if again != step.act.items and WHOLE not in track.items:
        return ITEMS_MISSING
    if track.status in {*table.OPEN, *table.DECIDED, table.CLOSED} and any(
        track.items[item] not in state.DECIDED_ITEMS for item in again
    ):
        return STILL_OPEN
    rounds = {item: (*track.rounds.get(item, ()), step.at) for item in again}
    return effects.REOPEN, replace(
        track,
        items=MappingProxyType({**track.items, **dict.fromkeys(again, state.ITEM_OPEN)}),
        rounds=MappingProxyType({**track.rounds, **rounds}),
    )


def _ask_use(track: Track, step: Step) -> Moved:
    if not track.given:
        return NOTHING_GIVEN
    return effects.ASK_USE, _with_thread(track, _thread(step, state.USE, state.PENDING))


def _is_of_this_round(track: Track, item: str, step: Step) -> bool:
    """Return whether the author had seen every act that asked for the item again."""
    return all(step.has_seen(at) for at in track.rounds.get(item, ()))


def _is_open(items: Mapping[str, str]) -> bool:
    return any(now not in state.DECIDED_ITEMS for now in items.values())


def _thread(step: Step, kind: str, status: str) -> Thread:
    act = step.act
    prefix = _PREFIXES.get(kind, acts.ON)
    return Thread(
        id=act.id,
        kind=kind,
        at=step.at,
        status=status,
        reason=act.codes.get(acts.REASON, ""),
        codes=MappingProxyType(acts.under(act, prefix)),
        items=act.items,
        until_ms=next(iter(act.times.values()), None),
    )


_PREFIXES: Final = MappingProxyType(
    {state.ACCEPTANCE: acts.CONDITION, state.ASSESSMENT: acts.QUALITY}
)


def _with_thread(track: Track, thread: Thread) -> Track:
    return replace(track, threads=(*track.threads, thread))


def _with_settled(track: Track, thread: Thread, status: str, at: int) -> Track:
    return _with_changed(track, thread, replace(thread, status=status, settled_at=at))


def _with_changed(track: Track, thread: Thread, after: Thread) -> Track:
    threads = tuple(after if one is thread else one for one in track.threads)
    return replace(track, threads=threads)


_MOVES: Final[Mapping[str, Callable[[Track, Step], Moved]]] = MappingProxyType(
    {
        acts.COMMENTED: _begin(effects.COMMENT, state.COMMENT, state.SETTLED),
        acts.CONFIRMED: _only(effects.CONFIRM),
        acts.ACKNOWLEDGED: _only(effects.ACKNOWLEDGE),
        acts.FOUND_DEFICIENT: _begin(effects.FIND_DEFICIENT, state.DEFICIENCY),
        acts.DEFICIENCY_DISPUTED: _settle(effects.DISPUTE, state.DEFICIENCY, state.DISPUTED),
        acts.CLARIFIED: _settle(effects.CLARIFY, state.DEFICIENCY, state.CLARIFIED),
        acts.REROUTED: _reroute,
        acts.ACCEPTED: _accept,
        acts.CONDITION_ACCEPTED: _settle(
            effects.ACCEPT_CONDITION, state.ACCEPTANCE, state.ACCEPTED
        ),
        acts.CONDITION_DECLINED: _settle(
            effects.DECLINE_CONDITION, state.ACCEPTANCE, state.DECLINED
        ),
        acts.CONDITION_WAIVED: _waive,
        acts.STATUS_ASKED: _begin(effects.ASK_STATUS, state.STATUS),
        acts.STATUS_REPORTED: _report_status,
        acts.ANSWERED: _answer,
        acts.POSTPONED: _postpone,
        acts.RESUMED: _resume,
        acts.CONSULTED: _begin(effects.CONSULT, state.CONSULTATION),
        acts.CONSULTATION_ANSWERED: _settle(
            effects.ANSWER_CONSULTATION, state.CONSULTATION, state.SETTLED
        ),
        acts.REFUSED: _refuse,
        acts.WITHDRAWN: _only(effects.WITHDRAW),
        acts.SUPERSEDED: _only(effects.SUPERSEDE),
        acts.CLOSED: _only(effects.CLOSE),
        acts.REOPENED: _reopen,
        acts.CORRECTED: _only(effects.CORRECT),
        acts.OPENED: _only(effects.OPEN_ACT),
        acts.USE_ASKED: _ask_use,
        acts.USE_REPORTED: _settle(effects.REPORT_USE, state.USE, state.SETTLED),
        acts.DESTROYED: _only(effects.DESTROY),
        acts.ASSESSED: _begin(effects.ASSESS, state.ASSESSMENT, state.MADE),
        acts.ASSESSMENT_DISPUTED: _settle(
            effects.DISPUTE_ASSESSMENT, state.ASSESSMENT, state.DISPUTED
        ),
        acts.ASSESSMENT_SETTLED: _settle_assessment,
        acts.STEP_TOLD: _only(effects.TELL_STEP),
    }
)
