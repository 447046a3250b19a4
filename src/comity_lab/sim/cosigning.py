"""Cosignatures: what leaves is marked with its time, and no time falls after a restore.

A drill: all clocks are a day ahead for a while, then a database is put back that is from before,
and the author of a log that was cosigned meanwhile calls and cannot be called.  No row tells
when the log was cosigned last; the file outside the home does.

Floor: lab.
"""

import random
from typing import TYPE_CHECKING, Final

from comity.node.base import trust
from comity.node.base.rows import Log
from comity.node.exchange import convict, excuse, read_limit
from comity.node.exchange.retry import PAUSE_MS_MAX
from comity.tlog import cosignature, note
from comity_lab.sim import drill, restoring
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.machine import Machine
from comity_lab.sim.world import World

if TYPE_CHECKING:
    from comity_lab.sim.events import Story

EVENTS: Final = {"clocks-ahead": 1.0}
_SHARE: Final = 1 / 4
_AHEAD_MS: Final = 86_400_000


def draw(world: World) -> dict[str, float]:
    """Return how likely the drill is: in most seeds it never comes."""
    chance = random.Random(f"cosigning {world.seed}")  # noqa: S311 -- it must be repeated
    return dict(EVENTS) if chance.random() < _SHARE else {}


def is_taken_back(machine: Machine, log: Log) -> bool:
    """Whether its author revoked keys below what is held: what others read of it is read here."""
    with machine.up().store.read() as tx:
        return read_limit.is_taken_back(trust.load(tx, log.channel), log)


def require_marked(machine: Machine, origin: str, size: int, lines: bytes) -> None:
    """I7: a cosignature leaves when its size and its time are marked."""
    mark = machine.highwater.marks().get(origin, (0, b""))[0]
    if mark < size:
        raise BrokenError(f"I7: {machine.party} cosigned {origin} at {size} with a mark of {mark}")
    times = {cosignature.time_of(line) for line in note.parse_signatures(lines)}
    if max(times) > machine.highwater.cosigned_s(origin):
        raise BrokenError(f"I7: {machine.party} cosigned {origin} at a time that is not marked")


def forget(world: World, machine: Machine) -> None:
    """Note which cosignatures a machine that was put back has lost, with the file that knew them.

    Where their author calls, cannot be called and nobody has set this clock right since, times may
    fall: docs/adr/0041 does not promise it.
    """
    for author in world.machines.values():
        for log in author.disk.tables.logs.rows("") if author is not machine else ():
            given = author.disk.tables.cosignatures.last((log.origin, machine.party))
            if log.own and given and given.time_s > machine.highwater.cosigned_s(log.origin):
                world.forgotten_times.add((log.origin, machine.party))


def look(world: World) -> None:
    """Note whose times fell, and who has compared since an image of it was put back."""
    for origin, mirror in [*world.forgotten_times]:
        author, node = origin.partition("/")[0], world.machines[mirror].node
        if f"{origin}|{mirror}" in fallen(world.machines[author]):
            world.fallen_times.add((origin, mirror))
        elif node is not None and author in node.session.of(excuse.Start).compared:
            world.forgotten_times.discard((origin, mirror))


def fallen(machine: Machine) -> set[str]:
    """Return the proofs that a machine holds against mirrors: `<origin>|<party>`."""
    return {str(key[0]) for key in machine.disk.tables.records.keys(convict.COSIGNER)}


def proven(world: World, machine: Machine) -> list[str]:
    """Return those of them that no honest mirror gives."""
    unpromised = {f"{origin}|{mirror}" for origin, mirror in world.fallen_times}
    return sorted(fallen(machine) - unpromised)


def clocks_ahead(story: "Story", machine: Machine) -> None:
    """Let a machine cosign while all clocks are ahead, and forget it; its peer calls alone."""
    peers = [m for m in story.world.machines.values() if m is not machine]
    if drill.is_good(story, machine, peers):
        with drill.without_accidents(story):
            _play(story, machine, peers[0])


def _play(story: "Story", machine: Machine, peer: Machine) -> None:
    world = story.world
    story.backup(machine)
    world.were_clocks_ahead = True
    _set_clocks(world, _AHEAD_MS)
    story.officers.ask(peer.party)
    world.pump(peer.party)
    _set_clocks(world, 0)
    world.network.cut(machine.party, peer.party)
    boots = machine.boots
    is_back = restoring.restore_last(story, machine)
    if is_back and machine.node is not None and machine.boots != boots:
        world.pump(machine.party)
        story.officers.ask(peer.party)
        for _ in range(3):
            world.instant.at_ms += PAUSE_MS_MAX
            world.pump(peer.party)
        _require_not_fallen(world, machine, peer)
    world.network.cut_requests.discard((machine.party, peer.party))


def _set_clocks(world: World, skew_ms: int) -> None:
    for one in world.machines.values():
        one.clock.skew_ms = skew_ms


def _require_not_fallen(world: World, machine: Machine, peer: Machine) -> None:
    """An honest mirror gives nobody the proof that its times fell."""
    origin, now_s = world.origin(peer.party), world.instant.at_ms // 1_000
    if proven(world, peer):
        raise BrokenError(f"{peer.party} holds a proof against {machine.party}, which is honest")
    given = peer.disk.tables.cosignatures.last((origin, machine.party))
    if given is not None and given.time_s > now_s + 1:
        world.saw("cosignature.after-clocks-ahead")
