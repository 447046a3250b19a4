"""What an officer, a page or the ticker has read is overtaken by another: nothing is lost of it."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from node.desk.test_drafting import keep as kept
from node.desk.test_drafting import written
from node.desk.test_duty import made
from node.desk.test_worksheets import DAY_MS, EVENING, attachment, begun, officer
from support.agreed import agreed_world, at, set_clock
from support.overtaken import before_a_write
from support.pair import World
from support.states import paired

from comity.acts.record import Addressee
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.desk import officer_admin as officer_rows
from comity.node.desk import uploads, worksheets
from comity.node.desk.duty import intake
from comity.node.desk.worksheets import Begun
from comity.node.exchange import reset
from comity.node.room.act_words import Words
from comity.node.room.release import draft, draft_store, send
from comity.node.room.release.draft_store import Sent, Waiting
from comity.rooms.request import desk, worksheet_release


def test_what_is_dropped_while_it_is_filed_arrives_once_it_is_read_anew(tmp_path: Path) -> None:
    """A generation leaves out what was read: the requests that stay are on nobody's list yet."""
    desk = made(tmp_path)
    asked = desk.ask()
    node = desk.node

    def drop() -> None:
        with node.store.write() as tx:
            reset.drop(tx, desk.world.channel)

    intake.catch_up(replace(node, store=before_a_write(node.store, drop)))
    desk.world.pump()
    found = intake.inbox(node, desk.wei)
    assert isinstance(found, intake.Inbox)
    assert [line.key[1] for line in found.lines] == [asked.act.matter.id]


@pytest.mark.parametrize("how", ["sends", "approves", "edits", "drops"])
def test_two_officers_approve_at_once(tmp_path: Path, how: str) -> None:
    """Either's approval is enough: both are told that it was sent, once; a change is one."""
    fr, _ = paired(tmp_path, "fr", "sn")
    send.set_approvals(fr.node, 2)
    draft_id = kept(fr).draft_id
    send.release(fr.node, fr.officer("ann"), draft_id)
    ben, cyd = fr.officer("ben"), fr.officer("cyd")
    told: list[object] = []

    def killed(point: str) -> None:
        if point == "release.approved":
            raise KeyboardInterrupt

    def is_killed() -> None:
        with pytest.raises(KeyboardInterrupt):
            send.approve(replace(fr.node, step=killed), cyd, draft_id)

    words = Words(written("stop-payment.json"))
    acts: dict[str, Callable[[], object]] = {
        "sends": lambda: send.approve(fr.node, cyd, draft_id),
        "approves": is_killed,
        "edits": lambda: desk.edit(fr.node, cyd, draft_id, words),
        "drops": lambda: draft.drop(fr.node, cyd, draft_id),
    }

    def meanwhile(point: str) -> None:
        if point == "release.approved" and not told:
            told.append(acts[how]())

    sent = send.approve(replace(fr.node, step=meanwhile), ben, draft_id)
    with fr.node.store.read() as tx:
        size = sum(log.size for log in tx.logs() if log.own and log.channel != "local")
    if how in ("edits", "drops"):
        assert not isinstance(told[0], Inadmissible)
        assert isinstance(sent, Inadmissible)
        assert (sent.rule, size) == ("release.content-changed", 0)
    else:
        assert isinstance(sent, Sent)
        assert (sent.act_id, sent.index, size) == (draft_id, 1, 2)
        assert told in ([None], [sent])


@pytest.mark.parametrize("who", ["ann", "ben"])
def test_an_approver_who_ends_as_the_draft_is_let_out_counts_no_more(
    tmp_path: Path, who: str
) -> None:
    """Steps were taken while they were in office; where the act is appended they are taken anew."""
    fr, _ = paired(tmp_path, "fr", "sn")
    send.set_approvals(fr.node, 2)
    draft_id = kept(fr).draft_id
    send.release(fr.node, fr.officer("ann"), draft_id)
    ben = fr.officer("ben")

    def ends() -> None:
        officer_rows.end(fr.node, who)

    appends_late = before_a_write(fr.node.store, ends, count=2)  # after that of the approval
    node = replace(fr.node, store=appends_late)
    no = send.approve(node, ben, draft_id)
    assert isinstance(no, Inadmissible)
    with fr.node.store.read() as tx:
        assert sum(log.size for log in tx.logs() if log.own and log.channel != "local") == 0
        assert tx.record(draft_store.RELEASE, draft_id) is None
        assert tx.record(draft_store.DRAFT, draft_id) is not None


