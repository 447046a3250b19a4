"""What a State keeps to itself of one matter: notes, red lines, clearances, overrides.

Floor: domestic (pure).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from comity.domestic.brief import verbs
from comity.kernel.ijson import Json

OVERRIDES: Final = 2
"""Officers who override a red line."""

RULE_UNCLEARED: Final = "brief.not-cleared"
RULE_LINE: Final = "brief.red-line"


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        tag: of its verb.
        officer: who took it.
        agency: of that officer.
        at_ms: when.
        given: what was filled in.
        content: SHA-256 of the draft that it is about, or "".
    """

    tag: str
    officer: str
    agency: str
    at_ms: int
    given: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    content: str = ""

    def as_json(self) -> Json:
        """Return it as a record has it."""
        return {
            "tag": self.tag,
            "officer": self.officer,
            "agency": self.agency,
            "at_ms": self.at_ms,
            "given": dict(self.given),
            "content": self.content,
        }


def from_json(value: Any) -> Step:  # noqa: ANN401 -- what `as_json` gave
    """Return a step from its record."""
    return Step(**value)


@dataclass(frozen=True, slots=True)
class Line:
    """A red line.

    Attributes:
        number: from 1.
        rule: `forbidden` or `required`.
        words: that may not or must stand there.
        paragraph: in which, or "" for each.
    """

    number: int
    rule: str
    words: str
    paragraph: str

    def is_crossed(self, said: Mapping[str, Mapping[str, str]]) -> bool:
        """Return whether `{paragraph: {language: words}}` crosses it: in any of the languages.

        What must stand there is enough in one language, since it is written in one.
        """
        own = {name: of for name, of in said.items() if self.paragraph in ("", name)}
        told = self.words.casefold()
        found = [any(told in one.casefold() for one in of.values()) for of in own.values()]
        if self.rule == verbs.FORBIDDEN:
            return any(found)
        return bool(self.paragraph) and not all(found)


def notes(steps: Sequence[Step]) -> dict[tuple[str, str], str]:
    """Return the newest note of each kind on each paragraph: `{(what, paragraph): words}`."""
    return {
        (one.given["what"], one.given.get("paragraph", "")): one.given["text"]
        for one in steps
        if one.tag == verbs.NOTE.tag
    }


def published(steps: Sequence[Step]) -> tuple[tuple[str, str, int], ...]:
    """Return who was seen to have published outcomes, where, and when: the earliest first."""
    seen = [one for one in steps if one.tag == verbs.SEEN.tag]
    found = ((o.given["by"], o.given["where"], o.given.get("when") or o.at_ms) for o in seen)
    return tuple(sorted(found, key=lambda one: (one[2], one[0])))


def lines(steps: Sequence[Step]) -> tuple[Line, ...]:
    """Return the red lines that were not lifted."""
    drawn = [one for one in steps if one.tag == verbs.DRAW_LINE.tag]
    lifted = {one.given["line"] for one in steps if one.tag == verbs.LIFT_LINE.tag}
    return tuple(
        Line(number, one.given["rule"], one.given["words"], one.given.get("paragraph", ""))
        for number, one in enumerate(drawn, start=1)
        if number not in lifted
    )


def clearances(steps: Sequence[Step], draft: str, content: str) -> dict[str, str]:
    """Return the newest verdict of each agency on what a draft says now."""
    return {
        one.agency: one.given.get("verdict", verbs.CLEARED)
        for one in _about(steps, verbs.CLEAR.tag, draft, content)
    }


def overridden_by(steps: Sequence[Step], draft: str, content: str) -> frozenset[str]:
    """Return the officers who override red lines for what a draft says now."""
    about = _about(steps, verbs.OVERRIDE.tag, draft, content)
    return frozenset(one.officer for one in about)


def _about(steps: Sequence[Step], tag: str, draft: str, content: str) -> Iterator[Step]:
    for one in steps:
        if (one.tag, one.given.get("draft"), one.content) == (tag, draft, content):
            yield one
