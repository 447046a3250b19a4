"""Facts of the pack as a page shows them: what each is called, and its value as people read it.

Floor: node.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from comity.acts.shape import Words
from comity.acts.verb import Both
from comity.kernel import legal_text

LANGUAGES: Final = ("en", "zh")
_MARKS: Final = {"en": (": ", ", "), "zh": ("：", "、")}  # noqa: RUF001 -- Chinese punctuation

_LABELS: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "series": {"en": "Series", "zh": "系列"},
        "label": {"en": "Label", "zh": "简称"},
        "first_ms": {"en": "First date", "zh": "首次商定日期"},
        "when_ms": {"en": "Date", "zh": "日期"},
        "next": {"en": "Next session", "zh": "下次会议"},
        "source": {"en": "Source", "zh": "来源"},
        "ref": {"en": "Reference", "zh": "编号"},
        "owners": {"en": "Owners", "zh": "承办机构"},
        "first_due_ms": {"en": "First due date", "zh": "首次期限"},
        "due_ms": {"en": "Due date", "zh": "当前期限"},
        "claims": {"en": "Status by each side", "zh": "各方主张的进展"},
        "sort": {"en": "Kind", "zh": "类别"},
        "by": {"en": "By", "zh": "提出方"},
        "decision": {"en": "Decision", "zh": "决定"},
        "decide_by_ms": {"en": "Decide by", "zh": "决定期限"},
        "name": {"en": "Name", "zh": "名称"},
        "brackets": {"en": "Brackets", "zh": "括号"},
        "references": {"en": "File numbers", "zh": "案号"},
        "priority": {"en": "Priority", "zh": "优先级别"},
        "requests": {"en": "Requests", "zh": "请求"},
        "report": {"en": "Status report", "zh": "情况通报"},
        "next_steps": {"en": "Next steps", "zh": "下一步工作"},
        "from_ms": {"en": "From", "zh": "起"},
        "to_ms": {"en": "To", "zh": "止"},
        "figures": {"en": "Digest of the figures", "zh": "统计数据摘要"},
    }
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a matter.

    Attributes:
        words: what it is called.
        value: in each language.
        at_ms: the instant that it is, or None.
    """

    words: Both
    value: Both
    at_ms: int | None


def shown(
    facts: Mapping[str, Any], codes: Mapping[str, Words], names: Mapping[str, Both]
) -> Iterator[Fact]:
    """Give the facts of a matter that are not empty.

    Args:
        facts: of the matter.
        codes: the closed list of a fact that is a code, or has one for each party.
        names: of the parties.
    """
    for name, value in facts.items():
        if not value and value != 0:
            continue
        is_time = name.endswith("_ms") or name == "next"
        words = _LABELS.get(name, {"en": name.replace("_", " ")})
        said = (_said(value, codes.get(name, {}), names, language) for language in LANGUAGES)
        told = dict(zip(LANGUAGES, said, strict=True))
        yield Fact(words, told, int(value) if is_time else None)


def _said(
    value: Any,  # noqa: ANN401 -- whatever JSON it is
    known: Words,
    names: Mapping[str, Both],
    language: str,
) -> str:
    colon, comma = _MARKS[language]
    if isinstance(value, dict):
        return comma.join(
            f"{_said(who, {}, names, language)}{colon}{_said(one, known, names, language)}"
            for who, one in value.items()
        )
    if isinstance(value, list | tuple):
        return comma.join(_said(one, known, names, language) for one in value)
    words = known.get(str(value)) or names.get(str(value))
    return (legal_text.word(words, language) if words else "") or str(value)
