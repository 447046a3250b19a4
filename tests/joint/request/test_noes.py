"""What a refusal says of what was typed: the value that is wrong, and what can stand there."""

from joint.request.histories import by, submission

from comity.acts import shape
from comity.joint.request import acts, dates, decide, fold, moves, refusals, rules, state, targets
from comity.joint.request import table as tables
from comity.kernel.inadmissible import Inadmissible


def told(no: object) -> tuple[str, str]:
    """Return what a refusal by rule says is wrong, and what to do."""
    assert isinstance(no, Inadmissible)
    return no.what, no.fix


def test_a_code_that_is_not_known_is_named_without_those_that_are() -> None:
    """An agency, or a code on the list, is not wrong because a reason beside it is."""
    asked = fold.fold(state.EMPTY, submission(), "aa")
    what, fix = told(
        decide.decided(asked, by("bb", 2), acts.REROUTED, {"agency": "customs", "reason": "nearer"})
    )
    assert what == "'nearer' is none of the codes that both sides know."
    assert "competence" in fix
    what, fix = told(
        decide.decided(
            asked,
            by("bb", 2),
            acts.FOUND_DEFICIENT,
            {"findings": {"facts": "unclear", "persons": "missing"}},
        )
    )
    assert "'unclear'" in what
    assert fix.count("missing") == 1, "each of the list once"


def test_that_no_reason_was_given_is_told() -> None:
    """It is not that an empty one is unknown."""
    asked = fold.fold(state.EMPTY, submission(), "aa")
    what, fix = told(decide.decided(asked, by("bb", 2), acts.FOUND_DEFICIENT))
    assert "gives no reason" in what
    assert "missing" in fix


def test_an_item_that_is_not_listed_is_named() -> None:
    """So that it need not be looked for."""
    asked = fold.fold(state.EMPTY, submission(), "aa")
    what, _ = told(decide.decided(asked, by("bb", 2), acts.ANSWERED, items=("no-such",)))
    assert what == "The request does not list 'no-such'."


def test_every_way_to_say_no_has_its_words() -> None:
    """Each result without effect and each problem is explained to an officer."""
    modules = (moves, fold, rules, targets, dates)
    named = {
        value
        for module in modules
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and "-" in value
    }
    without = {o.result for o in tables.TABLE.values()} - tables.WITH_EFFECT

    assert without | named <= {*refusals.WHY, *shape.WHY}
    assert not named & tables.WITH_EFFECT
    assert all(fix[0].isupper() and fix.endswith(".") for _, fix in refusals.WHY.values())
