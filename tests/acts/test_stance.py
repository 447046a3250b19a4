"""What parties settle point by point: the rules of the stances over every short history.

Source: docs/spec/stance.md.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, product

from hypothesis import given
from hypothesis import strategies as st
from support.deep import many

from comity.acts import stance
from comity.acts.stance import LEFT, Agreement, Stance

TWO = ("aa", "bb")
THREE = ("aa", "bb", "cc")
VALUES = ("v", "w", LEFT)
MEET_OR_EXIT = frozenset({stance.AGREED, stance.UNCLEAR})

type Said = tuple[str, tuple[int, ...]]
"""A value, and how many stances of each party its author had seen (of its own: all before)."""
type Logs = tuple[tuple[Said, ...], ...]


def folded(logs: Logs, parties: Sequence[str], order: Sequence[int]) -> tuple[Stance, ...]:
    """Return the stances of a history, folded by depth, then by an order of the parties."""
    depths: dict[tuple[int, int], int] = {}

    def depth(who: int, index: int) -> int:
        if (who, index) not in depths:
            seen = logs[who][index][1]
            before = [depth(other, size - 1) for other, size in enumerate(seen) if size]
            depths[who, index] = 1 + max(before, default=0)
        return depths[who, index]

    every = [(who, index) for who, log in enumerate(logs) for index in range(len(log))]
    ordered = sorted(every, key=lambda one: (depth(*one), order[one[0]], one[1]))
    found: tuple[Stance, ...] = ()
    for at, (who, index) in enumerate(ordered):
        value, seen = logs[who][index]
        unseen = frozenset(
            place for place, (other, nth) in enumerate(ordered[:at]) if nth >= seen[other]
        )
        found = stance.add(found, parties[who], value, at, unseen)
    return found


def causes(a: int, b: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Give what each act of two logs can have seen of the other, without a circle."""
    firsts = [*combinations_with_replacement(range(b + 1), a)]
    seconds = [*combinations_with_replacement(range(a + 1), b)]
    for first, second in product(firsts, seconds):
        circle = any(first[i] > j and second[j] > i for i, j in product(range(a), range(b)))
        if not circle:
            yield first, second


def every_of_two(most: int, both: int = 6) -> Iterator[Logs]:
    """Give every history of two parties with at most so many acts each, and of both."""
    for a, b in product(range(most + 1), repeat=2):
        if a + b > both:
            continue
        for first, second in causes(a, b):
            for values in product(VALUES, repeat=a + b):
                yield (
                    tuple((values[i], (i, first[i])) for i in range(a)),
                    tuple((values[a + j], (second[j], j)) for j in range(b)),
                )


def by_definition(logs: Logs, *, live: bool) -> list[tuple[str, tuple[int, ...]]]:
    """Return each value with the places of statements that agree on it, as the rules say it."""
    found = []
    for places in product(*(range(len(log)) for log in logs)):
        values = {logs[who][at][0] for who, at in enumerate(places)}
        if len(values) != 1 or LEFT in values:
            continue
        (value,) = values
        later = {who: [*range(at + 1, len(logs[who]))] for who, at in enumerate(places)}
        moves = [(who, i) for who, rest in later.items() for i in rest if logs[who][i][0] != value]
        is_seen = any(
            logs[other][at][1][who] > i
            for who, i in moves
            for other, at in enumerate(places)
            if other != who
        )
        is_ended = live and any(logs[who][i][0] == LEFT for who, i in moves)
        if not is_seen and not is_ended:
            found.append((value, places))
    return found


def agreed_by_definition(logs: Logs) -> set[str]:
    """Return what is agreed: the values of agreements that no later one replaces."""
    found = by_definition(logs, live=True)
    older = [
        one
        for one in found
        if any(
            other != one and all(a <= b for a, b in zip(one[1], other[1], strict=True))
            for other in found
        )
    ]
    return {value for value, places in found if (value, places) not in older}


def values_of(found: Sequence[Agreement]) -> set[str]:
    """Return the values of agreements."""
    return {one.value for one in found}


def check(logs: Logs, parties: Sequence[str]) -> set[str]:
    """Return what is agreed, after the laws that hold for every history."""
    forward, backward = range(len(parties)), range(len(parties))[::-1]
    stances, turned = (folded(logs, parties, order) for order in (forward, backward))
    agreed = values_of(stance.agreements(stances, parties))
    assert agreed == agreed_by_definition(logs)
    assert agreed == values_of(stance.agreements(turned, parties))
    ever = [one.value for one in stance.ever(stances, parties)]
    assert ever == [one.value for one in stance.ever(turned, parties)]
    assert {*ever} == {value for value, _ in by_definition(logs, live=False)}
    assert agreed <= {*ever}
    assert stance.status(stances, parties) == stance.status(turned, parties)
    assert stance.crossing(stances, parties) == stance.crossing(turned, parties)
    return agreed


def without_last(logs: Logs, who: int) -> Logs | None:
    """Return the history without the last act of a party, if nobody has seen that."""
    size = len(logs[who])
    if not size or any(seen[who] >= size for log in logs for _, seen in log):
        return None
    return tuple(log[:-1] if one == who else log for one, log in enumerate(logs))


