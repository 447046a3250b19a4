"""The shift of a desk."""

from dataclasses import replace

from domestic.duty.making import OFFICERS, officers, texts
from hypothesis import given
from hypothesis import strategies as st

from comity.domestic.duty import roster
from comity.domestic.duty.acts import Who
from comity.domestic.duty.roster import NOBODY, HandedOver, Shift, TakenOver, Turn
from comity.kernel import ijson

who = st.builds(Who, officers, st.just("mps"), st.integers(1, 9))
given_over = st.builds(
    HandedOver, who, officers, texts, st.just(({"id": "a", "due_ms": None},)), st.integers(0, 3)
)
turns: st.SearchStrategy[Turn] = given_over | st.builds(TakenOver, who, st.integers(0, 9), texts)


def after(history: list[Turn]) -> Shift:
    """Return the shift after any turns."""
    now = NOBODY
    for turn in history:
        now = roster.fold(now, turn)
    return now


@given(turns)
def test_a_turn_is_read_back_as_it_was_kept(turn: Turn) -> None:
    """With the lines that were frozen in it."""
    assert roster.from_json(ijson.parse(ijson.render(roster.to_json(turn)))) == turn


@given(st.lists(turns, max_size=12))
def test_a_desk_that_somebody_had_is_never_nobodys(history: list[Turn]) -> None:
    """Whatever is said: handing over alone takes it from nobody."""
    now = NOBODY
    for turn in history:
        then = roster.fold(now, turn)
        assert then.turns == now.turns + 1
        if isinstance(turn, HandedOver):
            assert then.officer == now.officer
        assert then.officer or not now.officer
        now = then


@given(
    st.lists(turns, max_size=12),
    st.lists(st.builds(TakenOver, who, st.just(0), texts), max_size=1),
    given_over,
    texts,
    st.booleans(),
)
def test_what_may_be_said_takes_effect(
    history: list[Turn],
    taken_last: list[Turn],
    wanted: HandedOver,
    why: str,
    is_his: bool,  # noqa: FBT001 -- drawn
) -> None:
    """Who hands over has the desk, and to another; who takes it has it from then on."""
    now = after(history + taken_last)
    if is_his:
        wanted = replace(wanted, who=replace(wanted.who, officer=now.officer))
    step = roster.hand_over(now, wanted, frozenset(OFFICERS))
    said = wanted.note.strip()
    may = now.officer == wanted.who.officer != wanted.to and wanted.to in OFFICERS
    assert isinstance(step, HandedOver) == bool(now.officer and may and said)
    if isinstance(step, HandedOver):
        assert roster.fold(now, step).to == step.to
    taken = roster.take_over(now, wanted.who, why)
    is_for_him = bool(now.pending) and now.to == wanted.who.officer
    may_take = is_for_him or (now.officer != wanted.who.officer and why.strip())
    assert isinstance(taken, TakenOver) == bool(may_take)
    if isinstance(taken, TakenOver):
        assert roster.fold(now, taken).officer == wanted.who.officer
