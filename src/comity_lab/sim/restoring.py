"""Machines and databases that are put back from what was kept of them, one or all at once.

    one    the others are whole: nothing that left is lost
    all    what nobody holds any more is lost, and a log that lacks it is begun anew
    back   a database goes over to a standby that is behind, and no process starts

A part of them is put back as the command of a node does it, which notes in the home that it
came from a backup.

Floor: lab.
"""

from typing import TYPE_CHECKING, Final

from comity.node.operate import backup as backups
from comity_lab.sim import faults, outside
from comity_lab.sim.machine import Machine
from comity_lab.sim.network import SimPeers
from comity_lab.sim.world import World

if TYPE_CHECKING:
    from comity_lab.sim.events import Story

_BY_COMMAND: Final = 0.3
_TWO: Final = 2
_MODES: Final = ("kept", "old", "lost")


def restore_database(story: "Story", machine: Machine) -> None:
    """Put an old database back; the high-water file stays."""
    if _restore(story, machine, "kept"):
        story.world.saw("restore.database")


def restore_last(story: "Story", machine: Machine) -> bool:
    """Put the newest copy of a database back by hand, which no row of it tells; or do not."""
    del story.backups[machine.party][:-1]
    is_back = _restore(story, machine, "kept", by_command=0.0)
    if is_back:
        story.world.saw("restore.database")
    return is_back


def restore_machine(story: "Story", machine: Machine) -> None:
    """Put an old image of the whole machine back.

    Among three parties this may fork a log, since the file that would tell is old too
    and a party that knows better may be out of reach: there `restore_lost` is done, or a
    witness guards.
    """
    if _restore(story, machine, "old"):
        story.world.saw("restore.machine")


def restore_newest(story: "Story", machine: Machine) -> None:
    """Put the newest image of the whole machine back, where a witness guards."""
    kept = story.backups[machine.party]
    if outside.guards(story.world, machine.party, kept[-1]):
        del kept[:-1]
        if _restore(story, machine, "old", by_command=0.0):
            story.world.saw("restore.machine")


def restore_lost(story: "Story", machine: Machine) -> None:
    """Put an old database back where the high-water file is lost."""
    if _restore(story, machine, "lost"):
        story.world.saw("highwater.lost")


def restore_last_lost(story: "Story", machine: Machine) -> None:
    """Put the newest copy of a database back by hand, where the high-water file is lost."""
    del story.backups[machine.party][:-1]
    if _restore(story, machine, "lost", by_command=0.0):
        story.world.saw("highwater.lost")


def go_back(story: "Story", machine: Machine) -> None:
    """Let a database go over to a standby that is behind, under a process that lives on.

    A home that was put back waits first until it has what it lost: no standby is from before.
    """
    kept = story.backups.get(machine.party)
    is_sound = not machine.is_failed and not machine.is_full and story.watch.is_whole(machine)
    is_whole = is_sound and story.watch.may_restore(machine.party)
    if not kept or not is_whole or story.watch.has_unsent_card(machine):
        story.backup(machine)
        return
    story.world.go_back(machine, kept[-1])
    story.watch.note_restore(machine.party, highwater="kept")
    story.world.note(f"standby {machine.party}")
    story.world.saw("restore.standby")


def restore_all(story: "Story", _machine: Machine) -> None:
    """Put old databases back at every party at once, with the files outside them, old ones or none.

    Two States may run the same release that destroys what it touches.
    """
    world = story.world
    machines = [*world.machines.values()]
    for one in machines:
        if not story.backups.get(one.party):
            story.backup(one)
    is_whole = all(one.node is not None and story.watch.is_whole(one) for one in machines)
    if not is_whole or not story.disasters_left:
        return
    story.disasters_left -= 1
    mode = _file(world, world.chance.choice(_MODES))
    for one in machines:
        one.end()
    for one in machines:
        _put_back(story, one, mode)
    story.watch.note_restore_all(mode)
    world.note(f"restored all {mode}")
    world.saw("restore.all")
    for one in machines:
        story.start(one)


def damage(story: "Story", machine: Machine) -> None:
    """Tear the database: it refuses to start until a backup is put in its place."""
    is_whole = story.watch.may_restore(machine.party)
    if not is_whole or story.watch.has_unsent_card(machine):
        return
    if not story.backups.get(machine.party):
        story.backup(machine)
    if machine.node is not None:
        machine.end(faults.POWER)
    machine.disk.tear(1 + story.world.chance.randrange(4))
    if story.world.start(machine.party):
        raise faults.BrokenError(f"{machine.party} starts on a torn database")
    story.world.saw("disk.damaged")
    _restore(story, machine, "kept")


def _restore(
    story: "Story", machine: Machine, highwater: str, by_command: float = _BY_COMMAND
) -> bool:
    kept = story.backups.get(machine.party)
    highwater = _file(story.world, highwater)
    if highwater != "kept" and story.watch.has_pending(machine.party):
        highwater = "kept"
    is_whole = story.watch.may_restore(machine.party)
    if not kept or not is_whole or story.watch.has_unsent_card(machine):
        story.backup(machine)
        return False
    if story.is_alone(machine):
        story.world.saw("recover.peer-offline")
    if machine.node is not None:
        machine.end()
    _put_back(story, machine, highwater, by_command)
    story.watch.note_restore(machine.party, highwater=highwater)
    story.world.note(f"restored {machine.party} {highwater}")
    story.start(machine)
    return True


def _file(world: World, highwater: str) -> str:
    """Return what becomes of the file: an old one does not know that clocks were ahead.

    Times that fall then are what docs/adr/0041 does not promise.
    """
    return "kept" if highwater == "old" and world.were_clocks_ahead else highwater


def _put_back(
    story: "Story", machine: Machine, highwater: str, by_command: float = _BY_COMMAND
) -> None:
    kept = story.backups[machine.party]
    chosen = story.world.chance.randrange(len(kept))
    is_guarded = outside.guards(story.world, machine.party, kept[chosen])
    story.world.restore(machine, kept[chosen], highwater=highwater)
    del kept[chosen + 1 :]  # they are of a history that is given up
    # An image among three may be put back only so, see `restore_machine`; and where a party that
    # is out of reach may be given up, for then this State signs without it.
    may_sign_alone = len(story.world.machines) > _TWO or "give-up" in story.mix.weights
    # A witness that is asked at the start says the same.
    is_marked = highwater == "old" and may_sign_alone and not is_guarded
    if is_marked or story.world.chance.random() < by_command:
        _mark(story, machine)


def _mark(story: "Story", machine: Machine) -> None:
    """Note in a home that it came from a backup; the command ends before a node serves."""
    share, story.mix.point_failure = story.mix.point_failure, 0.0
    is_full, machine.is_full = machine.is_full, False  # it had room for what was put back
    node = machine.start(SimPeers(story.world.network, machine, machine.boots + 1))
    backups.mark_restored(node)
    machine.end()
    story.mix.point_failure, machine.is_full = share, is_full
    story.world.saw("restore.by-command")
