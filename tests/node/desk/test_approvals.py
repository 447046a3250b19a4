"""How many approve what: the guideline says it, the settings raise it."""

import hashlib
import json
from importlib.resources import files as resources
from pathlib import Path

import pytest
from support.agreed import at
from support.states import State, deliver, paired

from comity.acts.record import Act, Addressee, Office
from comity.domestic.officer import role
from comity.domestic.release import decide
from comity.joint.request import acts
from comity.joint.text import acts as guideline_acts
from comity.joint.text.acts import Saying, Text
from comity.kernel import limits
from comity.kernel.ids import random_id
from comity.node.desk import officer_admin as officer_rows
from comity.node.room import act_words, request_file
from comity.node.room.act_words import Words
from comity.node.room.release import approve, draft_store
from comity.node.room.release import draft as drafting
from comity.node.room.release import send as outgoing
from comity.node.room.release.draft_store import Command, Sent, Waiting
from comity.rooms.request import desk

EXAMPLES = Path(__file__).parents[3] / "examples"
TEXT = resources("comity.catalogue").joinpath("guideline/dialogue.yaml").read_bytes()

SUBMITTED = b"{act: request.submitted, count: 2, roles: [releasing], review_hours: 24}"
assert SUBMITTED in TEXT
NEWER = TEXT.replace(SUBMITTED, b"{act: request.submitted, count: 3, roles: [releasing]}")


@pytest.fixture
def two(tmp_path: Path) -> tuple[State, State]:
    """Two States that have adopted the shipped guideline, by officers who may."""
    fr, sn = paired(tmp_path, "fr", "sn")
    adopt(fr, sn, TEXT, "1")
    for one in (fr, sn):
        one.clock.at_ms = at("2026-11-24 21:00 +0000")
    return fr, sn


def adopt(fr: State, sn: State, data: bytes, version: str) -> None:
    """Let both adopt a text."""
    sha256, channel = hashlib.sha256(data).hexdigest(), _live(fr)
    fr.node.bodies.stage(sha256, 0, data)
    assert fr.node.bodies.commit(sha256)
    text = Text(guideline_acts.document(sha256, len(data)), version)
    proposal = guideline_acts.proposed(saying(fr), text)
    say(fr, channel, proposal)
    deliver(fr, sn)
    for one in (fr, sn):
        say(one, channel, guideline_acts.adopted(saying(one), proposal.id, sha256))
    deliver(fr, sn)


def saying(of: State) -> Saying:
    """Return what an act has."""
    return Saying(random_id(of.node.entropy(16)), Office("police"))


def say(of: State, channel: str, act: Act) -> None:
    """Let a text's act out, by two where a guideline is in force already."""
    draft = outgoing.prepare(of.node, channel, act, [], Command())
    result = outgoing.send(of.node, of.officer("chief"), draft)
    if isinstance(result, Waiting):
        second = "ben" if of.node.party == "fr" else "dan"
        of.officer(second)  # who is added when they are asked for
        officer_rows.give_roles(of.node, second, [role.COUNSEL, role.RELEASING])
        result = outgoing.approve(of.node, of.officer(second), result.draft_id)
    assert isinstance(result, Sent), result


def send(fr: State, name: str = "preservation.json") -> Sent | Waiting:
    """Send an example as ann."""
    asked = request_file.parse((EXAMPLES / name).read_bytes(), "request", name)
    channel = _live(fr)
    result = desk.send(fr.node, fr.officer("ann"), asked, (), TO_SN, channel=channel)
    assert isinstance(result, Sent | Waiting), result
    return result


TO_SN = (Addressee("sn"),)


def _live(fr: State) -> str:
    with fr.node.store.read() as tx:
        return next(log.channel for log in tx.logs() if log.channel.endswith("/live"))


def test_with_a_guideline_two_release_a_request_and_one_acknowledges(
    two: tuple[State, State],
) -> None:
    """The settings ask for one: the guideline is not undercut, nor overdone."""
    fr, sn = two
    waiting = send(fr)
    assert isinstance(waiting, Waiting)
    assert waiting.approvals_missing == 1
    assert isinstance(outgoing.approve(fr.node, fr.officer("ben"), waiting.draft_id), Sent)
    deliver(fr, sn)

    registered = Words(request_file.Written("answer", own_reference="CB-1"))
    done = desk.say(
        sn.node, sn.officer("cyd"), waiting.matter_id, acts.ACKNOWLEDGED, words=registered
    )
    assert isinstance(done, Sent)


def test_the_settings_raise_what_the_guideline_asks(two: tuple[State, State]) -> None:
    """Three by the settings are three."""
    fr, _ = two
    outgoing.set_approvals(fr.node, 3)
    waiting = send(fr)

    assert isinstance(waiting, Waiting)
    assert waiting.approvals_missing == 2


