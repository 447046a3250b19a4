# ruff: noqa: S608 -- only names of our own tables and columns stand between the values
"""In which order this node came to know what officers read (see `comity.node.base.arrival_order`).

There is one writer at a time, so numbers are given in the order of commits.

Floor: adapters.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Final

from comity.acts.record import Matter
from comity.adapters.store import row_json
from comity.adapters.store.connections import Row
from comity.adapters.store.entry_places import UNKNOWN, Places, index_of, number_of, place, until
from comity.node.base import arrival_order
from comity.node.base.arrival_order import NOBODY, Heard
from comity.node.base.reader import Grant
from comity.node.base.rows import UnderstoodAct

_COLUMNS: Final = """number, what, place, channel, kind, matter_id, act_id, party, tag, reader,
    under, chain"""
_SELECT: Final = f"SELECT {_COLUMNS} FROM store_heard"
_ADD: Final = f"""INSERT INTO store_heard ({_COLUMNS})
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
_LAST: Final = f"{_SELECT} WHERE number > 0 ORDER BY number DESC LIMIT 1"
_BETWEEN: Final = f"{_SELECT} WHERE place >= %s AND place < %s ORDER BY place, number"
_OF: Final = "WHERE id = %s AND kind = %s AND channel = %s"
_REACH: Final = "INSERT INTO store_reached (id, kind, channel, reader) VALUES (%s, %s, %s, %s)"
_ASKED_MAX: Final = 500
"""Places that one query asks for."""

_NO_PLACE: Final = 0

type _Key = tuple[str, str, str]
"""(id and kind of a matter, its channel)."""


class HeardRows(Places):
    """The part of a transaction that says what came after what."""

    def heard(self, start: int, count_max: int) -> list[Heard]:
        """Return the rows from a number on."""
        rows = self._line.rows(
            f"{_SELECT} WHERE number >= %s ORDER BY number LIMIT %s", (start, count_max)
        )
        return [self._heard(row) for row in rows]

    def heard_of(self, origin: str, start: int, end: int | None) -> list[Heard]:
        """Return the rows of the entries of a log in `[start, end)`, by index and number."""
        number = self._number(origin)
        if number == UNKNOWN:
            return []
        last = place(number + 1, 0) if end is None else until(number, end)
        return [self._heard(row) for row in self._line.rows(_BETWEEN, (place(number, start), last))]

    def heard_by(self, channel: str, matter: Matter) -> tuple[str, ...]:
        """Return the keys under which a matter is read, or was last."""
        key = (matter.id, matter.kind, channel)
        rows = self._line.rows(f"SELECT reader FROM store_reached {_OF} ORDER BY reader", key)
        return tuple(row[0] for row in rows if row[0] != NOBODY)

    def _hear_acts(self, channel: str, rows: Sequence[UnderstoodAct]) -> None:
        """Add what is new in acts of one channel that are saved."""
        self._hear(arrival_order.changes(channel, rows, self._heard_at(rows)))

    def _heard_at(self, rows: Sequence[UnderstoodAct]) -> dict[tuple[str, int], Heard]:
        """Return the last row of each place of these acts."""
        known: dict[tuple[str, int], Heard] = {}
        for some in batched(rows, _ASKED_MAX, strict=False):
            places = [place(self._number_given(row.origin), row.index) for row in some]
            marks = ", ".join(["%s"] * len(places))
            found = self._line.rows(f"{_SELECT} WHERE place IN ({marks}) ORDER BY number", places)
            known.update({(one.origin, one.index): one for one in map(self._heard, found)})
        return known

    def _hear_cut(self, number: int, size: int) -> None:
        """Add that the acts of a log at `size` and after count no more."""
        rows = self._line.rows(_BETWEEN, (place(number, size), place(number + 1, 0)))
        last = {one.index: one for one in map(self._heard, rows)}
        counted = [last[index] for index in sorted(last) if last[index].what == arrival_order.ACT]
        self._hear(map(arrival_order.gone, counted))

    def _open_to(self, channel: str, matter: Matter, readers: Iterable[str]) -> None:
        """Note under which keys a matter is read now; add those that came to one that was there."""
        self._open_each([(channel, matter, readers)])

    def _open_each(self, opened: Sequence[tuple[str, Matter, Iterable[str]]]) -> None:
        """Note the same of several matters, each named once."""
        keys = [(matter.id, matter.kind, channel) for channel, matter, _ in opened]
        reached = self._of_matters("SELECT id, reader FROM store_reached", keys)
        added_rows: list[tuple[str, str, str, str]] = []
        lost_rows: list[tuple[str, str, str, str]] = []
        heard: list[Heard] = []
        for (channel, matter, readers), key in zip(opened, keys, strict=True):
            before, now = {row[0] for row in reached[key]}, {*readers} or {NOBODY}
            added = sorted(now - before)
            added_rows += [(*key, reader) for reader in added]
            lost_rows += [(*key, reader) for reader in sorted(before - now)]
            heard += arrival_order.opened(channel, matter, before, added)
        self._line.run_many(_REACH, added_rows)
        self._line.run_many(f"DELETE FROM store_reached {_OF} AND reader = %s", lost_rows)
        self._hear(heard)

    def _of_matters(
        self, select: str, keys: Sequence[_Key], more: str = ""
    ) -> defaultdict[_Key, list[Row]]:
        """Return what a table has of some matters: without its first column, their id."""
        found: defaultdict[_Key, list[Row]] = defaultdict(list)
        alike: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for matter_id, kind, channel in keys:
            alike[kind, channel][matter_id] = None
        for (kind, channel), ids in alike.items():
            for some in batched(ids, _ASKED_MAX, strict=False):
                marks = ", ".join(["%s"] * len(some))
                rows = self._line.rows(
                    f"{select} WHERE id IN ({marks}) AND kind = %s AND channel = %s {more}",
                    (*some, kind, channel),
                )
                for matter_id, *rest in rows:
                    found[matter_id, kind, channel].append(tuple(rest))
        return found

    def _hear_grant(self, grant: Grant, readers: Iterable[str]) -> None:
        """Note a grant; a matter that is not filed is opened to nobody, and may be closed."""
        if not readers and grant.ended_ms is not None:
            last = self.heard_by(grant.channel, grant.matter)
            readers = [one for one in last if one != grant.reader]
        if readers:
            self._open_to(grant.channel, grant.matter, readers)

    def _hear(self, rows: Iterable[Heard]) -> None:
        news = list(rows)
        if not news:
            return
        last = self._first(_LAST, ())
        self._line.run_many(
            _ADD,
            [
                (
                    row.number,
                    row.what,
                    place(self._number_given(row.origin), row.index) if row.origin else _NO_PLACE,
                    row.channel,
                    row.matter.kind,
                    row.matter.id,
                    row.act_id,
                    row.party,
                    row.tag,
                    row.reader,
                    row_json.json_bytes([*row.under]).decode() if row.under else "",
                    row.chain,
                )
                for row in arrival_order.numbered(self._heard(last) if last else None, news)
            ],
        )

    def _heard(self, row: Row) -> Heard:
        number, what, at, channel, kind, matter_id, act_id, party, tag, reader, under, chain = row
        return Heard(
            what=what,
            channel=channel,
            matter=Matter(kind, matter_id),
            origin=self._origin(number_of(at)) if at else "",
            index=index_of(at) if at else 0,
            act_id=act_id,
            party=party,
            tag=tag,
            reader=reader,
            under=tuple(row_json.json_of(under.encode())) if under else (),
            number=number,
            chain=bytes(chain),
        )
