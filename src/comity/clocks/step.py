"""One reason in the `why` of a clock: data, and a sentence in each language.

    Step("holiday", 1790870400000, 1790956800000, "answer", "国办发明电…", {"days": …, "name": …})
    2026-10-01: National Day, not counted.

Floor: clocks (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from comity.clocks import words
from comity.kernel.ijson import Json

type Fact = str | Mapping[str, str]
"""A text, or one in each language."""


@dataclass(frozen=True, slots=True)
class Step:
    """One reason.

    Attributes:
        kind: a key of `words.TEMPLATES`.
        from_ms: first instant of which it speaks.
        to_ms: first instant after it; the same where it speaks of one instant.
        rule: name of the clock.
        source: what says so: the guideline, a decree, a calendar.
        facts: what stands in the sentence, by name.
    """

    kind: str
    from_ms: int
    to_ms: int
    rule: str
    source: str
    facts: Mapping[str, Fact]

    @property
    def words(self) -> dict[str, str]:
        """The sentence in each language."""
        return {
            language: words.TEMPLATES[self.kind][language].format_map(
                {name: told(fact, language) for name, fact in self.facts.items()}
            )
            for language in words.LANGUAGES
        }

    def as_json(self) -> dict[str, Json]:
        """Return it as data, with its sentences."""
        facts: dict[str, Json] = {
            name: fact if isinstance(fact, str) else dict(fact) for name, fact in self.facts.items()
        }
        return {
            "kind": self.kind,
            "from_ms": self.from_ms,
            "to_ms": self.to_ms,
            "rule": self.rule,
            "source": self.source,
            "facts": facts,
            "words": dict(self.words),
        }


def told(fact: Fact, language: str) -> str:
    """Return a fact in a language; where it has none in that one, in English or in any."""
    if isinstance(fact, str):
        return fact
    return fact.get(language) or fact.get("en") or next(iter(fact.values()), "")
