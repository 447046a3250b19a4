"""An image of a machine: its database and its high-water file as they were, put back later.

Floor: tests.
"""

from collections.abc import Callable
from dataclasses import replace

from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.node.base.context import Node, Session
from comity.node.exchange import pump
from support.pair import World


def taken(
    world: World, party: str = "aa", mark: Callable[[Node], object] = lambda _: None
) -> Callable[[], None]:
    """Take an image of a party's machine; return what puts it back and starts it.

    Args:
        world: of States in memory.
        party: whose machine it is.
        mark: called with the node that was put back, before it starts, as the command does.
    """
    node = world.node(party)
    assert isinstance(node.store, MemoryStore)
    assert isinstance(node.highwater, MemoryHighWater)
    disk, durable = copy_of(node.store.disk), node.highwater.device.durable

    def put_back() -> None:
        marks = MemoryHighWater(durable)
        twin = replace(node, store=MemoryStore(disk), highwater=marks, session=Session())
        mark(twin)
        world.replace_node(party, twin)
        pump.begin(twin)

    return put_back
