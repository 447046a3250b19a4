"""Logs, acts and receipts in memory.

Floor: adapters.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from comity.acts.record import Matter
from comity.adapters.memory_arrival_order import HeardTables, MemoryHeard
from comity.adapters.memory_disk import Journal, Table
from comity.joint.exchange.fold import FOREIGN_DISOWNED, FOREIGN_ID, FOREIGN_MANY
from comity.node.base.rows import ActDepth, Log, UnderstoodAct, UnderstoodReceipt


@dataclass(frozen=True, slots=True)
class UnderstoodTables(HeardTables):
    """The tables of what was understood, with their group and key.

    Attributes:
        logs: "", (origin,).
        acts: origin, (index,).
        act_ids: act id, (origin, index): the channel, and the act.
        act_matters: (channel, kind, id), (origin, index): those that are not foreign.
        receipts: origin, (index,).
        counted: origin, (index,): receipts that are not foreign.
        reaches: (origin, of), (reach, index): of those; `reach` is the greatest size so far,
            so that the first one that covers a size is found without reading the others.
    """

    logs: Table[Log] = field(default_factory=Table)
    acts: Table[UnderstoodAct] = field(default_factory=Table)
    act_ids: Table[tuple[str, UnderstoodAct]] = field(default_factory=Table)
    act_matters: Table[UnderstoodAct] = field(default_factory=Table)
    receipts: Table[UnderstoodReceipt] = field(default_factory=Table)
    counted: Table[UnderstoodReceipt] = field(default_factory=Table)
    reaches: Table[UnderstoodReceipt] = field(default_factory=Table)


class MemoryUnderstood(MemoryHeard):
    """The part of a transaction that keeps logs, acts and receipts (see `node.base.store.Tx`)."""

    def __init__(self, tables: UnderstoodTables, journal: Journal | None) -> None:
        self._u = tables
        self._h = tables
        self._journal = journal

    def log(self, origin: str) -> Log | None:
        """Return one log."""
        return self._u.logs.get("", (origin,))

    def logs(self, channel: str = "") -> list[Log]:
        """Return the logs of a channel, or all, by (channel, party, generation)."""
        found = [log for log in self._u.logs.rows("") if channel in ("", log.channel)]
        return sorted(found, key=lambda log: (log.channel, log.party, log.generation))

    def save_log(self, log: Log) -> None:
        """Keep a log's row."""
        self._u.logs.put(self._journal, "", (log.origin,), log)

    def save_acts(self, rows: Sequence[UnderstoodAct]) -> None:
        """Keep understood acts."""
        for row in rows:
            before = self._u.acts.get(row.origin, (row.index,))
            if before is not None:
                self._drop_act(before)
            channel = self._channel(row.origin)
            place = (row.origin, row.index)
            self._u.acts.put(self._journal, row.origin, (row.index,), row)
            self._u.act_ids.put(self._journal, row.act.id, place, (channel, row))
            if not row.foreign:
                matter = (channel, row.act.matter.kind, row.act.matter.id)
                self._u.act_matters.put(self._journal, matter, place, row)
        for channel in dict.fromkeys(self._channel(row.origin) for row in rows):
            self._hear_acts(channel, [r for r in rows if self._channel(r.origin) == channel])

    def acts_of(self, channel: str, matter: Matter) -> list[UnderstoodAct]:
        """Return a matter's acts that are not foreign, by (origin, index)."""
        return self._u.act_matters.rows((channel, matter.kind, matter.id))

    def acts_of_each(
        self, channel: str, matters: Collection[Matter]
    ) -> dict[Matter, list[UnderstoodAct]]:
        """Return the acts of each of some matters, as `acts_of` does."""
        return {one: self.acts_of(channel, one) for one in matters}

    def acts_count(self, channel: str, matters: Collection[Matter]) -> int:
        """Return how many acts of some matters are not foreign."""
        return sum(len(self.acts_of(channel, one)) for one in {*matters})

    def disowned_of(self, channel: str, matter: Matter) -> list[UnderstoodAct]:
        """Return a matter's acts that a generation disowned, by (origin, index)."""
        found = self._foreign_of(channel, matter, FOREIGN_DISOWNED)
        return sorted(found, key=lambda row: (row.origin, row.index))

    def many_of(self, channel: str, matter: Matter, party: str, most: int) -> list[UnderstoodAct]:
        """Return a party's first acts beyond those that count in a matter, at most so many."""
        found = [r for r in self._foreign_of(channel, matter, FOREIGN_MANY) if r.party == party]
        return sorted(found, key=lambda row: (row.generation, row.index))[:most]

    def _foreign_of(self, channel: str, matter: Matter, why: str) -> list[UnderstoodAct]:
        rows = (row for log in self.logs(channel) for row in self._u.acts.rows(log.origin))
        return [row for row in rows if row.foreign == why and row.act.matter == matter]

    def depths_of(self, channel: str, matter: Matter) -> list[ActDepth]:
        """Return where a matter's acts stand that are not foreign."""
        return [
            ActDepth(row.origin, row.index, row.party, row.generation, row.depth)
            for row in self.acts_of(channel, matter)
        ]

    def count_below(
        self, channel: str, matter: Matter, origin: str, index: int, count_max: int
    ) -> int:
        """Return how many acts of a matter stand in a log below an index, foreign ones too."""
        if all(log.origin != origin for log in self.logs(channel)):
            return 0
        rows = self._u.acts.rows(origin, (0,), (index,))
        return min(sum(row.act.matter == matter for row in rows), count_max)

    def depth_below(self, channel: str, matter: Matter, origin: str, index: int) -> int:
        """Return the depth of a matter's last act in a log below an index, or 0; not foreign."""
        row = self._u.act_matters.last((channel, matter.kind, matter.id), (origin, index))
        return row.depth if row and row.origin == origin else 0

    def spoken_of(self, channel: str, after: Matter | None, count_max: int) -> list[Matter]:
        """Return matters that acts of a channel name, foreign ones too, by (id, kind)."""
        assert count_max > 0
        rows = (row for log in self.logs(channel) for row in self._u.acts.rows(log.origin))
        found = {(row.act.matter.id, row.act.matter.kind) for row in rows}
        beyond = (one for one in found if after is None or one > (after.id, after.kind))
        return [Matter(kind, matter_id) for matter_id, kind in sorted(beyond)[:count_max]]

    def acts(self, origin: str, start: int, end: int) -> list[UnderstoodAct]:
        """Return the acts of a log with an index in `[start, end)`, foreign ones too."""
        return self._u.acts.rows(origin, (start,), (end,))

    def matters_between(self, origin: str, start: int, end: int) -> list[Matter]:
        """Return the matters of acts in `[start, end)`, each once, foreign acts left out."""
        rows = self.acts(origin, start, end)
        return list(dict.fromkeys(row.act.matter for row in rows if not row.foreign))

    def act(self, party: str, act_id: str) -> UnderstoodAct | None:
        """Return the act of a party with that id that is not foreign; the first by origin."""
        return next((act for act in self.acts_with_id(act_id) if act.party == party), None)

    def acts_with_id(self, act_id: str) -> list[UnderstoodAct]:
        """Return the acts with that id that are not foreign, of any party, by (origin, index)."""
        found = (row for _, row in self._u.act_ids.rows(act_id) if not row.foreign)
        return sorted(found, key=lambda act: (act.origin, act.index))

    def is_act_id_used(self, channel: str, party: str, act_id: str) -> bool:
        """Return whether that party used the id before in that channel, in any generation."""
        rows = self._u.act_ids.rows(act_id)
        return any(
            (where, row.party) == (channel, party) and row.foreign != FOREIGN_DISOWNED
            for where, row in rows
        )

    def first_of_id(self, act_id: str, origins: Sequence[str]) -> UnderstoodAct | None:
        """Return the first act of these logs with an id, but those foreign for it, or disowned."""
        found = [
            row
            for _, row in self._u.act_ids.rows(act_id)
            if row.origin in origins and row.foreign not in (FOREIGN_DISOWNED, FOREIGN_ID)
        ]
        return min(found, key=lambda row: (origins.index(row.origin), row.index), default=None)

    def save_receipts(self, rows: Sequence[UnderstoodReceipt]) -> None:
        """Keep understood receipts."""
        late: set[str] = set()
        for row in rows:
            last = self._u.receipts.last_key(row.origin)
            if last is not None and last >= (row.index,):
                self._clear_counted(row.origin)
                late.add(row.origin)
            self._u.receipts.put(self._journal, row.origin, (row.index,), row)
            if row.origin not in late:
                self._count([row])
        for origin in sorted(late):
            self._count(self._u.receipts.rows(origin))

    def receipt_before(self, origin: str, index: int) -> UnderstoodReceipt | None:
        """Return the last receipt of a log below that index that is not foreign."""
        return self._u.counted.last(origin, (index,))

    def newest_receipt(self, origin: str, of: str) -> UnderstoodReceipt | None:
        """Return the last receipt in one log that names another, not foreign."""
        return self._u.reaches.last((origin, of))

    def first_receipt(self, origin: str, of: str, size: int) -> UnderstoodReceipt | None:
        """Return the first receipt in one log that covers `size` entries of another."""
        return self._u.reaches.first((origin, of), (size,))

    def receipts(self, origin: str, start: int, end: int) -> list[UnderstoodReceipt]:
        """Return the receipts of a log with an index in `[start, end)`, foreign ones too."""
        return self._u.receipts.rows(origin, (start,), (end,))

    def cut_understood(self, origin: str, size: int) -> None:
        """Drop the acts and receipts of a log at `size` and after."""
        for act in self._u.acts.rows(origin, (size,)):
            self._drop_act(act)
        gone = self._u.receipts.keys(origin, (size,))
        if gone:
            self._clear_counted(origin)
            for key in gone:
                self._u.receipts.drop(self._journal, origin, key)
            self._count(self._u.receipts.rows(origin))

    def _channel(self, origin: str) -> str:
        log = self.log(origin)
        assert log is not None, f"no log {origin}"
        return log.channel

    def _drop_act(self, row: UnderstoodAct) -> None:
        place = (row.origin, row.index)
        matter = (self._channel(row.origin), row.act.matter.kind, row.act.matter.id)
        self._u.acts.drop(self._journal, row.origin, (row.index,))
        self._u.act_ids.drop(self._journal, row.act.id, place)
        self._u.act_matters.drop(self._journal, matter, place)

    def _count(self, rows: Iterable[UnderstoodReceipt]) -> None:
        """Count receipts that come after every counted one of their log."""
        for row in rows:
            if row.foreign:
                continue
            of = (row.origin, row.receipt.of)
            last = self._u.reaches.last_key(of)
            reach = max(row.receipt.size, 0 if last is None else int(last[0]))
            self._u.counted.put(self._journal, row.origin, (row.index,), row)
            self._u.reaches.put(self._journal, of, (reach, row.index), row)

    def _clear_counted(self, origin: str) -> None:
        for row in self._u.counted.rows(origin):
            of = (row.origin, row.receipt.of)
            self._u.counted.drop(self._journal, origin, (row.index,))
            for key in self._u.reaches.keys(of):
                self._u.reaches.drop(self._journal, of, key)
