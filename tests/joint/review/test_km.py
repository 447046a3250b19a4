"""Kaplan-Meier is exact: as fractions decide it step by step, and as scipy computes it."""

import warnings
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from comity.figures import km
from comity.figures.km import Percentile, Sample

_NEAR = 1e-9


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Few times or many, so that ties occur, or do not; now and then all censored, or none."""
    most = draw(st.sampled_from([2, 6, 40, 10**9]))
    rows = draw(st.lists(st.tuples(st.integers(0, most), st.booleans()), max_size=40))
    return _sample(rows)


def _sample(rows: Sequence[tuple[int, bool]]) -> Sample:
    return Sample(
        sorted(time for time, happened in rows if happened),
        sorted(time for time, happened in rows if not happened),
    )


def _steps(sample: Sample) -> Iterator[tuple[int, Fraction, Fraction | None]]:
    """Give each time with S and G after it, as they are defined."""
    share, greenwood = Fraction(1), Fraction(0)
    for time in sorted(set(sample.happened)):
        n = sum(one >= time for one in (*sample.happened, *sample.censored))
        d = sample.happened.count(time)
        share *= Fraction(n - d, n)
        greenwood += Fraction(d, n * (n - d)) if n > d else 0
        yield time, share, greenwood if n > d else None


def _plainly(sample: Sample) -> tuple[Percentile, ...]:
    found = []
    for percent in km.PERCENTS:
        bound = Fraction(100 - percent, 100)
        at, low, high = [], [], []
        for time, share, greenwood in _steps(sample):
            if share <= bound:
                at.append(time)
            spread = km.Z**2 * share**2 * (greenwood or 0)
            if share <= bound or (share - bound) ** 2 <= spread:
                low.append(time)
            if greenwood is not None and share <= bound and spread <= (bound - share) ** 2:
                high.append(time)
        found.append(Percentile(percent, *(next(iter(one), None) for one in (at, low, high))))
    return tuple(found)


@given(samples())
def test_percentiles_are_those_of_fractions_step_by_step(sample: Sample) -> None:
    """However the products are shortened, each decision is that of the definition."""
    assert km.estimate(sample) == _plainly(sample)


@given(st.lists(st.tuples(st.integers(0, 99), st.booleans()), min_size=1, max_size=60))
def test_percentiles_are_those_of_scipy(rows: list[tuple[int, bool]]) -> None:
    """What scipy's curves say, at the same confidence, lies where ours say: up to its rounding."""
    sample = _sample(rows)
    times = np.array([time for time, _ in rows])
    censored = np.array([not happened for _, happened in rows])
    with np.errstate(all="ignore"):
        curve = stats.ecdf(stats.CensoredData.right_censored(times, censored)).sf
        confidence = 2 * stats.norm.cdf(float(km.Z)) - 1
        is_last = curve.probabilities == 0
        bands = _interval(curve, confidence)
    shares = [curve.probabilities, np.where(is_last, 0, bands[0]), np.where(is_last, 2, bands[1])]
    for one in km.estimate(sample):
        bound = 1 - one.percent / 100
        for at, share in zip((one.at, one.low, one.high), shares, strict=True):
            _check(at, bound, curve.quantiles, share)


def _interval(
    curve: stats._survival.EmpiricalDistributionFunction, level: float
) -> list[np.ndarray]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has no interval where nothing waits
        bands = curve.confidence_interval(confidence_level=level, method="linear")
    return [bands.low.probabilities, bands.high.probabilities]


def _check(at: int | None, bound: float, times: np.ndarray, share: np.ndarray) -> None:
    """Assert that a curve is above the bound before a time, and not from it on."""
    before = share if at is None else share[times < at]
    assert (before > bound - _NEAR).all()
    if at is not None:
        assert share[times == at][0] <= bound + _NEAR


def test_a_bound_that_is_met_exactly_is_met() -> None:
    """Doubles cannot tell 1/2 from nearly 1/2; integers do, and so do thousands of censorings."""
    half = Sample(range(1000))
    assert [one.at for one in km.estimate(half)] == [249, 499, 749, 899]
    later = Sample([2 * one for one in range(3000)], [2 * one + 1 for one in range(3000)])
    assert km.estimate(later)[1] == _halfway(later)


def _halfway(sample: Sample) -> Percentile:
    """Return the median of a sample without ties whose events and censorings take turns."""
    share, greenwood = Fraction(1), Fraction(0)
    found: list[int | None] = [None, None, None]
    for at, time in enumerate(sample.happened):
        n = sample.n - 2 * at
        share *= Fraction(n - 1, n)
        greenwood += Fraction(1, n * (n - 1))
        spread = float(km.Z) * float(share) * float(greenwood) ** 0.5
        for k, one in enumerate((float(share), float(share) - spread, float(share) + spread)):
            if found[k] is None and one <= 1 / 2:
                found[k] = time
    return Percentile(50, *found)


@given(samples(), st.integers(1, 12))
def test_a_curve_for_eyes_is_the_curve(sample: Sample, steps: int) -> None:
    """However few steps are shown, each is one of the curve; the last that happened is there."""
    known = {time: share for time, share, _ in _steps(sample)}
    shown = km.curve(sample, steps)
    assert len(shown) <= min(steps, len(known))
    assert [one.at for one in shown] == sorted({one.at for one in shown})
    for one in shown:
        assert one.waits == round(known[one.at] * km.MILLION)
        assert 0 <= one.low <= one.waits <= one.high <= km.MILLION
        assert one.at_risk == sum(time >= one.at for time in (*sample.happened, *sample.censored))
    assert not known or shown[-1].at == max(known)


@given(st.lists(st.integers(0, 50)), st.integers(1, 100))
def test_a_plain_percentile_is_a_time_that_came(times: list[int], percent: int) -> None:
    """It is the least by which so many had come; of nothing there is none."""
    found = km.plain(sorted(times), percent)
    assert (found is None) == (not times)
    if found is not None:
        assert sum(one <= found for one in times) * 100 >= percent * len(times)
        assert sum(one < found for one in times) * 100 < percent * len(times)
