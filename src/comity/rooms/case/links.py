"""Identifiers that a State says to be of one person: read, written as CASE, and joined alike.

    email;a@b.example;pgp;4AEE18F83AFDEB23…;confirmed;listing 44

Both nodes spell by one table (docs/spec/match.md, 3) and join what nobody disputes, so they see
the same people: a person is what holds together over links, whoever gave them.

Source: docs/spec/case.md, 12; CASE 1.3, UCO 1.3.
Floor: rooms.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

from comity.domestic.custody.case import CONTEXT
from comity.joint.match import acts as match_acts
from comity.joint.match import canon
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.problem import Problem, Unfit, pointer_of

LINKS_MAX: Final = 1_000
SOURCE_CHARS_MAX: Final = 500
_PROBLEMS_MAX: Final = 20

type Identifier = tuple[str, str]
"""Kind and one spelling."""


@dataclass(frozen=True, slots=True)
class Link:
    """That two identifiers are of one person.

    Attributes:
        one, other: the identifiers.
        confidence: `confirmed`, `probable`, `possible`, `unknown`.
        source: where that is from, or "".
    """

    one: Identifier
    other: Identifier
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Given:
    """A link as it was given: in which act, under which number, and whether it is disputed."""

    party: str
    act: str
    number: int
    link: Link
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Identifiers that hold together, and the States whose links join them."""

    identifiers: tuple[Identifier, ...]
    parties: tuple[str, ...]


def read_lines(lines: Iterable[str]) -> list[Link]:
    """Return links of a file, one a line; empty lines are none.

    Raises:
        Unfit: `case.links.unfit`, with each line that cannot be read.
    """
    found: list[Link] = []
    wrong: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.append(_link_of([one.strip() for one in next(csv.reader([line], delimiter=";"))]))
        except Fault as no:
            at = pointer_of((number,))
            text = line.strip()[:80]
            wrong.append(Problem(at, text, no.what, no.fix, number, 1, rule=no.code))
    if not wrong and not 0 < len(found) <= LINKS_MAX:
        what, fix = f"There are {len(found):,} links.", f"Give 1 to {LINKS_MAX:,}."
        wrong.append(Problem(pointer_of(()), "", what, fix, rule="case.links.malformed"))
    if wrong:
        raise Unfit("case.links.unfit", "the links", wrong[:_PROBLEMS_MAX])
    return found


def _link_of(cells: Sequence[str]) -> Link:
    if len(cells) not in {4, 5, 6}:
        raise _malformed(f"The line has {len(cells)} parts.", _LINE)
    kind, text, other_kind, other_text, *more = cells
    confidence = more[0] if more and more[0] else "unknown"
    one = kind, canon.spell(kind, text).decode()
    other = other_kind, canon.spell(other_kind, other_text).decode()
    return _checked(Link(one, other, confidence, more[1] if len(more) > 1 else ""))


_LINE: Final = "Write `kind;identifier;kind;identifier;confidence;source`."


def _checked(link: Link) -> Link:
    if link.one == link.other:
        raise _malformed("Both identifiers are the same.", "Link two different ones.")
    if link.confidence not in match_acts.GRADES:
        raise _malformed(
            f"The confidence is none of {', '.join(match_acts.GRADES)}.", "Use one of them."
        )
    if len(link.source) > SOURCE_CHARS_MAX:
        raise _malformed("The source is too long.", f"Use at most {SOURCE_CHARS_MAX} characters.")
    return link


def _malformed(what: str, fix: str) -> Fault:
    return Fault(code="case.links.malformed", what=what, fix=fix)


def identifiers(links: Iterable[Link]) -> list[Identifier]:
    """Return every identifier of some links, once, in order."""
    return sorted({each for one in links for each in (one.one, one.other)})


_TYPES: Final = {
    "crypto-address": "DigitalAddress",
    "email": "EmailAddress",
    "handle": "DigitalAccount",
    "iban": "BankAccount",
    "ip": "IPAddress",
    "phone": "PhoneAccount",
    "url": "URL",
}
"""Of a kind that UCO has a class for."""


