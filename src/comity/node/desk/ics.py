"""What is due, and when sessions are, as an iCalendar file: an event for each, tasks for others.

Codes, ids and the last day, and nothing else: no person, no text of a request.  The UID is that of
the run, so it stays when the clock moves, and SEQUENCE rises with every pause, extension and
calendar that can have moved it.  Both come from the acts, so every process of a node gives the
same file.

Source: RFC 5545.
Floor: node.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

from icalendar import Alarm, Calendar, Event, Todo

from comity.clocks import clock, words
from comity.node.base.dated import Dated
from comity.node.base.rows import MatterRow
from comity.node.desk.due_list import Line

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_SHORT: Final = 8
_UID_CHARS: Final = 32
_DUE: Final = frozenset({words.DUE, words.DUE_DAY})
"""Steps that say which day is the last: the event stands at its end, so on the day after."""
_LAST_MS: Final = 253_402_300_799_000
"""9999-12-31 23:59:59 UTC: what a calendar can write."""


def render(
    lines: Iterable[Line],
    party: str,
    now_ms: int,
    lang: str = "en",
    ends: tuple[str, int] | None = None,
    dates: Iterable[tuple[MatterRow, Dated]] = (),
) -> bytes:
    """Return the file.

    Args:
        lines: open clocks; those that wait have no due time and are left out.
        party: ours: our own duties are reminded of when they are due soon.
        now_ms: the instant of which they were asked.
        lang: of their names, `en` or `zh`.
        ends: id of the token that a calendar program comes by, and when that ends by itself: a
            program that is refused shows what it had, and nobody would know that it is old.
        dates: matters that take place at a time.
    """
    found = Calendar()
    found.add("prodid", f"-//comity//{version('comity')}//EN")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", f"comity {party}")
    for line in lines:
        due_ms = line.timed.clock.due_at_ms
        if due_ms is not None and due_ms <= _LAST_MS:
            found.add_component(_event(line, due_ms, party, now_ms, lang))
    for row, one in dates:
        if 0 <= one.at_ms <= _LAST_MS:
            found.add_component(_dated(row, one, now_ms, lang))
    if ends is not None:
        found.add_component(_end(*ends, party, now_ms, lang))
    return bytes(found.to_ical())


def _dated(row: MatterRow, one: Dated, now_ms: int, lang: str) -> Event | Todo:
    made = Todo() if one.is_task else Event()
    name = hashlib.sha256(f"{row.channel}|{row.matter.kind}|{row.matter.id}".encode()).hexdigest()
    made.add("uid", f"{name[:_UID_CHARS]}@comity")
    made.add("sequence", one.sequence)
    made.add("dtstamp", _at(now_ms))
    made.add("due" if one.is_task else "dtstart", _at(one.at_ms))
    made.add("summary", one.words[lang])
    made.add("description", f"{row.matter.kind} {row.matter.id}")
    if one.place:
        made.add("location", one.place)
    made.add("status", one.status)
    made.add("class", "CONFIDENTIAL")
    return made


def _end(token_id: str, until_ms: int, party: str, now_ms: int, lang: str) -> Event:
    made, (summary, told) = Event(), _ENDS[lang]
    made.add("uid", f"{token_id}@comity")
    made.add("sequence", 0)
    made.add("dtstamp", _at(now_ms))
    made.add("dtstart", _at(until_ms))
    made.add("summary", f"comity {party}: {summary}")
    made.add("description", told)
    made.add("transp", "TRANSPARENT")
    made.add("class", "CONFIDENTIAL")
    made.add_component(_alarm(until_ms - _SOON_MS, summary))
    return made


_SOON_MS: Final = 7 * 86_400_000
_ENDS: Final = {
    "en": (
        "this calendar ends",
        "Its token ends. From now on it shows nothing new: make another with the scope feed.",
    ),
    "zh": ("本日历到期", "令牌到期后不再更新。请另建一个用于日历的令牌。"),
}


def uid(line: Line) -> str:
    """Return what names one run of a clock, whatever moves it."""
    parts = (
        line.found.row.channel,
        line.found.row.matter.id,
        line.timed.track,
        line.timed.rule.name,
        str(line.timed.clock.received_at_ms),
    )
    return f"{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:_UID_CHARS]}@comity"


def sequence(line: Line) -> int:
    """Return how often something came that can have moved a run: it never falls."""
    rule = line.timed.rule
    since = line.timed.clock.received_at_ms or 0
    moving = {event for pause in rule.pauses for event in (*pause.starts, *pause.ends)}
    told = line.found.heard(line.timed.track)
    heard = sum(
        mark.event in moving and mark.at_ms is not None and since <= mark.at_ms
        for mark in told
        if (mark.at_ms or 0) <= line.found.now_ms
    )
    extended = sum(step.kind == words.EXTENSION for step in line.timed.clock.why)
    return heard + extended + len(line.timed.moved)


def _event(line: Line, due_ms: int, party: str, now_ms: int, lang: str) -> Event:
    timed, matter = line.timed, line.found.row.matter
    made = Event()
    made.add("uid", uid(line))
    made.add("sequence", sequence(line))
    made.add("dtstamp", _at(now_ms))
    made.add("dtstart", _at(due_ms))
    label = line.found.label(timed.rule.name)[lang]
    made.add("summary", f"{timed.party}: {label} ({matter.kind} {matter.id[:_SHORT]})")
    status = words.STATUSES[timed.clock.status][lang]
    about = ", ".join(filter(None, (line.found.type, line.found.row.urgency)))
    told = [
        f"{matter.kind} {matter.id}",
        *filter(None, (about,)),
        f"{timed.rule.name}: {status}",
        *(step.words[lang] for step in timed.clock.why if step.kind in _DUE),
    ]
    made.add("description", "\n".join(told))
    made.add("categories", [timed.rule.name, timed.clock.status])
    made.add("transp", "TRANSPARENT")
    made.add("class", "CONFIDENTIAL")
    alert_ms = timed.clock.alert_at_ms
    if timed.party == party and alert_ms is not None and timed.clock.status == clock.RUNNING:
        made.add_component(_alarm(alert_ms, f"{timed.rule.name} {matter.id[:_SHORT]}"))
    return made


def _alarm(at_ms: int, text: str) -> Alarm:
    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", text)
    made.add("trigger", _at(at_ms), parameters={"VALUE": "DATE-TIME"})  # 3.8.6.3: else a duration
    return made


def _at(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1_000, UTC)
