"""The turn to write: one at a time, the hotline first, and nobody waits for ever."""

import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.adapters.store import writer_turn
from comity.adapters.store.writer_turn import WriterTurn
from comity.node.base import serving


def served(ranks: list[int]) -> list[int]:
    """Let a thread of each rank wait in this order for a turn that is taken; return their order."""
    turn, order = WriterTurn(), list[int]()
    turn.acquire()

    def write(at: int) -> None:
        with serving.as_rank(ranks[at]), turn:
            order.append(at)

    threads = [threading.Thread(target=write, args=(at,)) for at in range(len(ranks))]
    for count, thread in enumerate(threads, 1):
        thread.start()
        while len(turn._waiting) < count:
            time.sleep(0.000_5)
    turn.release()
    for thread in threads:
        thread.join(5)
    return order


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 2), max_size=6))
def test_who_waits_is_served_by_rank_and_then_as_they_came(ranks: list[int]) -> None:
    """Law: each once, the better rank first, within a rank the first first."""
    assert served(ranks) == sorted(range(len(ranks)), key=lambda at: (ranks[at], at))


def test_who_came_long_before_goes_first_whatever_the_rank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a busy hotline would keep an exercise, and the receipts of it, away for ever."""
    monkeypatch.setattr(writer_turn, "HANDICAP_S", 0.0)
    assert served([2, 1, 0]) == [0, 1, 2]


def test_whose_time_runs_out_is_served_no_more() -> None:
    """And keeps nobody else from the turn."""
    turn = WriterTurn()
    assert turn.acquire()
    assert not turn.acquire(timeout=0.01)
    turn.release()
    assert turn.acquire(timeout=0.01)
    turn.release()
