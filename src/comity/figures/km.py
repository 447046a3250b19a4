"""How long it takes while some still wait: Kaplan-Meier, decided in exact rationals.

    estimate(Sample(happened=(1, 3, 3), censored=(2,)))  -> (Percentile(25, 1, 1, 3), ...)
    curve(sample, 100)                                  -> (Step(1, 750_000, 4, ...), ...)

What has not happened is not left out: it counts for as long as it has waited.  Of those that had
waited for a time t or longer, n, there happened d at t; the share S that waits still is multiplied
by (n - d) / n.  A percentile p is the first time at which S <= 1 - p.  Its interval is that of
Brookmeyer and Crowley: the plain transform, S +- z S sqrt(G) by Greenwood's sum G of
d / (n (n - d)), with z = 1.96 as a rational; so it begins where the lower curve reaches 1 - p and
ends where the upper one does.  Squared, every decision is one between integers.

Between two censorings the products telescope: S = C m / s and G = B + (s - m) / (s m), with m that
still wait of the s at its beginning.  So a sample costs as many steps as it has censorings between
events.  Doubles guide; where one lies nearer to the bound than their proven error, integers decide.

Source: Kaplan and Meier 1958; Greenwood 1926; Brookmeyer and Crowley 1982; docs/spec/review.md 3.
Floor: figures (pure).
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

PERCENTS: Final = (25, 50, 75, 90)
Z: Final = Fraction(49, 25)
"""1.96: intervals of 95 %."""
MILLION: Final = 1_000_000

_ITSELF: Final = 0
_LOWER: Final = -1
_UPPER: Final = 1
_Z_DOUBLE: Final = float(Z)
_ROUNDING: Final = 2.0**-48
"""What one run may add to the error of a double: thirty-two half units of its last place.

C takes two roundings a run and G three; S, the root and the sum take fewer than ten more; every
term is below 3.  So after r runs the error is below (12 r + 36) 2^-53 < (r + 10) 2^-48.
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """Times of what happened and of what was still waited for, each sorted; whole numbers."""

    happened: Sequence[int] = ()
    censored: Sequence[int] = ()

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.happened) + len(self.censored)


