"""Count agreed time without comity: whether a clock was kept, and how many units were used.

Written from docs/spec/clocks.md and clauses 1.8 to 1.10 of docs/spec/review.md, as they say things:
a term in days is walked day by day, and the units used are tried one after another.  A rule is
`{"name", "term", "starts", "ends", "stops", "pauses", "extended_by", "office", "rolls"}`, its term
`{"amount", "unit", "of"}`, a pause `{"starts", "ends"}`; `extended_by` is what events add, `{event:
{"amount", "unit"}}`, and `office` the side whose office hours count, or "".  A calendar is
`{"offsets", "weekend", "holidays", "workdays", "office"}` with dates of ISO 8601, offsets `[from
when on, seconds east of UTC]`, and of an office the minutes after midnight at which it opens and
closes, or null.  `extended_by` has null for `extended`: what other requests bring is given as
`granted`, `[(at_ms, term), ..]`.  Alerts are not counted, and no wall is set to another time at
midnight.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

type Mark = tuple[str, int]
"""An event, and when it was received."""
type Times = list[tuple[int, int]]

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
ELAPSED_MS = {"minutes": MINUTE_MS, "hours": HOUR_MS}
USED_MAX = 9_999
DAY = timedelta(days=1)
DAY_MS = 24 * HOUR_MS
EPOCH = date(1970, 1, 1)
NOBODYS: dict[str, Any] = {"offsets": [[0, 0]], "weekend": [], "holidays": [], "workdays": []}
MEASURED = {"acknowledge": "acknowledged", "respond": "responded", "complete": "completed"}


def of_measure(measure: str, rules: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the rule that measures a time (1.8): by the earliest of the ends that it waits for."""
    for rule in rules:
        waits = [name for name, event in MEASURED.items() if event in rule["ends"]]
        if "submitted" in rule["starts"] and waits[:1] == [measure]:
            return rule
    return None


def told(
    rule: dict[str, Any],
    marks: list[Mark],
    calendars: dict[str, Any],
    now_ms: int,
    granted: list[tuple[int, dict[str, Any]]],
) -> dict[str, Any]:
    """Return what a row says of the first run of a clock, without what is empty."""
    received, end, event = next(runs(rule["starts"], [*rule["ends"], *rule["stops"]], marks))
    waits = rule["office"] and rule["term"]["unit"] not in ELAPSED_MS
    start = opened(received, calendars[rule["office"]]) if waits else received
    until = now_ms if end is None else end
    paused = pauses(rule, marks)
    waited = joined(paused, start, until)
    calendar = calendars[rule["term"]["of"]] if rule["term"]["of"] else NOBODYS
    amount = rule["term"]["amount"]
    due_ms = due(rule, amount, start, waited, calendar)
    own = [(at, rule["extended_by"].get(name)) for name, at in marks]
    for at, added in sorted([*own, *granted], key=lambda one: one[0]):
        if added and added["unit"] == rule["term"]["unit"] and received <= at <= until:
            amount += added["amount"] if at < due_ms else 0
            due_ms = due(rule, amount, start, waited, calendar)
    used = 1
    while used < USED_MAX and due(rule, used, start, waited, calendar) <= until:
        used += 1
    is_waiting = end is None and any(
        high is None and low < due_ms and low <= until for low, high in paused
    )
    status = "running"
    if end is not None:
        status = "missed" if until >= due_ms else "met" if event in rule["ends"] else "stopped"
    elif until >= due_ms:
        status = "overdue"
    elif is_waiting:
        status = "paused"
    found: dict[str, Any] = {"clock": rule["name"], "unit": rule["term"]["unit"]}
    found |= {"agreed": amount, "used": used, "status": status}
    return found if status == "paused" else {**found, "due_ms": due_ms}


def waiting(
    rule: dict[str, Any], marks: list[Mark], from_ms: int, until_ms: int
) -> list[list[int]]:
    """Return the times of waiting in a span (1.10)."""
    return [list(one) for one in joined(pauses(rule, marks), from_ms, until_ms)]


