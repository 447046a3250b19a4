"""What may be said now."""

from hypothesis import given
from hypothesis import strategies as st
from joint.request.histories import anything, entries, logs, saying, submission

from comity.acts.order import Placed
from comity.acts.record import Act, Addressee
from comity.joint.request import decide, fold, state, table
from comity.joint.request.acts import Asked
from comity.kernel.inadmissible import Inadmissible


@given(logs(), anything, st.sampled_from(["aa", "bb", "cc"]))
def test_what_is_admitted_takes_effect(placed: list[Placed], act: Act, party: str) -> None:
    """An act that an officer was allowed to send is never without effect, unless it crossed."""
    now = fold.fold_all(entries(placed))
    no = decide.admit(now, act, party)
    after = fold.fold(now, act, party)

    assert (no is None) == after.turns[-1].takes_effect
    assert no is None or (no.rule.startswith("request.") and no.what and no.fix)


@given(logs(), st.sampled_from(["aa", "bb", "cc"]))
def test_every_command_gives_an_act_or_a_fix(placed: list[Placed], party: str) -> None:
    """A command never fails without saying what may be done instead."""
    now = fold.fold_all(entries(placed))
    for result in (
        decide.acknowledge(now, saying(5), party),
        decide.answer(now, saying(5), party),
        decide.refuse(now, saying(5), party, "impossible"),
        decide.withdraw(now, saying(5), party, "replaced"),
    ):
        if isinstance(result, Inadmissible):
            assert result.fix
        else:
            assert fold.fold(now, result, party).turns[-1].takes_effect


def test_every_result_without_effect_has_its_words() -> None:
    """Each way in which the table says no is explained to an officer."""
    without = {o.result for o in table.TABLE.values()} - table.WITH_EFFECT

    assert without <= set(decide._WHY)
    assert all(fix[0].isupper() and fix.endswith(".") for _, fix in decide._WHY.values())


def test_a_request_goes_to_parties_of_the_channel() -> None:
    """A party outside the channel cannot be asked; the fix names those that can."""
    no = decide.submit(
        saying(1), "aa", (Addressee("zz"),), Asked("preservation", "urgent"), ("aa", "bb")
    )

    assert isinstance(no, Inadmissible)
    assert "'zz'" in no.what
    assert "bb" in no.fix


def test_an_unknown_ground_is_answered_with_the_list() -> None:
    """A ground that is not on the list is refused with the list, which lacks bank secrecy."""
    asked = fold.fold(state.EMPTY, submission(), "aa")
    no = decide.refuse(asked, saying(2), "bb", "bank-secrecy")

    assert isinstance(no, Inadmissible)
    assert "essential-interests" in no.fix
    assert "bank-secrecy" not in no.fix
