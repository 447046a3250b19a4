"""Figures at a cut and an instant: the same on both nodes, and for each officer what is theirs."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.agreed import agreed_world, ask, reply
from support.pair import READER, World

from comity.domestic.officer import role
from comity.figures import drill_down, figures
from comity.figures.figures import Period
from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.exchange.append import Appended
from comity.node.review import cuts, take
from comity.node.review.take import Behind, Taken, Wanted

DAY_MS = 86_400_000
OPERATOR = Officer("root", bytes(32), "police", "", 0, roles=(role.OPERATOR,))
STRANGER = Officer("stranger", bytes(32), "customs", "", 0, roles=(role.SECRETARIAT,))
SECRETARY = replace(READER, roles=(role.CASE_OFFICER, role.SECRETARIAT))


def asked_world(folder: Path, store: str = "memory") -> tuple[World, list[Appended]]:
    """Return a world in which three requests were asked, and one was answered."""
    world = agreed_world(folder, store)
    asked = [
        ask(world, "aa", kind, "urgent") for kind in ("preservation", "subscriber", "subscriber")
    ]
    world.pump()
    for say in (acts.ACKNOWLEDGED, acts.ANSWERED):
        reply(world, "bb", asked[0], say)
        world.pump()
    return world, asked


def wanted(world: World, **changed: object) -> Wanted:
    """Return the figures of these days."""
    now_ms = world.states["aa"].clock.at_ms
    one = Wanted(world.channel, Period(now_ms - 30 * DAY_MS, now_ms + DAY_MS), now_ms=now_ms)
    return replace(one, **changed)  # type: ignore[arg-type] # fields by name


def taken(world: World, party: str, of: Wanted) -> Taken:
    """Return figures at a node."""
    return take.computed(world.node(party), of)


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_both_nodes_take_the_same_figures_to_the_last_digit(tmp_path: Path, store: str) -> None:
    """At the newest cut that both hold, at one instant: one digest."""
    world, asked = asked_world(tmp_path, store)
    of = wanted(world)
    ours, theirs = taken(world, "aa", of), taken(world, "bb", of)
    assert ours.cut == theirs.cut
    assert ours.digest == theirs.digest
    assert figures.cell(ours.figures, "all/volume/asked")["value"] == len(asked)
    assert figures.cell(ours.figures, "side/bb/timeliness/complete/happened")["value"] == 1
    world.close()


def test_figures_at_an_old_cut_are_those_that_were_taken_then(tmp_path: Path) -> None:
    """What was said since changes nothing of what a snapshot of before rests on."""
    world, asked = asked_world(tmp_path)
    before = taken(world, "aa", wanted(world))
    reply(world, "bb", asked[1], acts.ACKNOWLEDGED)
    world.pump()
    world.advance(DAY_MS)
    ask(world, "bb", "preservation", "routine")
    world.pump()
    again = replace(before.wanted, cut=before.cut)
    take.forget()
    assert taken(world, "bb", again).figures == before.figures
    assert taken(world, "bb", wanted(world)).digest != before.digest


def test_a_cut_that_is_not_all_here_is_refused(tmp_path: Path) -> None:
    """Nobody computes figures from entries that they do not hold, or leaves out causes."""
    world, _ = asked_world(tmp_path)
    cut = dict(taken(world, "aa", wanted(world)).cut)
    own, other = world.origin("aa"), world.origin("bb")
    for wrong, code in (
        (cut | {other: cut[other] + 1}, "node.review.cut-ahead"),
        (cut | {"xx/yy/live/1": 1}, "node.review.cut-logs"),
        (cut | {own: 0}, "node.review.cut-open"),
    ):
        with pytest.raises(Fault) as caught:
            taken(world, "aa", wanted(world, cut=wrong))
        assert caught.value.code == code


def test_what_nobody_else_has_signed_for_is_in_no_common_cut(tmp_path: Path) -> None:
    """While the line is down an act of our own waits; the cut leaves it out."""
    world, _ = asked_world(tmp_path)
    before = taken(world, "aa", wanted(world)).cut
    world.cut("aa", "bb")
    ask(world, "aa", "preservation", "urgent")
    with world.node("aa").store.read() as tx:
        assert cuts.newest(world.node("aa"), tx, world.channel) == before


def test_from_a_figure_an_officer_comes_to_the_requests_that_he_may_read(tmp_path: Path) -> None:
    """Of others they have the number alone; figures are for the secretariat and the auditor."""
    world, asked = asked_world(tmp_path)
    of = replace(wanted(world), cut=taken(world, "aa", wanted(world)).cut)
    node = world.node("aa")
    cell = "type/subscriber/timeliness/respond/open"
    found = take.behind(node, SECRETARY, of, cell)
    assert isinstance(found, Behind)
    assert {one.row.matter.id for one in found.shown} == {one.act.matter.id for one in asked[1:]}
    stranger = take.behind(node, STRANGER, of, cell)
    assert stranger == Behind(found.n, found.counted, ())
    for one in (OPERATOR, replace(READER, roles=role.DEFAULT)):
        assert isinstance(take.take(node, one, of), Inadmissible)
        assert isinstance(take.behind(node, one, of, cell), Inadmissible)
    median = take.behind(node, SECRETARY, of, "all/timeliness/complete/elapsed/median")
    assert isinstance(median, Behind)
    assert median.n == len(asked)
    for misspelt in ("all/timeliness/respond/opened", "timeliness/respond/open", "all", ""):
        with pytest.raises(Fault) as caught:  # zero would be a figure
            take.behind(node, SECRETARY, of, misspelt)
        assert caught.value.code == "node.review.cell"
    share = take.behind(node, SECRETARY, of, "all/ball/bb/share")
    assert isinstance(share, Behind)
    assert share.n == len(asked)


def test_what_is_behind_a_cell_is_told_from_columns_as_from_the_rows(tmp_path: Path) -> None:
    """Of every cell: the same requests, and the same of them counted."""
    world, _ = asked_world(tmp_path)
    found = taken(world, "aa", wanted(world))
    rows = sorted(take.rows(world.node("aa"), found), key=lambda row: (row.asked.at_ms, row.id))
    cells = found.figures["cells"]
    assert isinstance(cells, dict)
    for cell in cells:
        each = drill_down.each(rows, found.wanted.period, found.now_ms, cell)
        told = [
            (found.columns.ids[at], counts) for at, counts in drill_down.of(found.columns, cell)
        ]
        assert told == [(row.id, counts) for row, counts in each]


def test_what_goes_through_the_hotline_is_reviewed_with_the_rest(tmp_path: Path) -> None:
    """An emergency has its own channel and the same figures: one review of two States."""
    world, asked = asked_world(tmp_path)
    hotline = replace(world, channel_name="hotline")
    ask(hotline, "bb", "preservation", "emergency")
    world.pump()
    of = wanted(world)
    ours, theirs = taken(world, "aa", of), taken(world, "bb", of)
    assert ours.digest == theirs.digest
    assert figures.cell(ours.figures, "urgency/emergency/volume/asked")["value"] == 1
    assert figures.cell(ours.figures, "all/volume/asked")["value"] == len(asked) + 1
    alone = taken(world, "aa", replace(of, channel=hotline.channel))
    assert figures.cell(alone.figures, "all/volume/asked")["value"] == 1


def test_a_request_is_counted_where_any_of_its_addressees_is(tmp_path: Path) -> None:
    """Two were asked, and the second acknowledged: the figure counts that request, once listed."""
    world = agreed_world(tmp_path, parties=("aa", "bb", "cc"))
    asked = ask(world, "aa", "subscriber", "urgent", to=("bb", "cc"))
    world.pump()
    reply(world, "cc", asked, acts.ACKNOWLEDGED)
    world.pump()
    cell = "all/timeliness/acknowledge/happened"
    found = take.behind(world.node("aa"), SECRETARY, wanted(world), cell)
    assert isinstance(found, Behind)
    assert (found.n, found.counted) == (2, 1)
    assert [one.is_counted for one in found.shown] == [True]
