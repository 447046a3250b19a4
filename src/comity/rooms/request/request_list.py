"""The list of requests that an officer works from: filtered, in order, page by page.

    what waits for this State first, then the more urgent, then the newer; an answer that is to be
    read, or a use to be accounted for, behind all else that waits for this State
    a search by words: the newest known first
    by clock, or what is overdue: what is due first
    what is one's own: the more urgent first, then what is due first at home

Floor: rooms.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.acts.record import Matter
from comity.joint.request import acts
from comity.joint.request.state import State
from comity.kernel.fault import Fault
from comity.node.base import cursor
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Group, Reader, Wanted, folded_reference, is_agency
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk import due_list, matter_lines
from comity.node.desk.duty import file_store
from comity.node.desk.matter_lines import Shown
from comity.node.exchange import refold_queue
from comity.node.room import (
    clock_index,
    clock_watch,
    fold_cache,
    need_to_know,
    search_index,
    search_terms,
)

__all__ = [
    "BY_CLOCK",
    "CLOCKS",
    "COUNT_MAX",
    "DIRECTIONS",
    "IN",
    "OUT",
    "OVERDUE",
    "Asked",
    "Facets",
    "Line",
    "Page",
    "Wanted",
    "counts",
    "directed",
    "facets",
    "page",
    "shown",
]

COUNT_MAX: Final = 200

BY_CLOCK: Final = "due"
OVERDUE: Final = "overdue"
CLOCKS: Final = (BY_CLOCK, OVERDUE)

NAME_CHARS_MIN: Final = 4
"""A shorter text is no beginning of an id or of a file number, but a word."""

COUNTED_MAX: Final = 50
"""Of what is one's own or overdue, more are not counted but said to be more."""
_LOOKED_MAX: Final = 500

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
        text: either of the two: if nothing has such a name, words.
        clock: `BY_CLOCK` for what has an open clock, by due time; `OVERDUE` for what is late;
            or "".
        is_mine: only what the officer has themselves.
    """

    wanted: Wanted = _ALL
    after: str = ""
    count_max: int = 50
    search: str = ""
    reference: str = ""
    text: str = ""
    clock: str = ""
    is_mine: bool = False


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
        terms: that were searched for, as `search_terms.asked` has them.
    """

    lines: tuple[Line, ...]
    after: str
    terms: tuple[str, ...] = ()


def is_whole(node: Node) -> bool:
    """Return whether lists have every request: not while a channel is read anew."""
    with node.store.read() as tx:
        return not refold_queue.is_any(tx)


IN: Final = "in"
OUT: Final = "out"
DIRECTIONS: Final = (IN, OUT)
"""What was asked of this State, and what it asked; what others ask each other is neither."""


def directed(wanted: Wanted, own: str, direction: str) -> Wanted:
    """Return what is wanted of one direction; of both for ""."""
    if direction == OUT:
        return replace(wanted, asker=own)
    return replace(wanted, asked=own) if direction == IN else wanted


type Many = tuple[int, bool]
"""How many were counted, and whether there are more."""


@dataclass(frozen=True, slots=True)
class Facets:
    """How many requests each choice of a filter would list, with every other filter as it is.

    Attributes:
        total: that are wanted.
        statuses: by status; the rest likewise.
        urgencies: by urgency.
        types: by type.
        directions: `in` for what was asked of this State, `out` for what it asked.
        parties: by other party.
        holders: by party that holds the ball.
        agencies: by agency of this State that reads them.
        mine: what the officer has themselves.
        overdue: what is late.
    """

    total: int
    statuses: Mapping[str, int]
    urgencies: Mapping[str, int]
    types: Mapping[str, int]
    directions: Mapping[str, int]
    parties: Mapping[str, int]
    holders: Mapping[str, int]
    agencies: Mapping[str, int]
    mine: Many
    overdue: Many


_EVERYTHING: Final = Asked()


def page(node: Node, officer: Officer, asked: Asked = _EVERYTHING) -> Page:
    """Return the lines that an officer may read, after a cursor.

    Raises:
        Fault: `node.cursor.malformed`, `node.search.empty`.
    """
    assert 0 < asked.count_max <= COUNT_MAX
    if asked.text:
        return _by_text(node, officer, asked)
    if asked.clock and not asked.search:
        return _by_clock(node, officer, asked)
    words = search_terms.asked(asked.search) if asked.search else ()
    if words:
        search_index.catch_up(node)
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        if words:
            rows, number = tx.worded(
                reader, asked.wanted, words, cursor.number_of(asked.after), asked.count_max
            )
            after = cursor.of_number(number)
        elif asked.reference:
            rows, after = _by_reference(node, tx, reader, asked), ""
        elif asked.is_mine:
            rows, after = _own(node, tx, reader, asked)
        else:
            rows, after = _in_order(tx, reader, asked)
    return Page(tuple(Line(row, fold_cache.of(node.rooms, row)) for row in rows), after, words)


def shown(node: Node, lines: Sequence[Line]) -> tuple[Shown, ...]:
    """Return the lines of one page with their clocks and names."""
    return matter_lines.shown(node, [one.row for one in lines], [one.state for one in lines])


def counts(node: Node, officer: Officer) -> Mapping[str, int]:
    """Return how many requests an officer may read, by status."""
    with node.store.read() as tx:
        return tx.counts(need_to_know.reader(tx, officer), acts.KIND)


