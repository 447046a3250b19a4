"""What the law of a profile asks in a situation: which points have to be decided, and with what.

    required(nation, Situation("incoming", "subscriber", "fraud", "routine")) -> (Required, …)

Fails closed: where the crime type or the urgency of a request is not known, or no part of the
profile names its type, a part that is limited to some of them applies.

Source: docs/nation.md.
Floor: domestic (pure).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from comity.domestic.nation import schema
from comity.domestic.nation.model import (
    Basis,
    Condition,
    Ground,
    Instrument,
    Nation,
    Point,
    When,
)
from comity.kernel.legal_text import Sources, Words


@dataclass(frozen=True, slots=True)
class Situation:
    """What is about to be done.

    Attributes:
        direction: one of `schema.DIRECTIONS`.
        type: of the request, or "" where it is not known.
        crime: the joint code `crime-type`, or "" where it is not known.
        urgency: of the request, or "".
    """

    direction: str
    type: str
    crime: str = ""
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Required:
    """One decision that has to be on record.

    Attributes:
        id: `<point>`, or `<point>/<ground>` where a point asks for each ground.
        point: the point of the profile.
        label: what it is called.
        question: what is asked.
        ground: the ground that is asked about, or None.
        bases: among which one is named, where the point decides on the basis.
        instruments: likewise, where it decides on the instrument.
        conditions: standard ones, where it decides on conditions.
        sources: where it comes from.
    """

    id: str
    point: Point
    label: Words
    question: Words
    ground: Ground | None = None
    bases: tuple[Basis, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    conditions: tuple[Condition, ...] = ()
    sources: Sources = ()


def applies(when: When, situation: Situation) -> bool:
    """Return whether a part of the law applies in a situation."""
    return (
        situation.direction in when.directions
        and _covers(when.types, situation.type)
        and situation.type not in when.except_types
        and _covers(when.crimes, situation.crime)
        and _covers(when.urgencies, situation.urgency)
    )


def because(when: When, situation: Situation) -> dict[str, str]:
    """Return the fields by which a part applies, `{field: value}`; "" for one that is not known."""
    found = {"direction": situation.direction}
    limits = (
        ("type", when.types is not None or when.except_types, situation.type),
        ("crime-type", when.crimes is not None, situation.crime),
        ("urgency", when.urgencies is not None, situation.urgency),
    )
    return found | {name: value for name, is_limited, value in limits if is_limited}


def _covers(wanted: frozenset[str] | None, found: str) -> bool:
    return wanted is None or not found or found in wanted


def required(nation: Nation, situation: Situation) -> tuple[Required, ...]:
    """Return every decision that has to be on record, in the order of the profile."""
    points = _applying(nation, nation.law.points, situation)
    return tuple(one for point in points for one in _of_point(nation, point, situation))


def bases(nation: Nation, situation: Situation) -> tuple[Basis, ...]:
    """Return the legal bases on which a step can rest."""
    return tuple(_applying(nation, nation.law.bases, situation))


def instruments(nation: Nation, situation: Situation) -> tuple[Instrument, ...]:
    """Return the instruments of which a step needs one."""
    return tuple(_applying(nation, nation.law.instruments, situation))


def grounds(nation: Nation, situation: Situation) -> tuple[Ground, ...]:
    """Return the grounds that are to be considered."""
    return tuple(_applying(nation, nation.law.grounds, situation))


def conditions(nation: Nation, situation: Situation) -> tuple[Condition, ...]:
    """Return the conditions that are attached as a rule."""
    return tuple(_applying(nation, nation.law.conditions, situation))


def _applying[Part: (Basis, Instrument, Ground, Condition, Point)](
    nation: Nation, parts: Iterable[Part], situation: Situation
) -> Iterator[Part]:
    known = situation if situation.type in _named(nation) else replace(situation, type="")
    return (part for part in parts if applies(part.when, known))


def _named(nation: Nation) -> frozenset[str]:
    """Return every request type that some part of a profile names."""
    law = nation.law
    whens = (
        *(one.when for one in law.bases),
        *(one.when for one in law.instruments),
        *(one.when for one in law.grounds),
        *(one.when for one in law.conditions),
        *(one.when for one in law.points),
    )
    return frozenset(
        name
        for named in (
            *(rule.types for rule in nation.competence),
            *(when.types for when in whens),
            *(when.except_types for when in whens),
        )
        for name in named or ()
    )


def _of_point(nation: Nation, point: Point, situation: Situation) -> Iterator[Required]:
    if point.decides == schema.GROUNDS:
        for ground in grounds(nation, situation):
            yield Required(
                id=f"{point.id}/{ground.id}",
                point=point,
                label=ground.label,
                question=ground.question,
                ground=ground,
                sources=ground.sources,
            )
        return
    decides = point.decides
    yield Required(
        id=point.id,
        point=point,
        label=point.label,
        question=point.question,
        bases=bases(nation, situation) if decides == schema.BASIS else (),
        instruments=instruments(nation, situation) if decides == schema.INSTRUMENT else (),
        conditions=conditions(nation, situation) if decides == schema.CONDITIONS else (),
        sources=point.sources,
    )
