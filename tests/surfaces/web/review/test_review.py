"""The review in the browser: figures, what is behind them, snapshots that two sides agree on."""

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlencode

import pytest
from support import pair
from support.agreed import ask
from support.pair import World
from surfaces.web import agreed_stage, stage
from surfaces.web.review import commenting, scene
from surfaces.web.review.scene import named_otherwise, page, released, wanted

from comity.adapters import typeset
from comity.domestic.officer import role
from comity.figures import drill_down
from comity.figures.figures import Period
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.review import take
from comity.node.review.take import Taken, Wanted
from comity.node.room.release.draft_store import Waiting
from comity.rooms.review import agree, as_json, figure_print
from comity.rooms.review.annex import STEPS
from comity.rooms.review.labels import Labels
from comity.surfaces.web.instants import iso
from comity.surfaces.web.review import differences, headline
from comity.surfaces.web.review import figure_words as read

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two States: three requests were asked, one was answered, on one there is a consultation."""
    with pair.closing():
        yield scene.made(tmp_path_factory.mktemp("review"))


def days(world: World) -> Wanted:
    """Return the figures of whole days of UTC, now."""
    now_ms = world.states["fr"].clock.at_ms
    first = (now_ms // DAY_MS - 30) * DAY_MS
    return Wanted("", Period(first, first + 60 * DAY_MS), None, now_ms)


def test_figures_are_shown_with_a_chart_and_its_table_each(world: World) -> None:
    """Every bar and value leads to its requests; the curve has a title and a description."""
    shown = page(world, "fr", "/reviews/")
    assert "Requests received" in shown
    assert "First day, of UTC" in shown
    assert 'role="img" aria-labelledby="plot-title plot-more"' in shown
    first = re.search(r'href="(/reviews/behind/\?[^"]+all%2Fvolume%2Fasked[^"]*)"', shown)
    assert first is not None
    behind = page(world, "fr", first[1].replace("&amp;", "&"))
    assert "3 requests are behind this figure." in behind
    assert behind.count('<th scope="row"') == 3


def test_the_headline_has_a_line_for_each_side_that_was_asked(world: World) -> None:
    """It leads to all figures of the side; a picture has a dot for each share that is known."""
    shown = page(world, "fr", "/reviews/").partition('id="headline"')[2].partition("</section>")[0]
    rows = shown.partition("<tbody")[2].partition("</tbody>")[0].split("<tr")[1:]
    assert ["rv-side--theirs" in one for one in rows] == [True]
    times = "took-title"
    shares = re.findall(r"\d\s%", rows[0])
    by_share, _, by_time = shown.partition(times)
    assert by_share.count("<circle") == len(shares)
    assert ("sides-title" in shown) == bool(shares)
    assert bool(by_time.count("<circle")) == (times in shown)
    (link,) = re.findall(r'href="(\?[^"]+group=side%2Fsy[^"]*)"', shown)
    assert page(world, "fr", f"/reviews/{unescape(link)}").count('id="headline"') == 1


def test_the_headline_says_what_became_better_the_others_first() -> None:
    """More in time is better, and so is less time; each dot stands where its share is."""
    kept, median = "timeliness/respond/clock/kept", "timeliness/respond/elapsed/median"
    cells = {
        f"side/aa/{kept}": {"n": 10, "value": [7, 10]},
        f"side/bb/{kept}": {"n": 10, "value": [5, 10]},
        f"side/bb/{median}": {"n": 10, "value": 2 * DAY_MS},
    }
    before = {
        f"side/aa/{kept}": {"n": 10, "value": [8, 10]},
        f"side/bb/{kept}": {"n": 10, "value": [1, 4]},
        f"side/bb/{median}": {"n": 10, "value": 3 * DAY_MS},
    }
    found = cast("dict[str, Json]", {"cells": cells, "cells_before": before})
    groups = ["all", "side/aa", "side/bb", "type/traffic"]
    theirs, ours = headline.of(found, "aa", Labels({}), groups, has_before=True)
    assert (theirs.is_ours, ours.is_ours) == (False, True)
    assert (theirs.kept.trend, theirs.median.trend) == ("better", "better")
    assert (ours.kept.trend, ours.median.trend) == ("worse", "")
    assert (theirs.at, theirs.was) == (20 + 560 // 2, 20 + 560 // 4)
    assert (theirs.took, theirs.took_before) == (20 + 560 * 2 // 3, 20 + 560)
    assert (ours.took, ours.took_before) == (None, None)
    assert headline.times(3 * DAY_MS)[0][1] == "0 min"
    assert theirs.y < ours.y < headline.height((theirs, ours))


def test_what_is_behind_a_figure_has_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two on the first, the third on the second, and each leads to the other."""
    monkeypatch.setattr("comity.surfaces.web.review.views.BEHIND_SHOWN", 2)
    shown = page(world, "fr", "/reviews/")
    first = re.search(r'href="(/reviews/behind/\?[^"]+all%2Fvolume%2Fasked[^"]*)"', shown)
    assert first is not None
    behind = page(world, "fr", unescape(first[1]))
    assert behind.count('<th scope="row"') == 2
    assert "1 to 2 here" in behind
    later = re.search(r'href="(\?[^"]+)">Next page', behind)
    assert later is not None
    rest = page(world, "fr", f"/reviews/behind/{unescape(later[1])}")
    assert rest.count('<th scope="row"') == 1
    assert "Next page" not in rest
    assert "Page before" in rest


