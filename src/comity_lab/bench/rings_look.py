"""How long a node looks for what must ring, with few matters and with many.

Floor: lab.
"""

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from comity.acts.record import Matter
from comity.joint.hotline import acts, view
from comity.joint.hotline.state import State
from comity.node.base import filing
from comity.node.base.context import Node
from comity.node.base.reader import CONTACT, Filed
from comity.node.base.rows import MatterRow
from comity.node.desk.duty import rings

FEW: Final = 1_000
_LOOKS: Final = 50
_CHUNK: Final = 2_000
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_ID_CHARS: Final = 26


def looked_ms(node: Node, counts: tuple[int, ...]) -> list[float]:
    """Return the median processor time of a look, for each number of matters.

    Args:
        node: that holds a closed call at least; copies of it are written beside it.
        counts: how many matters, each more than the last.
    """
    with node.store.read() as tx:
        rows = [one for one in tx.matters(acts.KIND, "", FEW) if one.status == view.CLOSED]
    found, held = [], 0
    for count in counts:
        _fill(node, rows[0], held, count)
        held = count
        found.append(_look_ms(node))
    return found


def _fill(node: Node, row: MatterRow, start: int, end: int) -> None:
    """Write copies of a call under ids of their own, as understanding writes a call."""
    room = node.rooms[acts.KIND]
    now = room.from_json(row.state)
    assert isinstance(now, State)
    listed = room.listed(now, node.party)
    for first in range(start, end, _CHUNK):
        copies = list(_copies(row, range(first, min(end, first + _CHUNK))))
        filed: list[Filed] = [filing.listed_as(one, listed, (CONTACT,)) for one in copies]
        with node.store.write() as tx:
            tx.save_matters(copies)
            tx.file(filed)


def _copies(row: MatterRow, numbers: range) -> Iterator[MatterRow]:
    for number in numbers:
        digits, left = "", number
        while left:
            left, digit = divmod(left, len(_ALPHABET))
            digits = _ALPHABET[digit] + digits
        matter = Matter(acts.KIND, digits.rjust(_ID_CHARS, _ALPHABET[0]))
        yield replace(row, matter=matter, at_ms=row.at_ms - number)


def _look_ms(node: Node) -> float:
    took = []
    rings.step(node)
    for _ in range(_LOOKS):
        began = time.process_time()
        rings.step(node)
        took.append((time.process_time() - began) * 1_000)
    return statistics.median(took)
