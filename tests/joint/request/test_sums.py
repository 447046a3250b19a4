"""Steps of a measure and their sums: both sides reckon alike, and what cannot be so is counted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joint.request.histories import (
    ABOUT,
    as_entries,
    by,
    folded,
    lawful,
    place,
    said,
    step,
    submission,
)

from comity.acts.order import Placed
from comity.joint.request import acts, decide, fold, measure, state, sums
from comity.joint.request.ladder import Step
from comity.joint.request.rules import Rules, TypeRules
from comity.joint.request.state import EMPTY, State
from comity.joint.request.sums import Sum
from comity.kernel.inadmissible import Inadmissible

LADDER = {
    "asked": Step("asker", unit="money"),
    "with-bank": Step("addressee"),
    "held": Step("addressee", unit="money"),
    "not-held": Step("addressee", reasons=frozenset({"AC04", "NOOR"})),
    "frozen": Step("addressee", needs=("held",), unit="money"),
    "located": Step("addressee", unit="persons"),
}
RULES = Rules(
    "0" * 64,
    {"preservation": TypeRules(frozenset({"urgent"}), ladder=LADDER)},
    frozenset(),
    frozenset(),
    frozenset(),
)
NOW_MS = 1_800_000_000_000


def asked(amount: int = 100, unit: str = "eur") -> list[Placed]:
    """Return a request about a sum."""
    act = submission(("bb",))
    act = replace(act, codes={**act.codes, sums.ASKED: f"{unit}.{amount}"})
    return [Placed(act, "aa/log", 0, 1, 0, {}, 1)]


def told(
    placed: list[Placed], party: str, code: str, amount: int, unit: str = "EUR"
) -> list[Placed]:
    """Return a history with another step, told by one who had seen everything."""
    act = replace(said(acts.STEP_TOLD, parts=step("whole", code, amount, unit)), id=_id(placed))
    seen = {f"{one}/log": sum(p.origin == f"{one}/log" for p in placed) for one in ("aa", "bb")}
    seen.pop(f"{party}/log")
    own = {name: size for name, size in seen.items() if size}
    return [*placed, place(placed, act, ("aa", "bb").index(party), own)]


def _id(placed: list[Placed]) -> str:
    return "bcdefghijklm"[len(placed)] * 24 + "ba"


def test_each_figure_is_reckoned_from_the_last_words() -> None:
    """Held is what was held last, without what was released; arrived is the asker's to tell."""
    found = asked()
    for party, code, amount in (
        ("bb", "held", 60),
        ("bb", "moved-on", 40),
        ("bb", "frozen", 50),
        ("bb", "returning", 30),
        ("bb", "released", 20),
        ("aa", "arrived", 30),
    ):
        found = told(found, party, code, amount)
    assert sums.of(folded(found)).by_unit == {"EUR": Sum(100, 30, 40, 30, 30)}
    assert not sums.of(folded(found)).left_out


@pytest.mark.parametrize(
    ("party", "code", "amount", "unit", "why"),
    [
        ("bb", "held", 60, "USD", sums.OTHER_CURRENCY),
        ("bb", "held", 101, "EUR", sums.OVER_ASKED),
        ("aa", "held", 60, "EUR", sums.OTHER_SIDE),
        ("bb", "arrived", 60, "EUR", sums.OTHER_SIDE),
    ],
)
def test_what_cannot_be_so_is_left_out_and_counted(
    party: str, code: str, amount: int, unit: str, why: str
) -> None:
    """A peer says what it likes: its sums are kept, and none that cannot be so is added up."""
    found = sums.of(folded(told(asked(), party, code, amount, unit)))
    assert found.by_unit == {"EUR": Sum(asked=100)}
    assert found.left_out == {why: 1}


def test_a_step_told_of_the_future_is_left_out() -> None:
    """More than five minutes after the other side held it, it cannot have come about."""
    placed = told(asked(), "bb", "held", 60)
    act = replace(placed[-1].act, times={"at.whole": 10**12})
    entries = as_entries([placed[0], replace(placed[-1], act=act)])
    assert sums.of(fold.fold_all(entries)).left_out == {sums.TIME_AHEAD: 1}


@given(lawful(to=("bb",), count_max=8))
def test_sums_are_alike_in_every_order(placed: list[Placed]) -> None:
    """Whichever party comes first in the arrangement, both read the same last words and sums."""
    swapped = [replace(one, party_place=1 - one.party_place) for one in placed]
    one, other = folded(placed), folded(swapped)
    assert {each.key: each.amount for each in one.steps} == {
        each.key: each.amount for each in other.steps
    }
    assert sums.of(one).by_unit == sums.of(other).by_unit


