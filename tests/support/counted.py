"""Counting what a node asks its store: work that grows shows in it, and no clock is read.

    counted = count(world, "bb")
    world.pump()
    assert counted.calls["acts_of"] == 0

Floor: tests.
"""

from collections import Counter
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

from comity.node.base.ports import Store, Tx
from support.pair import World


@dataclass
class Counted:
    """What was asked so far.

    Attributes:
        calls: how often, by the name of the question.
        rows: how many rows came of it.
        writes: how many transactions wrote.
    """

    calls: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    writes: int = 0

    def clear(self) -> None:
        """Forget what was counted."""
        self.calls.clear()
        self.rows.clear()
        self.writes = 0


def count(world: World, party: str) -> Counted:
    """Count from now on what a party's node asks its store."""
    counted = Counted()
    node = world.node(party)
    store = cast("Store", _Counting(node.store, counted))
    world.replace_node(party, replace(node, store=store))
    return counted


class _Counting:
    """A store that counts."""

    def __init__(self, store: Store, counted: Counted) -> None:
        self._store = store
        self._counted = counted

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- whatever the store has
        return getattr(self._store, name)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Count what is asked in a read."""
        with self._store.read() as tx:
            yield cast("Tx", _CountingTx(tx, self._counted))

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """Count what is asked in a write."""
        self._counted.writes += 1
        with self._store.write() as tx:
            yield cast("Tx", _CountingTx(tx, self._counted))


class _CountingTx:
    def __init__(self, tx: Tx, counted: Counted) -> None:
        self._tx = tx
        self._counted = counted

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- whatever a transaction has
        asked = getattr(self._tx, name)
        if not callable(asked):
            return asked

        def counting(*given: object, **named: object) -> object:
            found = asked(*given, **named)
            self._counted.calls[name] += 1
            self._counted.rows[name] += len(found) if isinstance(found, Sized) else 1
            return found

        return counting
