"""Calendars as text: plain YAML, read strictly, written one way.

    id: "cn"
    title: {"en": "…", "zh": "…"}
    …
    days:
      - {date: "2026-01-01", kind: "holiday", name: {"en": "…"}, source: "…"}

What `render` writes is JSON in each line, so that YAML of every version reads it alike.

Source: docs/spec/clocks.md, part 2; calendar.schema.json.
Floor: clocks (pure).
"""

import hashlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from comity.clocks import days as numbers
from comity.clocks.calendar import WORKDAY, Calendar, Cover, Day, OfficeHours
from comity.clocks.calendar_schema import SCHEMA, WEEKDAYS
from comity.kernel import ijson
from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.kernel.kind_of_text import Kind
from comity.kernel.problem import Problem

type _Fields = dict[str, Any]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def parse(data: bytes, name: str = "calendar") -> Calendar:
    """Read a calendar that a person or `render` wrote.

    Args:
        data: plain YAML.
        name: of the file, for what is said about it.

    Raises:
        Fault: `kernel.yaml.malformed`.
        Unfit: `clocks.calendar.unfit`, with every problem and its line.
    """
    found = _calendar(_kind().read(data, name))
    return replace(found, sha256=hashlib.sha256(data).hexdigest())


def render(calendar: Calendar) -> bytes:
    """Return the one spelling; the inverse of `parse`."""
    lines = [
        f"id: {_text(calendar.id)}",
        f"title: {_flow(calendar.title)}",
        f"version: {_text(calendar.version)}",
        f"source: {_text(calendar.source)}",
        f"zone: {_text(calendar.zone)}",
        "offsets:",
        *(_offset_line(from_ms, seconds) for from_ms, seconds in calendar.offsets),
        f"weekend: [{', '.join(WEEKDAYS[number - 1] for number in calendar.weekend)}]",
    ]
    if calendar.office is not None:
        opens, closes = calendar.office.opens_minute, calendar.office.closes_minute
        lines.append(f"office_hours: {{opens: {_minute(opens)}, closes: {_minute(closes)}}}")
    lines += ["covers:", *_cover_lines(calendar.cover)]
    lines.append("days:" if calendar.days else "days: []")
    for day, entry in calendar.days.items():
        lines += [
            f"  - date: {_text(numbers.render_day(day))}",
            f"    kind: {entry.kind}",
            f"    name: {_flow(entry.name)}",
            f"    source: {_text(entry.source)}",
        ]
    return ("\n".join(lines) + "\n").encode()


def _text(value: str) -> str:
    return ijson.render(value).decode()


def _flow(words: Mapping[str, str]) -> str:
    inner = ", ".join(f"{language}: {_text(words[language])}" for language in sorted(words))
    return f"{{{inner}}}"


def _minute(minute: int) -> str:
    return _text(f"{minute // 60:02}:{minute % 60:02}")


def _offset_line(from_ms: int, seconds: int) -> str:
    at = _EPOCH + timedelta(milliseconds=from_ms)
    spelled = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"  - {{from: {_text(spelled)}, utc: {_text(numbers.render_offset(seconds))}}}"


def _cover_lines(cover: Cover) -> Iterator[str]:
    yield f"  first: {_text(numbers.render_day(cover.first))}"
    yield f"  last: {_text(numbers.render_day(cover.last))}"
    if cover.decreed_until != cover.last:
        yield f"  decreed_until: {_text(numbers.render_day(cover.decreed_until))}"


@cache
def _kind() -> Kind:
    return Kind("clocks.calendar.unfit", SCHEMA, _beyond_schema)


def _calendar(fields: _Fields) -> Calendar:
    cover = fields["covers"]
    hours = fields.get("office_hours")
    return Calendar(
        id=fields["id"],
        title=MappingProxyType(fields["title"]),
        version=fields["version"],
        source=fields["source"],
        zone=fields["zone"],
        offsets=tuple((_instant(one["from"]), _seconds(one["utc"])) for one in fields["offsets"]),
        weekend=tuple(sorted(WEEKDAYS.index(name) + 1 for name in fields["weekend"])),
        days=MappingProxyType(
            {
                _day(one["date"]): Day(one["kind"], MappingProxyType(one["name"]), one["source"])
                for one in fields["days"]
            }
        ),
        cover=Cover(
            _day(cover["first"]),
            _day(cover["last"]),
            _day(cover.get("decreed_until", cover["last"])),
        ),
        office=None if hours is None else OfficeHours(*(_minutes(hours[key]) for key in _HOURS)),
    )


