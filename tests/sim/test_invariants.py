"""What the simulation holds, and that it notices when it does not hold."""

from dataclasses import replace

import pytest

from comity.joint.arrangement.arrangement import parse_origin
from comity.lab.sim import faults, rest, runs
from comity.lab.sim.faults import BrokenError
from comity.lab.sim.invariants import Watch
from comity.lab.sim.officers import Officers
from comity.lab.sim.sometimes import STATES
from comity.lab.sim.world import PARTIES, World, make_world
from comity.node.ports import Request
from comity.node.rows import Log


def _begun(parties: tuple[str, ...] = PARTIES[:2]) -> tuple[World, Watch, Officers]:
    world = make_world(1, parties)
    return world, Watch(world), Officers(world)


@pytest.mark.parametrize("seed", range(12))
def test_a_few_seeds_hold(seed: int) -> None:
    """Among crashes, losses and restores, everything that must hold holds."""
    result = runs.run(seed)
    assert result.error == ""
    assert result.reached <= STATES


def test_the_real_suite_holds_as_well() -> None:
    """One seed in fifty runs the real algorithms."""
    (seed,) = [seed for seed in range(runs.REAL_EVERY) if runs.is_real(seed)]
    assert runs.run(seed, events=40).error == ""


@pytest.mark.parametrize("parties", [PARTIES[:2], PARTIES])
def test_a_quiet_world_comes_to_rest(parties: tuple[str, ...]) -> None:
    """What one asks, all hold, byte for byte, soon."""
    world, watch, officers = _begun(parties)
    officers.ask("fr", body="small")
    officers.ask("sn", "hotline")
    assert rest.settle(world, watch) < 10
    assert len(world.ledger.said) == 2


def test_a_store_without_fsync_is_found_out() -> None:
    """Self-test: where commits are not synced, a loss of power takes what was shown as sent."""
    world, watch, officers = _begun()
    machine = world.machines["fr"]
    machine.disk.is_synced = False
    officers.ask("fr")
    assert machine.end(faults.POWER) > 0
    assert world.start("fr")
    with pytest.raises(BrokenError, match="showed as sent"):
        watch.restarted("fr")


def test_a_store_that_syncs_loses_nothing() -> None:
    """The same with fsync: nothing is lost."""
    world, watch, officers = _begun()
    officers.ask("fr")
    assert world.machines["fr"].end(faults.POWER) == 0
    assert world.start("fr")
    watch.restarted("fr")


def test_a_high_water_file_without_fsync_is_found_out() -> None:
    """A mark that was not synced is gone with the power; the start raises it again."""
    world, watch, officers = _begun()
    machine = world.machines["fr"]
    machine.highwater.device.is_syncing = False
    officers.ask("fr")
    world.pump()
    machine.end(faults.POWER)
    assert not machine.highwater.marks()
    assert world.start("fr")
    assert machine.highwater.marks()
    rest.settle(world, watch)


def test_a_second_history_is_found_out() -> None:
    """Two heads of one size with different roots never pass unseen."""
    world, watch, officers = _begun()
    officers.ask("fr")
    rest.settle(world, watch)
    origin = world.origin("fr")
    truth = world.ledger.truth[origin]
    with world.node("fr").store.read() as tx, pytest.raises(BrokenError, match="I2"):
        world.ledger.head_leaves(tx, origin, len(truth.leaves), bytes(32))


def test_a_body_of_nobody_is_found_out() -> None:
    """Bytes that no released act names may not leave."""
    world, watch, _ = _begun()
    body = Request("POST", "/add-bodies", b"\0\0\0\x03abc")
    with pytest.raises(BrokenError, match="I6"):
        watch.request_leaves("fr", "sn", body)
    assert world.reached == set()


def test_a_gap_is_found_out() -> None:
    """A log that says more than it holds is seen after the next event."""
    world, watch, officers = _begun()
    officers.ask("fr")
    watch.after_event()
    with world.node("fr").store.write() as tx:
        log = tx.log(world.origin("fr"))
        assert isinstance(log, Log)
        tx.save_log(replace(log, size=log.size + 1))
    with pytest.raises(BrokenError, match="I4"):
        watch.after_event()
    assert parse_origin(world.origin("fr")).party == "fr"
