"""The order of a matter's acts: total, causal, and the same for every delivery."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from comity.acts import order, seen
from comity.acts.order import Placed
from comity.acts.record import Act, Matter, Office
from comity.kernel.ids import random_id

ACT = Act(random_id(b"0" * 16), "request.submitted/1", Matter("request", "m"), Office("doj"))


def world(steps: list[tuple[int, bool]], parties: int) -> list[Placed]:
    """Build a history: at each step a party speaks, after it heard all others or did not."""
    heard: list[dict[str, int]] = [{} for _ in range(parties)]
    sizes = [0] * parties
    said: list[Placed] = []
    for speaker, listens in steps:
        if listens:
            cut = {f"{p}/k/live/1": sizes[p] for p in range(parties) if p != speaker}
            heard[speaker] = dict(seen.join(heard[speaker], cut))
        placed = Placed(
            ACT, f"{speaker}/k/live/1", speaker, 1, sizes[speaker], dict(heard[speaker]), 0
        )
        said.append(replace(placed, depth=order.depth_after(said, placed)))
        sizes[speaker] += 1
    return said


histories = st.integers(2, 3).flatmap(
    lambda parties: st.tuples(
        st.lists(st.tuples(st.integers(0, parties - 1), st.booleans()), max_size=9),
        st.just(parties),
    )
)


@given(histories, st.randoms(use_true_random=False))
def test_every_delivery_gives_one_order(
    history: tuple[list[tuple[int, bool]], int], chance: random.Random
) -> None:
    """Whatever comes first, both sides fold the same sequence."""
    said = world(*history)
    shuffled = said[:]
    chance.shuffle(shuffled)

    assert order.in_order(shuffled) == order.in_order(said)


@given(histories)
def test_causes_come_before_effects(history: tuple[list[tuple[int, bool]], int]) -> None:
    """An act stands after everything that it has seen."""
    ordered = order.in_order(world(*history))
    for position, placed in enumerate(ordered):
        assert not any(order.has_seen(placed, later) for later in ordered[position + 1 :])


@given(histories)
def test_the_order_is_total_and_stable(history: tuple[list[tuple[int, bool]], int]) -> None:
    """No two acts share a place, and a later act never moves an earlier one."""
    said = world(*history)
    keys = [placed.key for placed in said]
    assert len(set(keys)) == len(keys)
    for count in range(len(said)):
        before = order.in_order(said[:count])
        after = [placed for placed in order.in_order(said) if placed in before]
        assert after == before


@given(histories, st.randoms(use_true_random=False))
def test_the_quick_ways_say_what_the_plain_ones_say(
    history: tuple[list[tuple[int, bool]], int], chance: random.Random
) -> None:
    """Depths and crossings of a whole matter are those of the definitions."""
    said = world(*history)
    shuffled = [replace(placed, depth=0) for placed in said]
    chance.shuffle(shuffled)
    ordered = order.in_order(order.with_depths(shuffled))
    assert ordered == order.in_order(said)
    every = range(len(ordered))
    assert order.crossings(ordered) == [order.crossed(ordered, n) for n in every]
    depths = order.Depths(said)
    assert all(depths.after(placed) == order.depth_after(said, placed) for placed in said)


@given(histories)
def test_an_act_that_saw_everything_before_it_has_crossed_nothing(
    history: tuple[list[tuple[int, bool]], int],
) -> None:
    """Crossing is exactly: something ordered before was not seen."""
    ordered = order.in_order(world(*history))
    for position, placed in enumerate(ordered):
        unseen = [p for p in ordered[:position] if not order.has_seen(placed, p)]
        assert order.crossed(ordered, position) == bool(unseen)


cuts = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 5))


@given(cuts, cuts, cuts)
def test_cuts_join_as_sets_do(a: seen.Cut, b: seen.Cut, c: seen.Cut) -> None:
    """Joining is commutative, associative and idempotent, and contains its parts."""
    assert seen.join(a, b) == seen.join(b, a)
    assert seen.join(a, seen.join(b, c)) == seen.join(seen.join(a, b), c)
    assert seen.join(a, a) == seen.join(a)
    assert seen.is_within(a, seen.join(a, b))
