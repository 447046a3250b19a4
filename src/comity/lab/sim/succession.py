"""Logs that end and are succeeded while everything else goes on.

An owner may end a log at any time, say because its key is feared stolen.  The others accept
when somebody reaches their officers: at once, later, or again after a restore took it back.

Floor: lab.
"""

from typing import Final

from comity.joint.arrangement.arrangement import parse_origin
from comity.lab.sim.machine import Machine
from comity.lab.sim.world import World
from comity.node.exchange import generation
from comity.node.rows import LOG_OFFERED

REASONS: Final = ("stolen", "damaged", "lost")


def begin(world: World, party: str, channel: str, reason: str = "lost") -> None:
    """Let a party end its log in a channel; what its entry 0 is, is known by voice from then on."""
    with world.care(f"generation {party} {channel}"):
        origin, entry = generation.begin(world.node(party), channel, reason)
        world.generations[origin] = entry
        world.note(f"generation {origin}")


def accept(world: World, machine: Machine) -> None:
    """Let the officer of a machine accept what it was offered and what was read to him."""
    node = machine.up()
    with node.store.read() as tx:
        offered = [log.origin for log in tx.logs() if log.state == LOG_OFFERED and not log.own]
    for origin in offered:
        if entry := _read_aloud(world, origin):
            with world.care(f"accept {origin}"):
                generation.accept(node, origin, entry)
                world.saw("generation.accepted")


def _read_aloud(world: World, origin: str) -> str:
    """Return what is read over the telephone of entry 0, or "" where nobody has it.

    A machine may fail after it began a log and before it said so: then `status` tells its officer.
    """
    owner = world.machines[parse_origin(origin).party]
    if origin not in world.generations and owner.node is not None:
        with owner.node.store.read() as tx:
            world.generations[origin] = tx.leaves(origin, 0, 1).hex()
    return world.generations.get(origin, "")
