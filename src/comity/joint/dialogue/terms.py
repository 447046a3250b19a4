"""The terms of a series: who meets how often, and what is to be ready when.

    parse(data).days["agenda"]      14: days before the session

Parties adopt them like the guideline, under the name `terms.<series>`.  With none, nothing of a
session is late but what has a date of its own.

Source: docs/spec/dialogue.md, 11; terms.schema.json.
Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from comity.clocks import instants
from comity.joint.dialogue.terms_schema import SCHEMA
from comity.kernel.ijson import Json
from comity.kernel.kind_of_text import Kind
from comity.kernel.legal_text import Fields, Words, languages, twice, words
from comity.kernel.problem import Problem

PREFIX: Final = "terms."


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a series.

    Attributes:
        title, version: what they are called.
        in_force_from_ms: from when they want to be in force at the earliest, or 0.
        languages: of their words.
        level: of `acts.LEVELS`.
        chairs: offices that chair.
        months: between two sessions.
        hosts: who is host, in words.
        parent: the series to which it reports, or "".
        days: `{what: how many days before a session, or behind it}`.
        retention_months: how long what is said of persons is kept.
    """

    title: Words
    version: str
    in_force_from_ms: int
    languages: tuple[str, ...]
    level: str
    chairs: tuple[Words, ...]
    months: int
    hosts: Words
    parent: str
    days: Mapping[str, int]
    retention_months: int

    def as_json(self) -> dict[str, Json]:
        """Return what a command and a call tell of them."""
        return {
            "title": dict(self.title),
            "version": self.version,
            "languages": [*self.languages],
            "level": self.level,
            "chairs": [dict(one) for one in self.chairs],
            "months": self.months,
            "hosts": dict(self.hosts),
            "parent": self.parent,
            "days": dict(self.days),
            "retention_months": self.retention_months,
        }


def name_of(series: str) -> str:
    """Return the name of the joint text that has the terms of a series."""
    return f"{PREFIX}{series}"


def parse(data: bytes, name: str = "terms") -> Terms:
    """Read terms.

    Args:
        data: plain YAML, as their authors wrote them.
        name: of the file, for what is said about it.

    Raises:
        Fault: `kernel.yaml.malformed`.
        Unfit: `dialogue.terms.unfit`, with every problem and its line.
    """
    fields = _kind().read(data, name)
    return Terms(
        title=words(fields["title"]),
        version=fields["version"],
        in_force_from_ms=instants.parse(fields.get("in_force_from", "")) or 0,
        languages=tuple(fields["languages"]),
        level=fields["level"],
        chairs=tuple(map(words, fields["chairs"])),
        months=fields["cadence"]["months"],
        hosts=words(fields["hosts"]),
        parent=fields.get("parent", ""),
        days=MappingProxyType({one["of"]: one["days"] for one in fields["leads"]}),
        retention_months=fields["retention_months"],
    )


@cache
def _kind() -> Kind:
    return Kind("dialogue.terms.unfit", SCHEMA, _beyond_schema)


def _beyond_schema(fields: Fields) -> Iterator[Problem]:
    yield from twice([str(one["of"]) for one in fields["leads"]], ("leads",), "of")
    yield from languages(fields, fields["languages"], _WORDS)


_WORDS: Final = frozenset({"title", "chairs", "hosts"})
