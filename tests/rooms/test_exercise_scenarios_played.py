"""Module 1 of each shipped scenario, on two nodes, by the rules of its scripted partner."""

import pytest
from support import pair, scripted
from support.pair import make_world
from support.played import Played

from comity.joint.exercise import play, scenario
from comity.node.room.release.draft_store import Sent
from comity.rooms.exercise import console, console_json, report, scenarios, steering, texts
from comity.rooms.exercise.console import Console

HOUR_MS = 3_600_000
TURNS_MAX = 80


def played(held: Played, found: scenario.Scenario) -> Console:
    """Play a module to its end: one controller, and a player for each side's seats."""
    a = held.parties[0]
    lead = held.officer(a, "lead", held.play_path)
    node = held.world.node(a)
    for _ in range(TURNS_MAX):
        shown = console.of(node, lead)
        if scripted.is_over(shown):
            return shown
        for number in scripted.deliverable(shown):
            done = steering.deliver(node, lead, number)
            assert isinstance(done, Sent), done
        held.world.pump()
        for step in scripted.due(console.of(node, lead), found.partner, held.parties):
            made = step.lane.delivery
            given = {"seat": made.seat, **({"outcome": step.outcome} if step.outcome else {})}
            held.say(
                made.side, held.play_path, f"inject {step.verb}", given,
                matter=step.lane.id, by="pat",
            )  # fmt: skip
        held.world.pump()
        held.world.advance(40_000)  # two hours of the scenario
    raise AssertionError(console_json.to_json(console.of(node, lead)))


@pytest.mark.parametrize("name", scenarios.names())
def test_module_one_is_played_to_its_end(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each item is delivered, taken and answered; both sides have the same state and measures."""
    found = scenarios.load(name)
    with pair.closing():
        held = Played(make_world(tmp_path_factory.mktemp(name)), name, found.modules[0].id)
        held.start(180)
        held.arrives = False
        shown = played(held, found)
        assert shown.status == play.RUNNING
        a, b = held.parties
        assert held.world.digests(a) == held.world.digests(b)
        told = []
        for party in held.parties:
            node = held.world.node(party)
            seen = console.of(node, held.officer(party, "lead", held.cells_path))
            with node.store.read() as tx:
                plan = texts.plan(node, tx, seen.place)
            told.append([(one.task, one.took_ms) for one in report.measures(seen, plan)])
        assert told[0] == told[1]
        assert any(took is not None for _, took in told[0])
