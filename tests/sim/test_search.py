"""Seeds that nobody chose: where they begin, and how what breaks is made short."""

from pathlib import Path

import pytest

from comity_lab.sim import runs, search
from comity_lab.sim.runs import Result

KEPT = [
    tuple(line.split("  #")[0].split())
    for line in (Path(__file__).parent / "kept_seeds").read_text().splitlines()
    if line and not line.startswith("#")
]
"""`seed events`, and events that do nothing if any: histories that broke something once."""


@pytest.mark.parametrize("kept", [one for one in KEPT if int(one[1]) <= 600], ids=" ".join)
def test_what_broke_once_holds(kept: tuple[str, ...]) -> None:
    """A history that a search found is played for ever."""
    seed, events, *dropped = kept
    assert runs.run(int(seed), int(events), None, search.numbers("".join(dropped))).error == ""


@pytest.mark.long
@pytest.mark.parametrize("kept", [one for one in KEPT if int(one[1]) > 600], ids=" ".join)
def test_what_broke_once_in_a_long_history_holds(kept: tuple[str, ...]) -> None:
    """The same, where it takes thousands of events."""
    test_what_broke_once_holds(kept)


def test_a_commit_draws_the_same_seeds_all_day_and_others_tomorrow() -> None:
    """A run before handing in plays what the check will play."""
    first = search.drawn("abc", "2026-12-01")
    assert first == search.drawn("abc", "2026-12-01")
    others = {search.drawn("abd", "2026-12-01"), search.drawn("abc", "2026-12-02")}
    assert len({first, *others}) == 3
    assert all(search.DRAWN_FROM <= one < search.DRAWN for one in {first, *others})


def _breaking(needed: frozenset[int], counted: list[int]) -> search.Runs:
    """Return a history that breaks where the last of these events is played, and all are."""

    def play(seed: int, events: int, dropped: frozenset[int]) -> Result:
        counted.append(events)
        is_broken = not needed & dropped and max(needed) <= events
        return Result(seed, max(needed) if is_broken else events, "", frozenset(), "I1" * is_broken)

    return play


@pytest.mark.parametrize("needed", [{1}, {7, 8}, {3, 40, 91}, {2, 5, 9, 60, 99}])
def test_what_breaks_is_made_as_short_as_it_can_be(needed: set[int]) -> None:
    """Only the events that are needed are left, and the words replay it."""
    counted: list[int] = []
    short = search.shortest(5, 100, _breaking(frozenset(needed), counted))
    assert short is not None
    assert {*range(1, short.events + 1)} - short.dropped == needed
    assert len(counted) <= search.RUNS_MAX
    words = short.spelled.split(" --drop ")
    assert search.numbers(words[1] if len(words) > 1 else "") == short.dropped


def test_what_holds_is_not_made_short() -> None:
    """And no run is spent on it."""
    counted: list[int] = []
    assert search.shortest(5, 50, _breaking(frozenset({99}), counted)) is None
    assert len(counted) == 1


def test_a_dropped_event_does_nothing_and_the_rest_goes_on() -> None:
    """With every event dropped a world rests as it began."""
    dropped = frozenset(range(1, 31))
    assert runs.run(7, 30, None, dropped).error == ""
    assert runs.run(7, 30).trace_hash != runs.run(7, 30, None, dropped).trace_hash
