"""Showing a request asks of its channel and its parties once, however much was said in it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from node.exchange.test_many import says_anyway, status_asked
from support.counted import Counted, count
from support.pair import READER, World, make_world

from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.desk import legal
from comity.node.operate.overview import matter as overview
from comity.node.room import parties
from comity.rooms.request import reading

OF_CHANNEL = ("logs", "record", "matter")


def an_officer(node: Node, matter: str) -> None:
    """Show it to an officer."""
    reading.read(node, READER, matter)


def an_operator(node: Node, matter: str) -> None:
    """Show it to who runs the node."""
    with node.store.read() as tx:
        (row,) = overview.rows_of(tx, acts.KIND, matter)
        overview.view_of(node, tx, row, parties.known(node, tx))


def asked_of(
    world: World, matter: str, show: Callable[[Node, str], None], counted: Counted
) -> list[int]:
    """Return how often the store was asked of what stands once for all acts."""
    counted.clear()
    show(world.node("bb"), matter)
    return [counted.calls[name] for name in OF_CHANNEL]


@pytest.mark.parametrize("show", [an_officer, an_operator])
def test_more_acts_ask_no_more_of_their_channel(
    tmp_path: Path, show: Callable[[Node, str], None]
) -> None:
    """Neither for its logs nor for what is in force in it: the acts are of one channel."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    matter = asked.act.matter.id
    world.pump()
    counted = count(world, "bb")
    few = asked_of(world, matter, show, counted)
    says_anyway(world, "aa", [status_asked(world, asked) for _ in range(12)])
    world.pump()
    assert asked_of(world, matter, show, counted) == few


def test_what_the_law_asks_is_told_without_reading_every_act(tmp_path: Path) -> None:
    """It is of the request as it stands: no body is opened and no receipt looked for."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    world.pump()
    counted = count(world, "bb")
    with pytest.raises(Fault) as told:
        legal.explain(world.node("bb"), READER, asked.act.matter.id)
    assert told.value.code == "node.legal.no-profile"
    asked_for = ("acts_of", "body", "cosignature_at_least")
    assert [counted.calls[name] for name in asked_for] == [0, 0, 0]
