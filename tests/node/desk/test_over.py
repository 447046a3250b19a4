"""What is to be destroyed once a request is over is not while it goes on, nor kept for ever."""

from dataclasses import replace
from pathlib import Path

import pytest
from node.desk.test_conditions import LINE, WHY, ask, given, item_of
from support.overtaken import before_a_write
from support.states import State, deliver, paired

from comity.acts.record import Addressee
from comity.domestic.custody import retention
from comity.joint.request import acts, state
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import cursor
from comity.node.room import request_file
from comity.node.room import retention as retained
from comity.node.room.act_words import Attachment, Words
from comity.node.room.release.draft_store import Result, Sent
from comity.rooms.request import desk, destruction

ENOUGH_MS = 1_000


def due(of: State) -> list[str]:
    """Return who gave what is to be destroyed now, by each body."""
    now_ms = of.clock.at_ms + ENOUGH_MS
    lines = retained.listing(of.node, of.officer("ann"), now_ms)
    return [one.party for one in lines if one.due.state == retention.DUE]


def sent(result: Result, *states: State) -> Sent:
    """Require that an act went out, and deliver it."""
    assert isinstance(result, Sent), result
    deliver(*states)
    return result


def answer(by: State, matter_id: str, extent: str = "") -> Result:
    """Answer with a file."""
    written = request_file.from_json({"attachments": [LINE]}, request_file.ANSWER, "test")  # type: ignore[list-item] # JSON as the test gives it
    words = Words(written, [Attachment(written.attachments[0], b"subscriber\n" * 30)])
    return desk.say(by.node, by.officer("ben"), matter_id, acts.ANSWERED, {"extent": extent}, words)


def test_what_is_reopened_is_not_to_be_destroyed(tmp_path: Path) -> None:
    """It was when the request was closed; the case goes on, and no rule asks for it now."""
    fr, sn = paired(tmp_path, "fr", "sn")
    ann = fr.officer("ann")
    told = given(fr, sn, "destroy-after-use")
    item = item_of(fr, told)
    sent(desk.say(fr.node, ann, told.matter_id, acts.CLOSED, {"reason": "satisfied"}), fr, sn)
    assert set(due(fr)) == {"sn"}

    sent(desk.say(fr.node, ann, told.matter_id, acts.REOPENED, {"reason": "new-facts"}), fr, sn)
    assert due(fr) == []
    hashes = [one.sha256 for one in item.row.act.blobs]
    no = destruction.destroy(fr.node, ann, told.matter_id, hashes, "condition", WHY)
    assert isinstance(no, Inadmissible)
    assert no.rule == "custody.not-due"


def test_what_is_reopened_while_it_is_destroyed_is_kept(tmp_path: Path) -> None:
    """A colleague, or the other side, was faster: what is evidence again cannot be got back."""
    fr, sn = paired(tmp_path, "fr", "sn")
    ann = fr.officer("ann")
    told = given(fr, sn, "destroy-after-use")
    hashes = [one.sha256 for one in item_of(fr, told).row.act.blobs]
    sent(desk.say(fr.node, ann, told.matter_id, acts.CLOSED, {"reason": "satisfied"}), fr, sn)

    def reopened() -> None:
        sent(
            desk.say(fr.node, ann, told.matter_id, acts.REOPENED, {"reason": "new-facts"}),
            fr,
            sn,
        )

    node = replace(fr.node, store=before_a_write(fr.node.store, reopened))
    no = destruction.destroy(node, ann, told.matter_id, hashes, "condition", WHY)
    assert isinstance(no, Inadmissible)
    assert no.rule == "custody.not-due"
    assert item_of(fr, told).body.state == "held"


def test_what_was_given_before_a_withdrawal_is_to_be_destroyed_too(tmp_path: Path) -> None:
    """Such a request can be closed no more; the condition binds all the same."""
    fr, sn = paired(tmp_path, "fr", "sn")
    ann, ben = fr.officer("ann"), sn.officer("ben")
    asked = sent(ask(fr, "sn"), fr, sn)
    conditions = ("destroy-after-use",)
    sent(
        desk.say(sn.node, ben, asked.matter_id, acts.ACCEPTED, {"conditions": conditions}),
        fr,
        sn,
    )
    sent(desk.say(fr.node, ann, asked.matter_id, acts.CONDITION_ACCEPTED), fr, sn)
    sent(answer(sn, asked.matter_id, "partial"), fr, sn)
    assert due(fr) == []
    sent(
        desk.say(fr.node, ann, asked.matter_id, acts.WITHDRAWN, {"reason": "no-longer-needed"}),
        fr,
        sn,
    )
    assert set(due(fr)) == {"sn"}
    assert retained.remind(fr.node) > 0


