"""The shapes of clocks, as openapi.json shows them.

Floor: surfaces.
"""

from ninja import Schema
from pydantic import Field

from comity.surfaces.api.shapes import Words


class ClockStep(Schema):
    """One reason why a clock says what it says."""

    kind: str
    from_ms: int
    to_ms: int
    rule: str
    source: str
    facts: dict[str, str | Words]
    words: Words


class CalendarNamed(Schema):
    """A version of a calendar."""

    id: str
    version: str
    sha256: str


class CalendarChange(Schema):
    """By which calendar a side counted, and counts."""

    before: CalendarNamed | None
    after: CalendarNamed | None


class ClockMoved(Schema):
    """What a version of a calendar moved."""

    at_ms: int
    before_ms: int | None
    after_ms: int | None
    moved_ms: int | None
    is_settled: bool
    calendars: dict[str, CalendarChange]
    added: list[ClockStep]
    removed: list[ClockStep]
    words: Words


class ClockShown(Schema):
    """One clock of a track."""

    track: str
    party: str = Field(description="whose duty it is")
    label: Words
    status_words: Words
    source: str
    name: str
    status: str
    received_at_ms: int | None
    started_at_ms: int | None
    due_at_ms: int | None
    alert_at_ms: int | None
    ended_at_ms: int | None
    left_ms: int | None
    is_provisional: bool
    why: list[ClockStep]
    moved: list[ClockMoved]


class ClockLine(ClockShown):
    """One clock in a list."""

    matter: str
    channel: str


class ClockPage(Schema):
    """Some open clocks, by the time at which they are due."""

    clocks: list[ClockLine]
    now_ms: int
    next: str = Field(description="the `after` of the next page; empty at the end")


class DueNext(Schema):
    """What a party does next, and by when."""

    track: str
    party: str
    action: str
    words: Words
    clock: str
    label: Words | None
    status: str
    by_ms: int | None
    until_ms: int | None
    about: str


class ClockMissing(Schema):
    """What a clock lacks."""

    code: str
    about: str
    sha256: str
    words: Words


class ClocksExplained(Schema):
    """The clocks of a request, at an instant."""

    matter: str
    channel: str
    guideline: str
    cut: dict[str, int] = Field(description="entries of each log that were looked at")
    now_ms: int
    clocks: list[ClockShown]
    next: list[DueNext]
    elsewhere: dict[str, dict[str, str]] = Field(description="what is told of domestic clocks")
    missing: list[ClockMissing]
