"""`bench hotline` measures what it says: a plan without a hole, a look that grows with nothing."""

import sys
from pathlib import Path
from types import FrameType

import pytest
from support.agreed import agreed_world
from support.calls import Desks

from comity.domestic.duty import plan
from comity.node.base.context import Node
from comity.node.desk.duty import rings
from comity_lab.bench import duty_plan, hotline, rings_look, spoken_code


def test_a_plan_has_the_shifts_that_a_library_finds_in_its_rules() -> None:
    """400 days over daylight saving: who has which shift, and when it begins."""
    ours = duty_plan.shifts(plan.fold_all([duty_plan.line()]))
    assert ours == duty_plan.expanded(duty_plan.calendar())
    assert len(ours) == 2 * duty_plan.DAYS


def test_no_guess_of_a_spoken_code_is_taken_for_it() -> None:
    """Of 20,000 here; a run of the measure itself draws a million."""
    assert spoken_code.false_proofs(20_000) == 0


def test_looking_for_what_must_ring_costs_the_same_whatever_was_closed(tmp_path: Path) -> None:
    """Matters that do not ring are not looked at: of ten times as many no more is called."""
    desks = Desks(tmp_path, agreed_world(tmp_path, store="sqlite"))
    desks.say("bb", "close", desks.call(), reason="concluded")
    desks.call(level=3)
    node, counts = desks.node("bb"), []
    for matters in (60, 600):
        assert rings_look.looked_ms(node, (matters,))[0] > 0
        counts.append(_calls(node))
    few, many = counts
    assert 0 < many < 1.2 * few


def _calls(node: Node) -> int:
    """Return how many functions one look calls."""
    count = 0

    def note(_frame: FrameType, event: str, _given: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        rings.step(node)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", ["busy_ratio", "look_ratio", "plan_ratio"])
def test_every_figure_is_told(name: str) -> None:
    """What is printed has each of them."""
    names = (
        "calls", "ring_p50_ms", "ring_p95_ms", "ring_longest_ms", "evidence_mib", "busy_p95_ms",
        "busy_ratio", "matters", "look_few_ms", "look_many_ms", "look_ratio", "plan_days",
        "plan_cpu_ms", "plan_library_cpu_ms", "plan_ratio", "code_draws", "code_false_proofs",
    )  # fmt: skip
    shown = hotline.text({one: f"<{one}>" for one in names})
    assert f"<{name}>" in shown
    assert all(f"<{one}>" in shown for one in names)
