"""Real work and each exercise: what is in one is in no list, search or count of another."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pair import World, make_world

from comity.domestic.officer import role
from comity.joint.arrangement.channel import EXERCISE, LIVE, Terms
from comity.node.base.reader import Wanted, bare, is_agency, within
from comity.node.base.rows import Officer
from comity.node.exchange import channel
from comity.node.room import exercises, need_to_know
from comity.node.room.exercises import MARK

NAME = "exercise-2027"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States with an exercise, a real request and one of the exercise."""
    made = make_world(tmp_path)
    for one in made.states.values():
        channel.open_channel(one.node, one.maker, "", Terms(NAME, EXERCISE))
    made.pump()
    made.ask("aa")
    made.channel_name = NAME
    made.ask("aa")
    made.channel_name = LIVE
    made.pump()
    return made


keys = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1)


@given(keys, keys, keys)
def test_a_key_of_one_compartment_is_none_of_another(one: str, other: str, key: str) -> None:
    """Whatever agencies and channels are called, two compartments share no key."""
    path, elsewhere = f"{one}/a", f"{other}/b"
    assert len({within(path, key), within(elsewhere, key), within("", key)}) == 3
    assert bare(within(path, key)) == key
    assert is_agency(within(path, key)) == is_agency(key)


def test_nothing_of_one_compartment_is_found_in_another(world: World) -> None:
    """Lists, names and counts of each have its own request, and no other officer sees both."""
    node = world.node("bb")
    for roles in ((role.CONTACT_POINT, role.CASE_OFFICER), (role.AUDITOR,)):
        ann = Officer("ann", bytes(32), "police", "", 0, roles=roles)
        there = exercises.enter(node, ann, NAME)
        with node.store.read() as tx:
            found = [
                {
                    row.channel
                    for _, row in tx.listed(need_to_know.reader(tx, one), Wanted(), None, 9)
                }
                for one in (ann, there)
            ]
            counts = [tx.counts(need_to_know.reader(tx, one), "request") for one in (ann, there)]
        assert found == [{world.channel}, {there.compartment}]
        assert counts[0] == counts[1]
        assert sum(counts[0].values()) == 1


def test_what_leaves_an_exercise_is_marked() -> None:
    """An object has the mark beside what it had; anything else is put in one."""
    assert exercises.marked({"a": 1}) == {"exercise": MARK, "a": 1}
    assert exercises.marked([1]) == {"exercise": MARK, "value": [1]}
