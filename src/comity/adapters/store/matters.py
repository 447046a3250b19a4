"""Folded states of matters, and which of them an officer opened (see `node.base.store.Tx`).

Floor: adapters.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from comity.acts.record import Matter
from comity.adapters.store import row_json
from comity.adapters.store.connections import Row
from comity.adapters.store.entry_places import Places
from comity.node.base.rows import OVER, MatterRow

_MATTER: Final = """SELECT m.id, m.kind, m.channel, m.status, m.holder, m.urgency, m.asker,
    m.touched, m.at_ms, m.state, m.digest, o.id IS NOT NULL
    FROM store_matter m LEFT JOIN store_opened o
    ON o.id = m.id AND o.kind = m.kind AND o.channel = m.channel"""
_OVER: Final = f" AND m.status IN ({', '.join(f"'{one}'" for one in OVER)})"
_STATE: Final = "SELECT state FROM store_matter WHERE id = %s AND kind = %s AND channel = %s"
_SAVE: Final = """INSERT INTO store_matter
    (id, kind, channel, status, holder, urgency, asker, touched, at_ms, state, digest)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (id, kind, channel) DO UPDATE SET
    status = excluded.status, holder = excluded.holder, urgency = excluded.urgency,
    asker = excluded.asker, touched = excluded.touched, at_ms = excluded.at_ms,
    state = excluded.state, digest = excluded.digest"""


class MatterRows(Places):
    """The part of a transaction that keeps matters."""

    def save_matters(self, rows: Sequence[MatterRow]) -> None:
        """Keep folded states; `opened` of an existing row is kept as it was."""
        for row in rows:
            if row.opened and self.matter(row.channel, row.matter) is None:
                self.mark_opened(row.channel, row.matter)
        self._line.run_many(
            _SAVE,
            [
                (
                    row.matter.id,
                    row.matter.kind,
                    row.channel,
                    row.status,
                    row.holder,
                    row.urgency,
                    row.asker,
                    row_json.cut_bytes(row.touched),
                    row.at_ms,
                    row.spelled or row_json.json_bytes(row.state),
                    row.digest,
                )
                for row in rows
            ],
        )

    def matter(self, channel: str, matter: Matter) -> MatterRow | None:
        """Return one matter."""
        row = self._first(
            f"{_MATTER} WHERE m.id = %s AND m.kind = %s AND m.channel = %s",
            (matter.id, matter.kind, channel),
        )
        return None if row is None else _matter(row)

    def matters_telling(
        self, channel: str, matters: Iterable[Matter], fields: Collection[str]
    ) -> set[Matter]:
        """Return those of some matters whose state has one of these fields, at any depth."""
        keys = row_json.keys_bytes(fields)
        found = ((one, self._first(_STATE, (one.id, one.kind, channel))) for one in matters)
        return {one for one, row in found if row is not None and any(key in row[0] for key in keys)}

    def matters(
        self, kind: str = "", after: str = "", count_max: int = 1_000, *, over: bool = False
    ) -> list[MatterRow]:
        """Return matters by id, those with an id greater than `after`."""
        assert count_max > 0
        only, values = ("AND m.kind = %s", [kind]) if kind else ("", [])
        only += _OVER if over else ""
        order = "ORDER BY m.id, m.kind, m.channel"
        rows = self._line.rows(
            f"{_MATTER} WHERE m.id > %s {only} {order} LIMIT %s", (after, *values, count_max)
        )
        if len(rows) == count_max:  # the last id may stand in another channel too
            last = rows[-1][0]
            rows = [row for row in rows if row[0] != last]
            rows += self._line.rows(f"{_MATTER} WHERE m.id = %s {only} {order}", (last, *values))
        return [_matter(row) for row in rows]

    def mark_opened(self, channel: str, matter: Matter) -> None:
        """Note that an officer of this node has looked at a matter."""
        self._line.run(
            "INSERT INTO store_opened (id, kind, channel) VALUES (%s, %s, %s)"
            " ON CONFLICT (id, kind, channel) DO NOTHING",
            (matter.id, matter.kind, channel),
        )


def _matter(row: Row) -> MatterRow:
    matter_id, kind, channel, status, holder, urgency, asker, touched, at_ms, *rest = row
    state, digest, opened = rest
    return MatterRow(
        matter=Matter(kind, matter_id),
        channel=channel,
        status=status,
        holder=holder,
        urgency=urgency,
        asker=asker,
        touched=row_json.cut_of(touched),
        at_ms=at_ms,
        state=row_json.json_of(state),
        digest=digest,
        opened=bool(opened),
    )
