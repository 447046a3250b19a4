"""Facts of the pack as a page shows them: what each is called, and its value as people read it.

Floor: node.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from comity.acts.verb import Both

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
    }
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a matter.

    Attributes:
        words: what it is called.
        value: as text.
        at_ms: the instant that it is, or None.
    """

    words: Both
    value: str
    at_ms: int | None


def shown(facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Give the facts of a matter that are not empty."""
    for name, value in facts.items():
        if not value and value != 0:
            continue
        is_time = name.endswith("_ms") or name == "next"
        words = _LABELS.get(name, {"en": name.replace("_", " ")})
        yield Fact(words, _text(value), int(value) if is_time else None)


def _text(value: Any) -> str:  # noqa: ANN401 -- whatever JSON it is
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
