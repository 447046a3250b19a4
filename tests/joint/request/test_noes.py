"""What a lawful no says of what was typed: the value that is wrong, and what can stand there."""

from joint.request.histories import by, submission

from comity.joint.request import fold, replying, state
from comity.joint.request.acts import Parts
from comity.kernel.inadmissible import Inadmissible


def told(no: object) -> tuple[str, str]:
    """Return what a lawful no says is wrong, and what to do."""
    assert isinstance(no, Inadmissible)
    return no.what, no.fix


def test_a_code_that_is_not_known_is_named_without_those_that_are() -> None:
    """An agency, or a code on the list, is not wrong because a reason beside it is."""
    asked = fold.fold(state.EMPTY, submission(), "aa")
    what, fix = told(replying.reroute(asked, by("bb", 2), "customs", "nearer"))
    assert what == "'nearer' is none of the codes that both sides know."
    assert "competence" in fix
    what, fix = told(
        replying.find_deficient(asked, by("bb", 2), {"facts": "unclear", "persons": "missing"})
    )
    assert "'unclear'" in what
    assert fix.count("missing") == 1, "each of the list once"


def test_that_no_reason_was_given_is_told() -> None:
    """It is not that an empty one is unknown."""
    asked = fold.fold(state.EMPTY, submission(), "aa")
    what, fix = told(replying.find_deficient(asked, by("bb", 2), {}))
    assert "gives no reason" in what
    assert "missing" in fix


def test_an_item_that_is_not_listed_is_named() -> None:
    """So that it need not be looked for."""
    asked = fold.fold(state.EMPTY, submission(), "aa")
    what, _ = told(replying.answer(asked, by("bb", 2), Parts(items=("no-such",))))
    assert what == "The request does not list 'no-such'."
