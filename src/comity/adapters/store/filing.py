# ruff: noqa: S608 -- only names of our own tables and columns stand between the values
"""How matters are filed, shared, listed and found for a reader (see `node.base.store_readers`).

Every query begins at what has one of the reader's keys: what is hidden from them is not read.

Floor: adapters.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from comity.acts.record import Matter
from comity.adapters.store import row_json
from comity.adapters.store.arrival_order import HeardRows
from comity.adapters.store.connections import Row, Value
from comity.adapters.store.matters import MatterRows
from comity.adapters.store.records import RecordRows
from comity.adapters.store.tally import Counted, Key, TallyRows, group_of, joined
from comity.kernel.ijson import Json
from comity.node.base import proven
from comity.node.base.reader import About, Filed, Grant, Place, Reader, Wanted
from comity.node.base.rows import MatterRow

ROUTED: Final = 1
SHARED: Final = 2
_AFTER: Final = "\U0010ffff"
"""Comes after every text that begins like the one before it."""

_FILE: Final = """INSERT INTO store_filed (id, kind, channel, reader, via, rank, late, status,
    urgency, asker, type, holders, parties)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
_HELD: Final = """SELECT id, reader, via, rank, late, status, urgency, asker, type, holders, parties
    FROM store_filed"""
_STATUS: Final = 4
"""Where the columns begin in a row by which matters are counted."""
_ALIKE: Final = 2
"""The same in `_columns`."""
_MOVE: Final = """UPDATE store_filed SET rank = %s, late = %s, status = %s, urgency = %s,
    asker = %s, type = %s, holders = %s, parties = %s
    WHERE id = %s AND kind = %s AND channel = %s"""
_REFER: Final = "INSERT INTO store_reference (id, kind, channel, name) VALUES (%s, %s, %s, %s)"
_SHARE: Final = f"""INSERT INTO store_filed (id, kind, channel, reader, via, rank, late, status,
    urgency, asker, type, holders, parties)
    SELECT id, kind, channel, %s, {SHARED}, rank, late, status,
    urgency, asker, type, holders, parties FROM store_filed
    WHERE id = %s AND kind = %s AND channel = %s
    ORDER BY reader LIMIT 1 ON CONFLICT (id, kind, channel, reader)
    DO UPDATE SET via = store_filed.via | {SHARED}"""
_UNSHARE: Final = f"""UPDATE store_filed SET via = via & {ROUTED}
    WHERE id = %s AND kind = %s AND channel = %s AND reader = %s"""
_GRANT: Final = """INSERT INTO store_granted (id, kind, channel, reader, since_ms, ended_ms)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (id, kind, channel, reader) DO UPDATE SET
    since_ms = excluded.since_ms, ended_ms = excluded.ended_ms"""
_ABOUT: Final = """INSERT INTO store_about (kind, key, channel, matter_kind, matter_id, agency)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (kind, key) DO UPDATE SET
    channel = excluded.channel, matter_kind = excluded.matter_kind,
    matter_id = excluded.matter_id, agency = excluded.agency"""
_STANDING: Final = "AND ended_ms IS NULL"
_OF: Final = "WHERE id = %s AND kind = %s AND channel = %s"
_UNOPENED: Final = """AND NOT EXISTS (SELECT 1 FROM store_opened o
    WHERE o.id = {of}id AND o.kind = {of}kind AND o.channel = {of}channel)"""
_ALSO: Final = (
    "AND EXISTS (SELECT 1 FROM store_filed g WHERE g.id = {of}id AND g.kind = {of}kind"
    " AND g.channel = {of}channel AND g.reader = %s)"
)
_JOINED: Final = (
    "INNER JOIN store_filed f ON f.id = o.{id} AND f.kind = o.kind AND f.channel = o.channel"
)


