"""Proposals of calendars, beside the library that they come from."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import holidays
import pytest
from clocks.making import day, marks, rule
from hypothesis import given
from hypothesis import strategies as st

from comity.adapters import calendars
from comity.clocks import calendar_text, clock, offsets
from comity.clocks import days as numbers
from comity.clocks.calendar import HOLIDAY, WORKDAY, OfficeHours
from comity.clocks.term import ADDRESSEE, Term
from comity.kernel.fault import Fault

PROPOSED = {country: calendars.propose(country, [2025, 2026]) for country in ("CN", "US")}
ORACLES = {
    "CN": holidays.country_holidays("CN", years=[2025, 2026, 2027]),
    "US": holidays.country_holidays("US", years=[2025, 2026, 2027], categories=("government",)),
}
countries = st.sampled_from(["CN", "US"])
days_2026 = st.dates(date(2025, 6, 1), date(2026, 10, 31))


@given(countries, days_2026, st.integers(1, 40), st.integers(0, 86_399))
def test_working_days_are_those_of_the_library(
    country: str, start: date, amount: int, second: int
) -> None:
    """The n-th working day after a day is the same by two programs."""
    made = PROPOSED[country]
    start_ms = made.start_ms(numbers.number_of(start)) + 1000 * min(second, 82_000)
    one = rule(Term(amount, "working-days", ADDRESSEE))
    found = clock.evaluate(one, marks(("submitted", start_ms)), {ADDRESSEE: made}, start_ms)
    assert found.due_at_ms is not None
    last = numbers.date_of(made.day_at(found.due_at_ms - 1))
    assert last == ORACLES[country].get_nth_working_day(start, amount)


@pytest.mark.parametrize("country", ["CN", "US"])
def test_each_day_of_two_years_is_as_the_library_says(country: str) -> None:
    """No day is worked here and off there."""
    made = PROPOSED[country]
    for one in range(made.cover.first, made.cover.last + 1):
        assert made.is_working(one) == ORACLES[country].is_working_day(numbers.date_of(one))


def test_the_worked_weekends_of_china_are_named_with_their_notice() -> None:
    """Six days of weekends are worked in 2026, each in exchange for a day that is named."""
    made = calendars.propose("CN", [2026])
    worked = {
        numbers.render_day(one): entry for one, entry in made.days.items() if entry.kind == WORKDAY
    }
    assert list(worked) == [
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
    ]  # fmt: skip
    assert worked["2026-02-14"].name["en"] == "working day in exchange for 2026-02-20"
    assert "2026年" in worked["2026-02-14"].source
    assert "https://www.gov.cn/" in worked["2026-02-14"].source


def test_what_is_not_decreed_yet_is_said() -> None:
    """Of 2027 only the statute is known: no worked weekends, and the calendar says so."""
    made = calendars.propose("CN", [2025, 2026, 2027])
    assert numbers.render_day(made.cover.decreed_until) == "2026-12-31"
    assert made.days[day("2027-10-01")].source == calendars.STATUTE_CN
    assert calendars.propose("CN", [2027]).cover.decreed_until < day("2027-01-01")
    federal = calendars.propose("US", [2027])
    assert federal.cover.decreed_until == federal.cover.last


def test_every_day_is_named_in_both_languages() -> None:
    """Neither side reads a name that is not in its language."""
    for made in PROPOSED.values():
        assert all({"en", "zh"} <= set(entry.name) for entry in made.days.values())
    observed = PROPOSED["US"].days[day("2026-07-03")]
    assert observed.kind == HOLIDAY
    assert observed.name["zh"].startswith("独立日")
    assert PROPOSED["US"].days[day("2025-12-24")].source == calendars.ORDER


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Asia/Shanghai"])
def test_the_offsets_are_those_of_the_zone(zone: str) -> None:
    """Every hour of two years shows the same on both walls."""
    made = calendars.propose("US", [2025, 2026], zone=zone)
    for at_ms in range(made.start_ms(made.cover.first), made.start_ms(made.cover.last), 3_600_000):
        local = datetime.fromtimestamp(at_ms // 1000, tz=UTC).astimezone(ZoneInfo(zone))
        delta = local.utcoffset()
        assert delta is not None
        assert offsets.offset_at(made.offsets, at_ms) == delta.total_seconds()


def test_another_country_is_proposed_from_its_public_holidays() -> None:
    """A third State needs no table here, but must say its zone where it has several."""
    hours = OfficeHours(540, 1020)
    made = calendars.propose("DE", [2026], zone="Europe/Berlin", calendar_id="berlin", office=hours)
    assert calendar_text.parse(calendar_text.render(made)) == made
    assert (made.id, made.office) == ("berlin", hours)
    assert day("2026-10-03") in made.days


def test_a_country_is_named_and_has_its_only_zone() -> None:
    """Who typed AU for AT reads it in the title; Austria has no second zone to choose."""
    made = calendars.propose("AT", [2026])
    assert made.title["en"] == "Working days of Austria"
    assert "Austria" in made.title["zh"]
    assert made.zone == "Europe/Vienna"
    assert "Austria" in made.source


def test_the_zones_of_a_country_are_named_where_one_must_be_chosen() -> None:
    """Nobody looks them up elsewhere."""
    with pytest.raises(Fault, match="Europe/Berlin or Europe/Busingen"):
        calendars.propose("DE", [2026])


@pytest.mark.parametrize(
    ("country", "years", "zone", "code"),
    [
        ("XX", [2026], "", "adapters.calendar.unknown-country"),
        ("cn", [2026], "", "adapters.calendar.unknown-country"),
        ("DE", [2026], "", "adapters.calendar.unknown-zone"),
        ("CN", [2026], "Asia/Nowhere", "adapters.calendar.unknown-zone"),
        ("CN", [2026], "../zone.tab", "adapters.calendar.unknown-zone"),
        ("CN", [2026], "Asia", "adapters.calendar.unknown-zone"),
        ("CN", [], "", "adapters.calendar.years"),
        ("CN", [2024, 2026], "", "adapters.calendar.years"),
        ("CN", [20260], "", "adapters.calendar.years"),
    ],
)
def test_what_cannot_be_proposed_is_told(
    country: str, years: list[int], zone: str, code: str
) -> None:
    """A wrong country, zone or year is named with what to do."""
    with pytest.raises(Fault) as caught:
        calendars.propose(country, years, zone=zone)
    assert caught.value.code == code
