"""What is filed, shared, listed and found for a reader, in memory.

Whatever a question is about is looked at, row by row: this store is for small worlds.

Floor: adapters.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from comity.acts.record import Matter
from comity.adapters.memory_acts import UnderstoodTables
from comity.adapters.memory_arrival_order import MemoryHeard
from comity.adapters.memory_disk import Key, Table
from comity.kernel.ijson import Json
from comity.node.base import proven
from comity.node.base.reader import About, Filed, Grant, Group, Place, Reader, Wanted, Worded
from comity.node.base.rows import MatterRow, UnderstoodAct


@dataclass(frozen=True, slots=True)
class ReaderTables(UnderstoodTables):
    """The tables of what readers ask, with their group and key.

    Attributes:
        filed: kind, (id, channel): by acts alone.
        granted: kind, (id, channel, reader).
        about: kind of record, (key,).
        worded: "", (number of the matter, origin, index).
        numbers: "", (kind, id, channel): its number in `worded`.
    """

    filed: Table[Filed] = field(default_factory=Table)
    granted: Table[Grant] = field(default_factory=Table)
    about: Table[About] = field(default_factory=Table)
    worded: Table[Worded] = field(default_factory=Table)
    numbers: Table[int] = field(default_factory=Table)


class MemoryReaders(MemoryHeard, ABC):
    """The part of a transaction that answers readers (see `node.base.store_readers`)."""

    changed: proven.Changes

    def __init__(self, tables: ReaderTables) -> None:
        self._r = tables
        self._h = tables

    @abstractmethod
    def matter(self, channel: str, matter: Matter) -> MatterRow | None:
        """Return one matter."""

    @abstractmethod
    def acts_of(self, channel: str, matter: Matter) -> list[UnderstoodAct]:
        """Return a matter's acts that are not foreign."""

    @abstractmethod
    def save_record(self, kind: str, key: str, value: Json) -> None:
        """Keep a small record."""

    @abstractmethod
    def record(self, kind: str, key: str) -> Json:
        """Return a record, or None."""

    def file(self, rows: Sequence[Filed]) -> None:
        """Keep how matters are listed and found, in place of what was kept of each."""
        for row in rows:
            key = (row.matter.id, row.channel)
            self._r.filed.put(self._journal, row.matter.kind, key, row)
            self._open_to(row.channel, row.matter, self._keys(row))

    def filed_for(self, channel: str, matter: Matter) -> tuple[str, ...]:
        """Return the keys under which a matter is filed, by acts and by grants, sorted."""
        filed = self._r.filed.get(matter.kind, (matter.id, channel))
        return () if filed is None else tuple(sorted(self._keys(filed)))

    def drop_filed(self, channel: str) -> None:
        """Drop how the matters of a channel, or of all, are filed; grants stay."""
        for group, key in self._r.filed.items():
            if channel in ("", key[-1]):
                self._r.filed.drop(self._journal, group, key)

    def save_grant(self, grant: Grant) -> None:
        """Keep a grant in place of the one with the same matter and key; it counts at once."""
        data = proven.grant_bytes(grant)
        proven.note(self.changed, proven.GRANT, proven.grant_key(grant), data)
        key = (grant.matter.id, grant.channel, grant.reader)
        self._r.granted.put(self._journal, grant.matter.kind, key, grant)
        self._hear_grant(grant, self.filed_for(grant.channel, grant.matter))

    def grants(self, channel: str, matter: Matter) -> list[Grant]:
        """Return the grants of a matter, ended ones too, by key."""
        low: Key = (matter.id, channel)
        high: Key = (matter.id, channel + "\0")
        return self._r.granted.rows(matter.kind, low, high)

    def listed(
        self, reader: Reader, wanted: Wanted, after: Place | None = None, count_max: int = 50
    ) -> list[tuple[Place, MatterRow]]:
        """Return the matters after a place, in the order of places."""
        assert count_max > 0
        found = sorted(
            (
                filed
                for filed in self._read_by(reader, wanted.kind)
                if wanted.is_met(filed, self._keys(filed))
                and not (wanted.is_unopened and self._row(filed).opened)
            ),
            key=lambda filed: filed.place,
        )
        beyond = [filed for filed in found if after is None or filed.place > after]
        return [(filed.place, self._row(filed)) for filed in beyond[:count_max]]

    def counts(self, reader: Reader, kind: str) -> Mapping[str, int]:
        """Return how many matters of a kind a reader may read, by status."""
        found = Counter(filed.status for filed in self._read_by(reader, kind))
        return dict(sorted(found.items()))

    def groups(self, reader: Reader, kind: str) -> list[Group]:
        """Return how many matters of a kind a reader may read, by all that lists filter by."""
        found = Counter(
            Group(
                kind,
                filed.status,
                filed.urgency,
                filed.asker,
                filed.type,
                filed.holders,
                filed.parties,
                tuple(sorted(self._keys(filed))),
                0,
            )
            for filed in self._read_by(reader, kind)
        )
        return [replace(group, count=count) for group, count in found.items()]

    def readable(self, reader: Reader, channel: str, matter: Matter) -> MatterRow | None:
        """Return one matter, or None where there is none or they may not read it."""
        filed = self._r.filed.get(matter.kind, (matter.id, channel))
        if filed is None or not self._may(reader, filed):
            return None
        return self.matter(channel, matter)

    def named(self, reader: Reader, kind: str, text: str, count_max: int = 6) -> list[MatterRow]:
        """Return the matters that a reader may mean by what they typed."""
        assert text
        known = [(filed, self._names(filed)) for filed in self._read_by(reader, kind)]
        found = [filed for filed, names in known if text in names] or [
            filed for filed, names in known if any(name.startswith(text) for name in names)
        ]
        found.sort(key=lambda filed: (filed.matter.id, filed.channel))
        return [self._row(filed) for filed in found[:count_max]]

    def save_about(self, about: About, kind: str, key: str, value: Json) -> None:
        """Keep a small record that says something of a matter."""
        self._r.about.put(self._journal, kind, (key,), about)
        proven.note_about(self.changed, kind, key, about)
        self.save_record(kind, key, value)

    def record_for(self, reader: Reader, kind: str, key: str) -> Json:
        """Return such a record if a reader may read its matter or their agency wrote it."""
        about = self._r.about.get(kind, (key,))
        is_his = about is not None and self._may_about(reader, about)
        return self.record(kind, key) if is_his else None

    def records_for(
        self, reader: Reader, kind: str, after: str = "", count_max: int = 1_000
    ) -> Mapping[str, Json]:
        """Return such records of a kind by key, those with a key greater than `after`."""
        assert count_max > 0
        keys = [str(key[0]) for key in self._r.about.keys(kind, (after + "\0",) if after else ())]
        found: dict[str, Json] = {}
        for key in keys:
            value = self.record_for(reader, kind, key)
            if value is not None and len(found) < count_max:
                found[key] = value
        return found

    def save_words(self, rows: Sequence[Worded]) -> None:
        """Keep which words acts have said, in place of what was kept of each act."""
        for row in rows:
            self.drop_words([(row.origin, row.index)])
            if row.words:
                number = self._number(row.channel, row.matter)
                key = (number, row.origin, row.index)
                self._r.worded.put(self._journal, "", key, row)

    def drop_words(self, places: Sequence[tuple[str, int]] | None = None) -> None:
        """Forget the words of the acts at these places, or of all acts."""
        for key in self._r.worded.keys(""):
            if places is None or key[1:] in places:
                self._r.worded.drop(self._journal, "", key)

    def tidy_words(self) -> bool:
        """Return False: what is dropped here is gone."""
        return False

    def worded(
        self,
        reader: Reader,
        wanted: Wanted,
        terms: Sequence[str],
        before: int | None = None,
        count_max: int = 50,
    ) -> tuple[list[MatterRow], int | None]:
        """Return matters of which one act has said all terms, the newest known first."""
        assert terms
        assert count_max > 0
        high = None if before is None else (before,)
        found: dict[int, Filed] = {}
        for key in reversed(self._r.worded.keys("", (), high)):
            row = self._r.worded.get("", key)
            assert row is not None
            filed = self._r.filed.get(row.matter.kind, (row.matter.id, row.channel))
            if filed is None or not self._may(reader, filed):
                continue
            is_met = wanted.is_met(filed, self._keys(filed))
            if is_met and all(_says(row.words, term) for term in terms):
                found.setdefault(int(key[0]), filed)
        numbers = list(found)[:count_max]
        rows = [self._row(found[number]) for number in numbers]
        return rows, numbers[-1] if len(found) > count_max else None

    def _read_by(self, reader: Reader, kind: str) -> Iterator[Filed]:
        return (filed for filed in self._r.filed.rows(kind) if self._may(reader, filed))

    def _may(self, reader: Reader, filed: Filed) -> bool:
        return not self._keys(filed).isdisjoint(reader.keys)

    def _may_about(self, reader: Reader, about: About) -> bool:
        filed = self._r.filed.get(about.matter.kind, (about.matter.id, about.channel))
        keys = self._shared(about.channel, about.matter) | {about.agency}
        return not keys.isdisjoint(reader.keys) or (filed is not None and self._may(reader, filed))

    def _keys(self, filed: Filed) -> set[str]:
        return {*filed.readers} | self._shared(filed.channel, filed.matter)

    def _shared(self, channel: str, matter: Matter) -> set[str]:
        return {one.reader for one in self.grants(channel, matter) if one.ended_ms is None}

    def _names(self, filed: Filed) -> list[str]:
        acts = self.acts_of(filed.channel, filed.matter)
        return [filed.matter.id, *filed.references, *(row.act.id for row in acts)]

    def _number(self, channel: str, matter: Matter) -> int:
        key = (matter.kind, matter.id, channel)
        known = self._r.numbers.get("", key)
        number = len(self._r.numbers.keys("")) + 1 if known is None else known
        if known is None:
            self._r.numbers.put(self._journal, "", key, number)
        return number

    def _row(self, filed: Filed) -> MatterRow:
        row = self.matter(filed.channel, filed.matter)
        assert row is not None, "a matter that is filed has a row"
        return row


def _says(words: frozenset[str], term: str) -> bool:
    if term.endswith("*"):
        return any(word.startswith(term[:-1]) for word in words)
    return term in words
