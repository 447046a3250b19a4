"""A drill: an image of a machine is put back, and who knows better is away, but for a witness.

    far         one party alone has what was signed since, and is out of reach afterwards
    nobody      the witness alone was shown a head of it

Either way nothing is signed until what is missing is here again, or a new log begins.

Floor: lab.
"""

from typing import TYPE_CHECKING

from comity.node.exchange import witness
from comity.node.exchange.retry import PAUSE_MS_MAX
from comity_lab.sim import drill, restoring
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.machine import Machine

if TYPE_CHECKING:
    from comity_lab.sim.events import Story


def image(story: "Story", _machine: Machine) -> None:
    """Put an image back that the witness knows to be old."""
    world = story.world
    if world.outside is None:
        return
    machine = world.machines[world.outside.of]
    peers = [m for m in world.machines.values() if m is not machine]
    is_ready = machine.node is not None and world.outside.is_guard
    if not is_ready or not drill.is_good(story, machine, peers):
        return
    with drill.without_accidents(story):
        far = peers[-1] if len(peers) > 1 and world.chance.random() < 0.7 else None  # noqa: PLR2004 -- mostly
        _play(story, machine, far)


def _play(story: "Story", machine: Machine, far: Machine | None) -> None:
    """Say something, put the image from before back, and try to say something else."""
    world = story.world
    story.backup(machine)
    away = [one for one in world.machines.values() if one is not machine]
    _cut(story, machine, [one for one in away if one is not far])
    story.officers.ask(machine.party)
    for _ in range(2):
        world.instant.at_ms += max(witness.PAUSE_MS, PAUSE_MS_MAX)
        world.pump(machine.party)
    world.network.heal()
    if far is not None:
        _cut(story, machine, [far])
    boots = machine.boots
    restoring.restore_newest(story, machine)
    old = _old(story, machine)
    if machine.node is not None and machine.boots != boots and old:
        _require_unsigned(story, machine, old)
        world.saw("witness.guarded-an-image")
    world.network.heal()


def _old(story: "Story", machine: Machine) -> set[str]:
    """Return the logs of which the witness knows of more than a mark of the machine covers."""
    marks, one = machine.highwater.marks(), story.world.outside
    assert one is not None
    return {o for o, (size, _) in one.known.items() if size > marks.get(o, (0, b""))[0]}


def _require_unsigned(story: "Story", machine: Machine, old: set[str]) -> None:
    """I13: what is said where something else was signed waits."""
    world = story.world
    said = story.officers.ask(machine.party)
    for _ in range(2):
        world.instant.at_ms += PAUSE_MS_MAX
        world.pump(machine.party)
    for one in said:
        log = machine.disk.tables.logs.get("", (one.origin,))
        if one.origin in old and log is not None and log.signed > one.index:
            raise BrokenError(f"I13: {machine.party} signs though a witness knows better")


def _cut(story: "Story", machine: Machine, others: list[Machine]) -> None:
    for one in others:
        story.world.network.cut(machine.party, one.party)
        story.world.network.cut(one.party, machine.party)
