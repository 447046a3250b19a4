# ruff: noqa: S608 -- only names of our own tables and columns stand between the values
"""Logs, entries and the nodes of their trees (see `node.base.store.Tx`).

Floor: adapters.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from comity.adapters.store.arrival_order import HeardRows
from comity.adapters.store.connections import Row
from comity.adapters.store.entry_places import LEVEL_BITS, UNKNOWN, node_place, place, until
from comity.node.base.rows import Log
from comity.node.base.store import node_levels

HASH_BYTES: Final = 32
_ROWS_KEPT: Final = 2_048
_COLUMNS: Final = (
    "origin, channel, party, generation, own, size, frontier, signed, understood, state"
)
_SAVE: Final = f"""INSERT INTO store_log ({_COLUMNS})
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (origin) DO UPDATE SET
    channel = excluded.channel, party = excluded.party, generation = excluded.generation,
    own = excluded.own, size = excluded.size, frontier = excluded.frontier,
    signed = excluded.signed, understood = excluded.understood, state = excluded.state"""
_APPEND: Final = "INSERT INTO store_entry (place, sealed) VALUES (%s, %s)"
_ADD_LEAF: Final = "INSERT INTO store_node (place, hash) VALUES (%s, %s)"
_SAVE_NODE: Final = f"{_ADD_LEAF} ON CONFLICT (place) DO UPDATE SET hash = excluded.hash"
_DROP_NUMBERS: Final = """DELETE FROM store_body WHERE content IS NULL
    AND number IN (SELECT body FROM store_namedbody WHERE place >= %s AND place < %s)
    AND NOT EXISTS (SELECT 1 FROM store_namedbody AS other WHERE other.body = number
        AND NOT (other.place >= %s AND other.place < %s))"""
_NODES: Final = "SELECT hash FROM store_node WHERE place >= %s AND place < %s ORDER BY place"


class LogRows(HeardRows):
    """The part of a transaction that keeps logs."""

    def log(self, origin: str) -> Log | None:
        """Return one log."""
        if origin not in self.logs_read and not self.is_every_log_read:
            row = self._first(f"SELECT {_COLUMNS} FROM store_log WHERE origin = %s", (origin,))
            if row is None:
                return None
            self.logs_read[origin] = _log(row)
        return self.logs_read.get(origin)

    def logs(self, channel: str = "") -> list[Log]:
        """Return the logs of a channel, or all, by (channel, party, generation)."""
        if not (self.is_every_log_read or channel in self.channels_read):
            of_channel = ("WHERE channel = %s", (channel,)) if channel else ("", ())
            rows = self._line.rows(
                f"SELECT {_COLUMNS} FROM store_log {of_channel[0]}", of_channel[1]
            )
            self.logs_read |= {log.origin: log for log in map(_log, rows)}
            self.channels_read.add(channel)
            self.is_every_log_read = not channel
        found = [log for log in self.logs_read.values() if channel in ("", log.channel)]
        return sorted(found, key=lambda g: (g.channel, g.party, g.generation, g.origin))

    def save_log(self, log: Log) -> None:
        """Keep a log's row."""
        self.logs_read[log.origin] = log
        self._line.run(
            _SAVE,
            (
                log.origin,
                log.channel,
                log.party,
                log.generation,
                log.own,
                log.size,
                b"".join(log.frontier),
                log.signed,
                log.understood,
                log.state,
            ),
        )

    def append(
        self, origin: str, start: int, entries: Sequence[bytes], leaves: Sequence[bytes]
    ) -> None:
        """Add entries at `start`, which is how many are held."""
        assert len(entries) == len(leaves)
        number = self._number_given(origin)
        first = place(number, start)
        held = self._first(
            "SELECT MAX(place) FROM store_entry WHERE place >= %s AND place < %s",
            (place(number, max(0, start - 1)), place(number + 1, 0)),
        )
        last = None if held is None else held[0]
        assert (last is None and start == 0) or last == first - 1, f"{origin} does not end there"
        self.appended += len(entries)
        self._line.run_many(_APPEND, enumerate(entries, first))
        self._line.run_many(_ADD_LEAF, enumerate(leaves, node_place(number, 0, start)))

    def entries(self, origin: str, start: int, end: int) -> list[bytes]:
        """Return the entries in `[start, end)` that are held."""
        number = self._number(origin)
        rows = self._line.rows(
            "SELECT sealed FROM store_entry WHERE place >= %s AND place < %s ORDER BY place",
            (place(number, start), until(number, end)),
        )
        return [row[0] for row in rows]

    def leaves(self, origin: str, start: int, end: int) -> bytes:
        """Return the leaf hashes in `[start, end)`, joined."""
        return self.nodes(origin, 0, start, end)

    def save_nodes(self, origin: str, level: int, start: int, hashes: bytes) -> None:
        """Keep hashes of complete subtrees from `start` on."""
        first = node_place(self._number_given(origin), level, start)
        each = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
        self._line.run_many(_SAVE_NODE, enumerate(each, first))

    def nodes(self, origin: str, level: int, start: int, end: int) -> bytes:
        """Return those hashes in `[start, end)`, joined."""
        number = self._number(origin)
        if number == UNKNOWN:
            return b""
        tree = (number << LEVEL_BITS) + level
        span = (place(tree, start), until(tree, end))
        return b"".join([row[0] for row in self._line.rows(_NODES, span)])

    def cut_entries(self, origin: str, size: int) -> None:
        """Drop entries, nodes and understood rows at `size` and after."""
        number = self._number(origin)
        if number == UNKNOWN:
            return
        for level, shift in ((0, 0), *node_levels()):
            first = node_place(number, level, size >> shift)
            self._drop("store_node", first, node_place(number, level + 1, 0))
        self._line.run(_DROP_NUMBERS, (place(number, size), place(number + 1, 0)) * 2)
        for table in ("store_entry", "store_act", "store_receipt", "store_namedbody"):
            self._drop(table, place(number, size), place(number + 1, 0))
        self._hear_cut(number, size)

    def _drop(self, table: str, start: int, end: int) -> None:
        sql = f"DELETE FROM {table} WHERE place >= %s AND place < %s"
        self._line.run(sql, (start, end))


@lru_cache(maxsize=_ROWS_KEPT)
def _log(row: Row) -> Log:
    """The log that a row says; each is read some forty times for one act."""
    origin, channel, party, generation, own, size, frontier, signed, understood, state = row
    return Log(
        origin=origin,
        channel=channel,
        party=party,
        generation=generation,
        own=bool(own),
        size=size,
        frontier=tuple(
            frontier[at : at + HASH_BYTES] for at in range(0, len(frontier), HASH_BYTES)
        ),
        signed=signed,
        understood=understood,
        state=state,
    )
