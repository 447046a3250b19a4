"""Proposals of calendars: public holidays from `holidays`, offsets from `tzdata`.

    propose("CN", [2026])     holidays, China's adjusted working days, +08:00

What is proposed becomes a text that people read and both sides adopt; only then does it count.
The same versions of the two packages, which the lock of this program names, propose the same.

Two sides are known by name: China, with the decrees of its State Council, and the federal
offices of the United States.  Of any other country come its public holidays, with their names
in its own language and in English where the package has them; its name and, where it has one
alone, its zone come from the tables of `tzdata`.

Floor: adapters.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import metadata, resources
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

import holidays
from holidays.holiday_base import HolidayBase

from comity.clocks import days as numbers
from comity.clocks.calendar import HOLIDAY, WORKDAY, Calendar, Cover, Day, OfficeHours
from comity.clocks.offsets import DAY_MS, Offsets
from comity.kernel.fault import Fault, quoted

YEAR_MIN: Final = 1971
YEAR_MAX: Final = 2099
PACKAGE: Final = f"holidays {metadata.version('holidays')}"

_ZONE: Final = re.compile(r"[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}")
_SUBSTITUTED: Final = re.compile(r"由 (?P<from>\d{4}-\d{2}-\d{2}) 调休")
_STEP_MS: Final = DAY_MS // 4


@dataclass(frozen=True, slots=True)
class Country:
    """What is known of a country beside its holidays.

    Attributes:
        zone: of its offices.
        title: of its calendar.
        source: of each day, with `{year}`; of a year that `notices` names, it follows.
        category: of holidays that its offices keep.
        languages: `{ours: the package's}`.
        decreed: whether a decree of each year moves working days.
        notices: `{year: address of the decree}`.
        names: `{English: Chinese}`, where the package has no Chinese.
        ordered: beginnings of English names of days that an order of one year gave.
    """

    zone: str
    title: Mapping[str, str]
    source: str
    category: str = "public"
    languages: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({"en": "en_US", "zh": "zh_CN"})
    )
    decreed: bool = False
    notices: Mapping[int, str] = MappingProxyType({})
    names: Mapping[str, str] = MappingProxyType({})
    ordered: tuple[str, ...] = ()


COUNTRIES: Final[Mapping[str, Country]] = MappingProxyType(
    {
        "CN": Country(
            zone="Asia/Shanghai",
            title={"en": "Working days of China", "zh": "中国工作日历"},
            source="国务院办公厅关于{year}年部分节假日安排的通知",
            decreed=True,
            notices={
                2024: "https://www.gov.cn/gongbao/2023/issue_10806/202311/content_6913823.html",
                2025: "https://www.gov.cn/gongbao/2024/issue_11726/202411/content_6989767.html",
                2026: "https://www.gov.cn/gongbao/2025/issue_12406/202511/content_7048922.htm",
            },
        ),
        "US": Country(
            zone="America/New_York",
            title={
                "en": "Working days of the federal offices of the United States",
                "zh": "美国联邦机构工作日历",
            },
            source="5 U.S.C. 6103",
            category="government",
            languages={"en": "en_US"},
            names={
                "New Year's Day": "元旦",
                "Birthday of Martin Luther King, Jr.": "马丁·路德·金诞辰纪念日",
                "Washington's Birthday": "华盛顿诞辰纪念日",
                "Memorial Day": "阵亡将士纪念日",
                "Juneteenth National Independence Day": "六月节全国独立日",
                "Independence Day": "独立日",
                "Labor Day": "劳动节",
                "Columbus Day": "哥伦布日",
                "Veterans Day": "退伍军人节",
                "Thanksgiving Day": "感恩节",
                "Christmas Day": "圣诞节",
                "Christmas Eve": "圣诞节前夕",
                "Day After Christmas": "圣诞节次日",
                "National Day of Mourning for former President George H. W. Bush": (
                    "前总统乔治·H·W·布什全国哀悼日"
                ),
                "National Day of Mourning for former President Jimmy Carter": (
                    "前总统吉米·卡特全国哀悼日"
                ),
            },
            ordered=("Christmas Eve", "Day After Christmas", "National Day of Mourning"),
        ),
    }
)
ORDER: Final = "executive order of the President, to be verified"
STATUTE_CN: Final = "全国年节及纪念日放假办法（国务院令第795号）"  # noqa: RUF001 -- Chinese punctuation
"""What stands of a year whose notice is not out."""


def propose(
    country: str,
    years: Sequence[int],
    *,
    zone: str = "",
    calendar_id: str = "",
    office: OfficeHours | None = None,
) -> Calendar:
    """Return a calendar to be read, corrected and adopted.

    Args:
        country: ISO 3166 code of two letters.
        years: whole years that follow each other.
        zone: IANA name; "" where the country has one alone, or is known by name.
        calendar_id: "" for the country's code in lower case.
        office: its hours; None leaves it always open.

    Raises:
        Fault: `adapters.calendar.unknown-country`, `adapters.calendar.unknown-zone`,
            `adapters.calendar.years`.
    """
    _require_years(years)
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    about = COUNTRIES.get(country) or _unknown(country, zone)
    zone = zone or about.zone
    entries = _entries(country, about, sorted(set(years)))
    cover = Cover(
        numbers.number_of(first),
        numbers.number_of(last),
        _decreed_until(about, entries, sorted(set(years))),
    )
    return Calendar(
        id=calendar_id or country.lower(),
        title=MappingProxyType(dict(about.title)),
        version=_version(years),
        source=_source(about, years),
        zone=zone,
        offsets=_offsets(zone, cover),
        weekend=tuple(sorted(one + 1 for one in _holidays(country, about, years).weekend)),
        days=MappingProxyType(dict(sorted(entries.items()))),
        cover=cover,
        office=office,
    )


def _require_years(years: Sequence[int]) -> None:
    found = sorted(set(years))
    is_whole = bool(found) and found == list(range(found[0], found[-1] + 1))
    if not is_whole or found[0] < YEAR_MIN or found[-1] > YEAR_MAX:
        raise Fault(
            code="adapters.calendar.years",
            what=f"The years {quoted(', '.join(map(str, years)))} are no range of "
            f"{YEAR_MIN} to {YEAR_MAX}.",
            fix="Name one year, or years that follow each other.",
        )


def _unknown(country: str, zone: str) -> Country:
    """Return what is said of a country that no table names."""
    if country not in holidays.list_supported_countries(include_aliases=False):
        raise Fault(
            code="adapters.calendar.unknown-country",
            what=f"{PACKAGE} knows no country {quoted(country)}.",
            fix="Give the ISO 3166 code of two capital letters, such as CN.",
        )
    zones = [row[2] for row in _table("zone.tab") if row[0] == country]
    if not zone and len(zones) != 1:
        raise Fault(
            code="adapters.calendar.unknown-zone",
            what=f"Nothing says which zone the offices of {quoted(country)} go by.",
            fix=f"Name the zone: {' or '.join(zones) or 'such as Europe/Berlin'}.",
        )
    name = next((row[1] for row in _table("iso3166.tab") if row[0] == country), country)
    title = {"en": f"Working days of {name}", "zh": f"{name}（{country}）工作日历"}  # noqa: RUF001 -- Chinese punctuation
    return Country(zone or zones[0], title, f"public holidays of {name}, to be verified")


def _table(name: str) -> list[list[str]]:
    """Return the rows of a table of `tzdata`."""
    text = resources.files("tzdata").joinpath("zoneinfo", name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def _holidays(
    country: str, about: Country, years: Sequence[int], language: str | None = None
) -> HolidayBase:
    return holidays.country_holidays(
        country, years=years, categories=(about.category,), language=language
    )


def _entries(country: str, about: Country, years: Sequence[int]) -> dict[int, Day]:
    """Return holidays, and the days of weekends that are worked."""
    base = _holidays(country, about, years)
    own = base.supported_languages or ()
    spoken = {
        ours: _holidays(country, about, years, theirs)
        for ours, theirs in about.languages.items()
        if theirs in own
    } or {"en": base}
    entries: dict[int, Day] = {}
    for one in sorted(base):
        names = {ours: _clean(found[one]) for ours, found in spoken.items()}
        names |= _translated(names, about)
        source = _day_source(about, one.year)
        if names.get("en", "").startswith(about.ordered or "\0"):
            source = ORDER
        entries[numbers.number_of(one)] = Day(HOLIDAY, MappingProxyType(names), source)
    swapped = _swapped(base)
    for one in sorted(base.weekend_workdays):
        if one.year in years:
            source = _day_source(about, swapped.get(one, one).year)
            names = _worked(swapped.get(one))
            entries[numbers.number_of(one)] = Day(WORKDAY, MappingProxyType(names), source)
    return entries


def _clean(name: str) -> str:
    """Return a name with its dates written as everywhere."""
    return re.sub(r"(\d\d)/(\d\d)/(\d{4})", r"\3-\1-\2", name)


def _translated(names: Mapping[str, str], about: Country) -> dict[str, str]:
    english = names.get("en", "")
    plain = english.removesuffix(" (observed)")
    if "zh" in names or plain not in about.names:
        return {}
    observed = "" if plain == english else "（补假）"  # noqa: RUF001 -- Chinese punctuation
    return {"zh": about.names[plain] + observed}


def _swapped(base: HolidayBase) -> dict[date, date]:
    """Return `{day of a weekend that is worked: day off for it}`."""
    found = ((one, _SUBSTITUTED.search(name)) for one, name in base.items())
    return {date.fromisoformat(match["from"]): one for one, match in found if match}


def _worked(off: date | None) -> dict[str, str]:
    if off is None:
        return {"en": "working day", "zh": "调休上班"}
    return {
        "en": f"working day in exchange for {off.isoformat()}",
        "zh": f"调休上班（{off.isoformat()} 放假）",  # noqa: RUF001 -- Chinese punctuation
    }


def _day_source(about: Country, year: int) -> str:
    if about.decreed and year not in about.notices:
        return STATUTE_CN
    notice = about.notices.get(year, "")
    return " ".join(filter(None, (about.source.format(year=year), notice)))


def _decreed_until(about: Country, entries: Mapping[int, Day], years: Sequence[int]) -> int:
    """Return the last day of the years whose decree the package knows, from the first on.

    A decree is known by the days it moves: since 2001 each has moved some.
    """
    until = numbers.number_of(date(years[0], 1, 1)) - 1
    for year in years:
        worked = (
            day
            for day, entry in entries.items()
            if entry.kind == WORKDAY and numbers.date_of(day).year == year
        )
        if about.decreed and not any(True for _ in worked):
            return until
        until = numbers.number_of(date(year, 12, 31))
    return until


def _source(about: Country, years: Sequence[int]) -> str:
    each = dict.fromkeys(_day_source(about, year) for year in sorted(set(years)))
    return f"{'; '.join(each)}; proposed by {PACKAGE}"


def _version(years: Sequence[int]) -> str:
    low, high = min(years), max(years)
    return f"{low}.1" if low == high else f"{low}-{high}.1"


def _offsets(zone: str, cover: Cover) -> Offsets:
    """Return each offset of a zone from before the first day to after the last."""
    found = _zone(zone)
    from_ms, to_ms = (cover.first - 1) * DAY_MS, (cover.last + 2) * DAY_MS
    offsets = [(from_ms, _offset_at(found, from_ms))]
    for at_ms in range(from_ms, to_ms, _STEP_MS):
        if _offset_at(found, at_ms + _STEP_MS) != offsets[-1][1]:
            changed_ms = _change(found, at_ms, at_ms + _STEP_MS)
            offsets.append((changed_ms, _offset_at(found, changed_ms)))
    return tuple(offsets)


def _change(zone: ZoneInfo, low_ms: int, high_ms: int) -> int:
    """Return the first second at which the offset is that of `high_ms`."""
    low, high = low_ms // 1000, high_ms // 1000
    while high - low > 1:
        middle = (low + high) // 2
        if _offset_at(zone, middle * 1000) == _offset_at(zone, low_ms):
            low = middle
        else:
            high = middle
    return high * 1000


def _zone(name: str) -> ZoneInfo:
    """Return a zone of the package `tzdata`, never one of this machine."""
    path = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    if not _ZONE.fullmatch(name) or not path.is_file():
        raise Fault(
            code="adapters.calendar.unknown-zone",
            what=f"There is no zone {quoted(name)}.",
            fix="Give an IANA name, such as Asia/Shanghai.",
        )
    with path.open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def _offset_at(zone: ZoneInfo, at_ms: int) -> int:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
