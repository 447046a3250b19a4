"""Both sides agree on figures that each computed from its own copies of the logs."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from node.review.test_taking import OPERATOR, asked_world, wanted
from support.agreed import reply
from support.pair import World

from comity.acts.record import Office
from comity.acts.verb import Given
from comity.domestic.officer import role
from comity.figures import definitions, figures
from comity.figures.figures import Figures
from comity.joint.request import acts
from comity.joint.review import acts as review_acts
from comity.joint.review import state
from comity.joint.review.acts import Taken as Named
from comity.joint.review.verbs import TABLE
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.reader import Wanted as Listed
from comity.node.desk import draft_view
from comity.node.desk import officer_admin as officer_rows
from comity.node.exchange.append import Appended
from comity.node.review import take
from comity.node.room import need_to_know, officers, request_file
from comity.node.room.act_words import Words
from comity.node.room.release import send
from comity.node.room.release.draft_store import Sent, Waiting
from comity.node.room.say import Spoken
from comity.rooms.review import agree, changes, say
from comity.rooms.review.agree import Compared
from comity.rooms.review.changes import Since


def said(world: World, party: str, result: object) -> str:
    """Let a second officer approve what was said, as the guideline asks; return its matter."""
    if isinstance(result, Waiting):
        node, second = world.node(party), world.states[party].officer("second")
        result = send.approve(node, second, result.draft_id)
    assert isinstance(result, Sent), result
    world.pump()
    return result.matter_id


def named(world: World, party: str = "aa") -> str:
    """Let a party name a snapshot of these days, and return its id."""
    sent = agree.snapshot(
        world.node(party), world.states[party].officer("ann", role.SECRETARIAT), wanted(world)
    )
    return said(world, party, sent)


def found(world: World, party: str, snapshot_id: str) -> state.State:
    """Return a snapshot as a node has it."""
    return say.found(
        world.node(party), world.states[party].officer("ann", role.SECRETARIAT), snapshot_id
    )[1]


def test_the_other_side_computes_the_same_and_concurs(tmp_path: Path) -> None:
    """Named by one, computed anew by the other at that cut and instant, though more was said."""
    world, asked = asked_world(tmp_path)
    snapshot_id = named(world)
    late = reply(world, "bb", asked[1], acts.ACKNOWLEDGED)
    world.advance(86_400_000)
    world.pump()
    take.forget()
    answered = agree.answer(
        world.node("bb"), world.states["bb"].officer("ben", role.SECRETARIAT), snapshot_id
    )
    said(world, "bb", answered)
    assert found(world, "aa", snapshot_id).is_agreed()
    assert found(world, "bb", snapshot_id).is_agreed()
    every = agree.listing(world.node("aa"), world.states["aa"].officer("ann", role.SECRETARIAT))
    assert not isinstance(every, Inadmissible)
    (listed,) = every
    assert listed.row.status == state.AGREED
    assert listed.state.sizes == dict(
        agree.wanted(
            world.node("aa"), world.states["aa"].officer("ann", role.SECRETARIAT), snapshot_id
        ).cut
        or {}
    )
    came_since(world, snapshot_id, asked[1], late)


def came_since(world: World, snapshot_id: str, request: Appended, late: Appended) -> None:
    """What arrived after an agreement changes figures of today, and says so; the agreed stand."""
    ann, node = world.states["aa"].officer("ann", role.SECRETARIAT), world.node("aa")
    told = changes.since(node, ann, snapshot_id)
    assert isinstance(told, Since)
    at = "all/timeliness/acknowledge/happened"
    (cell,) = (cast("Any", one) for one in told.cells if one["address"] == at)
    assert (cell["other"]["value"], cell["own"]["value"]) == (1, 2)
    explains = {told.moved[row] for row in cell["rows"]}
    assert {(one.id, one.acts) for one in explains} == {
        (request.act.matter.id, (late.act.id,)),
    }
    alone = {one.id for one in told.moved if not one.acts}
    assert len(alone) == 1  # the third request only waited on
    (one,) = changes.agreed(changes.of_period(node, ann, told.now))
    assert changes.agreed_json([one], told.now)[0] == {
        "snapshot": snapshot_id,
        "digest": told.state.digest,
        "definitions": str(definitions.VERSION),
        "now_ms": told.state.instant_ms,
        "same": False,
    }
    stranger = replace(ann, agency="customs", roles=(role.SECRETARIAT,))
    hidden = changes.since(node, stranger, snapshot_id)
    assert isinstance(hidden, Since)
    assert {(one.id, one.acts) for one in hidden.moved} == {("", ())}


def named_with(
    world: World, told: Json, version: int = definitions.VERSION, digest: str = ""
) -> str:
    """Let a party name a snapshot with figures of its own making, and return its id."""
    found = take.computed(world.node("aa"), wanted(world))
    period = found.wanted.period
    digest = digest or figures.digest(cast("Figures", told))
    named = Named(period.from_ms, period.to_ms, found.now_ms, found.cut, digest, str(version))
    node, officer = world.node("aa"), world.states["aa"].officer("ann", role.SECRETARIAT)
    return said(world, "aa", say.snapshot(node, officer, world.channel, named, figures=told))


def named_otherwise(world: World, version: int = definitions.VERSION) -> str:
    """Let a party whose program counts otherwise name a snapshot, and return its id."""
    told = deepcopy(take.computed(world.node("aa"), wanted(world)).figures)
    told["definitions"] = version
    cells = cast("dict[str, Any]", told["cells"])
    cells["all/timeliness/complete/happened"] = {"n": 3, "value": 2, "small": True}
    return named_with(world, told, version)


def shown(world: World, snapshot_id: str) -> Compared:
    """Return a snapshot as the other side sees it, beside what it computes."""
    ben = world.states["bb"].officer("ben", role.SECRETARIAT)
    found = agree.compared(world.node("bb"), ben, snapshot_id)
    assert isinstance(found, Compared)
    return found


def test_figures_of_other_definitions_are_not_answered(tmp_path: Path) -> None:
    """Of an older or a newer program: that they differ would say nothing of the logs.

    What was agreed before a program was changed stands, as the snapshot carried it.
    """
    world, _ = asked_world(tmp_path)
    node, ben = world.node("bb"), world.states["bb"].officer("ben", role.SECRETARIAT)
    versions = (definitions.VERSION + 1, definitions.VERSION - 1)
    snapshots = [named_otherwise(world, version) for version in versions]
    for version, snapshot_id in zip(versions, snapshots, strict=True):
        told = shown(world, snapshot_id)
        assert not told.is_comparable
        assert {"name": "definitions", "own": definitions.VERSION, "other": version} in cast(
            "list[Any]", told.difference["basis"]
        )
        no = agree.answer(node, ben, snapshot_id)
        assert isinstance(no, Inadmissible)
        assert no.rule == agree.OTHER_DEFINITIONS
        assert not found(world, "bb", snapshot_id).positions
    older = snapshots[-1]
    digest = found(world, "bb", older).digest
    said(world, "bb", say.concur(node, ben, older, digest))  # as its program did then
    assert found(world, "aa", older).is_agreed()
    later = changes.since(node, ben, older)
    assert isinstance(later, Since)
    assert "definitions" in {cast("Any", one)["name"] for one in later.basis}
    cells = {str(one["address"]): cast("Any", one) for one in later.cells}
    assert cells["all/timeliness/complete/happened"]["other"]["value"] == 2
    assert not later.moved


def test_figures_that_are_not_what_a_snapshot_says_are_not_read(tmp_path: Path) -> None:
    """A peer may send anything beside a digest: another digest's figures, or none at all."""
    world, _ = asked_world(tmp_path)
    true = cast("Any", deepcopy(take.computed(world.node("aa"), wanted(world)).figures))
    cells: Any = {**true, "cells": {"all/volume/asked": [3]}}
    for told, digest in (({}, ""), (cells, ""), (true, "1a" * 32)):
        snapshot_id = named_with(world, told, digest=digest)
        one = shown(world, snapshot_id)
        assert not one.is_same
        assert one.figures is None
        assert set(one.difference) == {"digest", "their_digest"}


