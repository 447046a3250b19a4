"""What a request is called in a list: its type in words, its file numbers, whom it concerns.

    of_row(node, tx, row)                  where its row was read already
    of_ids(node, officer, ["k2l…", …])     as far as the officer may read them

Floor: node.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.joint.guideline.model import Guideline
from comity.joint.request import acts
from comity.joint.request.state import State
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import fold_cache, guidelines, matter_lookup, need_to_know

type Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Called:
    """What a request is called.

    Attributes:
        id: of the request.
        type: what is asked for, in words.
        references: file numbers, the asker's first.
        urgency: a code, or "".
        others: ids of the other parties.
    """

    id: str
    type: Words
    references: tuple[str, ...]
    urgency: str
    others: tuple[str, ...]


def of_row(node: Node, tx: Tx, row: MatterRow) -> Called:
    """Return what a request is called."""
    now = fold_cache.of(node.rooms, row)
    concerned = dict.fromkeys((now.asker, *(track.party for track in now.tracks)))
    return Called(
        id=row.matter.id,
        type=type_words(guidelines.bound(node, tx, row.channel, now.guideline), now.type),
        references=references(now),
        urgency=row.urgency,
        others=tuple(one for one in concerned if one not in {"", node.party}),
    )


def of_ids(node: Node, officer: Officer, ids: Iterable[str]) -> dict[str, Called]:
    """Return what requests are called, by id; what an officer may not read is left out."""
    found: dict[str, Called] = {}
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        for one in dict.fromkeys(ids):
            try:
                row = matter_lookup.find(tx, reader, acts.KIND, one)
            except Fault:  # an inquiry, or a request of another agency
                continue
            found[one] = of_row(node, tx, row)
    return found


def type_words(guideline: Guideline | None, code: str) -> Words:
    """Return a type of request in the words of a guideline, or its code."""
    if guideline is not None and code in guideline.types:
        return guideline.types[code].label
    return {"en": code, "zh": code}


def references(now: State) -> tuple[str, ...]:
    """Return the file numbers of a request, the asker's first."""
    numbers = (turn.own_reference for turn in now.turns if turn.takes_effect)
    return tuple(dict.fromkeys(one for one in (now.own_reference, *numbers) if one))
