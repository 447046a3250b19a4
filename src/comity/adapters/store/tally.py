# ruff: noqa: S608 -- only names of our own tables and columns stand between the values
"""How many matters are filed under which keys, kept with every row of `store_filed`.

    tally   (key, kind, channel, all that lists filter by, all keys of such matters): how many

A matter is counted once under each of its keys, with the whole set of them: who has several of
the keys finds the same set under each, and counts it once.  So a count reads as many rows as
there are groups with one of the reader's keys, however many matters there are, and none of those
that they may not read.

Floor: adapters.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from comity.adapters.store.connections import Value
from comity.adapters.store.entry_places import Places
from comity.node.base.reader import Group, Reader

type Key = tuple[str, str, str]
"""Id, kind and channel of a matter."""

type Counted = tuple[str, str, str, str, str, str, str, str, tuple[str, ...]]
"""Kind and channel of matters that are counted together, `_ALIKE` of them, and their keys."""

SEPARATOR: Final = "|"
"""Between keys: no id of an agency and no name of an officer has one."""

_ALIKE: Final = ("status", "urgency", "asker", "type", "holders", "parties")
"""Columns of `store_filed` by which lists filter, and which are alike in one group."""

_COLUMNS: Final = ("reader", "alike", "kind", "channel", *_ALIKE, "under")
_ADD: Final = f"""INSERT INTO store_tally ({", ".join(_COLUMNS)}, count)
    VALUES ({", ".join(["%s"] * len(_COLUMNS))}, %s) ON CONFLICT (reader, kind, alike)
    DO UPDATE SET count = store_tally.count + excluded.count"""
_DROP: Final = """DELETE FROM store_tally
    WHERE reader = %s AND alike = %s AND kind = %s AND count = 0"""
_DROPPED: Final = 3
"""How many of the first columns say which row goes."""

_KEY_BYTES: Final = 16


def joined(names: Sequence[str]) -> str:
    """Return parties as one text, in which each stands between blanks."""
    return f" {' '.join(names)} "


def group_of(key: Key, alike: Sequence[str], readers: Iterable[str]) -> Counted:
    """Return with which matters one is counted that is filed under these keys.

    Args:
        key: of the matter.
        alike: its columns `_ALIKE`.
        readers: keys under which it is filed.
    """
    status, urgency, asker, of_type, holders, parties = alike
    under = tuple(sorted(readers))
    return key[1], key[2], status, urgency, asker, of_type, holders, parties, under


def alike_key(texts: Sequence[str]) -> bytes:
    """Return the key of a group: its kind, its channel, columns `_ALIKE`, and `under`."""
    return hashlib.sha256("\n".join(texts).encode()).digest()[:_KEY_BYTES]


class TallyRows(Places):
    """The part of a transaction that counts for readers."""

    def counts(self, reader: Reader, kind: str) -> Mapping[str, int]:
        """Return how many matters of a kind a reader may read, by status."""
        counts: Counter[str] = Counter()
        for group in self.groups(reader, kind):
            counts[group.status] += group.count
        return dict(sorted(counts.items()))

    def groups(self, reader: Reader, kind: str) -> list[Group]:
        """Return how many matters of a kind a reader may read, by all that lists filter by."""
        if not reader.keys:
            return []
        keys = ", ".join(["%s"] * len(reader.keys))
        rows = self._line.rows(
            f"SELECT DISTINCT channel, {', '.join(_ALIKE)}, under, count FROM store_tally"
            f" WHERE reader IN ({keys}) AND kind = %s",
            (*reader.keys, kind),
        )
        counts: Counter[tuple[str, ...]] = Counter()
        for _, *alike, count in rows:
            counts[tuple(alike)] += count
        return [_group(kind, alike, count) for alike, count in sorted(counts.items())]

    def _groups(self, keys: Iterable[Key]) -> Counter[Counted]:
        """Return how matters that are filed are counted."""
        found: Counter[Counted] = Counter()
        for key in keys:
            rows = self._line.rows(
                f"SELECT reader, {', '.join(_ALIKE)} FROM store_filed"
                " WHERE id = %s AND kind = %s AND channel = %s",
                key,
            )
            if rows:
                found[group_of(key, rows[0][1:], (row[0] for row in rows))] += 1
        return found

    def _recount(self, before: Counter[Counted], after: Counter[Counted]) -> None:
        """Count what was filed under some keys as what is filed now."""
        changes = Counter(after)
        changes.subtract(before)
        changed: list[tuple[tuple[Value, ...], int]] = [
            ((reader, alike_key(texts), *texts), by)
            for (*alike, readers), by in sorted((group, by) for group, by in changes.items() if by)
            for texts in [(*alike, SEPARATOR.join(readers))]
            for reader in readers
        ]
        self._line.run_many(_ADD, [(*group, by) for group, by in changed])
        self._line.run_many(_DROP, [group[:_DROPPED] for group, by in changed if by < 0])


def _group(kind: str, alike: tuple[str, ...], count: int) -> Group:
    status, urgency, asker, type_, holders, parties, under = alike
    return Group(
        kind,
        status,
        urgency,
        asker,
        type_,
        tuple(holders.split()),
        tuple(parties.split()),
        tuple(under.split(SEPARATOR)),
        count,
    )