@dataclass(frozen=True, slots=True)
class Percentile:
    """When so many of a hundred had happened.

    Attributes:
        percent: of a hundred.
        at: first time at which no more than the rest still waits; None where it never came so far.
        low: where the interval begins; None likewise.
        high: where it ends; None where the sample does not say.
    """

    percent: int
    at: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the curve, for eyes: shares are of a million, rounded.

    Attributes:
        at: time.
        waits: share that still waits after it.
        low: lower end of its interval.
        high: upper end.
        at_risk: how many had waited so long.
    """

    at: int
    waits: int
    low: int
    high: int
    at_risk: int


class _Run(NamedTuple):
    """Events with no censoring among them: `start` wait before the first, `end` after the last.

    Attributes:
        first: index of the first among all that happened.
        start: how many wait before it.
        end: how many wait after the last.
        share: C, what S was before, as a double.
        greenwood: B, what G was before.
        after: what S is after.
        lower: what the lower curve is after.
    """

    first: int
    start: int
    end: int
    share: float
    greenwood: float
    after: float
    lower: float

    @property
    def last(self) -> int:
        """Index after its last event."""
        return self.first + self.start - self.end


def estimate(sample: Sample, percents: Sequence[int] = PERCENTS) -> tuple[Percentile, ...]:
    """Return the percentiles of a sample, each with its interval; `percents` rise."""
    curves = _Curves(sample)
    found = [curves.times(side, percents) for side in (_ITSELF, _LOWER, _UPPER)]
    return tuple(
        Percentile(percent, at, low, high)
        for percent, at, low, high in zip(percents, *found, strict=True)
    )


def curve(sample: Sample, steps_max: int) -> tuple[Step, ...]:
    """Return the steps of the curve: all, or about so many, evenly over what happened."""
    happened, runs = sample.happened, list(_runs(sample))
    shown = min(steps_max, len(happened))
    steps: list[Step] = []
    for k in range(1, shown + 1):
        at = happened[len(happened) * k // shown - 1]
        if steps and steps[-1].at == at:
            continue
        before, after = bisect_left(happened, at), bisect_right(happened, at)
        run = runs[bisect_right(runs, before, key=_first) - 1]
        share, spread = _spread(run, run.start - (after - run.first))
        ends = max(0.0, share - spread), min(1.0, share + spread)
        waits, low, high = (round(one * MILLION) for one in (share, *ends))
        steps.append(Step(at, waits, low, high, run.start - (before - run.first)))
    return tuple(steps)


def plain(times: Sequence[int], percent: int = 50) -> int | None:
    """Return the least of sorted times by which so many of a hundred had come; None of none."""
    return times[-(-len(times) * percent // 100) - 1] if times else None


def _runs(sample: Sample) -> Iterator[_Run]:
    """Give the runs in their order; at one time, what happens comes before what is censored."""
    happened, censored = sample.happened, sample.censored
    count, n, at, gone = len(happened), sample.n, 0, 0
    share, greenwood = 1.0, 0.0
    while at < count:
        gone = bisect_left(censored, happened[at], gone)
        last = count if gone == len(censored) else bisect_right(happened, censored[gone], at)
        start = n - at - gone
        end = start - (last - at)
        after = share * end / start
        summed = greenwood + (start - end) / (start * end) if end else 0.0
        lower = after - _Z_DOUBLE * after * math.sqrt(summed)
        yield _Run(at, start, end, share, greenwood, after, lower)
        at, share, greenwood = last, after, summed


def _first(run: _Run) -> int:
    return run.first


def _after(run: _Run) -> float:
    return -run.after


def _lower(run: _Run) -> float:
    return -run.lower


def _spread(run: _Run, waiting: int) -> tuple[float, float]:
    """Return S and z S sqrt(G) when so many of a run still wait, as doubles."""
    if not waiting:
        return 0.0, 0.0
    share = run.share * waiting / run.start
    greenwood = run.greenwood + (run.start - waiting) / (run.start * waiting)
    return share, _Z_DOUBLE * share * math.sqrt(greenwood)


class _Bound(NamedTuple):
    """1 - p, exactly and as a double."""

    exact: Fraction
    near: float


@lru_cache(maxsize=100)
def _bound(percent: int) -> _Bound:
    exact = Fraction(100 - percent, 100)
    return _Bound(exact, float(exact))


class _Curves:
    """S, S - z S sqrt(G) and S + z S sqrt(G) of a sample; the last has no value where S is 0."""

    def __init__(self, sample: Sample) -> None:
        self._happened = sample.happened
        self._runs = list(_runs(sample))
        self._error = (len(self._runs) + 10) * _ROUNDING

    def times(self, side: int, percents: Sequence[int]) -> list[int | None]:
        """Return when a curve first comes down to 1 - p, for each p; None where it never does."""
        return [self._time(side, _bound(percent)) for percent in percents]

    def _time(self, side: int, bound: _Bound) -> int | None:
        """Skip the runs that end above the bound, for S and the lower curve only fall."""
        key = _lower if side == _LOWER else _after
        skipped = bisect_left(self._runs, -bound.near - self._error, key=key)
        for at in range(skipped, len(self._runs)):
            found = self._within(self._runs[at], side, bound)
            if found is not None:
                return found
        return None

    def _within(self, run: _Run, side: int, bound: _Bound) -> int | None:
        """Return when a curve first comes down to a bound within a run, or None.

        Within a run S and the lower curve fall, and the upper one is concave in how many wait:
        after its first time it is at or below a bound from some number downwards, or nowhere.
        """
        happened = self._happened
        after = bisect_right(happened, happened[run.first], run.first, run.last)
        above = run.start - (after - run.first)
        if self._is_down(run, above, side, bound):
            return happened[run.first]
        below = run.end
        if side == _UPPER and below == 0:
            before = bisect_left(happened, happened[run.last - 1], run.first, run.last)
            below = run.start - (before - run.first)
        if below >= above or not self._is_down(run, below, side, bound):
            return None
        while above - below > 1:
            middle = (above + below) // 2
            if self._is_down(run, middle, side, bound):
                below = middle
            else:
                above = middle
        return happened[run.first + run.start - below - 1]

    def _is_down(self, run: _Run, waiting: int, side: int, bound: _Bound) -> bool:
        """Return whether a curve is at or below a bound when so many of a run still wait."""
        if not waiting:
            return side != _UPPER
        share, spread = _spread(run, waiting)
        above = share + side * spread - bound.near
        if abs(above) > self._error:
            return above < 0
        return self._is_exactly_down(run, waiting, side, bound)

    def _is_exactly_down(self, run: _Run, waiting: int, side: int, bound: _Bound) -> bool:
        """Decide it in integers: S = a / b, G = g / h, and a v - u b is S less the bound u / v."""
        before = self._runs[: bisect_left(self._runs, run.first, key=_first)]
        a = math.prod(one.end for one in before) * waiting
        b = math.prod(one.start for one in before) * run.start
        u, v = bound.exact.numerator, bound.exact.denominator
        over = a * v - u * b
        if side == _ITSELF or (over <= 0) == (side == _LOWER):
            return over <= 0
        g, h = _sum([*((one.start, one.end) for one in before), (run.start, waiting)])
        spread = Z.numerator**2 * g * (a * v) ** 2
        distance = Z.denominator**2 * h * over**2
        return distance <= spread if side == _LOWER else spread <= distance


def _sum(runs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return numerator and denominator of Greenwood's sum; halves first, for small numbers."""
    if len(runs) == 1:
        start, end = runs[0]
        return start - end, start * end
    left, right = _sum(runs[: len(runs) // 2]), _sum(runs[len(runs) // 2 :])
    return left[0] * right[1] + right[0] * left[1], left[1] * right[1]