@pytest.mark.parametrize("measure", ["acknowledge", "respond", "complete"])
def test_a_bar_of_the_distribution_leads_to_its_requests(world: World, measure: str) -> None:
    """Each bar and its line of the table lead to as many as both say, and all bars to all three."""
    shown = page(world, "fr", f"/reviews/?measure={measure}")
    line = (
        r'href="([^"]+least=[^"]+)">[^<]+</a>\s*</th>'
        r"\s*<td[^>]*>\s*([0-9]+)\s*</td>\s*<td[^>]*>\s*([0-9]+)\s*</td>"
    )
    lines = re.findall(line, shown)
    links = re.findall(r'<a class="rv-plot__column" href="([^"]+least=[^"]+)"', shown)
    assert links == [link for link, _, _ in lines]
    assert sum(int(done) + int(waits) for _, done, waits in lines) == 3
    for link, done, waits in lines:
        behind = page(world, "fr", link.replace("&amp;", "&"))
        assert behind.count('<th scope="row"') == int(done) + int(waits)
        assert "took, or has waited," in behind


def test_a_column_of_the_trend_leads_to_the_requests_of_its_month(world: World) -> None:
    """In the chart and in the table; each chart has a title, a description and a table."""
    shown = page(world, "fr", "/reviews/")
    for name in ("took", "median", "kept"):
        assert f'aria-labelledby="{name}-title" aria-describedby="{name}-more"' in shown
        assert f'<title id="{name}-title">' in shown
        assert f'<desc id="{name}-more">' in shown
    links = re.findall(r'<a class="rv-plot__column" href="([^"]+volume%2Fasked[^"]*)"', shown)
    assert len(links) == 2
    for link in links:
        assert "3 requests are behind this figure." in page(world, "fr", link.replace("&amp;", "&"))


def test_an_empty_cell_is_empty_and_not_zero(world: World) -> None:
    """Of a period without requests nothing is said but that there were none."""
    shown = page(world, "fr", "/reviews/?from=2001-01-01&to=2001-07-01")
    assert re.search(r"Within the agreed time\s*</th>\s*<td[^>]*>\s*<a[^>]*>\N{EN DASH}</a>", shown)


def test_a_period_with_one_end_is_half_a_year(world: World) -> None:
    """Six months to the day: the first half has 181 days, or 182."""
    for query in ("from=2026-01-01", "to=2026-07-01"):
        shown = page(world, "fr", f"/reviews/?{query}")
        assert 'value="2026-01-01"' in shown
        assert 'value="2026-07-01"' in shown


