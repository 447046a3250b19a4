"""What was said of quality on one addressee's track, as facts of a review.

    facts(state, track) -> (Fact("item", about="one", outcome="answered"), Fact("deficiency", …), …)

Source: docs/spec/review.md, part 1.
Floor: rooms.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from comity.figures import tally
from comity.figures.observation import Fact
from comity.joint.request import acts, effects, state, table
from comity.joint.request.state import State, Thread, Track
from comity.joint.request.turn import Turn

WAIVED: Final = "waived"
WHOLE: Final = "whole"
PART: Final = "part"

type _Found = Iterator[tuple[int, Fact]]


def facts(now: State, track: Track) -> tuple[Fact, ...]:
    """Return the facts of a track, in the order in which they were said; items stand first."""
    found = [*_of_threads(now, track), *_of_turns(now, track)]
    return (*_items(track), *(fact for _, fact in sorted(found, key=lambda one: one[0])))


def _items(track: Track) -> Iterator[Fact]:
    """Give each item as it stands, and of one that is asked again that something was given."""
    for item, outcome in track.items.items():
        is_hidden = item in track.given and outcome not in tally.GIVEN
        code = tally.GIVEN_BEFORE if is_hidden else ""
        yield Fact("item", code, item, track.party, outcome)


def _of_threads(now: State, track: Track) -> _Found:
    for thread in track.threads:
        yield from ((thread.at, fact) for fact in _THREADS.get(thread.kind, _none)(now, thread))


def _none(_: State, __: Thread) -> Iterator[Fact]:
    yield from ()


def _deficiencies(now: State, thread: Thread) -> Iterator[Fact]:
    party = now.turns[thread.at].party
    for element, code in thread.codes.items() or (("", thread.reason),):
        yield Fact("deficiency", code, element, party, thread.status, thread.id)


def _conditions(now: State, thread: Thread) -> Iterator[Fact]:
    party = now.turns[thread.at].party
    for code in thread.codes.values():
        outcome = WAIVED if code in thread.waived else thread.status
        yield Fact("condition", code, "", party, outcome, thread.id)


def _postponement(now: State, thread: Thread) -> Iterator[Fact]:
    party = now.turns[thread.at].party
    yield Fact("postponement", thread.reason, "", party, thread.status, thread.id)


def _use(now: State, thread: Thread) -> Iterator[Fact]:
    told = now.turns[thread.settled_at].reason if thread.settled_at is not None else ""
    yield Fact("use", told, "", now.asker, thread.status, thread.id)


def _assessments(now: State, thread: Thread) -> Iterator[Fact]:
    """Give what an assessment says of each criterion; of one that was taken back nothing."""
    party = now.turns[thread.at].party
    for criterion, rating in thread.codes.items() if thread.status != state.WITHDRAWN else ():
        yield Fact("assessment", criterion, "", party, rating, thread.id)


_THREADS: Final[Mapping[str, Callable[[State, Thread], Iterator[Fact]]]] = {
    state.DEFICIENCY: _deficiencies,
    state.ACCEPTANCE: _conditions,
    state.POSTPONEMENT: _postponement,
    state.USE: _use,
    state.ASSESSMENT: _assessments,
}


def _of_turns(now: State, track: Track) -> _Found:
    errors = {(one.party, one.act_id): one.error for one in now.corrections}
    for at, turn in enumerate(now.turns):
        if turn.results.get(track.party) not in table.WITH_EFFECT:
            continue
        if turn.tag == acts.CLARIFIED:
            yield at, Fact("clarification", party=turn.party, act_id=turn.act_id)
        elif turn.tag == acts.REFUSED:
            yield at, _refusal(turn)
        elif turn.tag == acts.CORRECTED:
            code = errors.get((turn.party, turn.act_id), turn.reason)
            yield at, Fact("correction", code, party=turn.party, act_id=turn.act_id)
        elif turn.tag == acts.ASSESSMENT_DISPUTED:
            yield from ((at, fact) for fact in _disputes(now, track, turn))


def _disputes(now: State, track: Track, turn: Turn) -> Iterator[Fact]:
    """Give a dispute of an assessment by criterion, and what has come of it."""
    found = track.begun_by(turn.answers, state.ASSESSMENT)
    thread = next((one for one in found if now.turns[one.at].party != turn.party), None)
    if thread is None:
        return
    outcome = state.PENDING if thread.status == state.DISPUTED else thread.status
    for criterion in thread.codes:
        yield Fact("dispute", criterion, "", turn.party, outcome, turn.act_id)


def _refusal(turn: Turn) -> Fact:
    outcome = WHOLE if turn.verb == effects.REFUSE else PART
    return Fact("refusal", turn.reason, "", turn.party, outcome, turn.act_id)