def test_a_command_that_is_carried_out_twice_at_once_is_one(tmp_path: Path) -> None:
    """A click too many, answered by another process: both are told of the one act."""
    fr, _ = paired(tmp_path, "fr", "sn")
    ann, told = fr.officer("ann"), list[object]()

    def send(node: Node) -> object:
        asked = written("stop-payment.json")
        return desk.send(node, ann, asked, [], (Addressee("sn"),), key="key-1")

    late = before_a_write(fr.node.store, lambda: told.append(send(fr.node)))
    second = send(replace(fr.node, store=late))
    (first,) = told
    assert isinstance(first, Sent)
    assert second == replace(first, repeated=True)
    with fr.node.store.read() as tx:
        assert (
            sum(log.size for log in tx.logs() if log.own and log.channel != "local") == 2
        )  # with its key entry


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that have adopted the shipped guideline."""
    made_world = agreed_world(tmp_path)
    set_clock(made_world, at(EVENING))
    return made_world


@pytest.fixture
def node(world: World) -> Node:
    """The asker's node."""
    return world.node("aa")


@pytest.mark.parametrize("does", ["attaches", "adds"])
def test_an_upload_that_is_used_while_others_are_swept_stays(
    world: World, node: Node, does: str
) -> None:
    """Its day is over; to destroy the others takes long where their bodies are far away."""
    ann, data = officer(node, "ann"), b"evidence"
    kept = uploads.begin(node, ann, hashlib.sha256(2 * data).hexdigest(), 2 * len(data))
    uploads.add(node, ann, kept.id, 0, len(data), io.BytesIO(data))

    def used() -> None:
        if does == "adds":
            uploads.add(node, ann, kept.id, len(data), len(data), io.BytesIO(data))
        else:
            worksheets.begin(node, ann, Begun((), {}, {"a.log": f"upload:{kept.id}"}))

    world.advance(2 * DAY_MS)
    swept = uploads.sweep(replace(node, store=before_a_write(node.store, used)))
    assert swept == 0
    assert [one.id for one in uploads.listing(node, ann)] == [kept.id]
    held = {one.sha256 for one in uploads.find(node, ann, kept.id).ranges}
    assert held <= {*node.bodies.all()}


def test_a_range_that_comes_while_its_upload_is_dropped_is_destroyed_too(node: Node) -> None:
    """Nothing of it is left that nobody names."""
    ann, data, before = officer(node, "ann"), b"evidence", node.bodies.all()
    kept = uploads.begin(node, ann, hashlib.sha256(2 * data).hexdigest(), 2 * len(data))
    uploads.add(node, ann, kept.id, 0, len(data), io.BytesIO(data))

    def grows() -> None:
        uploads.add(node, ann, kept.id, len(data), len(data), io.BytesIO(data))

    uploads.drop(replace(node, store=before_a_write(node.store, grows)), ann, kept.id)
    assert node.bodies.all() == before


def test_what_two_worksheets_attach_stays_until_both_have_left(node: Node) -> None:
    """What was saved in another window is kept as another worksheet, with the same files."""
    ann = officer(node, "ann")
    both = attachment(node, ann, b"evidence")
    first, second = (begun(node, ann, **both) for _ in range(2))
    for sheet, left in ((first, 1), (second, 0)):
        kept = worksheet_release.keep(node, ann, sheet, is_offered=False)
        assert isinstance(kept, Waiting)
        assert len(uploads.listing(node, ann)) == left


def test_of_two_ranges_for_one_place_the_first_is_kept(node: Node) -> None:
    """Both were told how much is held; the second is refused, and nothing of it is left."""
    ann, data = officer(node, "ann"), b"evidence"
    kept = uploads.begin(node, ann, hashlib.sha256(2 * data).hexdigest(), 2 * len(data))

    def comes() -> None:
        uploads.add(node, ann, kept.id, 0, len(data), io.BytesIO(data))

    late = replace(node, store=before_a_write(node.store, comes))
    with pytest.raises(Fault, match=r"node\.upload\.offset"):
        uploads.add(late, ann, kept.id, 0, len(data), io.BytesIO(data))
    now = uploads.find(node, ann, kept.id)
    assert now.held_bytes == len(data)
    unread = io.BytesIO(data)
    with pytest.raises(Fault, match=r"node\.upload\.offset"):
        uploads.add(node, ann, kept.id, 0, len(data), unread)
    assert unread.tell() == 0, "what is known to be refused is not sealed first"
    with pytest.raises(Fault, match=r"node\.upload\.range"):
        uploads.add(node, ann, kept.id, len(data), 0, io.BytesIO())
    assert uploads.find(node, ann, kept.id) == now
    drops = replace(
        node, store=before_a_write(node.store, partial(uploads.drop, node, ann, now.id))
    )
    before = node.bodies.all()
    uploads.drop(drops, ann, now.id)
    assert {*before} - {*node.bodies.all()} == {one.sha256 for one in now.ranges}
    assert kept.id not in [one.id for one in uploads.listing(node, ann)]


@pytest.mark.parametrize("size_bytes", [-1, limits.BLOB_BYTES_MAX + 1])
def test_a_file_that_no_act_could_carry_is_not_begun(node: Node, size_bytes: int) -> None:
    """It is told before the first range comes."""
    with pytest.raises(Fault, match=r"node\.upload\.too-large"):
        uploads.begin(node, officer(node, "ann"), "0" * 64, size_bytes)
