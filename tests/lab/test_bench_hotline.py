"""`bench hotline` measures what it says: a plan without a hole, a look that grows with nothing."""

from pathlib import Path

import pytest
from support.agreed import agreed_world
from support.calls import Desks

from comity.domestic.duty import plan
from comity_lab.bench import duty_plan, hotline, rings_look


def test_a_plan_has_the_shifts_that_a_library_finds_in_its_rules() -> None:
    """400 days over daylight saving: who has which shift, and when it begins."""
    ours = duty_plan.shifts(plan.fold_all([duty_plan.line()]))
    assert ours == duty_plan.expanded(duty_plan.calendar())
    assert len(ours) == 2 * duty_plan.DAYS


def test_a_plan_takes_no_longer_than_that_library() -> None:
    """With forty overrides beside; both in processor time of this process."""
    ours_ms, theirs_ms = duty_plan.measured()
    assert 0 < ours_ms < theirs_ms


def test_looking_for_what_must_ring_costs_the_same_whatever_was_closed(tmp_path: Path) -> None:
    """Matters that do not ring are not looked at: ten times as many, and no ten times as long."""
    desks = Desks(tmp_path, agreed_world(tmp_path, store="sqlite"))
    desks.say("bb", "close", desks.call(), reason="concluded")
    desks.call(level=3)
    few_ms, many_ms = rings_look.looked_ms(desks.node("bb"), (400, 4_000))
    assert many_ms < 3 * few_ms


@pytest.mark.parametrize("name", ["busy_ratio", "look_ratio", "plan_ratio"])
def test_every_figure_is_told(name: str) -> None:
    """What is printed has each of them."""
    names = (
        "calls", "ring_p50_ms", "ring_p95_ms", "ring_longest_ms", "evidence_mib", "busy_p95_ms",
        "busy_ratio", "matters", "look_few_ms", "look_many_ms", "look_ratio", "plan_days",
        "plan_cpu_ms", "plan_library_cpu_ms", "plan_ratio",
    )  # fmt: skip
    shown = hotline.text({one: f"<{one}>" for one in names})
    assert f"<{name}>" in shown
    assert all(f"<{one}>" in shown for one in names)
