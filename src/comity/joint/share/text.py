"""The joint text on network protection: what is shared how often, and how soon it is dealt with.

    parse(data).terms["stop"]           Term(24, "hours")
    parse(data).days["indicators"]      30: given, or declared as none, within so many days

Parties adopt it like the guideline, under the name `protection`.  With none things are shared all
the same, without clocks.

Source: docs/spec/share.md, 14; protection.schema.json.
Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from comity.clocks import instants
from comity.clocks.term import ADDRESSEE, WORKING_DAYS, Term
from comity.joint.share.text_schema import SCHEMA
from comity.kernel.ijson import Json
from comity.kernel.kind_of_text import Kind
from comity.kernel.legal_text import Fields, Words, languages, sources, twice, words
from comity.kernel.problem import Problem

NAME: Final = "protection"


@dataclass(frozen=True, slots=True)
class Kept:
    """How long a blob is kept at most.

    Attributes:
        of: its role: bundle, report or sample.
        days: calendar days.
        after: from when they count, of `text_schema.AFTER`.
    """

    of: str
    days: int
    after: str


@dataclass(frozen=True, slots=True)
class ProtectionText:
    """The text.

    Attributes:
        title, version: what it is called.
        in_force_from_ms: from when it wants to be in force at the earliest, or 0.
        languages: of its words.
        scope, review: in words, in their order.
        categories: those that are shared, in their order.
        days: `{category: within how many days something is given or declared as none}`.
        needs: `{category: what a giving of it has}`, codes and times by name.
        marks: `{category: the widest mark that a giving of it may have}`.
        objects: `{category: how many objects one bundle of it has at most}`.
        retention: how long blobs are kept; of several ends the first counts.
        terms: `{what a clock is of: how long}`; working days are those of who is waited for.
        sources: `{what a clock is of: where it comes from, in words}`.
        count, roles, review_hours: how many officers let a giving out; see `Approvals`.
    """

    title: Words
    version: str
    in_force_from_ms: int
    languages: tuple[str, ...]
    scope: tuple[Words, ...]
    review: tuple[Words, ...]
    categories: tuple[str, ...]
    days: Mapping[str, int]
    needs: Mapping[str, tuple[str, ...]]
    marks: Mapping[str, str]
    objects: Mapping[str, int]
    retention: tuple[Kept, ...]
    terms: Mapping[str, Term]
    sources: Mapping[str, str]
    count: int
    roles: tuple[str, ...]
    review_hours: int

    def as_json(self) -> dict[str, Json]:
        """Return what a command and a call tell of the text."""
        categories: list[Json] = [
            {
                "of": one,
                "days": self.days.get(one),
                "needs": [*self.needs.get(one, ())],
                "mark": self.marks.get(one),
                "objects": self.objects.get(one),
            }
            for one in self.categories
        ]
        return {
            "title": dict(self.title),
            "version": self.version,
            "languages": [*self.languages],
            "scope": [dict(one) for one in self.scope],
            "review": [dict(one) for one in self.review],
            "categories": categories,
            "clocks": {
                of: {"amount": term.amount, "unit": term.unit} for of, term in self.terms.items()
            },
            "retention": [
                {"of": one.of, "days": one.days, "after": one.after} for one in self.retention
            ],
            "approvals": {
                "count": self.count,
                "roles": [*self.roles],
                "review_hours": self.review_hours,
            },
        }


def parse(data: bytes, name: str = NAME) -> ProtectionText:
    """Read the text.

    Args:
        data: plain YAML, as its authors wrote it.
        name: of the file, for what is said about it.

    Raises:
        Fault: `kernel.yaml.malformed`.
        Unfit: `share.text.unfit`, with every problem and its line.
    """
    fields = _kind().read(data, name)
    categories, approvals = fields["categories"], fields["approvals"]
    return ProtectionText(
        title=words(fields["title"]),
        version=fields["version"],
        in_force_from_ms=instants.parse(fields.get("in_force_from", "")) or 0,
        languages=tuple(fields["languages"]),
        scope=tuple(map(words, fields["scope"])),
        review=tuple(map(words, fields["review"])),
        categories=tuple(one["of"] for one in categories),
        days=_said(categories, "days"),
        needs=MappingProxyType({one["of"]: tuple(one.get("needs", ())) for one in categories}),
        marks=_said(categories, "mark"),
        objects=_said(categories, "objects"),
        retention=tuple(
            Kept(one["of"], one["days"], one["after"]) for one in fields.get("retention", ())
        ),
        terms=MappingProxyType({one["of"]: _term(one) for one in fields["clocks"]}),
        sources=MappingProxyType({one["of"]: _source(one) for one in fields["clocks"]}),
        count=approvals["count"],
        roles=tuple(approvals.get("roles", ())),
        review_hours=approvals.get("review_hours", 0),
    )


def _said(categories: Sequence[Fields], name: str) -> Mapping[str, Any]:
    return MappingProxyType({one["of"]: one[name] for one in categories if name in one})


def _term(clock: Fields) -> Term:
    unit = clock["unit"]
    return Term(clock["amount"], unit, ADDRESSEE if unit == WORKING_DAYS else "")


def _source(clock: Fields) -> str:
    return "; ".join(one.text for one in sources(clock.get("source", [])))


@cache
def _kind() -> Kind:
    return Kind("share.text.unfit", SCHEMA, _beyond_schema)


def _beyond_schema(fields: Fields) -> Iterator[Problem]:
    for name in ("categories", "clocks"):
        yield from twice([str(one["of"]) for one in fields[name]], (name,), "of")
    kept = [f"{one['of']} {one['after']}" for one in fields.get("retention", ())]
    yield from twice(kept, ("retention",), "of")
    yield from languages(fields, fields["languages"], _WORDS)


_WORDS: Final = frozenset({"title", "scope", "review"})
