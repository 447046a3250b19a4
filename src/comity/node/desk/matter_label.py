"""What a matter is called in a list: its type in words, its file numbers, whom it concerns.

    of_row(node, tx, row)                  where its row was read already
    of_ids(node, officer, ["k2l…", …])     as far as the officer may read them

Floor: node.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import Listed, Rooms, kinds_with, text_called
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import fold_cache, joint_texts, matter_lookup, need_to_know

type Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Called:
    """What a matter is called.

    Attributes:
        kind: of the matter.
        id: of the matter.
        type: what it is about, in words.
        references: file numbers, the asker's first.
        urgency: a code, or "".
        others: ids of the other parties.
    """

    kind: str
    id: str
    type: Words
    references: tuple[str, ...]
    urgency: str
    others: tuple[str, ...]


def of_row(node: Node, tx: Tx, row: MatterRow) -> Called:
    """Return what a matter is called."""
    room, now = node.rooms[row.matter.kind], fold_cache.of(node.rooms, row)
    listed, bound = room.listed(now, node.party), room.bound(now, None)
    text = joint_texts.of_matter(node, tx, row.channel, bound, node.clock.now_ms())
    return Called(
        kind=row.matter.kind,
        id=row.matter.id,
        type=type_words(node.rooms, row.matter.kind, (bound.name, text), listed.type),
        references=listed.numbers,
        urgency=row.urgency,
        others=others(listed, node.party),
    )


def of_ids(node: Node, officer: Officer, ids: Iterable[str]) -> dict[str, Called]:
    """Return what matters that can ring are called; what an officer may not read is left out."""
    found: dict[str, Called] = {}
    kinds = kinds_with(node.rooms, lambda room: room.rings)
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        for one in dict.fromkeys(ids):
            try:
                row = matter_lookup.find_of(tx, reader, kinds, one)
            except Fault:  # an inquiry, or a matter of another agency
                continue
            found[one] = of_row(node, tx, row)
    return found


def type_words(rooms: Rooms, kind: str, bound: tuple[str, Any], code: str) -> Words:
    """Return what a matter is about in the words of the text that binds it, or of its room.

    Args:
        rooms: of this node.
        kind: of the matter.
        bound: name of the text, and the text as its room reads it, or None.
        code: type of the matter.
    """
    name, text = bound
    called = None if text is None else text_called(rooms, name)
    words = {} if called is None else called.lists(text).get("type", {})
    section = rooms[kind].section
    lists = (words, *(section.codes.values() if section else ()))
    return next((one[code] for one in lists if code in one), {"en": code, "zh": code})


def others(listed: Listed, own: str) -> tuple[str, ...]:
    """Return the other parties that a matter concerns."""
    return tuple(one for one in dict.fromkeys(listed.parties) if one not in {"", own})