def test_a_difference_names_the_cells_and_the_acts_behind_them(tmp_path: Path) -> None:
    """A side that is told other figures says in which cells they differ, and by which acts."""
    world, asked = asked_world(tmp_path)
    snapshot_id = named_otherwise(world)
    told = agree.compared(
        world.node("bb"), world.states["bb"].officer("ben", role.SECRETARIAT), snapshot_id
    )
    assert isinstance(told, Compared)
    assert not told.is_same
    (cell,) = cast("list[Any]", told.difference["cells"])
    assert cell["address"] == "all/timeliness/complete/happened"
    assert (cell["own"]["value"], cell["other"]["value"]) == (1, 2)
    acts = cell["acts"][asked[0].act.matter.id]
    assert asked[0].act.id in acts
    assert len(acts) == 3  # asked, acknowledged, answered
    answered = agree.answer(
        world.node("bb"), world.states["bb"].officer("ben", role.SECRETARIAT), snapshot_id
    )
    said(world, "bb", answered)
    assert not found(world, "aa", snapshot_id).is_agreed()


def test_who_reads_no_content_names_no_snapshot(tmp_path: Path) -> None:
    """Figures are made of what officers read."""
    world, _ = asked_world(tmp_path)
    assert isinstance(agree.snapshot(world.node("aa"), OPERATOR, wanted(world)), Inadmissible)


