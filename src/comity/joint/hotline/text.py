"""The joint text of the hotline: scope, goals, procedure, grounds, levels, how soon, drills.

    parse(data).terms["pick-up"]        Term(15, "minutes")

Both States adopt it like the guideline, under the name `hotline`.  With none calls are made all
the same, without clocks.

Source: docs/spec/hotline.md, 14; hotline.schema.json.
Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from comity.clocks import instants
from comity.clocks.term import ADDRESSEE, WORKING_DAYS, Term
from comity.joint.hotline.text_schema import SCHEMA
from comity.kernel.ijson import Json
from comity.kernel.kind_of_text import Kind
from comity.kernel.legal_text import Fields, Words, languages, sources, twice, words
from comity.kernel.problem import Problem

NAME: Final = "hotline"
GROUNDS: Final = "hotline-ground"
"""What the list of grounds is called, see `verbs`."""

type Many = tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class HotlineText:
    """The text.

    Attributes:
        title, version: what it is called.
        in_force_from_ms: from when it wants to be in force at the earliest, or 0.
        languages: of its words.
        scope, goals, procedure, review: in words, in their order.
        grounds: `{code: label}`.
        levels: `{level: whose office}`.
        terms: `{what a clock is of: how long}`; working days are those of the called side.
        sources: `{what a clock is of: where it comes from, in words}`.
        carriers: `(kind, minutes to wait before the next)`, in order.
        drills: `{kind: every so many months}`.
        count, roles, review_hours: how many officers let words out; see `Approvals`.
    """

    title: Words
    version: str
    in_force_from_ms: int
    languages: tuple[str, ...]
    scope: Many
    goals: Many
    procedure: Many
    review: Many
    grounds: Mapping[str, Words]
    levels: Mapping[int, Words]
    terms: Mapping[str, Term]
    sources: Mapping[str, str]
    carriers: tuple[tuple[str, int], ...]
    drills: Mapping[str, int]
    count: int
    roles: tuple[str, ...]
    review_hours: int

    def as_json(self) -> dict[str, Json]:
        """Return what a command and a call tell of the text."""
        words_ = {
            "scope": self.scope,
            "goals": self.goals,
            "procedure": self.procedure,
            "review": self.review,
        }
        carriers: list[Json] = [
            {"kind": kind, "minutes": minutes} for kind, minutes in self.carriers
        ]
        return {
            **{name: [dict(one) for one in many] for name, many in words_.items()},
            "title": dict(self.title),
            "version": self.version,
            "languages": [*self.languages],
            "grounds": {code: dict(one) for code, one in self.grounds.items()},
            "levels": {str(level): dict(one) for level, one in self.levels.items()},
            "clocks": {
                of: {"amount": term.amount, "unit": term.unit} for of, term in self.terms.items()
            },
            "carriers": carriers,
            "drills": dict(self.drills),
            "approvals": {
                "count": self.count,
                "roles": [*self.roles],
                "review_hours": self.review_hours,
            },
        }


def parse(data: bytes, name: str = NAME) -> HotlineText:
    """Read the text.

    Args:
        data: plain YAML, as its authors wrote it.
        name: of the file, for what is said about it.

    Raises:
        Fault: `kernel.yaml.malformed`.
        Unfit: `hotline.text.unfit`, with every problem and its line.
    """
    fields = _kind().read(data, name)
    approvals = fields["approvals"]
    return HotlineText(
        title=words(fields["title"]),
        version=fields["version"],
        in_force_from_ms=instants.parse(fields.get("in_force_from", "")) or 0,
        languages=tuple(fields["languages"]),
        scope=_many(fields["scope"]),
        goals=_many(fields["goals"]),
        procedure=_many(fields["procedure"]),
        review=_many(fields["review"]),
        grounds=MappingProxyType({one["code"]: words(one["label"]) for one in fields["grounds"]}),
        levels=MappingProxyType({one["level"]: words(one["label"]) for one in fields["levels"]}),
        terms=MappingProxyType({one["of"]: _term(one) for one in fields["clocks"]}),
        sources=MappingProxyType({one["of"]: _source(one) for one in fields["clocks"]}),
        carriers=tuple((one["kind"], one["minutes"]) for one in fields["carriers"]),
        drills=MappingProxyType({one["kind"]: one["months"] for one in fields["drills"]}),
        count=approvals["count"],
        roles=tuple(approvals.get("roles", ())),
        review_hours=approvals.get("review_hours", 0),
    )


def _term(clock: Fields) -> Term:
    unit = clock["unit"]
    return Term(clock["amount"], unit, ADDRESSEE if unit == WORKING_DAYS else "")


def _source(clock: Fields) -> str:
    return "; ".join(one.text for one in sources(clock.get("source", [])))


def _many(value: list[Mapping[str, str]]) -> Many:
    return tuple(map(words, value))


@cache
def _kind() -> Kind:
    return Kind("hotline.text.unfit", SCHEMA, _beyond_schema)


def _beyond_schema(fields: Fields) -> Iterator[Problem]:
    for name, key in (("grounds", "code"), ("clocks", "of"), ("drills", "kind")):
        yield from twice([str(one[key]) for one in fields[name]], (name,), key)
    yield from twice([str(one["level"]) for one in fields["levels"]], ("levels",), "level")
    yield from languages(fields, fields["languages"], _WORDS)


_WORDS: Final = frozenset({"title", "scope", "goals", "procedure", "review", "label", "why"})
