"""Laws of budgets."""

from hypothesis import given
from hypothesis import strategies as st

from comity.node.exchange import budget
from comity.node.exchange.budget import Budget, Cost

SMALL = Budget(
    capacity=Cost(size_bytes=1_000, entries=100, disk_bytes=1_000, processor_us=1_000),
    per_s=Cost(size_bytes=100, entries=10, disk_bytes=100, processor_us=100),
    reserve_percent=20,
)
costs = st.builds(
    Cost,
    size_bytes=st.integers(0, 500),
    entries=st.integers(0, 50),
    disk_bytes=st.integers(0, 500),
    processor_us=st.integers(0, 500),
)
histories = st.lists(st.tuples(st.integers(0, 5_000), costs), max_size=40)


def _admitted(history: list[tuple[int, Cost]], *, hotline: bool) -> tuple[list[Cost], int]:
    purse, now_ms, admitted = budget.full(SMALL, 0), 0, []
    for passed_ms, cost in history:
        now_ms += passed_ms
        if budget.wait_ms(purse, SMALL, now_ms, hotline=hotline) == 0:
            purse = budget.spend(purse, SMALL, cost, now_ms)
            admitted.append(cost)
    return admitted, now_ms


@given(histories, st.booleans())
def test_nobody_gets_more_than_his_budget_and_one_request(
    history: list[tuple[int, Cost]],
    hotline: bool,  # noqa: FBT001 -- Hypothesis gives it by position
) -> None:
    """Whatever is asked and when, the sum stays under capacity, flow and one request."""
    admitted, now_ms = _admitted(history, hotline=hotline)

    assert sum(cost.size_bytes for cost in admitted) <= 1_000 + 100 * now_ms / 1_000 + 500
    assert sum(cost.entries for cost in admitted) <= 100 + 10 * now_ms / 1_000 + 50


@given(histories)
def test_who_waits_as_told_is_admitted(history: list[tuple[int, Cost]]) -> None:
    """After the wait that was named, and not one millisecond before, the answer is yes."""
    purse, now_ms = budget.full(SMALL, 0), 0
    for passed_ms, cost in history:
        now_ms += passed_ms
        purse = budget.spend(purse, SMALL, cost, now_ms)
    wait_ms = budget.wait_ms(purse, SMALL, now_ms, hotline=False)

    assert budget.wait_ms(purse, SMALL, now_ms + wait_ms, hotline=False) == 0
    assert wait_ms == 0 or budget.wait_ms(purse, SMALL, now_ms + wait_ms - 1, hotline=False) > 0


@given(histories)
def test_the_hotline_is_never_behind_the_rest(history: list[tuple[int, Cost]]) -> None:
    """Where an ordinary request is admitted, one of the hotline is too, and it waits less."""
    purse, now_ms = budget.full(SMALL, 0), 0
    for passed_ms, cost in history:
        now_ms += passed_ms
        purse = budget.spend(purse, SMALL, cost, now_ms)
        waits = [budget.wait_ms(purse, SMALL, now_ms, hotline=hot) for hot in (True, False)]
        assert waits[0] <= waits[1]


def test_ordinary_business_leaves_the_reserve() -> None:
    """Small ordinary requests stop at the reserve; the hotline still goes through."""
    purse = budget.full(SMALL, 0)
    while budget.wait_ms(purse, SMALL, 0, hotline=False) == 0:
        purse = budget.spend(purse, SMALL, Cost(size_bytes=10), 0)

    assert purse.left.size_bytes == 200_000
    assert budget.wait_ms(purse, SMALL, 0, hotline=True) == 0


def test_a_clock_that_goes_back_adds_nothing() -> None:
    """Turning the clock back and forth does not fill a purse."""
    purse = budget.spend(budget.full(SMALL, 10_000), SMALL, Cost(size_bytes=2_000), 10_000)
    back_and_forth = budget.refill(budget.refill(purse, SMALL, 0), SMALL, 10_000)

    assert back_and_forth == purse
