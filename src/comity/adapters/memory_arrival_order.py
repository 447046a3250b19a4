"""In which order this node came to know what officers read, in memory.

Floor: adapters.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from comity.acts.record import Matter
from comity.adapters.memory_disk import Journal, Table
from comity.node.base import arrival_order
from comity.node.base.arrival_order import NOBODY, Heard
from comity.node.base.reader import Grant
from comity.node.base.rows import UnderstoodAct


@dataclass(frozen=True, slots=True)
class HeardTables:
    """The tables of what came after what, with their group and key.

    Attributes:
        heard: "", (number,).
        heard_at: origin, (index,): the last row of that place.
        reached: kind, (id, channel, reader).
    """

    heard: Table[Heard] = field(default_factory=Table)
    heard_at: Table[Heard] = field(default_factory=Table)
    reached: Table[str] = field(default_factory=Table)


class MemoryHeard:
    """The part of a transaction that says what came after what (see `node.base.store.Tx`)."""

    _journal: Journal | None
    _h: HeardTables

    def heard(self, start: int, count_max: int) -> list[Heard]:
        """Return the rows from a number on."""
        return self._h.heard.rows("", (start,), (start + count_max,))

    def heard_of(self, origin: str, start: int, end: int | None) -> list[Heard]:
        """Return the rows of the entries of a log in `[start, end)`, by index and number."""
        rows = (row for row in self._h.heard.rows("") if row.origin == origin)
        found = [r for r in rows if r.index >= start and (end is None or r.index < end)]
        return sorted(found, key=lambda row: (row.index, row.number))

    def heard_by(self, channel: str, matter: Matter) -> tuple[str, ...]:
        """Return the keys under which a matter is read, or was last."""
        return tuple(one for one in self._reached(channel, matter) if one != NOBODY)

    def _reached(self, channel: str, matter: Matter) -> list[str]:
        low, high = (matter.id, channel), (matter.id, channel + "\0")
        return self._h.reached.rows(matter.kind, low, high)

    def _hear_grant(self, grant: Grant, readers: Iterable[str]) -> None:
        if not readers and grant.ended_ms is not None:
            last = self.heard_by(grant.channel, grant.matter)
            readers = [one for one in last if one != grant.reader]
        if readers:
            self._open_to(grant.channel, grant.matter, readers)

    def _hear_acts(self, channel: str, rows: Sequence[UnderstoodAct]) -> None:
        places = [(row.origin, row.index) for row in rows]
        last = {at: self._h.heard_at.get(at[0], (at[1],)) for at in places}
        known = {at: row for at, row in last.items() if row is not None}
        self._hear(arrival_order.changes(channel, rows, known))

    def _hear_cut(self, origin: str, size: int) -> None:
        last = self._h.heard_at.rows(origin, (size,))
        self._hear([arrival_order.gone(row) for row in last if row.what == arrival_order.ACT])

    def _open_to(self, channel: str, matter: Matter, readers: Iterable[str]) -> None:
        before, now = {*self._reached(channel, matter)}, {*readers} or {NOBODY}
        added = sorted(now - before)
        for one in added:
            self._h.reached.put(self._journal, matter.kind, (matter.id, channel, one), one)
        for one in before - now:
            self._h.reached.drop(self._journal, matter.kind, (matter.id, channel, one))
        self._hear(arrival_order.opened(channel, matter, before, added))

    def _hear(self, rows: Iterable[Heard]) -> None:
        for row in arrival_order.numbered(self._h.heard.last(""), list(rows)):
            self._h.heard.put(self._journal, "", (row.number,), row)
            if row.origin:
                self._h.heard_at.put(self._journal, row.origin, (row.index,), row)
