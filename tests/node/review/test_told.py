"""Figures as lines, as a file and on paper: nothing is left out, and nothing changes afterwards."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from support.agreed import MAIN, adopt, agreed_world, ask, reply, shipped

from comity.figures import definitions, figures
from comity.figures.figures import Period
from comity.figures.observation import Fact, Moment, Observation, Span
from comity.figures.row_tally import tallied
from comity.joint.request import acts
from comity.joint.text import acts as guideline_acts
from comity.node.review import take
from comity.node.review.take import Taken, Wanted
from comity.rooms.review import as_json, figure_print, omissions, shares
from comity.rooms.review.answers import InPart
from comity.rooms.review.figure_notes import Beside
from comity.surfaces.cli import review_text

DAY_MS = 86_400_000
NOW_MS = 1_000 * DAY_MS
PERIOD, BEFORE = Period(900 * DAY_MS, NOW_MS), Period(800 * DAY_MS, 900 * DAY_MS)


def row(name: str, day: int, kind: str, *facts: Fact) -> Observation:
    """Return a row of a request that nobody has answered."""
    asked = Moment(name, day * DAY_MS, day * DAY_MS)
    waits = Span("respond", asked)
    return Observation(
        "request", name, "aa", "bb", asked, "submitted", {"type": kind}, (waits,), facts=facts
    )


def taken_of(*rows: Observation) -> Taken:
    """Return the figures of rows."""
    wanted = Wanted("xx/live", PERIOD, BEFORE, NOW_MS, {"aa/log": 3})
    found, columns = figures.of(map(tallied, rows), PERIOD, NOW_MS, BEFORE, wanted.cut)
    return Taken(wanted, {"aa/log": 3}, NOW_MS, found, figures.digest(found), columns)


def written(taken: Taken) -> list[Mapping[str, str]]:
    """Return the lines of the file."""
    return [*csv.DictReader(io.StringIO(as_json.csv(taken)))]


def test_the_name_of_a_state_is_no_formula() -> None:
    """A card names its State, and a program for tables runs what begins as a formula does."""
    name = '=HYPERLINK("https://x.example")'
    words = {language: f"{name} {language}" for language in ("en", "zh")}
    some = InPart(cast("Any", None), cast("Any", None), cast("Any", None), True, words)  # noqa: FBT003 -- whether these are its figures
    text = as_json.csv(taken_of(row("new", 950, "content")), Beside(in_part=(some,)))
    cells = {line[f"in_part_{at}"] for line in csv.DictReader(io.StringIO(text)) for at in words}
    assert cells == {f"'{one}" for one in words.values()}


def test_a_figure_of_the_period_before_alone_is_told_with_what_it_is_now() -> None:
    """Grounds and types that came no more are a result too: none, where there were some."""
    refused = Fact("refusal", "impossible", "", "bb", "whole", "x")
    taken = taken_of(row("new", 950, "content"), row("old", 850, "traffic", refused))
    assert "type/traffic" in as_json.groups(taken)
    (line,) = (
        one for one in as_json.lines(taken, "all") if one.measure.endswith("refused/impossible")
    )
    assert (line.cell["value"], line.before["value"]) == (0, 1)
    of_ground = [
        (one["period"], one["value"], one["n"])
        for one in written(taken)
        if (one["group"], one["figure"]) == ("all", "quality/response/refused/impossible")
    ]
    assert of_ground == [("period", "0", "1"), ("before", "1", "1")]


def test_a_file_has_every_cell_of_both_periods_and_says_which_they_are() -> None:
    """Whoever has the file alone knows of when its figures are."""
    refused = Fact("refusal", "impossible", "", "bb", "whole", "x")
    taken = taken_of(row("new", 950, "content"), row("old", 850, "traffic", refused))
    lines = written(taken)
    spans = {one["period"]: (one["from_ms"], one["to_ms"], one["now_ms"]) for one in lines}
    assert spans == {
        "period": (str(PERIOD.from_ms), str(PERIOD.to_ms), str(NOW_MS)),
        "before": (str(BEFORE.from_ms), str(BEFORE.to_ms), str(NOW_MS)),
    }
    for period, name in (("period", "cells"), ("before", "cells_before")):
        cells = taken.figures[name]
        assert isinstance(cells, dict)
        told_of = {f"{one['group']}/{one['figure']}" for one in lines if one["period"] == period}
        assert cells.keys() <= told_of


def test_what_too_many_wait_for_is_not_an_empty_cell() -> None:
    """Three wait and none was answered: their median is not reached, on paper and by command."""
    taken = taken_of(*(row(f"n{at}", 950 + at, "content") for at in range(3)))
    one = definitions.of("timeliness/respond/elapsed/median")
    assert one is not None
    cell = figures.cell(taken.figures, "all/timeliness/respond/elapsed/median")
    assert (cell["n"], cell["value"]) == (3, None)
    assert figure_print.is_not_reached(one, cell)
    empty = figures.cell(taken.figures, "all/timeliness/complete/elapsed/median")
    assert not figure_print.is_not_reached(one, empty)
    text = review_text.figures_text(taken, "all", "en")
    assert "timeliness/respond/elapsed/median" in text
    assert text.count("not reached") == 4  # each percentile of the one time that has begun


def clocked(name: str, status: str, *, is_done: bool = False) -> Observation:
    """Return a row whose clock has a status; of one that is done, the other side has the answer."""
    asked = Moment(name, 950 * DAY_MS, 950 * DAY_MS)
    end = Moment(f"{name}-end", 952 * DAY_MS, 952 * DAY_MS) if is_done else None
    span = Span(
        "respond", asked, end, clock="first-response", unit="hours", agreed=8, used=8, status=status
    )
    return Observation("request", name, "aa", "bb", asked, "submitted", spans=(span,))


def test_a_share_of_a_young_period_says_what_it_may_still_come_to(tmp_path: Path) -> None:
    """Answers in time are known at once, late ones when they are due: it is told in every form."""
    some = ("met", "met", "missed", "running", "due-soon", "paused")
    taken = taken_of(
        *(clocked(f"n{at}", one, is_done=one[0] == "m") for at, one in enumerate(some))
    )
    assert figures.cell(taken.figures, "all/timeliness/respond/clock/undecided") == {
        "n": 6,
        "value": 3,
    }
    en = "3 not decided yet: in the end from 33.3 % to 83.3 %"
    at = "all/timeliness/respond/clock/kept"
    assert cast("Any", as_json.as_json(taken)["notes"])[at]["en"] == en
    assert en in review_text.figures_text(taken, "all", "en")
    (line,) = (
        one
        for one in written(taken)
        if f"{one['group']}/{one['figure']}" == at and one["period"] == "period"
    )
    assert (line["undecided"], line["note_en"]) == ("3", en)
    assert "3 件尚未确定" in line["note_zh"]
    world = agreed_world(tmp_path)
    own = replace(taken, wanted=replace(taken.wanted, channel=world.channel), cut={})
    assert en in figure_print.printed(world.node("aa"), own).data.decode()


def test_a_guideline_that_changed_between_two_periods_is_told() -> None:
    """In time is not the same under another text: nobody compares the two without knowing."""

    def of(name: str, day: int, guideline: str) -> Observation:
        return replace(row(name, day, "content"), dimensions={"guideline": guideline})

    changed = taken_of(of("new", 950, "2b"), of("old", 850, "1a"))
    assert omissions.OTHER_TERMS["zh"] in review_text.figures_text(changed, "all", "zh")
    assert omissions.has_other_terms(changed.figures)
    same = taken_of(of("new", 950, "1a"), of("old", 850, "1a"))
    assert not omissions.has_other_terms(same.figures)


def test_a_unit_that_has_just_begun_is_not_one_that_was_waited_for() -> None:
    """All that was answered was so within a day; who was asked this morning may be answered so."""
    days = [
        replace(row_, spans=(replace(row_.spans[0], unit="working-days", used=1),))
        for row_ in (
            *(clocked(f"d{at}", "met", is_done=True) for at in range(5)),
            *(clocked(f"o{at}", "running") for at in range(5)),
        )
    ]
    found = taken_of(*days).figures
    at = "all/timeliness/respond/agreed/working-days"
    cells = [figures.cell(found, f"{at}/{one}") for one in ("median", "p90")]
    assert [(one["n"], one["value"]) for one in cells] == [(10, 1), (10, 1)]


def test_what_nobody_has_looked_at_stands_beside_the_share_of_complete_requests() -> None:
    """A request is found deficient sooner than complete: so of a young period it is too low."""
    vague = Fact("deficiency", "vague", "facts", "bb", "open", "x")
    taken = taken_of(*(row(f"n{at}", 950, "content", *[vague] * (at < 1)) for at in range(4)))
    words = omissions.note(taken.figures, "all", "quality/request/complete")
    assert words is not None
    assert words["en"] == "3 not decided yet: in the end from 0 % to 75 %"


def test_units_used_have_ended_where_their_clock_has() -> None:
    """An answer ends what is measured; a clock that waits for an acknowledgement runs on."""
    own = [clocked("a", "met", is_done=True), clocked("b", "overdue", is_done=True)]
    own += [clocked("c", "stopped"), clocked("d", "missed"), clocked("e", "missed", is_done=True)]
    taken = taken_of(*own)
    at = "all/timeliness/respond/agreed/hours"
    assert figures.cell(taken.figures, f"{at}/counted")["value"] == 5
    assert figures.cell(taken.figures, f"{at}/plain-median")["n"] == 2
    note = omissions.note(taken.figures, "all", "timeliness/respond/agreed/hours/plain-median")
    assert note
    assert note["en"] == "3 still waiting or stopped are left out"


@pytest.mark.parametrize(
    ("upper", "lower", "text"),
    [
        (1, 16, "6.3 %"),
        (1999, 2000, "> 99.9 %"),
        (1, 5000, "< 0.1 %"),
        (0, 5000, "0 %"),
        (5000, 5000, "100 %"),
    ],
)
def test_a_share_is_told_as_all_or_none_only_where_it_is(upper: int, lower: int, text: str) -> None:
    """One late answer among thousands is no 100 %; a half is rounded up, wherever it is told."""
    assert shares.share(upper, lower) == text
    one = definitions.of("timeliness/respond/clock/kept")
    assert one is not None
    assert figure_print.text(one, {"n": lower, "value": [upper, lower]}) == text


def test_the_paper_of_figures_is_the_same_whenever_it_is_printed(tmp_path: Path) -> None:
    """Names come from what was in force at the instant: a later guideline changes no digest."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    reply(world, "bb", asked, acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}})
    world.pump()
    now_ms = world.states["aa"].clock.at_ms
    period = Period(now_ms - 30 * DAY_MS, now_ms + DAY_MS)
    taken = take.computed(world.node("aa"), Wanted(world.channel, period, now_ms=now_ms))
    first = figure_print.printed(world.node("aa"), taken)
    assert "案件事实" in first.data.decode()
    world.advance(DAY_MS)
    adopt(world, guideline_acts.MAIN, shipped(MAIN).replace("案件事实".encode(), "事实".encode()))
    for party in ("aa", "bb"):
        again = figure_print.printed(world.node(party), taken)
        assert (again.digest, again.data) == (first.digest, first.data)
