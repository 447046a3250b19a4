"""Columns of a chart stand within it, and are as high as what they show."""

import itertools
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from support import stores

from comity.figures.km import Step
from comity.rooms.review.chart_data import Curve
from comity.surfaces.web.review import charts, figure_words
from comity.surfaces.web.review.charts import Column

values = st.integers(0, 10**12)
shown = st.lists(
    st.builds(Column, text=st.just(""), query=st.just(""), value=st.none() | values, also=values),
    max_size=130,
)
FLOOR = charts.HEIGHT - charts.BOTTOM


@pytest.fixture(autouse=True, scope="module")
def _django() -> Iterator[None]:
    """Read as an English reader; a page of another test may have left its language."""
    stores._configure()
    with translation.override("en"):
        yield


@given(shown)
def test_every_column_stands_within_the_frame_and_beside_the_others(columns: list[Column]) -> None:
    """From the axis up to the highest tick, in its own slot."""
    names = [str(at) for at in range(len(columns))]
    drawn = charts.columns(columns, names, charts.of_counts(columns))
    assert [one.column for one in drawn.blocks] == columns
    right = charts.LEFT
    for one in drawn.blocks:
        assert right <= one.slot <= one.x
        right = one.slot + one.slot_width
        assert right <= charts.WIDTH - charts.RIGHT
        assert charts.TOP <= one.also_y <= one.y <= FLOOR
        assert one.y + one.height == FLOOR
        assert one.also_y + one.also_height == one.y


@given(shown)
def test_a_scale_has_few_ticks_and_holds_the_highest(columns: list[Column]) -> None:
    """Whole steps, in words that tell them apart."""
    for scale in (charts.of_counts(columns), charts.of_lengths(columns), charts.of_shares()):
        assert 1 <= scale.count <= charts.TICKS
        told = [scale.told(scale.step * at) for at in range(scale.count + 1)]
        assert len(set(told)) == len(told)
    counts = charts.of_counts(columns)
    assert counts.top >= max(((one.value or 0) + one.also for one in columns), default=0)


@given(values, values)
def test_higher_is_never_drawn_lower(one: int, other: int) -> None:
    """And what is empty is not drawn, while zero is."""
    columns = [
        Column("", "", min(one, other)),
        Column("", "", max(one, other)),
        Column("", "", None),
    ]
    low, high, none = charts.columns(columns, ["", "", ""], charts.of_counts(columns)).blocks
    assert 0 < low.height <= high.height
    assert none.height == 0


@given(st.integers(1, 400))
def test_names_below_columns_do_not_touch(count: int) -> None:
    """As many are written as there is room for."""
    columns = [Column("", "", 1)] * count
    names = [str(at) for at in range(count)]
    ticks = charts.columns(columns, names, charts.of_counts(columns)).across
    assert all(b.at - a.at >= charts.NAME_ROOM - 2 for a, b in itertools.pairwise(ticks))


@pytest.mark.parametrize(
    ("ms", "words"), [(-90 * 60_000, "\N{MINUS SIGN}90 min"), (0, "0 min"), (7_200_000, "2 h")]
)
def test_a_length_of_time_may_be_below_zero(ms: int, words: str) -> None:
    """Two clocks are in the way of an act, and the other may be behind ours."""
    assert figure_words.length(ms) == words


def test_an_hour_and_a_month_both_have_room_on_the_axis_of_waiting() -> None:
    """Time stands by its logarithm: a limit of a day is not in the first pixels of a year."""
    curve = Curve((Step(charts.DAY_MS, 500_000, 400_000, 600_000, 2),), 2, 365 * charts.DAY_MS)
    plot = charts.waiting({"side/aa": curve}, {"side/aa": {"en": "AA"}})
    places = [one.at for one in plot.across]
    assert places == sorted(places)
    assert all(later - one >= charts.MARK_ROOM for one, later in itertools.pairwise(places))
    day = next(one.at for one in plot.across if one.text == "1 d")
    assert day - charts.LEFT > (charts.WIDTH - charts.LEFT) // 4
