"""Scenario time: monotone, equal on both nodes, and never changed behind anybody's back."""

import random
from dataclasses import dataclass, field, replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from joint.exercise.stories import TWO, opening, said, settings
from joint.exercise.test_histories import refused, told
from joint.review.histories import act_id, entries

from comity.acts.order import Placed, crossed, depth_after, in_order
from comity.acts.record import Act
from comity.joint.exercise import acts, play
from comity.joint.exercise.time_map import IDENTITY, TimeMap

REAL = st.integers(0, 10_000_000)
changes = st.lists(
    st.tuples(
        st.sampled_from(["rate", "jump"]), st.integers(0, 50_000), st.integers(0, 200_000_000)
    ),
    max_size=8,
)


def made(start: tuple[int, int, int], after: list[tuple[str, int, int]]) -> list[TimeMap]:
    """Return the map after the start, and after each change that follows it."""
    found = [TimeMap().begun(*start)]
    at_ms = start[0]
    for what, later_ms, value in after:
        at_ms += later_ms
        now = found[-1]
        found.append(
            now.at_rate(at_ms, value % 1_441) if what == "rate" else now.jumped(at_ms, value)
        )
    return found


starts = st.tuples(st.integers(0, 1_000_000), st.integers(0, 100_000_000), st.integers(0, 1_440))


@given(starts, changes, REAL, REAL)
def test_scenario_time_never_falls(
    start: tuple[int, int, int], after: list[tuple[str, int, int]], one: int, other: int
) -> None:
    """Pauses, rates and jumps in any order: a later instant shows no earlier time."""
    now = made(start, after)[-1]
    early, late = sorted((one, other))
    assert now.scenario_ms(early) <= now.scenario_ms(late)


@given(starts, changes, REAL)
def test_no_change_moves_what_was_before_it(
    start: tuple[int, int, int], after: list[tuple[str, int, int]], at_ms: int
) -> None:
    """At every instant before a change, the map shows what it showed without it."""
    every = made(start, after)
    for before, later in pairwise(every):
        if at_ms < later.segments[-1].real_ms:
            assert later.scenario_ms(at_ms) == before.scenario_ms(at_ms)


@given(starts, changes, st.integers(0, 400_000_000))
def test_the_instant_of_a_scenario_time_is_the_first_that_shows_it(
    start: tuple[int, int, int], after: list[tuple[str, int, int]], scenario_ms: int
) -> None:
    """What is due in scenario time is due at one instant, or at none while time stands."""
    now = made(start, after)[-1]
    found = now.real_ms(scenario_ms)
    if found is None:
        assert now.scenario_ms(10**12) < scenario_ms
    else:
        assert now.scenario_ms(found) >= scenario_ms
        assert found == now.segments[0].real_ms or now.scenario_ms(found - 1) < scenario_ms


@given(REAL)
def test_the_identity_gives_the_clocks_of_live(at_ms: int) -> None:
    """With it, scenario time and instant are one, both ways, and nothing is skipped."""
    assert IDENTITY.scenario_ms(at_ms) == at_ms
    assert IDENTITY.real_ms(at_ms) == at_ms
    assert not IDENTITY.is_skipped(at_ms)


@given(starts, st.integers(0, 50_000), st.integers(1, 200_000_000), st.integers(0, 400_000_000))
def test_a_jump_makes_nothing_late(
    start: tuple[int, int, int], later_ms: int, by_ms: int, due_ms: int
) -> None:
    """What falls due inside a jump is skipped; what is before or after it is not."""
    begun = TimeMap().begun(*start)
    at_ms = start[0] + later_ms
    shown_ms = begun.scenario_ms(at_ms)
    jumped = begun.jumped(at_ms, shown_ms + by_ms)
    assert jumped.is_skipped(due_ms) == (shown_ms < due_ms < shown_ms + by_ms)


# Two nodes, a line between them, and everything each knows at each instant.


@dataclass
class Side:
    """One node: its log, and how much of the other log it holds and has read."""

    place: int
    log: list[tuple[Act, dict[str, int]]] = field(default_factory=list)
    seen: int = 0
    receipts: list[tuple[int, int]] = field(default_factory=list)
    """(how much of the other log, when): as they stand in its own log."""
    behind: list[int] = field(default_factory=list)
    """How many acts stand before each: who has read a receipt has read those."""

    def receipt(self, now_ms: int) -> None:
        """Say what is held."""
        self.receipts.append((self.seen, now_ms))
        self.behind.append(len(self.log))


