"""Logs that end and are succeeded while everything else goes on.

An owner may end a log at any time, say because its key is feared stolen.  The others accept
when somebody reaches their officers: at once, later, or again after a restore took it back.

Floor: lab.
"""

from typing import Final

from comity.joint.arrangement.arrangement import parse_origin
from comity.node.base.rows import LOG_OFFERED
from comity.node.exchange import generation
from comity_lab.sim.machine import Machine
from comity_lab.sim.world import World

REASONS: Final = ("stolen", "damaged", "lost")


def begin(world: World, party: str, channel: str, reason: str = "lost") -> None:
    """Let a party end its log in a channel; what it begins with is known by voice from then on."""
    if world.machines[party].node is None:
        return  # it failed while it began another one
    with world.care(f"generation {party} {channel}"):
        origin, entry = generation.begin(world.node(party), channel, reason)
        world.generations[origin] = entry
        world.note(f"generation {origin}")


def accept(world: World, machine: Machine) -> None:
    """Let the officer of a machine accept what it was offered and what was read to them."""
    node = machine.node
    if node is None:
        return  # it failed while it began a log
    with node.store.read() as tx:
        offered = [log.origin for log in tx.logs() if log.state == LOG_OFFERED and not log.own]
    for origin in offered:
        entry = _read_aloud(world, origin)
        if entry and machine.node is node:
            with world.care(f"accept {origin}"):
                generation.accept(node, origin, entry)
                world.saw("generation.accepted")


def _read_aloud(world: World, origin: str) -> str:
    """Return what is read over the telephone of its first entries, or "" where they are lost.

    They look at their log as it is: a machine may fail after it began one and before it said so, or
    be put back from before it did, and other entries will stand there.
    """
    entries = world.machines[parse_origin(origin).party].disk.tables.entries
    rows = [entries.get(origin, (index,)) for index in range(2)]
    leaves = [row[1] for row in rows if row is not None]
    if len(leaves) < len(rows):
        return ""
    world.generations[origin] = generation.first_hash(leaves).hex()
    return world.generations[origin]
