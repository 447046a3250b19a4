"""What officers do, on two nodes."""

from pathlib import Path

import pytest
from support.states import State, deliver, pair, paired, state

from comity.acts.record import Addressee
from comity.joint.request import acts, table
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import officer_admin as officer_rows
from comity.node.room import matter_read, request_file
from comity.node.room.act_words import Attachment, Words
from comity.node.room.release import draft_store
from comity.node.room.release import send as outgoing
from comity.node.room.release.draft_store import Sent, Waiting
from comity.rooms.request import desk, reading

EXAMPLES = Path(__file__).parents[3] / "examples"
TO_SN = (Addressee("sn"),)


def written(name: str, kind: str = "request") -> request_file.Written:
    """Return an example."""
    return request_file.parse((EXAMPLES / name).read_bytes(), kind, name)


def attachments(of: request_file.Written) -> list[Attachment]:
    """Return what an example names."""
    return [Attachment(line, (EXAMPLES / line.path).read_bytes()) for line in of.attachments]


@pytest.fixture
def two(tmp_path: Path) -> tuple[State, State]:
    """Two States that have paired."""
    fr, sn = paired(tmp_path, "fr", "sn")
    return fr, sn


def send(fr: State, name: str = "preservation.json", key: str = "", by: str = "ann") -> Sent:
    """Send an example from fr to sn."""
    asked = written(name)
    sent = desk.send(fr.node, fr.officer(by), asked, attachments(asked), TO_SN, key=key)
    assert isinstance(sent, Sent), sent
    return sent


def test_a_request_is_answered_and_both_show_the_same(two: tuple[State, State]) -> None:
    """The main job: asked, received, acknowledged, answered, read; one digest on both sides."""
    fr, sn = two
    sent = send(fr)
    deliver(fr, sn)
    matter = sn.listed()[0].row.matter.id
    assert matter == sent.matter_id
    ben = sn.officer("ben")
    registered = Words(request_file.Written("answer", own_reference="CB-1"))
    assert isinstance(desk.say(sn.node, ben, matter, acts.ACKNOWLEDGED, words=registered), Sent)
    answer = written("answer.json", "answer")
    assert isinstance(desk.say(sn.node, ben, matter, acts.ANSWERED, words=Words(answer)), Sent)
    deliver(fr, sn)

    here = reading.show(fr.node, fr.officer("ann"), sent.act_id[:8])
    there = reading.show(sn.node, ben, matter)
    assert here.row.digest == there.row.digest
    assert here.row.status == table.PARTLY
    assert [turn.received_at_ms is not None for turn in here.state.turns] == [True] * 3
    delivered = matter_read.delivery_of(fr.node, sent)
    assert [one.party for one in delivered] == ["sn"]
    assert delivered[0].cosigned_at_ms
    assert delivered[0].received_at_ms


def test_what_is_said_is_sealed_and_opens_on_the_other_side(two: tuple[State, State]) -> None:
    """Elements, texts in two languages and attachments arrive as they were written."""
    fr, sn = two
    sent = send(fr)
    deliver(fr, sn)
    shown = reading.show(sn.node, sn.officer("ben"), sent.matter_id)

    said = shown.said["fr", sent.act_id]
    values, texts = said.json("elements"), said.json("texts")
    assert isinstance(values, dict)
    assert values["elements"] == dict(written("preservation.json").elements)
    assert isinstance(texts, list)
    assert len(texts) == 2
    headers = (EXAMPLES / "preservation/headers.txt").read_bytes()
    assert [one.data for one in said.bodies if one.blob.role == "attachment:1"] == [headers]
    act = said.row.act
    assert set(act.elements) == set(written("preservation.json").elements)
    assert act.items == ("subscriber", "traffic", "content")