class Line:
    """Two nodes that play, and a line on which everything takes a while."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.now_ms = 0
        self.sides = (Side(0), Side(1))
        self.number = 0

    def held(self, place: int, size: int, other: int) -> list[Placed]:
        """Return what a node knows that holds so much of its own log and of the other."""
        own, far = self.sides[place], self.sides[1 - place]
        parts = ((place, own.log[:size]), (1 - place, far.log[:other]))
        placed: list[Placed] = []
        for where, log in parts:
            for index, (act, seen) in enumerate(log):
                origin = f"{TWO[where]}/log"
                placed.append(Placed(act, origin, where, 1, index, dict(seen), 0))
        done: list[Placed] = []
        while len(done) < len(placed):
            for one in placed:
                before = {(p.origin, p.index) for p in done}
                needs = {(o, n - 1) for o, n in one.seen.items() if n}
                if one.index:
                    needs.add((one.origin, one.index - 1))
                if (one.origin, one.index) not in before and needs <= before:
                    done.append(replace(one, depth=depth_after(done, one)))
        return done

    def state(self, place: int, receipts: int) -> play.State:
        """Return the state by a node's own log, and by what it read of the other side."""
        far = self.sides[1 - place]
        known = far.receipts[:receipts]
        placed = in_order(self.held(place, len(self.sides[place].log), self.sides[place].seen))

        def at_ms(one: Placed) -> int | None:
            by = known if one.party_place == place else self.sides[place].receipts
            return next((when for size, when in by if size > one.index), None)

        told = [
            (one, crossed(placed, at), TWO[one.party_place], at_ms(one))
            for at, one in enumerate(placed)
        ]
        return play.PART.fold_all(told, TWO)


@given(st.integers(0, 2**32))
def test_no_setting_or_stop_moves_an_earlier_mark(seed: int) -> None:
    """Whatever both say while the line is slow, no node's clock ever takes back what it showed.

    Each side says what it may by what it knows; each receives when the line lets it.  Each part of
    the map that a node ever knew is a part of the map at the end, which both have.
    """
    chance = random.Random(seed)  # noqa: S311 -- it must be repeated
    line = Line(chance)
    shown: list[TimeMap] = []
    line.sides[0].log.append((opening(acts.PLAY), {}))
    carried = [0, 0]
    for _ in range(40):
        line.now_ms += chance.randint(1, 5_000)
        place = chance.randint(0, 1)
        side, far = line.sides[place], line.sides[1 - place]
        if chance.random() < 0.5:  # receive, and say what is held
            side.seen = chance.randint(side.seen, len(far.log))
            carried[place] = sum(stands <= side.seen for stands in far.behind)
            side.receipt(line.now_ms)
        now = line.state(place, carried[place])
        _speak(line, side, now, chance)
        shown.append(play.time_map(line.state(place, carried[place])))
    for place in (0, 1):
        line.sides[place].seen = len(line.sides[1 - place].log)
        line.sides[place].receipt(line.now_ms)
    ends = [line.state(place, len(line.sides[1 - place].receipts)) for place in (0, 1)]
    assert play.time_map(ends[0]) == play.time_map(ends[1])
    final = play.time_map(ends[0])
    for one in shown:
        assert one.segments == final.segments[: len(one.segments)]


def _speak(line: Line, side: Side, now: play.State, chance: random.Random) -> None:
    """Say something that this side may, by what it knows."""
    party = TWO[side.place]
    menu = [
        *settings(),
        *(said(acts.PLAY, acts.SET_AGREED, 0, one.id) for one in now.settings[-3:]),
        *(said(acts.PLAY, acts.RESUME, stop=one.id) for one in now.stops[-1:]),
        said(acts.PLAY, acts.STOPPED, reason="safety"),
    ]
    chance.shuffle(menu)
    for one in menu:
        act = replace(one, id=act_id(line.number))
        if play.PART.result(now, act, party)[0]:
            line.number += 1
            far = f"{TWO[1 - side.place]}/log"
            side.log.append((act, {far: side.seen} if side.seen else {}))
            return


