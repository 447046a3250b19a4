"""The clocks that a guideline agrees for a type and an urgency, as rules that can be counted.

    rules(guideline, "preservation", "urgent") -> (Rule("acknowledge", Term(8, "hours"), …), …)

Floor: rooms.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.clocks.rule import Extension, PauseRule, Rule
from comity.clocks.term import Term
from comity.joint.guideline.model import ClockRule, Guideline, Length
from comity.joint.request import clocks, view
from comity.kernel import legal_text
from comity.kernel.legal_text import Source

_RULES_MAX: Final = 512
_RULES: Final[dict[tuple[str, str, str], tuple[Rule, ...]]] = {}
"""By (hash of the guideline, type, urgency)."""

_STANDINGS: Final = {
    legal_text.UNVERIFIED: " (to be verified)",
    legal_text.PROPOSAL: " (a proposal)",
}
_SETTLED: Final[Mapping[str, Mapping[str, str]]] = {
    "deficiency-left": {"en": "one deficiency of several is settled", "zh": "多项缺陷之一已处理"},
    "deficiency-over": {"en": "no deficiency is left", "zh": "缺陷均已处理"},
    "consultation-left": {"en": "one consultation of several is over", "zh": "多项磋商之一已结束"},
    "consultation-over": {"en": "no consultation is left", "zh": "磋商均已结束"},
    "postponement-over": {"en": "it is postponed no longer", "zh": "推迟已终止"},
}
_EXTENDED: Final = {"en": "extended by another request", "zh": "由另一请求延长"}


def rules(guideline: Guideline, type_id: str, urgency: str) -> tuple[Rule, ...]:
    """Return the clocks of a request type at a level of urgency, in the order of its text."""
    key = (guideline.sha256, type_id, urgency)
    found = _RULES.get(key)
    if found is None:
        found = _made(guideline, type_id, urgency)
        if len(_RULES) >= _RULES_MAX:
            _RULES.clear()  # another thread that found its own there has it in hand
        _RULES[key] = found
    return found


def label(guideline: Guideline, clock_id: str) -> Mapping[str, str]:
    """Return what a clock is called, in each language."""
    return guideline.clocks[clock_id].label


def _made(guideline: Guideline, type_id: str, urgency: str) -> tuple[Rule, ...]:
    kind = guideline.types.get(type_id)
    if kind is None:
        return ()
    words = event_words(guideline)
    found = []
    for clock_id in kind.clocks:
        length = guideline.length(type_id, clock_id, urgency)
        if length is not None:
            found.append(_rule(guideline.clocks[clock_id], length, urgency, words))
    return tuple(found)


def _rule(
    agreed: ClockRule, length: Length, urgency: str, words: Mapping[str, Mapping[str, str]]
) -> Rule:
    alert = agreed.alert_before.get(urgency)
    return Rule(
        name=agreed.id,
        term=_term(length),
        starts=agreed.starts,
        ends=agreed.ends,
        stops=agreed.stops,
        pauses=tuple(
            PauseRule(one.starts, one.ends, tuple(sorted(one.why.items()))) for one in agreed.pauses
        ),
        extensions=tuple(Extension(event) for event in agreed.extended_by),
        receipt=agreed.receipt,
        receipt_of=agreed.receipt_of,
        last_day=agreed.last_day,
        alert_before=None if alert is None else _term(alert),
        source="; ".join(map(_source, agreed.sources)),
        event_words=words,
    )


def _term(length: Length) -> Term:
    return Term(length.amount, length.unit, length.of)


def _source(one: Source) -> str:
    return one.text + _STANDINGS.get(one.standing, "")


def event_words(guideline: Guideline) -> Mapping[str, Mapping[str, str]]:
    """Return what each event that a clock names is called, in each language."""
    named = {tag.partition(".")[2].partition("/")[0]: w for tag, w in view.TAG_WORDS.items()}
    more = {
        "responded": {"en": "a first substantive response", "zh": "首次实质性答复"},
        "completed": {"en": "a complete answer or refusal", "zh": "完整答复或拒绝"},
        **_SETTLED,
        clocks.ORAL: {"en": "asked orally", "zh": "口头提出请求"},
        clocks.EXTENDED: _EXTENDED,
    }
    joint = {
        name: guideline.elements[one.element].label
        for name, one in guideline.joint.items()
        if one.element in guideline.elements
    }
    return MappingProxyType({**named, **more, **joint})
