"""The plan of duty as an iCalendar file, out and in.

Out: one event a part of the plan, in UTC; its UID stays while the shift does, and it takes
nobody's time (TRANSPARENT).  In: each event becomes an override of a line; an event repeats by
RRULE; a time without a zone, in one that nobody knows or that its file tells otherwise, an unknown
officer or too many shifts are refused, event by event.

Source: RFC 5545, RFC 7986.
Floor: node.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from importlib.metadata import version
from typing import Any, Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar, Event

from comity.domestic.duty.plan import Overridden, Part
from comity.kernel.fault import Fault, quoted
from comity.kernel.problem import Problem, Unfit

SHIFTS_MAX: Final = 10_000
_OFFICER: Final = "X-COMITY-OFFICER"
_REPEATS_DAYS: Final = 400
_REPEATING_MAX: Final = 64
"""Events of a file that repeat: each is counted from its first day on, however long ago."""
_OFTEN: Final = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
_WITHIN_A_DAY: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")


def render(parts: Iterable[Part], party: str, now_ms: int) -> bytes:
    """Return the file, in whole seconds; where nobody is planned there is no event."""
    found = Calendar()
    found.add("prodid", f"-//comity//{version('comity')}//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", f"comity {party}")
    found.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for one in parts:
        if one.officer and one.from_ms // 1_000 < one.until_ms // 1_000:
            found.add_component(_event(one, party, now_ms))
    return bytes(found.to_ical())


def _event(one: Part, party: str, now_ms: int) -> Event:
    made = Event()
    made.add("uid", f"{one.line}-{one.shift}-{one.from_ms}.{party}@comity")
    made.add("dtstamp", _at(now_ms))
    made.add("dtstart", _at(one.from_ms))
    made.add("dtend", _at(one.until_ms))
    made.add("summary", f"{one.line}: {one.officer}")
    made.add(_OFFICER, one.officer)
    made.add("transp", "TRANSPARENT")
    made.add("x-microsoft-cdo-busystatus", "FREE")
    return made


def _at(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1_000, UTC)


def read(data: bytes, line: str, now_ms: int) -> list[Overridden]:
    """Return the shifts of a file that are to come, as overrides of a line.

    Raises:
        Fault: `duty.roster.malformed`.
        Unfit: `duty.roster.unfit`, with every problem and its event.
    """
    try:
        calendar = Calendar.from_ical(data.decode("utf-8"))
        events, zones = calendar.walk("VEVENT"), _zones(calendar)
    except (ValueError, KeyError, IndexError) as error:
        raise Fault(
            code="duty.roster.malformed",
            what=f"This is no iCalendar file: {quoted(str(error))}.",
            fix="Export the roster as .ics in UTF-8, and give that file.",
        ) from error
    problems: list[Problem] = []
    found: list[Overridden] = []
    if sum("rrule" in one for one in events) > _REPEATING_MAX:
        what = f"Over {_REPEATING_MAX} of its events repeat."
        problems.append(Problem("", "", what, "Give them in parts.", rule="duty.roster-event"))
        raise Unfit("duty.roster.unfit", "roster", tuple(problems))
    for number, event in enumerate(events, start=1):
        try:
            found += _read(event, zones, line, now_ms)
        except _UnusableError as error:
            named = quoted(str(event.get("summary", "")))
            problems.append(
                Problem(f"/{number}", named, error.what, error.fix, rule="duty.roster-event")
            )
        if len(found) > SHIFTS_MAX:
            what = f"There are over {SHIFTS_MAX} shifts."
            problems.append(Problem(f"/{number}", "", what, "Give less.", rule="duty.roster-event"))
            break
    if problems:
        raise Unfit("duty.roster.unfit", "roster", tuple(problems))
    return found


type Zones = Mapping[str, tzinfo]
"""That a file describes, by name."""


class _UnusableError(ValueError):
    """Why an event is no shift."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what, self.fix = what, fix