def test_every_short_history_of_two_parties() -> None:
    """What is agreed is what the rules say; no party's place decides; few points are unclear.

    Up to three acts each, two values and exits, and all that each author can have seen: 27,970
    histories of up to five acts, 155,545 of up to six.  Of those that differ only in which value
    or which party is which, one is read.
    """
    both = many(5, deep=6)
    count = read = unclear = 0
    for logs in every_of_two(3, both):
        count += 1
        first = next((value for log in logs for value, _ in log if value != LEFT), "v")
        if first == "v" and len(logs[0]) >= len(logs[1]):
            read += 1
            unclear += len(check(logs, TWO)) > 1
    assert count == {5: 27_970, 6: 155_545}[both]
    assert 0 < unclear / read < 0.02


def test_only_a_meeting_or_an_exit_changes_what_is_agreed() -> None:
    """Another wish ends nothing: what an act changes, it leaves, or states with the others."""
    for logs in every_of_two(2):
        after = agreed_by_definition(logs)
        for who in range(2):
            before = without_last(logs, who)
            if before is None:
                continue
            value = logs[who][-1][0]
            changed = after ^ agreed_by_definition(before)
            assert not changed or value == LEFT or value in after


def seen_in(logs: Sequence[Sequence[Said]], who: int, sizes: Sequence[int]) -> tuple[int, ...]:
    """Return how much of each log an act has seen that holds so much of the others."""
    held = [len(log) if other == who else sizes[other] for other, log in enumerate(logs)]
    own = [logs[who][-1][1]] if logs[who] else []
    others = [logs[other][size - 1][1] for other, size in enumerate(held) if size]
    return tuple(map(max, zip(held, *own, *others, strict=True)))


@st.composite
def of_three(draw: st.DrawFn) -> Logs:
    """Return a history of three parties; what is seen of an act comes with what that had seen."""
    logs: list[list[Said]] = [[], [], []]
    for who in draw(st.lists(st.sampled_from(range(3)), max_size=11)):
        sizes = [draw(st.integers(0, len(log))) for log in logs]
        logs[who].append((draw(st.sampled_from(VALUES)), seen_in(logs, who, sizes)))
    return tuple(map(tuple, logs))


@given(of_three())
def test_histories_of_three_parties(logs: Logs) -> None:
    """The same laws at random, where an agreement needs all three."""
    check(logs, THREE)


def say(*said: tuple[str, str, frozenset[int]]) -> tuple[Stance, ...]:
    """Return stances in their order: who, what, and which before it were not seen."""
    found: tuple[Stance, ...] = ()
    for at, (party, value, unseen) in enumerate(said):
        found = stance.add(found, party, value, at, unseen)
    return found


ALL: frozenset[int] = frozenset()


def test_what_crossed_has_a_name() -> None:
    """Met, swapped, met behind a move, and left meanwhile, for both sides to see."""
    met = say(("aa", "v", ALL), ("bb", "v", frozenset({0})))
    assert (stance.crossing(met, TWO), stance.agreed(met, TWO)) == (stance.MET, "v")
    taken = say(("aa", "v", ALL), ("bb", "v", ALL))
    assert (stance.crossing(taken, TWO), stance.agreed(taken, TWO)) == ("", "v")
    wishes = (("aa", "v", ALL), ("bb", "w", ALL))
    swapped = say(*wishes, ("aa", "w", ALL), ("bb", "v", frozenset({2})))
    assert stance.crossing(swapped, TWO) == stance.SWAPPED
    assert stance.status(swapped, TWO) == stance.UNCLEAR
    settled = stance.add(swapped, "aa", "v", 4)
    assert stance.agreed(settled, TWO) == "v"
    behind = say(("aa", "v", ALL), ("aa", "w", ALL), ("bb", "v", frozenset({1})))
    assert (stance.crossing(behind, TWO), stance.agreed(behind, TWO)) == (stance.MET_BEHIND, "v")
    left = say(("aa", "v", ALL), ("aa", LEFT, ALL), ("bb", "v", frozenset({1})))
    assert stance.crossing(left, TWO) == stance.LEFT_MEANWHILE
    assert stance.status(left, TWO) == stance.ONE_SIDED
    assert [one.value for one in stance.ever(left, TWO)] == ["v"]


def test_a_later_wish_leaves_what_is_agreed() -> None:
    """Who wishes another date is bound by the agreed one until both state the new one."""
    wished = say(("aa", "v", ALL), ("bb", "v", ALL), ("aa", "w", ALL))
    assert stance.agreed(wished, TWO) == "v"
    assert stance.wishes(wished, TWO) == {"aa": "w", "bb": "v"}
    moved = stance.add(wished, "bb", "w", 3)
    assert stance.agreed(moved, TWO) == "w"
    assert [one.value for one in stance.ever(moved, TWO)] == ["v", "w"]
    left = stance.add(moved, "aa", LEFT, 4)
    assert stance.agreed(left, TWO) == ""
    assert [one.value for one in stance.ever(left, TWO)] == ["v", "w"]


def test_nobody_agrees_with_themselves() -> None:
    """One party alone settles nothing, whatever it states."""
    assert stance.agreements(say(("aa", "v", ALL)), ("aa",)) == ()
    assert stance.status(say(("aa", "v", ALL)), TWO) == stance.ONE_SIDED
    assert stance.status((), TWO) == stance.OPEN
