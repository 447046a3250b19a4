"""A node whose writes end as a test wants: undone at their end, or the last before it is killed.

    node = kept(world, "aa", after=once(Died))       # the first write is done, and then it dies
    node = kept(world, "aa", before=once(Undone))    # all of the first write is done, and undone

    for _ in killed_between_writes(node, do):        # whatever it is killed before, it is whole
        ...

Floor: tests.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import override

from comity.adapters.memory import MemoryStore, MemoryTx
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from support.overtaken import before_a_write
from support.pair import World

type Hook = Callable[[], None]


class Died(Exception):  # noqa: N818 -- what stands for the end of a process
    """The process is killed."""


class Undone(Exception):  # noqa: N818 -- what stands for a full disk, or a store that is busy
    """The write in which it is raised leaves nothing."""


def nothing() -> None:
    """Let it go on."""


def once(error: type[Exception]) -> Hook:
    """Return what raises the first time it is called."""
    left = [error()]

    def end() -> None:
        if left:
            raise left.pop()

    return end


class EndedStore(MemoryStore):
    """A store that calls a hook at the end of each write, and one after it is kept, if it wrote."""

    begun: Hook = staticmethod(nothing)
    before: Hook = staticmethod(nothing)
    after: Hook = staticmethod(nothing)

    @override
    @contextmanager
    def write(self) -> Iterator[Tx]:
        self.begun()
        with super().write() as tx:
            assert isinstance(tx, MemoryTx)
            yield tx
            self.before()
        if tx._journal:
            self.after()


def kept(
    world: World,
    party: str,
    *,
    begun: Hook = nothing,
    before: Hook = nothing,
    after: Hook = nothing,
) -> Node:
    """Return the node of a party on a store that calls the hooks; the rows are the same."""
    node = world.node(party)
    assert isinstance(node.store, MemoryStore)
    store = EndedStore(node.store.disk)
    store.begun, store.before, store.after = begun, before, after
    return replace(node, store=store)


def killed_between_writes(node: Node, do: Callable[[Node], object]) -> Iterator[int]:
    """Do something on a node that is killed before its first write, the next time its second, ...

    Gives the number of that write each time; it ends when all was done and nothing was killed.
    What is written once and not again must be done before, or a write is passed over.
    """
    for number in count(1):
        store = before_a_write(node.store, once(Died), number)
        try:
            do(replace(node, store=store))
        except Died:
            yield number
        else:
            return
