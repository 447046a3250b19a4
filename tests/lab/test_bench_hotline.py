"""`bench hotline` measures what it says: a plan without a hole, and figures by name."""

from comity_lab.bench import hotline


def test_a_year_of_duty_is_planned_whole() -> None:
    """Every figure is there, and its text has them all."""
    days, took_ms = hotline.planned()
    assert (days, took_ms > 0) == (400, True)
    value = {
        "calls": 2, "ring_p50_ms": 1.5, "ring_p95_ms": 2.5, "ring_longest_ms": 3.5,
        "plan_days": days, "plan_cpu_ms": 4.5,
    }  # fmt: skip
    shown = hotline.text({**value})
    assert all(str(one) in shown for one in value.values())
