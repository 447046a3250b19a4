"""Whether the dialogue keeps its rhythm: each session planned, agreed, held, and what moved it.

    cadence(sessions, terms)    one line a session of a series, in the order of their dates

A session is planned for the last one that was held and the cadence of the terms; of the first,
and without terms, for the first date that was agreed.

Source: docs/spec/dialogue.md, 12.
Floor: joint (pure).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from comity.acts import stance
from comity.acts.points import State
from comity.joint.dialogue import acts, due, view
from comity.joint.dialogue.terms import Terms
from comity.kernel.ijson import Json

_YEAR_MONTHS: Final = 12
_LAST_DAY: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Moved:
    """A date that was agreed in the place of another, or left.

    Attributes:
        to_ms: the new date, or None where the session was postponed.
        party: who moved.
        reason: its code, or "".
    """

    to_ms: int | None
    party: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One session.

    Attributes:
        id: of its matter.
        series, label: what it is called.
        status: a key of `view.STATUS_WORDS`.
        format: that is agreed, or "".
        into: the series into which it was converted, or "".
        planned_ms: by the cadence, or None.
        first_ms: the first date that was agreed, or None.
        agreed_ms: the date that is agreed, or None.
        held_ms: the date on which it was held, or None.
        moved: every change of its date, the oldest first.
        slip_days: from when it was planned to when it was held or is agreed; None: neither is.
        reported_to: label of the session to which its agreed minutes are reported, or "".
    """

    id: str
    series: str
    label: str
    status: str
    format: str
    into: str
    planned_ms: int | None
    first_ms: int | None
    agreed_ms: int | None
    held_ms: int | None
    moved: tuple[Moved, ...]
    slip_days: int | None
    reported_to: str = ""

    def as_json(self) -> dict[str, Json]:
        """Return it as data."""
        moved: list[Json] = [
            {"to_ms": one.to_ms, "party": one.party, "reason": one.reason} for one in self.moved
        ]
        return {
            "id": self.id,
            "series": self.series,
            "label": self.label,
            "status": self.status,
            "format": self.format,
            "into": self.into,
            "planned_ms": self.planned_ms,
            "first_ms": self.first_ms,
            "agreed_ms": self.agreed_ms,
            "held_ms": self.held_ms,
            "slip_days": self.slip_days,
            "reported_to": self.reported_to,
            "moved": moved,
        }


def cadence(sessions: Iterable[tuple[str, State]], terms: Mapping[str, Terms]) -> tuple[Line, ...]:
    """Return a line for each session, by series and date.

    Args:
        sessions: id and state of each.
        terms: of each series that has some in force.
    """
    lines = sorted((_line(*one) for one in sessions if one[1].said), key=_place)
    last: dict[str, int] = {}
    found: list[Line] = []
    for one in lines:
        planned = one.first_ms
        if one.series in last and one.series in terms:
            planned = later(last[one.series], terms[one.series].months)
        at = one.held_ms or one.agreed_ms
        slip = None if planned is None or at is None else (at - planned) // due.DAY_MS
        found.append(replace(one, planned_ms=planned, slip_days=slip))
        if one.held_ms is not None:
            last[one.into or one.series] = one.held_ms
    return tuple(found)


def _place(one: Line) -> tuple[str, int, str]:
    at = one.held_ms or one.agreed_ms or one.first_ms
    return one.series, at if at is not None else 1 << 62, one.label


def _line(matter_id: str, now: State) -> Line:
    return Line(
        id=matter_id,
        series=view.series(now),
        label=view.label(now),
        status=view.status(now),
        format=now.agreed(acts.FORMAT),
        into=now.agreed(acts.INTO),
        planned_ms=None,
        first_ms=view.first_when_ms(now),
        agreed_ms=view.when_ms(now),
        held_ms=due.opened_ms(now),
        moved=tuple(_moves(now)),
        slip_days=None,
        reported_to=view.reported_to(now),
    )


def _moves(now: State) -> list[Moved]:
    """Return what moved the date: each agreement but the first, and each postponement."""
    found: list[tuple[int, Moved]] = [
        (one.at, Moved(int(one.value), min(one.by, key=lambda by: by.at).party, ""))
        for one in stance.ever(now.stances(acts.WHEN), now.parties)[1:]
    ]
    found += [
        (one.at, Moved(None, one.party, one.codes.get(acts.REASON, "")))
        for one in now.told(acts.POSTPONED)
    ]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def later(at_ms: int, months: int) -> int:
    """Return the same time so many months later; the last day of a month that has no such day."""
    at = datetime.fromtimestamp(at_ms / 1_000, UTC)
    year, month = divmod(at.year * _YEAR_MONTHS + at.month - 1 + months, _YEAR_MONTHS)
    is_leap = month == 1 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    day = min(at.day, _LAST_DAY[month] + is_leap)
    return int(at.replace(year=year, month=month + 1, day=day).timestamp() * 1_000)
