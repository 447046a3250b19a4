"""When a contingent item may be released: a condition over what was delivered, in scenario time.

    taken 4                             item 4 was taken
    not answered 4 within 30m           nobody answered it within 30 minutes of its delivery
    all: taken 4; not answered 5 within 2h
    any: answered 4; withdrawn 5

Both nodes compute that one holds, from the same deliveries and the same map; a controller
releases the item.

Source: docs/spec/master-list.md 3.
Floor: joint (pure).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

EVENTS: Final = ("delivered", "taken", "answered", "withdrawn")
"""What can happen to an item."""

_ONE: Final = re.compile(
    r"(?P<no>not )?(?P<event>delivered|taken|answered|withdrawn) (?P<number>[1-9][0-9]{0,5})"
    r"(?: within (?P<count>[1-9][0-9]{0,4})(?P<unit>[mhd]))?"
)
_UNITS: Final = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
PARTS_MAX: Final = 16


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a condition.

    Attributes:
        event: one of `EVENTS`.
        number: of the item.
        within_ms: of scenario time after the delivery of the item, or None.
        is_not: whether it must not have happened.
    """

    event: str
    number: int
    within_ms: int | None = None
    is_not: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """Some parts, of which all must hold, or any."""

    parts: tuple[Part, ...]
    is_any: bool = False


type Happened = Mapping[tuple[int, str], int]
"""`{(number, event): scenario time of the first}`."""


def parse(text: str) -> Condition | None:
    """Read a condition; None where it is none."""
    how, colon, rest = text.strip().partition(":")
    is_joined = bool(colon) and how in {"all", "any"}
    found = [_ONE.fullmatch(one.strip()) for one in (rest if is_joined else text).split(";")]
    if not 0 < len(found) <= PARTS_MAX or None in found or (len(found) > 1 and not is_joined):
        return None
    parts = tuple(_part(one) for one in found if one is not None)
    if any(one.is_not and one.within_ms is None for one in parts):
        return None  # what has not happened may happen yet: only a time settles it
    return Condition(parts, is_any=how == "any" and is_joined)


def _part(one: re.Match[str]) -> Part:
    count = one["count"]
    within_ms = int(count) * _UNITS[one["unit"]] if count else None
    return Part(one["event"], int(one["number"]), within_ms, is_not=bool(one["no"]))


def holds(condition: Condition, happened: Happened, scenario_ms: int) -> bool:
    """Return whether a condition holds at a scenario time; once it does, it goes on to."""
    said = (_part_holds(one, happened, scenario_ms) for one in condition.parts)
    return any(said) if condition.is_any else all(said)


def _part_holds(part: Part, happened: Happened, scenario_ms: int) -> bool:
    at_ms = happened.get((part.number, part.event))
    if part.within_ms is None:
        return at_ms is not None and at_ms <= scenario_ms
    began_ms = happened.get((part.number, "delivered"))
    if began_ms is None:
        return False
    until_ms = began_ms + part.within_ms
    if part.is_not:
        return scenario_ms > until_ms and (at_ms is None or at_ms > until_ms)
    return at_ms is not None and at_ms <= min(until_ms, scenario_ms)


def numbers(condition: Condition) -> Iterator[int]:
    """Give the items that a condition is about."""
    return (one.number for one in condition.parts)
