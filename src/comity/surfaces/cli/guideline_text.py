"""A guideline as a person reads it on a terminal, in one language of its own.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from comity.joint.guideline import diff_words
from comity.joint.guideline.completeness import Finding
from comity.joint.guideline.model import (
    Asked,
    Coded,
    Condition,
    Guideline,
    Length,
    RequestType,
)
from comity.kernel import legal_text
from comity.kernel.legal_text import PROPOSAL, UNVERIFIED, Source, Sources, Words
from comity.kernel.printable import one_line, set_off

_STANDING: Final[Mapping[str, Mapping[str, str]]] = {
    UNVERIFIED: {"en": "to be verified", "zh": "有待核实"},
    PROPOSAL: {"en": "proposal", "zh": "建议"},
}
_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "always": {"en": "always", "zh": "必填"},
    "where-possible": {"en": "where possible", "zh": "尽可能提供"},
    "when": {"en": "when", "zh": "下列情形必填"},
    "elements": {"en": "Elements", "zh": "信息要素"},
    "clocks": {"en": "Periods", "zh": "时限"},
    "urgencies": {"en": "Urgency", "zh": "紧急程度"},
    "types": {"en": "Types of request", "zh": "请求类型"},
    "conditions": {"en": "Conditions", "zh": "附加条件"},
    "forbids": {"en": "forbids", "zh": "禁止"},
    "source": {"en": "Source", "zh": "出处"},
    "hours": {"en": "hours", "zh": "小时"},
    "calendar-days": {"en": "calendar days", "zh": "日历日"},
    "working-days": {"en": "working days", "zh": "个工作日"},
    "months": {"en": "months", "zh": "个月"},
    "addressee": {"en": "of the State that is asked", "zh": "（被请求方）"},  # noqa: RUF001 -- Chinese punctuation
    "asker": {"en": "of the State that asks", "zh": "（请求方）"},  # noqa: RUF001 -- Chinese punctuation
    "present": {"en": "is given", "zh": "已提供"},
    "absent": {"en": "is not given", "zh": "未提供"},
    "is": {"en": "is", "zh": "为"},
    "urgency": {"en": "the urgency", "zh": "紧急程度"},
}


_MARGIN: Final = "      "


def word(words: Words, language: str) -> str:
    """Return what stands in a language; what another State proposed begins no line as ours do."""
    return set_off(legal_text.word(words, language).strip("\n"), _MARGIN)


def say(key: str, language: str) -> str:
    """Return one of our own words; English for a language that we do not speak."""
    words = _SAID[key]
    return words.get(language.partition("-")[0], words["en"])


def source_text(source: Source, language: str) -> str:
    """Return a source; what is not public says so."""
    standing, text = _STANDING.get(source.standing), one_line(source.text)
    if standing is None:
        return text
    return f"{text} [{standing.get(language.partition('-')[0], standing['en'])}]"


def sources_text(sources: Sources, language: str) -> str:
    """Return sources in one line."""
    return "; ".join(source_text(one, language) for one in sources)


def length_text(length: Length, language: str) -> str:
    """Return how long, in words."""
    of = f" {say(length.of, language)}" if length.of else ""
    return f"{length.amount} {say(length.unit, language)}{of}"


def overview(guideline: Guideline, language: str) -> str:
    """Return what a guideline contains, one line a type."""
    lines = [
        f"{word(guideline.title, language)} ({guideline.version})",
        f"sha256 {guideline.sha256}",
        "",
        say("types", language),
    ]
    lines += [f"  {one.id:<24} {word(one.label, language)}" for one in guideline.types.values()]
    lines += ["", say("urgencies", language)]
    lines += [
        f"  {one.id:<24} {word(one.justified_by, language)}" for one in guideline.urgencies.values()
    ]
    lines += ["", say("conditions", language)]
    lines += [_limit(one, language) for one in guideline.conditions.values()]
    lines += ["", *(word(note, language) for note in guideline.notes)]
    return "\n".join(lines)


def _limit(one: Coded, language: str) -> str:
    """Return a condition, and the ways of use that it forbids."""
    text = f"  {one.code:<24} {word(one.label, language)}"
    if not one.forbids:
        return text
    ways = ", ".join(diff_words.say(way, language) for way in one.forbids)
    return f"{text} [{say('forbids', language)}: {ways}]"


def type_text(guideline: Guideline, kind: RequestType, language: str) -> str:
    """Return what a type of request asks for, and how soon it is answered."""
    lines = [
        f"{word(kind.label, language)} ({kind.id})",
        word(kind.help, language),
        f"{say('source', language)}: {sources_text(kind.sources, language)}",
        "",
        say("elements", language),
        *_elements(guideline, kind, language),
        "",
        say("clocks", language),
        *_clocks(guideline, kind, language),
    ]
    return "\n".join(lines)


def _elements(guideline: Guideline, kind: RequestType, language: str) -> Iterator[str]:
    for asked in kind.elements:
        element = guideline.elements[asked.element]
        need = _need(guideline, asked, language)
        yield f"  {element.id}: {word(element.label, language)} - {need}"
        yield f"      {word(element.help, language)}"
        yield f"      {say('source', language)}: {sources_text(asked.sources, language)}"


def _need(guideline: Guideline, asked: Asked, language: str) -> str:
    said = say(asked.need.kind, language)
    conditions = [_condition(guideline, one, language) for one in asked.need.conditions]
    return f"{said} {'; '.join(conditions)}".rstrip()


def _condition(guideline: Guideline, condition: Condition, language: str) -> str:
    name = condition.element
    element = guideline.elements.get(name)
    label = word(element.label, language) if element else say("urgency", language)
    if condition.one_of:
        values = ", ".join(one_line(str(one)) for one in condition.one_of)
        return f"{label} {say('is', language)} {values}"
    return f"{label} {say('present' if condition.present else 'absent', language)}"


def _clocks(guideline: Guideline, kind: RequestType, language: str) -> Iterator[str]:
    for clock_id in kind.clocks:
        yield f"  {word(guideline.clocks[clock_id].label, language)}"
        for urgency in kind.urgencies:
            length = guideline.length(kind.id, clock_id, urgency)
            if length is not None:
                label = word(guideline.urgencies[urgency].label, language)
                yield f"      {label}: {length_text(length, language)}"


def finding_text(finding: Finding, language: str) -> str:
    """Return a finding: what is wrong, why it matters, what to do, where the rule comes from."""
    mark = "!" if finding.is_required else "-"
    place = f"{finding.element}/{finding.at}" if finding.at else finding.element
    lines = [
        f"{mark} {place}: {finding.kind}: {word(finding.what, language)}",
        f"    {word(finding.why, language)}",
        f"    {word(finding.fix, language)}",
    ]
    if finding.sources:
        lines.append(f"    {say('source', language)}: {sources_text(finding.sources, language)}")
    return "\n".join(lines)
