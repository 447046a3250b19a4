"""What a history means: `fold(state, act) -> state`, total.  It never raises.

Every act leaves a turn, with the name of what it did; an act that makes no sense, or may
not be said by its author, does nothing else.  The folding of a whole matter works out
what each act had not seen (protocol rule 18).

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.acts.turns import Entry, not_seen
from comity.joint.request import acts, effects, fields, measure, moves, table, targets
from comity.joint.request.element_index import Present
from comity.joint.request.moves import ANSWERS_ANOTHER, Step
from comity.joint.request.state import (
    CONSULTATION,
    DEFICIENCY,
    EMPTY,
    ITEM_OPEN,
    POSTPONEMENT,
    WHOLE,
    Correction,
    Destruction,
    Opening,
    State,
    Track,
)
from comity.joint.request.turn import Turn, settled

ASKS_ITSELF: Final = "asks-itself"
ADDRESSEES_CHANGED: Final = "addressees-changed"
ITEM_UNKNOWN: Final = "item-unknown"

type Heard = Mapping[str, int | None]
"""When each party that an act speaks to held it, effective time in milliseconds, or None."""

_ALL_AT_ONCE: Final[Heard] = MappingProxyType({})

_OPENING_TAGS: Final = frozenset({acts.DRAFT_SHOWN, acts.SUBMITTED})
_OF_A_DRAFT: Final = frozenset({acts.COMMENTED, acts.OPENED, acts.CORRECTED, acts.DESTROYED})
"""What may be said of a draft by one who has not seen the submission."""


def fold_all(entries: Sequence[Entry], heard: Sequence[Heard] = ()) -> State:
    """Return where a matter stands after all its acts, given in their order; see `fold_each`."""
    state = EMPTY
    for after in fold_each(entries, heard):
        state = after
    return state


def fold_each(entries: Sequence[Entry], heard: Sequence[Heard] = ()) -> Iterator[State]:
    """Give where a matter stands after each of its acts, given in their order.

    Args:
        entries: the acts.
        heard: of each when each party that it speaks to held it; none where there is but one.

    Of what an act had not seen, only the landmarks matter: what is seen of a log is always
    a beginning of it.
    """
    state = EMPTY
    present = Present()
    by = heard or [_ALL_AT_ONCE] * len(entries)
    for (placed, crossed, party, received_at_ms), each in zip(entries, by, strict=True):
        missed = _landmarks(state, placed.act) if crossed else ()
        state = fold(
            state,
            placed.act,
            party,
            at_ms=received_at_ms,
            heard=each,
            unseen=not_seen(placed, missed, entries),
            present=present,
        )
        yield state


def fold(  # noqa: PLR0913 -- what is known of one act
    state: State,
    act: Act,
    party: str,
    *,
    at_ms: int | None = None,
    heard: Heard = _ALL_AT_ONCE,
    unseen: frozenset[int] = frozenset(),
    present: Present | None = None,
) -> State:
    """Return the state after one act.

    Args:
        state: before it.
        act: what was said.
        party: its author.
        at_ms: effective time at which every party that it speaks to held it, or None.
        heard: when each of these held it, where they are several.
        unseen: positions of the turns that its author had not seen.
        present: elements, where many acts are folded one after the other.
    """
    turn = Turn(
        act_id=act.id,
        party=party,
        tag=act.tag,
        verb="",
        results=MappingProxyType({}),
        items=act.items,
        reason=_reason(act),
        own_reference=act.codes.get(acts.OWN_REFERENCE, ""),
        answers=act.answers,
        received_at_ms=at_ms,
        heard=_by_track(state, act, party, heard, at_ms) if heard else _ALL_AT_ONCE,
    )
    step = Step(act, len(state.turns), unseen)
    problem = _problem(state, step, party)
    if problem:
        return _with_turn(state, turn, {"": problem})
    if act.tag in _OPENING_TAGS:
        return _ask(state, turn, act)
    return _move(state, turn, step, present or Present())


def _reason(act: Act) -> str:
    """Return the main code of an act."""
    if act.tag == acts.ASSESSMENT_SETTLED:
        return act.codes.get(acts.OUTCOME, "")
    names = (acts.REASON, acts.ERROR, acts.POSITION, acts.STAGE, acts.USE)
    return next((act.codes[name] for name in names if name in act.codes), "")


def _by_track(state: State, act: Act, party: str, heard: Heard, at_ms: int | None) -> Heard:
    """Return when the other side of each track held an act, where that is not `at_ms`.

    One whom the act does not speak to never holds it as far as its clocks are concerned.
    """
    if act.tag in _OPENING_TAGS:
        sides = {to.party: to.party for to in act.to}
    elif party == state.asker:
        sides = {track.party: track.party for track in state.tracks}
    else:
        sides = {party: state.asker} if state.track(party) else {}
    found = {track: heard.get(side) for track, side in sides.items()}
    return MappingProxyType({track: one for track, one in found.items() if one != at_ms})


def _until(act: Act) -> int | None:
    return next(iter(act.times.values()), None)


def _landmarks(state: State, act: Act) -> set[int]:
    """Return the positions of the turns that an act can meaningfully have missed."""
    positions = {state.draft_at, state.request_at, *state.turns_of(act.answers)}
    for track in state.tracks:
        positions |= {track.asker_last, track.addressee_last}
        positions |= {at for again in track.rounds.values() for at in again}
        positions |= {at for thread in track.threads for at in (thread.at, thread.settled_at)}
    return {position for position in positions if position is not None}


def _problem(state: State, step: Step, party: str) -> str:
    """Return why an act does nothing, before the table is asked, or ""."""
    act = step.act
    malformed = fields.check(act)
    if malformed:
        return malformed
    if act.tag in _OPENING_TAGS:
        return _problem_of_opening(state, act, party)
    if not _is_asked(state, step):
        return table.NO_REQUEST
    checks = (_problem_of_author, targets.problem)
    return next((no for check in checks if (no := check(state, step, party))), "")


def _problem_of_author(state: State, step: Step, party: str) -> str:
    """Return why the act is none of its author's or of this request's, or ""."""
    needed = fields.FIELDS[step.act.tag]
    if needed.answers == fields.REQUEST and step.act.answers != targets.opened_by(state):
        return ANSWERS_ANOTHER
    sides = {fields.ASKER} if party == state.asker else set()
    sides |= {fields.ADDRESSEE} if state.track(party) else set()
    if not sides or needed.by not in {*sides, fields.EITHER}:
        return table.NOT_ENTITLED
    told = acts.under(step.act, acts.STEP).keys() - {WHOLE}
    if not {*step.act.items, *told} <= set(state.items):
        return ITEM_UNKNOWN
    named = {to.party for to in step.act.to} if needed.to else set()
    return "" if named <= {track.party for track in state.tracks} else ADDRESSEES_CHANGED


def _is_asked(state: State, step: Step) -> bool:
    """Return whether there is a request, or a draft, that the author had seen."""
    if step.has_seen(state.request_at):
        return True
    is_of_draft = state.request_at is None or step.act.tag in _OF_A_DRAFT
    return is_of_draft and step.has_seen(state.draft_at)


def _problem_of_opening(state: State, act: Act, party: str) -> str:
    if not acts.is_opened_by(act.matter.id, party, act.answers or act.id):
        return shape.MATTER_OF_ANOTHER
    if any(addressee.party == party for addressee in act.to):
        return ASKS_ITSELF
    if state.request_at is not None:
        return ""
    if act.answers != state.draft_id:
        return ANSWERS_ANOTHER
    drafted = [track.party for track in state.tracks]
    is_same = not drafted or drafted == [addressee.party for addressee in act.to]
    return "" if is_same else ADDRESSEES_CHANGED


def _ask(state: State, turn: Turn, act: Act) -> State:
    """Return the state after a draft or a submission."""
    is_request = act.tag == acts.SUBMITTED
    verb = effects.SUBMIT if is_request else effects.SHOW_DRAFT
    outcome = table.TABLE[_before(state), verb, effects.ASKER, False]
    named = replace(turn, verb=verb, results=MappingProxyType({"": outcome.result}))
    turns = (*state.turns, named)
    if not outcome.takes_effect:
        return replace(state, turns=turns)
    at = len(state.turns)
    return replace(
        state,
        turns=turns,
        matter_id=act.matter.id,
        asker=turn.party,
        draft_id=state.draft_id if is_request else state.draft_id or act.id,
        draft_at=state.draft_at if is_request else at,
        request_id=act.id if is_request else "",
        request_at=at if is_request else None,
        type=act.codes[acts.TYPE],
        urgency=act.urgency,
        guideline=act.guideline,
        own_reference=turn.own_reference,
        items=act.items,
        elements=act.elements,
        times=act.times,
        codes=MappingProxyType(acts.joint_codes(act)),
        lacks=MappingProxyType(acts.under(act, acts.LACKS)),
        extends=act.codes.get(acts.EXTENDS, ""),
        follows=act.codes.get(acts.FOLLOWS, ""),
        form=act.codes.get(acts.FORM, ""),
        tracks=_asked(state, act, outcome.status, at),
    )


def _asked(state: State, act: Act, status: str, at: int) -> tuple[Track, ...]:
    """Return one track for each addressee, as a draft or a submission leaves it."""
    items = MappingProxyType(dict.fromkeys(act.items or (WHOLE,), ITEM_OPEN))
    known = {track.party: track for track in state.tracks}
    return tuple(
        replace(known[to.party], status=status, items=items, asker_last=at, agency=to.agency)
        if to.party in known
        else Track(to.party, status, items, at, agency=to.agency)
        for to in act.to
    )


def _before(state: State) -> str:
    if state.request_at is not None:
        return table.SUBMITTED
    return state.tracks[0].status if state.tracks else table.NONE


def _move(state: State, turn: Turn, step: Step, present: Present) -> State:
    """Return the state after an act on a request that stands: on one track, or on several."""
    by_asker = turn.party == state.asker
    side = effects.ASKER if by_asker else effects.ADDRESSEE
    moved: dict[str, Track] = {}
    results: dict[str, str] = {}
    ended: dict[str, tuple[str, ...]] = {}
    verb, crossings = "", []
    step = targets.told(state, step, turn.party)
    for track in _concerned(state, step, turn.party):
        found = moves.move(track, step)
        if isinstance(found, str):
            results[track.party] = found
            continue
        verb, after = found
        other = track.addressee_last if by_asker else track.asker_last
        crossed = other is not None and not step.has_seen(other)
        outcome = table.TABLE[track.status, verb, side, crossed]
        results[track.party] = outcome.result
        if outcome.takes_effect:
            moved[track.party] = _moved(after, outcome.status, verb, turn, step.at)
            crossings.append(crossed)
            if track.threads and (over := _settled(track, after)):
                ended[track.party] = over
    named = replace(
        turn,
        verb=verb,
        results=MappingProxyType(results),
        until_ms=_until(step.act),
        crossed=any(crossings),
        settled=MappingProxyType(ended),
    )
    tracks = tuple(moved.get(track.party, track) for track in state.tracks)
    after_all = replace(state, turns=(*state.turns, named), tracks=tracks)
    return _with_facts(after_all, step.act, turn.party, present) if moved else after_all


_WAITING: Final = (DEFICIENCY, CONSULTATION, POSTPONEMENT)
"""Kinds for which clocks wait."""


def _settled(before: Track, after: Track) -> tuple[str, ...]:
    """Return what waits no longer by an act: `deficiency-over`, or `-left` while another waits."""
    found: list[str] = []
    if after.threads[: len(before.threads)] == before.threads:  # as where one only begins
        return ()
    for kind in _WAITING:
        was, now = len(before.pending(kind)), len(after.pending(kind))
        if now < was:
            found.append(settled(kind, now))
    return tuple(found)


def _concerned(state: State, step: Step, party: str) -> list[Track]:
    """Return the tracks that an act is about: an addressee's own; those that the asker names.

    Or those that the act concerned which it answers, or else all.
    """
    if party != state.asker:
        return [track for track in state.tracks if track.party == party]
    if fields.FIELDS[step.act.tag].to:
        named = {addressee.party for addressee in step.act.to}
        return [track for track in state.tracks if track.party in named]
    answered = [state.turns[at].results for at in state.turns_of(step.act.answers)]
    concerned = [
        one
        for one in state.tracks
        if any(results.get(one.party) in table.WITH_EFFECT for results in answered)
    ]
    return concerned or [*state.tracks]


def _moved(after: Track, status: str, verb: str, turn: Turn, at: int) -> Track:
    """Return a track after an act with effect on it."""
    is_own = turn.party == after.party
    reference = turn.own_reference if is_own else ""
    moves_status = verb in effects.COURSE
    return replace(
        after,
        status=status,
        asker_last=at if moves_status and not is_own else after.asker_last,
        addressee_last=at if moves_status and is_own else after.addressee_last,
        own_reference=reference or after.own_reference,
    )


def _with_facts(state: State, act: Act, party: str, present: Present) -> State:
    """Return the state with what an act with effect says of the matter as a whole."""
    if party == state.asker:
        state = _with_asker_facts(state, act, present)
    if act.tag == acts.CORRECTED:
        made = Correction(act.answers, act.id, party, act.codes[acts.ERROR])
        return replace(state, corrections=(*state.corrections, made))
    if act.tag == acts.OPENED:
        return replace(state, opened=(*state.opened, Opening(act.answers, act.id, party)))
    if act.tag == acts.DESTROYED:
        blobs = tuple(acts.under(act, acts.BLOB).values())
        gone = Destruction(act.id, party, act.codes[acts.REASON], blobs)
        return replace(state, destroyed=(*state.destroyed, gone))
    if act.tag == acts.STEP_TOLD:
        new = measure.told(act, party, len(state.turns) - 1)
        return replace(state, steps=measure.noted(state.steps, new))
    return state


def _with_asker_facts(state: State, act: Act, present: Present) -> State:
    elements = present.added(state.elements, act.elements)
    reference = act.codes.get(acts.OWN_REFERENCE, "") or state.own_reference
    tells_more = elements is not state.elements or act.tag in (acts.CONFIRMED, acts.SUPERSEDED)
    if not tells_more and reference == state.own_reference:
        return state  # as nearly every act; a copy costs more than the rest of its fold
    return replace(
        state,
        own_reference=reference,
        elements=elements,
        form="confirmed" if act.tag == acts.CONFIRMED else state.form,
        superseded_by=act.codes[acts.BY] if act.tag == acts.SUPERSEDED else state.superseded_by,
    )


def _with_turn(state: State, turn: Turn, results: Mapping[str, str]) -> State:
    named = replace(turn, results=MappingProxyType(dict(results)))
    return replace(state, turns=(*state.turns, named))
