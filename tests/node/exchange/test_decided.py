"""What is decided by a command beside the process that serves is known to its alarms."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.alarms import StandingAlarms
from comity.kernel import limits
from comity.node.base.context import Node, Session
from comity.node.exchange import excuse, freeze, generation, operator_decisions


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return two States that have compared their logs."""
    made = make_world(tmp_path)
    made.ask("aa")
    made.pump()
    return made


def command(world: World) -> Node:
    """Return the node of aa as another process has it: with alarms and a memory of its own."""
    alarms = StandingAlarms(lambda _code, _what: None)
    return replace(world.node("aa"), alarms=alarms, session=Session())


def standing(world: World) -> list[str]:
    """Return the codes of the alarms of the process that serves, once it has looked."""
    operator_decisions.watch(world.node("aa"))
    return [code for code, _ in world.alarms("aa")]


def test_a_generation_that_is_accepted_by_a_command_is_offered_no_more(world: World) -> None:
    """Its alarm would else stand until a restart, and hide that of the next one from webhooks."""
    origin, entry = generation.begin(world.node("bb"), world.channel, "lost")
    for _ in range(3):
        world.advance(limits.HEARTBEAT_MS)
        world.round()
    assert "exchange.generation.offered" in standing(world)
    generation.accept(command(world), origin, entry)
    assert "exchange.generation.offered" not in standing(world)


def test_a_generation_that_was_offered_before_a_restart_is_told_of_again(world: World) -> None:
    """Its sender is refused for as long, and nobody else would say so."""
    generation.begin(world.node("bb"), world.channel, "lost")
    for _ in range(3):
        world.advance(limits.HEARTBEAT_MS)
        world.round()
    restarted = command(world)
    operator_decisions.watch(restarted)
    assert isinstance(restarted.alarms, StandingAlarms)
    assert [code for code, _ in restarted.alarms.standing()] == ["exchange.generation.offered"]


def test_a_log_that_is_thawed_by_a_command_is_frozen_no_more(world: World) -> None:
    """It was frozen on a page of the process that serves."""
    origin = world.origin("bb")
    freeze.freeze(world.node("aa"), origin, "ann")
    assert "exchange.log.frozen" in standing(world)
    freeze.thaw(command(world), origin, "ann")
    assert "exchange.log.frozen" not in standing(world)


def test_who_is_excused_by_a_command_is_told_for_as_long_as_he_is(world: World) -> None:
    """Each officer who does so; nothing is told once the party was compared with."""
    origin = world.origin("aa")
    for officer in ("ann", "ben"):
        excuse.excuse(command(world), origin, "bb", officer)
    assert standing(world).count("exchange.start.excused") == 2
    excuse.forget(world.node("aa"), "bb", [origin])
    assert "exchange.start.excused" not in standing(world)
