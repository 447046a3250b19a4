"""Clocks that differ: measured both ways over real TLS, told, and ended by an officer or a mend."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.commands import Commands
from support.pair import World, make_world
from surfaces.wire.stage import through_the_wire

from comity.node.exchange import freeze, pump, retry, signing_guard, status
from comity.node.exchange.pump import Pair
from comity.node.operate.overview import page
from comity.node.operate.overview.notice import SKEWED
from comity.surfaces.cli import status as cli_status

OFF_MS = 400_000


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two States; what a asks of b goes through the real wire, each with a clock of its own."""
    world = make_world(tmp_path, ("a", "b"))
    world.pump()
    with through_the_wire(world) as made:
        yield made


def one_round(world: World) -> str:
    """Let a do a round with b; return the code of its last error, or "" if it went well."""
    for one in world.states.values():
        one.clock.at_ms += 60_000
    node = world.node("a")
    pump.next_round_ms(node, Pair(world.channel, "b"), node.clock.now_ms())
    for one in world.states.values():
        signing_guard.watch_clocks(one.node)
        with one.node.store.write() as tx:
            status.save_served(
                tx,
                one.node.session.of(signing_guard.Clocks).skew_ms,
                world.alarms(one.node.party),
                1,
            )
    with node.store.read() as tx:
        delivery = retry.of(tx, world.origin("a"), "b")
    return str(delivery["last_error_code"]) if delivery.get("failures") else ""


def alarmed(world: World) -> list[str]:
    """Return the parties at which an alarm about a clock stands."""
    return [party for party in "ab" if signing_guard.CLOCK_ALARM in dict(world.alarms(party))]


def test_a_clock_that_is_off_stops_signing_until_an_officer_decides(world: World) -> None:
    """Both sides measure it, show it and sign nothing; what officers decide ends with the cause."""
    assert one_round(world) == ""
    world.ask("a")
    world.states["b"].clock.at_ms += OFF_MS

    assert one_round(world) == "exchange.peer.refused"  # b heard it first
    assert one_round(world) == signing_guard.CLOCK_ALARM
    assert world.node("a").session.of(signing_guard.Clocks).skew_ms == {"b": OFF_MS}
    assert world.node("b").session.of(signing_guard.Clocks).skew_ms == {"a": -OFF_MS}
    assert alarmed(world) == ["a", "b"]
    shown = Commands(world, (cli_status,))
    shown("status", "--home", "a")
    assert f"its clock less ours: {OFF_MS} ms" in shown.text
    assert SKEWED in {notice.code for notice in page.overview(world.node("b")).notices}

    freeze.decide_clock(world.node("a"), "b", "ann")
    assert one_round(world) == "exchange.peer.refused"  # b has not decided
    freeze.decide_clock(world.node("b"), "a", "bohdan")
    assert one_round(world) == ""
    assert alarmed(world) == []

    world.states["b"].clock.at_ms -= OFF_MS
    assert one_round(world) == ""
    world.states["b"].clock.at_ms -= OFF_MS
    one_round(world)
    assert one_round(world) == signing_guard.CLOCK_ALARM  # a new difference needs a new decision
    assert alarmed(world) == ["a", "b"]
    world.states["b"].clock.at_ms += OFF_MS
    one_round(world)
    assert one_round(world) == ""
    assert alarmed(world) == []


def test_a_peer_of_one_channel_stops_no_other(tmp_path: Path) -> None:
    """Who is not in a channel cannot stop it by what they say of their clock, nor the local log."""
    world = make_world(tmp_path, ("a", "b"))
    node = world.node("a")
    node.session.of(signing_guard.Clocks).skew_ms["zz"] = OFF_MS
    world.ask("a")
    world.pump()

    assert world.digests("a") == world.digests("b")
    assert len(world.matters("b")) == 1