def test_who_reads_no_figures_says_nothing_of_a_snapshot(tmp_path: Path) -> None:
    """A case officer neither lists snapshots nor answers, comments on or takes back one."""
    world, _ = asked_world(tmp_path)
    snapshot_id, node = named(world), world.node("aa")
    officer = world.states["aa"].officer("carl", role.CASE_OFFICER, role.RELEASING)
    assert isinstance(agree.listing(node, officer), Inadmissible)
    text: Json = {"lang": "en", "text": "So.", "by": "police", "original": True}
    written = request_file.from_json({"texts": [text]}, request_file.ANSWER, "comment")
    given: dict[str, Given] = {
        "comment": {"cell": "all/volume/asked"},
        "withdraw": {"reason": "error"},
    }
    for name, values in given.items():
        row = TABLE.verb(name)
        assert row is not None
        told = say.typed(node, officer, Spoken(row, snapshot_id, values, Words(written)))
        assert isinstance(told, Inadmissible)
        assert told.rule == "officer.role.lacking"


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_what_waits_about_a_snapshot_is_read_by_who_lets_it_leave(
    tmp_path: Path, store: str
) -> None:
    """And by who reviews; others, of the author's own agency too, do not learn that it is there."""
    world, _ = asked_world(tmp_path, store)
    state_ = world.states["aa"]
    author = state_.officer("ann", role.SECRETARIAT)
    waiting = agree.snapshot(world.node("aa"), author, wanted(world))
    assert isinstance(waiting, Waiting)
    others = (role.CONTACT_POINT, role.CASE_OFFICER, role.ANALYST, role.CONTROLLER)
    reading = (role.SECRETARIAT, role.AUDITOR, role.COUNSEL, role.RELEASING)
    for one in (*others, *reading):
        token = officer_rows.add(state_.node, f"x-{one}", "police", roles=(one,))
        officer = officers.authenticate(state_.node, f"x-{one}", token)
        found = [draft.draft.act.id for draft in draft_view.listing(state_.node, officer)]
        assert found == ([waiting.draft_id] if one in reading else []), one
        if one in others:
            with pytest.raises(Fault, match=r"node\.draft\.unknown"):
                draft_view.find(state_.node, officer, waiting.draft_id)
    said(world, "aa", waiting)
    for one in (*others, *reading):
        with state_.node.store.read() as tx:
            reader = need_to_know.reader(tx, tx.officer(f"x-{one}") or author)
            listed = tx.listed(reader, Listed(kind="review"))
        assert len(listed) == (one in reading), one


def test_a_snapshot_that_is_none_is_not_found(tmp_path: Path) -> None:
    """A peer may say that a period ends before it begins: lists leave it out, and so do pages."""
    world, _ = asked_world(tmp_path)
    saying_ = review_acts.Saying(world.node("aa").act_id(), Office("police"))
    taken = Named(9, 8, 10, {world.origin("aa"): 1}, "0" * 64, str(definitions.VERSION))
    act = world.say("aa", review_acts.snapshot(saying_, "aa", taken)).act
    world.pump()
    node, ann = world.node("bb"), world.states["bb"].officer("ann", role.SECRETARIAT)

    assert agree.listing(node, ann) == []
    with pytest.raises(Fault, match=r"node\.matter\.unknown"):
        agree.compared(node, ann, act.matter.id)
