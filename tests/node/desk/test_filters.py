"""Names that a list is filtered by: what nobody knows is told, not answered with nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import READER, World, make_world

from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.node.base.reader import Wanted
from comity.node.base.rows import Officer
from comity.rooms.request.filters import require_known


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that are paired, and have no guideline."""
    return make_world(tmp_path)


def told(world: World, wanted: Wanted, who: Officer = READER) -> str:
    """Return what is said to be unknown, or ""."""
    try:
        require_known(world.node("aa"), who, wanted)
    except Fault as fault:
        assert fault.code == "node.list.name-unknown"
        return fault.what
    return ""


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        (Wanted(party="nx"), "There is no party 'nx'; known: aa, bb."),
        (Wanted(asker="AA"), "There is no party 'AA'; known: aa, bb."),
        (Wanted(holder="us"), "There is no party 'us'; known: aa, bb."),
        (Wanted(type="preservaton"), "There is no type of request 'preservaton'; known: "),
        (Wanted(agency="nobody"), "There is no agency of this State 'nobody'; known: "),
        (Wanted(party="nx", holder="nx", agency="n"), "known: aa, bb. There is no agency of this"),
    ],
)
def test_what_nobody_knows_is_told_with_what_is_known(
    world: World, wanted: Wanted, what: str
) -> None:
    """All that is unknown at once, and each name once."""
    world.ask("aa")
    said = told(world, wanted)
    assert what in said
    assert said.count("'nx'") <= 1


def test_what_is_known_is_no_matter_of_what_is_found(world: World) -> None:
    """A party that asked nothing, and a type that no guideline in force has but a request."""
    world.ask("aa")
    assert told(world, Wanted(party="bb", asker="bb", holder="aa", type="preservation")) == ""


def test_before_anything_has_a_type_none_is_called_unknown(world: World) -> None:
    """Without a guideline and without requests there is nothing to compare with."""
    assert told(world, Wanted(type="preservation")) == ""


def test_nobody_learns_a_type_from_what_he_may_not_read(world: World) -> None:
    """Who only runs the machine finds the type of no request by asking for it."""
    world.ask("aa")
    operator = replace(READER, name="ops", roles=(role.OPERATOR,))
    assert told(world, Wanted(type="preservation"), operator) == ""
    assert told(world, Wanted(type="other"), operator) == ""
