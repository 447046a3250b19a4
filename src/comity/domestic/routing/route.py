"""Which agency is competent for a request, by rules in order, with an explanation.

    route(rules, "doj", Subject("infrastructure", "hacking", "urgent"))
      -> Route(agency="dhs", rule="infrastructure", also=(…), looked=(…))

The first rule that fits counts.  Total: what no rule fits stays at the contact point, and the
reason is told.  A request whose crime type is not known fits only rules for any crime: what
nobody said is not guessed.

Floor: domestic (pure).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

RULE: Final = "rule"
NO_RULE: Final = "no-rule-fits"
CRIME_UNKNOWN: Final = "crime-type-unknown"
NO_PROFILE: Final = "no-profile"
BY_HAND: Final = "by-hand"
ACKNOWLEDGED: Final = "acknowledged"
REASONS: Final = (RULE, NO_RULE, CRIME_UNKNOWN, NO_PROFILE, BY_HAND, ACKNOWLEDGED)

FITS: Final = "fits"
FIELD: Final = "field"
EARLIER: Final = "earlier-rule"

type Names = frozenset[str] | None
"""None: any."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is routed.

    Attributes:
        type: of the request.
        crime: the joint code `crime-type`, or "".
        urgency: or "".
    """

    type: str
    crime: str = ""
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """An agency that takes part beside the competent one.

    Attributes:
        agency: its id.
        does: what it contributes, in one language.
        within_ms: how soon after the routing, or None.
    """

    agency: str
    does: str = ""
    within_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: its name.
        types, crimes, urgencies: to which it applies; None: any.
        agency: the competent one.
        within_ms: how soon after the routing, or None.
        also: who takes part.
        why: in one language.
    """

    id: str
    types: Names
    crimes: Names
    urgencies: Names
    agency: str
    within_ms: int | None = None
    also: tuple[Share, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What became of one rule.

    Attributes:
        rule: its id.
        outcome: `fits`, `field` where a field of it does not, or `earlier-rule`.
        field: which: `type`, `crime`, `urgency`, or "".
        value: of the request there.
        wanted: what the rule asks for there, sorted.
    """

    rule: str
    outcome: str
    field: str = ""
    value: str = ""
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes, and why.

    Attributes:
        agency: the competent one, or the contact point.
        rule: that fits, or "".
        reason: one of `REASONS`.
        within_ms: how soon, or None.
        also: who takes part.
        looked: every rule, in order, and what became of it.
    """

    agency: str
    rule: str
    reason: str
    within_ms: int | None
    also: tuple[Share, ...]
    looked: tuple[Looked, ...]


def route(rules: Sequence[Rule], contact_point: str, subject: Subject) -> Route:
    """Return where a request goes.

    Args:
        rules: in order.
        contact_point: where it stays if no rule fits.
        subject: the request.
    """
    looked = tuple(_look(rules, subject))
    found = next(
        (rule for rule, one in zip(rules, looked, strict=True) if one.outcome == FITS), None
    )
    if found is not None:
        return Route(found.agency, found.id, RULE, found.within_ms, found.also, looked)
    reason = NO_RULE if rules else NO_PROFILE
    if not subject.crime and any(_would_fit(rule, subject) for rule in rules):
        reason = CRIME_UNKNOWN
    return Route(contact_point, "", reason, None, (), looked)


def _look(rules: Sequence[Rule], subject: Subject) -> Iterator[Looked]:
    has_fitted = False
    for rule in rules:
        if has_fitted:
            yield Looked(rule.id, EARLIER)
            continue
        miss = _miss(rule, subject)
        has_fitted = miss is None
        yield miss or Looked(rule.id, FITS)


def _miss(rule: Rule, subject: Subject) -> Looked | None:
    """Return the first field of a rule that does not fit, or None."""
    fields = (
        ("type", subject.type, rule.types),
        ("crime", subject.crime, rule.crimes),
        ("urgency", subject.urgency, rule.urgencies),
    )
    for name, value, wanted in fields:
        if wanted is not None and value not in wanted:
            return Looked(rule.id, FIELD, name, value, tuple(sorted(wanted)))
    return None


def _would_fit(rule: Rule, subject: Subject) -> bool:
    miss = _miss(rule, subject)
    return miss is not None and miss.field == "crime"
