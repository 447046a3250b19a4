"""An image of a machine from before a channel was opened, its high-water file as old."""

from pathlib import Path

import pytest
from support import images
from support.pair import World, make_world

from comity.joint.arrangement.channel import EXERCISE, Terms
from comity.node.base.rows import LOG_OPEN, Log
from comity.node.exchange import channel, logs, pump

NAME = "exercise"


def _log(world: World, party: str) -> Log:
    with world.node(party).store.read() as tx:
        return logs.require_log(tx, world.origin("aa", NAME))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three States; aa's machine is an image, and cc alone has what aa said last in the channel."""
    made = make_world(tmp_path, ("aa", "bb", "cc"))
    made.pump()
    put_back = images.taken(made)
    for one in made.states.values():
        channel.open_channel(one.node, one.maker, made.arrangement, Terms(NAME, EXERCISE))
    made.pump()
    made.channel_name = NAME
    made.ask("aa")
    made.pump()
    made.cut("aa", "bb")
    made.cut("bb", "cc")
    made.ask("aa")
    for _ in range(3):
        made.advance(60_000)
        made.round()
    assert _log(made, "cc").signed > _log(made, "bb").signed
    put_back()
    made.mend()
    return made


def _turns(world: World, name: str, parties: tuple[str, ...]) -> None:
    """Let aa do rounds with these parties in a channel."""
    world.channel_name = name
    node = world.node("aa")
    for party in parties * 3:
        world.advance(1_000)
        pump.next_round_ms(node, pump.Pair(world.channel, party), node.clock.now_ms())


@pytest.mark.parametrize("parties", [("bb", "cc"), ("cc", "bb")])
def test_who_is_in_reach_is_asked_for_a_log_before_that_is_signed(
    world: World, parties: tuple[str, ...]
) -> None:
    """What all said at the start could not be read: the channel came back with another log."""
    _turns(world, "live", parties)
    with world.node("aa").store.read() as tx:
        assert tx.log(world.origin("aa", NAME))
    world.channel_name = NAME
    world.ask("aa")
    _turns(world, NAME, parties)
    for _ in range(3):
        world.advance(300_000)
        world.pump()
    assert {_log(world, party).state for party in world.states} == {LOG_OPEN}
    assert len({_log(world, party).signed for party in world.states}) == 1


def test_one_out_of_reach_by_then_holds_up_nobody(world: World) -> None:
    """It is asked once more, and does not answer: no image shows what it alone knows."""
    _turns(world, "live", ("bb", "cc"))
    world.cut("aa", "cc")
    world.channel_name = NAME
    asked = world.ask("aa")
    _turns(world, NAME, ("bb", "cc"))
    assert _log(world, "bb").signed > asked.index
