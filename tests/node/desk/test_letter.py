"""The letter of an act as data: the same on both sides, original and translation together."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from support.states import State, deliver, paired

from comity.acts.record import Addressee
from comity.joint.request import acts
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.node.room import request_file
from comity.node.room.act_words import Attachment, Words
from comity.node.room.release.draft_store import Sent
from comity.rooms.request import desk, letter

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture
def answered(tmp_path: Path) -> tuple[State, State, Sent]:
    """Two States, one of which asked and the other answered and refused in part."""
    fr, sn = paired(tmp_path, "fr", "sn")
    asked = request_file.parse(
        (EXAMPLES / "preservation.json").read_bytes(), "request", "preservation"
    )
    attached = [Attachment(line, (EXAMPLES / line.path).read_bytes()) for line in asked.attachments]
    sent = desk.send(fr.node, fr.officer("ann"), asked, attached, (Addressee("sn"),))
    assert isinstance(sent, Sent)
    deliver(fr, sn)
    answer = request_file.parse((EXAMPLES / "answer.json").read_bytes(), "answer", "answer")
    ben = sn.officer("ben")
    assert isinstance(
        desk.say(sn.node, ben, sent.matter_id, acts.ANSWERED, words=Words(answer)), Sent
    )
    reason = "impossible"
    assert isinstance(
        desk.say(sn.node, ben, sent.matter_id, acts.REFUSED, {"reason": reason}), Sent
    )
    deliver(fr, sn)
    return fr, sn, sent


def value(found: letter.Letter) -> dict[str, Any]:
    """Return what a letter says."""
    said = json.loads(found.data)
    assert isinstance(said, dict)
    return said


def test_both_sides_make_the_same_letter(answered: tuple[State, State, Sent]) -> None:
    """Byte for byte, of what was asked and of what was answered."""
    fr, sn, sent = answered
    ours = letter.of(fr.node, fr.officer("ann"), sent.matter_id)
    theirs = letter.of(sn.node, sn.officer("ben"), sent.act_id)
    assert ours == theirs
    assert ours.at_ms


def test_its_digest_is_that_of_the_rest(answered: tuple[State, State, Sent]) -> None:
    """Whoever has the data computes the digest anew."""
    fr, _, sent = answered
    found = letter.of(fr.node, fr.officer("ann"), sent.matter_id)
    said = value(found)
    assert said.pop("digest") == found.digest
    assert hashlib.sha256(ijson.render(said)).hexdigest() == found.digest


def test_original_and_translation_stand_side_by_side(answered: tuple[State, State, Sent]) -> None:
    """Each with its author; the original first, whatever the order in the file."""
    fr, _, sent = answered
    (row,) = value(letter.of(fr.node, fr.officer("ann"), sent.matter_id))["texts"]
    assert [(one["original"], one["lang"], one["by"][:5]) for one in row] == [
        (True, "en", "Speci"),
        (False, "zh-Hans", "Sworn"),
    ]


def test_an_answer_and_a_refusal_have_letters_of_their_own(
    answered: tuple[State, State, Sent],
) -> None:
    """Named by the beginning of the act's id; a refusal tells its ground in both languages."""
    fr, _, sent = answered
    ann = fr.officer("ann")
    turns = _turns(fr, sent)
    said = {tag: value(letter.of(fr.node, ann, sent.matter_id, turns[tag])) for tag in turns}

    assert said["request.answered/1"]["title"]["zh"].startswith("对协助请求的答复")
    assert {one["id"] for one in said["request.answered/1"]["items"]} == {"subscriber", "traffic"}
    (ground,) = said["request.refused/1"]["codes"]
    assert ground["id"] == "impossible"
    assert "无法执行" in ground["words"]["zh"]


def _turns(state: State, sent: Sent) -> dict[str, str]:
    with state.node.store.read() as tx:
        (row,) = tx.matters("request")
    assert isinstance(row.state, dict)
    turns: Any = row.state["turns"]
    assert turns[0]["act_id"] == sent.act_id
    return {turn["tag"]: turn["act_id"][:10] for turn in turns}


def test_an_act_that_is_not_there_is_told(answered: tuple[State, State, Sent]) -> None:
    """With the value and what to do."""
    fr, _, sent = answered
    with pytest.raises(Fault) as told:
        letter.of(fr.node, fr.officer("ann"), sent.matter_id, "zzzz")
    assert told.value.code == "node.letter.no-act"
