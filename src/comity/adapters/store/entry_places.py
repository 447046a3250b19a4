"""Logs by number, and the place of an entry in one integer (see `models`).

Floor: adapters.
"""

from collections.abc import Sequence
from typing import Final

from comity.adapters.store.connections import Line, Row, Value
from comity.node.base.proven import Changes
from comity.node.base.rows import Log

INDEX_BITS: Final = 40
LEVEL_BITS: Final = 4
UNKNOWN: Final = -1
"""The number of a log that has no row yet: nothing stands there."""


class Places:
    """The part of a transaction that knows where the rows of a log stand."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._known = line.known
        self.fresh: dict[str, int] = {}
        self.logs_read: dict[str, Log] = {}
        self.channels_read: set[str] = set()
        self.is_every_log_read = False
        self.appended = 0
        self.changed: Changes = {}
        # A transaction sees one state and its own changes, so a log is read once in it.

    def _number(self, origin: str) -> int:
        """Return the number of a log that is there, or `UNKNOWN`."""
        number = self._known.numbers.get(origin) or self.fresh.get(origin)
        if number is None:
            found = self._line.rows("SELECT number FROM store_origin WHERE name = %s", (origin,))
            if not found:
                return UNKNOWN
            number = self.fresh[origin] = int(found[0][0])
        return number

    def _number_given(self, origin: str) -> int:
        """Return the number of a log; give it one if it has none."""
        number = self._number(origin)
        if number == UNKNOWN:
            (last,) = self._line.rows("SELECT COALESCE(MAX(number), 0) FROM store_origin")
            number = self.fresh[origin] = int(last[0]) + 1
            self._line.run(
                "INSERT INTO store_origin (number, name) VALUES (%s, %s)", (number, origin)
            )
        return number

    def _origin(self, number: int) -> str:
        """Return the name of a log that has that number."""
        name = self._known.names.get(number)
        if name is None:
            found = self._line.rows("SELECT name FROM store_origin WHERE number = %s", (number,))
            name = str(found[0][0])
            self.fresh[name] = number
        return name

    def _first(self, sql: str, values: Sequence[Value]) -> Row | None:
        """Return the first row that a query finds."""
        found = self._line.rows(sql, values)
        return found[0] if found else None


def place(number: int, index: int) -> int:
    """Return the place of an index in a log.

    A peer names indexes as it likes.  One beyond every log is cut: it must not reach into the
    next one, nor be more than the database can compare.
    """
    return (number << INDEX_BITS) + min(index, 1 << INDEX_BITS)


def index_of(at: int) -> int:
    """Return the index that a place says."""
    return at & ((1 << INDEX_BITS) - 1)


def number_of(at: int) -> int:
    """Return the number of the log that a place says."""
    return at >> INDEX_BITS


def node_place(number: int, level: int, index: int) -> int:
    """Return the place of a node."""
    return place((number << LEVEL_BITS) + level, index)


def until(number: int, end: int) -> int:
    """Return the place before which the indexes below `end` of a log stand."""
    return place(number, end)
