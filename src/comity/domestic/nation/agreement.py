"""Whether a profile agrees with what stands outside it: card, joint vocabulary, guideline.

What disagrees with the first two is a problem; what the guideline says more, or less, is a
remark, since guidelines change.

Floor: domestic (pure).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from comity.domestic.nation import law_points, schema
from comity.domestic.nation.law_points import Situation
from comity.domestic.nation.model import Competence, Nation, When
from comity.kernel.fault import quoted
from comity.kernel.legal_text import Path, problem
from comity.kernel.problem import Problem


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The joint codes that a profile may name.

    Attributes:
        grounds: of refusal and of postponement.
        conditions: that may be attached.
    """

    grounds: Collection[str]
    conditions: Collection[str]


def codes(nation: Nation, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Give the codes that the other side would not understand."""
    for at, ground in enumerate(nation.law.grounds):
        if ground.ground not in vocabulary.grounds:
            what = f"The joint vocabulary has no ground {quoted(ground.ground)}."
            fix = f"Use one of: {', '.join(vocabulary.grounds)}."
            path: Path = ("law", "grounds", at, "ground")
            yield problem(path, ground.ground, what, fix, rule="nation.ground-not-joint")
    for at, condition in enumerate(nation.law.conditions):
        if condition.condition not in vocabulary.conditions:
            what = f"The joint vocabulary has no condition {quoted(condition.condition)}."
            fix = f"Use one of: {', '.join(vocabulary.conditions)}."
            path = ("law", "conditions", at, "condition")
            yield problem(path, condition.condition, what, fix, rule="nation.condition-not-joint")


def card(nation: Nation, party: str, agencies: Collection[str]) -> Iterator[Problem]:
    """Give what is said otherwise on the card of the State.

    Args:
        nation: the profile.
        party: the State whose node this is.
        agencies: on its card.
    """
    if nation.id != party:
        what = f"This node is that of {quoted(party)}."
        fix = "Give the profile of this State."
        yield problem(("id",), nation.id, what, fix, rule="nation.other-state")
    for at, agency in enumerate(nation.agencies.values()):
        if agency.speaks and agency.id not in agencies:
            what = f"The agency {quoted(agency.id)} speaks to other States and is not on the card."
            fix = (
                "Adopt with --extend-card, which puts it on the next card; or let it only advise; "
                "or correct its id."
            )
            path: Path = ("agencies", at, "id")
            yield problem(path, agency.id, what, fix, rule="nation.agency-not-on-card")
    for name in sorted(set(agencies) - nation.agencies.keys()):
        what = f"The card names an agency {quoted(name)} that the profile does not have."
        fix = "Add it here: others may address it."
        yield problem(("agencies",), name, what, fix, rule="nation.agency-of-card-missing")


def missing_on_card(nation: Nation, agencies: Collection[str]) -> tuple[str, ...]:
    """Return the agencies that speak to other States and are not on the card."""
    return tuple(
        one.id for one in nation.agencies.values() if one.speaks and one.id not in agencies
    )


def remarks(nation: Nation, types: Collection[str], crimes: Collection[str]) -> Iterator[Problem]:
    """Give what does not fit a guideline, and what the profile leaves open under it.

    Args:
        nation: the profile.
        types: request types of the guideline.
        crimes: crime types of the guideline.
    """
    for at, rule in enumerate(nation.competence):
        path: Path = ("competence", at)
        yield from _strange(rule.types, types, "request type", (*path, "types"))
        yield from _strange(rule.crimes, crimes, "crime type", (*path, "crimes"))
    for path, when in _whens(nation):
        named = (when.types or frozenset()) | when.except_types
        yield from _strange(named, types, "request type", (*path, "types"))
        yield from _strange(when.crimes, crimes, "crime type", (*path, "crimes"))
    yield from _not_routed(nation, types, crimes)
    yield from _nothing_to_rest_on(nation, types)


def _strange(
    named: frozenset[str] | None, known: Collection[str], noun: str, path: Path
) -> Iterator[Problem]:
    for name in sorted((named or frozenset()) - frozenset(known)):
        what = f"The guideline has no {noun} {quoted(name)}."
        fix = "Correct its spelling, or leave it for a later guideline."
        yield problem(path, name, what, fix, rule="nation.name-not-in-guideline")


def _whens(nation: Nation) -> Iterator[tuple[Path, When]]:
    law = nation.law
    whens = {
        "bases": [one.when for one in law.bases],
        "instruments": [one.when for one in law.instruments],
        "grounds": [one.when for one in law.grounds],
        "conditions": [one.when for one in law.conditions],
        "points": [one.when for one in law.points],
    }
    for name, found in whens.items():
        for at, when in enumerate(found):
            yield ("law", name, at, "when"), when


def _not_routed(
    nation: Nation, types: Collection[str], crimes: Collection[str]
) -> Iterator[Problem]:
    for crime in crimes:
        left = [
            kind
            for kind in types
            if not any(_is_for(rule, kind, crime) for rule in nation.competence)
        ]
        if left:
            what = f"No rule routes {quoted(crime)} for: {', '.join(left)}."
            fix = "Add one, or let the contact point route it."
            yield problem(("competence",), crime, what, fix, rule="nation.not-routed")


def _is_for(rule: Competence, kind: str, crime: str) -> bool:
    return (rule.types is None or kind in rule.types) and (
        rule.crimes is None or crime in rule.crimes
    )


def _nothing_to_rest_on(nation: Nation, types: Collection[str]) -> Iterator[Problem]:
    """Find decisions that could never be made: they would stop every such step."""
    for direction in schema.DIRECTIONS:
        for kind in types:
            for one in law_points.required(nation, Situation(direction, kind)):
                decides = one.point.decides
                empty = (decides == schema.BASIS and not one.bases) or (
                    decides == schema.INSTRUMENT and not one.instruments
                )
                if empty:
                    what = (
                        f"The point {quoted(one.id)} has nothing to choose from for "
                        f"{quoted(kind)}, {direction}."
                    )
                    fix = "Add what applies there, or take the type out of the point."
                    path = ("law", "points")
                    yield problem(path, one.id, what, fix, rule="nation.nothing-to-rest-on")
