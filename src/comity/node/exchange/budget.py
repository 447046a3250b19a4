"""Budgets: what one identity may cost this node, as token buckets.

    purse = budget.full(PARTY, now_ms)
    wait_ms = budget.wait_ms(purse, PARTY, now_ms, hotline=False)   # 0: go on
    purse = budget.spend(purse, PARTY, Cost(size_bytes=…, entries=…), now_ms)

A request is admitted while every bucket holds something, and what it then really cost is
taken; a bucket may fall below nothing, and the debt is waited for.  So an identity gets at
most `capacity + rate * time` and one request more, without anybody guessing costs before.
The last part of each bucket is kept for the hotline.

Source: protocol rule 24.
Floor: node (pure: `now_ms` is a parameter).
"""

from dataclasses import dataclass, fields
from typing import Final


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request cost, or the state of four buckets.

    Attributes:
        size_bytes: carried over the wire, both ways.
        entries: offered for keeping.
        disk_bytes: written to the disk.
        processor_us: processor time, microseconds.
    """

    size_bytes: int = 0
    entries: int = 0
    disk_bytes: int = 0
    processor_us: int = 0


@dataclass(frozen=True, slots=True)
class Budget:
    """What an identity may cost.

    Attributes:
        capacity: of each bucket: what may be spent at once.
        per_s: how much flows into each, a second; > 0.
        reserve_percent: of each capacity, kept for the hotline.
    """

    capacity: Cost
    per_s: Cost
    reserve_percent: int = 20


@dataclass(frozen=True, slots=True)
class Purse:
    """What an identity has left.

    Attributes:
        left: in each bucket, in thousandths, so that no drop is lost; negative is debt.
        at_ms: when that was so.
    """

    left: Cost
    at_ms: int


PARTY: Final = Budget(
    capacity=Cost(size_bytes=8 << 30, entries=200_000, disk_bytes=8 << 30, processor_us=60_000_000),
    per_s=Cost(size_bytes=256 << 20, entries=4_000, disk_bytes=128 << 20, processor_us=750_000),
)
"""Of each party: several times what a busy exchange needs, and less than one processor."""

STRANGERS: Final = Budget(
    capacity=Cost(size_bytes=1 << 18, entries=1, disk_bytes=1, processor_us=500_000),
    per_s=Cost(size_bytes=1 << 14, entries=1, disk_bytes=1, processor_us=20_000),
    reserve_percent=0,
)
"""Of everybody without a certificate that is on a card, together."""

_MILLI: Final = 1_000
_NAMES: Final = tuple(field.name for field in fields(Cost))


def full(budget: Budget, now_ms: int) -> Purse:
    """Return a purse with every bucket full."""
    return Purse(Cost(*(_MILLI * _of(budget.capacity, name) for name in _NAMES)), now_ms)


def refill(purse: Purse, budget: Budget, now_ms: int) -> Purse:
    """Return the purse as it is at `now_ms`.  A clock that went back adds nothing."""
    passed_ms = max(now_ms - purse.at_ms, 0)
    left = (
        min(
            _of(purse.left, name) + passed_ms * _of(budget.per_s, name),
            _MILLI * _of(budget.capacity, name),
        )
        for name in _NAMES
    )
    return Purse(Cost(*left), max(now_ms, purse.at_ms))


def spend(purse: Purse, budget: Budget, cost: Cost, now_ms: int) -> Purse:
    """Return the purse after that cost, which may leave a debt."""
    filled = refill(purse, budget, now_ms)
    left = (_of(filled.left, name) - _MILLI * _of(cost, name) for name in _NAMES)
    return Purse(Cost(*left), filled.at_ms)


def wait_ms(purse: Purse, budget: Budget, now_ms: int, *, hotline: bool) -> int:
    """Return how long until a request is admitted; 0 if it is now."""
    filled = refill(purse, budget, now_ms)
    return max(_wait_of(filled, budget, name, hotline=hotline) for name in _NAMES)


def _wait_of(filled: Purse, budget: Budget, name: str, *, hotline: bool) -> int:
    reserve_percent = 0 if hotline else budget.reserve_percent
    floor = _MILLI * _of(budget.capacity, name) * reserve_percent // 100
    missing = floor - _of(filled.left, name)
    return 0 if missing < 0 else missing // _of(budget.per_s, name) + 1


def _of(cost: Cost, name: str) -> int:
    value: int = getattr(cost, name)
    return value
