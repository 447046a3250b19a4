# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What a clock says of itself, in English and Chinese: templates, data alone.

Floor: clocks (pure).
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from comity.clocks import term as terms
from comity.clocks.term import Term

LANGUAGES: Final = ("en", "zh")

START: Final = "start"
DEEMED: Final = "deemed"
TERM: Final = "term"
CALENDAR: Final = "calendar"
CALENDAR_MISSING: Final = "calendar-missing"
CALENDAR_UNDECREED: Final = "calendar-undecreed"
DAY_OF_EVENT: Final = "day-of-event"
WEEKEND: Final = "weekend"
HOLIDAY: Final = "holiday"
WORKDAY: Final = "workday"
PAUSE: Final = "pause"
PAUSE_OPEN: Final = "pause-open"
PAUSED_DAYS: Final = "paused-days"
EXTENSION: Final = "extension"
EXTENSION_LATE: Final = "extension-late"
EXTENSION_UNFIT: Final = "extension-unfit"
EXTENSION_TAKEN_BACK: Final = "extension-taken-back"
LAST_DAY: Final = "last-day"
DUE: Final = "due"
DUE_DAY: Final = "due-day"
DUE_IF_RESUMED: Final = "due-if-resumed"
DUE_DAY_IF_RESUMED: Final = "due-day-if-resumed"
END: Final = "end"
STOP: Final = "stop"

TEMPLATES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        START: {
            "en": "It starts at {at}, when “{event}” was received.",
            "zh": "自{at}收到“{event}”时起算。",
        },
        DEEMED: {
            "en": "The office was closed at {at}; it counts as received when it opens, {deemed}.",
            "zh": "{at}为非办公时间，视为于开始办公的{deemed}收到。",
        },
        TERM: {"en": "It runs {term}.", "zh": "期限为{term}。"},
        CALENDAR: {
            "en": "Days are those of “{title}” ({calendar}, version {version}).",
            "zh": "日期按“{title}”（{calendar}，版本{version}）计算。",
        },
        CALENDAR_MISSING: {
            "en": "No adopted calendar covers {days}: only the weekend is left out there, "
            "and the result may change.",
            "zh": "已通过的日历未涵盖{days}，该段仅扣除周末，结果可能变动。",
        },
        CALENDAR_UNDECREED: {
            "en": "The decree for {days} is not in the calendar: only what the law says "
            "without it is left out there, and the result may change.",
            "zh": "日历尚未收录{days}的年度放假安排，该段仅按法定节假日计算，结果可能变动。",
        },
        DAY_OF_EVENT: {
            "en": "{days} is the day of the event and is not counted.",
            "zh": "{days}为事件发生当日，不计入。",
        },
        WEEKEND: {"en": "{days}: weekend, not counted.", "zh": "{days}：周末，不计入。"},
        HOLIDAY: {"en": "{days}: {name}, not counted.", "zh": "{days}：{name}，不计入。"},
        WORKDAY: {
            "en": "{days}: {name}, counted although it is a weekend.",
            "zh": "{days}：{name}，虽为周末仍计入。",
        },
        PAUSE: {
            "en": "It was paused from {at} to {to}: {why}.",
            "zh": "{at}至{to}暂停计时：{why}。",
        },
        PAUSE_OPEN: {"en": "It is paused since {at}: {why}.", "zh": "自{at}起暂停计时：{why}。"},
        PAUSED_DAYS: {
            "en": "{days}: paused when the day ended, not counted.",
            "zh": "{days}：当日终了时处于暂停状态，不计入。",
        },
        EXTENSION: {"en": "It was extended by {term} at {at}.", "zh": "{at}延长{term}。"},
        EXTENSION_LATE: {
            "en": "The extension at {at} came after the end of the term and does not count.",
            "zh": "{at}的延长在期限届满之后作出，不予计算。",
        },
        EXTENSION_UNFIT: {
            "en": "The extension at {at} is not in the agreed unit and does not count.",
            "zh": "{at}的延长未采用约定的单位，不予计算。",
        },
        EXTENSION_TAKEN_BACK: {
            "en": "The extension at {at} was refused or withdrawn afterwards and does not count.",
            "zh": "{at}的延长其后被拒绝或撤回，不予计算。",
        },
        LAST_DAY: {
            "en": "{days}: no working day; the term ends on the next one.",
            "zh": "{days}：非工作日，期限顺延至下一工作日。",
        },
        DUE: {"en": "It is due at {at}.", "zh": "到期时间为{at}。"},
        DUE_DAY: {
            "en": "It is due at the end of {days} ({at}).",
            "zh": "于{days}终了时（{at}）到期。",
        },
        DUE_IF_RESUMED: {
            "en": "If it went on now, it would be due at {at}.",
            "zh": "如即刻恢复计时，将于{at}到期。",
        },
        DUE_DAY_IF_RESUMED: {
            "en": "If it went on now, it would be due at the end of {days} ({at}).",
            "zh": "如即刻恢复计时，将于{days}终了时（{at}）到期。",
        },
        END: {"en": "“{event}” ended it at {at}.", "zh": "{at}收到“{event}”，计时结束。"},
        STOP: {"en": "“{event}” stopped it at {at}.", "zh": "{at}收到“{event}”，计时终止。"},
    }
)
"""`{kind of step: {language: template}}`."""

STATUSES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "not-started": {"en": "not started", "zh": "未开始"},
        "running": {"en": "running", "zh": "计时中"},
        "due-soon": {"en": "due soon", "zh": "即将到期"},
        "overdue": {"en": "overdue", "zh": "已逾期"},
        "paused": {"en": "paused", "zh": "已暂停"},
        "met": {"en": "met", "zh": "按时完成"},
        "missed": {"en": "missed", "zh": "未按时完成"},
        "stopped": {"en": "stopped", "zh": "已终止"},
        "lapsed": {"en": "lapsed", "zh": "已失效"},
    }
)

WAITING: Final[Mapping[str, str]] = MappingProxyType(
    {"en": "the other side is waited for", "zh": "等待对方"}
)
"""Of a pause whose rule gives no reason."""

_UNITS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        terms.MINUTES: {"en": "minute", "zh": "分钟"},
        terms.HOURS: {"en": "hour", "zh": "小时"},
        terms.CALENDAR_DAYS: {"en": "calendar day", "zh": "个日历日"},
        terms.WORKING_DAYS: {"en": "working day", "zh": "个工作日"},
        terms.MONTHS: {"en": "month", "zh": "个月"},
    }
)
_SIDES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        terms.ADDRESSEE: {"en": " of the addressee", "zh": "被请求方的"},
        terms.ASKER: {"en": " of the asker", "zh": "请求方的"},
        "": {"en": "", "zh": ""},
    }
)


@lru_cache(maxsize=256)
def of_term(term: Term) -> Mapping[str, str]:
    """Return `5 working days of the addressee` in each language."""
    side = _SIDES[term.of if term.elapsed_ms is None else ""]
    unit = _UNITS[term.unit]
    plural = "" if term.amount == 1 else "s"
    return MappingProxyType(
        {
            "en": f"{term.amount} {unit['en']}{plural}{side['en']}",
            "zh": f"{side['zh']}{term.amount}{unit['zh']}",
        }
    )


def of_days(first: str, last: str) -> Mapping[str, str]:
    """Return one day, or the days from one to another, in each language."""
    if first == last:
        return {"en": first, "zh": first}
    return {"en": f"{first} to {last}", "zh": f"{first}至{last}"}
