"""Taking the figures of a channel, at a cut and an instant; and what is behind a cell.

    take(node, officer, Wanted("xx-yy/live", Period(…), …)) -> Taken(figures {…}, digest "5f…", …)
    behind(node, officer, wanted, "all/timeliness/respond/overdue") -> Behind(n 3, shown (…))

Figures are joint: every other State has the same.  Who audits reads them, and who keeps the review
(docs/adr/0023); from a figure they come to the requests that they may read, and others are neither
named nor listed.

Source: docs/spec/review.md, part 1.
Floor: node.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from comity.acts.causality import Cut
from comity.acts.record import Matter
from comity.figures import address, definitions, figures
from comity.figures import drill_down as rows_behind
from comity.figures.columns import Columns
from comity.figures.drill_down import Lasted
from comity.figures.figures import Figures, Period
from comity.figures.observation import Observation
from comity.kernel.fault import Fault, quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import reader as filters
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader
from comity.node.base.rooms import main_rows
from comity.node.base.rows import MatterRow, Officer
from comity.node.review import cuts, row_cache
from comity.node.review.read_rows import At
from comity.node.room import need_to_know

REMEMBERED_MAX: Final = 4
BEHIND_MAX: Final = 200
FEW: Final = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figures.

    Attributes:
        channel: its path, or "" where this node has one `live`.
        period: that is reviewed.
        before: that it is compared with, or None.
        now_ms: the instant; None for now.
        cut: of the logs; None for the newest of which every party has signed that it holds it.
    """

    channel: str
    period: Period
    before: Period | None = None
    now_ms: int | None = None
    cut: Cut | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Figures that were computed.

    Attributes:
        wanted: which, with the instant and the cut.
        cut: of the logs.
        now_ms: the instant.
        figures: as canonical JSON has them.
        digest: SHA-256 of that, 64 hex digits.
        columns: the rows of the period, as far as a page of figures needs them.
    """

    wanted: Wanted
    cut: Cut
    now_ms: int
    figures: Figures
    digest: str
    columns: Columns = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """A request behind a cell, and whether the cell counts it."""

    row: MatterRow
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind a cell, as an officer may see it.

    Attributes:
        n: how many requests it rests on, each once for each addressee.
        counted: how many of them it counts; of a time, for how many it has ended.
        shown: some of those that they may read, by when they were asked.
        is_more: whether there are others after them.
    """

    n: int
    counted: int
    shown: tuple[Request, ...]
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Some:
    """Which of the requests behind a figure, of those that an officer may read.

    Attributes:
        skipped: how many stand before them.
        count: how many at most.
    """

    skipped: int = 0
    count: int = BEHIND_MAX


FIRST: Final = Some()

_REMEMBERED: Final[dict[tuple[object, ...], Taken]] = {}
"""By all that figures are a function of, and the party whose node it is."""


def forget() -> None:
    """Forget figures that were computed; they are computed again."""
    _REMEMBERED.clear()


