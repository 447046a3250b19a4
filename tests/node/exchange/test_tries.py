"""How sending to a peer goes: who is told, when, and how soon the next try comes."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.overtaken import before_a_write
from support.pair import World, make_world

from comity.adapters.alarms import StandingAlarms
from comity.node.base.context import Session
from comity.node.base.ports import Request, Response
from comity.node.exchange import pump, retry


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return two States that have compared their logs."""
    made = make_world(tmp_path)
    made.ask("aa")
    made.pump()
    return made


def test_a_partner_that_starts_anew_wakes_nobody(world: World) -> None:
    """Its line is down for seconds, and tried again and again: that is shown, and is no alarm."""
    node, pair = world.node("aa"), pump.Pair(world.channel, "bb")
    asked = world.ask("aa")
    world.cut("aa", "bb")
    for failed in range(1, 7):  # in some fifteen seconds
        world.advance(pump.next_round_ms(node, pair, node.clock.now_ms()))
        assert world.alarms("aa") == []
        with node.store.read() as tx:
            shown = retry.of(tx, asked.origin, "bb")
        assert (shown["failures"], shown["last_error_code"]) == (failed, "node.peer.unreachable")

    world.mend()
    world.pump()
    assert world.alarms("aa") == []


def test_a_line_that_is_down_for_half_a_minute_is_told(world: World) -> None:
    """It is told once, of a process too that began meanwhile; what was down before counts not."""
    node, pair = world.node("aa"), pump.Pair(world.channel, "bb")
    world.ask("aa")
    world.cut("aa", "bb")
    began_ms, told_ms = node.clock.now_ms(), 0
    while not told_ms:
        at_ms = node.clock.now_ms()
        world.advance(pump.next_round_ms(node, pair, at_ms))
        told_ms = at_ms if world.alarms("aa") else 0
    assert 30_000 <= told_ms - began_ms < 60_000

    alarms = StandingAlarms(lambda _code, _what: None)
    later = replace(node, session=Session(), alarms=alarms)
    pump.next_round_ms(later, pair, later.clock.now_ms())
    assert [code for code, _ in alarms.standing()] == ["exchange.delivery.failing"]


def test_a_line_that_nobody_tried_for_long_is_tried_before_it_is_told(world: World) -> None:
    """This node was off for an hour, and its partner starts a moment later than it does."""
    node, pair = world.node("aa"), pump.Pair(world.channel, "bb")
    world.ask("aa")
    world.cut("aa", "bb")
    pump.next_round_ms(node, pair, node.clock.now_ms())
    world.advance(3_600_000)
    pump.next_round_ms(replace(node, session=Session()), pair, node.clock.now_ms())
    assert world.alarms("aa") == []


def test_a_peer_that_calls_while_a_try_fails_is_tried_again_at_once(world: World) -> None:
    """It is there again while our call still waits: the pause had grown to a minute by then."""
    world.ask("aa")
    node, pair = world.node("aa"), pump.Pair(world.channel, "bb")
    world.cut("aa", "bb")
    for _ in range(10):
        world.advance(pump.next_round_ms(node, pair, node.clock.now_ms()))

    class Late:
        """The line to a peer that calls us before this call has failed."""

        def call(self, party: str, request: Request) -> Response:
            """Fail."""
            assert retry.try_now(node, {party})
            return node.peers.call(party, request)

    late = replace(node, peers=Late())
    assert pump.next_round_ms(late, pair, late.clock.now_ms()) <= retry.BACKOFF_MS_MIN
    world.advance(retry.BACKOFF_MS_MIN)
    assert pump.next_round_ms(node, pair, node.clock.now_ms()) >= retry.BACKOFF_MS_MAX


def test_who_is_tried_at_once_is_not_said_to_fail_since(world: World) -> None:
    """A try succeeds while the others are asked for at once: that it failed is over."""
    asked = world.ask("aa")
    node, pair = world.node("aa"), pump.Pair(world.channel, "bb")
    world.cut("aa", "bb")
    pause_ms = pump.next_round_ms(node, pair, node.clock.now_ms())
    world.advance(pause_ms)
    world.mend()

    def succeeds() -> None:
        pump.next_round_ms(node, pair, node.clock.now_ms())

    retry.try_now(replace(node, store=before_a_write(node.store, succeeds)), {"bb"})
    with node.store.read() as tx:
        assert retry.of(tx, asked.origin, "bb")["failures"] == 0