def test_the_page_is_whole_in_chinese(world: World) -> None:
    """Labels of figures and of codes too."""
    shown = page(world, "fr", "/reviews/", **CHINESE)
    for word in ("收到的请求", "在约定时限内", "弗里多尼亚"):
        assert word in shown
    assert "Within the agreed time" not in shown


def test_a_snapshot_that_one_side_names_the_other_finds_again(world: World) -> None:
    """Named on one node, computed and concurred with on the other, agreed on both."""
    ours = stage.client(world.node("fr"), officer="ann")
    named = ours.post("/reviews/snapshots/", {})
    assert named.status_code == 303
    assert named.headers["Location"].endswith("said=waiting")
    released(world, "fr", "ben")
    world.pump()
    listed = page(world, "sy", "/reviews/snapshots/", "wei")
    found = re.search(r'href="(/reviews/snapshots/[a-z2-7]{26}/)"', listed)
    assert found is not None
    seen = page(world, "sy", found[1], "wei")
    assert "This node finds the same figures" in seen
    theirs = stage.client(world.node("sy"), officer="wei")
    assert theirs.post(f"{found[1]}answer/", {}).status_code == 303
    released(world, "sy", "li")
    commenting.starts_where_the_figure_stands(lambda path: page(world, "sy", path, "wei"), found[1])
    said = {
        "cell": "crime/~/volume/asked",
        "text_en": "Two were one case: see http://evil.example.",
    }
    assert theirs.post(f"{found[1]}comment/", said).status_code == 303
    released(world, "sy", "li")
    world.pump()
    for party, officer in (("fr", "ann"), ("sy", "wei")):
        shown = page(world, party, found[1], officer)
        assert "agreed: the figures are the same" in shown
        assert all(said[name][:17] in shown for name in ("cell", "text_en"))
        assert [one for one in ("http://evil", "Concur: the figures") if one in shown] == []


def test_an_operator_reads_no_figures(world: World) -> None:
    """Figures are made of content."""
    client = stage.client(world.node("fr"), officer="op")
    assert client.get("/reviews/").status_code in (302, 403)


@pytest.mark.parametrize("kept_by", [role.AUDITOR, role.SECRETARIAT])
def test_the_domestic_annex_is_for_those_who_see_to_every_agency(
    world: World, kept_by: str
) -> None:
    """It says how long steps at home took, with n, and that it never crosses; others find a no."""
    node = world.node("sy")
    stage.have_officer(node, f"of-{kept_by}", kept_by)
    figures = page(world, "sy", "/reviews/", f"of-{kept_by}")
    link = re.search(r'href="(/reviews/annex/\?[^"]+)">Domestic annex</a>', figures)
    assert link is not None
    assert "never crosses" in page(world, "sy", link[1].replace("&amp;", "&"), f"of-{kept_by}")
    shown = page(world, "sy", f"/reviews/annex/?at={node.clock.now_ms()}", f"of-{kept_by}")
    for label in STEPS.values():
        assert label["en"] in shown
    assert re.search(r"Rests on</dt>\s*<dd>\s*of [1-9]", shown)
    chinese = page(world, "sy", "/reviews/annex/", f"of-{kept_by}", **CHINESE)
    assert "绝不跨境" in chinese
    assert STEPS["duty.assigned"]["zh"] in chinese


def test_nobody_else_reads_the_domestic_annex(world: World) -> None:
    """A case officer, and whoever runs the machine, find a no and not a word of it."""
    node = world.node("sy")
    stage.have_officer(node, "xi")
    for name in ("xi", "op"):
        answer = stage.client(node, officer=name).get("/reviews/annex/")
        assert answer.status_code == 403
        assert STEPS["duty.assigned"]["en"] not in answer.content.decode()


@pytest.mark.parametrize("form", ["csv", "json"])
def test_the_same_figures_go_as_a_file(world: World, form: str) -> None:
    """With definitions, and the digest that the page shows."""
    shown = page(world, "fr", f"/reviews/export.{form}")
    assert "timeliness/respond" in shown


