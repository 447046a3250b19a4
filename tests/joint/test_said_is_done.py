"""What an act does by all that its author had seen, it does in the end: whatever crossed it.

So what an officer's screen said would happen is what happens, in every room, over random histories
of two and three States in which some take the ids of acts of one another.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joint.case import test_case as case
from joint.compartment import test_compartment as compartment
from joint.contact import test_contact as contact
from joint.exercise import stories
from joint.exercise import test_histories as exercise
from joint.guideline import test_fold as text
from joint.hotline import test_hotline as hotline
from joint.match import test_match as match
from joint.points_laws import folded as points_folded
from joint.request import histories as request
from joint.review import test_said as snapshot
from joint.review.histories import PARTIES
from joint.roll import test_roll as roll
from joint.share import test_share as share
from joint.taken import ids_taken
from joint.test_points import KINDS

from comity.acts.order import Placed, in_order
from comity.joint.exercise.decide import PARTS
from comity.joint.text import acts as texts

type Folded = Callable[[list[Placed], tuple[str, ...]], Any]


def _of_request(placed: list[Placed], _: tuple[str, ...]) -> Any:  # noqa: ANN401 -- any state
    return request.folded(placed)


ROOMS: dict[str, tuple[st.SearchStrategy[Any], Folded]] = {
    "request": (st.tuples(request.logs(), st.just(PARTIES)), _of_request),
    "case": (case.every_logs, case.folded),
    "text": (text.every_logs, text.folded),
    "snapshot": (snapshot.every_logs, snapshot.folded),
    "hotline": (hotline.every_logs, hotline.folded),
    "contact": (contact.every_logs, contact.folded),
    "share": (share.every_logs, share.folded),
    "roll": (roll.LAWS.histories(), roll.LAWS.folded),
    "compartment": (compartment.LAWS.histories(), compartment.LAWS.folded),
    "match": (match.LAWS.histories(), match.LAWS.folded),
}


CLOSES_A_TEXT = {texts.DECLINED, texts.WITHDRAWN}
CLOSED_ALREADY = {"adopted-already", "closed-before"}
"""What is never undone wins: all have adopted the text (guideline 5), or another act closed it."""


def effects(folded: Folded, placed: list[Placed], parties: tuple[str, ...]) -> Sequence[bool]:
    """Return of each act, in the order of the fold, whether it takes effect."""
    turns = folded(placed, parties).turns
    assert len(turns) == len(placed)
    return [one.takes_effect for one in turns]


def met_its_end(folded: Folded, placed: list[Placed], parties: tuple[str, ...]) -> Sequence[bool]:
    """Return of each act whether it was to close a text of which others had decided by then."""
    return [
        one.tag in CLOSES_A_TEXT and one.result in CLOSED_ALREADY
        for one in folded(placed, parties).turns
    ]


def seen_by(placed: list[Placed], at: int) -> list[Placed]:
    """Return an act and all that its author had seen when it was said."""
    act = placed[at]
    return [
        one
        for one in placed
        if one is act
        or (one.origin == act.origin and one.index < act.index)
        or one.index < act.seen.get(one.origin, 0)
    ]


def of_points(kind: str) -> tuple[st.SearchStrategy[Any], Folded]:
    """Return the histories and the fold of a room whose matter is points."""
    one = KINDS[kind]
    return one.histories, lambda placed, parties: points_folded(one, placed, parties)


def of_exercise(kind: str) -> tuple[st.SearchStrategy[Any], Folded]:
    """Return the histories and the fold of one kind of matter of an exercise."""
    return (
        stories.histories(kind),
        lambda placed, parties: exercise.folded(kind, placed, parties),
    )


ALL = (
    ROOMS
    | {kind: of_points(kind) for kind in KINDS}
    | {kind: of_exercise(kind) for kind in sorted(PARTS)}
)


@pytest.mark.parametrize("room", ALL)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_took_effect_when_it_was_said_takes_effect_at_the_end(
    room: str, data: st.DataObject
) -> None:
    """By what its author had seen it did something: then it does, whatever crossed it.

    Whoever closes a proposal while the last adoption crosses closes what is adopted: that stays.
    """
    histories, folded = ALL[room]
    placed, parties = data.draw(histories)
    if data.draw(st.booleans()):
        placed = data.draw(ids_taken(placed))
    at_the_end = effects(folded, placed, parties)
    too_late = met_its_end(folded, placed, parties)
    ordered = in_order(placed)
    for at, one in enumerate(placed):
        if effects(folded, seen_by(placed, at), parties)[-1]:
            end = ordered.index(one)
            assert at_the_end[end] or too_late[end], one


@pytest.mark.parametrize("room", ALL)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_nobody_saw_takes_nothing(room: str, data: st.DataObject) -> None:
    """A State that is first in the order says acts under ids of others, and shows them to nobody.

    What the others say of one another's acts does what it did without.
    """
    histories, folded = ALL[room]
    placed, parties = data.draw(histories)
    said = st.sampled_from(placed)
    squatted = data.draw(st.lists(st.tuples(said, said), min_size=1, max_size=4))
    acts = {id_of.act.id: replace(one.act, id=id_of.act.id) for one, id_of in squatted}
    hidden = [Placed(act, "dd/log", 0, 1, at, {}, 0) for at, act in enumerate(acts.values())]
    before = [replace(one, party_place=one.party_place + 1) for one in placed]
    after = [*hidden, *before]
    everybody = (*parties, "dd")

    def done(history: list[Placed]) -> list[bool]:
        found = zip(in_order(history), effects(folded, history, everybody), strict=True)
        return [is_done for one, is_done in found if one.origin != "dd/log"]

    assert done(after) == done(before)
