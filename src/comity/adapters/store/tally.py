# ruff: noqa: S608 -- only names of our own tables and columns stand between the values
"""How many matters are filed under which keys, kept with every row of `store_filed`.

    tally   (key, kind, channel, status, all keys of such matters): how many there are

A matter is counted once under each of its keys, with the whole set of them: who has several of
the keys finds the same set under each, and counts it once.  So a count reads as many rows as
there are sets with one of the reader's keys, however many matters there are, and none of those
that he may not read.

Floor: adapters.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from comity.adapters.store.places import Places
from comity.node.reader import Reader

type Key = tuple[str, str, str]
"""Id, kind and channel of a matter."""

type Group = tuple[str, str, str, tuple[str, ...]]
"""Kind, channel, status and keys of matters that are counted together."""

SEPARATOR: Final = "|"
"""Between keys: no id of an agency and no name of an officer has one."""


_GROUP: Final = "reader = %s AND kind = %s AND channel = %s AND status = %s AND under = %s"
_ADD: Final = """INSERT INTO store_tally (reader, kind, channel, status, under, count)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (reader, kind, channel, status, under)
    DO UPDATE SET count = store_tally.count + excluded.count"""


def group_of(key: Key, status: str, readers: Iterable[str]) -> Group:
    """Return with which matters one is counted that is filed under these keys."""
    return key[1], key[2], status, tuple(sorted(readers))


class TallyRows(Places):
    """The part of a transaction that counts for readers."""

    def counts(self, reader: Reader, kind: str) -> Mapping[str, int]:
        """Return how many matters of a kind a reader may read, by status."""
        if not reader.keys:
            return {}
        keys = ", ".join(["%s"] * len(reader.keys))
        rows = self._line.rows(
            "SELECT DISTINCT status, channel, under, count FROM store_tally"
            f" WHERE reader IN ({keys}) AND kind = %s ORDER BY status",
            (*reader.keys, kind),
        )
        counts: Counter[str] = Counter()
        for status, _, _, count in rows:
            counts[status] += count
        return dict(counts)

    def _groups(self, keys: Iterable[Key]) -> Counter[Group]:
        """Return how matters that are filed are counted."""
        found: Counter[Group] = Counter()
        for key in keys:
            rows = self._line.rows(
                "SELECT reader, status FROM store_filed"
                " WHERE id = %s AND kind = %s AND channel = %s",
                key,
            )
            if rows:
                found[group_of(key, rows[0][1], (reader for reader, _ in rows))] += 1
        return found

    def _recount(self, before: Counter[Group], after: Counter[Group]) -> None:
        """Count what was filed under some keys as what is filed now."""
        changes = Counter(after)
        changes.subtract(before)
        changed = sorted((group, by) for group, by in changes.items() if by)
        self._line.run_many(
            _ADD,
            [
                (reader, kind, channel, status, SEPARATOR.join(readers), by)
                for (kind, channel, status, readers), by in changed
                for reader in readers
            ],
        )
        self._line.run_many(
            f"DELETE FROM store_tally WHERE {_GROUP} AND count = 0",
            [
                (reader, kind, channel, status, SEPARATOR.join(readers))
                for (kind, channel, status, readers), by in changed
                for reader in readers
                if by < 0
            ],
        )