def runs(
    starts: list[str], ends: list[str], marks: list[Mark]
) -> Iterator[tuple[int, int | None, str]]:
    """Give each run: when it starts, when it ends, and with what (1.5)."""
    start = None
    for event, at in marks:
        if start is not None and event in ends:
            yield start, at, event
            start = None
        if start is None and event in starts:
            start = at
    if start is not None:
        yield start, None, ""


def pauses(rule: dict[str, Any], marks: list[Mark]) -> list[tuple[int, int | None]]:
    """Return when it was waited for the other side (4.2)."""
    found = [
        (low, high)
        for one in rule["pauses"]
        for low, high, _ in runs(one["starts"], one["ends"], marks)
    ]
    return sorted(found, key=lambda one: one[0])


def joined(found: list[tuple[int, int | None]], from_ms: int, until_ms: int) -> Times:
    """Return the time that is in any of them, between two instants."""
    times: Times = []
    for start, end in found:
        low, high = max(start, from_ms), min(until_ms if end is None else end, until_ms)
        if low >= high:
            continue
        if times and low <= times[-1][1]:
            times[-1] = (times[-1][0], max(times[-1][1], high))
        else:
            times.append((low, high))
    return times


def due(
    rule: dict[str, Any], amount: int, start: int, waited: Times, calendar: dict[str, Any]
) -> int:
    """Return the first instant that is too late, of so many units (3, 4.3, 4.4)."""
    unit = rule["term"]["unit"]
    if unit in ELAPSED_MS:
        end = start + amount * ELAPSED_MS[unit]
        for low, high in waited:
            end += high - low if low < end else 0
        return end
    offsets = calendar["offsets"]
    lost = [(day_of(low, offsets), day_of(high, offsets)) for low, high in waited]
    first = last = day_of(start, offsets)
    left = amount if unit != "months" else (months_later(first, amount) - first).days
    while left:
        last += DAY
        is_lost = any(low <= last < high for low, high in lost)
        left -= not is_lost and (unit != "working-days" or is_working(last, calendar))
    while rule["rolls"] and (
        any(low <= last < high for low, high in lost) or not is_working(last, calendar)
    ):
        last += DAY
    return reached(last + DAY, 0, offsets)


def opened(at_ms: int, calendar: dict[str, Any]) -> int:
    """Return when an office is open, from an instant on (4.1)."""
    if calendar["office"] is None:
        return at_ms
    offsets, day = calendar["offsets"], day_of(at_ms, calendar["offsets"])
    while True:
        opens_ms, closes_ms = (reached(day, minute, offsets) for minute in calendar["office"])
        if is_working(day, calendar) and at_ms < closes_ms:
            return max(at_ms, opens_ms)
        day += DAY


def reached(day: date, minute: int, offsets: list[list[int]]) -> int:
    """Return when the wall first shows so many minutes of a day, none of them skipped (2.4)."""
    told_ms = (day - EPOCH).days * DAY_MS + minute * MINUTE_MS
    shown = (told_ms - 1_000 * seconds for _, seconds in offsets)
    return min(int(at) for at in shown if at + wall_ms(at, offsets) == told_ms)


def wall_ms(at_ms: int, offsets: list[list[int]]) -> int:
    """Return how far the wall is ahead of UTC at an instant (2.3)."""
    past = [seconds for from_ms, seconds in offsets if from_ms <= at_ms]
    return 1_000 * int(past[-1] if past else offsets[0][1])


def day_of(at_ms: int, offsets: list[list[int]]) -> date:
    """Return the date on the wall at an instant."""
    return EPOCH + (at_ms + wall_ms(at_ms, offsets)) // DAY_MS * DAY


def is_working(day: date, calendar: dict[str, Any]) -> bool:
    """Return whether a day is a working day (2.2)."""
    name = day.isoformat()
    if name in calendar["holidays"]:
        return False
    return name in calendar["workdays"] or day.isoweekday() not in calendar["weekend"]


def months_later(day: date, months: int) -> date:
    """Return the day of the same number so many months after, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)  # noqa: PLR2004 -- December
    return min(date(year, month + 1, 1) + (day.day - 1) * DAY, following - DAY)