def test_while_another_party_is_to_answer_the_request_is_not_over(tmp_path: Path) -> None:
    """One addressee has answered and is told that this will do; the other has not yet."""
    fr, sn, ke = paired(tmp_path, "fr", "sn", "ke")
    value = {"type": "preservation", "urgency": "routine", "elements": {}}
    written = request_file.from_json(value, request_file.REQUEST, "test")  # type: ignore[arg-type] # as above
    ann, ben = fr.officer("ann"), sn.officer("ben")
    to = (Addressee("sn"), Addressee("ke"))
    asked = sent(desk.send(fr.node, ann, written, [], to), fr, sn, ke)
    conditions = ("destroy-after-use",)
    sent(
        desk.say(sn.node, ben, asked.matter_id, acts.ACCEPTED, {"conditions": conditions}),
        fr,
        sn,
        ke,
    )
    sent(desk.say(fr.node, ann, asked.matter_id, acts.CONDITION_ACCEPTED), fr, sn, ke)
    sent(answer(sn, asked.matter_id), fr, sn, ke)
    sent(desk.say(fr.node, ann, asked.matter_id, acts.CLOSED, {"reason": "satisfied"}), fr, sn, ke)
    assert due(fr) == []
    sent(
        desk.say(fr.node, ann, asked.matter_id, acts.WITHDRAWN, {"reason": "no-longer-needed"}),
        fr,
        sn,
        ke,
    )
    assert set(due(fr)) == {"sn"}


def test_one_of_two_parties_is_closed_and_reopened(tmp_path: Path) -> None:
    """Both have answered; what one gave will do, and the other is asked again, each by itself."""
    fr, sn, ke = paired(tmp_path, "fr", "sn", "ke")
    value = {"type": "preservation", "urgency": "routine", "elements": {}}
    written = request_file.from_json(value, request_file.REQUEST, "test")  # type: ignore[arg-type] # as above
    ann = fr.officer("ann")
    asked = sent(
        desk.send(fr.node, ann, written, [], (Addressee("sn"), Addressee("ke"))), fr, sn, ke
    )
    for one in (sn, ke):
        sent(answer(one, asked.matter_id), fr, sn, ke)
    sent(
        desk.say(
            fr.node, ann, asked.matter_id, acts.CLOSED, {"reason": "satisfied", "to": ("sn",)}
        ),
        fr,
        sn,
        ke,
    )
    assert statuses(ke, asked.matter_id) == {"sn": "closed", "ke": "answered"}
    sent(
        desk.say(
            fr.node, ann, asked.matter_id, acts.REOPENED, {"reason": "incomplete", "to": ("ke",)}
        ),
        fr,
        sn,
        ke,
    )
    assert statuses(ke, asked.matter_id) == {"sn": "closed", "ke": "reopened"}
    no = desk.say(
        fr.node, ann, asked.matter_id, acts.CLOSED, {"reason": "satisfied", "to": ("nobody",)}
    )
    assert isinstance(no, Inadmissible)
    assert no.rule == "request.addressees-changed"


def statuses(of: State, matter_id: str) -> dict[str, str]:
    """Return where a request stands with each addressee, as a node has it."""
    with of.node.store.read() as tx:
        (row,) = (one for one in tx.matters("request") if one.matter.id == matter_id)
    return {track.party: track.status for track in state.from_json(row.state).tracks}


def test_it_is_read_a_few_requests_at_a_time(tmp_path: Path) -> None:
    """Each body once, whatever a page is wide and looks at; nobody waits for years of requests."""
    fr, sn = paired(tmp_path, "fr", "sn")
    ann = fr.officer("ann")
    for _ in range(3):
        told = given(fr, sn, "destroy-after-use")
        fr.clock.at_ms += ENOUGH_MS
        sent(desk.say(fr.node, ann, told.matter_id, acts.CLOSED, {"reason": "satisfied"}), fr, sn)
    listed = retained.listing(fr.node, ann, fr.node.clock.now_ms())
    assert listed == sorted(listed, key=lambda one: one.due.at_ms), "the earliest first"
    every = {_named(one) for one in listed}
    assert len(every) > 3
    assert not retained.page(fr.node, ann, "", len(every), looked_max=9)[1], "nothing is left"
    for count, looked_max in ((1, 9), (2, 1), (50, 1), (50, 2), (50, 9), (1, 1)):
        found: list[tuple[str, str]] = []
        pages, after = 0, ""
        while pages == 0 or after:
            lines, after = retained.page(fr.node, ann, after, count, looked_max=looked_max)
            assert len(lines) <= count
            assert len({one.row.matter.id for one in lines}) <= looked_max
            found += map(_named, lines)
            pages += 1
        assert sorted(found) == sorted(every)
    lines, after = retained.page(
        fr.node, replace(ann, name="zoe", agency="bank"), "", 50, looked_max=1
    )
    assert (lines, bool(after)) == ([], True), "where it goes on is told, and not what was passed"
    of_another_list = [cursor.sealed(fr.node, one) for one in ("", "[1]", '["a","b","c",4]')]
    for after in ("WzFd", *of_another_list):
        with pytest.raises(Fault, match="no cursor"):
            retained.page(fr.node, ann, after, 50)


def _named(one: retained.Line) -> tuple[str, str]:
    return (one.row.matter.id, one.due.item.sha256)
