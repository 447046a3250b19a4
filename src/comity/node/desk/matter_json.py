"""What is told of the matters of any room that has no pages of its own: lists, and one whole.

Floor: node.
"""

from collections.abc import Mapping, Sequence

from comity.acts.verb import Table
from comity.clocks.due import Due
from comity.kernel.ijson import Json
from comity.node.base.rows import MatterRow
from comity.node.desk.matters import Shown, Turn
from comity.node.room import clock_json


def line_json(row: MatterRow, own: str, due: Due | None = None) -> dict[str, Json]:
    """Return one line of a list."""
    return {
        "id": row.matter.id,
        "status": row.status,
        "holder": row.holder,
        "ours": row.holder == own,
        "asker": row.asker,
        "clock": due.clock if due else "",
        "due_ms": due.by_ms if due else None,
    }


def list_json(
    table: Table, rows: Sequence[MatterRow], own: str, due: Mapping[str, Due]
) -> dict[str, Json]:
    """Return the lines of a list, under the plural of the room."""
    lines: list[Json] = [line_json(row, own, due.get(row.matter.id)) for row in rows]
    return {table.plural: lines}


def shown_json(table: Table, shown: Shown, own: str) -> dict[str, Json]:
    """Return one matter, whole."""
    turns: list[Json] = [_turn(table, one) for one in shown.turns]
    found = shown.clocks
    timed: list[Json] = [clock_json.timed_json(found, one) for one in found.timed] if found else []
    dues: list[Json] = [clock_json.due_json(found, one) for one in found.dues] if found else []
    lacking: list[Json] = (
        [dict(clock_json.missing_words(one)) for one in found.missing] if found else []
    )
    return {
        **line_json(shown.row, own, next(iter(found.dues), None) if found else None),
        "channel": shown.row.channel,
        "digest": shown.row.digest,
        "state": shown.row.state,
        "turns": turns,
        "own": [{"what": dict(label), "value": value} for label, value in shown.own],
        "clocks": timed,
        "next": dues,
        "missing": lacking,
    }


def _turn(table: Table, one: Turn) -> Json:
    return {
        "act": one.act_id,
        "party": one.party,
        "tag": one.tag,
        "words": dict(table.label(one.tag) or {"en": one.tag}),
        "codes": dict(one.codes),
        "times": dict(one.times),
        "items": [*one.items],
        "texts": one.texts,
        "received_at_ms": one.received_at_ms,
    }
