"""The store of the simulation: rows in memory, with the same contract as the database.

    disk = memory_disk()
    store = MemoryStore(disk)          # a process that stops leaves the disk
    with store.write() as tx: ...

It has no clock and no chance; what it lists is always in the same order.

Floor: adapters.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import override

from comity.acts.record import Matter
from comity.adapters.memory_acts import MemoryUnderstood
from comity.adapters.memory_disk import Journal, MemoryDisk, Table, undo
from comity.adapters.memory_readers import MemoryReaders, ReaderTables
from comity.adapters.store import row_json
from comity.kernel.ijson import Json
from comity.node.base import proven
from comity.node.base.rows import OVER, Cosignature, Factor, Head, MatterRow, NamedBody, Officer
from comity.node.base.store import Store, Timing, Tx, node_levels


@dataclass(frozen=True, slots=True)
class Tables(ReaderTables):
    """Every table of a node, with its group and key.

    Attributes:
        entries: origin, (index,): the entry and its leaf hash.
        nodes: (origin, level), (index,).
        heads: origin, (size, 0 for the first or 1 for the newest).
        cosignatures: (origin, party), (size, 0 or 1).
        head_sizes: (origin, party, head_sha256), (size,): where such a cosignature was kept.
        matters: "", (id, kind, channel): the row without its state, and the state as JSON.
        opened: "", (channel, kind, id).
        named: origin, (index, sha256).
        missing: those of `named` that are not held.
        named_by: sha256, (origin, index).
        bodies: "", (sha256,).
        officers: "", (name,).
        records: kind, (key,): JSON.
    """

    entries: Table[tuple[bytes, bytes]] = field(default_factory=Table)
    nodes: Table[bytes] = field(default_factory=Table)
    heads: Table[Head] = field(default_factory=Table)
    cosignatures: Table[Cosignature] = field(default_factory=Table)
    head_sizes: Table[int] = field(default_factory=Table)
    matters: Table[tuple[MatterRow, bytes]] = field(default_factory=Table)
    opened: Table[bool] = field(default_factory=Table)
    named: Table[NamedBody] = field(default_factory=Table)
    missing: Table[NamedBody] = field(default_factory=Table)
    named_by: Table[NamedBody] = field(default_factory=Table)
    bodies: Table[bytes] = field(default_factory=Table)
    officers: Table[Officer] = field(default_factory=Table)
    records: Table[bytes] = field(default_factory=Table)


def memory_disk() -> MemoryDisk[Tables]:
    """Return an empty disk."""
    return MemoryDisk(Tables())


def copy_of(disk: MemoryDisk[Tables]) -> MemoryDisk[Tables]:
    """Return a disk with the same rows: a backup, or a machine restored whole."""
    tables = {f.name: getattr(disk.tables, f.name).copy() for f in fields(Tables)}
    return MemoryDisk(Tables(**tables))


class MemoryStore(Store):
    """Rows in memory, on a disk that outlives the store."""

    def __init__(self, disk: MemoryDisk[Tables]) -> None:
        self.disk = disk

    @override
    @contextmanager
    def write(self) -> Iterator[Tx]:
        journal: Journal = []
        self.disk.enter()
        try:
            try:
                tx = MemoryTx(self.disk.tables, journal)
                yield tx
                if self.at_end is not None:
                    self.at_end(tx)
            except BaseException:
                undo(journal)
                raise
            self.disk.commit(journal)
        finally:
            self.disk.leave()

    @override
    @contextmanager
    def read(self) -> Iterator[Tx]:
        self.disk.enter()
        try:
            yield MemoryTx(self.disk.tables, None)
        finally:
            self.disk.leave()

    @override
    def purge(self) -> None:
        """Nothing is left: what is dropped is forgotten."""

    @override
    def flaws(self, quick_s: float = 0) -> list[str] | None:
        """None: memory has no pages."""
        del quick_s
        return []

    @override
    def timing(self) -> Timing:
        return Timing()


class MemoryTx(MemoryUnderstood, MemoryReaders, Tx):
    """One transaction on a memory disk."""

    def __init__(self, tables: Tables, journal: Journal | None) -> None:
        MemoryUnderstood.__init__(self, tables, journal)
        MemoryReaders.__init__(self, tables)
        self._t = tables
        self.changed = {}

    @override
    def append(
        self, origin: str, start: int, entries: Sequence[bytes], leaves: Sequence[bytes]
    ) -> None:
        assert len(entries) == len(leaves)
        last = self._t.entries.last_key(origin)
        assert start == (0 if last is None else int(last[0]) + 1), f"{origin} does not end there"
        for index, row in enumerate(zip(entries, leaves, strict=True), start):
            self._t.entries.put(self._journal, origin, (index,), row)

    @override
    def entries(self, origin: str, start: int, end: int) -> list[bytes]:
        return [entry for entry, _ in self._t.entries.rows(origin, (start,), (end,))]

    @override
    def leaves(self, origin: str, start: int, end: int) -> bytes:
        return b"".join(leaf for _, leaf in self._t.entries.rows(origin, (start,), (end,)))

    @override
    def cut_entries(self, origin: str, size: int) -> None:
        t = self._t
        for key in t.entries.keys(origin, (size,)):
            t.entries.drop(self._journal, origin, key)
        for level, shift in node_levels():
            for key in t.nodes.keys((origin, level), (size >> shift,)):
                t.nodes.drop(self._journal, (origin, level), key)
        for named in t.named.rows(origin, (size,)):
            self._drop_named(named)
        self.cut_understood(origin, size)
        self._hear_cut(origin, size)

    @override
    def save_nodes(self, origin: str, level: int, start: int, hashes: bytes) -> None:
        for at in range(0, len(hashes), 32):
            key = (start + at // 32,)
            self._t.nodes.put(self._journal, (origin, level), key, hashes[at : at + 32])

    @override
    def nodes(self, origin: str, level: int, start: int, end: int) -> bytes:
        return b"".join(self._t.nodes.rows((origin, level), (start,), (end,)))

    @override
    def save_head(self, head: Head) -> None:
        self._keep_ends(self._t.heads, head.origin, head.size, head)

    @override
    def heads(self, origin: str, size: int) -> list[Head]:
        return self._t.heads.rows(origin, (size,), (size + 1,))

    @override
    def newest_head(self, origin: str) -> Head | None:
        return self._t.heads.last(origin)

    @override
    def head_at_least(self, origin: str, size: int) -> Head | None:
        first = self._t.heads.first(origin, (size,))
        return None if first is None else self.heads(origin, first.size)[-1]

    @override
    def save_cosignature(self, cosignature: Cosignature) -> None:
        c = cosignature
        self._keep_ends(self._t.cosignatures, (c.origin, c.party), c.size, c)
        by_head = (c.origin, c.party, c.head_sha256)
        self._t.head_sizes.put(self._journal, by_head, (c.size,), c.size)

    @override
    def cosignature_of(self, origin: str, party: str, head_sha256: bytes) -> Cosignature | None:
        for size in self._t.head_sizes.rows((origin, party, head_sha256)):
            # One that stood between the first and the newest is listed though it is gone.
            for kept in self._t.cosignatures.rows((origin, party), (size,), (size + 1,)):
                if kept.head_sha256 == head_sha256:
                    return kept
        return None

    @override
    def newest_cosignature(self, origin: str, party: str) -> Cosignature | None:
        return self._t.cosignatures.last((origin, party))

    @override
    def cosignature_at_least(self, origin: str, party: str, size: int) -> Cosignature | None:
        return self._t.cosignatures.first((origin, party), (size,))

    @override
    def save_matters(self, rows: Sequence[MatterRow]) -> None:
        for row in rows:
            key = (row.matter.id, row.matter.kind, row.channel)
            if row.opened and self._t.matters.get("", key) is None:
                self.mark_opened(row.channel, row.matter)
            bare = replace(row, state=None, opened=False, spelled=b"")
            kept = (bare, row_json.json_bytes(row.state))
            self._t.matters.put(self._journal, "", key, kept)

    @override
    def matter(self, channel: str, matter: Matter) -> MatterRow | None:
        kept = self._t.matters.get("", (matter.id, matter.kind, channel))
        return None if kept is None else self._matter_of(kept)

    @override
    def matters_telling(
        self, channel: str, matters: Iterable[Matter], fields: Collection[str]
    ) -> set[Matter]:
        keys = row_json.keys_bytes(fields)
        kept = ((one, self._t.matters.get("", (one.id, one.kind, channel))) for one in matters)
        return {one for one, row in kept if row and any(key in row[1] for key in keys)}

    @override
    def matters(
        self, kind: str = "", after: str = "", count_max: int = 1_000, *, over: bool = False
    ) -> list[MatterRow]:
        assert count_max > 0
        found: list[MatterRow] = []
        for row, state in self._t.matters.rows("", (after + "\0",)):
            if (kind and row.matter.kind != kind) or (over and row.status not in OVER):
                continue
            if len(found) >= count_max and row.matter.id != found[-1].matter.id:
                break
            found.append(self._matter_of((row, state)))
        return found

    @override
    def mark_opened(self, channel: str, matter: Matter) -> None:
        self._t.opened.put(self._journal, "", (channel, matter.kind, matter.id), row=True)

    @override
    def drop_understood(self, channel: str = "") -> None:
        for key in self._t.matters.keys(""):
            if channel in ("", key[-1]):
                self._t.matters.drop(self._journal, "", key)
        self.drop_filed(channel)
        for log in self.logs(channel):
            self.cut_understood(log.origin, 0)
            self.save_log(replace(log, understood=0))

    @override
    def save_named_bodies(self, rows: Sequence[NamedBody]) -> None:
        for row in rows:
            key = (row.index, row.sha256)
            self._t.named.put(self._journal, row.origin, key, row)
            self._t.named_by.put(self._journal, row.sha256, (row.origin, row.index), row)
            if row.held:
                self._t.missing.drop(self._journal, row.origin, key)
            else:
                self._t.missing.put(self._journal, row.origin, key, row)

    @override
    def named_bodies(
        self, origin: str, *, missing: bool, start: int = 0, count_max: int = 1_000
    ) -> list[NamedBody]:
        assert count_max > 0
        table = self._t.missing if missing else self._t.named
        keys = table.keys(origin, (start,))
        high = None if len(keys) <= count_max else (int(keys[count_max - 1][0]) + 1,)
        return table.rows(origin, (start,), high)

    @override
    def named_between(self, origin: str, start: int, end: int) -> list[NamedBody]:
        return self._t.named.rows(origin, (start,), (end,))

    @override
    def who_names(self, sha256: str) -> list[NamedBody]:
        return self._t.named_by.rows(sha256)

    @override
    def mark_held(self, sha256: str) -> None:
        self.save_named_bodies([replace(row, held=True) for row in self.who_names(sha256)])

    @override
    def save_bodies(self, bodies: Mapping[str, bytes]) -> None:
        for sha256, body in bodies.items():
            self._t.bodies.put(self._journal, "", (sha256,), body)

    @override
    def body(self, sha256: str) -> bytes | None:
        return self._t.bodies.get("", (sha256,))

    @override
    def body_bytes(self, sha256: str) -> int | None:
        body = self.body(sha256)
        return None if body is None else len(body)

    @override
    def drop_body(self, sha256: str) -> None:
        self._t.bodies.drop(self._journal, "", (sha256,))

    @override
    def officer(self, name: str) -> Officer | None:
        return self._t.officers.get("", (name,))

    @override
    def officers(self) -> list[Officer]:
        return self._t.officers.rows("")

    @override
    def save_officer(self, officer: Officer) -> None:
        data = proven.officer_bytes(officer)
        proven.note(self.changed, proven.OFFICER, officer.name, data)
        self._t.officers.put(self._journal, "", (officer.name,), officer)

    @override
    def factors(self, name: str) -> list[Factor]:
        return []  # no page is served from memory, so that nobody has any

    @override
    def forget_access(self, name: str, mark: str) -> None:
        pass  # no page is served from memory, so that nobody has a password or a key there

    @override
    def save_record(self, kind: str, key: str, value: Json) -> None:
        data = row_json.json_bytes(value)
        self._t.records.put(self._journal, kind, (key,), data)
        proven.note(self.changed, kind, key, data)

    @override
    def record(self, kind: str, key: str) -> Json:
        kept = self._t.records.get(kind, (key,))
        return None if kept is None else row_json.json_of(kept)

    @override
    def records(
        self, kind: str, *, after: str = "", count_max: int | None = None
    ) -> dict[str, Json]:
        keys = self._t.records.keys(kind, (after + "\0",) if after else ())[:count_max]
        rows = (self._t.records.get(kind, key) for key in keys)
        return {
            str(key[0]): row_json.json_of(row) for key, row in zip(keys, rows, strict=True) if row
        }

    @override
    def drop_record(self, kind: str, key: str) -> None:
        if self._t.records.get(kind, (key,)) is not None:
            proven.note(self.changed, kind, key, None)
        if self._t.about.get(kind, (key,)) is not None:
            proven.note_about(self.changed, kind, key, None)
        self._t.records.drop(self._journal, kind, (key,))
        self._t.about.drop(self._journal, kind, (key,))

    @override
    def proven(self, kind: str) -> dict[str, str]:
        if kind == proven.OFFICER:
            return {o.name: proven.sha256(proven.officer_bytes(o)) for o in self.officers()}
        if kind == proven.GRANT:
            granted = [g for of in self._t.granted.groups() for g in self._t.granted.rows(of)]
            return {proven.grant_key(g): proven.sha256(proven.grant_bytes(g)) for g in granted}
        if kind == proven.ABOUT:
            abouts = ((of, key, self._t.about.get(of, key)) for of, key in self._t.about.items())
            return {
                proven.about_key(str(of), str(key[0])): proven.sha256(proven.about_bytes(about))
                for of, key, about in abouts
                if about is not None and of in proven.RECORDS
            }
        keys = self._t.records.keys(kind)
        rows = ((str(key[0]), self._t.records.get(kind, key) or b"") for key in keys)
        return {key: proven.sha256(data) for key, data in rows}

    def _keep_ends[V](
        self, table: Table[V], group: str | tuple[str, str], size: int, row: V
    ) -> None:
        """Keep the first and the newest row of a size."""
        first = table.get(group, (size, 0))
        if first is None:
            table.put(self._journal, group, (size, 0), row)
        elif first == row:
            table.drop(self._journal, group, (size, 1))
        else:
            table.put(self._journal, group, (size, 1), row)

    def _matter_of(self, kept: tuple[MatterRow, bytes]) -> MatterRow:
        row, state = kept
        key = (row.channel, row.matter.kind, row.matter.id)
        opened = self._t.opened.get("", key) is not None
        return replace(row, state=row_json.json_of(state), opened=opened)

    def _drop_named(self, row: NamedBody) -> None:
        self._t.named.drop(self._journal, row.origin, (row.index, row.sha256))
        self._t.missing.drop(self._journal, row.origin, (row.index, row.sha256))
        self._t.named_by.drop(self._journal, row.sha256, (row.origin, row.index))