def render(links: Sequence[Link]) -> bytes:
    """Return links as a graph of CASE, canonical."""
    graph: list[Json] = [_object(one) for one in identifiers(links)]
    graph += [_relationship(one, number) for number, one in enumerate(links, start=1)]
    used = {"kb", "uco-core", "uco-observable", "xsd"}
    context: Json = {name: iri for name, iri in CONTEXT.items() if name in used}
    return ijson.render({"@context": context, "@graph": graph})


def _object(one: Identifier) -> Json:
    kind, text = one
    return {
        "@id": _id("identifier", *one),
        "@type": f"uco-observable:{_TYPES.get(kind, 'ObservableObject')}",
        "uco-core:name": text,
        "uco-core:tag": [kind],
    }


def _relationship(link: Link, number: int) -> Json:
    more: dict[str, Json] = {"uco-core:description": [link.source]} if link.source else {}
    return {
        "@id": _id("link", str(number), *link.one, *link.other),
        "@type": "uco-observable:ObservableRelationship",
        "uco-core:isDirectional": False,
        "uco-core:kindOfRelationship": "Related_To",
        "uco-core:source": [{"@id": _id("identifier", *link.one)}],
        "uco-core:tag": [link.confidence],
        "uco-core:target": {"@id": _id("identifier", *link.other)},
        **more,
    }


def _id(what: str, *parts: str) -> str:
    """Return a name of something: kb, and a UUID of its words alone."""
    digest = hashlib.sha256("\n".join((what, *parts)).encode()).digest()[:16]
    return f"kb:{what}-{UUID(bytes=digest, version=5)}"


def read(data: bytes, count: int, joined: int) -> list[Link] | None:
    """Return the links of a body, or None where it is not what its entry says; never raises.

    Args:
        data: the body.
        count: how many links its entry has.
        joined: how many identifiers.
    """
    try:
        graph = cast("Any", ijson.parse(data))["@graph"]
        objects = {one["@id"]: _named(one) for one in graph if one["@type"] != _RELATIONSHIP}
        links = [_linked(one, objects) for one in graph if one["@type"] == _RELATIONSHIP]
    except (Fault, KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None
    is_told = (len(links), len(identifiers(links))) == (count, joined)
    return links if is_told and render(links) == data else None


_RELATIONSHIP: Final = "uco-observable:ObservableRelationship"


def _named(one: Any) -> Identifier:  # noqa: ANN401 -- of a peer's JSON
    (kind,), text = one["uco-core:tag"], one["uco-core:name"]
    if canon.spell(kind, text).decode() != text:
        raise ValueError(text)
    return kind, text


def _linked(one: Any, objects: dict[str, Identifier]) -> Link:  # noqa: ANN401 -- of a peer's JSON
    (source,), (confidence,) = one["uco-core:source"], one["uco-core:tag"]
    (told,) = one.get("uco-core:description", [""])
    ends = objects[source["@id"]], objects[one["uco-core:target"]["@id"]]
    return _checked(Link(*ends, confidence, str(told)))


def people(given: Iterable[Given]) -> list[Person]:
    """Return who holds together over links that nobody disputes, the largest first."""
    above: dict[Identifier, Identifier] = {}

    def top(one: Identifier) -> Identifier:
        while above.setdefault(one, one) != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    standing = [one for one in given if not one.is_disputed]
    for one in standing:
        above[top(one.link.one)] = top(one.link.other)
    members: dict[Identifier, list[Identifier]] = {}
    by: dict[Identifier, set[str]] = {}
    for each in sorted(above):
        members.setdefault(top(each), []).append(each)
    for one in standing:
        by.setdefault(top(one.link.one), set()).add(one.party)
    found = [Person(tuple(each), tuple(sorted(by[of]))) for of, each in members.items()]
    return sorted(found, key=lambda one: (-len(one.identifiers), one.identifiers))


def told(one: Identifier) -> Json:
    """Return an identifier as data."""
    kind, text = one
    return {"kind": kind, "kind_words": dict(canon.KINDS[kind]), "identifier": text}


def flat(given: Iterable[Given]) -> Iterator[Json]:
    """Give links as data."""
    for one in given:
        link = one.link
        yield {
            "party": one.party,
            "act": one.act,
            "number": one.number,
            "one": told(link.one),
            "other": told(link.other),
            "confidence": link.confidence,
            "confidence_words": dict(match_acts.GRADES[link.confidence]),
            "source": link.source,
            "disputed": one.is_disputed,
        }