def test_a_large_attachment_arrives_and_leaves_nothing_if_it_is_not_sent(
    two: tuple[State, State],
) -> None:
    """What does not fit in a row goes with ranges; a command that was repeated leaves none."""
    fr, sn = two
    image = bytes(range(256)) * 1_000
    line = request_file.AttachmentLine("image.bin", "application/octet-stream", "TLP:AMBER")
    image_of = [Attachment(line, image)]
    ann, asked = fr.officer("ann"), written("emergency.json")
    desk.send(fr.node, ann, asked, image_of, TO_SN, key="once")
    sent = desk.send(fr.node, ann, asked, image_of, TO_SN, key="once")
    assert isinstance(sent, Sent)
    assert len(fr.node.bodies.all()) == 1
    deliver(fr, sn)

    shown = reading.show(sn.node, sn.officer("ben"), sent.matter_id)
    bodies = shown.said["fr", sent.act_id].bodies
    assert [one.data for one in bodies if one.blob.role == "attachment:1"] == [image]


def test_an_emergency_goes_through_the_hotline(two: tuple[State, State]) -> None:
    """An emergency never queues behind other business."""
    fr, _ = two

    assert send(fr, "emergency.json").channel.endswith("/hotline")
    assert send(fr, "stop-payment.json").channel.endswith("/hotline")
    assert send(fr).channel.endswith("/live")


def test_a_repeated_command_sends_once(two: tuple[State, State]) -> None:
    """A double click, or a command that was tried again, has one effect."""
    fr, _ = two
    first, again = send(fr, key="click-1"), send(fr, key="click-1")

    assert (again.act_id, again.repeated) == (first.act_id, True)
    assert len(fr.listed()) == 1
    other = desk.send(
        fr.node, fr.officer("ann"), written("emergency.json"), [], TO_SN, key="click-1"
    )
    assert isinstance(other, Inadmissible)
    assert other.rule == "release.key-reused"
    one = desk.say(
        fr.node,
        fr.officer("ann"),
        first.matter_id,
        acts.WITHDRAWN,
        {"reason": "replaced"},
        Words(key="click-2"),
    )
    two_ = desk.say(
        fr.node,
        fr.officer("ann"),
        first.matter_id,
        acts.WITHDRAWN,
        {"reason": "replaced"},
        Words(key="click-2"),
    )
    assert isinstance(one, Sent)
    assert isinstance(two_, Sent)
    assert two_.act_id == one.act_id


def test_an_answer_that_crosses_a_withdrawal_stands(two: tuple[State, State]) -> None:
    """Neither had seen the other's act: both nodes name the pair alike."""
    fr, sn = two
    sent = send(fr)
    deliver(fr, sn)
    answered = desk.say(sn.node, sn.officer("ben"), sent.matter_id, acts.ANSWERED)
    withdrawn = desk.say(
        fr.node, fr.officer("ann"), sent.matter_id, acts.WITHDRAWN, {"reason": "replaced"}
    )
    assert isinstance(answered, Sent)
    assert isinstance(withdrawn, Sent)
    deliver(fr, sn)

    here = reading.show(fr.node, fr.officer("ann"), sent.matter_id)
    there = reading.show(sn.node, sn.officer("ben"), sent.matter_id)
    assert here.row.digest == there.row.digest
    assert here.row.status == table.ANSWERED
    assert "answered-while-withdrawn" in here.state.turns[-1].results.values()


def test_only_addressees_answer(tmp_path: Path) -> None:
    """In a channel of three, the party that was not asked reads and no more."""
    fr, sn, us = paired(tmp_path, "fr", "sn", "us")
    sent = send(fr)
    deliver(fr, sn, us)
    no = desk.say(us.node, us.officer("cyd"), sent.matter_id, acts.ANSWERED)
    yes = desk.say(sn.node, sn.officer("ben"), sent.matter_id, acts.ANSWERED)

    assert isinstance(no, Inadmissible)
    assert no.rule == "request.not-entitled"
    assert isinstance(yes, Sent)
    deliver(fr, sn, us)
    digests = {one.listed()[0].row.digest for one in (fr, sn, us)}
    assert len(digests) == 1


