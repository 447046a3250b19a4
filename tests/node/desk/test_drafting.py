"""Drafts before they leave: kept, changed, commented on, approved, released, dropped."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.overtaken import before_a_write
from support.states import State, deliver, paired

from comity.acts.record import Addressee
from comity.domestic.officer import role
from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import draft_view
from comity.node.desk import officer_admin as officer_rows
from comity.node.room import local_log, request_file
from comity.node.room.act_words import Attachment, Words
from comity.node.room.release import draft, draft_store, send
from comity.node.room.release.draft_store import Command, Comment, Sent, Waiting
from comity.node.room.request_file import AttachmentLine, Written
from comity.rooms.request import desk, reading

EXAMPLES = Path(__file__).parents[3] / "examples"
TO_SN = (Addressee("sn"),)
LARGE = bytes(range(256)) * 1_000


@pytest.fixture
def fr(tmp_path: Path) -> State:
    """A State that has paired with another, and asks for two approvals."""
    fr = paired(tmp_path, "fr", "sn")[0]
    send.set_approvals(fr.node, 2)
    return fr


def written(name: str = "emergency.json") -> Written:
    """Return an example without its attachments."""
    return request_file.parse((EXAMPLES / name).read_bytes(), "request", name)


def keep(fr: State, data: bytes = b"", key: str = "") -> Waiting:
    """Keep a draft as ann."""
    line = AttachmentLine("a.bin", "application/octet-stream", "TLP:AMBER")
    attached = [Attachment(line, data)] if data else []
    ann = fr.officer("ann")
    waiting = desk.send(fr.node, ann, written(), attached, TO_SN, key=key, is_held=True)
    assert isinstance(waiting, Waiting)
    return waiting


def rule_of(result: object) -> str:
    """Return the rule of a refusal by rule."""
    assert isinstance(result, Inadmissible), result
    return result.rule


def test_a_draft_that_is_kept_is_shown_to_nobody_abroad(fr: State) -> None:
    """No log grows; the author has not approved it, so that no colleague can either."""
    waiting = keep(fr)
    deliver(fr)

    assert fr.listed() == ()
    assert waiting.approvals_missing == 2
    no = send.approve(fr.node, fr.officer("ben"), waiting.draft_id)
    assert rule_of(no) == "release.not-offered"
    found = draft_view.find(fr.node, fr.officer("ben"), waiting.draft_id[:8])
    assert (found.draft.state.author, found.approvers, found.noes) == ("ann", (), ())


def test_author_and_a_releasing_officer_let_it_out(fr: State) -> None:
    """Its author approves by releasing; one without the role cannot be the second."""
    waiting = keep(fr)
    offered = send.release(fr.node, fr.officer("ann"), waiting.draft_id)
    assert isinstance(offered, Waiting)
    assert offered.approvals_missing == 1
    fr.officer("cyd")
    officer_rows.give_roles(fr.node, "cyd", [role.CASE_OFFICER])
    no = send.approve(fr.node, fr.officer("cyd"), waiting.draft_id)
    assert rule_of(no) == "release.role-missing"

    assert isinstance(send.approve(fr.node, fr.officer("ben"), waiting.draft_id), Sent)
    with fr.node.store.read() as tx:
        release = tx.record(draft_store.RELEASE, waiting.draft_id)
        assert tx.records(draft_store.DRAFT) == {}
    assert isinstance(release, dict)
    assert all(name in str(release["record"]) for name in ("ann", "ben"))


@pytest.mark.parametrize("change", ["end", "role", "edit"])
def test_an_approval_is_void_once_its_ground_is_gone(fr: State, change: str) -> None:
    """An officer who ended or lost the role, or a text that was changed: it lacks one again."""
    send.set_approvals(fr.node, 3)
    waiting = keep(fr)
    send.release(fr.node, fr.officer("ann"), waiting.draft_id)
    approved = send.approve(fr.node, fr.officer("ben"), waiting.draft_id)
    assert isinstance(approved, Waiting)
    assert approved.approvals_missing == 1
    if change == "end":
        officer_rows.end(fr.node, "ben")
    elif change == "role":
        officer_rows.give_roles(fr.node, "ben", [role.CASE_OFFICER])
    else:
        words = Words(written("stop-payment.json"))
        desk.edit(fr.node, fr.officer("ann"), waiting.draft_id, words)
        send.release(fr.node, fr.officer("ann"), waiting.draft_id)

    after = send.approve(fr.node, fr.officer("cyd"), waiting.draft_id)
    assert isinstance(after, Waiting)
    assert after.approvals_missing == 1
    last = send.approve(fr.node, fr.officer("dan"), waiting.draft_id)
    assert isinstance(last, Sent)


def test_an_edit_replaces_all_that_the_draft_said(fr: State) -> None:
    """Type, values and bodies are those of the new file; the old bodies are destroyed."""
    waiting = keep(fr, LARGE)
    with fr.node.store.read() as tx:
        before = draft_store.kept(tx, waiting.draft_id)
    assert len(fr.node.bodies.all()) == 1
    words = Words(written("stop-payment.json"))
    edited = desk.edit(fr.node, fr.officer("ben"), waiting.draft_id, words)
    assert isinstance(edited, Waiting)
    assert (edited.draft_id, edited.matter_id) == (waiting.draft_id, waiting.matter_id)
    same = desk.edit(fr.node, fr.officer("ann"), waiting.draft_id, words)

    found = draft_view.find(fr.node, fr.officer("ann"), waiting.draft_id)
    assert isinstance(same, Waiting)
    assert found.draft.state.author == "ben"  # to write the same again changes nothing
    assert found.draft.act.codes["type"] == words.written.type
    assert found.draft.content_sha256 != before.content_sha256
    assert fr.node.bodies.all() == []
    with fr.node.store.read() as tx:
        assert not any(tx.body(sha256) for sha256 in before.rows)


def test_what_is_written_for_a_draft_that_is_dropped_meanwhile_is_destroyed(fr: State) -> None:
    """Nothing names its large body, and nobody would ever find it."""
    waiting, ann = keep(fr), fr.officer("ann")
    line = AttachmentLine("a.bin", "application/octet-stream", "TLP:AMBER")
    words = Words(written("stop-payment.json"), [Attachment(line, LARGE)])

    def dropped() -> None:
        assert draft.drop(fr.node, ann, waiting.draft_id) is None

    node = replace(fr.node, store=before_a_write(fr.node.store, dropped))
    with pytest.raises(Fault, match=r"node\.draft\.unknown"):
        desk.edit(node, ann, waiting.draft_id, words)
    assert fr.node.bodies.all() == []


def test_an_answer_can_be_drafted_and_edited_too(tmp_path: Path) -> None:
    """What is said about a request goes the same way as the request."""
    fr, sn = paired(tmp_path, "fr", "sn")
    asked = written("preservation.json")
    sent = desk.send(fr.node, fr.officer("ann"), asked, (), TO_SN)
    assert isinstance(sent, Sent)
    deliver(fr, sn)
    ben = sn.officer("ben")
    answer = request_file.parse((EXAMPLES / "answer.json").read_bytes(), "answer", "answer.json")
    held = desk.say(sn.node, ben, sent.matter_id, acts.ANSWERED, words=Words(answer, is_held=True))
    assert isinstance(held, Waiting)
    shorter = Words(request_file.from_json({"texts": [*answer.texts[:1]]}, "answer", "typed"))
    assert isinstance(desk.edit(sn.node, ben, held.draft_id, shorter), Waiting)
    assert isinstance(send.release(sn.node, ben, held.draft_id), Sent)
    deliver(fr, sn)

    shown = reading.show(fr.node, fr.officer("ann"), sent.matter_id)
    texts = shown.said["sn", held.draft_id].json("texts")
    assert texts == [*answer.texts[:1]]


def test_comments_are_read_by_colleagues_and_go_with_the_draft(fr: State) -> None:
    """Who said it, when, of which content; a draft that is dropped takes them along."""
    waiting = keep(fr)
    draft.comment(fr.node, fr.officer("ben"), waiting.draft_id, "Name the port.")
    draft.comment(fr.node, fr.officer("cyd"), waiting.draft_id, "And the zone.")
    found = draft_view.find(fr.node, fr.officer("ann"), waiting.draft_id)
    assert [(one.officer, one.text) for one in found.comments] == [
        ("ben", "Name the port."),
        ("cyd", "And the zone."),
    ]
    assert found.comments[0].content_sha256 == found.draft.content_sha256
    with pytest.raises(Fault) as caught:
        draft.comment(fr.node, fr.officer("ben"), waiting.draft_id, "  ")
    assert caught.value.code == "node.draft.comment-unfit"

    draft.drop(fr.node, fr.officer("ann"), waiting.draft_id)
    with fr.node.store.read() as tx:
        assert tx.records(draft_store.COMMENT) == tx.records(draft_store.DRAFT) == {}


@pytest.mark.parametrize("say", [draft.comment, draft.send_back])
def test_what_is_said_of_a_draft_has_words_and_not_too_many(
    fr: State, say: Callable[[Node, Officer, str, str], object]
) -> None:
    """A book would be read by nobody; of what is refused nothing is kept."""
    waiting = keep(fr)
    send.release(fr.node, fr.officer("ann"), waiting.draft_id)
    ben, longest = fr.officer("ben"), "a" * draft.COMMENT_CHARS_MAX
    for text in ("", " \n", f"{longest}a"):
        with pytest.raises(Fault, match=r"node\.draft\.comment-unfit"):
            say(fr.node, ben, waiting.draft_id, text)
    assert not isinstance(say(fr.node, ben, waiting.draft_id, longest), Inadmissible)
    found = draft_view.find(fr.node, fr.officer("ann"), waiting.draft_id)
    assert [one.text for one in found.comments] == [longest]


@pytest.mark.parametrize("change", ["end", "role"])
def test_who_has_no_say_any_more_comments_on_nothing(fr: State, change: str) -> None:
    """They signed in before their account ended, or they only read by now."""
    waiting, ben = keep(fr), fr.officer("ben")
    if change == "end":
        officer_rows.end(fr.node, "ben")
    else:
        officer_rows.give_roles(fr.node, "ben", [role.ANALYST])
        ben = fr.officer("ben")
    with pytest.raises(Fault) as told:
        draft.comment(fr.node, ben, waiting.draft_id, "Name the port.")
    wanted = {"end": "node.draft.unknown", "role": "officer.role.lacking"}
    assert told.value.code == wanted[change]
    if change == "role":
        words = Words(written("stop-payment.json"))
        for no in (
            draft.to_drop(fr.node, ben, waiting.draft_id),
            draft.drop(fr.node, ben, waiting.draft_id),
            desk.edit(fr.node, ben, waiting.draft_id, words),
        ):
            assert rule_of(no) == "officer.role.lacking"
    found = draft_view.find(fr.node, fr.officer("ann"), waiting.draft_id)
    assert found.comments == ()


def test_a_comment_that_is_repeated_is_one(fr: State) -> None:
    """With the instant at which it was said; another one with that key is told."""
    waiting, ben = keep(fr), fr.officer("ben")
    command = Command("k1", "1" * 64)
    said = draft.comment_once(fr.node, ben, waiting.draft_id, "Name the port.", command)
    fr.clock.at_ms += 1
    again = draft.comment_once(fr.node, ben, waiting.draft_id, "Name the port.", command)
    assert (again, type(said)) == (said, Comment)
    other = replace(command, sha256="2" * 64)
    no = draft.comment_once(fr.node, ben, waiting.draft_id, "And the zone.", other)
    assert rule_of(no) == "release.key-reused"
    assert len(draft_view.find(fr.node, ben, waiting.draft_id).comments) == 1


def test_each_step_of_a_draft_is_noted_under_its_name(fr: State) -> None:
    """The local log tells an auditor what was written, changed, sent back, let out and dropped."""
    ann, ben = fr.officer("ann"), fr.officer("ben")
    with fr.node.store.read() as tx:
        before = local_log.local_log(tx, fr.node)
    first, second = keep(fr), keep(fr)
    send.release(fr.node, ann, first.draft_id)
    assert draft.send_back(fr.node, ben, first.draft_id, "Name the port.") is None
    desk.edit(fr.node, ann, first.draft_id, Words(written("stop-payment.json")))
    send.release(fr.node, ann, first.draft_id)
    desk.edit(fr.node, ann, second.draft_id, Words(written("stop-payment.json")))
    with fr.node.store.read() as tx:
        assert [*tx.records(draft_store.EARLIER)] == [first.draft_id], "what had been approved"
    assert isinstance(send.approve(fr.node, ben, first.draft_id), Sent)
    assert draft.drop(fr.node, ann, second.draft_id) is None
    with fr.node.store.read() as tx:
        log = local_log.local_log(tx, fr.node)
        noted = tx.entries(log.origin, before.size, log.size)
        assert tx.records(draft_store.EARLIER) == {}
    found = [re.search(rb"release\.[a-z-]+", one) for one in noted]
    assert [one[0].decode().partition(".")[2] for one in found if one] == [
        *("drafted", "drafted", "approved", "returned", "commented", "edited", "approved"),
        *("edited", "approved", "released", "appended", "dropped"),
    ]


def test_the_draft_of_another_agency_is_not_there(fr: State) -> None:
    """Not in lists, not by its id, for no step; nor for whoever runs the machine."""
    waiting = keep(fr)
    ben = fr.officer("ben")
    for outsider in (_elsewhere(fr, ben), _operator(fr, ben)):
        assert draft_view.listing(fr.node, outsider) == []
        for step in (
            lambda who: draft_view.find(fr.node, who, waiting.draft_id),
            lambda who: send.approve(fr.node, who, waiting.draft_id),
            lambda who: send.release(fr.node, who, waiting.draft_id),
            lambda who: send.break_glass(fr.node, who, waiting.draft_id, "Life at risk."),
            lambda who: draft.comment(fr.node, who, waiting.draft_id, "Seen."),
            lambda who: draft.drop(fr.node, who, waiting.draft_id),
            lambda who: desk.edit(fr.node, who, waiting.draft_id, Words(written())),
        ):
            with pytest.raises(Fault) as caught:
                step(outsider)
            assert caught.value.code == "node.draft.unknown"


def _elsewhere(fr: State, ben: Officer) -> Officer:
    with fr.node.store.write() as tx:
        moved = Officer("eve", bytes(32), "customs", "", ben.since_ms, roles=ben.roles)
        tx.save_officer(moved)
    return moved


def _operator(fr: State, ben: Officer) -> Officer:
    with fr.node.store.write() as tx:
        runs = Officer("op", bytes(32), ben.agency, "", ben.since_ms, roles=(role.OPERATOR,))
        tx.save_officer(runs)
    return runs


def test_one_key_is_one_draft(fr: State) -> None:
    """Repeated before and after it went out, and after it was dropped."""
    waiting = keep(fr, LARGE, "k1")
    assert keep(fr, LARGE, "k1") == waiting
    assert len(fr.node.bodies.all()) == 1
    send.release(fr.node, fr.officer("ann"), waiting.draft_id)
    send.approve(fr.node, fr.officer("ben"), waiting.draft_id)
    line = AttachmentLine("a.bin", "application/octet-stream", "TLP:AMBER")
    attached = [Attachment(line, LARGE)]
    again = desk.send(
        fr.node, fr.officer("ann"), written(), attached, TO_SN, key="k1", is_held=True
    )
    assert isinstance(again, Sent)
    assert again.repeated
    assert len(fr.listed()) == 1

    other = keep(fr, key="k2")
    draft.drop(fr.node, fr.officer("ann"), other.draft_id)
    gone = desk.send(fr.node, fr.officer("ann"), written(), (), TO_SN, key="k2", is_held=True)
    assert rule_of(gone) == "release.dropped-before"


def test_what_was_not_read_as_it_is_is_let_out_by_nobody(fr: State) -> None:
    """Neither by its author, nor alone in an emergency: both say which content they read."""
    waiting = keep(fr)
    ann, other = fr.officer("ann"), "0" * 64
    released = send.release(fr.node, ann, waiting.draft_id, other)
    alone = send.break_glass(fr.node, ann, waiting.draft_id, "Life at risk.", other)
    approved = send.approve(fr.node, ann, waiting.draft_id, other)
    assert {rule_of(one) for one in (released, alone, approved)} == {"release.content-changed"}
    found = draft_view.find(fr.node, ann, waiting.draft_id)
    assert (found.approvers, fr.listed()) == ((), ())
    read = found.draft.content_sha256
    assert isinstance(send.release(fr.node, ann, waiting.draft_id, read), Waiting)


def test_an_author_who_only_reads_by_now_lets_nothing_out(fr: State) -> None:
    """Their roles changed after they wrote it: they are told, and has approved nothing."""
    waiting = keep(fr)
    officer_rows.give_roles(fr.node, "ann", [role.ANALYST])
    no = send.release(fr.node, fr.officer("ann"), waiting.draft_id)
    assert rule_of(no) == "officer.role.lacking"
    assert draft_view.find(fr.node, fr.officer("ben"), waiting.draft_id).approvers == ()
