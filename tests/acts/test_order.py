"""The order of a matter's acts: total, causal, and the same for every delivery."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from comity.acts import causality, order
from comity.acts.order import Placed
from comity.acts.record import Act, Matter, Office
from comity.kernel.ids import random_id

ACT = Act(random_id(b"0" * 16), "request.submitted/1", Matter("request", "m"), Office("doj"))


type Step = tuple[int, bool, bool]
"""Who speaks, whether after it heard all others, and whether in a log that it begins anew."""


def world(steps: list[Step], parties: int) -> list[Placed]:
    """Build a history: at each step a party speaks."""
    heard: list[dict[str, int]] = [{} for _ in range(parties)]
    generations = [1] * parties
    sizes: dict[str, int] = {}
    said: list[Placed] = []
    for speaker, listens, is_anew in steps:
        if listens:
            cut = {o: size for o, size in sizes.items() if not o.startswith(f"{speaker}/")}
            heard[speaker] = dict(causality.join(heard[speaker], cut))
        generations[speaker] += is_anew
        generation = generations[speaker]
        origin = f"{speaker}/k/live/{generation}"
        index = sizes.get(origin, 0)
        placed = Placed(ACT, origin, speaker, generation, index, dict(heard[speaker]), 0)
        said.append(replace(placed, depth=order.depth_after(said, placed)))
        sizes[origin] = index + 1
    return said


type History = tuple[list[Step], int]
histories = st.integers(2, 3).flatmap(
    lambda parties: st.tuples(
        st.lists(
            st.tuples(
                st.integers(0, parties - 1), st.booleans(), st.sampled_from([False, False, True])
            ),
            max_size=9,
        ),
        st.just(parties),
    )
)


@given(histories)
def test_a_state_has_seen_what_it_said_itself(history: History) -> None:
    """In whatever log it said so: one that was ended and begun anew forgets nothing."""
    said = world(*history)
    for position, later in enumerate(said):
        for earlier in said[:position]:
            is_own = later.party_place == earlier.party_place
            assert order.has_seen(later, earlier) or not is_own
            assert not (is_own and order.has_seen(earlier, later))


@given(histories, st.randoms(use_true_random=False))
def test_every_delivery_gives_one_order(history: History, chance: random.Random) -> None:
    """Whatever comes first, both sides fold the same sequence."""
    said = world(*history)
    shuffled = said[:]
    chance.shuffle(shuffled)

    assert order.in_order(shuffled) == order.in_order(said)


@given(histories)
def test_causes_come_before_effects(history: History) -> None:
    """An act stands after everything that it has seen."""
    ordered = order.in_order(world(*history))
    for position, placed in enumerate(ordered):
        assert not any(order.has_seen(placed, later) for later in ordered[position + 1 :])


@given(histories)
def test_the_order_is_total_and_stable(history: History) -> None:
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
    history: History, chance: random.Random
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
    history: History,
) -> None:
    """Crossing is exactly: something ordered before was not seen."""
    ordered = order.in_order(world(*history))
    for position, placed in enumerate(ordered):
        unseen = [p for p in ordered[:position] if not order.has_seen(placed, p)]
        assert order.crossed(ordered, position) == bool(unseen)


cuts = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 5))


@given(cuts, cuts, cuts)
def test_cuts_join_as_sets_do(a: causality.Cut, b: causality.Cut, c: causality.Cut) -> None:
    """Joining is commutative, associative and idempotent, and contains its parts."""
    assert causality.join(a, b) == causality.join(b, a)
    assert causality.join(a, causality.join(b, c)) == causality.join(causality.join(a, b), c)
    assert causality.join(a, a) == causality.join(a)
    assert causality.is_within(a, causality.join(a, b))