def test_two_arrangements_with_the_same_party_prefer_the_fewest_readers(tmp_path: Path) -> None:
    """What is meant for one State is not written where a third reads it."""
    three = paired(tmp_path, "fr", "sn", "us")
    bilateral = pair(tmp_path, three[:2])

    assert send(three[0]).channel.startswith(bilateral)


def test_a_party_that_is_not_paired_cannot_be_asked(tmp_path: Path) -> None:
    """The no names the party, and says what to do."""
    fr = state(tmp_path, "fr")
    no = desk.send(fr.node, fr.officer("ann"), written("emergency.json"), [], TO_SN)

    assert isinstance(no, Inadmissible)
    assert "sn" in no.what


def test_an_officer_who_has_ended_sends_nothing(two: tuple[State, State]) -> None:
    """Signed in before, ended meanwhile: decided in the transaction that appends."""
    fr, _ = two
    ann = fr.officer("ann")
    officer_rows.end(fr.node, "ann")
    no = desk.send(fr.node, ann, written("emergency.json"), [], TO_SN)

    assert isinstance(no, Inadmissible)
    assert no.rule == "officer.ended"
    assert fr.listed("ben") == ()


def test_with_two_approvals_a_second_officer_lets_it_out(two: tuple[State, State]) -> None:
    """The author's approval is one; they cannot give the second; another officer can."""
    fr, sn = two
    outgoing.set_approvals(fr.node, 2)
    ann, ben = fr.officer("ann"), fr.officer("ben")
    asked = written("preservation.json")
    waiting = desk.send(fr.node, ann, asked, attachments(asked), TO_SN)
    assert isinstance(waiting, Waiting)
    assert waiting.approvals_missing == 1
    assert fr.listed() == ()
    no = outgoing.approve(fr.node, ann, waiting.draft_id)
    assert isinstance(no, Inadmissible)
    assert no.rule == "release.approved-before"
    sent = outgoing.approve(fr.node, ben, waiting.draft_id)
    assert isinstance(sent, Sent)
    deliver(fr, sn)

    assert sn.listed()[0].row.matter.id == waiting.matter_id
    with fr.node.store.read() as tx:
        assert tx.records(draft_store.DRAFT) == {}
        release = tx.record(draft_store.RELEASE, sent.act_id)
    assert isinstance(release, dict)


def test_the_local_log_has_every_step_in_hashes(two: tuple[State, State]) -> None:
    """Each domestic step is an entry of codes and salted hashes; no name stands in it."""
    fr, sn = two
    name = "annabel-of-the-night-shift"  # too long to stand in a hash by chance
    sent = send(fr, by=name)
    deliver(fr, sn)
    reading.show(fr.node, fr.officer(name), sent.matter_id)
    with fr.node.store.read() as tx:
        log = tx.logs("local")[0]
        entries = tx.entries(log.origin, 0, log.size)

    steps = [entry.partition(b'"step":"')[2].partition(b'"')[0] for entry in entries]
    assert steps == [
        b"officer.added",
        b"release.drafted",
        b"release.approved",
        b"release.released",
        b"release.appended",
        b"matter.opened",
    ]
    assert not any(name.encode() in entry or sent.act_id.encode() in entry for entry in entries)


def test_an_agency_that_the_other_state_does_not_name_is_not_asked(
    two: tuple[State, State],
) -> None:
    """A code that was mistyped is told before anything leaves; the State alone may be asked."""
    fr, _ = two
    asked = written("preservation.json")
    to = (Addressee("sn", "judicairy"),)
    no = desk.send(fr.node, fr.officer("ann"), asked, attachments(asked), to)
    assert isinstance(no, Inadmissible), no
    assert no.rule == "request.agency-unnamed"
    assert "judicairy" in no.what
    assert isinstance(send(fr), Sent)
