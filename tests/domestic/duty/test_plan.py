"""Who is planned for duty: no instant is lost, over daylight saving and half-hour zones too."""

import itertools
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from comity.domestic.duty import plan
from comity.domestic.duty.plan import LineSet, Overridden, Plan, SwapAgreed, SwapAsked, SwapUndone

DAY = plan.DAY_MS
START = int(datetime(2027, 3, 20, tzinfo=ZoneInfo("UTC")).timestamp() * 1_000)
"""Before the clocks change in Europe, and after they did in America."""
FIRST = START // DAY - 3
MADE = START - 30 * DAY


def at_wall(zone: str, day: int, minute: int) -> int:
    """Return the instant of a wall time, as a node does."""
    wall = datetime.combine(date(1970, 1, 1) + timedelta(days=day), datetime.min.time())
    local = (wall + timedelta(minutes=minute)).replace(tzinfo=ZoneInfo(zone))
    return int(local.timestamp() * 1_000)


lines = st.builds(
    LineSet,
    line=st.just("night"),
    agency=st.just("police"),
    zone=st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kolkata", "Asia/Shanghai"]),
    officers=st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True).map(tuple),
    hand_overs=st.lists(
        st.integers(0, 1_439), min_size=1, max_size=3, unique=True
    ).map(lambda found: tuple(sorted(found))),
    first_day=st.just(FIRST),
    days=st.sampled_from([*plan.DAYS_WORDS]),
    by=st.just("a"),
    at_ms=st.sampled_from([MADE, START + DAY]),
)  # fmt: skip
times = st.integers(START - DAY, START + 20 * DAY)
overrides = st.builds(
    lambda officer, one, length, made: Overridden("night", officer, one, one + length, "a", made),
    st.sampled_from("abcd"), times, st.integers(1, 3 * DAY), times,
)  # fmt: skip
swaps = st.builds(
    lambda shift, officer, to, made: SwapAsked("night", shift, officer, to, officer, made),
    st.integers(0, 60), st.sampled_from("abcd"), st.sampled_from("abcd"), times,
)  # fmt: skip
answers = st.one_of(
    st.builds(SwapAgreed, st.integers(1, 3), st.just("b"), times),
    st.builds(SwapUndone, st.integers(1, 3), st.just("b"), times),
)
changes = st.lists(st.one_of(lines, overrides, swaps, answers), max_size=8)
SPAN = (START, START + 16 * DAY)
LATE = START + 99 * DAY


def planned(first: LineSet, later: list[plan.Change]) -> Plan:
    """Return a plan, its changes in the order in which they were made."""
    return plan.fold_all(sorted([first, *later], key=lambda one: one.at_ms))


@given(lines, changes)
def test_every_instant_has_one_officer_or_a_told_gap(
    first: LineSet, later: list[plan.Change]
) -> None:
    """Parts follow each other without hole or overlap, and each says what its instants say."""
    now = planned(first, later)
    found = plan.parts(now, "night", SPAN, LATE, at_wall)
    assert (found[0].from_ms, found[-1].until_ms) == SPAN
    assert all(one.until_ms == two.from_ms for one, two in itertools.pairwise(found))
    for one in found:
        for instant in (one.from_ms, (one.from_ms + one.until_ms) // 2, one.until_ms - 1):
            seen = plan.part_at(now, "night", instant, LATE, at_wall)
            assert (seen.officer, seen.shift, seen.by) == (one.officer, one.shift, one.by)


@given(lines, changes, changes, times)
def test_a_change_never_moves_what_is_past(
    first: LineSet, later: list[plan.Change], newer: list[plan.Change], made_ms: int
) -> None:
    """Whatever is said from an instant on, what was planned before it stays."""
    before = planned(first, [one for one in later if one.at_ms < made_ms])
    after = plan.fold_all(
        [
            *sorted(
                [first, *(one for one in later if one.at_ms < made_ms)], key=lambda one: one.at_ms
            ),
            *(replace(one, at_ms=max(made_ms, one.at_ms)) for one in newer),
        ]
    )
    if made_ms > SPAN[0]:
        span = (SPAN[0], min(made_ms, SPAN[1]))
        old, new = (plan.parts(one, "night", span, LATE, at_wall) for one in (before, after))
        assert [(p.officer, p.from_ms, p.until_ms) for p in plan._joined(old)] == [
            (p.officer, p.from_ms, p.until_ms) for p in plan._joined(new)
        ]


@given(lines.filter(lambda one: one.days == plan.ALL), st.integers(1, 40))
def test_a_swap_moves_one_shift_and_conserves_the_others(first: LineSet, shift: int) -> None:
    """The shift is another's, whole; every other one is whose it was, and undone it is theirs."""
    line = replace(first, at_ms=MADE)
    owner = line.officers[shift % len(line.officers)]
    asked = SwapAsked("night", shift, owner, "z", owner, MADE)
    agreed = plan.fold_all([line, asked, SwapAgreed(1, "z", MADE)])
    alone = plan.fold_all([line])
    undone = plan.fold(agreed, SwapUndone(1, owner, MADE))
    was, now, back = (
        {one.shift: one.officer for one in plan.parts(p, "night", SPAN, LATE, at_wall)}
        for p in (alone, agreed, undone)
    )
    assert back == was
    assert {n: who for n, who in now.items() if who != was[n]} in ({}, {shift: "z"})
    assert (shift in was) == (now.get(shift) == "z")
    assert plan.part_at(plan.fold_all([line, asked]), "night", SPAN[0], LATE, at_wall).by == "turn"


def test_clocks_that_change_lengthen_and_shorten_a_shift() -> None:
    """The night of 28 March 2027 in Paris has eleven hours between 20:00 and 08:00."""
    line = LineSet(
        "night", "police", "Europe/Paris", ("a", "b"), (480, 1_200), FIRST, plan.ALL, "a", MADE
    )
    found = plan.parts(plan.fold_all([line]), "night", SPAN, LATE, at_wall)
    hours = {(one.until_ms - one.from_ms) // 3_600_000 for one in found[1:-1]}
    assert hours == {11, 12}


@given(st.lists(st.one_of(lines, overrides, swaps, answers)))
def test_a_change_is_kept_and_read_back(found: list[plan.Change]) -> None:
    """What is stored is what was said."""
    assert [plan.from_json(plan.to_json(one)) for one in found] == found
