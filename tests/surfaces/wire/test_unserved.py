"""Connections that a listener closed unserved: counted, and told once they are many."""

import pytest

from comity.kernel.fault import Fault
from comity.surfaces.wire.unserved import PRESSED, Unserved


@pytest.fixture
def clock() -> list[int]:
    """The milliseconds that the listener reads."""
    return [0]


def counted(clock: list[int]) -> Unserved:
    """A listener that nobody has called yet."""
    return Unserved(lambda: clock[0])


def test_it_is_told_who_presses_and_how_much(clock: list[int]) -> None:
    """The address that opened most of them is named; of IPv6 its network."""
    unserved = counted(clock)
    for number in range(PRESSED):
        unserved.note(f"2001:db8::{number:x}" if number % 3 else f"192.0.2.{number}")
    clock[0] = 60_000
    with pytest.raises(Fault) as found:
        unserved.look("peers'")
    assert found.value.code == "surfaces.listener.pressed"
    assert f"{PRESSED} connections" in found.value.what
    assert "66 of 2001:db8::/64" in found.value.what


def test_a_few_are_nothing_and_each_look_begins_anew(clock: list[int]) -> None:
    """Browsers open lines that they never use; what was told once is told no more."""
    unserved = counted(clock)
    for _ in range(PRESSED - 1):
        unserved.note("192.0.2.1")
    unserved.look("officers'")
    unserved.note("192.0.2.1")
    unserved.look("officers'")


def test_as_many_in_a_longer_time_are_fewer_a_minute(clock: list[int]) -> None:
    """A look that comes late counts by the minute."""
    unserved = counted(clock)
    for _ in range(PRESSED):
        unserved.note("192.0.2.1")
    clock[0] = 120_000
    unserved.look("officers'")
