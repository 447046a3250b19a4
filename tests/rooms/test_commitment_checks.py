"""What the logs prove of a commitment: by the matters of another room, and by rows of requests."""

import pytest

from comity.figures.observation import RESPOND, Fact, Moment, Observation, Span
from comity.rooms.commitment import answers

MADE_MS, NOW_MS = 1_000, 10_000
EARLY, LATE = MADE_MS - 1, MADE_MS + 1


def asked(
    name: str, at_ms: int, *, end: int | None, due: int, facts: tuple[Fact, ...] = ()
) -> Observation:
    """Return a request that was asked, and answered or not."""
    begin = Moment("a", at_ms, at_ms)
    over = Moment("b", end, end) if end is not None else None
    span = Span(RESPOND, begin, over, due_ms=due)
    return Observation("request", name, "us", "cn", begin, spans=(span,), facts=facts)


TIMELY = asked("timely", LATE, end=2_000, due=3_000)
LATER = asked("later", LATE + 1, end=2_500, due=3_000)
OPEN = asked("open", LATE, end=None, due=NOW_MS + 1)
OVERDUE = asked("overdue", LATE, end=None, due=NOW_MS)
TOO_LATE = asked("too-late", LATE, end=3_000, due=3_000)
BEFORE = asked("before", EARLY, end=9_000, due=3_000)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], None),
        ([OPEN], None),
        ([TIMELY], ("timely", 2_000)),
        ([TIMELY, LATER, OPEN, BEFORE], ("later", 2_500)),
        ([TIMELY, OVERDUE], None),
        ([TIMELY, TOO_LATE], None),
    ],
)
def test_answers_in_time_are_proved_by_the_newest(
    rows: list[Observation], found: tuple[str, int] | None
) -> None:
    """One that came too late, or does not come, unproves it; earlier requests do not count."""
    assert answers.within(rows, MADE_MS, NOW_MS) == found


def test_use_that_was_reported_proves_that_it_is() -> None:
    """To be asked for it is not enough; and only requests since the commitment was made count."""
    used, waits = (Fact("use", "investigation"),), (Fact("use", ""),)
    rows = [
        asked("before", EARLY, end=2_000, due=3_000, facts=used),
        asked("asked", LATE, end=2_000, due=3_000, facts=waits),
        asked("used", LATE + 5, end=2_000, due=3_000, facts=used),
    ]
    assert answers.fed_back(rows[:2], MADE_MS) is None
    assert answers.fed_back(rows, MADE_MS) == ("used", LATE + 5)
