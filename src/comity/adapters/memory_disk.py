"""A disk in memory: tables, the journal of a transaction, and the ways a disk fails.

    group "fr/k2…/live/1"    (0,) -> row   (1,) -> row   (2,) -> row
    group "sn/k2…/live/1"    (0,) -> row

A transaction changes the tables at once and notes what stood there before; undoing reads
that journal backwards.  So a small transaction costs what it changes and nothing else.

Floor: adapters.
"""

import threading
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from typing import Final, Literal

from comity.kernel.fault import Fault

type Key = tuple[int | str, ...]
type Moment = Literal["before", "after"]
type Undo = Callable[[], None]
type Journal = list[Undo]

UNSYNCED_COMMITS_MAX: Final = 64
"""Older commits of a disk that does not sync have reached it by themselves."""


class Table[V]:
    """Rows by group and key; the keys of a group are in order."""

    def __init__(self) -> None:
        self._rows: dict[Hashable, dict[Key, V]] = {}
        self._keys: dict[Hashable, list[Key]] = {}

    def copy(self) -> "Table[V]":
        """Return an equal table; rows are never changed in place and may be shared."""
        twin = Table[V]()
        twin._rows = {group: dict(rows) for group, rows in self._rows.items()}
        twin._keys = {group: list(keys) for group, keys in self._keys.items()}
        return twin

    def get(self, group: Hashable, key: Key) -> V | None:
        """Return one row."""
        rows = self._rows.get(group)
        return None if rows is None else rows.get(key)

    def put(self, journal: Journal | None, group: Hashable, key: Key, row: V) -> None:
        """Keep a row in place of the one with that key."""
        assert journal is not None, "a transaction that reads may not write"
        rows = self._rows.setdefault(group, {})
        before = rows.get(key)
        if before is None:
            self._add(group, key, row)
            journal.append(lambda: self._remove(group, key))
        else:
            rows[key] = row
            journal.append(lambda: rows.__setitem__(key, before))

    def drop(self, journal: Journal | None, group: Hashable, key: Key) -> None:
        """Forget a row, if it is there."""
        assert journal is not None, "a transaction that reads may not write"
        before = self.get(group, key)
        if before is not None:
            self._remove(group, key)
            journal.append(lambda: self._add(group, key, before))

    def keys(self, group: Hashable, low: Key = (), high: Key | None = None) -> list[Key]:
        """Return the keys of a group in `[low, high)`, in order."""
        keys = self._keys.get(group, [])
        end = len(keys) if high is None else bisect_left(keys, high)
        return keys[bisect_left(keys, low) : end]

    def rows(self, group: Hashable, low: Key = (), high: Key | None = None) -> list[V]:
        """Return the rows of a group with a key in `[low, high)`, in order."""
        rows = self._rows.get(group, {})
        return [rows[key] for key in self.keys(group, low, high)]

    def first(self, group: Hashable, low: Key = ()) -> V | None:
        """Return the row of the least key >= `low`."""
        keys = self._keys.get(group, [])
        at = bisect_left(keys, low)
        return self._rows[group][keys[at]] if at < len(keys) else None

    def last_key(self, group: Hashable, high: Key | None = None) -> Key | None:
        """Return the greatest key of a group, or the greatest below `high`."""
        keys = self._keys.get(group, [])
        at = len(keys) if high is None else bisect_left(keys, high)
        return keys[at - 1] if at else None

    def last(self, group: Hashable, high: Key | None = None) -> V | None:
        """Return the row of `last_key`."""
        key = self.last_key(group, high)
        return None if key is None else self._rows[group][key]

    def groups(self) -> list[Hashable]:
        """Return every group, in no meaning order but always the same one."""
        return list(self._rows)

    def items(self) -> Iterator[tuple[Hashable, Key]]:
        """Give the group and key of every row, as they stood when asked."""
        return iter([(group, key) for group, keys in self._keys.items() for key in keys])

    def _add(self, group: Hashable, key: Key, row: V) -> None:
        self._rows.setdefault(group, {})[key] = row
        keys = self._keys.setdefault(group, [])
        if keys and key < keys[-1]:
            insort(keys, key)
        else:
            keys.append(key)

    def _remove(self, group: Hashable, key: Key) -> None:
        # An emptied group stays: a row that is put again finds the same dict in old journals.
        del self._rows[group][key]
        keys = self._keys[group]
        del keys[bisect_left(keys, key)]


def _quiet(moment: Moment, change_count: int) -> None:
    """Let every commit pass."""


class MemoryDisk[T]:
    """What survives when a simulated process stops.

    Attributes:
        tables: the committed rows, and during a write what is being changed.
        on_commit: called with `before` and `after` each commit and the number of changed rows.
            What it raises in `before` undoes the transaction (a full disk, a crash); what it
            raises in `after` leaves it committed though its author never learns (a crash, or an
            fsync that failed but wrote).
        is_synced: whether a commit is durable; a store without fsync sets it False.
    """

    def __init__(self, tables: T) -> None:
        self.tables = tables
        self.on_commit: Callable[[Moment, int], None] = _quiet
        self.is_synced = True
        self._damage = ""
        self._unsynced: deque[Journal] = deque(maxlen=UNSYNCED_COMMITS_MAX)
        self._newest: Journal = []
        self._lock = threading.Lock()
        self._owner = 0

    def enter(self) -> None:
        """Begin to use the tables, alone.

        Raises:
            Fault: `node.store.damaged`.
        """
        me = threading.get_ident()
        assert self._owner != me, "a transaction within a transaction"
        self._lock.acquire()
        self._owner = me
        if self._damage:
            self.leave()
            raise Fault(
                code="node.store.damaged",
                what=f"The database is damaged: {self._damage}.",
                fix="Restore the newest backup, then recover from the peers' mirrors.",
            )

    @property
    def is_entered(self) -> bool:
        """Whether this thread is in a transaction."""
        return self._owner == threading.get_ident()

    def leave(self) -> None:
        """End to use the tables."""
        self._owner = 0
        self._lock.release()

    def commit(self, journal: Journal) -> None:
        """Make changes durable, or undo them where `on_commit` says so."""
        try:
            self.on_commit("before", len(journal))
        except BaseException:
            undo(journal)
            raise
        self._newest = journal
        if not self.is_synced:
            self._unsynced.append(journal)
        self.on_commit("after", len(journal))

    def lose_power(self, commit_count: int = UNSYNCED_COMMITS_MAX) -> int:
        """Drop the newest commits that were not synced, at most so many; return how many."""
        dropped = min(commit_count, len(self._unsynced))
        for _ in range(dropped):
            undo(self._unsynced.pop())
        self._unsynced.clear()  # what is left was written
        return dropped

    def tear(self, change_count: int) -> None:
        """Take the last changes of the newest commit back and be damaged from now on."""
        kept = max(0, len(self._newest) - change_count)
        undo(self._newest[kept:])
        self._newest = []
        self._damage = "its newest transaction is torn"

    def damage(self, why: str) -> None:
        """Be damaged from now on."""
        self._damage = why


def undo(journal: Journal) -> None:
    """Take changes back, newest first."""
    for step in reversed(journal):
        step()
    journal.clear()
