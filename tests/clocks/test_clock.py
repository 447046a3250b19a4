"""Clocks by example: statuses, runs, and what each reason says."""

from dataclasses import replace

import pytest
from clocks.making import HOUR_MS, at, calendar, marks, rule

from comity.clocks import change, clock, words
from comity.clocks import rule as rules
from comity.clocks.calendar import HOLIDAY, WORKDAY, Cover, OfficeHours
from comity.clocks.mark import Mark
from comity.clocks.rule import Extension, Rule
from comity.clocks.term import ADDRESSEE, ASKER, Term

START = at("2026-05-11 09:00 +0800")
DAY = rule(Term(24, "hours"), alert_before=Term(4, "hours"))


def status(one: Rule, now_hours: float, *told: tuple[str, float]) -> str:
    """Return the status so many hours after the start."""
    found = marks(*((event, START + int(hours * HOUR_MS)) for event, hours in told))
    return clock.evaluate(one, found, {}, START + int(now_hours * HOUR_MS)).status


@pytest.mark.parametrize(
    ("now", "told", "expected"),
    [
        (0, [], clock.NOT_STARTED),
        (0, [("submitted", 1)], clock.NOT_STARTED),
        (0, [("submitted", 0)], clock.RUNNING),
        (19.9, [("submitted", 0)], clock.RUNNING),
        (20, [("submitted", 0)], clock.DUE_SOON),
        (24, [("submitted", 0)], clock.OVERDUE),
        (30, [("submitted", 0), ("answered", 23.9)], clock.MET),
        (30, [("submitted", 0), ("answered", 24)], clock.MISSED),
        (30, [("submitted", 0), ("withdrawn", 23)], clock.STOPPED),
        (30, [("submitted", 0), ("withdrawn", 25)], clock.MISSED),
        (30, [("submitted", 0), ("asked", 23)], clock.PAUSED),
        (30, [("submitted", 0), ("asked", 24)], clock.OVERDUE),
        (30, [("submitted", 0), ("asked", 3), ("told", 10)], clock.DUE_SOON),
        (30, [("submitted", 0), ("asked", 3), ("told", 3)], clock.OVERDUE),
        (30, [("submitted", 0), ("asked", 3), ("answered", 29)], clock.MET),
        (30, [("answered", 0), ("submitted", 20)], clock.RUNNING),
    ],
)
def test_the_status_of_a_clock(now: float, told: list[tuple[str, float]], expected: str) -> None:
    """One table says what a clock is at each moment of its life."""
    assert status(DAY, now, *told) == expected


def test_a_status_report_every_month_is_one_clock_of_many_runs() -> None:
    """Each report ends one run and begins the next; what was late stays late."""
    one = replace(DAY, ends=("reported", "answered"), starts=("accepted", "reported"))
    told = marks(
        ("accepted", START), ("reported", START + 20 * HOUR_MS), ("reported", START + 50 * HOUR_MS)
    )
    found = clock.runs(one, told, {}, START + 60 * HOUR_MS)
    assert [each.status for each in found] == [clock.MET, clock.MISSED, clock.RUNNING]
    assert clock.evaluate(one, told, {}, START + 60 * HOUR_MS) == found[-1]


@pytest.mark.parametrize("told", [("refused", "completed"), ("completed", "refused")])
def test_an_act_that_stops_a_clock_starts_no_run_of_it(told: tuple[str, str]) -> None:
    """Whichever of its events is read first; another act starts it, before and after."""
    one = replace(DAY, starts=("accepted", "completed"), stops=("refused",))
    both = [Mark(event, START + HOUR_MS, "bb", "refusal") for event in told]
    accepted = Mark("accepted", START, "bb", "acceptance")
    again = Mark("completed", START + 2 * HOUR_MS, "bb", "answer")
    until_ms = START + 3 * HOUR_MS

    assert clock.evaluate(one, both, {}, until_ms).status == clock.NOT_STARTED
    assert clock.evaluate(one, [accepted, *both], {}, until_ms).status == clock.STOPPED
    found = clock.runs(one, [accepted, *both, again], {}, until_ms)
    assert [each.status for each in found] == [clock.STOPPED, clock.RUNNING]
    assert found[1].received_at_ms == again.at_ms