def test_what_a_page_leads_to_is_of_the_figures_that_it_shows(tmp_path: Path) -> None:
    """Another request comes after it was made: its files and requests have none of it."""
    with pair.closing():
        world = scene.made(tmp_path)
        shown = page(world, "fr", "/reviews/")
        digest = re.search(r"Digest of the figures.+?([0-9a-f]{64})", re.sub("<wbr>", "", shown))
        form = r'href="(/reviews/(?:export\.csv|export\.json|behind/)\?[^"]+)"'
        links = [link.replace("&amp;", "&") for link in re.findall(form, shown)]
        ask(world, "fr", "subscriber", "urgent")
        world.pump()
        assert digest is not None
        for link in links[:2]:
            assert digest[1] in page(world, "fr", link)
        behind = next(link for link in links if link.endswith("all%2Fvolume%2Fasked"))
        assert "3 requests are behind this figure." in page(world, "fr", behind)


def test_from_a_snapshot_one_comes_to_its_figures_and_their_files(world: World) -> None:
    """Its period, its instant and its cut, whatever days can say: one digest on every page."""
    node = world.node("fr")
    one = wanted(world)  # its period begins at an hour of a day
    digest = take.computed(node, one).digest
    assert isinstance(agree.snapshot(node, agreed_stage.officer(node, "ann"), one), Waiting)
    released(world, "fr", "ben")
    world.pump()
    found = agree.listing(node, agreed_stage.officer(node, "ann"))
    assert not isinstance(found, Inadmissible)
    snapshot_id = next(one.row.matter.id for one in found if one.state.digest == digest)
    shown = page(world, "fr", f"/reviews/snapshots/{snapshot_id}/")
    link = re.search(r'href="(/reviews/\?snapshot=[^"]+)"', shown)
    assert link is not None
    figures = page(world, "fr", link[1])
    files = re.findall(r'href="(/reviews/export\.(?:csv|json)\?[^"]+)"', figures)
    assert len(files) == 2
    for file in files:
        assert digest in page(world, "fr", file.replace("&amp;", "&"))


def test_the_paper_of_both_sides_has_one_digest(world: World) -> None:
    """In two languages, as a PDF that carries its data; the same data on both nodes."""
    world.pump()
    found = []
    for party, officer in (("fr", "ann"), ("sy", "wei")):
        node = world.node(party)
        taken = take.take(node, agreed_stage.officer(node, officer), wanted(world))
        assert isinstance(taken, Taken)
        found.append(figure_print.printed(node, taken))
    assert found[0].data == found[1].data
    assert typeset.letter(found[0].data, found[0].at_ms).startswith(b"%PDF")


def test_a_side_that_finds_other_figures_says_which_and_both_read_it(world: World) -> None:
    """The cells, both values and the acts behind them stand on either node's page."""
    node = world.node("sy")
    officer = agreed_stage.officer(node, "wei")
    snapshot_id = named_otherwise(world)
    released(world, "fr", "ben")
    world.pump()
    address = f"/reviews/snapshots/{snapshot_id}/"
    ours = page(world, "sy", address, "wei")
    assert "This node finds other figures" in ours
    assert re.search(r">\s*All requests\s*<", ours)
    behind = rf'href="(/reviews/behind/\?snapshot={snapshot_id}&amp;cell=all%2Fvolume%2Fasked)"'
    link = re.search(rf"<a[^>]*{behind}>Requests received</a>", ours)
    assert link is not None
    assert "all/volume/asked" in page(world, "sy", link[1].replace("&amp;", "&"), "wei")
    assert "收到的请求</a>" in page(world, "sy", address, "wei", **CHINESE)
    assert isinstance(agree.answer(node, officer, snapshot_id), Waiting)
    released(world, "sy", "li")
    world.pump()
    theirs = page(world, "fr", address)
    assert "Found by them" in theirs
    assert re.search(
        r"(?s)Requests received</a>\s.*?</th>\s*<td[^>]*>3</td>\s*<td[^>]*>7</td>", theirs
    )
    since = page(world, "sy", f"{address}since/", "wei")
    assert re.search(r"Requests received\s*</th>\s*<td[^>]*>7</td>\s*<td[^>]*>3</td>", since)


