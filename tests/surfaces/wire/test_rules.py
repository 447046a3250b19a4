"""Programs that compute by other rules: shown over real TLS, told, and ended by an upgrade."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.pair import World, make_world
from surfaces.wire.stage import through_the_wire

from comity.node.base import rules_version
from comity.node.exchange import pump, rules_difference
from comity.node.exchange.pump import Pair


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two States; what a asks of b goes through the real wire."""
    world = make_world(tmp_path, ("a", "b"))
    world.pump()
    rules = world.node("a").session.of(rules_difference.Rules).rules
    with through_the_wire(world, lambda peers: rules_difference.Hearing(peers, rules)) as made:
        yield made


def told(world: World) -> list[str]:
    """Let a look, and return what it tells."""
    node = world.node("a")
    rules_difference.watch(node)
    return [what for code, what in world.alarms("a") if code == rules_difference.DIFFER]


def one_round(world: World) -> None:
    """Let a do a round with b."""
    for one in world.states.values():
        one.clock.at_ms += 60_000
    node = world.node("a")
    pump.next_round_ms(node, Pair(world.channel, "b"), node.clock.now_ms())


def test_a_party_with_other_rules_is_told_until_both_have_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It shows its number with each answer; who is behind is named; nothing stops."""
    theirs = rules_version.RULES
    one_round(world)
    assert world.node("a").session.of(rules_difference.Rules).rules == {"b": theirs}
    assert told(world) == []
    with monkeypatch.context() as newer:
        newer.setattr(rules_version, "RULES", theirs + 1)
        (what,) = told(world)
        assert what.endswith("until b has the newer version.")
        assert told(world) == [what]
        world.ask("a")
    one_round(world)
    assert told(world) == []
    world.node("a").session.of(rules_difference.Rules).rules["b"] = theirs + 1
    (what,) = told(world)
    assert what.endswith("until this node has the newer version.")
    one_round(world)
    assert told(world) == []
