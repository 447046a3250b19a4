# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What is told of clocks: as data, the same for every surface, and as sentences in two languages.

Floor: node.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.clocks import words
from comity.clocks.calendar import Calendar
from comity.clocks.change import Moved
from comity.clocks.due import Due, Timed
from comity.kernel.ijson import Json
from comity.node.base.reckoned import Missing, Reckoned
from comity.node.room import calendars

type Words = Mapping[str, str]

MISSING_WORDS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        calendars.NONE: {
            "en": "The parties have adopted no calendar of {about}: Saturday and Sunday of UTC "
            "count as its days off.",
            "zh": "各方尚未通过{about}的日历：暂以协调世界时的周六、周日为休息日。",
        },
        calendars.NOT_HELD: {
            "en": "The calendar {sha256} of {about} is adopted and not held here.",
            "zh": "{about}的日历{sha256}已经通过，但本节点未持有。",
        },
        calendars.UNREADABLE: {
            "en": "The text {sha256}, adopted as the calendar of {about}, is no calendar.",
            "zh": "作为{about}日历通过的文本{sha256}不是有效的日历。",
        },
    }
)


def missing_words(one: Missing) -> Words:
    """Return what is missing, in each language."""
    facts = {"about": one.about, "sha256": one.sha256[:16]}
    return {
        lang: text.format_map(facts)
        for lang, text in (one.words or MISSING_WORDS[one.code]).items()
    }


def moved_words(one: Moved) -> Words:
    """Return what a version of a calendar moved, in each language."""
    named = {
        lang: "、".join(_calendar(c) for c in one.after.values())
        if lang == "zh"
        else ", ".join(_calendar(c) for c in one.after.values())
        for lang in words.LANGUAGES
    }
    ended = {"en": "a calendar ended", "zh": "日历终止"}
    by = {lang: named[lang] or ended[lang] for lang in words.LANGUAGES}
    return {
        "en": f"Moved by {by['en']}: {one.change.words['en']}",
        "zh": f"因{by['zh']}变动：{one.change.words['zh']}",
    }


def _calendar(one: Calendar) -> str:
    return f"{one.id} {one.version} ({one.sha256[:16]})"


def due_json(found: Reckoned, one: Due) -> dict[str, Json]:
    """Return what is next and by when."""
    return {
        "track": one.track,
        "party": one.party,
        "action": one.action,
        "words": dict(found.action(one.action)),
        "clock": one.clock,
        "label": dict(found.label(one.clock)) if one.clock else None,
        "status": one.status,
        "by_ms": one.by_ms,
        "until_ms": one.until_ms,
        "about": one.about,
    }


def timed_json(found: Reckoned, one: Timed) -> dict[str, Json]:
    """Return one clock of a track, with its reasons and what moved it."""
    return {
        "track": one.track,
        "party": one.party,
        "label": dict(found.label(one.rule.name)),
        "status_words": dict(words.STATUSES[one.clock.status]),
        "source": one.rule.source,
        **one.clock.as_json(),
        "moved": [_moved_json(moved) for moved in one.moved],
    }


def reckoned_json(found: Reckoned) -> dict[str, Json]:
    """Return the clocks of a matter: which cut, which instant, and all of them."""
    return {
        "matter": found.row.matter.id,
        "channel": found.row.channel,
        "guideline": found.text_sha256,
        "cut": dict(found.cut),
        "now_ms": found.now_ms,
        "clocks": [timed_json(found, one) for one in found.timed],
        "next": [due_json(found, one) for one in found.dues],
        "elsewhere": {party: dict(clocks) for party, clocks in found.elsewhere.items()},
        "missing": [
            {
                "code": one.code,
                "about": one.about,
                "sha256": one.sha256,
                "words": dict(missing_words(one)),
            }
            for one in found.missing
        ],
    }


def _moved_json(one: Moved) -> Json:
    change = one.change
    return {
        "at_ms": one.at_ms,
        "before_ms": change.before_ms,
        "after_ms": change.after_ms,
        "moved_ms": change.moved_ms,
        "is_settled": change.is_settled,
        "calendars": {
            side: {
                "before": _calendar_json(one.before.get(side)),
                "after": _calendar_json(one.after.get(side)),
            }
            for side in sorted({*one.before, *one.after})
        },
        "added": [step.as_json() for step in change.added],
        "removed": [step.as_json() for step in change.removed],
        "words": dict(moved_words(one)),
    }


def _calendar_json(one: Calendar | None) -> Json:
    if one is None:
        return None
    return {"id": one.id, "version": one.version, "sha256": one.sha256}
