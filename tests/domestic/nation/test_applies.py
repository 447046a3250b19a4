"""What the law of a profile asks before a step."""

from dataclasses import replace

from domestic.nation.test_document import SHIPPED, shipped
from hypothesis import given
from hypothesis import strategies as st

from comity.acts.urgencies import URGENCIES
from comity.domestic.nation import law_points, schema
from comity.domestic.nation.law_points import Situation
from comity.domestic.nation.model import When

TYPES = ("preservation", "subscriber", "content", "emergency-disclosure", "status-query", "new")
CRIMES = ("fraud", "drugs", "other", "new")

situations = st.builds(
    Situation,
    st.sampled_from(schema.DIRECTIONS),
    st.sampled_from(TYPES),
    st.sampled_from(("", *CRIMES)),
    st.sampled_from(("", *URGENCIES)),
)
names = st.frozensets(st.sampled_from(CRIMES), min_size=1)


def test_counsel_is_asked_what_the_type_and_crime_raise() -> None:
    """Dual criminality is not asked of a preservation; the death penalty is of drugs, by name."""
    us = shipped("us")
    preserving = law_points.required(us, Situation("incoming", "preservation", "drugs", "urgent"))
    content = law_points.required(us, Situation("incoming", "content", "drugs", "routine"))
    assert "grounds/dual-criminality" not in {one.id for one in preserving}
    assert {"grounds/dual-criminality", "grounds/death-penalty", "instrument", "legal-basis"} <= {
        one.id for one in content
    }
    instrument = next(one for one in content if one.id == "instrument")
    assert [one.id for one in instrument.instruments] == ["search-warrant"]


def test_each_direction_has_points_of_its_own() -> None:
    """What is asked before execution is another thing than what is asked before release."""
    cn = shipped("cn")
    asked = {
        direction: [one.id for one in law_points.required(cn, Situation(direction, "subscriber"))]
        for direction in schema.DIRECTIONS
    }
    assert asked["outgoing"] == ["legal-basis", "undertakings"]
    assert asked["answer"] == ["legal-basis", "consent-to-leave", "conditions"]
    assert "grounds/own-proceedings" in asked["incoming"]


@given(st.sampled_from(SHIPPED), situations)
def test_every_decision_is_named_once_and_says_where_it_comes_from(
    state: str, situation: Situation
) -> None:
    """So that a record of it can be found again under its id."""
    required = law_points.required(shipped(state), situation)
    assert len({one.id for one in required}) == len(required)
    assert all(one.question["en"] and one.question["zh"] and one.sources for one in required)


@given(st.sampled_from(SHIPPED), situations, st.sampled_from(CRIMES))
def test_what_is_not_known_asks_for_more_and_never_for_less(
    state: str, situation: Situation, crime: str
) -> None:
    """Fails closed: leaving the crime type out spares no decision."""
    unknown = Situation(situation.direction, situation.type, "", situation.urgency)
    known = Situation(situation.direction, situation.type, crime, situation.urgency)
    nation = shipped(state)
    assert {one.id for one in law_points.required(nation, known)} <= {
        one.id for one in law_points.required(nation, unknown)
    }


@given(st.sampled_from(SHIPPED), situations)
def test_a_type_that_the_profile_does_not_name_is_asked_everything(
    state: str, situation: Situation
) -> None:
    """Fails closed: a request of a new type, or of none, is spared no decision."""
    nation = shipped(state)
    known = {one.id for one in law_points.required(nation, situation)}
    for unheard_of in ("", "deep-sea-cable"):
        other = replace(situation, type=unheard_of)
        assert known <= {one.id for one in law_points.required(nation, other)}


@given(names, st.sampled_from(CRIMES))
def test_a_part_limited_to_crimes_applies_to_those_alone(
    limited: frozenset[str], crime: str
) -> None:
    """And to a request whose crime type is not known."""
    when = When(frozenset({"incoming"}), crimes=limited)
    assert law_points.applies(when, Situation("incoming", "content", crime)) == (crime in limited)
    assert law_points.applies(when, Situation("incoming", "content"))
    assert not law_points.applies(when, Situation("answer", "content", crime))
