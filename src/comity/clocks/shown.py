"""A clock that counts in the time of an exercise: marks and instant go through its map and back.

    shown = marks(found, named, now_ms, times)
    clock = back(evaluate(rule, shown, …, times.scenario_ms(now_ms)), now_ms, times)

Where time stands it is paused.  What would fall due within a jump is stopped there: it is neither
met nor missed.  Under the identity nothing changes.

Source: docs/spec/exercise.md 4.
Floor: clocks (pure).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

from comity.clocks import clock
from comity.clocks.clock import Clock
from comity.clocks.mark import Mark


class Times(Protocol):
    """Scenario time, as `comity.joint.exercise.time_map.TimeMap` is it."""

    def scenario_ms(self, real_ms: int) -> int:
        """Return what the clock of the exercise shows at an instant."""
        ...

    def real_ms(self, scenario_ms: int) -> int | None:
        """Return when it first shows a time or a later one, or None."""
        ...

    def is_skipped(self, scenario_ms: int) -> bool:
        """Return whether a jump passed over a scenario time."""
        ...

    def stands(self, real_ms: int) -> bool:
        """Return whether it stands at an instant."""
        ...


def marks(found: Sequence[Mark], named: Mapping[str, int], now_ms: int, times: Times) -> list[Mark]:
    """Return marks by scenario time; what has not happened yet has none.

    Args:
        found: of a matter.
        named: times that somebody typed, which are of the scenario already.
        now_ms: the instant.
        times: of the exercise.
    """
    return [
        one if one.event in named else replace(one, at_ms=_shown(one.at_ms, now_ms, times))
        for one in found
    ]


def _shown(at_ms: int | None, now_ms: int, times: Times) -> int | None:
    is_heard = at_ms is not None and 0 <= at_ms <= now_ms
    return times.scenario_ms(at_ms) if is_heard and at_ms is not None else None


_LATE: Final = frozenset({clock.OVERDUE, clock.MISSED, clock.LAPSED})
_RUNS: Final = frozenset({clock.RUNNING, clock.DUE_SOON})


def back(found: Clock, now_ms: int, times: Times) -> Clock:
    """Return a clock that was counted in scenario time by the instants at which it is so."""
    due_ms = found.due_at_ms
    due_real = None if due_ms is None else times.real_ms(due_ms)
    made = replace(
        found,
        started_at_ms=_real(found.started_at_ms, times),
        received_at_ms=_real(found.received_at_ms, times),
        ended_at_ms=_real(found.ended_at_ms, times),
        due_at_ms=due_real,
        alert_at_ms=_real(found.alert_at_ms, times),
    )
    if due_ms is not None and found.status in _LATE and times.is_skipped(due_ms):
        return replace(made, status=clock.STOPPED, ended_at_ms=due_real, alert_at_ms=None)
    if found.status in _RUNS and times.stands(now_ms):
        return replace(made, status=clock.PAUSED, due_at_ms=None, alert_at_ms=None)
    return made


def _real(scenario_ms: int | None, times: Times) -> int | None:
    return None if scenario_ms is None else times.real_ms(scenario_ms)