def period_of(now_ms: int) -> Period:
    """Return the half-year of UTC in which an instant lies: what is shown if nothing is asked."""
    now = datetime.fromtimestamp(now_ms / 1_000, UTC)
    starts = [datetime(now.year + (n // 2), 1 + 6 * (n % 2), 1, tzinfo=UTC) for n in range(3)]
    at = [int(one.timestamp()) * 1_000 for one in starts]
    return Period(at[0], at[1]) if now_ms < at[1] else Period(at[1], at[2])


def take(node: Node, officer: Officer, wanted: Wanted) -> Taken | Inadmissible:
    """Return figures for an officer.

    Raises:
        Fault: those of `computed`.
    """
    return need_to_know.may_not_read_figures(officer) or computed(node, wanted)


def computed(node: Node, wanted: Wanted) -> Taken:
    """Return figures, computed from what is kept, or from the entries of the cut.

    Raises:
        Fault: `node.review.period`, those of `cuts.require`.
    """
    if wanted.period.from_ms >= wanted.period.to_ms:
        raise Fault(
            code="node.review.period",
            what="The period ends before it begins.",
            fix="Give the first day, and the day after the last.",
        )
    now_ms = node.clock.now_ms() if wanted.now_ms is None else wanted.now_ms
    with node.store.read() as tx:
        wanted = replace(wanted, channel=cuts.named(tx, wanted.channel))
        cut = cuts.newest(node, tx, wanted.channel) if wanted.cut is None else wanted.cut
        cuts.require(tx, wanted.channel, cut)
        paths = cuts.channels(tx, wanted.channel)
    key = (node.party, wanted.channel, wanted.period, wanted.before, now_ms, *sorted(cut.items()))
    known = _REMEMBERED.get(key)
    if known is not None:
        return known
    rows = (row for path in paths for row in row_cache.tallies(node, path, cut, now_ms))
    others = _others(node, paths, cut, now_ms)
    with row_cache.uncollected():
        found, columns = figures.of(rows, wanted.period, now_ms, wanted.before, cut, others)
        columns.ordered()  # now, so that who reads on in the figures does not wait for it
    taken = Taken(wanted, cut, now_ms, found, figures.digest(found), columns)
    if len(_REMEMBERED) >= REMEMBERED_MAX:
        _REMEMBERED.pop(next(iter(_REMEMBERED), key), None)
    with node.store.read() as tx:
        lacks = any(At(node, tx, path).lacks_text() for path in paths)
    if not lacks:  # else they are others once it has come
        _REMEMBERED[key] = taken
    return taken


def _others(node: Node, paths: Collection[str], cut: Cut, now_ms: int) -> list[Observation]:
    """Return the rows of every room beside the one whose rows are the figures."""
    has_rows = [kind for kind, room in sorted(node.rooms.items()) if room.rows is not None]
    return [
        row
        for kind in has_rows
        if kind != main_rows(node.rooms)
        for path in paths
        for row in row_cache.each(node, path, cut, now_ms, kind)
    ]


def others(node: Node, taken: Taken) -> list[Observation]:
    """Return the rows of rooms beside that figures tell the use of: those of the period.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.read() as tx:
        paths = cuts.channels(tx, taken.wanted.channel)
    found = _others(node, paths, taken.cut, taken.now_ms)
    return [row for row in found if taken.wanted.period.holds(row)]


def rows(node: Node, taken: Taken) -> list[Observation]:
    """Return the rows that figures were computed from: those of both periods.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.read() as tx:
        paths = cuts.channels(tx, taken.wanted.channel)
    periods = [one for one in (taken.wanted.period, taken.wanted.before) if one is not None]
    found = (row for path in paths for row in row_cache.each(node, path, taken.cut, taken.now_ms))
    return [row for row in found if any(one.holds(row) for one in periods)]


def behind(
    node: Node,
    officer: Officer,
    wanted: Wanted,
    cell: str,
    lasted: Lasted | None = None,
    some: Some = FIRST,
) -> Behind | Inadmissible:
    """Return the requests behind a cell that an officer may read.

    Args:
        node: ours.
        officer: who asks.
        wanted: the figures, with their instant and cut, so that they need not be computed anew.
        cell: its address, `side/bb/timeliness/respond/median`.
        lasted: of a time, those alone that lasted so long.
        some: which of them.

    Raises:
        Fault: `node.review.cell`; those of `computed`.
    """
    taken = take(node, officer, wanted)
    if isinstance(taken, Inadmissible):
        return taken
    if definitions.of(address.split(cell)[1]) is None:
        raise Fault(
            code="node.review.cell",
            what=f"There is no figure {quoted(cell)}.",
            fix="Name one as `comity review show` does, its group before it: "
            "all/timeliness/respond/happened.",
        )
    found = rows_behind.of(taken.columns, cell, lasted)
    counted = {taken.columns.ids[at] for at, is_counted in found if is_counted}
    shown: list[Request] = []
    is_more, skipped = False, 0
    seen: set[str] = set()
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        paths = cuts.channels(tx, taken.wanted.channel)
        few = _few(node, tx, reader, paths)
        for at, _ in found:
            matter_id = taken.columns.ids[at]
            row = None
            if matter_id not in seen and (few is None or matter_id in few):
                row = readable(node, tx, reader, paths, matter_id)
            seen.add(matter_id)
            if row is None:
                continue
            if skipped < some.skipped:
                skipped += 1
            elif len(shown) == some.count:
                is_more = True
                break
            else:
                shown.append(Request(row, matter_id in counted))
    return Behind(len(found), sum(one[1] for one in found), tuple(shown), is_more)


def _few(node: Node, tx: Tx, reader: Reader, paths: Collection[str]) -> set[str] | None:
    """Return the matters that an officer may read, or None where they are many.

    So who reads few of very many does not cost a question for each of the others.
    """
    kind = main_rows(node.rooms)
    if sum(tx.counts(reader, kind).values()) > FEW:
        return None
    page = tx.listed(reader, filters.Wanted(kind=kind), None, FEW)
    return {row.matter.id for _, row in page if row.channel in paths}


def readable(
    node: Node, tx: Tx, reader: Reader, paths: Iterable[str], matter_id: str
) -> MatterRow | None:
    """Return a matter that figures count, or None where an officer may not read it.

    Args:
        node: ours.
        tx: a read.
        reader: the officer.
        paths: of channels, in one of which it is.
        matter_id: of the matter.
    """
    matter = Matter(main_rows(node.rooms), matter_id)
    found = (tx.readable(reader, path, matter) for path in paths)
    return next((row for row in found if row is not None), None)