_HOURS: Final = ("opens", "closes")
_NO_DATE: Final = "calendar.date-impossible"
_NO_TIME: Final = "calendar.time-impossible"


def _day(text: str) -> int:
    return numbers.number_of(date.fromisoformat(text))


def _instant(text: str) -> int:
    return int((datetime.fromisoformat(text) - _EPOCH) / timedelta(milliseconds=1))


def _seconds(text: str) -> int:
    hours, minutes, seconds = (int(part) for part in f"{text[1:]}:00".split(":")[:3])
    total = hours * 3600 + minutes * 60 + seconds
    return -total if text.startswith("-") else total


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _beyond_schema(fields: _Fields) -> Iterator[Problem]:
    """Find what a schema cannot say: first what is no date, then what does not agree."""
    found = list(_impossible(fields))
    yield from found
    if not found:
        yield from _cover_problems(fields)
        yield from _day_problems(fields)
        yield from _order_problems(fields)


def _impossible(fields: _Fields) -> Iterator[Problem]:
    places = [(f"/covers/{key}", text) for key, text in fields["covers"].items()]
    places += [(f"/days/{at}/date", one["date"]) for at, one in enumerate(fields["days"])]
    for pointer, text in places:
        if not _is_read(_day, text):
            what = "There is no such date."
            yield Problem(pointer, quoted(text), what, "Correct it.", rule=_NO_DATE)
    for at, one in enumerate(fields["offsets"]):
        if not _is_read(_instant, one["from"]):
            pointer = f"/offsets/{at}/from"
            what = "There is no such time."
            yield Problem(pointer, quoted(one["from"]), what, "Correct it.", rule=_NO_TIME)


def _is_read(read: Any, text: str) -> bool:  # noqa: ANN401 -- either of two readers
    try:
        read(text)
    except ValueError:
        return False
    return True


def _cover_problems(fields: _Fields) -> Iterator[Problem]:
    cover = fields["covers"]
    if cover["last"] < cover["first"]:
        yield Problem(
            "/covers/last",
            quoted(cover["last"]),
            "It lies before the first.",
            "Correct one.",
            rule="calendar.cover-backwards",
        )
    until = cover.get("decreed_until", cover["last"])
    if until > cover["last"]:
        yield Problem(
            "/covers/decreed_until",
            quoted(until),
            "It lies after the last.",
            "Correct one.",
            rule="calendar.decree-beyond",
        )
    hours = fields.get("office_hours")
    if hours is not None and hours["closes"] <= hours["opens"]:
        yield Problem(
            "/office_hours/closes",
            quoted(hours["closes"]),
            "It closes before it opens.",
            "Give hours of one day.",
            rule="calendar.hours-backwards",
        )


def _day_problems(fields: _Fields) -> Iterator[Problem]:
    cover = fields["covers"]
    weekend = {WEEKDAYS.index(name) + 1 for name in fields["weekend"]}
    for at, one in enumerate(fields["days"]):
        text = one["date"]
        if not cover["first"] <= text <= cover["last"]:
            yield Problem(
                f"/days/{at}/date",
                quoted(text),
                "It lies outside of what the calendar covers.",
                "Widen `covers`, or remove the day.",
                rule="calendar.day-outside",
            )
        if one["kind"] == WORKDAY and numbers.weekday_of(_day(text)) not in weekend:
            yield Problem(
                f"/days/{at}/kind",
                quoted(text),
                "Work is done on that day of the week anyway.",
                "Correct the date, or remove the day.",
                rule="calendar.workday-needless",
            )


def _order_problems(fields: _Fields) -> Iterator[Problem]:
    for key, inner in (("days", "date"), ("offsets", "from")):
        for at, (before, one) in enumerate(itertools.pairwise(fields[key]), start=1):
            if one[inner] <= before[inner]:
                yield Problem(
                    f"/{key}/{at}/{inner}",
                    quoted(one[inner]),
                    "It does not come after the one before it.",
                    "Put each once, by time.",
                    rule="calendar.out-of-order",
                )


def as_json(calendar: Calendar) -> dict[str, Json]:
    """Return what a command or a page tells of a calendar."""
    cover = calendar.cover
    kinds = [entry.kind for entry in calendar.days.values()]
    return {
        "id": calendar.id,
        "title": dict(calendar.title),
        "version": calendar.version,
        "source": calendar.source,
        "zone": calendar.zone,
        "first": numbers.render_day(cover.first),
        "last": numbers.render_day(cover.last),
        "decreed_until": numbers.render_day(cover.decreed_until),
        "holidays": len(kinds) - kinds.count(WORKDAY),
        "workdays": kinds.count(WORKDAY),
        "sha256": calendar.sha256,
    }
