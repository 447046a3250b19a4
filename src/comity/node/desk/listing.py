"""The list of requests that an officer works from: filtered, in order, page by page.

    what waits for this State first, then the more urgent, then the newer

Floor: node.
"""

from dataclasses import dataclass
from typing import Final

from comity.joint.request import acts, state, view
from comity.joint.request.state import State
from comity.node.context import Node
from comity.node.desk.matters import every
from comity.node.rows import MatterRow

COUNT_MAX: Final = 200
_LAST: Final = 9

type Place = tuple[int, int, str]
"""Where a line stands in the order: rank, minus its time, id."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests.

    Attributes:
        statuses: of the table; none for every one.
        urgency: or "".
        asker: party that asked, or "".
        holder: party that holds the ball, or "".
        type: of request, or "".
    """

    statuses: frozenset[str] = frozenset()
    urgency: str = ""
    asker: str = ""
    holder: str = ""
    type: str = ""

    def is_met(self, row: MatterRow, folded: State) -> bool:
        """Return whether a request is wanted."""
        pairs = (
            (self.urgency, row.urgency),
            (self.asker, row.asker),
            (self.type, folded.type),
        )
        return (
            (not self.statuses or row.status in self.statuses)
            and (not self.holder or self.holder in view.holders(folded))
            and all(wanted in ("", found) for wanted, found in pairs)
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list.

    Attributes:
        row: the matter.
        state: of the request.
        place: in the order.
    """

    row: MatterRow
    state: State
    place: Place


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines.

    Attributes:
        lines: in order.
        after: the place to go on after, or None at the end.
    """

    lines: tuple[Line, ...]
    after: Place | None


def page(node: Node, wanted: Wanted, after: Place | None = None, count_max: int = 50) -> Page:
    """Return the lines after a place.

    Args:
        node: ours.
        wanted: which requests.
        after: a place that an earlier page gave, or None for the beginning.
        count_max: at most `COUNT_MAX`.
    """
    assert 0 < count_max <= COUNT_MAX
    with node.store.read() as tx:
        lines = [_line(node, row) for row in every(tx, acts.KIND)]
    found = sorted(
        (
            line
            for line in lines
            if wanted.is_met(line.row, line.state) and (after is None or line.place > after)
        ),
        key=lambda line: line.place,
    )
    is_more = len(found) > count_max
    cut = tuple(found[:count_max])
    return Page(cut, cut[-1].place if is_more else None)


def _line(node: Node, row: MatterRow) -> Line:
    folded = state.from_json(row.state)
    is_ours = node.party in view.holders(folded)
    urgency = acts.URGENCIES.index(row.urgency) if row.urgency in acts.URGENCIES else _LAST
    rank = (0 if is_ours else 10) + urgency
    return Line(row, folded, (rank, -row.at_ms, row.matter.id))