def test_old_histories_have_no_steps_in_their_digest() -> None:
    """What was said before there were steps folds to the same bytes."""
    assert "steps" not in repr(state.to_json(folded(asked())))


def leg(name: str, follows: str, **amounts: int) -> State:
    """Return a request with these figures."""
    steps = tuple(
        measure.Told("whole", "aa" if code == "arrived" else "bb", code, "a", 0, amount, "EUR")
        for code, amount in sorted(amounts.items())
        if code != "asked"
    )
    turns = folded(asked()).turns
    codes = {sums.ASKED: f"eur.{amounts['asked']}"}
    return replace(
        EMPTY, matter_id=name, asker="aa", follows=follows, codes=codes, steps=steps, turns=turns
    )


def test_a_leg_asks_for_what_was_moved_on() -> None:
    """Asked counts at the root; held and returned over all legs; moved on where nobody follows."""
    requests = [
        leg("root", "", asked=100, held=40, **{"moved-on": 60}),
        leg("second", "root", asked=50, held=20, arrived=20, **{"moved-on": 30}),
        leg("third", "second", asked=30, held=5),
    ]
    (tree,) = sums.trees(requests)
    assert [(one.matter_id, one.depth) for one in tree] == [
        ("root", 0), ("second", 1), ("third", 2),
    ]  # fmt: skip
    assert sums.total(tree).by_unit == {"EUR": Sum(asked=100, held=65, moved=10, arrived=20)}


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdefx")), max_size=8))
def test_every_request_stands_in_one_tree_once(pairs: list[tuple[str, str]]) -> None:
    """Rings and strangers too: a peer names what it likes as what its request follows."""
    requests = [leg(name, follows, asked=1) for name, follows in dict(pairs).items()]
    found = [one.matter_id for tree in sums.trees(requests) for one in tree]
    assert sorted(found) == sorted(dict(pairs))


def flaws(party: str, given: dict[str, object], now: State) -> list[tuple[str, str]]:
    """Return what is against a step that is drafted."""
    who = replace(by(party, 9), rules=RULES)
    act = decide.say(now, replace(who, rules=None), acts.STEP_TOLD, _parts(given))
    if isinstance(act, Inadmissible):
        act = acts.said(acts.STEP_TOLD, who.saying, ABOUT, _parts(given))
    return [(one.field, one.name) for one in decide.step_flaws(now, act, party, RULES, NOW_MS)]


def _parts(given: dict[str, object]) -> acts.Parts:
    times = {name: at for name, at in given.items() if isinstance(at, int)}
    return acts.Parts(
        {name: str(code) for name, code in given.items() if name not in times}, times=times
    )


@pytest.mark.parametrize(
    ("party", "codes", "names"),
    [
        ("bb", {"step.whole": "held", "sum.whole": "60", "unit.whole": "EUR"}, []),
        ("bb", {"step.whole": "gone"}, ["step-not-agreed"]),
        ("aa", {"step.whole": "with-bank"}, ["step-of-other-side"]),
        ("bb", {"step.whole": "frozen"}, ["step-too-early", "sum-missing"]),
        ("bb", {"step.whole": "not-held"}, ["step-reason-not-agreed"]),
        ("bb", {"step.whole": "not-held", "reason.whole": "NOOR"}, []),
        ("bb", {"step.whole": "not-held", "reason.whole": "LEGL"}, ["step-reason-not-agreed"]),
        ("bb", {"step.whole": "located", "sum.whole": "2", "unit.whole": "persons"}, []),
        (
            "bb", {"step.whole": "located", "sum.whole": "2", "unit.whole": "EUR"},
            ["unit-not-agreed"],
        ),
        (
            "bb",
            {
                "step.whole": "held", "sum.whole": "60", "unit.whole": "USD",
                "step.traffic": "held", "sum.traffic": "101", "unit.traffic": "EUR",
                "at.traffic": NOW_MS + 600_000,
            },
            ["other-currency", "over-asked", "time-ahead"],
        ),
    ],
)  # fmt: skip
def test_a_draft_is_told_everything_that_is_wrong_at_once(
    party: str, codes: dict[str, object], names: list[str]
) -> None:
    """The ladder says which steps, whose and after which; the sums say what cannot be so."""
    now = folded(asked())
    assert sorted(name for _, name in flaws(party, codes, now)) == names


def test_a_step_is_no_part_of_another_act() -> None:
    """Only what tells a step is judged by the ladder."""
    now = folded(asked())
    act = said(acts.ACKNOWLEDGED)
    assert not list(decide.step_flaws(now, act, "bb", RULES, NOW_MS))
