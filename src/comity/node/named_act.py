"""The act that an officer means by what he types: its id, or the beginning of it.

As requests are found (`comity.node.desk.matters`): what he may not read is told as what does not
exist, and several that begin so are told by their ids.

Floor: node.
"""

from comity.kernel.fault import Fault, quoted
from comity.node.desk import matters
from comity.node.ports import Tx
from comity.node.reader import Reader, folded_reference
from comity.node.rooms import ROOMS
from comity.node.rows import MatterRow, UnderstoodAct

_ROWS_MAX = 6
_SHOWN = 5


def find(tx: Tx, reader: Reader, text: str) -> UnderstoodAct:
    """Return the act whose id begins so, among those that a reader may read.

    Raises:
        Fault: `node.proof.unknown`, `node.matter.prefix-short`, `node.matter.ambiguous`.
    """
    wanted = folded_reference(text)
    matters.require_long("an act", text)
    rows = [row for kind in sorted(ROOMS) for row in tx.named(reader, kind, wanted, _ROWS_MAX)]
    found = {
        one.act.id: one
        for row in rows
        for one in tx.acts_of(row.channel, row.matter)
        if one.act.id.startswith(wanted)
    }
    if len(found) == 1:
        return next(iter(found.values()))
    raise matters.ambiguous(text, sorted(found)) if found else _unknown(tx, text, rows)


def unknown(text: str, fix: str = "") -> Fault:
    """Return the fault of an act or entry that there is not, or that is not for this officer."""
    return Fault(
        code="node.proof.unknown",
        what=f"This node holds no act or entry {quoted(text)}.",
        fix=fix or "Give an act's id as `comity request show` prints it, or ORIGIN#INDEX.",
    )


def _unknown(tx: Tx, text: str, rows: list[MatterRow]) -> Fault:
    """Name the acts of the matter that was named instead."""
    if len(rows) != 1:
        return unknown(text)
    (row,) = rows
    ids = [one.act.id for one in tx.acts_of(row.channel, row.matter)]
    more = " …" if len(ids) > _SHOWN else ""
    return unknown(
        text, f"That is a {row.matter.kind}; name one of its acts: {', '.join(ids[:_SHOWN])}{more}."
    )