def test_an_extension_counts_in_time_and_in_the_agreed_unit_alone() -> None:
    """What is granted too late or in another unit is told, and moves nothing."""
    told = [
        *marks(("submitted", START)),
        Mark("extended", START + HOUR_MS, "aa", "one", Term(6, "hours")),
        Mark("extended", START + 29 * HOUR_MS, "aa", "two", Term(2, "calendar-days")),
        Mark("extended", START + 31 * HOUR_MS, "aa", "three", Term(6, "hours")),
        Mark("extended", START + 32 * HOUR_MS, "aa", "four"),
    ]
    found = clock.evaluate(DAY, told, {}, START + 40 * HOUR_MS)
    assert found.due_at_ms == START + 30 * HOUR_MS
    kinds = [step.kind for step in found.why if step.kind.startswith("extension")]
    assert kinds == ["extension", "extension-unfit", "extension-late", "extension-unfit"]
    granted = replace(DAY, extensions=(Extension("extended", Term(6, "hours")),))
    by_rule = clock.evaluate(granted, marks(("submitted", START), ("extended", START)), {}, START)
    assert by_rule.due_at_ms == START + 30 * HOUR_MS


def test_a_new_decree_moves_an_open_clock_and_is_seen_to_do_so() -> None:
    """What was provisional is settled by the calendar that is adopted next, with its source."""
    old = calendar({"2026-10-01": HOLIDAY})
    old = replace(old, cover=replace(old.cover, decreed_until=old.cover.first - 1))
    new = calendar({"2026-10-01": HOLIDAY, "2026-10-02": HOLIDAY, "2026-10-10": WORKDAY})
    one = rule(Term(3, "working-days", ADDRESSEE))
    told = marks(("submitted", at("2026-09-30 10:00 +0800")))
    before, after = (
        clock.evaluate(one, told, {ADDRESSEE: each}, told[0].at_ms or 0) for each in (old, new)
    )
    assert before.is_provisional
    assert not after.is_provisional
    assert before.due_at_ms == at("2026-10-07 00:00 +0800")
    assert after.due_at_ms == at("2026-10-08 00:00 +0800")
    moved = change.of(before, after)
    assert moved is not None
    assert moved.is_settled
    assert moved.words["en"] == "It is due 1 day 0 hours later than before."
    assert moved.words["zh"] == "到期时间较此前推迟1天0小时。"
    assert "decree of 2026-10-02" in {step.source for step in moved.added}
    assert {step.kind for step in moved.removed} == {words.CALENDAR_UNDECREED, words.DUE_DAY}
    assert change.of(after, after) is None


def test_every_reason_is_told_in_words_with_its_source() -> None:
    """The whole story of one clock can be read aloud."""
    made = calendar(
        {"2026-10-01": HOLIDAY, "2026-10-10": WORKDAY}, office=OfficeHours(9 * 60, 18 * 60)
    )
    one = rule(Term(7, "working-days", ADDRESSEE), receipt=rules.OFFICE_HOURS, receipt_of=ADDRESSEE)
    told = marks(
        ("submitted", at("2026-09-29 19:00 +0800")),
        ("asked", at("2026-10-06 12:00 +0800")),
        ("told", at("2026-10-07 12:00 +0800")),
        ("answered", at("2026-10-12 12:00 +0800")),
    )
    found = clock.evaluate(one, told, {ADDRESSEE: made}, told[-1].at_ms or 0)
    assert [step.words["en"] for step in found.why] == [
        "It starts at 2026-09-29 19:00:00 +08:00, when “submitted” was received.",
        (
            "The office was closed at 2026-09-29 19:00:00 +08:00; it counts as received when it "
            "opens, 2026-09-30 09:00:00 +08:00."
        ),
        "It runs 7 working days of the addressee.",
        "Days are those of “Made” (made, version 1).",
        "2026-09-30 is the day of the event and is not counted.",
        "2026-10-01: holiday 2026-10-01, not counted.",
        "2026-10-03 to 2026-10-04: weekend, not counted.",
        "2026-10-06: paused when the day ended, not counted.",
        "2026-10-10: workday 2026-10-10, counted although it is a weekend.",
        "2026-10-11: weekend, not counted.",
        (
            "It was paused from 2026-10-06 12:00:00 +08:00 to 2026-10-07 12:00:00 +08:00: "
            "clarification is awaited."
        ),
        "It is due at the end of 2026-10-12 (2026-10-13 00:00:00 +08:00).",
        "“answered” ended it at 2026-10-12 12:00:00 +08:00.",
    ]
    assert found.why[5].source == "decree of 2026-10-01"
    assert found.why[2].source == "guideline 4.2"
    assert found.why[10].words["zh"].endswith("暂停计时：等待补充。")  # noqa: RUF001 -- Chinese


