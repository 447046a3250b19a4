"""What sharing came to, category by category, both ways: what both nodes compute alike at a cut.

    figures(node, officer, period)  ->  Figures(cut, lines=(Line("indicators", "fr", "sn", …), …))

Each way stands beside the other; nothing adds them up to one score.

Source: docs/spec/share.md, 16.
Floor: rooms.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

from comity.clocks import clock
from comity.domestic.officer import role
from comity.figures import use
from comity.figures.figures import Period
from comity.figures.observation import TYPE, Observation, Span
from comity.joint.share import acts, clocks, view, waits
from comity.joint.share.text import ProtectionText
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.review import cuts, row_cache
from comity.node.room import calendars, officers
from comity.node.room.calendars import Adoptions
from comity.rooms.share import clocks as own_clocks
from comity.rooms.share import observe

READERS: Final = tuple(one for one in role.ROLES if one != role.OPERATOR)
_LATE: Final = frozenset({clock.MISSED, clock.OVERDUE})
_FALSE: Final = "false-positive"


@dataclass(frozen=True, slots=True)
class Leg:
    """How long something took.

    Attributes:
        begun, ended, stopped: how often it began, ended, and was over before.
        kept, missed: by the text in force, in time or too late.
        median_ms, p90_ms, longest_ms: of those that ended; None where none did.
    """

    begun: int
    ended: int
    stopped: int
    kept: int
    missed: int
    median_ms: int | None
    p90_ms: int | None
    longest_ms: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """What one State gave another of one category, and what became of it.

    Attributes:
        category: a code of `acts.CATEGORIES`.
        giver, taker: parties.
        shares: how many were given.
        none: how often it was declared that there is nothing.
        counts: amounts by name: `objects`, `valid`, `known`, `weighed`, `told`, …
        retracted: objects by reason.
        uses: objects by use.
        disputes: how many by reason and outcome, `our-network/retracted`.
        taken, used: shares of which the taker said what it took, and what it did.
        legs: by what was measured: a name of `observe.MEASURES`.
    """

    category: str
    giver: str
    taker: str
    shares: int
    none: int
    counts: Mapping[str, int]
    retracted: Mapping[str, int]
    uses: Mapping[str, int]
    disputes: Mapping[str, int]
    taken: int
    used: int
    legs: Mapping[str, Leg]

    @property
    def false(self) -> int:
        """Objects that were retracted as false."""
        return self.retracted.get(_FALSE, 0)

    @property
    def unique(self) -> int:
        """Valid objects that the taker did not have before, as far as it said."""
        return self.counts.get(observe.ASKED_KNOWN, 0) - self.counts.get(observe.KNOWN, 0)


@dataclass(frozen=True, slots=True)
class Figures:
    """What sharing in one arrangement came to in a period.

    Attributes:
        channel: its path.
        cut: `{origin: size}` on which the rows rest.
        period: whose givings are counted, by when they were received.
        now_ms: the instant.
        lines: by category, then giver and taker; each way of a category that one way has.
    """

    channel: str
    cut: Mapping[str, int]
    period: Period
    now_ms: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Judging:
    """By what times are judged: the text in force, calendars, and the instant."""

    text: ProtectionText | None
    calendars: Adoptions
    now_ms: int


def figures(
    node: Node, officer: Officer, period: Period, channel: str = ""
) -> Figures | Inadmissible:
    """Return what sharing came to, at the newest cut that every party has signed.

    Args:
        node: ours.
        officer: who asks.
        period: by when givings were received.
        channel: its path, or "" where this node is paired in one arrangement.

    Raises:
        Fault: `node.review.channel`, `node.store.*`.
    """
    no = officers.lacks_role(officer, *READERS)
    if no is not None:
        return no
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        path = channel or cuts.named(tx)
        cut = cuts.newest(node, tx, path)
        parties = trust.load(tx, path).arrangement.party_ids()
        text = own_clocks.in_force(node, tx, path, now_ms)
        by = _Judging(text, calendars.adopted(node, tx, path), now_ms)
    every = row_cache.rows(node, path, cut, now_ms, kind=acts.KIND)
    return Figures(path, cut, period, now_ms, lines(every, period, parties, by))


def lines(
    every: Sequence[Observation], period: Period, parties: Sequence[str], by: _Judging
) -> tuple[Line, ...]:
    """Return the lines that rows of a period give."""
    rows = [one for one in every if period.holds(one)]
    found = {one.dimensions.get(TYPE, "") for one in rows}
    return tuple(
        _line(
            (category, giver, taker),
            [
                one
                for one in rows
                if (one.dimensions.get(TYPE), one.asker, one.addressee) == (category, giver, taker)
            ],
            by,
        )
        for category in acts.CATEGORIES
        if category in found
        for giver, taker in permutations(parties, 2)
    )


def _line(way: tuple[str, str, str], rows: Sequence[Observation], by: _Judging) -> Line:
    amounts: dict[str, Counter[str]] = {
        name: Counter() for name in ("", observe.RETRACTED, observe.USE, observe.DISPUTE)
    }
    for row in rows:
        for one in row.facts:
            under = one.name if one.name in amounts else ""
            words = (one.code, one.outcome) if under else (one.name,)
            amounts[under]["/".join(filter(None, words))] += 1 if one.count is None else one.count
    given = [one for one in rows if one.status != view.DECLARED_NONE]
    return Line(
        *way,
        shares=len(given),
        none=len(rows) - len(given),
        counts=amounts[""],
        retracted=amounts[observe.RETRACTED],
        uses=amounts[observe.USE],
        disputes=amounts[observe.DISPUTE],
        taken=_ended(given, waits.TAKE),
        used=_ended(given, waits.FEEDBACK),
        legs={name: _leg(given, name, by) for name in observe.MEASURES},
    )


def _ended(rows: Sequence[Observation], measure: str) -> int:
    return sum(
        any(one.measure == measure and one.end is not None for one in row.spans) for row in rows
    )


def _leg(rows: Sequence[Observation], measure: str, by: _Judging) -> Leg:
    of = [(row, one) for row in rows for one in row.spans if one.measure == measure]
    judged = [_judged(row, one, by) for row, one in of]
    took = use.took(one for _, one in of)
    return Leg(
        took.begun, took.ended, took.stopped, judged.count(clock.MET),
        sum(one in _LATE for one in judged), took.median_ms, took.p90_ms, took.longest_ms,
    )  # fmt: skip


def _judged(row: Observation, span: Span, by: _Judging) -> str:
    is_givers = span.measure in {waits.CORRECTION, waits.NETWORK}
    end_ms, over_ms = (None if one is None else one.at_ms for one in (span.end, span.stopped))
    calendar = by.calendars.periods.get(row.asker if is_givers else row.addressee, ())
    times = (span.begin.at_ms, end_ms, over_ms)
    return clocks.judged(span.measure, by.text, times, calendar, by.now_ms)
