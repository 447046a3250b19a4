"""What another thread does between a read and the write that follows it, done by hand.

    node = replace(world.node("aa"), store=before_a_write(world.node("aa").store, do))

Floor: tests.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, cast

from comity.node.base.ports import Store, Tx


class _Overtaken:
    """A store in which something else is done before the first write."""

    def __init__(self, store: Store, do: Callable[[], object], count: int) -> None:
        self._store = store
        self._do = do
        self._left = count

    def write(self) -> AbstractContextManager[Tx]:
        """Begin to write, once what overtakes that is done."""
        self._left -= 1
        if not self._left:
            self._do()
        return self._store.write()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- of the store
        return getattr(self._store, name)


def before_a_write(store: Store, do: Callable[[], object], count: int = 1) -> Store:
    """Return a store in which something is done before the write of that number."""
    return cast("Store", _Overtaken(store, do, count))
