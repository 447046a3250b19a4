"""Finding a matter by what an officer types: the beginning of its id, or of an act's.

Floor: node.
"""

from collections.abc import Iterator
from typing import Any, Final, cast

from comity.kernel.fault import Fault, quoted
from comity.node.ports import Tx
from comity.node.rows import MatterRow

PREFIX_CHARS_MIN: Final = 4
_PAGE: Final = 1_000
_SHOWN: Final = 5


def find(tx: Tx, kind: str, prefix: str) -> MatterRow:
    """Return the matter whose id, or one of whose acts' ids, begins so.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.ambiguous`, `node.matter.prefix-short`.
    """
    wanted = prefix.strip().lower()
    if len(wanted) < PREFIX_CHARS_MIN:
        raise Fault(
            code="node.matter.prefix-short",
            what=f"The id {quoted(prefix)} is too short to be found by.",
            fix=f"Give at least {PREFIX_CHARS_MIN} of its characters.",
        )
    act = tx.act(wanted)
    found = [
        row
        for row in every(tx, kind)
        if row.matter.id.startswith(wanted)
        or (act is not None and row.matter == act.act.matter)
        or (act is None and _has_act(row, wanted))
    ]
    if len(found) == 1:
        return found[0]
    raise _ambiguous(prefix, found) if found else _unknown(kind, prefix)


def every(tx: Tx, kind: str) -> Iterator[MatterRow]:
    """Yield every matter of a kind, by id."""
    after = ""
    while rows := tx.matters(kind, after, _PAGE):
        yield from rows
        after = rows[-1].matter.id


def _has_act(row: MatterRow, prefix: str) -> bool:
    turns = cast("dict[str, Any]", row.state).get("turns", [])
    return any(turn["act_id"].startswith(prefix) for turn in turns)


def _unknown(kind: str, prefix: str) -> Fault:
    return Fault(
        code="node.matter.unknown",
        what=f"This node holds no {kind} whose id begins with {quoted(prefix)}.",
        fix=f"Run `comity {kind} list` to see those it holds.",
    )


def _ambiguous(prefix: str, found: list[MatterRow]) -> Fault:
    ids = ", ".join(row.matter.id for row in found[:_SHOWN])
    return Fault(
        code="node.matter.ambiguous",
        what=f"{len(found)} ids begin with {quoted(prefix)}: {ids}.",
        fix="Give more of its characters.",
    )
