"""The hotline drill: an emergency crosses in time when the line is good.

Floor: lab.
"""

from typing import TYPE_CHECKING

from comity.kernel import limits
from comity.lab.sim import faults
from comity.lab.sim.machine import Machine
from comity.lab.sim.mix import Mix
from comity.lab.sim.network import Weather
from comity.node.exchange.pump import Pair

if TYPE_CHECKING:
    from comity.lab.sim.events import Story


def hotline(story: "Story", machine: Machine) -> None:
    """An emergency crosses at once when the line is good, whatever waits elsewhere."""
    world = story.world
    peers = [m for m in world.machines.values() if m is not machine]
    if not _is_good(story, machine, peers):
        return
    before, world.network.weather = world.network.weather, Weather()
    mix, story.mix = story.mix, Mix(story.mix.weights, 0.0, 0.0)
    try:
        _emergency(story, machine)
    finally:
        world.network.weather, story.mix = before, mix


def _is_good(story: "Story", machine: Machine, peers: list[Machine]) -> bool:
    lines = {(a.party, b.party) for a in (machine, *peers) for b in (machine, *peers)}
    network = story.world.network
    return (
        all(one.node is not None and not one.is_full and not one.is_failed for one in peers)
        and not machine.is_full
        and not machine.is_failed
        and not lines & (network.cut_requests | network.cut_replies)
        and all(one.clock.skew_ms == 0 for one in (machine, *peers))
        and all(not _is_skewed(one) for one in (machine, *peers))
        and all(story.watch.is_whole(one) for one in (machine, *peers))
    )


def _emergency(story: "Story", machine: Machine) -> None:
    world = story.world
    said = story.officers.ask(machine.party, "hotline")
    pairs = [p for p in story.pairs(machine) if p.channel.endswith("/hotline")]
    began_ms = world.instant.at_ms
    if _live_waits(story, machine):
        world.saw("hotline.before-live")
    for one in said:
        for pair in pairs:
            _deliver_in_time(story, machine, pair, one.origin, one.index)
    took_ms = world.instant.at_ms - began_ms
    world.saw("hotline.in-time")
    world.note(f"hotline {machine.party} in {took_ms} ms")


def _live_waits(story: "Story", machine: Machine) -> bool:
    tables, origin = machine.disk.tables, story.world.origin(machine.party)
    log = tables.logs.get("", (origin,))
    given = [tables.cosignatures.last((origin, party)) for party in story.world.parties]
    sizes = [one.size for one in given if one is not None]
    return log is not None and log.size > min(sizes, default=0)


def _deliver_in_time(story: "Story", machine: Machine, pair: Pair, origin: str, index: int) -> None:
    """The bound: the longest pause after failures, and two rounds."""
    world = story.world
    waits = None
    for _ in range(3):
        wait_ms = world.round(machine.party, pair)
        with machine.up().store.read() as tx:
            given = tx.newest_cosignature(origin, pair.party)
            waits = tx.log(origin)
        if given is not None and given.size > index:
            return
        world.instant.at_ms += wait_ms
    if waits is not None and waits.state == "open":
        with machine.up().store.read() as tx:
            said = tx.record("delivery", f"{origin}|{pair.party}")
        raise faults.BrokenError(f"{machine.party}: the hotline waits for {pair.party}: {said}")


def _is_skewed(machine: Machine) -> bool:
    measured = machine.up().session.skew_ms.values()
    return any(abs(skew_ms) > limits.SKEW_MS_MAX for skew_ms in measured)
