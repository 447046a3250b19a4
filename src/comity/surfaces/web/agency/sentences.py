"""A nation profile as the pages tell it: hours, rules as sentences, when a part of law applies.

Labels of types, crimes and urgencies are those of the guideline in force, or else of the one
that comes with the program; a code that neither knows stands as it is.

Floor: surfaces.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

from comity.domestic.nation.model import Competence, Hours, Nation, Part, When, Within
from comity.domestic.routing.route import Looked
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.rooms.guideline import vocabulary
from comity.rooms.guideline.vocabulary import Labels
from comity.surfaces.web.agency import words
from comity.surfaces.web.templatetags import punctuation

_MINUTES = 60


def _language() -> str:
    return (get_language() or "en").partition("-")[0]


def labels(node: Node, tx: Tx) -> Labels:
    """Return what codes are called in the reader's language."""
    return vocabulary.labels(vocabulary.in_force(node, tx), _language())


def hours(given: Hours | None) -> str:
    """Return when an office is open; "" for always."""
    if given is None:
        return ""
    days = punctuation.enumerated(str(words.WEEKDAYS[day]) for day in given.days)
    return f"{_clock(given.opens)}–{_clock(given.closes)} {days}"  # noqa: RUF001 -- from one to the other


def _clock(minutes: int) -> str:
    return f"{minutes // _MINUTES:02d}:{minutes % _MINUTES:02d}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of competence as a sentence of parts.

    Attributes:
        rule: as the profile has it.
        number: from 1: the first that fits counts.
        types, crimes, urgencies: names; empty: any.
        agency: name of the competent agency, by language.
        also: those that take part.
        outcome: what became of it for a subject, or None.
    """

    rule: Competence
    number: int
    types: tuple[str, ...]
    crimes: tuple[str, ...]
    urgencies: tuple[str, ...]
    agency: Mapping[str, str]
    also: tuple[tuple[Mapping[str, str], Part], ...]
    outcome: Looked | None = None


def rules(nation: Nation, known: Labels, looked: Iterable[Looked] = ()) -> list[Rule]:
    """Return the rules of a profile in order."""
    outcomes = {one.rule: one for one in looked}
    return [
        Rule(
            one,
            number,
            _named(known.types, one.types),
            _named(known.crimes, one.crimes),
            _named(known.urgencies, one.urgencies),
            label(nation, one.agency),
            tuple((label(nation, part.agency), part) for part in one.also),
            outcomes.get(one.id),
        )
        for number, one in enumerate(nation.competence, start=1)
    ]


def label(nation: Nation | None, agency: str) -> Mapping[str, str]:
    """Return the name of an agency, by language; its id where the profile has none."""
    found = nation.agencies.get(agency) if nation else None
    return found.label if found else {"en": agency}


def _named(known: Mapping[str, str], codes: frozenset[str] | None) -> tuple[str, ...]:
    return () if codes is None else tuple(known.get(code, code) for code in sorted(codes))


def within(given: Within | None) -> str:
    """Return how soon, or ""."""
    return f"{given.amount} {words.UNITS.get(given.unit, given.unit)}" if given else ""


@dataclass(frozen=True, slots=True)
class Applies:
    """When a part of the law applies, in words; empty: any."""

    directions: tuple[str, ...]
    types: tuple[str, ...]
    except_types: tuple[str, ...]
    crimes: tuple[str, ...]
    urgencies: tuple[str, ...]


def applies(when: When, known: Labels) -> Applies:
    """Return when a part of the law applies."""
    return Applies(
        tuple(str(words.DIRECTIONS[one]) for one in sorted(when.directions)),
        _named(known.types, when.types),
        _named(known.types, when.except_types or frozenset()),
        _named(known.crimes, when.crimes),
        _named(known.urgencies, when.urgencies),
    )
