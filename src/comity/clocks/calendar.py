"""Calendars: which days count, when the office is open, what the wall shows; all of it data.

    id: cn
    days: [{date: "2026-02-14", kind: workday, name: {en: …, zh: …}, source: …}, …]

Both sides adopt the text of a calendar by its hash, so both count alike.  How it is read and
written is told in `comity.clocks.calendar_text`.

Source: docs/spec/clocks.md, part 2.
Floor: clocks (pure).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.clocks import days as numbers
from comity.clocks import offsets as walls
from comity.clocks.offsets import DAY_MS, MINUTE_MS, Offsets

HOLIDAY: Final = "holiday"
WORKDAY: Final = "workday"
WEEKEND: Final = "weekend"
PLAIN: Final = ""
"""A day of the week on which work is done, with no entry of its own."""

SATURDAY: Final = 6
SUNDAY: Final = 7
FIRST_DAY: Final = -719_162
"""0001-01-01: a calendar that covers everything begins here."""
LAST_DAY: Final = 2_932_896
"""9999-12-31."""

type Words = Mapping[str, str]
"""`{language: text}`."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day with an entry of its own.

    Attributes:
        kind: `holiday`, or `workday`: a day of the weekend on which work is done.
        name: in each language.
        source: the decree or statute.
    """

    kind: str
    name: Words
    source: str


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When an office is open on working days, by the clock on its wall.

    Attributes:
        opens_minute: minutes after midnight; the first that counts.
        closes_minute: the first that does not.
    """

    opens_minute: int
    closes_minute: int


@dataclass(frozen=True, slots=True)
class Cover:
    """Of which days a calendar speaks.

    Attributes:
        first: day, as a number (see `comity.clocks.days`).
        last: day.
        decreed_until: the last day whose decree is out; after it stands what the law alone says.
    """

    first: int
    last: int
    decreed_until: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of one side.

    Attributes:
        id: such as `cn`.
        title: in each language.
        version: of this text.
        source: what it rests on as a whole.
        zone: the IANA name, for people; what counts is `offsets`.
        offsets: the clock on the wall.
        weekend: ISO numbers of weekdays without work, in order.
        days: `{day: entry}`, days as numbers, in order.
        cover: of which days it speaks.
        office: its hours, or None where it is always open.
        sha256: of the text as adopted, hex; "" before there is one.
    """

    id: str
    title: Words
    version: str
    source: str
    zone: str
    offsets: Offsets
    weekend: tuple[int, ...]
    days: Mapping[int, Day]
    cover: Cover
    office: OfficeHours | None = None
    sha256: str = field(default="", compare=False)

    def kind_of(self, day: int) -> str:
        """Return `holiday`, `workday`, `weekend`, or "" for a plain working day."""
        entry = self.days.get(day)
        if entry is not None:
            return entry.kind
        return WEEKEND if self.is_off(day) else PLAIN

    def is_off(self, day: int) -> bool:
        """Return whether a day is of the weekend, whatever entry it has."""
        return numbers.weekday_of(day) in self.weekend

    def is_working(self, day: int) -> bool:
        """Return whether a day counts as a working day."""
        return self.kind_of(day) in {PLAIN, WORKDAY}

    def next_working(self, day: int) -> int:
        """Return the first working day after a day."""
        day += 1
        while not self.is_working(day):
            day += 1
        return day

    def day_at(self, at_ms: int) -> int:
        """Return the day of an instant."""
        return walls.day_at(self.offsets, at_ms)

    def start_ms(self, day: int) -> int:
        """Return the first instant of a day; of the day after, it is the end of this one."""
        return walls.day_start_ms(self.offsets, day)

    def open_from_ms(self, at_ms: int) -> int:
        """Return this instant if the office is open then, or else when it opens next."""
        if self.office is None:
            return at_ms
        day = self.day_at(at_ms)
        if self.is_working(day):
            opens_ms = self._shown_ms(day, self.office.opens_minute)
            if at_ms < opens_ms:
                return opens_ms
            if at_ms < self._shown_ms(day, self.office.closes_minute):
                return at_ms
        return self._shown_ms(self.next_working(day), self.office.opens_minute)

    def open_hours(self, from_ms: int, to_ms: int) -> Iterator[tuple[int, int]]:
        """Give when the office is open between two instants, in order."""
        if self.office is None:
            yield from_ms, to_ms
            return
        for day in range(self.day_at(from_ms), self.day_at(to_ms) + 1):
            if self.is_working(day):
                opens_ms = max(from_ms, self._shown_ms(day, self.office.opens_minute))
                closes_ms = min(to_ms, self._shown_ms(day, self.office.closes_minute))
                if opens_ms < closes_ms:
                    yield opens_ms, closes_ms

    def _shown_ms(self, day: int, minute: int) -> int:
        return walls.first_shown_ms(self.offsets, day * DAY_MS + minute * MINUTE_MS)


UTC: Final = Calendar(
    id="utc",
    title=MappingProxyType({"en": "Days of UTC", "zh": "协调世界时的日期"}),
    version="",
    source="",
    zone="UTC",
    offsets=walls.UTC,
    weekend=(),
    days=MappingProxyType({}),
    cover=Cover(FIRST_DAY, LAST_DAY, LAST_DAY),
)
"""Of terms that name no side: every day counts."""

MISSING: Final = Calendar(
    id="missing",
    title=MappingProxyType({"en": "no calendar adopted", "zh": "尚未通过日历"}),
    version="",
    source="",
    zone="UTC",
    offsets=walls.UTC,
    weekend=(SATURDAY, SUNDAY),
    days=MappingProxyType({}),
    cover=Cover(LAST_DAY, FIRST_DAY, FIRST_DAY),
)
"""Where a side has adopted none: Saturday and Sunday of UTC are off, and every answer says so."""
