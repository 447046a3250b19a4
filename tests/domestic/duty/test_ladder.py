"""Whom a call rings: an empty rung takes no time, nobody is cut short, no call is left alone."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from comity.domestic.duty import ladder
from comity.domestic.duty.ladder import LAST, MINUTE_MS, Ladder, Ring, Rung

EMPTY = Ring(1, "x/hotline", "bb", "call-2", "hotline", "abc", 1_000)
EVERYBODY = ("ann", "bob")

rungs = st.builds(
    Rung,
    kind=st.just(ladder.LINE),
    name=st.sampled_from("abcdef"),
    minutes=st.integers(1, 10),
)
ladders = st.builds(Ladder, rungs=st.lists(rungs, max_size=6).map(tuple), repeats=st.integers(0, 3))
kept_down = st.integers(0, 9)
nobody = st.sets(st.sampled_from("abcdef"))


def climbed(
    steps: Ladder, empty: set[str], until_ms: int, every_ms: int = MINUTE_MS, begun: Ring = EMPTY
) -> Ring:
    """Return the ring after looking again and again."""

    def who(rung: Rung | None, _now_ms: int) -> tuple[str, ...]:
        if rung is None:
            return EVERYBODY
        return () if rung.name in empty else (rung.name,)

    ring = begun
    for now_ms in range(ring.began_ms, until_ms, every_ms):
        while (rang := ladder.due(steps, ring, now_ms, who)) is not None:
            ring = ladder.rung(ring, rang)
    return ring


@given(ladders, nobody)
def test_an_empty_rung_takes_no_time_and_burns_no_turn(steps: Ladder, empty: set[str]) -> None:
    """It is as if the ladder had no such rung: the same are rung at the same instants."""
    left = tuple(one for one in steps.rungs if one.name not in empty)
    until_ms = 1_000 * MINUTE_MS
    with_it = climbed(steps, empty, until_ms)
    without = climbed(replace(steps, rungs=left), set(), until_ms)
    assert [(one.officers, one.turn, one.at_ms) for one in with_it.rang] == [
        (one.officers, one.turn, one.at_ms) for one in without.rang
    ]


@given(ladders, nobody)
def test_every_rung_gets_its_minutes_and_the_contact_point_comes_last(
    steps: Ladder, empty: set[str]
) -> None:
    """Nobody is cut short by the next; at the end, and only then, everybody is rung, once."""
    ring = climbed(steps, empty, 1_000 * MINUTE_MS)
    *before, last = ring.rang
    assert (last.rung, last.officers) == (LAST, EVERYBODY)
    assert all(one.rung != LAST for one in before)
    for one, following in zip(before, ring.rang[1:], strict=True):
        assert following.at_ms - one.at_ms == steps.rungs[one.rung].minutes * MINUTE_MS
    attended = [one for one in steps.rungs if one.name not in empty]
    assert len(before) == len(attended) * (1 + steps.repeats)


@given(ladders, nobody, st.integers(1, 6))
def test_the_same_are_rung_however_often_one_looks(
    steps: Ladder, empty: set[str], every: int
) -> None:
    """A node that looks late rings late, and skips nobody: who is killed begins where they were."""
    often = climbed(steps, empty, 1_000 * MINUTE_MS)
    seldom = climbed(steps, empty, 1_000 * MINUTE_MS, every * MINUTE_MS)
    assert [(one.rung, one.turn) for one in often.rang] == [
        (one.rung, one.turn) for one in seldom.rang
    ]


@given(ladders, nobody, kept_down)
def test_no_setting_quiets_a_call(steps: Ladder, empty: set[str], drills: int) -> None:
    """However far drills are let climb, a call is rung as if nobody had said anything of drills."""
    until_ms = 1_000 * MINUTE_MS
    kept = replace(steps, drills=drills)
    assert climbed(kept, empty, until_ms) == climbed(steps, empty, until_ms)
    assert not kept.is_quiet(is_drill=False)


@given(ladders, nobody, kept_down)
def test_a_drill_is_rung_on_its_first_rungs_and_no_further(
    steps: Ladder, empty: set[str], drills: int
) -> None:
    """It is rung as a call is, up to where drills may climb; on none, it wakes nobody."""
    until_ms = 1_000 * MINUTE_MS
    drill = replace(EMPTY, is_drill=True)
    alike = climbed(steps, empty, until_ms, begun=drill)
    ring = climbed(replace(steps, drills=drills), empty, until_ms, begun=drill)
    assert ring.rang == alike.rang[:drills]


def test_an_answer_holds_the_ladder_for_a_while_and_not_for_good() -> None:
    """Nothing is handed over after an answer; a call that nobody then picks up rings on."""
    steps = Ladder((Rung(ladder.OFFICER, "wei", 1), Rung(ladder.OFFICER, "li", 1)))

    def who(rung: Rung | None, _now_ms: int) -> tuple[str, ...]:
        return (rung.name,) if rung is not None else EVERYBODY

    first = ladder.due(steps, EMPTY, 1_000, who)
    assert first is not None
    ring = replace(ladder.rung(EMPTY, first), answered=(("wei", 2_000),))
    assert ladder.due(steps, ring, 1_000 + 5 * MINUTE_MS, who) is None
    again = ladder.due(steps, ring, 2_000 + ladder.ANSWERED_MS, who)
    assert again is not None
    assert again.officers == ("li",)
    assert ladder.due(steps, replace(ring, ended_ms=3_000), 1 << 50, who) is None


@given(ladders, nobody)
def test_a_ring_and_a_ladder_are_read_back_as_they_were_kept(
    steps: Ladder, empty: set[str]
) -> None:
    """Keeping loses nothing, so that a node goes on where it was killed."""
    ring = replace(climbed(steps, empty, 90 * MINUTE_MS), codes={"a": "AB1D-EFGH"})
    assert ladder.ring_from_json(ladder.ring_to_json(ring)) == ring
    assert ladder.from_json(ladder.to_json(steps)) == steps
