"""The list of requests that an officer works from: filtered, in order, page by page.

    what waits for this State first, then the more urgent, then the newer
    a search by words: the newest known first

Floor: node.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.joint.request import acts, state, view
from comity.joint.request.state import State
from comity.node.context import Node
from comity.node.desk import cursor, need, search, terms
from comity.node.ports import Tx
from comity.node.reader import Filed, Reader, Wanted, folded_reference
from comity.node.rows import MatterRow, Officer

__all__ = ["COUNT_MAX", "Asked", "Line", "Page", "Wanted", "counts", "page"]

COUNT_MAX: Final = 200


_ALL: Final = Wanted(kind=acts.KIND)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for.

    Attributes:
        wanted: which requests.
        after: a cursor that an earlier page gave, or "" for the beginning.
        count_max: at most `COUNT_MAX`.
        search: words that one act of each has said, or "".
        reference: a file number of either side or an id, or the beginning of one, or "".
    """

    wanted: Wanted = _ALL
    after: str = ""
    count_max: int = 50
    search: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list.

    Attributes:
        row: the matter.
        state: of the request.
    """

    row: MatterRow
    state: State


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines.

    Attributes:
        lines: in order.
        after: the cursor to go on after, or "" at the end.  A page of a search may be short and
            not the last.
    """

    lines: tuple[Line, ...]
    after: str


_EVERYTHING: Final = Asked()


def page(node: Node, officer: Officer, asked: Asked = _EVERYTHING) -> Page:
    """Return the lines that an officer may read, after a cursor.

    Raises:
        Fault: `node.cursor.malformed`, `node.search.empty`.
    """
    assert 0 < asked.count_max <= COUNT_MAX
    words = terms.asked(asked.search) if asked.search else ()
    if words:
        search.catch_up(node)
    with node.store.read() as tx:
        reader = need.reader(tx, officer)
        if words:
            rows, number = tx.worded(
                reader, asked.wanted, words, cursor.number_of(asked.after), asked.count_max
            )
            after = cursor.of_number(number)
        elif asked.reference:
            rows, after = _by_reference(tx, reader, asked), ""
        else:
            rows, after = _in_order(tx, reader, asked)
    return Page(tuple(Line(row, state.from_json(row.state)) for row in rows), after)


def counts(node: Node, officer: Officer) -> Mapping[str, int]:
    """Return how many requests an officer may read, by status."""
    with node.store.read() as tx:
        return tx.counts(need.reader(tx, officer), acts.KIND)


def _in_order(tx: Tx, reader: Reader, asked: Asked) -> tuple[list[MatterRow], str]:
    after = cursor.place_of(asked.after)
    found = tx.listed(reader, asked.wanted, after, asked.count_max + 1)
    cut = found[: asked.count_max]
    is_more = len(found) > asked.count_max
    return [row for _, row in cut], cursor.of_place(cut[-1][0]) if is_more else ""


def _by_reference(tx: Tx, reader: Reader, asked: Asked) -> list[MatterRow]:
    name = folded_reference(asked.reference)
    found = tx.named(reader, asked.wanted.kind, name, asked.count_max) if name else []
    return [row for row in found if asked.wanted.is_met(_as_filed(row))]


def _as_filed(row: MatterRow) -> Filed:
    """Return what filters look at, of a matter that was found by its name."""
    folded = state.from_json(row.state)
    return Filed(
        row.matter,
        row.channel,
        (),
        0,
        row.at_ms,
        row.status,
        row.urgency,
        row.asker,
        folded.type,
        view.holders(folded),
    )
