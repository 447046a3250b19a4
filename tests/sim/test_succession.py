"""Officers in the simulation who begin a log anew: what is read aloud, and what fails meanwhile."""

import pytest

from comity.node.base.rows import LOG_OFFERED
from comity.node.exchange import generation
from comity.node.exchange.retry import PAUSE_MS_MAX
from comity_lab.sim import faults, rest, succession
from comity_lab.sim.faults import Crash
from comity_lab.sim.invariants import Watch
from comity_lab.sim.machine import Machine
from comity_lab.sim.world import PARTIES, World, make_world


def begun(parties: tuple[str, ...] = PARTIES[:2]) -> tuple[World, Watch]:
    """Return a world that has come to rest."""
    world = make_world(1, parties)
    watch = Watch(world)
    rest.settle(world, watch)
    return world, watch


def is_offered(machine: Machine, origin: str) -> bool:
    """Whether a generation waits for the officer of a machine."""
    log = machine.disk.tables.logs.get("", (origin,))
    return log is not None and log.state == LOG_OFFERED


def test_an_officer_reads_aloud_what_stands_in_his_log_now() -> None:
    """Their machine was put back from before it began that log, and has begun another since."""
    world, watch = begun()
    fr, sn = world.machines["fr"], world.machines["sn"]
    origin = world.origin("sn", generation=2)
    image = sn.backup()
    succession.begin(world, "sn", world.channel())
    for _ in range(3):
        world.instant.at_ms += PAUSE_MS_MAX
        world.pump()
    assert is_offered(fr, origin)

    sn.end()
    world.restore(sn, image, highwater="old")
    watch.note_restore("sn", highwater="old")
    assert world.start("sn")
    succession.accept(world, fr)
    assert is_offered(fr, origin)

    succession.begin(world, "sn", world.channel())
    rest.settle(world, watch)
    assert not is_offered(fr, origin)


def test_what_was_begun_by_a_machine_that_failed_is_read_aloud() -> None:
    """It failed before it said what it had begun."""
    world, watch = begun()
    fr, sn = world.machines["fr"], world.machines["sn"]
    origin = world.origin("sn", generation=2)

    def fails(_party: str, point: str) -> str:
        is_begun = sn.disk.tables.logs.get("", (origin,)) is not None
        return faults.KILL if is_begun and point == faults.COMMIT_AFTER else ""

    sn.on_point = fails
    succession.begin(world, "sn", world.channel())
    assert (sn.node, world.generations) == (None, {})
    sn.on_point = faults.nothing_fails
    rest.settle(world, watch)
    log = fr.disk.tables.logs.get("", (origin,))
    assert log is not None
    assert (log.state, log.size > 0) == ("open", True)


def test_a_machine_that_failed_while_it_was_operated_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It, and one that it took with it: neither begins another log, nor accepts one."""
    world, _ = begun(PARTIES)
    tried: list[str] = []

    def fails(party: str, _channel: str, _reason: str) -> None:
        tried.append(party)
        world.crashed(Crash("ke", faults.KILL, "idle"))
        raise Crash(party, faults.KILL, "generation.step")

    monkeypatch.setattr(rest, "_is_short", lambda *_: True)
    monkeypatch.setattr(generation, "begin", lambda node, *what: fails(node.party, *what))
    rest.operate(world)
    assert tried == ["fr", "sn"]
    assert not world.up()
