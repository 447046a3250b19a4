"""What a history of a request means."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from joint.request.histories import (
    ABOUT,
    ITEMS,
    anything,
    entries,
    logs,
    replies,
    saying,
    submission,
    withdrawals,
)

from comity.acts.order import Placed
from comity.joint.request import acts, fold, state, table, view
from comity.joint.request.state import ITEM_ANSWERED, ITEM_OPEN, ITEM_REFUSED, State

RISING = (ITEM_OPEN, ITEM_REFUSED, ITEM_ANSWERED)


def folded(placed: list[Placed]) -> State:
    """Return the state of a history."""
    return fold.fold_all(entries(placed))


@given(logs())
def test_every_history_folds(placed: list[Placed]) -> None:
    """Whatever both sides say, lawful or not, there is a state, and each act left a turn."""
    result = folded(placed)

    assert len(result.turns) == len(placed)
    assert all(turn.results for turn in result.turns)
    assert view.status(result) in table.STATUSES
    assert state.from_json(state.to_json(result)) == result


@given(logs(), st.randoms(use_true_random=False))
def test_every_delivery_gives_one_state(placed: list[Placed], chance: random.Random) -> None:
    """Both nodes show the same, in whatever order the entries of the two logs arrived."""
    arrived = placed.copy()
    chance.shuffle(arrived)

    assert state.digest(folded(arrived)) == state.digest(folded(placed))


@given(st.lists(st.tuples(anything, st.sampled_from(["aa", "bb", "cc"])), max_size=12))
def test_nothing_is_undone(said: list[tuple[object, str]]) -> None:
    """No later act takes an answer back, nor opens what was decided."""
    before = fold.fold(state.EMPTY, submission(("bb", "cc")), "aa")
    for act, party in said:
        after = fold.fold(before, act, party)  # type: ignore[arg-type]
        for track in before.tracks:
            later = after.track(track.party)
            assert later is not None
            for item, now in track.items.items():
                assert RISING.index(later.items[item]) >= RISING.index(now)
        assert after.turns[: len(before.turns)] == before.turns
        before = after


@given(logs(said=st.one_of(replies, withdrawals)), st.permutations(range(3)))
def test_the_order_of_parties_decides_nothing(placed: list[Placed], places: list[int]) -> None:
    """Where two acts crossed, it does not matter which party the arrangement names first."""
    swapped = [replace(one, party_place=places[one.party_place]) for one in placed]

    for here, there in zip(folded(swapped).tracks, folded(placed).tracks, strict=True):
        assert (here.status, here.items) == (there.status, there.items)


@given(logs(to=("bb", "cc")))
def test_what_one_addressee_does_leaves_the_other_alone(placed: list[Placed]) -> None:
    """Two States that are asked are two tracks."""
    without = [
        replace(one, seen={k: v for k, v in one.seen.items() if k != "cc/log"})
        for one in placed
        if one.origin != "cc/log"
    ]
    alone, together = folded(without).track("bb"), folded(placed).track("bb")

    assert alone is not None
    assert together is not None
    assert (alone.status, alone.items) == (together.status, together.items)


def test_a_request_is_answered_item_by_item() -> None:
    """An answer to one item leaves the other open; a refusal of it closes the request."""
    asked = fold.fold(state.EMPTY, submission(), "aa")
    partly = fold.fold(asked, acts.answered(saying(1), ABOUT, ITEMS[:1]), "bb")
    closed = fold.fold(partly, acts.refused(saying(2), ABOUT, "impossible"), "bb")

    assert view.open_items(partly, "bb") == ITEMS[1:]
    assert view.holder(partly) == "bb"
    assert view.status(closed) == table.ANSWERED
    assert closed.tracks[0].items == {ITEMS[0]: ITEM_ANSWERED, ITEMS[1]: ITEM_REFUSED}


def test_nobody_opens_a_matter_in_the_name_of_another() -> None:
    """The id of a matter comes from who asked: another party's submission folds to nothing."""
    result = fold.fold(state.EMPTY, submission(("cc",)), "bb")

    assert result.asker == ""
    assert result.turns[0].results == {"": fold.MATTER_OF_ANOTHER}


def test_an_answer_to_a_request_that_was_not_seen_does_nothing() -> None:
    """An act cannot answer what its author had not seen."""
    first = Placed(submission(), "aa/log", 0, 1, 0, {}, 1)
    blind = Placed(acts.answered(saying(1), ABOUT), "bb/log", 1, 1, 0, {}, 1)
    result = folded([first, blind])

    assert view.status(result) == table.SUBMITTED
    assert result.turns[1].results == {"": table.NO_REQUEST}