def test_a_pause_that_lasts_tells_what_is_left() -> None:
    """Nobody reads a date that is not one; what is left stands still in hours."""
    told = marks(("submitted", START), ("asked", START + 4 * HOUR_MS))
    for hours in (5, 500):
        found = clock.evaluate(DAY, told, {}, START + hours * HOUR_MS)
        assert (found.status, found.due_at_ms, found.alert_at_ms) == (clock.PAUSED, None, None)
        assert found.left_ms == 20 * HOUR_MS
        assert {"pause-open", "due-if-resumed"} <= {step.kind for step in found.why}


@pytest.mark.parametrize(
    ("alert", "from_text"),
    [
        (Term(4, "hours"), "2026-10-12 20:00 +0800"),
        (Term(1, "working-days"), "2026-10-12 00:00 +0800"),
        (Term(2, "working-days"), "2026-10-10 00:00 +0800"),
        (Term(2, "working-days", ASKER), "2026-10-09 16:00 +0800"),
        (Term(3, "calendar-days"), "2026-10-10 00:00 +0800"),
        (Term(1, "months"), "2026-09-30 09:00 +0800"),
    ],
)
def test_due_soon_begins_with_the_last_days_of_the_term(alert: Term, from_text: str) -> None:
    """The last day is one of the last days, counted by the calendar of the side it names."""
    sides = {
        ADDRESSEE: calendar({"2026-10-10": WORKDAY}),
        ASKER: calendar({}, offsets=((0, -28_800),)),
    }
    one = rule(Term(9, "working-days", ADDRESSEE), alert_before=alert)
    start_ms = at("2026-09-30 09:00 +0800")
    found = clock.evaluate(one, marks(("submitted", start_ms)), sides, start_ms)
    assert found.due_at_ms == at("2026-10-13 00:00 +0800")
    assert found.alert_at_ms == at(from_text)


def test_days_outside_the_cover_are_named() -> None:
    """Both ends of a calendar are told, and what is decreed within."""
    made = calendar()
    first, last = made.cover.first, made.cover.last
    short = replace(made, cover=Cover(first + 40, first + 60, first + 50))
    one = rule(Term(80, "calendar-days", ADDRESSEE))
    told = marks(("submitted", at("2026-01-05 09:00 +0800")))
    found = clock.evaluate(one, told, {ADDRESSEE: short}, told[0].at_ms or 0)
    gaps = [step.words["en"].split(":")[0] for step in found.why if step.kind.startswith("cal")]
    assert gaps[1:] == [
        "No adopted calendar covers 2026-01-05 to 2026-02-09",
        "The decree for 2026-02-21 to 2026-03-02 is not in the calendar",
        "No adopted calendar covers 2026-03-03 to 2026-03-26",
    ]
    assert last > first


def test_a_term_of_one_is_not_told_in_the_plural() -> None:
    """Sentences are in order in both languages."""
    assert words.of_term(Term(1, "months", ASKER)) == {
        "en": "1 month of the asker",
        "zh": "请求方的1个月",
    }
    assert words.of_term(Term(2, "hours", ASKER))["en"] == "2 hours"


def test_an_event_is_told_in_the_words_of_its_room() -> None:
    """Nobody reads the code of an act in a sentence, where its room has a word for it."""
    one = replace(DAY, event_words={"submitted": {"en": "asked", "zh": "提出请求"}})
    found = clock.evaluate(one, marks(("submitted", START), ("answered", START + 1)), {}, START + 1)
    assert found.why[0].words == {
        "en": "It starts at 2026-05-11 01:00:00 +00:00, when “asked” was received.",
        "zh": "自2026-05-11 01:00:00 +00:00收到“提出请求”时起算。",
    }
    assert found.why[-1].words["en"].startswith("“answered” ended it")