def test_time_is_set_by_agreement_and_stopped_by_anybody() -> None:
    """Start, rate, pause, jump, stop, resume that names the stop, end."""
    now = told(acts.PLAY, play.PART.empty(TWO), "aa", opening(acts.PLAY))
    start, pause, resume, lifted, rate, jump, end = settings()
    assert refused(now, "aa", replace(pause, id=act_id(1))) == "not-at-this-status"
    now = _agreed(now, "aa", start, 1, 1_000)
    assert play.time_map(now).scenario_ms(2_000) == 1_000_000 + 60 * 1_000
    assert refused(now, "bb", replace(start, id=act_id(3))) == "not-at-this-status"
    now = _agreed(now, "bb", rate, 3, 3_000)
    now = _agreed(now, "aa", pause, 5, 5_000)
    stands = play.time_map(now).scenario_ms(5_000)
    assert play.time_map(now).scenario_ms(9_000) == stands == 1_000_000 + 120_000 + 2_000
    now = _agreed(now, "aa", jump, 7, 9_000)
    now = _agreed(now, "aa", resume, 9, 10_000)
    assert play.time_map(now).scenario_ms(11_000) == 90_001_000
    stop = said(acts.PLAY, acts.STOPPED, 11, reason="leak")
    now = play.PART.fold(now, stop, "bb", 12_000)
    assert (play.status(now), play.time_map(now).rate) == (play.STOPPED, 0)
    assert refused(now, "aa", replace(resume, id=act_id(12))) == "stop-unnamed"
    named = replace(lifted, codes={"stop": stop.id, "rate": "5"})
    now = _agreed(now, "aa", named, 12, 20_000)
    assert (play.status(now), play.time_map(now).scenario_ms(21_000)) == (
        play.RUNNING,
        90_002_000 + 5_000,
    )
    now = _agreed(now, "bb", end, 14, 30_000)
    assert play.status(now) == play.ENDED
    assert refused(now, "aa", replace(stop, id=act_id(16))) == "ended-before"


def _agreed(now: play.State, party: str, act: Act, number: int, at_ms: int) -> play.State:
    """Propose a setting and let the other side agree."""
    other = next(one for one in TWO if one != party)
    now = told(acts.PLAY, now, party, replace(act, id=act_id(number)))
    yes = said(acts.PLAY, acts.SET_AGREED, number + 1, act_id(number))
    assert refused(now, party, yes) == "not-entitled"
    return play.PART.fold(now, yes, other, at_ms)


def test_two_settings_that_crossed_move_nothing_and_can_be_agreed_again() -> None:
    """Each side agreed to the other's while the other agreed to its own: neither counts."""
    opened = Placed(opening(acts.PLAY), "aa/log", 0, 1, 0, {}, 1)
    start, fast = settings()[0], replace(settings()[0], codes={**settings()[0].codes, "rate": "9"})
    ours = Placed(replace(start, id=act_id(1)), "aa/log", 0, 1, 1, {}, 2)
    theirs = Placed(replace(fast, id=act_id(2)), "bb/log", 1, 1, 0, {"aa/log": 1}, 2)
    yes = said(acts.PLAY, acts.SET_AGREED, 3, act_id(2))
    we_agree = Placed(yes, "aa/log", 0, 1, 2, {"bb/log": 1}, 3)
    no = said(acts.PLAY, acts.SET_AGREED, 4, act_id(1))
    they_agree = Placed(no, "bb/log", 1, 1, 1, {"aa/log": 2}, 3)
    both = [opened, ours, theirs, we_agree, they_agree]
    now = play.PART.fold_all(entries(both), TWO)
    assert [one.takes_effect for one in now.turns] == [True] * 5
    assert play.status(now) == play.NONE
    assert not play.time_map(now).is_begun
    again = Placed(replace(no, id=act_id(5)), "bb/log", 1, 1, 2, {"aa/log": 3}, 5)
    now = play.PART.fold_all(entries([*both, again]), TWO)
    assert (now.turns[-1].result, play.status(now)) == ("set-agreed", play.RUNNING)


def test_a_stop_that_crosses_an_agreement_holds() -> None:
    """The agreement was said before the stop was seen: time does not pass."""
    opened = Placed(opening(acts.PLAY), "aa/log", 0, 1, 0, {}, 1)
    start = Placed(replace(settings()[0], id=act_id(1)), "aa/log", 0, 1, 1, {}, 2)
    yes = said(acts.PLAY, acts.SET_AGREED, 2, act_id(1))
    agreed = Placed(yes, "bb/log", 1, 1, 0, {"aa/log": 2}, 3)
    stop = Placed(said(acts.PLAY, acts.STOPPED, 3, reason="safety"), "aa/log", 0, 1, 2, {}, 3)
    now = play.PART.fold_all(entries([opened, start, agreed, stop]), TWO)
    assert play.status(now) == play.STOPPED
    assert not play.time_map(now).is_begun
