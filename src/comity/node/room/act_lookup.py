"""The act that an officer means by what they type: its id, or the beginning of it.

As requests are found (`comity.node.room.matter_lookup`): what they may not read is told as what
does not exist, and several that begin so are told by their ids.

Floor: node.
"""

from collections.abc import Collection
from typing import NoReturn

from comity.kernel.fault import Fault, quoted
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader, folded_reference
from comity.node.base.rows import MatterRow, UnderstoodAct
from comity.node.room import matter_lookup

_ROWS_MAX = 6
_SHOWN = 5


def find(node: Node, tx: Tx, reader: Reader, text: str, party: str = "") -> UnderstoodAct:
    """Return the act whose id begins so, among those that a reader may read.

    Args:
        node: ours.
        tx: a read.
        reader: who asks.
        text: its id, or the beginning of it.
        party: its author, where another State has used that id too; or "".

    Raises:
        Fault: `node.proof.unknown`, `node.matter.prefix-short`, `node.matter.ambiguous`.
    """
    wanted = folded_reference(text)
    matter_lookup.require_long("an act", text)
    rows = [row for kind in sorted(node.rooms) for row in tx.named(reader, kind, wanted, _ROWS_MAX)]
    found = [
        one
        for row in rows
        for one in tx.acts_of(row.channel, row.matter)
        if one.act.id.startswith(wanted) and party in ("", one.party)
    ]
    return only(text, found) if found else _raise_unknown(tx, text, rows, party)


def only(text: str, found: Collection[UnderstoodAct]) -> UnderstoodAct:
    """Return the one act that was found.

    Raises:
        Fault: `node.matter.ambiguous`, where there are several: two States may use one id.
    """
    places = {(one.origin, one.index): one for one in found}
    if len(places) == 1:
        return next(iter(places.values()))
    told = sorted(f"{one.act.id} of {one.party}" for one in places.values())
    raise matter_lookup.ambiguous(
        text, told, "Give more of its characters, or its author too; or ORIGIN#INDEX."
    )


def unknown(text: str, fix: str = "", party: str = "") -> Fault:
    """Return the fault of an act or entry that there is not, or that is not for this officer."""
    whose = f" of {quoted(party)}" if party else ""
    return Fault(
        code="node.proof.unknown",
        what=f"This node holds no act or entry {quoted(text)}{whose}.",
        fix=fix or "Give an act's id as `comity request show` prints it, or ORIGIN#INDEX.",
    )


def _raise_unknown(tx: Tx, text: str, rows: list[MatterRow], party: str) -> NoReturn:
    """Name the acts of the matter that was named instead."""
    if len(rows) != 1:
        raise unknown(text, party=party)
    (row,) = rows
    acts = tx.acts_of(row.channel, row.matter)
    ids = [one.act.id for one in acts if party in ("", one.party)]
    if not ids:
        raise unknown(text, party=party)
    more = " …" if len(ids) > _SHOWN else ""
    raise unknown(
        text, f"That is a {row.matter.kind}; name one of its acts: {', '.join(ids[:_SHOWN])}{more}."
    )
