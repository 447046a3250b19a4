"""What the simulation holds, and that it notices when it does not hold."""

import hashlib
from contextlib import suppress
from dataclasses import replace

import pytest

from comity.joint.arrangement.arrangement import parse_origin
from comity.node.base.ports import Request
from comity.node.base.rows import Log, NamedBody
from comity.node.exchange import fetch
from comity_lab.sim import drill, faults, parallel, rest, runs
from comity_lab.sim.events import Story
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.invariants import Watch
from comity_lab.sim.mix import Mix
from comity_lab.sim.officers import Officers
from comity_lab.sim.sometimes import STATES
from comity_lab.sim.world import PARTIES, World, make_world


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


def test_an_act_that_was_appended_again_is_held_before_it_is_understood() -> None:
    """A recovery gave it another place, and a crash came before that place was understood.

    What stands at none of the places that wait to be understood is not held by that.
    """
    world, watch, officers = _begun()
    (one,) = officers.ask("fr")
    rest.settle(world, watch)
    with world.node("fr").store.write() as tx:
        tx.drop_understood(one.channel)
    moved = replace(one, index=one.index + 1_000)
    watch.require_said([moved])
    with pytest.raises(BrokenError, match="showed as sent"):
        watch.require_said([replace(moved, act=replace(one.act, id="of-another-act"))])


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


def test_no_code_of_a_node_goes_on_after_what_does_not_hold() -> None:
    """Self-test: what is kept and understood at once is kept without, if that fails; this is not.

    A head that the mirror signs within the transaction that keeps a delivery is looked at too.
    """
    world, watch, officers = _begun()
    rest.settle(world, watch)
    keys, told = world.machines["sn"].keys, list[str]()

    def on_sign(name: str, _kind: int, _body: bytes) -> None:
        if name == world.origin("sn") and not told:
            told.append(name)
            raise BrokenError("I7")

    keys.on_sign = on_sign
    officers.ask("fr")
    with pytest.raises(BrokenError, match="I7"):
        world.pump("fr")


def test_a_run_that_does_not_end_is_told_by_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a node does without end, a run is bounded, and what is after it is run."""

    def run(seed: int) -> str:
        while seed == 7:
            with suppress(Exception):
                pass
        return ""

    monkeypatch.setattr(parallel, "PROCESSOR_S_MAX", 0.05)
    task = parallel.Task(run, lambda seed, why: f"{seed} {why.partition(':')[0]}")
    assert list(parallel.over(task, [6, 7, 8], 1)) == ["", "7 HungError", ""]


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


def _miss(world: World, officers: Officers, names: list[str]) -> NamedBody:
    """Let fr's home lose the body of its newest entry, and name others before that nobody has."""
    _, said = officers.ask("fr", count=2, body="small")
    world.pump()
    with world.node("fr").store.write() as tx:
        (named,) = tx.named_between(said.origin, said.index, said.index + 1)
        lost = replace(named, held=False)
        tx.drop_body(named.sha256)
        tx.save_named_bodies([replace(lost, sha256=name, index=said.index - 1) for name in names])
        tx.save_named_bodies([lost])
    return named


def test_rest_waits_until_every_missing_body_had_its_turn() -> None:
    """A body that a peer holds comes, though very many that nobody holds any more are before it."""
    world, watch, officers = _begun()
    names = [hashlib.sha256(b"gone %d" % n).hexdigest() for n in range(15 * fetch.COUNT_MAX)]
    named = _miss(world, officers, names)
    world.gone |= {*names}
    rest.settle(world, watch)
    with world.node("fr").store.read() as tx:
        assert tx.body(named.sha256) is not None


def test_a_body_that_a_peer_holds_and_nobody_asks_for_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Self-test: a node that does not fetch what it misses is not at rest."""
    world, watch, officers = _begun()
    _miss(world, officers, [])
    monkeypatch.setattr(fetch, "fetch_missing", lambda *_: 0)
    with pytest.raises(BrokenError, match="never came"):
        rest.settle(world, watch)


def test_a_body_that_nobody_holds_is_found_out() -> None:
    """I9: where no restore took the last copy, it is lost."""
    world, watch, officers = _begun()
    named = _miss(world, officers, [])
    with world.node("sn").store.write() as tx:
        tx.drop_body(named.sha256)
    world.machines["fr"].highwater.forget([named.sha256])
    with pytest.raises(BrokenError, match="is lost"):
        rest.settle(world, watch)


@pytest.mark.parametrize("parties", [PARTIES[:2], PARTIES])
def test_what_was_sent_before_a_restore_may_arrive_after_the_comparison(
    parties: tuple[str, ...],
) -> None:
    """The machine compares anew, what it signed comes back, and nothing forks.

    Among two it signs that at once, so that the peer is no further than it is.
    """
    world = make_world(1, parties)
    story = Story(world, Watch(world), Officers(world), Mix({}))
    rest.settle(world, story.watch)
    drill.overtaken(story, world.machines["sn"])
    story.watch.after_event()
    assert ("peer.ahead" in world.reached) == (len(parties) > 2)
    rest.settle(world, story.watch)
