"""Which agency deals with a request, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.domestic.routing import route as routing
from comity.domestic.routing.route import Looked, Rule, Share, Subject, route

WORDS = ("a", "b", "c")

names = st.none() | st.frozensets(st.sampled_from(WORDS), min_size=1)
rules = st.lists(
    st.builds(
        Rule,
        id=st.uuids().map(str),
        types=names,
        crimes=names,
        urgencies=names,
        agency=st.sampled_from(("doj", "dhs")),
    ),
    max_size=6,
)
subjects = st.builds(
    Subject, st.sampled_from(WORDS), st.sampled_from(("", *WORDS)), st.sampled_from(("", *WORDS))
)

EXAMPLE = (
    Rule("network", frozenset({"infrastructure"}), None, None, "dhs", 24, (Share("doj"),)),
    Rule("terror", None, frozenset({"terrorist-misuse"}), None, "doj"),
    Rule("fast", None, frozenset({"fraud"}), frozenset({"emergency"}), "doj"),
    Rule("money", None, frozenset({"fraud"}), None, "dhs"),
)


def test_the_first_rule_that_fits_counts_and_every_other_says_why_not() -> None:
    """An officer reads which rule it was, which field of the others, and with which value."""
    found = route(EXAMPLE, "state", Subject("traffic", "fraud", "emergency"))
    assert (found.agency, found.rule, found.reason) == ("doj", "fast", routing.RULE)
    assert found.looked == (
        Looked("network", routing.FIELD, "type", "traffic", ("infrastructure",)),
        Looked("terror", routing.FIELD, "crime", "fraud", ("terrorist-misuse",)),
        Looked("fast", routing.FITS),
        Looked("money", routing.EARLIER),
    )
    found = route(EXAMPLE, "state", Subject("infrastructure", "fraud"))
    assert (found.agency, found.within_ms, found.also) == ("dhs", 24, (Share("doj"),))


@pytest.mark.parametrize(
    ("rules", "subject", "reason"),
    [
        (EXAMPLE, Subject("traffic", "other", "routine"), routing.NO_RULE),
        (EXAMPLE, Subject("traffic", "", "routine"), routing.CRIME_UNKNOWN),
        ((), Subject("traffic", "fraud"), routing.NO_PROFILE),
    ],
)
def test_what_no_rule_fits_stays_at_the_contact_point_with_the_reason(
    rules: tuple[Rule, ...], subject: Subject, reason: str
) -> None:
    """It is never lost, and nobody has to guess why it was not routed."""
    found = route(rules, "state", subject)
    assert (found.agency, found.rule, found.reason) == ("state", "", reason)


@given(rules, subjects)
def test_routing_is_total_and_explains_every_rule(rules: list[Rule], subject: Subject) -> None:
    """Each rule has an outcome; one fits at most, and it is the first that could."""
    found = route(rules, "state", subject)
    assert found == route(tuple(rules), "state", subject)
    assert [one.rule for one in found.looked] == [rule.id for rule in rules]
    outcomes = [one.outcome for one in found.looked]
    assert outcomes.count(routing.FITS) == (found.reason == routing.RULE)
    before, _, after = "|".join(outcomes).partition(routing.FITS)
    assert routing.EARLIER not in before
    assert routing.FIELD not in after
    assert found.agency in {"state", *(rule.agency for rule in rules)}


@given(rules, subjects)
def test_a_rule_that_does_not_fit_changes_nothing(rules: list[Rule], subject: Subject) -> None:
    """Taking it out gives the same agency by the same rule."""
    found = route(rules, "state", subject)
    kept = [
        rule for rule, one in zip(rules, found.looked, strict=True) if one.outcome != routing.FIELD
    ]
    again = route(kept, "state", subject)
    assert (again.agency, again.rule) == (found.agency, found.rule)


@given(rules, subjects)
def test_a_crime_type_that_is_not_known_is_not_guessed(rules: list[Rule], subject: Subject) -> None:
    """Only a rule for any crime can take such a request."""
    found = route(rules, "state", Subject(subject.type, "", subject.urgency))
    by_id = {rule.id: rule for rule in rules}
    assert not found.rule or by_id[found.rule].crimes is None