class FilingRows(MatterRows, RecordRows, TallyRows, HeardRows):
    """The part of a transaction that answers readers."""

    def file(self, rows: Sequence[Filed]) -> None:
        """Keep how matters are listed and found, in place of what was kept of each.

        A matter is filed anew at each act and each receipt, and mostly stays under the same keys:
        what is as it was is not written, and the indexes by its id are not touched.
        """
        before, after = Counter[Counted](), Counter[Counted]()
        gone: list[Key] = []
        moved: list[tuple[Value, ...]] = []
        added: list[tuple[Value, ...]] = []
        under: list[tuple[str, Matter, Iterable[str]]] = []
        keys = [(row.matter.id, row.matter.kind, row.channel) for row in rows]
        granted = self._of_matters("SELECT id, reader FROM store_granted", keys, _STANDING)
        every_held = self._of_matters(_HELD, keys)
        for row, key in zip(rows, keys, strict=True):
            columns = _columns(row)
            via = dict.fromkeys(row.readers, ROUTED)
            for (shared,) in granted[key]:
                via[shared] = via.get(shared, 0) | SHARED
            held = every_held[key]
            if held:
                before[group_of(key, held[0][_STATUS:], (one[0] for one in held))] += 1
            if via:
                after[group_of(key, columns[_ALIKE:], via)] += 1
            if {one[0]: one[1] for one in held} == via:
                if any(one[2:] != columns for one in held):
                    moved.append((*columns, *key))
            else:
                gone += [key] if held else []
                added += [(*key, reader, how, *columns) for reader, how in via.items()]
                under.append((row.channel, row.matter, via))
        self._line.run_many(f"DELETE FROM store_filed {_OF}", gone)
        self._line.run_many(_MOVE, moved)
        self._line.run_many(_FILE, added)
        self._refer(rows)
        self._recount(before, after)
        self._open_each(under)

    def _refer(self, rows: Sequence[Filed]) -> None:
        """Keep the file numbers by which matters are found."""
        gone: list[Key] = []
        added: list[tuple[Value, ...]] = []
        keys = [(row.matter.id, row.matter.kind, row.channel) for row in rows]
        every_held = self._of_matters("SELECT id, name FROM store_reference", keys)
        for row, key in zip(rows, keys, strict=True):
            held = {one[0] for one in every_held[key]}
            names = dict.fromkeys(row.references)
            if held != names.keys():
                gone += [key] if held else []
                added += [(*key, name) for name in names]
        self._line.run_many(f"DELETE FROM store_reference {_OF}", gone)
        self._line.run_many(_REFER, added)

    def filed_for(self, channel: str, matter: Matter) -> tuple[str, ...]:
        """Return the keys under which a matter is filed, by acts and by grants, sorted."""
        rows = self._line.rows(
            f"SELECT reader FROM store_filed {_OF} ORDER BY reader",
            (matter.id, matter.kind, channel),
        )
        return tuple(row[0] for row in rows)

    def save_grant(self, grant: Grant) -> None:
        """Keep a grant in place of the one with the same matter and key; it counts at once."""
        data = proven.grant_bytes(grant)
        proven.note(self.changed, proven.GRANT, proven.grant_key(grant), data)
        key = (grant.matter.id, grant.matter.kind, grant.channel)
        before = self._groups([key])
        self._line.run(_GRANT, (*key, grant.reader, grant.since_ms, grant.ended_ms))
        if grant.ended_ms is None:
            self._line.run(_SHARE, (grant.reader, *key))
        else:
            self._line.run(_UNSHARE, (*key, grant.reader))
            self._line.run(
                f"DELETE FROM store_filed {_OF} AND reader = %s AND via = 0", (*key, grant.reader)
            )
        self._recount(before, self._groups([key]))
        self._hear_grant(grant, self.filed_for(grant.channel, grant.matter))

    def grants(self, channel: str, matter: Matter) -> list[Grant]:
        """Return the grants of a matter, ended ones too, by key."""
        rows = self._line.rows(
            f"SELECT reader, since_ms, ended_ms FROM store_granted {_OF} ORDER BY reader",
            (matter.id, matter.kind, channel),
        )
        return [Grant(matter, channel, *row) for row in rows]

    def listed(
        self, reader: Reader, wanted: Wanted, after: Place | None = None, count_max: int = 50
    ) -> list[tuple[Place, MatterRow]]:
        """Return the matters after a place, in the order of places.

        The tally says first how many there are: where that is fewer than asked for, nothing is
        looked for beyond the last of them.
        """
        assert count_max > 0
        met = [one for one in self.groups(reader, wanted.kind) if wanted.is_met(one)]
        places: set[Place] = set()
        for key in reader.keys:
            there = sum(one.count for one in met if key in one.readers)
            if there:
                places.update(self._places(key, wanted, after, min(count_max, there)))
        return [
            (place, self._row(wanted.kind, place[2], place[3]))
            for place in sorted(places)[:count_max]
        ]

    def _places(
        self, key: str, wanted: Wanted, after: Place | None, count_max: int
    ) -> Iterator[Place]:
        only, values = conditions(wanted)
        beyond = "AND (rank, late, id, channel) > (%s, %s, %s, %s)" if after else ""
        rows = self._line.rows(
            f"SELECT rank, late, id, channel FROM store_filed WHERE reader = %s {beyond} {only}"
            " ORDER BY rank, late, id, channel LIMIT %s",
            (key, *(after or ()), *values, count_max),
        )
        return ((rank, late, name, channel) for rank, late, name, channel in rows)

    def readable(self, reader: Reader, channel: str, matter: Matter) -> MatterRow | None:
        """Return one matter, or None where there is none or they may not read it."""
        key = (matter.id, matter.kind, channel)
        found = reader.keys and self._line.rows(
            f"SELECT 1 FROM store_filed {_OF} AND reader IN ({marks(reader.keys)}) LIMIT 1",
            (*key, *reader.keys),
        )
        return self.matter(channel, matter) if found else None

    def named(self, reader: Reader, kind: str, text: str, count_max: int = 6) -> list[MatterRow]:
        """Return the matters that a reader may mean by what they typed."""
        assert text
        if not reader.keys:
            return []
        is_it = self._meant(reader, kind, ("{} = %s", (text,)), count_max)
        return is_it or self._meant(
            reader, kind, ("{0} >= %s AND {0} < %s", (text, text + _AFTER)), count_max
        )

    def _meant(
        self, reader: Reader, kind: str, is_meant: tuple[str, tuple[str, ...]], count_max: int
    ) -> list[MatterRow]:
        condition, texts = is_meant
        may = f"f.reader IN ({marks(reader.keys)})"
        froms = (
            (f"store_matter o {_JOINED.format(id='id')}", "o.id", ""),
            (f"store_reference o {_JOINED.format(id='id')}", "o.name", "AND o.kind = f.kind"),
            (f"store_act o {_JOINED.format(id='matter_id')}", "o.act_id", "AND o.foreign_why = ''"),
        )
        sql = " UNION ".join(
            f"SELECT f.id, f.channel FROM {table} WHERE {condition.format(name)}"
            f" AND f.kind = %s AND {may} {counted}"
            for table, name, counted in froms
        )
        values = (*texts, kind, *reader.keys) * len(froms)
        rows = self._line.rows(f"{sql} ORDER BY 1, 2 LIMIT %s", (*values, count_max))
        return [self._row(kind, name, channel) for name, channel in rows]

    def save_about(self, about: About, kind: str, key: str, value: Json) -> None:
        """Keep a small record that says something of a matter."""
        matter = about.matter
        self._line.run(_ABOUT, (kind, key, about.channel, matter.kind, matter.id, about.agency))
        proven.note_about(self.changed, kind, key, about)
        self.save_record(kind, key, value)

    def record_for(self, reader: Reader, kind: str, key: str) -> Json:
        """Return such a record if a reader may read its matter or their agency wrote it."""
        found = self._about(reader, "a.kind = %s AND a.key = %s", (kind, key), 1)
        return row_json.json_of(found[0][1]) if found else None

    def records_for(
        self, reader: Reader, kind: str, after: str = "", count_max: int = 1_000
    ) -> Mapping[str, Json]:
        """Return such records of a kind by key, those with a key greater than `after`."""
        assert count_max > 0
        found = self._about(reader, "a.kind = %s AND a.key > %s", (kind, after), count_max)
        return {key: row_json.json_of(value) for key, value in found}

    def _about(
        self, reader: Reader, which: str, values: tuple[str, ...], count_max: int
    ) -> list[Row]:
        if not reader.keys:
            return []
        of = "x.id = a.matter_id AND x.kind = a.matter_kind AND x.channel = a.channel"
        may = f"reader IN ({marks(reader.keys)})"
        return self._line.rows(
            "SELECT r.key, r.value FROM store_about a JOIN store_record r"
            f" ON r.kind = a.kind AND r.key = a.key WHERE {which}"
            f" AND (a.agency IN ({marks(reader.keys)})"
            f" OR EXISTS (SELECT 1 FROM store_filed x WHERE {of} AND x.{may})"
            f" OR EXISTS (SELECT 1 FROM store_granted x WHERE {of} AND x.{may}"
            " AND x.ended_ms IS NULL)) ORDER BY a.key LIMIT %s",
            (*values, *reader.keys * 3, count_max),
        )

    def _row(self, kind: str, matter_id: str, channel: str) -> MatterRow:
        row = self.matter(channel, Matter(kind, matter_id))
        assert row is not None, "a matter that is filed has a row"
        return row


