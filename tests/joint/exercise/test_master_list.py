"""The master list: what it must be, what changed, and when a contingent item may be released."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joint.exercise.lists import GOOD, some_items

from comity.joint.exercise import conditions, master_list
from comity.joint.exercise.conditions import Condition, Part
from comity.joint.exercise.master_list import COLUMNS, HEADINGS, WHY, Item
from comity.kernel.fault import Fault


@given(some_items)
def test_a_list_is_read_as_it_was_written(items: list[Item]) -> None:
    """The text that both sides adopt by its hash is the list, and nothing else."""
    assert master_list.parse(master_list.render(items)) == tuple(items)


def rules(*items: Item, tasks: tuple[str, ...] = ()) -> list[str]:
    """Return what is wrong with a list, by rule."""
    return [str(one.rule).rpartition(".")[2] for one in master_list.check(items, tasks)]


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (replace(GOOD[0], number=2), "twice"),
        (replace(GOOD[0], kind="late"), "kind"),
        (replace(GOOD[0], scenario_time="9:00"), "time"),
        (replace(GOOD[0], scenario_time=""), "missing"),
        (replace(GOOD[0], synopsis=""), "missing"),
        (replace(GOOD[0], seat="The Bank"), "name"),
        (replace(GOOD[0], method="pigeon"), "method"),
        (replace(GOOD[0], inject_zh=""), "untranslated"),
        (replace(GOOD[1], number=9, condition="when it rains"), "condition"),
        (replace(GOOD[1], number=9, condition="not taken 1"), "condition"),
        (replace(GOOD[1], number=9, condition="taken 9"), "impossible"),
        (replace(GOOD[1], number=9, condition="taken 77"), "impossible"),
        (replace(GOOD[2], number=9, commit="secret"), "commit"),
        (replace(GOOD[2], number=9, until="D1 09:00"), "window"),
        (replace(GOOD[2], number=9, inject_en="Surprise."), "told"),
    ],
)
def test_what_is_wrong_with_a_list_is_told_by_line(wrong: Item, rule: str) -> None:
    """Each rule by an item that is good but for that."""
    assert rules(*GOOD) == []
    rest = GOOD[1:] if wrong.number == 1 else GOOD
    assert rules(*rest, wrong) == [rule]


def test_each_task_of_the_plan_is_tested_by_an_item() -> None:
    """What nothing tests is told, and every rule has words."""
    assert rules(*GOOD, tasks=("stop-payment", "speak", "preserve")) == ["untested"]
    assert HEADINGS.keys() == {*COLUMNS}
    assert all(what and fix.endswith(".") for what, fix in WHY.values())


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", '{"format":"comity-master-list/1","items":[{"number":true}]}',
     '{"format":"comity-master-list/1","items":[{}]}',
     '{"format":"comity-master-list/1","items":[{"number":1,"weather":"fine"}]}',
     '{"format":"comity-master-list/1","items":[{"number":1,"seat":"a\\u0000"}]}'],
)  # fmt: skip
def test_what_is_no_list_is_told(text: str) -> None:
    """Bad input is a fault with its place, and nothing is read of it."""
    with pytest.raises(Fault, match=r"exercise\.list\.malformed"):
        master_list.parse(text.encode())


@given(some_items, some_items)
def test_a_difference_is_empty_for_one_list_alone(one: list[Item], other: list[Item]) -> None:
    """What it names is what differs, item by item and field by field."""
    assert master_list.diff(one, one) == []
    before, after = ({item.number: item for item in each} for each in (one, other))
    changes = master_list.diff([*before.values()], [*after.values()])
    assert {c.number for c in changes} == {
        n for n in before.keys() | after.keys() if before.get(n) != after.get(n)
    }


def test_a_condition_is_over_what_was_delivered() -> None:
    """One part, all of several, any of several; what has not happened needs a time."""
    part = Part("answered", 4, 1_800_000, is_not=True)
    assert conditions.parse("not answered 4 within 30m") == Condition((part,))
    late = {(4, "delivered"): 0, (4, "answered"): 1_800_001}
    assert not conditions.holds(Condition((part,)), late, 1_800_000)
    assert conditions.holds(Condition((part,)), late, 1_800_001)
    assert not conditions.holds(
        Condition((part,)), {(4, "delivered"): 0, (4, "answered"): 5}, 10**9
    )
    both = conditions.parse("all: taken 4; withdrawn 5")
    some = conditions.parse("any: taken 4; withdrawn 5")
    assert both is not None
    assert some is not None
    assert conditions.holds(some, {(4, "taken"): 3}, 3)
    assert not conditions.holds(both, {(4, "taken"): 3}, 3)
    assert conditions.parse("taken 4; taken 5") is None


happenings = st.dictionaries(
    st.tuples(st.integers(4, 5), st.sampled_from(conditions.EVENTS)), st.integers(0, 10**7)
)
texts = st.sampled_from(
    ["taken 4", "not answered 4 within 30m", "answered 5 within 2h", "all: taken 4; withdrawn 5",
     "any: not taken 4 within 1m; answered 5"]
)  # fmt: skip


@given(texts, happenings, st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_condition_that_holds_goes_on_to(
    text: str, happened: dict[tuple[int, str], int], one: int, other: int
) -> None:
    """Time alone never takes back that an item may be released."""
    condition = conditions.parse(text)
    assert condition is not None
    early, late = sorted((one, other))
    if conditions.holds(condition, happened, early):
        assert conditions.holds(condition, happened, late)