def texts(world: World, taken: Taken) -> dict[str, str]:
    """Return what the page of these figures says of each cell that it links."""
    period = taken.wanted.period
    cut = ",".join(f"{log}={size}" for log, size in sorted(taken.cut.items()))
    asked = {"from": iso(period.from_ms)[:10], "to": iso(period.to_ms)[:10], "cut": cut}
    query = urlencode({**asked, "compare": "off", "at": taken.now_ms})
    cell = r'__cell">\s*<a[^>]*[?&;]cell=([^&"]+)[^"]*">([^<]*)</a>'
    links = re.findall(cell, page(world, "fr", f"/reviews/?{query}"))
    return {unquote(cell): unescape(text) for cell, text in links}


def test_every_reader_gets_one_number(world: World) -> None:
    """Page, paper, CSV and JSON say the same of each cell, and as many requests are behind it."""
    node = world.node("fr")
    taken = take.take(node, agreed_stage.officer(node, "ann"), days(world))
    assert isinstance(taken, Taken)
    cells: dict[str, Any] = json.loads(ijson.render(as_json.as_json(taken)))["figures"]["cells"]
    in_file = csv.DictReader(io.StringIO(as_json.csv(taken)))
    rows = {f"{one['group']}/{one['figure']}": one for one in in_file}
    parts = json.loads(figure_print.printed(node, taken).data)["groups"][0]["parts"]
    on_paper = [line for part in parts for line in part["lines"]]
    on_page = texts(world, taken)
    lines = list(as_json.lines(taken, "all"))
    areas = list(dict.fromkeys(one.measure.split("/")[0] for one in lines))
    lines.sort(key=lambda one: areas.index(one.measure.split("/")[0]))
    assert len(lines) == len(on_paper)
    assert len(on_page) > 40
    for line, printed_ in zip(lines, on_paper, strict=True):
        at = f"all/{line.measure}"
        n, value = cells[at]["n"], cells[at]["value"]
        ratio = value if isinstance(value, list) else ["", ""]
        single = "" if isinstance(value, list) or value is None else value
        in_row = [rows[at][name] for name in ("n", "value", "numerator", "denominator")]
        assert in_row == [str(part) for part in (n, single, *ratio)]
        assert (printed_["n"], printed_["value"] or "") in (
            (n, figure_print.text(line.definition, cells[at])),
            (n, {"en": "not reached", "zh": "尚未达到"}),
        )
        shown = read.value(line.definition, cells[at])
        assert on_page.get(at, shown) == shown
        if line.definition.unit == "requests" and line.definition.kind in ("count", "share"):
            found = drill_down.of(taken.columns, at)
            counted = value[0] * n // value[1] if isinstance(value, list) else value or 0
            assert (len(found), sum(is_it for _, is_it in found)) == (n, counted), at


def test_agreed_figures_stand_beside_those_of_today(world: World) -> None:
    """What both sides agreed on is named where figures of its period are shown, and what moved."""
    node, of = world.node("fr"), days(world)
    ann, wei = agreed_stage.officer(node, "ann"), agreed_stage.officer(world.node("sy"), "wei")
    assert isinstance(agree.snapshot(node, ann, of), Waiting)
    released(world, "fr", "ben")
    world.pump()
    every = agree.listing(node, ann)
    assert not isinstance(every, Inadmissible)
    snapshot_id = next(one.row.matter.id for one in every if one.state.before_from_ms is None)
    assert isinstance(agree.answer(world.node("sy"), wei, snapshot_id), Waiting)
    released(world, "sy", "li")
    world.pump()
    world.advance(DAY_MS)
    first, after = (iso(at)[:10] for at in (of.period.from_ms, of.period.to_ms))
    shown = page(world, "fr", f"/reviews/?from={first}&to={after}")
    assert "All sides agreed on other figures of this period" in shown
    told = page(world, "fr", f"/reviews/export.json?from={first}&to={after}")
    assert f'"snapshot":"{snapshot_id}"' in told
    same = page(world, "fr", f"/reviews/?snapshot={snapshot_id}")
    assert "All sides agreed on these figures" in same
    since = page(world, "fr", f"/reviews/snapshots/{snapshot_id}/since/", **CHINESE)
    assert "各方商定的数字" in since
    assert "引起变化的请求" in since


