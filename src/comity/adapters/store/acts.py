# ruff: noqa: S608 -- only names of our own tables and columns stand between the values
"""Acts and receipts that were opened and parsed (see `node.base.store.Tx`).

Floor: adapters.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import batched
from typing import Final

from comity.acts.record import Matter
from comity.adapters.store import row_json
from comity.adapters.store.connections import Row
from comity.adapters.store.entry_places import INDEX_BITS, index_of, number_of, place, until
from comity.adapters.store.logs import LogRows
from comity.joint.exchange.fold import FOREIGN_DISOWNED, FOREIGN_ID, FOREIGN_MANY
from comity.node.base.rows import ActDepth, UnderstoodAct, UnderstoodReceipt

OF_KEY_BYTES: Final = 16
ASKED_MAX: Final = 256
"""Of matters in one question."""

_ACT: Final = "SELECT place, party, generation, act, seen, depth, foreign_why FROM store_act"
_SAVE_ACT: Final = """INSERT INTO store_act
    (place, act_id, channel, kind, matter_id, party, generation, depth, foreign_why, seen, act)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (place) DO UPDATE SET
    act_id = excluded.act_id, channel = excluded.channel, kind = excluded.kind,
    matter_id = excluded.matter_id, party = excluded.party, generation = excluded.generation,
    depth = excluded.depth, foreign_why = excluded.foreign_why, seen = excluded.seen,
    act = excluded.act"""
_RECEIPT: Final = """SELECT place, party, receipt, seen_after, effective_ms, foreign_why
    FROM store_receipt"""
_SAVE_RECEIPT: Final = """INSERT INTO store_receipt
    (place, log, of_key, reach, size, party, effective_ms, foreign_why, seen_after, receipt)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (place) DO UPDATE SET
    of_key = excluded.of_key, reach = excluded.reach, size = excluded.size,
    party = excluded.party, effective_ms = excluded.effective_ms,
    foreign_why = excluded.foreign_why, seen_after = excluded.seen_after,
    receipt = excluded.receipt"""
_REACH: Final = """SELECT reach FROM store_receipt WHERE log = %s AND of_key = %s
    AND foreign_why = '' ORDER BY reach DESC, place DESC LIMIT 1"""


class UnderstoodRows(LogRows):
    """The part of a transaction that keeps what was understood."""

    def save_acts(self, rows: Sequence[UnderstoodAct]) -> None:
        """Keep understood acts."""
        logs = {origin: self._where(origin) for origin in {row.origin for row in rows}}
        self._line.run_many(
            _SAVE_ACT,
            [
                (
                    place(logs[row.origin][0], row.index),
                    row.act.id,
                    logs[row.origin][1],
                    row.act.matter.kind,
                    row.act.matter.id,
                    row.party,
                    row.generation,
                    row.depth,
                    row.foreign,
                    row_json.cut_bytes(row.seen),
                    row_json.act_bytes(row.act),
                )
                for row in rows
            ],
        )
        for channel in dict.fromkeys(logs[row.origin][1] for row in rows):
            self._hear_acts(channel, [row for row in rows if logs[row.origin][1] == channel])

    def acts_of(self, channel: str, matter: Matter) -> list[UnderstoodAct]:
        """Return a matter's acts that are not foreign, by (origin, index)."""
        return self._of_matter(channel, matter, "")

    def acts_of_each(
        self, channel: str, matters: Collection[Matter]
    ) -> dict[Matter, list[UnderstoodAct]]:
        """Return the acts of each of some matters, as `acts_of` does: asked for at once."""
        found: dict[Matter, list[UnderstoodAct]] = {one: [] for one in matters}
        for row in self._of_each(_ACT, channel, found):
            act = self._act(row)
            found[act.act.matter].append(act)
        return {
            matter: sorted(acts, key=lambda act: (act.origin, act.index))
            for matter, acts in found.items()
        }

    def acts_count(self, channel: str, matters: Collection[Matter]) -> int:
        """Return how many acts of some matters are not foreign."""
        counts = self._of_each("SELECT COUNT(*) FROM store_act", channel, {*matters})
        return sum(int(count) for (count,) in counts)

    def _of_each(self, select: str, channel: str, matters: Collection[Matter]) -> Iterator[Row]:
        """Give what a question tells of the acts of some matters that are not foreign."""
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for one in matters:
            alike[one.kind].append(one.id)
        for kind, ids in alike.items():
            for some in batched(ids, ASKED_MAX, strict=False):
                yield from self._line.rows(
                    f"{select} WHERE matter_id IN ({', '.join(['%s'] * len(some))})"
                    " AND kind = %s AND channel = %s AND foreign_why = ''",
                    (*some, kind, channel),
                )

    def disowned_of(self, channel: str, matter: Matter) -> list[UnderstoodAct]:
        """Return a matter's acts that a generation disowned, by (origin, index)."""
        return self._of_matter(channel, matter, FOREIGN_DISOWNED)

    def many_of(self, channel: str, matter: Matter, party: str, most: int) -> list[UnderstoodAct]:
        """Return a party's first acts beyond those that count in a matter, at most so many."""
        rows = self._line.rows(
            f"{_ACT} WHERE matter_id = %s AND kind = %s AND channel = %s AND foreign_why = %s"
            " AND party = %s ORDER BY generation, place LIMIT %s",
            (matter.id, matter.kind, channel, FOREIGN_MANY, party, most),
        )
        return [self._act(row) for row in rows]

    def _of_matter(self, channel: str, matter: Matter, foreign: str) -> list[UnderstoodAct]:
        rows = self._line.rows(
            f"{_ACT} WHERE matter_id = %s AND kind = %s AND channel = %s AND foreign_why = %s",
            (matter.id, matter.kind, channel, foreign),
        )
        return sorted(map(self._act, rows), key=lambda act: (act.origin, act.index))

    def depths_of(self, channel: str, matter: Matter) -> list[ActDepth]:
        """Return where a matter's acts stand that are not foreign, in any order."""
        rows = self._line.rows(
            "SELECT place, party, generation, depth FROM store_act"
            " WHERE matter_id = %s AND kind = %s AND channel = %s AND foreign_why = ''",
            (matter.id, matter.kind, channel),
        )
        return [
            ActDepth(self._origin(number_of(at)), index_of(at), party, generation, depth)
            for at, party, generation, depth in rows
        ]

    def count_below(
        self, channel: str, matter: Matter, origin: str, index: int, count_max: int
    ) -> int:
        """Return how many acts of a matter stand in a log below an index, foreign ones too."""
        number = self._number(origin)
        rows = self._line.rows(
            "SELECT 1 FROM store_act WHERE matter_id = %s AND kind = %s AND channel = %s"
            " AND place >= %s AND place < %s LIMIT %s",
            (
                matter.id,
                matter.kind,
                channel,
                place(number, 0),
                until(number, index),
                count_max,
            ),
        )
        return len(list(rows))

    def depth_below(self, channel: str, matter: Matter, origin: str, index: int) -> int:
        """Return the depth of a matter's last act in a log below an index, or 0; not foreign."""
        number = self._number(origin)
        row = self._first(
            "SELECT depth FROM store_act WHERE matter_id = %s AND kind = %s AND channel = %s"
            " AND foreign_why = '' AND place >= %s AND place < %s ORDER BY place DESC LIMIT 1",
            (matter.id, matter.kind, channel, place(number, 0), until(number, index)),
        )
        return 0 if row is None else int(row[0])

    def spoken_of(self, channel: str, after: Matter | None, count_max: int) -> list[Matter]:
        """Return matters that acts of a channel name, foreign ones too, by (id, kind)."""
        beyond = "AND (matter_id, kind) > (%s, %s)" if after else ""
        values = (after.id, after.kind) if after else ()
        rows = self._line.rows(
            f"SELECT DISTINCT matter_id, kind FROM store_act WHERE channel = %s {beyond}"
            " ORDER BY matter_id, kind LIMIT %s",
            (channel, *values, count_max),
        )
        return [Matter(kind, matter_id) for matter_id, kind in rows]

    def acts(self, origin: str, start: int, end: int) -> list[UnderstoodAct]:
        """Return the acts of a log with an index in `[start, end)`, foreign ones too."""
        number = self._number(origin)
        rows = self._line.rows(
            f"{_ACT} WHERE place >= %s AND place < %s ORDER BY place",
            (place(number, start), until(number, end)),
        )
        return [self._act(row) for row in rows]

    def matters_between(self, origin: str, start: int, end: int) -> list[Matter]:
        """Return the matters of acts in `[start, end)`, each once, foreign acts left out."""
        number = self._number(origin)
        rows = self._line.rows(
            "SELECT kind, matter_id FROM store_act"
            " WHERE place >= %s AND place < %s AND foreign_why = '' ORDER BY place",
            (place(number, start), until(number, end)),
        )
        return list(dict.fromkeys(Matter(kind, matter_id) for kind, matter_id in rows))

    def act(self, party: str, act_id: str) -> UnderstoodAct | None:
        """Return the act of a party with that id that is not foreign; the first by origin."""
        return next((act for act in self.acts_with_id(act_id) if act.party == party), None)

    def acts_with_id(self, act_id: str) -> list[UnderstoodAct]:
        """Return the acts with that id that are not foreign, of any party, by (origin, index)."""
        rows = self._line.rows(f"{_ACT} WHERE act_id = %s AND foreign_why = ''", (act_id,))
        return sorted(map(self._act, rows), key=lambda act: (act.origin, act.index))

    def is_act_id_used(self, channel: str, party: str, act_id: str) -> bool:
        """Return whether that party used the id before in that channel, in any generation."""
        sql = (
            "SELECT 1 FROM store_act WHERE act_id = %s AND channel = %s AND party = %s"
            " AND foreign_why <> %s LIMIT 1"
        )
        return bool(self._line.rows(sql, (act_id, channel, party, FOREIGN_DISOWNED)))

    def first_of_id(self, act_id: str, origins: Sequence[str]) -> UnderstoodAct | None:
        """Return the first act of these logs with an id, but those foreign for it, or disowned."""
        sql = (
            f"{_ACT} WHERE act_id = %s AND place >= %s AND place < %s"
            " AND foreign_why NOT IN (%s, %s) ORDER BY place LIMIT 1"
        )
        for number in map(self._number, origins):
            within = (place(number, 0), place(number + 1, 0))
            row = self._first(sql, (act_id, *within, FOREIGN_DISOWNED, FOREIGN_ID))
            if row is not None:
                return self._act(row)
        return None

    def save_receipts(self, rows: Sequence[UnderstoodReceipt]) -> None:
        """Keep understood receipts."""
        by_log: dict[str, list[UnderstoodReceipt]] = {}
        for row in rows:
            by_log.setdefault(row.origin, []).append(row)
        for origin, of_log in by_log.items():
            indexes = [row.index for row in of_log]
            is_late = self._after(of_log)
            self._save_receipts(origin, of_log)
            if is_late or indexes != sorted(set(indexes)):
                self._count_again(origin)

    def receipt_before(self, origin: str, index: int) -> UnderstoodReceipt | None:
        """Return the last receipt of a log below that index that is not foreign."""
        number = self._number(origin)
        row = self._first(
            f"{_RECEIPT} WHERE place >= %s AND place < %s AND foreign_why = ''"
            " ORDER BY place DESC LIMIT 1",
            (place(number, 0), until(number, index)),
        )
        return None if row is None else self._receipt(row)

    def newest_receipt(self, origin: str, of: str) -> UnderstoodReceipt | None:
        """Return the last receipt in one log that names another, not foreign."""
        row = self._first(
            f"{_RECEIPT} WHERE log = %s AND of_key = %s AND foreign_why = ''"
            " ORDER BY reach DESC, place DESC LIMIT 1",
            (self._number(origin), _of_key(of)),
        )
        return None if row is None else self._receipt(row)

    def first_receipt(self, origin: str, of: str, size: int) -> UnderstoodReceipt | None:
        """Return the first receipt in one log that covers `size` entries of another."""
        row = self._first(
            f"{_RECEIPT} WHERE log = %s AND of_key = %s AND foreign_why = '' AND reach >= %s"
            " ORDER BY reach, place LIMIT 1",
            (self._number(origin), _of_key(of), size),
        )
        return None if row is None else self._receipt(row)

    def receipts(self, origin: str, start: int, end: int) -> list[UnderstoodReceipt]:
        """Return the receipts of a log with an index in `[start, end)`, foreign ones too."""
        number = self._number(origin)
        rows = self._line.rows(
            f"{_RECEIPT} WHERE place >= %s AND place < %s ORDER BY place",
            (place(number, start), until(number, end)),
        )
        return [self._receipt(row) for row in rows]

    def drop_understood(self, channel: str = "") -> None:
        """Drop acts, receipts and matters of a channel, or of all; understood becomes 0.

        SQLite frees a table of which every row goes without looking at the rows.
        """
        by_place, by_channel = "", ""
        if channel:
            by_place, by_channel = " WHERE place >= %s AND place < %s", " WHERE channel = %s"
        logs = self.logs(channel)
        spans = [self._span(log.origin) for log in logs] if channel else [()]
        for table in ("store_act", "store_receipt"):
            for span in spans:
                self._line.run(f"DELETE FROM {table}{by_place}", span)
        for table in ("store_matter", "store_filed", "store_reference", "store_tally"):
            self._line.run(f"DELETE FROM {table}{by_channel}", (channel,) if channel else ())
        for log in logs:
            self.save_log(replace(log, understood=0))

    def _span(self, origin: str) -> tuple[int, ...]:
        """Return the first place of a log, and the first behind it."""
        number = self._number(origin)
        return place(number, 0), until(number, 1 << INDEX_BITS)

    def _where(self, origin: str) -> tuple[int, str]:
        """Return the number of a log and its channel."""
        log = self.log(origin)
        assert log is not None, f"no log {origin}"
        return self._number_given(origin), log.channel

    def _after(self, rows: Sequence[UnderstoodReceipt]) -> bool:
        number = self._number(rows[0].origin)
        sql = "SELECT 1 FROM store_receipt WHERE place >= %s AND place < %s LIMIT 1"
        span = (place(number, rows[0].index), place(number + 1, 0))
        return bool(self._line.rows(sql, span))

    def _save_receipts(self, origin: str, rows: Iterable[UnderstoodReceipt]) -> None:
        """Keep receipts of one log, counted as if each came after every kept one."""
        number = self._number_given(origin)
        reaches: dict[bytes, int] = {}
        values = []
        for row in rows:
            key = _of_key(row.receipt.of)
            if key not in reaches:
                last = self._first(_REACH, (number, key))
                reaches[key] = 0 if last is None else last[0]
            if not row.foreign:
                reaches[key] = max(reaches[key], row.receipt.size)
            values.append(
                (
                    place(number, row.index),
                    number,
                    key,
                    reaches[key],
                    row.receipt.size,
                    row.party,
                    row.effective_ms,
                    row.foreign,
                    row_json.cut_bytes(row.seen_after),
                    row_json.receipt_bytes(row.receipt),
                )
            )
        self._line.run_many(_SAVE_RECEIPT, values)

    def _count_again(self, origin: str) -> None:
        """Count the receipts of a log from its first: one was replaced, or came late."""
        number = self._number(origin)
        rows = self._line.rows(
            "SELECT place, of_key, size FROM store_receipt"
            " WHERE place >= %s AND place < %s AND foreign_why = '' ORDER BY place",
            (place(number, 0), place(number + 1, 0)),
        )
        reaches: dict[bytes, int] = {}
        values = []
        for at, key, size in rows:
            reaches[key] = max(reaches.get(key, 0), size)
            values.append((reaches[key], at))
        self._line.run_many("UPDATE store_receipt SET reach = %s WHERE place = %s", values)

    def _act(self, row: Row) -> UnderstoodAct:
        at, party, generation, act, seen, depth, foreign = row
        return UnderstoodAct(
            origin=self._origin(number_of(at)),
            index=index_of(at),
            party=party,
            generation=generation,
            act=row_json.act_of(act),
            seen=row_json.cut_of(seen),
            depth=depth,
            foreign=foreign,
        )

    def _receipt(self, row: Row) -> UnderstoodReceipt:
        at, party, receipt, seen_after, effective_ms, foreign = row
        return UnderstoodReceipt(
            origin=self._origin(number_of(at)),
            index=index_of(at),
            party=party,
            receipt=row_json.receipt_of(receipt),
            seen_after=row_json.cut_of(seen_after),
            effective_ms=effective_ms,
            foreign=foreign,
        )


def _of_key(of: str) -> bytes:
    return hashlib.sha256(of.encode()).digest()[:OF_KEY_BYTES]