def facets(node: Node, officer: Officer, wanted: Wanted = _ALL) -> Facets:
    """Return how many requests of an officer each choice of each filter would list.

    Costs what there are groups of alike requests; see `ForReaders.groups`.
    """
    clock_watch.catch_up(node)
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        groups = tx.groups(reader, acts.KIND)
        mine = _many(_owned(node, tx, reader, wanted))
        overdue = _many(_late(node, tx, reader, wanted, node.clock.now_ms()))
    own = node.party

    def by(cleared: Wanted, names: Callable[[Group], tuple[str, ...]]) -> Mapping[str, int]:
        found: Counter[str] = Counter()
        for group in groups:
            if cleared.is_met(group):
                found.update(dict.fromkeys(names(group), group.count))
        return dict(sorted(found.items()))

    return Facets(
        total=sum(group.count for group in groups if wanted.is_met(group)),
        statuses=by(replace(wanted, statuses=frozenset()), lambda one: (one.status,)),
        urgencies=by(replace(wanted, urgency=""), lambda one: (one.urgency,)),
        types=by(replace(wanted, type=""), lambda one: (one.type,)),
        directions=by(
            replace(wanted, asker="", not_asker="", asked=""),
            lambda one: (OUT,) if one.asker == own else (IN,) if own in one.parties else (),
        ),
        parties=by(
            replace(wanted, party=""), lambda one: tuple(p for p in one.parties if p != own)
        ),
        holders=by(replace(wanted, holder=""), lambda one: one.holders),
        agencies=by(
            replace(wanted, agency=""),
            lambda one: tuple(key for key in one.readers if is_agency(key)),
        ),
        mine=mine,
        overdue=overdue,
    )


def _many(found: Iterator[MatterRow]) -> Many:
    """Count some, and say whether there are more."""
    count = 0
    for _ in found:
        if count == COUNTED_MAX:
            return count, True
        count += 1
    return count, False


def _by_text(node: Node, officer: Officer, asked: Asked) -> Page:
    """Return what has that name or, where nothing has, that word."""
    if not asked.after and len(folded_reference(asked.text)) >= NAME_CHARS_MIN:
        named = page(node, officer, replace(asked, text="", reference=asked.text))
        if named.lines:
            return named
    try:
        return page(node, officer, replace(asked, text="", search=asked.text))
    except Fault as fault:
        if fault.code != "node.search.empty":
            raise
        return Page((), "")


def _by_clock(node: Node, officer: Officer, asked: Asked) -> Page:
    wanted = due_list.Wanted(
        is_overdue=asked.clock == OVERDUE,
        after=asked.after,
        count_max=asked.count_max,
        of=asked.wanted,
        is_first=True,
    )
    found = due_list.listing(node, officer, wanted)
    lines = (Line(line.found.row, line.found.state) for line in found.lines)
    return Page(tuple(lines), found.after)


def _in_order(tx: Tx, reader: Reader, asked: Asked) -> tuple[list[MatterRow], str]:
    after = cursor.place_of(asked.after)
    found = tx.listed(reader, asked.wanted, after, asked.count_max + 1)
    cut = found[: asked.count_max]
    is_more = len(found) > asked.count_max
    return [row for _, row in cut], cursor.of_place(cut[-1][0]) if is_more else ""


def _by_reference(node: Node, tx: Tx, reader: Reader, asked: Asked) -> list[MatterRow]:
    name = folded_reference(asked.reference)
    found = tx.named(reader, asked.wanted.kind, name, asked.count_max) if name else []
    return [row for row in found if due_list.is_met(node, tx, row, asked.wanted)]


def _own(node: Node, tx: Tx, reader: Reader, asked: Asked) -> tuple[list[MatterRow], str]:
    rows: list[MatterRow] = []
    after = ""
    for row, place in _owned_after(node, tx, reader, asked.wanted, asked.after):
        if len(rows) == asked.count_max:
            return rows, after
        rows.append(row)
        after = place
    return rows, ""


def _owned(node: Node, tx: Tx, reader: Reader, wanted: Wanted) -> Iterator[MatterRow]:
    return (row for row, _ in _owned_after(node, tx, reader, wanted, ""))


def _owned_after(
    node: Node, tx: Tx, reader: Reader, wanted: Wanted, after: str
) -> Iterator[tuple[MatterRow, str]]:
    """Give the requests that an officer has themselves, each once, with its place."""
    prefix = f"{reader.name}|"
    if after and not after.startswith(prefix):
        raise cursor.malformed(after)
    seen: set[file_store.Key] = set()
    for place, key in file_store.places(tx, file_store.OFFICER, prefix):
        if key in seen or not key[0]:
            continue
        seen.add(key)
        row = tx.readable(reader, key[0], Matter(acts.KIND, key[1])) if place > after else None
        if row is not None and due_list.is_met(node, tx, row, wanted):
            yield row, place


def _late(node: Node, tx: Tx, reader: Reader, wanted: Wanted, now_ms: int) -> Iterator[MatterRow]:
    """Give requests with a clock that is overdue, each once, of the first that are."""
    seen: set[clock_index.Key] = set()
    for place in clock_index.due(tx, now_ms + 1, count_max=_LOOKED_MAX):
        if place.key in seen:
            continue
        seen.add(place.key)
        row = tx.readable(reader, place.key[0], Matter(*place.key[1:]))
        if row is not None and due_list.is_met(node, tx, row, wanted):
            yield row
