"""How long what is held of a request is kept: by the guideline, from what happened to it.

What came before a request was reopened ends nothing, and it is closed once all of it is.

Source: docs/evidence.md; CETS 224 art. 14.
Floor: rooms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.clocks import run, term_count
from comity.clocks.term import Term
from comity.domestic.custody import retention
from comity.domestic.custody.retention import Rule
from comity.joint.guideline.model import Guideline
from comity.joint.request import clocks, table
from comity.joint.request.state import State
from comity.node.base.bindings import Retention
from comity.node.room.calendars import Adoptions


@dataclass(frozen=True, slots=True)
class _Event:
    """When something came last, and on whose track."""

    at_ms: int
    track: str


_ENDS: Final = (retention.CLOSED, "withdrawn", "superseded")


def _over_ms(now: State) -> int | None:
    over = _over(now)
    return None if over is None else over.at_ms


def _over(now: State) -> _Event | None:
    """Return since when nothing more is expected of any addressee; None while something is.

    A request that was withdrawn can be closed no more, and what was given before stays given.
    """
    is_over = all(track.status in table.OVER for track in now.tracks)
    return _last(now, *_ENDS) if is_over else None


def _last(now: State, *events: str) -> _Event | None:
    """Return the last of these events on any addressee's track, or None.

    One that came before its track was reopened has to come again.
    """
    found: list[_Event] = []
    for track in now.tracks:
        own: list[_Event] = []
        for mark in clocks.marks(now, track.party):
            if mark.event in events:
                own += [] if mark.at_ms is None else [_Event(mark.at_ms, track.party)]
            elif mark.event == table.REOPENED:
                own = []
        found += own
    return max(found, key=lambda one: one.at_ms, default=None)


def _rules(now: State, guideline: Guideline, adopted: Adoptions, now_ms: int) -> Iterator[Rule]:
    """Give the retention of a guideline with the ends that its events give."""
    for one in guideline.retention:
        last = _over(now) if one.after == retention.CLOSED else _last(now, one.after)
        ends: dict[str, int] = {}
        if last is not None:
            term = Term(one.length.amount, one.length.unit, one.length.of)
            sides = clocks.sides(now, last.track, adopted.periods).at(now_ms)
            days = run.side_calendar(term.of, sides)
            ends[one.after] = term_count.count(term, days, last.at_ms, (), rolls=False).due_ms
        yield Rule(one.blob, one.after, ends)


def _attested(now: State, sha256: str) -> tuple[str, ...]:
    return tuple(sorted({one.party for one in now.destroyed if sha256 in one.blobs}))


RETENTION: Final = Retention(_over_ms, _rules, _attested)
