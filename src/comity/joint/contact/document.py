"""The document of contact points: read strictly, each entry with the hash that an act names.

    parse(data).entries[0].carriers    (Carrier("tel", "+861065204334"), Carrier("mailto", …))

It is held for ever, so it names functions: an office and its number, never a person.

Source: docs/spec/contact.md; RFC 3966; ITU-T E.164.
Floor: joint (pure).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from comity.joint.contact.schema import DAYS, SCHEMA, TEL
from comity.kernel import ijson
from comity.kernel.fault import quoted
from comity.kernel.kind_of_text import Kind
from comity.kernel.legal_text import Fields
from comity.kernel.problem import Problem


@dataclass(frozen=True, slots=True)
class Carrier:
    """One way to reach it: `tel`, `mailto` or `file`, and the number, address or place."""

    kind: str
    at: str

    @property
    def uri(self) -> str:
        """How a program opens it (RFC 3966, RFC 6068), or ""."""
        return f"{self.kind}:{self.at}" if self.kind in {TEL, "mailto"} else ""


@dataclass(frozen=True, slots=True)
class Hours:
    """When it is attended: days of the week from 0 for Monday, minutes of the day."""

    days: tuple[int, ...]
    opens_minute: int
    closes_minute: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact point.

    Attributes:
        id: its name.
        sha256: of the canonical JSON of its fields.
        agency, office: whose it is; office may be "".
        function: what it does, in languages.
        level: greatest level of a call that it may decide.
        languages: that are spoken there.
        zone: in which its hours are written.
        hours: when it is attended; none: always.
        carriers: in the order in which they are tried.
    """

    id: str
    sha256: str
    agency: str
    office: str
    function: Mapping[str, str]
    level: int
    languages: tuple[str, ...]
    zone: str
    hours: tuple[Hours, ...]
    carriers: tuple[Carrier, ...]


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contact points of a party.

    Attributes:
        party: whose they are.
        entries: in their order.
    """

    party: str
    entries: tuple[Entry, ...]

    @property
    def hashes(self) -> Mapping[str, str]:
        """`{name: SHA-256}` of the entries, as the act that publishes them has them."""
        return {one.id: one.sha256 for one in self.entries}

    def entry(self, name: str) -> Entry | None:
        """Return the entry of a name, or None."""
        return next((one for one in self.entries if one.id == name), None)


def parse(data: bytes, name: str = "contacts") -> Contacts:
    """Read contact points.

    Args:
        data: plain YAML, as its authors wrote it.
        name: of the file, for what is said about it.

    Raises:
        Fault: `kernel.yaml.malformed`.
        Unfit: `contact.document.unfit`, with every problem and its line.
    """
    fields = _kind().read(data, name)
    return Contacts(fields["party"], tuple(map(_entry, fields["entries"])))


@cache
def _kind() -> Kind:
    return Kind("contact.document.unfit", SCHEMA, _beyond_schema, _FIXES)


_FIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "anyOf": 'Write `tel: "+861012345678"`, `mailto: "duty@example.org"` or '
        '`file: "where it is handed in"`.',
        "minItems": "Add one: a contact point has two carriers at least, and a language.",
    }
)  # fmt: skip


def _entry(fields: dict[str, Any]) -> Entry:
    return Entry(
        id=fields["id"],
        sha256=hashlib.sha256(ijson.render(fields)).hexdigest(),
        agency=fields["agency"],
        office=fields.get("office", ""),
        function=MappingProxyType(fields["function"]),
        level=fields["level"],
        languages=tuple(fields["languages"]),
        zone=fields["zone"],
        hours=tuple(map(_hours, fields.get("hours", []))),
        carriers=tuple(Carrier(*pair) for one in fields["carriers"] for pair in one.items()),
    )


def _hours(fields: Mapping[str, Any]) -> Hours:
    days = tuple(sorted(map(DAYS.index, fields["days"])))
    return Hours(days, _minute(fields["opens"]), _minute(fields["closes"]))


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _beyond_schema(fields: Fields) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, one in enumerate(fields["entries"]):
        if one["id"] in seen:
            yield Problem(
                f"/entries/{at}/id",
                quoted(one["id"]),
                "Another contact point has this id.",
                "Give each an id of its own.",
                rule="contact.id-twice",
            )
        seen.add(one["id"])
        for number, hours in enumerate(one.get("hours", [])):
            if hours["closes"] <= hours["opens"]:
                yield Problem(
                    f"/entries/{at}/hours/{number}/closes",
                    quoted(hours["closes"]),
                    "It closes before it opens.",
                    "Give hours of one day; for a night give two.",
                    rule="contact.hours-backwards",
                )
