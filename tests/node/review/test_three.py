"""Figures of three States: the same on all three, whoever is silent, convicted or gone."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from zipfile import ZipFile

import pytest
from node.exchange.test_convicted import _convict
from node.exchange.test_given_up import give_up, leave, rounds
from node.review.test_agreeing import found, said
from node.review.test_pack import AUDITOR
from node.review.test_taking import taken, wanted
from support import states
from support.agreed import CALENDARS, MAIN, adopt, agreed_world, ask, reply, shipped
from support.answering import log_of
from support.counted import count as count_
from support.pair import World

from comity.adapters import typeset
from comity.domestic.officer import role
from comity.figures import figures
from comity.figures.omissions import Awaited
from comity.joint.request import acts
from comity.joint.review import state, view
from comity.joint.text import acts as guideline_acts
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.exchange import freeze
from comity.node.exchange.abandoned_party import GivenUp
from comity.node.exchange.convict import CONVICTION
from comity.node.operate import partner_steps
from comity.node.review import take
from comity.node.review.take import Wanted
from comity.rooms.review import agree, as_json, figure_notes, figure_print, pack, unsigned_entries
from comity.rooms.review.figure_notes import Beside
from comity.rooms.review.figure_print import Printed


def three(folder: Path) -> World:
    """Return three States: one asked the two others, which acknowledged; one asked one of them."""
    world = agreed_world(folder, parties=("aa", "bb", "cc"))
    both = ask(world, "aa", "preservation", "urgent")
    ask(world, "bb", "subscriber", "urgent", to=("cc",))
    world.pump()
    for party in ("bb", "cc"):
        reply(world, party, both, acts.ACKNOWLEDGED)
    world.pump()
    return world


def secretary(world: World, party: str) -> Officer:
    """Return who keeps the review of a State."""
    return world.states[party].officer("ann", role.SECRETARIAT)


def answer(world: World, party: str, snapshot_id: str) -> None:
    """Let a State compute a snapshot and say what it finds."""
    node, officer = world.node(party), secretary(world, party)
    said(world, party, agree.answer(node, officer, snapshot_id))


def sheet(world: World, party: str, of: Wanted) -> tuple[str, str]:
    """Return which snapshots the CSV names as agreed, of these figures and of others."""
    one = taken(world, party, of)
    text = as_json.csv(one, figure_notes.beside(world.node(party), secretary(world, party), one))
    lines = csv.DictReader(io.StringIO(text))
    (named_in,) = {(line["agreed"], line["agreed_otherwise"]) for line in lines}
    return named_in


def paper(world: World, party: str, of: Wanted) -> Printed:
    """Return the paper of figures."""
    one = taken(world, party, of)
    known = figure_notes.beside(world.node(party), secretary(world, party), one)
    return figure_print.printed(world.node(party), one, known)


def test_three_states_find_the_same_figures_and_print_the_same_paper(tmp_path: Path) -> None:
    """A request counts once for each whom it asked; who is not asked counts it too."""
    world = three(tmp_path)
    each = {party: taken(world, party, wanted(world)) for party in world.states}
    assert len({one.digest for one in each.values()}) == 1
    assert len({as_json.csv(one) for one in each.values()}) == 1
    assert len({paper(world, party, wanted(world)).data for party in world.states}) == 1
    cells = each["aa"].figures
    asked = {at: figures.cell(cells, f"{at}/volume/asked") for at in ("all", "side/bb", "side/cc")}
    assert [one["value"] for one in asked.values()] == [3, 1, 2]
    assert all(one["small"] for one in asked.values())
    assert figures.cell(cells, "side/aa/volume/asked")["n"] == 0


def test_figures_are_agreed_when_the_last_of_three_has_found_them(tmp_path: Path) -> None:
    """Each computes for itself, and who has not answered is waited for."""
    world = three(tmp_path)
    of = wanted(world)
    snapshot_id = said(world, "aa", agree.snapshot(world.node("aa"), secretary(world, "aa"), of))
    assert view.holder(found(world, "cc", snapshot_id)) == "bb"
    answer(world, "bb", snapshot_id)
    for party in world.states:
        now = found(world, party, snapshot_id)
        assert (view.status(now), view.holder(now)) == (state.OPEN, "cc")
    answer(world, "cc", snapshot_id)
    for party in world.states:
        assert view.status(found(world, party, snapshot_id)) == state.AGREED


def test_paper_and_csv_name_what_was_agreed_of_their_period(tmp_path: Path) -> None:
    """Of these very figures, or of others that stand; in both languages, the same on each node."""
    world = three(tmp_path)
    of = wanted(world)
    snapshot_id = said(world, "aa", agree.snapshot(world.node("aa"), secretary(world, "aa"), of))
    assert sheet(world, "aa", of) == ("", "")
    for party in ("bb", "cc"):
        answer(world, party, snapshot_id)
    then = agree.wanted(world.node("aa"), secretary(world, "aa"), snapshot_id)
    today = replace(of, now_ms=world.states["aa"].clock.at_ms)
    for at, named_in, words in (
        (then, (snapshot_id, ""), ("All sides agreed on these", "各方已就这些数字")),
        (today, ("", snapshot_id), ("those stand", "仍然有效")),
    ):
        assert {sheet(world, party, at) for party in world.states} == {named_in}
        (data,) = {paper(world, party, at).data for party in world.states}
        (one,) = cast("Any", ijson.parse(data))["agreed"]
        assert one["snapshot"] == snapshot_id
        assert all(
            each in one["words"][lang] for lang, each in zip(("en", "zh"), words, strict=True)
        )
        assert typeset.letter(data, 0).startswith(b"%PDF")


def test_figures_wait_for_nobody_who_was_given_up(tmp_path: Path) -> None:
    """What one State asks the other counts though the third signs for no receipt any more."""
    world = three(tmp_path)
    leave(world, "cc")
    ask(world, "bb", "preservation", "urgent", to=("aa",))
    rounds(world, 4, ["aa", "bb"])
    cell = "side/aa/volume/asked"
    before = taken(world, "aa", wanted(world))
    assert figures.cell(before.figures, cell)["n"] == 0  # cc may still come and sign for it
    give_up(world, "cc")
    now = taken(world, "aa", wanted(world))
    assert figures.cell(now.figures, cell)["n"] == 1
    theirs = taken(world, "bb", replace(now.wanted, cut=now.cut))
    assert theirs.digest == now.digest


def test_what_two_agree_on_names_the_third_that_was_given_up(tmp_path: Path) -> None:
    """It is not agreed without it, and every sheet says who agreed; it may answer still."""
    world = three(tmp_path)
    leave(world, "cc")
    op = world.states["aa"].officer("op")
    assert isinstance(partner_steps.give_up(world.node("aa"), op, "cc", "It left."), GivenUp)
    of = wanted(world)
    snapshot_id = said(world, "aa", agree.snapshot(world.node("aa"), secretary(world, "aa"), of))
    rounds(world, 2, ["aa", "bb"])
    assert list_of(world, "aa")["waits"]["en"].startswith("It waits for the answer of BB: call")
    answer(world, "bb", snapshot_id)
    rounds(world, 2, ["bb", "aa"])
    for party in ("aa", "bb"):
        assert view.status(found(world, party, snapshot_id)) == state.OPEN
    listed = list_of(world, "aa")
    assert [listed[one] for one in ("agree", "differ", "silent")] == [["aa", "bb"], [], ["cc"]]
    assert "CC was given up here on 2026-" in listed["waits"]["en"]
    assert "What AA and BB agreed on stands between them." in listed["waits"]["en"]
    assert "放弃等待CC" in listed["waits"]["zh"]
    assert "waits for the answer of CC" in list_of(world, "bb")["waits"]["en"]  # gave nobody up
    _is_told_beside_figures(world, of, snapshot_id)
    world.mend()
    rounds(world, 3, [*world.states])
    answer(world, "cc", snapshot_id)
    rounds(world, 3, [*world.states])
    for party in world.states:
        assert view.status(found(world, party, snapshot_id)) == state.AGREED
    assert list_of(world, "aa")["waits"] is None


def _is_told_beside_figures(world: World, of: Wanted, snapshot_id: str) -> None:
    """On paper the same at both, of its figures and of others, and not as agreed by all."""
    then = agree.wanted(world.node("aa"), secretary(world, "aa"), snapshot_id)
    today = replace(of, now_ms=world.states["aa"].clock.at_ms)
    for at, words in ((then, "these figures"), (today, "other figures of this period")):
        told_in = (
            f"AA and BB agreed on {words}, in the snapshot {snapshot_id}; CC has not answered."
        )
        for party in ("aa", "bb"):
            value = cast("Any", ijson.parse(paper(world, party, at).data))
            (one,) = value["agreed_in_part"]
            assert (one["words"]["en"], one["silent"], "agreed" in value) == (
                told_in,
                ["cc"],
                False,
            )
            assert typeset.letter(paper(world, party, at).data, 0).startswith(b"%PDF")
            assert sheet(world, party, at) == ("", "")


def list_of(world: World, party: str) -> Any:  # noqa: ANN401 -- JSON
    """Return the only snapshot as a list has it."""
    every = agree.listing(world.node(party), secretary(world, party))
    assert not isinstance(every, Inadmissible)
    (one,) = cast("Any", agree.listed_json(every))["snapshots"]
    return one


def test_what_waits_for_a_silent_third_is_told_wherever_figures_are_read(tmp_path: Path) -> None:
    """Which log, how many entries, for whom and since when; what to do once it is late."""
    world = three(tmp_path)
    leave(world, "cc")
    ask(world, "bb", "preservation", "urgent", to=("aa",))
    rounds(world, 2, ["aa", "bb"])
    node, officer = world.node("aa"), secretary(world, "aa")
    of = wanted(world)
    (early,) = figure_notes.beside(node, officer, taken(world, "aa", of)).waiting
    assert (early.log, early.party, early.step) == (log_of(world, "aa", "aa").origin, "cc", None)
    rounds(world, 3, ["aa", "bb"])
    late = wanted(world)
    found = taken(world, "aa", late)
    (one,) = figure_notes.beside(node, officer, found).waiting
    own = log_of(world, "aa", "aa")
    assert (one.count, one.since_ms) == (own.size - found.cut[own.origin], early.since_ms)
    assert one.step is not None
    assert "comity channel give-up cc" in one.step["en"]
    assert "comity channel give-up cc" in one.step["zh"]
    _is_on_every_sheet(world, late, one)
    assert unsigned_entries.newest(node, late) == (one,)
    before = replace(of, now_ms=early.since_ms - 1)  # nothing waited at that instant
    assert figure_notes.beside(node, officer, taken(world, "aa", before)).waiting == ()
    _is_told_where_the_log_stands_still(world, own.origin)
    give_up(world, "cc")
    assert figure_notes.beside(node, officer, taken(world, "aa", wanted(world))).waiting == ()


def _is_told_where_the_log_stands_still(world: World, origin: str) -> None:
    """Who has not signed for what is not sent is not to be called, nor given up."""
    node = world.node("aa")
    freeze.freeze(node, origin, "ann")
    (one,) = unsigned_entries.newest(node, wanted(world))
    assert one.step is not None
    assert f"comity thaw {origin}" in one.step["en"]
    assert f"comity thaw {origin}" in one.step["zh"]
    with node.store.write() as tx:
        tx.save_record(CONVICTION, origin, {})
    (one,) = unsigned_entries.newest(node, wanted(world))
    assert one.step is not None
    assert "comity recover begin" in one.step["en"]
    assert "signed two histories" in one.words["en"]
    with node.store.write() as tx:
        tx.drop_record(CONVICTION, origin)
    freeze.thaw(node, origin, "ann")


def _is_on_every_sheet(world: World, of: Wanted, one: Awaited) -> None:
    """Data, paper and CSV say it in the same words."""
    found = taken(world, "aa", of)
    (line,) = cast("Any", as_json.as_json(found, Beside(waiting=(one,))))["waiting"]
    assert (line["party"], line["entries"], line["words"]) == ("cc", one.count, {**one.words})
    (data,) = cast("Any", ijson.parse(paper(world, "aa", of).data))["waiting"]
    assert data == line
    assert typeset.letter(paper(world, "aa", of).data, 0).startswith(b"%PDF")
    text = as_json.csv(found, Beside(waiting=(one,)))
    (both,) = {(row["waiting_en"], row["waiting_zh"]) for row in csv.DictReader(io.StringIO(text))}
    assert both[0].startswith(one.words["en"])
    assert both[1].startswith(one.words["zh"])


def test_what_waits_is_found_without_reading_the_log(tmp_path: Path) -> None:
    """However many entries wait: it is asked of heads and of what was signed for last."""
    world = three(tmp_path)
    leave(world, "cc")
    asked, node = [], world.node("aa")
    for count in (1, 40):
        for _ in range(count):
            ask(world, "bb", "preservation", "routine", to=("aa",))
        rounds(world, 1, ["aa", "bb"])
        of = wanted(world)
        cut = taken(world, "aa", of).cut
        counted = count_(world, "aa")
        waiting = unsigned_entries.awaited(world.node("aa"), world.channel, cut, of.now_ms or 0)
        assert waiting[-1].party == "cc"
        asked.append(counted)
        world.replace_node("aa", node)
    few, many = asked
    assert not {"entries", "acts", "leaves", "receipts"} & many.calls.keys()
    assert many.calls.total() <= few.calls.total() + 4 * (2 * 40).bit_length()
    assert many.rows.total() <= few.rows.total() + 4 * (2 * 40).bit_length()


def apart_world(world: World, *parties: str) -> World:
    """Return another arrangement of some of these States, agreed on the same texts."""
    some = [world.states[party] for party in parties]
    arrangement = states.pair(world.folder, some)
    other = World(world.folder, arrangement, {one.node.party: one for one in some})
    other.pump()
    adopt(other, guideline_acts.MAIN, shipped(MAIN))
    for party in parties:
        adopt(other, f"calendar.{party}", shipped(CALENDARS[party]))
    return other


def test_what_two_say_apart_is_in_nothing_that_the_third_sees(tmp_path: Path) -> None:
    """Neither in figures of the three nor in a pack, and each channel has figures of its own."""
    world = three(tmp_path)
    of = replace(wanted(world), cut=taken(world, "aa", wanted(world)).cut)
    before = taken(world, "aa", of)
    two = apart_world(world, "aa", "bb")
    apart = ask(two, "aa", "subscriber", "urgent")
    two.pump()
    world.pump()
    canaries = [one.encode() for one in (two.arrangement, apart.act.id, apart.act.matter.id)]
    take.forget()
    assert taken(world, "aa", of).figures == before.figures
    for party in ("aa", "cc"):
        now = taken(world, party, wanted(world))
        assert figures.cell(now.figures, "all/volume/asked")["n"] == 3
        node, made = world.node(party), pack.make(world.node(party), AUDITOR, now.wanted, ["all"])
        assert not isinstance(made, Inadmissible)
        with ZipFile(io.BytesIO(made.data)) as file:
            told_there = b"".join(map(file.read, file.namelist()))
        sheets = as_json.csv(now).encode() + figure_print.printed(node, now).data
        assert [one for one in canaries if one in told_there + sheets] == []
    assert {party: taken(two, party, wanted(two)).digest for party in two.states} == dict.fromkeys(
        ("aa", "bb"), taken(two, "aa", wanted(two)).digest
    )
    with pytest.raises(Fault) as caught:
        taken(world, "cc", replace(wanted(two), cut=None))
    assert caught.value.code == "node.review.channel"
    with world.node("cc").store.read() as tx:
        assert not [log for log in tx.logs() if two.arrangement in log.origin]


def test_the_two_that_convict_a_third_find_the_same_figures(tmp_path: Path) -> None:
    """Its log is read as far as both read it, and what they ask each other counts."""
    world = three(tmp_path)
    size = log_of(world, "bb", "aa").size
    for at in ("bb", "cc"):
        _convict(world, at, size)
    leave(world, "aa")
    ask(world, "bb", "preservation", "urgent", to=("cc",))
    rounds(world, 4, ["bb", "cc"])
    for at in ("bb", "cc"):
        officer = world.states[at].officer("ann")
        assert isinstance(partner_steps.give_up(world.node(at), officer, "aa", "Forked."), GivenUp)
    of = wanted(world)
    ours = taken(world, "bb", of)
    assert figures.cell(ours.figures, "side/cc/volume/asked")["n"] == 3
    theirs = taken(world, "cc", of)
    assert figures.cell(theirs.figures, "side/cc/volume/asked")["n"] == 3
    at_one_cut = taken(world, "cc", replace(of, cut=ours.cut))
    assert at_one_cut.digest == ours.digest
