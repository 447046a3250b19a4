"""Who does something beside: in threads, and in none."""

import threading
from functools import partial

import pytest

from comity.adapters.background_threads import BesideThreads
from comity.kernel.fault import Fault
from comity.node.base.context import when_asked
from comity.node.base.ports import Beside

_ALL = pytest.mark.parametrize("beside", [when_asked, BesideThreads()], ids=["none", "threads"])


@_ALL
def test_what_came_of_it_is_given_to_who_waits(beside: Beside) -> None:
    """Of several at once each to its own, and again if it is asked again."""
    waits = [beside(partial(pow, at, 2)) for at in range(20)]
    assert [wait() for wait in waits] == [at * at for at in range(20)]
    assert waits[3]() == 9


@_ALL
def test_a_fault_is_raised_where_it_is_waited_for(beside: Beside) -> None:
    """Not before, so that what was begun before it is ended first."""

    def fails() -> None:
        raise Fault(code="highwater.disk.failed", what="The disk failed.", fix="Look at it.")

    wait = beside(fails)
    with pytest.raises(Fault, match="disk failed"):
        wait()


def test_threads_go_on_while_who_asked_does_something_else() -> None:
    """What they do meanwhile can even be what they wait for."""
    door = threading.Event()
    wait = BesideThreads()(lambda: door.wait(10))
    door.set()
    assert wait()
