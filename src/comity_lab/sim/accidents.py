"""What fails at a point of a machine, and what other threads do at a step of a node.

Floor: lab.
"""

import random
from typing import TYPE_CHECKING

from comity.kernel.fault import Fault
from comity_lab.sim import faults, rare
from comity_lab.sim.machine import Machine

if TYPE_CHECKING:
    from comity_lab.sim.events import Story


class Accidents:
    """Whether a point of a machine fails, drawn from the seed."""

    def __init__(self, story: "Story", chance: random.Random) -> None:
        self._story = story
        self._chance = chance

    def __call__(self, party: str, point: str) -> str:
        """Return the mode in which the machine fails there, or ""."""
        share = self._story.mix.point_failure
        if not share or self._chance.random() >= share:
            return ""
        mode = self._chance.choice(faults.MODES)
        self._story.world.note(f"accident {party} {mode} at {point}")
        if mode == faults.FSYNC and point in faults.WRITES:
            self._story.world.saw("crash.fsync")
            was_written = point == faults.COMMIT_AFTER
            kind = "fsync.failed-and-written" if was_written else "fsync.failed-and-lost"
            self._story.world.saw(kind)
        return mode


def meanwhile(story: "Story", machine: Machine, name: str) -> None:
    """Let another thread of the same process do something at a step of this one.

    At a step within a transaction it does nothing: it waits for the store until that ends.
    """
    rare.look_at_step(story.world, name)
    if story.depth or machine.disk.is_entered:
        return
    if story.world.chance.random() >= story.mix.interleave:
        return
    story.depth += 1
    try:
        _do_meanwhile(story, machine, name)
    except Fault as fault:
        story.world.note(f"meanwhile {name}: {fault.code}")
    finally:
        story.depth -= 1


def _do_meanwhile(story: "Story", machine: Machine, name: str) -> None:
    kind = story.world.chance.choice(("ask", "round", "arrive"))
    story.world.note(f"meanwhile {name} {machine.party} {kind}")
    before = _signed(machine)
    _do(story, kind, machine, name)
    if name == "sign.signed" and _signed(machine) != before:
        story.world.saw("head.moved-while-signed")


def _do(story: "Story", kind: str, machine: Machine, name: str) -> None:
    if kind == "ask":
        story.officers.ask(machine.party)
        if name.startswith("sign."):
            story.world.saw("meanwhile.act-during-signing")
    elif kind == "round":
        story.round(machine)
        story.world.saw("meanwhile.round-during-round")
    elif story.world.network.late:
        late = story.world.network.late.pop(0)
        if late.to == machine.party:
            story.world.saw("meanwhile.delivery-during-round")
        story.world.network.deliver(late.sender, late.to, late.request)


def _signed(machine: Machine) -> list[int]:
    return [log.signed for log in machine.disk.tables.logs.rows("") if log.own]
