# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The frame of a joint text in both of its languages: how long, when needed, by which event.

What the text itself says stands in the text; these words stand between, in the same two
languages, so that both versions can be read side by side.

Floor: surfaces.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from comity.domestic.officer import role
from comity.joint.guideline import diff_words, model
from comity.joint.guideline.model import Approval, Asked, Guideline, Length
from comity.kernel.ijson import Json
from comity.kernel.legal_text import Words, word
from comity.node.base.rooms import Rooms
from comity.rooms.request import clock_rules

LANGUAGES: Final = ("en", "zh")
NOTHING: Final[Words] = MappingProxyType({"en": "none", "zh": "无"})
_GAP: Final[Words] = MappingProxyType({"en": " ", "zh": ""})
_LISTED: Final[Words] = MappingProxyType({"en": ", ", "zh": "、"})
_JOIN: Final[Words] = MappingProxyType({"en": "; ", "zh": "；"})

_ACTS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "guideline.proposed": {"en": "proposed a joint text", "zh": "提出共同文本"},
        "guideline.adopted": {"en": "adopted a joint text", "zh": "通过共同文本"},
        "guideline.declined": {"en": "declined a joint text", "zh": "不接受共同文本"},
        "guideline.withdrawn": {"en": "withdrew or left a joint text", "zh": "撤回或退出共同文本"},
    }
)
_ROLES: Final[Mapping[str, Words]] = MappingProxyType(
    {
        role.RELEASING: {"en": "a releasing officer", "zh": "签发人员"},
        role.COUNSEL: {"en": "counsel", "zh": "法律顾问"},
        role.CASE_OFFICER: {"en": "a case officer", "zh": "承办人员"},
        role.CONTACT_POINT: {"en": "a duty officer", "zh": "值班人员"},
    }
)
_SAID: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "at-once": {"en": "at once, at any hour", "zh": "即时，不论何时"},
        "office-hours": {
            "en": "within office hours; a period in hours at once",
            "zh": "在办公时间内；以小时计的时限即时起算",
        },
        "as-it-falls": {"en": "as it falls", "zh": "按实际日期"},
        "next-working-day": {"en": "the next working day", "zh": "顺延至下一工作日"},
        "asker": {"en": "the State that asks", "zh": "请求方"},
        "addressee": {"en": "the State that is asked", "zh": "被请求方"},
        "public": {"en": "", "zh": ""},
    }
)


def both(key: str) -> Words:
    """Return one of our own words in both languages; else that of the text's frame."""
    return _SAID.get(key) or {one: diff_words.say(key, one) for one in LANGUAGES}


def length(one: Length) -> Words:
    """Return how long, in words."""
    return {
        language: f"{one.amount} {diff_words.say(one.unit, language)}"
        + (f" {diff_words.say(one.of, language)}" if one.of else "")
        for language in LANGUAGES
    }


def joined(many: Iterable[Words]) -> Words:
    """Return several words as one, in each language."""
    every = list(many)
    return {
        language: word(_JOIN, language).join(word(one, language) for one in every)
        for language in LANGUAGES
    }


def events(guideline: Guideline, names: Sequence[str]) -> Words:
    """Return what events are called; a joint time by its element."""
    known = clock_rules.event_words(guideline)
    return joined(known.get(name, {"en": name, "zh": name}) for name in names)


def need(guideline: Guideline, asked: Asked) -> Words:
    """Return when a type needs an element."""
    said = both(asked.need.kind)
    if asked.need.kind != model.WHEN:
        return said
    conditions = joined(_condition(guideline, one) for one in asked.need.conditions)
    before = {"en": " ", "zh": "："}
    return {one: before[one].join((word(said, one), word(conditions, one))) for one in LANGUAGES}


def _condition(guideline: Guideline, condition: model.Condition) -> Words:
    element = guideline.elements.get(condition.element)
    label = element.label if element else {"en": "the urgency", "zh": "紧急程度"}
    if not condition.one_of:
        state = both("present" if condition.present else "absent")
        parts = (label, state)
        return {one: word(_GAP, one).join(word(part, one) for part in parts) for one in LANGUAGES}
    values = [_value(guideline, condition.element, one) for one in condition.one_of]
    return {
        one: word(_GAP, one).join(
            (
                word(label, one),
                diff_words.say("is", one),
                word(_LISTED, one).join(word(value, one) for value in values),
            )
        )
        for one in LANGUAGES
    }


def _value(guideline: Guideline, element: str, value: Json) -> Words:
    code = str(value)
    if element == "urgency" and code in guideline.urgencies:
        return guideline.urgencies[code].label
    if code in guideline.crimes:
        return guideline.crimes[code].label
    return {"en": code, "zh": code}


def act(rooms: Rooms, name: str) -> Words:
    """Return what an act does, by its tag without the version."""
    room = rooms.get(name.partition(".")[0])
    known = room.tag_words.get(f"{name}/1") if room else None
    return _ACTS.get(name) or known or {"en": name, "zh": name}


def roles(one: Approval) -> Words:
    """Return of which role one of the approving officers is."""
    named = [_ROLES.get(name, {"en": name, "zh": name}) for name in one.roles]
    return {
        "en": " or ".join(word(name, "en") for name in named),
        "zh": "或".join(word(name, "zh") for name in named),
    }
