"""What both sides say of a snapshot of the figures, by command and use case."""

from pathlib import Path

import pytest
from support.desks import FIRST, Desks

from comity.joint.review import state, view
from comity.joint.review.acts import Taken
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.room import act_blobs, officers
from comity.node.room.release import draft_store
from comity.rooms.review import say

DIGEST, OTHER = "1a" * 32, "2b" * 32
CELL = "all/timeliness/respond/median"
UNKNOWN = "agency/~/volume/asked"


def officer(desks: Desks, party: str) -> Officer:
    """Return the first officer of a State."""
    one = desks.states[party]
    return officers.authenticate(one.node, FIRST[party], one.tokens[FIRST[party]])


def named(desks: Desks) -> str:
    """Let the United States name a snapshot; return its id."""
    node = desks.states["us"].node
    with node.store.read() as tx:
        logs = {log.origin: log.size for log in tx.logs() if log.channel.endswith("/live")}
        channel = next(log.channel for log in tx.logs() if log.channel.endswith("/live"))
    taken = Taken(1_000, 9_000, 8_000, logs, DIGEST, "review-1")
    sent = say.snapshot(node, officer(desks, "us"), channel, taken, figures={"all": {"n": 3}})
    assert isinstance(sent, draft_store.Sent)
    desks.deliver()
    return sent.matter_id


def shown(desks: Desks, snapshot: str) -> state.State:
    """Return where a snapshot stands, the same on both nodes."""
    found = [
        say.found(one.node, officer(desks, party), snapshot)[1]
        for party, one in desks.states.items()
    ]
    assert state.digest(found[0]) == state.digest(found[1])
    return found[0]


def test_a_snapshot_is_agreed_and_a_remark_stands_beside_its_figure(tmp_path: Path) -> None:
    """One names it, the other finds the same by itself, and comments: it is agreed."""
    desks = Desks(tmp_path)
    snapshot = named(desks)
    cn, ann = desks.states["cn"].node, officer(desks, "cn")

    no = say.concur(cn, ann, snapshot, OTHER)
    assert isinstance(no, Inadmissible)
    assert no.rule == "review.another-digest"
    difference: Json = {"cells": [{"cell": CELL, "ours": 4, "theirs": 3, "acts": []}]}
    assert isinstance(say.differ(cn, ann, snapshot, OTHER, difference), draft_store.Sent)
    desks.deliver()
    assert view.status(shown(desks, snapshot)) == state.DIFFERS
    assert isinstance(say.concur(cn, ann, snapshot, DIGEST), draft_store.Sent)
    words = ("--text", "Two of them were tests.", "--text", "zh=其中两项为测试。")
    desks.do("cn", "review", "comment", snapshot[:8], "--cell", CELL, *words)

    desks.do("cn", "review", "comment", snapshot[:8], "--cell", UNKNOWN, *words)

    now = shown(desks, snapshot)
    assert [one.cell for one in view.comments(now)] == [CELL, UNKNOWN]
    assert [one.cell for one in view.comments(now, UNKNOWN)] == [UNKNOWN]
    assert view.status(now) == state.AGREED
    assert "is agreed" in desks.no("us", "review", "withdraw", snapshot, "--reason", "error")


def test_what_differs_is_read_by_the_other_side(tmp_path: Path) -> None:
    """The cells and the acts that explain them come with the act, sealed."""
    desks = Desks(tmp_path)
    snapshot = named(desks)
    cn = desks.states["cn"].node
    say.differ(cn, officer(desks, "cn"), snapshot, OTHER, {"cells": [CELL]})
    desks.deliver()
    us = desks.states["us"].node
    row, now = say.found(us, officer(desks, "us"), snapshot)
    with us.store.read() as tx:
        said = {one.act.id: one.act for one in tx.acts_of(row.channel, row.matter)}
        (body,) = act_blobs.open_all(us, tx, said[now.positions[0].act_id])
    assert (body.blob.role, body.data) == ("difference", f'{{"cells":["{CELL}"]}}'.encode())
    desks.do("us", "review", "withdraw", snapshot, "--reason", "replaced", "--key", "k")
    assert view.status(shown(desks, snapshot)) == state.WITHDRAWN
    with pytest.raises(Fault, match="no review"):
        desks.do("us", "review", "withdraw", "zzzz", "--reason", "replaced")