def _zones(calendar: Any) -> Zones:  # noqa: ANN401 -- of the library
    """Return the zones that a file describes itself, by name."""
    return {
        str(one.get("tzid", "")): one.to_tz(lookup_tzid=False) for one in calendar.walk("VTIMEZONE")
    }


def _read(event: Any, zones: Zones, line: str, now_ms: int) -> list[Overridden]:  # noqa: ANN401 -- of the library
    """Return the shifts of one event; the library raises more than it says where one is broken."""
    try:
        return list(_shifts(event, zones, line, now_ms))
    except _UnusableError:
        raise
    except (ValueError, OverflowError) as error:
        raise _UnusableError(
            f"It cannot be read: {quoted(str(error))}.",
            "Correct its times and its rule, or leave it out.",
        ) from error


def _shifts(event: Any, zones: Zones, line: str, now_ms: int) -> Iterator[Overridden]:  # noqa: ANN401 -- of the library
    begins, ends = (_instant(event, name, zones) for name in ("dtstart", "dtend"))
    if ends <= begins:
        raise _UnusableError("It ends before it begins.", "Correct its times.")
    summary = str(event.get("summary", ""))
    officer = str(event.get(_OFFICER, "")) or summary.rpartition(":")[2].strip()
    starts = [begins]
    if "rrule" in event:
        _require_days(event["rrule"])
        rule = rrulestr(event["rrule"].to_ical().decode(), dtstart=begins)
        since = _at(now_ms) - (ends - begins)
        until = _at(now_ms) + timedelta(days=_REPEATS_DAYS)
        coming = itertools.takewhile(until.__gt__, rule.xafter(since, inc=True))
        starts = list(itertools.islice(coming, SHIFTS_MAX + 1))
    for start in starts:
        from_ms = int(start.timestamp()) * 1_000
        until_ms = from_ms + int((ends - begins).total_seconds()) * 1_000
        if until_ms > now_ms:
            yield Overridden(line, officer, from_ms, until_ms, "", 0)


def _require_days(rule: Any) -> None:  # noqa: ANN401 -- of the library
    """Refuse a rule within a day: a second's, from long ago on, would be counted for hours."""
    often = _OFTEN.intersection(str(one).upper() for one in rule.get("FREQ", ()))
    within = [name for name in _WITHIN_A_DAY if name in rule]
    if often or within:
        raise _UnusableError(
            f"It repeats within a day: {', '.join([*sorted(often), *within])}.",
            "Give each shift of a day an event of its own, which repeats by days or more.",
        )


def _instant(event: Any, name: str, zones: Zones) -> datetime:  # noqa: ANN401 -- as above
    found = event.get(name)
    value = getattr(found, "dt", None)
    if not isinstance(value, date):
        raise _UnusableError(
            f"It has no {name.upper()}.", "Give each shift a beginning and an end."
        )
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _UnusableError(
            f"{value.isoformat()} has no time or no zone: nobody knows when that is.",
            "Export it with zones, or in UTC.",
        )
    return _placed(value, str(getattr(found, "params", {}).get("TZID", "")), zones)


def _placed(value: datetime, zone: str, zones: Zones) -> datetime:
    """Return an instant in a zone that both this program and its file know alike.

    The library keeps zones of files that it read before; what counts is what this file says.
    """
    is_known = value.tzinfo is UTC or isinstance(value.tzinfo, ZoneInfo) or not zone
    if not is_known and zone not in zones:
        raise _UnusableError(
            f"Nobody here knows the zone {quoted(zone)}.",
            "Name a zone of IANA, such as Asia/Shanghai, or export it in UTC.",
        )
    if zone not in zones:
        return value
    told = value.replace(tzinfo=zones[zone])
    if is_known and told.utcoffset() != value.utcoffset():
        raise _UnusableError(
            f"The file says that {quoted(zone)} is {told.isoformat()[-6:]} then, and it is "
            f"{value.isoformat()[-6:]}.",
            "Export it again, with a newer program or in UTC.",
        )
    return told if not is_known else value
