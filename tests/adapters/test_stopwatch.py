"""Write transactions are measured: how many were over the limit, and what the longest did."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.stores import sqlite_place

from comity.adapters.store.django_store import DjangoStore
from comity.kernel import limits
from comity.node.base.finding import OWN
from comity.node.base.store import Timing
from comity.node.operate import write_latency

SLOW_S = (limits.TRANSACTION_MS_MAX + 25) / 1_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DjangoStore]:
    """A store of its own."""
    place = sqlite_place(tmp_path)
    opened = place.open()
    assert isinstance(opened, DjangoStore)
    yield opened
    place.close()


def _write_slowly(store: DjangoStore, start: int = 0, count: int = 3) -> None:
    with store.write() as tx:
        tx.append("aa/x/live/1", start, [b"e"] * count, [bytes(32)] * count)
        time.sleep(SLOW_S)


def _fail_slowly(store: DjangoStore) -> None:
    with store.write():
        time.sleep(SLOW_S)
        raise ZeroDivisionError


def test_a_slow_transaction_is_counted_and_named(store: DjangoStore) -> None:
    """Whoever looks learns how long the longest took, and which function it was in."""
    with store.write() as tx:
        tx.save_record("kind", "key", 1)
    before = store.timing()
    _write_slowly(store)
    after = store.timing()
    assert (after.count, after.over) == (before.count + 1, before.over + 1)
    assert after.longest_us >= SLOW_S * 1_000_000
    assert after.longest.endswith("test_stopwatch._write_slowly, 3 entries")
    assert after.entries == 3


def test_one_that_fails_is_counted_too(store: DjangoStore) -> None:
    """It held the only writer just as long."""
    before = store.timing()
    with pytest.raises(ZeroDivisionError):
        _fail_slowly(store)
    assert store.timing().over == before.over + 1


def test_what_reads_is_not_measured(store: DjangoStore) -> None:
    """A reader holds up nobody."""
    before = store.timing()
    with store.read() as tx:
        tx.logs()
        time.sleep(SLOW_S)
    assert store.timing() == before


def test_the_serving_process_tells_status_and_doctor(store: DjangoStore) -> None:
    """What it saved is what another process finds, in words and for machines."""
    _write_slowly(store)
    measured = store.timing()
    with store.write() as tx:
        assert write_latency.load(tx) is None
        write_latency.save(tx, measured, 5)
    with store.read() as tx:
        told = write_latency.load(tx)
    assert told == write_latency.Told(measured, 5)
    assert "_write_slowly" in write_latency.finding(told).what
    value = write_latency.to_json(told)
    assert isinstance(value, dict)
    assert value["over"] == measured.over


@pytest.mark.parametrize(
    ("measured", "is_good"),
    [
        (Timing(count=9), True),
        (Timing(count=5_000, over=50, longest_us=80_000), None),
        (Timing(count=5_000, over=51, longest_us=80_000), False),
        (Timing(count=3, over=3, longest_us=80_000), None),
    ],
)
def test_one_in_a_hundred_over_the_limit_is_this_nodes_fault(
    measured: Timing, *, is_good: bool | None
) -> None:
    """A single slow moment is shown and no fault; a slow disk is one."""
    found = write_latency.finding(write_latency.Told(measured, 1))
    assert (found.is_good, found.side) == (is_good, OWN if is_good is False else "")
    assert write_latency.finding(None).is_good is None
