"""The charts of a measure as the page shows them: waiting, how long it took, month by month.

Floor: surfaces.
"""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from comity.figures import address
from comity.figures.drill_down import Lasted
from comity.node.review.take import Taken
from comity.rooms.review import chart_data
from comity.rooms.review.chart_data import Bucket, Month
from comity.rooms.review.labels import Labels
from comity.surfaces.web import instants
from comity.surfaces.web.review import charts, figure_words
from comity.surfaces.web.review.charts import Chart, Column
from comity.surfaces.web.review.query import MEASURE_WORDS, Asked
from comity.surfaces.web.templatetags import punctuation

MEDIAN: Final = _("Median, by the month in which it was asked")
KEPT: Final = _("Within the agreed time, by the month in which it was asked")


def context(taken: Taken, wanted: Asked, names: Labels) -> dict[str, object]:
    """Return what the template reads: the charts, and beside each the rows of its table."""
    found = chart_data.pictures(taken, wanted.group, wanted.measure)
    sides = {one: names.part(address.SIDE, address.part(one)) for one in found.curves}
    return {
        "measure_words": MEASURE_WORDS[wanted.measure],
        "plot": charts.waiting(found.curves, sides),
        "chart": charts,
        "buckets": [_bucket(one, wanted) for one in found.buckets],
        "distribution": {
            "chart": _distribution(found.buckets, wanted),
            "done": sum(one.happened for one in found.buckets),
            "waiting": sum(one.waiting for one in found.buckets),
        },
        "months": [_month(one, wanted) for one in found.months],
        "trends": _trends(found.months, wanted),
    }


def lasted(one: Lasted) -> str:
    """Return how long something took or has waited, in words."""
    if one.below_ms is None:
        return f"\N{GREATER-THAN OR EQUAL TO} {figure_words.length(one.from_ms)}"
    return f"{figure_words.length(one.from_ms)} \N{EN DASH} {figure_words.length(one.below_ms)}"


def _bucket(one: Bucket, wanted: Asked) -> dict[str, object]:
    return {
        "label": lasted(Lasted(one.from_ms, one.to_ms)),
        "happened": one.happened,
        "waiting": one.waiting,
        "query": _query(one, wanted),
    }


def _query(one: Bucket, wanted: Asked) -> str:
    cell = f"{wanted.group}/timeliness/{wanted.measure}/elapsed/median"
    return wanted.query(cell=cell, least=one.from_ms, below=one.to_ms)


def _distribution(buckets: Sequence[Bucket], wanted: Asked) -> Chart:
    columns = [
        Column(
            gettext("%(long)s: %(done)s done, %(waiting)s still waiting or stopped")
            % {
                "long": lasted(Lasted(one.from_ms, one.to_ms)),
                "done": one.happened,
                "waiting": one.waiting,
            },
            _query(one, wanted),
            one.happened or None,
            one.waiting,
        )
        for one in buckets
    ]
    edges = [figure_words.mark(one.from_ms) if one.from_ms else "0" for one in buckets]
    return charts.columns(columns, edges, charts.of_counts(columns), is_between=True)


def _month(one: Month, wanted: Asked) -> dict[str, object]:
    return {
        "name": _name(one),
        "asked": one.asked,
        "median": _median(one),
        "kept": _kept(one),
        "query": _asked_in(one, wanted),
    }


def _asked_in(one: Month, wanted: Asked) -> str:
    return wanted.within(one.period).query(cell=f"{wanted.group}/volume/asked")


def _name(one: Month) -> str:
    return instants.iso(one.period.from_ms)[:7]


def _trends(months: Sequence[Month], wanted: Asked) -> list[dict[str, object]]:
    """Return the charts of months: of empty ones nothing is drawn."""
    medians = [
        Column(
            f"{_name(one)}{punctuation.colon()}{_median(one)}",
            _asked_in(one, wanted),
            one.median_ms,
        )
        for one in months
    ]
    kept = [
        Column(
            f"{_name(one)}{punctuation.colon()}{_kept(one)}",
            _asked_in(one, wanted),
            charts.FULL * one.kept // one.judged if one.judged else None,
        )
        for one in months
    ]
    drawn = (
        ("median", MEDIAN, medians, charts.of_lengths(medians)),
        ("kept", KEPT, kept, charts.of_shares()),
    )
    return [
        {
            "name": name,
            "words": words,
            "chart": charts.columns(columns, [*map(_name, months)], scale),
            "more": " ".join(f"{one.text}." for one in columns),
        }
        for name, words, columns, scale in drawn
    ]


def _median(one: Month) -> str:
    if one.median_ms is None:
        return figure_words.not_reached() if one.asked else figure_words.NOTHING
    return figure_words.length(one.median_ms)


def _kept(one: Month) -> str:
    said = figure_words.share([one.kept, one.judged])
    if not one.undecided:
        return said
    more = ngettext("%(n)s not decided yet", "%(n)s not decided yet", one.undecided)
    return f"{said} ({more % {'n': one.undecided}})"
