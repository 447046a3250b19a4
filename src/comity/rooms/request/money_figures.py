"""Money of a period, by currency and month: asked, held, moved on, returned, and how soon.

    figures(node, officer, Period(…)) -> (Line("2026-11", "EUR", requests=2, sums=Sum(…), …), …)

A root counts in the month, of UTC, in which whom it asks first received it, with every leg that
follows it: asked at the root alone, the rest over all legs.  Only entries are read, so both sides
reckon alike of what each of them reads.

Source: docs/spec/request.md, clause 17.
Floor: rooms.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from statistics import median_low
from types import MappingProxyType
from typing import Final

from comity.figures.figures import Period
from comity.joint.request import acts, sums
from comity.joint.request.state import State
from comity.joint.request.sums import Leg, Sum
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.reader import Wanted
from comity.node.base.rows import Officer
from comity.rooms.request import measures, request_list
from comity.rooms.request.request_list import Asked

TRANSFER: Final = "transaction-at"
"""Joint time of a submission: when the money left."""

ASKED: Final = "asked"
BANK: Final = "with-bank"
HELD: Final = "held"
LEGS: Final = (ASKED, BANK, HELD)
"""What is timed, each from what stands before it: transfer to asked, to the bank, to held."""

_LADDER: Final = measures.LANES["fraud"]
_PAGE: Final = 200
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Timed:
    """How long one leg took: of how many, and the low median in whole minutes."""

    count: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Line:
    """One month and currency.

    Attributes:
        month: of UTC, `2026-11`.
        unit: the currency.
        requests: how many roots.
        legs: how many requests follow them.
        sums: in whole minor units.
        left_out: sums that cannot be so, and are in none of these.
        timed: by leg of `LEGS`, of those that came so far.
    """

    month: str
    unit: str
    requests: int
    legs: int
    sums: Sum
    left_out: int
    timed: Mapping[str, Timed] = field(default_factory=lambda: MappingProxyType({}))


def figures(node: Node, officer: Officer, period: Period) -> tuple[Line, ...]:
    """Return the lines of a period, by month and currency, of what an officer may read."""
    ladder = measures.ladder(node, _LADDER)
    if ladder is None:
        return ()
    return of((one for name in ladder.types for one in _all(node, officer, name)), period)


def _all(node: Node, officer: Officer, type_id: str) -> Iterator[State]:
    after = ""
    while True:
        wanted = Wanted(kind=acts.KIND, type=type_id)
        page = request_list.page(node, officer, Asked(wanted, after, _PAGE))
        yield from (line.state for line in page.lines)
        after = page.after
        if not after:
            return


def of(requests: Iterable[State], period: Period) -> tuple[Line, ...]:
    """Return the lines of some requests."""
    known = {one.matter_id: one for one in requests}
    cells: defaultdict[tuple[str, str], list[tuple[Leg, ...]]] = defaultdict(list)
    for tree in sums.trees(known.values()):
        asked_ms = _asked_ms(known[tree[0].matter_id])
        if asked_ms is not None and period.from_ms <= asked_ms < period.to_ms:
            for unit in sums.total(tree).by_unit:
                cells[_month(asked_ms), unit].append(tree)
    return tuple(_line(month, unit, trees, known) for (month, unit), trees in sorted(cells.items()))


def _line(month: str, unit: str, trees: list[tuple[Leg, ...]], known: Mapping[str, State]) -> Line:
    totals = [sums.total(one) for one in trees]
    took: defaultdict[str, list[int]] = defaultdict(list)
    for tree in trees:
        for leg in tree:
            for name, minutes in _times(known[leg.matter_id]):
                took[name].append(minutes)
    timed = {name: Timed(len(took[name]), median_low(took[name])) for name in LEGS if took[name]}
    return Line(
        month,
        unit,
        len(trees),
        sum(len(one) - 1 for one in trees),
        sum((one.by_unit[unit] for one in totals), Sum()),
        sum(sum(one.left_out.values()) for one in totals),
        MappingProxyType(timed),
    )


def _asked_ms(now: State) -> int | None:
    """Return when whom it asks received a request, as its receipts say."""
    return None if now.request_at is None else now.turns[now.request_at].received_at_ms


def _times(now: State) -> Iterator[tuple[str, int]]:
    """Give each leg of a request that was walked, in whole minutes; none is below zero."""
    bank, held = _first_ms(now, (BANK,)), _first_ms(now, sums.HOLDING)
    marks = (now.times.get(TRANSFER), _asked_ms(now), bank, held)
    for name, start, end in zip(LEGS, marks, marks[1:], strict=False):
        if start is not None and end is not None:
            yield name, max(0, end - start) // _MINUTE_MS


def _first_ms(now: State, steps: Iterable[str]) -> int | None:
    """Return when one of these steps came about, or was received where nobody said when."""
    found = (
        one.happened_ms if one.happened_ms is not None else now.turns[one.at].received_at_ms
        for one in now.steps
        if one.step in steps
    )
    return min((one for one in found if one is not None), default=None)


def _month(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1_000, UTC).strftime("%Y-%m")


def to_json(lines: Iterable[Line]) -> Json:
    """Return the lines, sums in whole minor units."""
    return [
        {
            "month": one.month,
            "currency": one.unit,
            "requests": one.requests,
            "legs": one.legs,
            "left_out": one.left_out,
            "sums": asdict(one.sums),
            "minutes": {
                name: asdict(one.timed[name]) if name in one.timed else None for name in LEGS
            },
        }
        for one in lines
    ]
