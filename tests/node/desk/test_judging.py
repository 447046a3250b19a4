"""What a guideline has against a draft, where it leaves: by the version that is in force."""

from dataclasses import replace
from pathlib import Path

import pytest
from node.desk.test_approvals import EXAMPLES, NEWER, TEXT, TO_SN, adopt, send, two
from support.states import State, paired

from comity.joint.guideline import document
from comity.kernel.ids import random_id
from comity.node.room import request_file
from comity.node.room.release import draft_store, gates
from comity.node.room.release import send as outgoing
from comity.node.room.release.draft_store import Waiting
from comity.rooms.request import completeness, desk
from comity.rooms.request.completeness import Content

__all__ = ["two"]


def rule_of(result: object) -> str:
    """Return the rule of a refusal by rule, or "" of anything else."""
    return getattr(result, "rule", "")


def test_what_was_written_under_a_text_that_was_replaced_is_not_let_out(
    two: tuple[State, State],
) -> None:
    """Both would count its clocks by a version that is not in force; it is written again."""
    fr, sn = two
    waiting = send(fr)
    assert isinstance(waiting, Waiting)
    adopt(fr, sn, NEWER, "2")
    no = outgoing.approve(fr.node, fr.officer("ben"), waiting.draft_id)
    assert rule_of(no) == "request.guideline-not-in-force"
    with fr.node.store.read() as tx:
        assert tx.record(draft_store.RELEASE, waiting.draft_id) is None


def test_a_text_that_nobody_adopted_binds_no_request(tmp_path: Path) -> None:
    """A draft that names one is told, as where it was withdrawn since."""
    fr, _ = paired(tmp_path, "fr", "sn")
    ann = fr.officer("ann")
    asked = request_file.parse((EXAMPLES / "preservation.json").read_bytes(), "request", "p")
    kept = desk.send(fr.node, ann, asked, (), TO_SN, is_held=True)
    assert isinstance(kept, Waiting)
    with fr.node.store.read() as tx:
        draft = draft_store.kept(tx, kept.draft_id)
        assert completeness.gate(tx, fr.node, ann, draft) is None
        bound = replace(draft, act=replace(draft.act, guideline="f" * 64))
        rules = [one.rule for one in gates.noes(tx, fr.node, ann, bound)]
    assert "request.guideline-not-adopted" in rules


def test_what_is_incomplete_does_not_leave_though_two_approved_it(
    two: tuple[State, State],
) -> None:
    """It was kept without being judged, so that its author could write on: it is judged here."""
    fr, _ = two
    ann = fr.officer("ann")
    value = {"type": "preservation", "urgency": "urgent", "elements": {}}
    asked = request_file.from_json(value, request_file.REQUEST, "p")  # type: ignore[arg-type] # JSON as the test gives it
    kept = desk.send(fr.node, ann, asked, (), TO_SN, is_held=True)
    assert isinstance(kept, Waiting)
    assert isinstance(outgoing.release(fr.node, ann, kept.draft_id), Waiting)
    no = outgoing.approve(fr.node, fr.officer("ben"), kept.draft_id)
    assert rule_of(no) == "request.incomplete"
    with fr.node.store.read() as tx:
        assert tx.record(draft_store.RELEASE, kept.draft_id) is None


@pytest.mark.parametrize("urgency", ["emergency", "urgent"])
@pytest.mark.parametrize("is_oral", [True, False])
def test_what_is_said_in_an_emergency_may_follow_in_writing(urgency: str, *, is_oral: bool) -> None:
    """Of what was told by telephone what is missing is confirmed later; what is wrong is wrong."""
    guideline = document.parse(TEXT)
    content = Content("emergency-disclosure", urgency, {}, to=("sn",), is_oral=is_oral)
    judged = completeness.judge(guideline, content, 0)
    assert {one.kind for one in judged.findings} & {"missing"}
    left = {one.kind for one in judged.unmended}
    assert ("missing" in left) == (not is_oral or urgency != "emergency")
    wrong = completeness.judge(guideline, replace(content, type=random_id(bytes(16))), 0)
    assert wrong.unmended, "no such type"
