"""Calendars, rules and marks for tests; strategies of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from comity.clocks import days as numbers
from comity.clocks import rule as rules
from comity.clocks import term as terms
from comity.clocks.calendar import HOLIDAY, WORKDAY, Calendar, Cover, Day, OfficeHours
from comity.clocks.mark import Mark
from comity.clocks.offsets import DAY_MS, Offsets
from comity.clocks.rule import Extension, PauseRule, Rule
from comity.clocks.term import Term

HOUR_MS = 3_600_000
PAUSE = PauseRule(("asked",), ("told",), (("en", "clarification is awaited"), ("zh", "等待补充")))
OTHER = PauseRule(("sent-on",), ("taken-on",))
BEIJING: Offsets = ((0, 28_800),)
NEW_YORK: Offsets = (
    (1_762_063_200_000, -18_000),  # 2025-11-02 06:00 UTC
    (1_772_953_200_000, -14_400),  # 2026-03-08 07:00 UTC
    (1_793_512_800_000, -18_000),  # 2026-11-01 06:00 UTC
)


def at(text: str) -> int:
    """Return the instant of `2026-11-24 18:05 +0800`."""
    seconds = datetime.strptime(text, "%Y-%m-%d %H:%M %z").timestamp()
    return int(seconds) * 1000


def day(text: str) -> int:
    """Return the number of `2026-11-24`."""
    return numbers.number_of(date.fromisoformat(text))


def calendar(
    days: Mapping[str, str] | None = None, offsets: Offsets = BEIJING, **changed: object
) -> Calendar:
    """Return a calendar of 2026 with `{date: kind}`."""
    made = Calendar(
        id="made",
        title={"en": "Made", "zh": "自拟"},
        version="1",
        source="the test",
        zone="Asia/Shanghai",
        offsets=offsets,
        weekend=(6, 7),
        days={
            day(text): Day(kind, {"en": f"{kind} {text}"}, f"decree of {text}")
            for text, kind in sorted((days or {}).items())
        },
        cover=Cover(day("2026-01-01"), day("2026-12-31"), day("2026-12-31")),
    )
    return replace(made, **changed)  # type: ignore[arg-type] # fields by name


def rule(term: Term, **changed: object) -> Rule:
    """Return a rule from `submitted` to `answered`."""
    made = Rule(
        "answer",
        term,
        ("submitted",),
        ("answered",),
        stops=("withdrawn",),
        pauses=(PAUSE, OTHER),
        extensions=(Extension("extended"),),
        source="guideline 4.2",
    )
    return replace(made, **changed)  # type: ignore[arg-type] # fields by name


def marks(*told: tuple[str, int]) -> list[Mark]:
    """Return a mark of each event at its instant."""
    return [Mark(event, at_ms, "aa", f"act-{place}") for place, (event, at_ms) in enumerate(told)]


START_MS = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp()) * 1000
instants = st.integers(START_MS, START_MS + 300 * DAY_MS)
amounts = st.integers(1, 30)
units = st.sampled_from(terms.UNITS)
agreed = st.builds(Term, amounts, units, st.sampled_from(terms.SIDES))
events = st.sampled_from(
    ["submitted", "answered", "withdrawn", "asked", "told", "sent-on", "taken-on", "extended"]
)
any_mark = st.builds(
    Mark,
    events,
    st.one_of(st.none(), instants, st.integers(-(1 << 53), 1 << 53)),
    st.just("aa"),
    st.sampled_from(["act-1", "act-2", "act-3"]),
    st.one_of(st.none(), agreed),
)
any_marks = st.lists(any_mark, max_size=8)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Give a calendar with random days, weekend, wall and office hours."""
    weekend = draw(st.sampled_from([(), (5, 6), (6, 7), (7,), (1, 2, 3, 4, 5, 6)]))
    first = day("2026-01-01")
    found = draw(st.lists(st.integers(first, first + 364), max_size=25, unique=True))
    entries = {
        one: Day(
            WORKDAY if numbers.weekday_of(one) in weekend and draw(st.booleans()) else HOLIDAY,
            {"en": "a day"},
            "decree",
        )
        for one in sorted(found)
    }
    office = draw(st.sampled_from([None, OfficeHours(540, 1080), OfficeHours(0, 1)]))
    offsets = draw(st.sampled_from([BEIJING, NEW_YORK, ((0, 0),)]))
    made = calendar(offsets=offsets, weekend=weekend, office=office)
    return replace(made, days=entries)


any_rule = st.builds(
    lambda term, receipt, last_day, alert: rule(
        term, receipt=receipt, last_day=last_day, alert_before=alert
    ),
    agreed,
    st.sampled_from(rules.RECEIPTS),
    st.sampled_from(rules.LAST_DAYS),
    st.one_of(st.none(), agreed),
)