@pytest.mark.parametrize(
    "told",
    [
        3,
        {"cells": 3},
        {"cells": [3, {"address": {"a": 1}, "own": 3, "other": {"value": [1]}, "acts": [2]}]},
        {"cells": [{"address": "\u202ex", "acts": {"a": 3, "b": [{"c": 1}]}}]},
    ],
)
def test_a_difference_may_say_anything(told: Json) -> None:
    """What a peer sends in its place breaks no page and turns no text around."""
    for group in differences.groups(told, Labels({})):
        for one in group.cells:
            written = (*group.words.values(), one.address, one.first, one.second, *one.acts)
            assert "\u202e" not in "".join(written)


@pytest.mark.parametrize(
    "query",
    [
        "from=0001-01-01", "to=0001-01-02", "from=1970-01-01&to=2999-12-31", "to=9999-12-31",
        "at=99999999999999999999999", "at=221845392000000", "channel=%00%0d/x", "channel=no/live",
        "group=%3Cscript%3E", "measure=x", "from=x&to=y", "compare=maybe", "least=-1&below=x",
        "least=5&below=4", "below=99999999999999999999999",
        "cut=no/live=3", "cut=x", "snapshot=none",
    ],
)  # fmt: skip
def test_no_query_breaks_the_page(world: World, query: str) -> None:
    """Days that cannot be, instants beyond all clocks, a channel and a group that are none."""
    client = stage.client(world.node("fr"), officer="ann")
    stage.have_officer(world.node("fr"), "aud", role.AUDITOR)
    beside = stage.client(world.node("fr"), officer="aud").get(f"/reviews/annex/?{query}")
    assert beside.status_code in (200, 404)
    for path in ("/reviews/", "/reviews/export.csv", "/reviews/snapshots/", "/reviews/behind/"):
        answer = client.get(f"{path}?{query}&cell=all/volume/asked")
        assert answer.status_code in (200, 404), (path, query)
        assert b"<script>" not in answer.content


def test_what_moved_is_told_in_words_and_apart_where_it_looks_alike(world: World) -> None:
    """No address, no hash; what rounding hides is told; each group in its place."""
    snapshot_id = named_otherwise(world)
    released(world, "fr", "ben")
    world.advance(DAY_MS)
    world.pump()
    path = f"/reviews/snapshots/{snapshot_id}/since/"
    shown = page(world, "fr", path)
    assert shown.index("All requests") < shown.index("Answered by: Sylvania")
    assert shown.index("Answered by: Sylvania") < shown.index("<details")
    assert re.search(r"(?s)>\s*Requests received\s*<.*Share of the time the ball", shown)
    assert "all/volume/asked" not in shown
    assert not re.search(r"guideline/[0-9a-f]{64}", shown)
    assert "全部请求" in page(world, "fr", path, **CHINESE)
    one, other = (cast("Json", {"n": n, "value": [999_999, 1_000_000 + n]}) for n in (3, 4))
    at = "all/ball/fr/share"
    assert differences.apart(at, one, other) == (
        "> 99.9 % · 999999 / 1000003 · n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}3",
        "> 99.9 % · 999999 / 1000004 · n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}4",
    )
    assert differences.apart("all/volume/asked", {"n": 3, "value": 3}, {"n": 4, "value": 4}) == (
        "3",
        "4",
    )
