"""Calls of the hotline: they are made, cross, are cut off between their facts, and ring.

    call    a State calls another, or says something of a call: picks it up, takes it, raises it
    ring    a node looks at what must ring, as it does each second

What holds after each look, whatever was cut, killed or put back before: what a node holds and
nobody picked up rings there, somebody was rung for it, and nothing else rings.

Floor: lab.
"""

from typing import TYPE_CHECKING, Any, Final, cast

from comity.acts.record import Matter
from comity.joint.hotline import acts, view
from comity.node.base.context import Node
from comity.node.desk.duty import rings
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.machine import Machine

if TYPE_CHECKING:
    from comity_lab.sim.events import Story

_OPENS: Final = 0.4
"""How likely a call is a new one."""
_ENDS: Final = frozenset({acts.CALLED_OFF, acts.CLOSED, acts.AGREED})
_SAYS: Final = sorted(
    {acts.PICKED_UP, acts.TAKEN, acts.RAISED, acts.SAID, acts.READ_BACK, acts.CARRIED, *_ENDS}
)


def call(story: "Story", machine: Machine) -> None:
    """Call, or say something of a call that is known here."""
    world, officers = story.world, story.officers
    known = _known(machine.up())
    if not known or world.chance.random() < _OPENS:
        officers.open(machine.party, acts.CALLED, "hotline")
        return
    channel, matter = world.chance.choice(known)
    officers.say_of(machine.party, channel, matter, _SAYS)


def ring(story: "Story", machine: Machine) -> None:
    """Look at what must ring: a process that ends at it goes on where it was."""
    node = machine.up()
    officer = story.officers.person(machine, "alice")
    if rings.step(node):
        story.world.saw("ring.rung")
    require_rung(node)
    if any(one.ended_ms is not None for one in rings.listing(node, officer)):
        story.world.saw("ring.ended")


def require_rung(node: Node) -> None:
    """Hold what must hold after a look.

    Raises:
        BrokenError: something rings that need not, or does not that must.
    """
    wanted = {
        rings.key_of(node, row)
        for row in _rows(node)
        if view.rings(cast("Any", node.rooms[acts.KIND].from_json(row.state)), node.party)
    }
    with node.store.read() as tx:
        rung = rings.waiting(tx, node.clock.now_ms())
    if wanted != rung.keys() or () in rung.values():
        raise BrokenError(f"{node.party}: rings {sorted(rung)}, and must ring {sorted(wanted)}")


def _rows(node: Node) -> list[Any]:
    with node.store.read() as tx:
        return [*tx.matters(acts.KIND, "", _LOOKED_AT)]


_LOOKED_AT: Final = 10_000


def _known(node: Node) -> list[tuple[str, Matter]]:
    return [(row.channel, row.matter) for row in _rows(node)]