def test_a_refusal_needs_counsel(two: tuple[State, State]) -> None:
    """The role is the one that the guideline names for the act."""
    fr, sn = two
    waiting = send(fr)
    assert isinstance(waiting, Waiting)
    outgoing.approve(fr.node, fr.officer("ben"), waiting.draft_id)
    deliver(fr, sn)
    cyd, reason = sn.officer("cyd"), "impossible"
    held = desk.say(sn.node, cyd, waiting.matter_id, acts.REFUSED, {"reason": reason})
    assert isinstance(held, Waiting), held
    no = outgoing.approve(sn.node, sn.officer("dan"), held.draft_id)
    assert getattr(no, "rule", "") == "release.role-missing"
    officer_rows.give_roles(sn.node, "dan", [role.COUNSEL])
    assert isinstance(outgoing.approve(sn.node, sn.officer("dan"), held.draft_id), Sent)


def test_a_request_is_under_what_it_is_bound_to_and_not_under_what_came_after(
    two: tuple[State, State],
) -> None:
    """Nobody's approvals lack because the guideline changed while a draft waited."""
    fr, sn = two
    waiting = send(fr)
    assert isinstance(waiting, Waiting)
    adopt(fr, sn, NEWER, "2")
    live = _live(fr)
    with fr.node.store.read() as tx:
        bound = approve.rule(tx, fr.node, draft_store.kept(tx, waiting.draft_id))
        anew = approve.rule_of(tx, fr.node, live, "request.submitted/1")
    assert (bound.count, bound.review_hours) == (2, 24)
    assert (anew.count, anew.review_hours) == (3, 0)


def test_who_approves_what_the_guideline_leaves_open_has_the_role(two: tuple[State, State]) -> None:
    """A text that names no role for an act does not let an analyst approve it."""
    fr, _ = two
    outgoing.set_approvals(fr.node, 2)
    live = _live(fr)
    with fr.node.store.read() as tx:
        needed = approve.rule_of(tx, fr.node, live, "request.acknowledged/1")
    assert needed == decide.Rule(2, (role.RELEASING,), 0)


def test_the_hotline_is_under_the_guideline_of_its_arrangement(two: tuple[State, State]) -> None:
    """An emergency goes another way, and not with fewer officers."""
    fr, _ = two
    asked = request_file.parse(
        (EXAMPLES / "emergency.json").read_bytes(), "request", "emergency.json"
    )
    waiting = desk.send(fr.node, fr.officer("ann"), asked, (), TO_SN)
    assert isinstance(waiting, Waiting)
    with fr.node.store.read() as tx:
        assert draft_store.kept(tx, waiting.draft_id).channel.endswith("/hotline")


def test_hours_of_review_are_the_shorter_ones(two: tuple[State, State]) -> None:
    """Settings shorten what was agreed, and cannot allow what was not."""
    fr, _ = two
    waiting = send(fr)
    assert isinstance(waiting, Waiting)
    with fr.node.store.read() as tx:
        draft = draft_store.kept(tx, waiting.draft_id)
        assert approve.rule(tx, fr.node, draft).review_hours == 24
    for hours, told in ((6, 6), (48, 24), (0, 0)):
        approve.set_review_hours(fr.node, hours)
        with fr.node.store.read() as tx:
            assert approve.rule(tx, fr.node, draft).review_hours == told


def test_what_a_request_says_at_length_is_judged_with_the_store_out_of_reach(
    two: tuple[State, State],
) -> None:
    """Long words and attachments: no write asks the store (`support.apart`), and none needs it."""
    fr, _ = two
    data = json.loads((EXAMPLES / "emergency.json").read_bytes())
    data["elements"]["facts-of-emergency"] = "A child was taken. " * 1_500
    data["texts"][0]["text"] = "Every hour counts. " * 6_000
    asked = request_file.parse(json.dumps(data).encode(), "request", "long.json")
    line = request_file.AttachmentLine("photo.raw", "application/octet-stream", "TLP:RED")
    attached = [act_words.Attachment(line, bytes(300_000))]
    waiting = desk.send(fr.node, fr.officer("ann"), asked, attached, TO_SN, channel=_live(fr))
    assert isinstance(waiting, Waiting), waiting
    with fr.node.store.read() as tx:
        draft = draft_store.kept(tx, waiting.draft_id)
    sizes = {blob.role: blob.size_bytes for blob in draft.act.blobs}
    assert sizes["texts"] > limits.ROW_BLOB_BYTES_MAX
    assert draft.rows.keys() == {b.sha256 for b in draft.act.blobs if b.role != "attachment:1"}
    drafting.send_back(fr.node, fr.officer("ben"), waiting.draft_id, "Look again.")
    assert isinstance(outgoing.approve(fr.node, fr.officer("ann"), waiting.draft_id), Waiting)
    for sha256 in fr.node.bodies.all():
        fr.node.bodies.drop(sha256)

    assert isinstance(outgoing.approve(fr.node, fr.officer("ben"), waiting.draft_id), Sent)
