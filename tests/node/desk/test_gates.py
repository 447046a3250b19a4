"""The gates between a draft and the log."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.states import State, deliver, paired

from comity.acts.record import Addressee
from comity.acts.verb import Given
from comity.domestic.officer import role
from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin
from comity.node.room import request_file
from comity.node.room.release import gates
from comity.node.room.release import send as outgoing
from comity.node.room.release.draft_store import Draft, Result, Sent, Waiting
from comity.node.room.release.gates import Gate
from comity.rooms.request import desk

EXAMPLE = Path(__file__).parents[3] / "examples" / "emergency.json"
NO = Inadmissible("test.gate", "The gate is shut.", "Wait.")


@pytest.fixture
def fr(tmp_path: Path) -> State:
    """A State that has paired with another."""
    return paired(tmp_path, "fr", "sn")[0]


def send(fr: State) -> Result:
    """Send an example."""
    asked = request_file.parse(EXAMPLE.read_bytes(), "request", EXAMPLE.name)
    return desk.send(fr.node, fr.officer("ann"), asked, [], (Addressee("sn"),))


def with_gate(patch: pytest.MonkeyPatch, gate: Gate) -> None:
    """Let one more gate be asked."""
    every = gates._every
    patch.setattr(gates, "_every", lambda node, draft: (*every(node, draft), gate))


def test_a_gate_that_says_no_lets_nothing_out(fr: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its no is what the officer is told, and the log does not grow."""
    with_gate(monkeypatch, lambda *_: NO)

    assert send(fr) == NO
    assert fr.listed() == ()


def test_a_gate_that_raises_lets_nothing_out(fr: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gate fails closed, before the act is sealed and in the transaction that appends."""
    for asked_before in (0, 1):
        calls = iter([None] * asked_before)

        def broken(*_: object, calls: Iterator[None] = calls) -> None:
            if next(calls, 0) == 0:
                raise Fault(code="test.gate", what="It is broken.", fix="Mend it.")

        with_gate(monkeypatch, broken)
        with pytest.raises(Fault):
            send(fr)
        monkeypatch.undo()
    assert fr.listed() == ()
    assert isinstance(send(fr), Sent)


def test_the_gate_that_counts_is_asked_where_the_act_is_appended(
    fr: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was allowed when the act was sealed and is not any more stays here."""
    told = iter([None, NO])

    def gate(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
        assert tx.log(f"{draft.channel}/{node.party}/1") is None  # it reads this transaction
        assert officer.name == "ann"
        return next(told)

    with_gate(monkeypatch, gate)

    assert send(fr) == NO
    assert next(told, "asked twice") == "asked twice"
    assert fr.listed() == ()


@pytest.mark.parametrize("point", ["release.sealed", "send.begun"])
def test_who_writes_no_more_as_his_evidence_is_sealed_sends_nothing(fr: State, point: str) -> None:
    """Sealing takes minutes: their role is asked where the act is appended, as it is then."""
    ann = fr.officer("ann")

    def meanwhile(name: str) -> None:
        if name == point:
            officer_admin.give_roles(fr.node, "ann", [role.AUDITOR])

    asked = request_file.parse(EXAMPLE.read_bytes(), "request", EXAMPLE.name)
    node = replace(fr.node, step=meanwhile)
    no = desk.send(node, ann, asked, [], (Addressee("sn"),))
    assert isinstance(no, Inadmissible)
    assert no.rule == "officer.role.lacking"
    assert fr.listed() == ()


def test_the_last_approval_stands_where_a_gate_is_shut(
    fr: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draft keeps what was approved and waits for the gate."""
    outgoing.set_approvals(fr.node, 2)
    waiting = send(fr)
    assert isinstance(waiting, Waiting)
    with_gate(monkeypatch, lambda *_: NO)

    assert outgoing.approve(fr.node, fr.officer("ben"), waiting.draft_id) == NO
    assert fr.listed() == ()


def test_a_date_is_asked_of_again_as_the_draft_leaves(tmp_path: Path) -> None:
    """A consultation that waited for its approval past its date would end before it was heard."""
    fr, sn = paired(tmp_path, "fr", "sn")
    asked = send(fr)
    assert isinstance(asked, Sent)
    deliver(fr, sn)
    ann, ben, ground = sn.officer("ann"), sn.officer("ben"), "essential-interests"

    def consult(until_ms: int) -> Result:
        return desk.say(
            sn.node, ann, asked.matter_id, acts.CONSULTED, {"reason": ground, "answer_by": until_ms}
        )

    no = consult(sn.clock.at_ms)
    assert isinstance(no, Inadmissible)
    assert no.rule == "request.date-past"
    outgoing.set_approvals(sn.node, 2)
    kept = [consult(sn.clock.at_ms + after_ms) for after_ms in (60_000, 120_000)]
    assert all(isinstance(one, Waiting) for one in kept)
    sn.clock.at_ms += 60_000
    late, sent = (outgoing.approve(sn.node, ben, one.draft_id) for one in kept)  # type: ignore[union-attr] # as above
    assert isinstance(late, Inadmissible)
    assert late.rule == "request.date-past"
    assert isinstance(sent, Sent)


def test_a_refusal_that_waited_is_held_up_by_a_consultation_since(tmp_path: Path) -> None:
    """It was drafted when the talk was over; a colleague has begun another."""
    fr, sn = paired(tmp_path, "fr", "sn")
    asked = send(fr)
    assert isinstance(asked, Sent)
    deliver(fr, sn)
    ann, ben, ground = sn.officer("ann"), sn.officer("ben"), "essential-interests"

    def consulted() -> Result:
        given: Given = {"reason": ground, "answer_by": sn.clock.at_ms + 60_000}
        return desk.say(sn.node, ann, asked.matter_id, acts.CONSULTED, given)

    assert isinstance(consulted(), Sent)
    sn.clock.at_ms += 60_000
    outgoing.set_approvals(sn.node, 2)
    kept = desk.say(sn.node, ann, asked.matter_id, acts.REFUSED, {"reason": ground})
    assert isinstance(kept, Waiting)
    outgoing.set_approvals(sn.node, 1)
    assert isinstance(consulted(), Sent)
    no = outgoing.approve(sn.node, ben, kept.draft_id)
    assert isinstance(no, Inadmissible)
    assert no.rule == "request.consultation-open"