def _columns(row: Filed) -> tuple[int, int, str, str, str, str, str, str]:
    holders, parties = joined(row.holders), joined(row.parties)
    late = -row.at_ms
    return (row.rank, late, row.status, row.urgency, row.asker, row.type, holders, parties)


def conditions(wanted: Wanted, of: str = "store_filed.") -> tuple[str, list[Value]]:
    """Return what a list asks for beside its reader, as SQL and its values.

    Args:
        wanted: which matters.
        of: the name of `store_filed` in the query, with a dot.
    """
    parts, values = [f"AND {of}kind = %s"], list[Value]([wanted.kind])
    if wanted.statuses:
        statuses = sorted(wanted.statuses)
        parts.append(f"AND {of}status IN ({marks(statuses)})")
        values += statuses
    for name in ("urgency", "asker", "type"):
        if value := getattr(wanted, name):
            parts.append(f"AND {of}{name} = %s")
            values.append(value)
    for value in filter(None, (wanted.not_asker, wanted.asked)):
        parts.append(f"AND {of}asker <> %s")
        values.append(value)
    among = (("holders", wanted.holder), ("parties", wanted.party), ("parties", wanted.asked))
    for name, value in among:
        if value:
            parts.append(f"AND {of}{name} LIKE %s ESCAPE '!'")
            values.append(f"% {_literal(value)} %")
    if wanted.agency:
        parts.append(_ALSO.format(of=of))
        values.append(wanted.agency)
    parts += [_UNOPENED.format(of=of)] * wanted.is_unopened
    return " ".join(parts), values


def _literal(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def marks(values: Sequence[Value]) -> str:
    """Return places for so many values."""
    return ", ".join(["%s"] * len(values))
