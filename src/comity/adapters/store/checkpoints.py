"""Heads and cosignatures: of each size the first and the newest (see `node.base.store.Tx`).

Floor: adapters.
"""

from typing import Final

from comity.adapters.store.connections import Row
from comity.adapters.store.entry_places import Places
from comity.node.base.rows import Cosignature, Head

_HEAD: Final = "SELECT size, root, note, time_s FROM store_head WHERE log = %s"
_SAVE_HEAD: Final = """INSERT INTO store_head (log, size, newest, root, note, time_s)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (log, size, newest)
    DO UPDATE SET root = excluded.root, note = excluded.note, time_s = excluded.time_s"""
_COSIGNATURE: Final = """SELECT size, head_sha256, lines, time_s FROM store_cosignature
    WHERE log = %s AND party = %s"""
_COSIGNATURE_OF: Final = """SELECT size, head_sha256, lines, time_s, newest
    FROM store_cosignature WHERE log = %s AND party = %s AND head_sha256 = %s"""
_SAVE_COSIGNATURE: Final = """INSERT INTO store_cosignature
    (log, party, size, newest, head_sha256, lines, time_s)
    VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (log, party, size, newest)
    DO UPDATE SET head_sha256 = excluded.head_sha256, lines = excluded.lines,
    time_s = excluded.time_s"""


class HeadRows(Places):
    """The part of a transaction that keeps what was signed."""

    def save_head(self, head: Head) -> None:
        """Keep a head; of each size the first and the newest are kept."""
        number = self._number_given(head.origin)
        kept = self.heads(head.origin, head.size)
        if kept and kept[0] == head:
            self._line.run(
                "DELETE FROM store_head WHERE log = %s AND size = %s AND newest = 1",
                (number, head.size),
            )
            return
        self._line.run(
            _SAVE_HEAD,
            (number, head.size, 1 if kept else 0, head.root, head.note, head.time_s),
        )

    def heads(self, origin: str, size: int) -> list[Head]:
        """Return the one or two heads of that size, first before newest."""
        rows = self._line.rows(
            f"{_HEAD} AND size = %s ORDER BY newest", (self._number(origin), size)
        )
        return [_head(origin, row) for row in rows]

    def newest_head(self, origin: str) -> Head | None:
        """Return the head that was saved last among those of the greatest size."""
        row = self._first(
            f"{_HEAD} ORDER BY size DESC, newest DESC LIMIT 1", (self._number(origin),)
        )
        return None if row is None else _head(origin, row)

    def head_at_least(self, origin: str, size: int) -> Head | None:
        """Return the newest head of the least kept size >= `size`."""
        row = self._first(
            f"{_HEAD} AND size >= %s ORDER BY size, newest DESC LIMIT 1",
            (self._number(origin), size),
        )
        return None if row is None else _head(origin, row)

    def save_cosignature(self, cosignature: Cosignature) -> None:
        """Keep a cosignature; of each size and party the first and the newest are kept."""
        c = cosignature
        number = self._number_given(c.origin)
        first = self._first(
            f"{_COSIGNATURE} AND size = %s AND newest = 0", (number, c.party, c.size)
        )
        if first is not None and _cosignature(c.origin, c.party, first) == c:
            self._line.run(
                "DELETE FROM store_cosignature"
                " WHERE log = %s AND party = %s AND size = %s AND newest = 1",
                (number, c.party, c.size),
            )
            return
        newest = 0 if first is None else 1
        self._line.run(
            _SAVE_COSIGNATURE,
            (number, c.party, c.size, newest, c.head_sha256, c.lines, c.time_s),
        )

    def cosignature_of(self, origin: str, party: str, head_sha256: bytes) -> Cosignature | None:
        """Return the cosignature that was given to these very bytes."""
        rows = self._line.rows(_COSIGNATURE_OF, (self._number(origin), party, head_sha256))
        if not rows:
            return None
        # Sorted here: asked for an order, SQLite takes the index that has it and reads all.
        *row, _newest = min(rows, key=lambda row: (row[0], row[4]))
        return _cosignature(origin, party, tuple(row))

    def newest_cosignature(self, origin: str, party: str) -> Cosignature | None:
        """Return the cosignature of the greatest size, the newest of that size."""
        row = self._first(
            f"{_COSIGNATURE} ORDER BY size DESC, newest DESC LIMIT 1",
            (self._number(origin), party),
        )
        return None if row is None else _cosignature(origin, party, row)

    def cosignature_at_least(self, origin: str, party: str, size: int) -> Cosignature | None:
        """Return the first cosignature of the least kept size >= `size`."""
        row = self._first(
            f"{_COSIGNATURE} AND size >= %s ORDER BY size, newest LIMIT 1",
            (self._number(origin), party, size),
        )
        return None if row is None else _cosignature(origin, party, row)


def _head(origin: str, row: Row) -> Head:
    size, root, note, time_s = row
    return Head(origin, size, root, note, time_s)


def _cosignature(origin: str, party: str, row: Row) -> Cosignature:
    size, head_sha256, lines, time_s = row
    return Cosignature(origin, size, party, head_sha256, lines, time_s)
