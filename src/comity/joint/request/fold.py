"""What a history means: `fold(state, act) -> state`, total.  It never raises.

Every act leaves a turn, with the name of what it did; an act that makes no sense, or may
not be said by its author, does nothing else.  The folding of a whole matter works out
what each act had not seen (protocol rule 18).

Floor: joint (pure).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts.order import Placed, has_seen
from comity.acts.record import Act
from comity.joint.request import acts, table
from comity.joint.request.state import (
    EMPTY,
    ITEM_ANSWERED,
    ITEM_OPEN,
    ITEM_REFUSED,
    WHOLE,
    State,
    Track,
    Turn,
)

MATTER_OF_ANOTHER: Final = "matter-of-another"
ASKS_ITSELF: Final = "asks-itself"
ANSWERS_ANOTHER: Final = "answers-another"
ITEM_UNKNOWN: Final = "item-unknown"

type Entry = tuple[Placed, bool, str, int | None]
"""An act in its place, whether anything before it was not seen, its author, and the
effective time in milliseconds at which it was received, or None."""


def fold_all(entries: Sequence[Entry]) -> State:
    """Return where a matter stands after all its acts, given in their order.

    Of what an act had not seen, only the request and the last act with effect of each
    side of a track matter: what is seen of a log is always a beginning of it.
    """
    state = EMPTY
    for placed, crossed, party, received_at_ms in entries:
        unseen: frozenset[int] = frozenset()
        if crossed:
            unseen = frozenset(
                at for at in _landmarks(state) if not has_seen(placed, entries[at][0])
            )
        state = fold(state, placed.act, party, at_ms=received_at_ms, unseen=unseen)
    return state


def fold(
    state: State,
    act: Act,
    party: str,
    *,
    at_ms: int | None = None,
    unseen: frozenset[int] = frozenset(),
) -> State:
    """Return the state after one act.

    Args:
        state: before it.
        act: what was said.
        party: its author.
        at_ms: effective time at which the other side received it, or None.
        unseen: positions of the turns that its author had not seen.
    """
    turn = Turn(
        act_id=act.id,
        party=party,
        tag=act.tag,
        verb="",
        results=MappingProxyType({}),
        items=act.items,
        reason=act.codes.get(acts.REASON, ""),
        own_reference=act.codes.get(acts.OWN_REFERENCE, ""),
        received_at_ms=at_ms,
    )
    problem = _problem(state, act, party, unseen)
    if problem:
        return _with_turn(state, turn, "", {"": problem})
    if act.tag == acts.SUBMITTED:
        return _submit(state, turn, act)
    return _move(state, turn, act, unseen)


def _landmarks(state: State) -> set[int]:
    """Return the positions of the turns that an act can meaningfully have missed."""
    positions = {state.request_at}
    for track in state.tracks:
        positions |= {track.asker_last, track.addressee_last}
    return {position for position in positions if position is not None}


def _problem(state: State, act: Act, party: str, unseen: frozenset[int]) -> str:
    """Return why an act does nothing, before the table is asked, or ""."""
    malformed = acts.check(act)
    if malformed:
        return malformed
    if act.tag == acts.SUBMITTED:
        return _problem_of_submission(act, party)
    if state.request_at is None or state.request_at in unseen:
        return table.NO_REQUEST
    if act.answers != state.request_id:
        return ANSWERS_ANOTHER
    if not (party == state.asker if act.tag == acts.WITHDRAWN else state.track(party)):
        return table.NOT_ENTITLED
    return "" if set(act.items) <= set(state.items) else ITEM_UNKNOWN


def _problem_of_submission(act: Act, party: str) -> str:
    if act.matter.id != acts.matter_id(party, act.id):
        return MATTER_OF_ANOTHER
    return ASKS_ITSELF if any(addressee.party == party for addressee in act.to) else ""


def _submit(state: State, turn: Turn, act: Act) -> State:
    before = table.NONE if state.request_at is None else table.SUBMITTED
    outcome = table.TABLE[before, table.SUBMIT, table.ASKER, False]
    after = _with_turn(state, turn, table.SUBMIT, {"": outcome.result})
    if not outcome.takes_effect:
        return after
    at = len(state.turns)
    items = MappingProxyType(dict.fromkeys(act.items or (WHOLE,), ITEM_OPEN))
    return replace(
        after,
        asker=turn.party,
        request_id=act.id,
        type=act.codes[acts.TYPE],
        urgency=act.urgency,
        guideline=act.guideline,
        own_reference=turn.own_reference,
        items=act.items,
        elements=act.elements,
        tracks=tuple(Track(to.party, outcome.status, items, at) for to in act.to),
        request_at=at,
    )


def _move(state: State, turn: Turn, act: Act, unseen: frozenset[int]) -> State:
    """Return the state after an act on a request that stands: on one track, or on all."""
    by_asker = turn.party == state.asker
    side = table.ASKER if by_asker else table.ADDRESSEE
    concerned = [t for t in state.tracks if by_asker or t.party == turn.party]
    moved: dict[str, Track] = {}
    results: dict[str, str] = {}
    verb = ""
    crossings = []
    for track in concerned:
        crossed = (track.addressee_last if by_asker else track.asker_last) in unseen
        verb, items = verb_of(track, act)
        outcome = table.TABLE[track.status, verb, side, crossed]
        results[track.party] = outcome.result
        if outcome.takes_effect:
            now = replace(track, status=outcome.status, items=items)
            at = len(state.turns)
            moved[track.party] = (
                replace(now, asker_last=at) if by_asker else replace(now, addressee_last=at)
            )
            crossings.append(crossed)
    after = _with_turn(state, replace(turn, crossed=any(crossings)), verb, results)
    tracks = tuple(moved.get(track.party, track) for track in state.tracks)
    return replace(after, tracks=tracks)


def verb_of(track: Track, act: Act) -> tuple[str, Mapping[str, str]]:
    """Return what an act does to a track, as a verb of the table, and the items after it."""
    if act.tag == acts.ACKNOWLEDGED:
        return table.ACKNOWLEDGE, track.items
    if act.tag == acts.WITHDRAWN:
        return table.WITHDRAW, track.items
    named = set(act.items or track.items)
    if act.tag == acts.ANSWERED:
        items = {item: ITEM_ANSWERED if item in named else now for item, now in track.items.items()}
        verb = table.ANSWER_PART if ITEM_OPEN in items.values() else table.ANSWER
        return (table.SUPPLEMENT if items == track.items else verb), MappingProxyType(items)
    items = {
        item: ITEM_REFUSED if item in named and now == ITEM_OPEN else now
        for item, now in track.items.items()
    }
    return _refusal(track, items), MappingProxyType(items)


def _refusal(track: Track, items: Mapping[str, str]) -> str:
    if items == track.items:
        return table.REPEAT
    if ITEM_OPEN in items.values():
        return table.REFUSE_PART
    return table.REFUSE_REST if ITEM_ANSWERED in items.values() else table.REFUSE


def _with_turn(state: State, turn: Turn, verb: str, results: Mapping[str, str]) -> State:
    named = replace(turn, verb=verb, results=MappingProxyType(dict(results)))
    return replace(state, turns=(*state.turns, named))
