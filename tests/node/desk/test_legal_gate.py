"""What the legal gate asks of which act, and when what was decided counts no more."""

from pathlib import Path

import pytest
from node.desk.test_legal import EXAMPLES, REGISTERED, adopt, allow_all, counsel, open_to, send
from support.states import State, deliver, paired

from comity.acts.record import Act, Addressee, Matter, Office
from comity.domestic.legal.acts import Choice
from comity.joint.request import acts, state
from comity.kernel.fault import Fault
from comity.kernel.ids import random_id
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.finding import Finding
from comity.node.desk import legal
from comity.node.exchange import append
from comity.node.exchange.append import Candidate
from comity.node.operate import nation_findings
from comity.node.room import nation_profile, request_file
from comity.node.room.act_words import Words
from comity.node.room.release import gates, legal_gate
from comity.node.room.release import send as outgoing
from comity.node.room.release.draft_store import Draft, Sent, Waiting
from comity.rooms.request import desk
from comity.rooms.request.law import unaccepted


@pytest.fixture
def two(tmp_path: Path) -> tuple[State, State]:
    """Two States that have paired."""
    fr, sn = paired(tmp_path, "fr", "sn")
    return fr, sn


def test_each_act_is_judged_by_what_it_does(two: tuple[State, State]) -> None:
    """A correction as what it corrects: a request of the asker, an answer of who was asked."""
    fr, sn = two
    sent = send(fr)
    assert isinstance(sent, Sent)
    deliver(fr, sn)
    judged: dict[str, dict[str, list[str]]] = {"fr": {}, "sn": {}}
    for one in two:
        adopt(one)
        with one.node.store.read() as tx:
            law = nation_profile.in_force(tx)
            (row,) = (one for one in tx.matters() if one.matter.id == sent.matter_id)
            assert law is not None
            for tag in (
                acts.SUBMITTED, acts.CORRECTED, acts.ACCEPTED, acts.ANSWERED, acts.ACKNOWLEDGED,
            ):  # fmt: skip
                act = Act("a" * 26, tag, row.matter, Office("police"))
                found = legal_gate.subjects(tx, one.node, law, row.channel, act, "0" * 64)
                said = [subject.situation.direction for subject in found]
                judged[one.node.party][tag.partition("/")[0][8:]] = said
    assert judged["fr"]["submitted"] == judged["fr"]["corrected"] == ["outgoing"]
    assert judged["sn"]["corrected"] == ["answer"]
    assert judged["sn"]["answered"] == ["incoming", "answer"]
    assert judged["sn"]["accepted"] == ["incoming"]
    assert judged["sn"]["acknowledged"] == judged["fr"]["acknowledged"] == []


def test_the_law_asks_of_the_request_and_not_of_the_draft_that_was_shown_first(
    two: tuple[State, State],
) -> None:
    """Else who shows a draft of what needs little would get the content of letters for it."""
    fr, sn = two
    adopt(sn)
    ann, to = fr.officer("ann"), (Addressee("sn"),)

    def written(type_id: str, urgency: str) -> request_file.Written:
        return request_file.from_json(
            {"type": type_id, "urgency": urgency, "elements": {}}, "request", ""
        )

    shown = desk.draft(fr.node, ann, written("infrastructure", "routine"), [], to)
    assert isinstance(shown, Sent)
    asked = written("content", "urgent")
    sent = desk.send(fr.node, ann, asked, [], to, drafted=shown.matter_id)
    assert isinstance(sent, Sent)
    deliver(fr, sn)
    with sn.node.store.read() as tx:
        law = nation_profile.in_force(tx)
        (row,) = tx.matters("request")
        assert law is not None
        act = Act("a" * 26, acts.ANSWERED, row.matter, Office("police"))
        found = legal_gate.subjects(tx, sn.node, law, row.channel, act, "0" * 64)
    told = [(one.situation.type, one.situation.urgency) for one in found]
    assert told == [("content", "urgent")] * 2
    ids = {one.row.question.id for one in open_to(sn, sent.matter_id)}
    assert "grounds/discrimination" in ids, "of which the draft's type is excepted"


def test_a_clarification_makes_decisions_on_the_request_stale(two: tuple[State, State]) -> None:
    """What is asked has changed, so counsel looks again."""
    fr, sn = two
    adopt(sn)
    sent = send(fr)
    deliver(fr, sn)
    ben = sn.officer("ben")
    found = {"facts": "vague"}
    assert isinstance(
        desk.say(sn.node, ben, sent.matter_id, acts.FOUND_DEFICIENT, {"findings": found}), Sent
    )
    allow_all(sn, sent.matter_id)
    deliver(fr, sn)
    words = Words(
        request_file.from_json({"elements": {"facts": "More of them."}}, request_file.ANSWER, "a")
    )
    assert isinstance(
        desk.say(fr.node, fr.officer("ann"), sent.matter_id, acts.CLARIFIED, words=words), Sent
    )
    deliver(fr, sn)

    again = desk.say(sn.node, ben, sent.matter_id, acts.ACCEPTED)
    assert isinstance(again, Waiting)
    assert again.waits_for is not None
    assert "has changed" in again.waits_for.what


def test_conditions_of_counsel_go_before_the_answer(two: tuple[State, State]) -> None:
    """Content leaves when the asker has accepted what counsel decided."""
    fr, sn = two
    adopt(sn)
    sent = send(fr)
    deliver(fr, sn)
    ben = sn.officer("ben")
    allow_all(sn, sent.matter_id)
    answer = request_file.parse((EXAMPLES / "answer.json").read_bytes(), "answer", "a")
    held = desk.say(sn.node, ben, sent.matter_id, acts.ANSWERED, words=Words(answer))
    assert isinstance(held, Waiting)
    allow_all(sn, held.draft_id)
    choice = Choice("allows", conditions=("no-other-use",))
    legal.decide(sn.node, counsel(sn), held.draft_id, "conditions", choice)
    early = outgoing.release(sn.node, ben, held.draft_id)
    assert isinstance(early, Inadmissible)
    assert early.rule == "legal.condition-not-agreed"

    accepted = desk.say(
        sn.node, ben, sent.matter_id, acts.ACCEPTED, {"conditions": ("no-other-use",)}
    )
    assert isinstance(accepted, Sent), accepted
    deliver(fr, sn)
    assert isinstance(
        desk.say(fr.node, fr.officer("ann"), sent.matter_id, acts.CONDITION_ACCEPTED), Sent
    )
    deliver(fr, sn)
    assert isinstance(outgoing.release(sn.node, ben, held.draft_id), Sent)


def test_conditions_that_counsel_names_at_first_are_offered_with_the_acceptance(
    two: tuple[State, State],
) -> None:
    """It is the acceptance that tells them to the asker: they cannot have accepted them before."""
    fr, sn = two
    asks = "roles: [counsel]\n      when: {directions: [answer]}"
    adopt(sn, (asks, asks.replace("[answer]", "[incoming, answer]")))
    sent = send(fr)
    deliver(fr, sn)
    allow_all(sn, sent.matter_id)
    choice = Choice("allows", conditions=("no-other-use",))
    done = legal.decide(sn.node, counsel(sn), sent.matter_id, "conditions", choice)
    assert not isinstance(done, Inadmissible), done
    accepted = desk.say(
        sn.node, sn.officer("ben"), sent.matter_id, acts.ACCEPTED, {"conditions": ("no-other-use",)}
    )
    assert isinstance(accepted, Sent), accepted


@pytest.mark.parametrize("tag", [acts.ACCEPTED, acts.ANSWERED, acts.REFUSED, acts.POSTPONED])
def test_of_a_matter_that_is_not_here_the_room_alone_speaks(
    two: tuple[State, State], tag: str
) -> None:
    """Counsel has no request to decide about: no gate says more of it, and none is at a loss."""
    fr, sn = two
    adopt(sn)
    sent = send(fr)
    assert isinstance(sent, Sent)
    said = Act("a" * 26, tag, Matter("request", "b" * 26), Office("police"))
    draft, ben = Draft(said, sent.channel, "0" * 64), sn.officer("ben")
    with sn.node.store.read() as tx:
        first, *others = [one.rule for one in gates.noes(tx, sn.node, ben, draft)]
    assert first.startswith(("request.", "shape."))
    assert others == (["legal.undecided"] if tag == acts.ANSWERED else []), "what it would give"


def test_a_profile_that_cannot_be_read_lets_nothing_out_until_it_is_adopted_anew(
    two: tuple[State, State],
) -> None:
    """Fails closed; status says so, and counsel mends it."""
    fr, _ = two
    assert _finding(fr).is_good is None
    assert "comity nation adopt" in _finding(fr).fix
    adopt(fr)
    assert _finding(fr).is_good
    with fr.node.store.write() as tx:
        (key, kept), *_ = tx.records("nation-profile").items()
        assert isinstance(kept, dict)
        tx.save_record("nation-profile", key, {**kept, "text": "format: comity-nation/9\n"})

    with pytest.raises(Fault, match=r"nation\.profile\.damaged"):
        send(fr)
    with fr.node.store.read() as tx:
        assert tx.records("draft") == {}
        assert all(log.size == log.understood for log in tx.logs() if log.party == "sn")
    assert _finding(fr).is_good is False
    adopt(fr)
    assert _finding(fr).is_good
    assert isinstance(send(fr), Waiting)


def _finding(state: State) -> Finding:
    with state.node.store.read() as tx:
        return nation_findings.finding(tx)


@pytest.mark.parametrize("is_bound", [True, False])
def test_content_leaves_for_what_is_bound_and_for_nothing_beside_it(
    two: tuple[State, State], *, is_bound: bool
) -> None:
    """An offer is no promise, nor is a promise for one item or of one condition another's."""
    fr, sn = two
    sent = send(fr)
    deliver(fr, sn)
    ben, ann = sn.officer("ben"), fr.officer("ann")

    def stopped() -> list[tuple[str, ...]]:
        with sn.node.store.read() as tx:
            (row,) = tx.matters("request")
            said = [
                Act("a" * 26, acts.ANSWERED, row.matter, Office("police"), items=items)
                for items in ((), ("subscriber",), ("traffic",))
            ]
            wanted = ("no-other-use",)
            now = state.from_json(row.state)
            return [one.items for one in said if unaccepted(now, "sn", one, wanted)]

    everything = [(), ("subscriber",), ("traffic",)]
    assert stopped() == everything
    tag = acts.CONDITION_ACCEPTED if is_bound else acts.CONDITION_DECLINED
    for code, item in (("no-other-use", "subscriber"), ("confidential", "traffic")):
        offered = desk.say(
            sn.node, ben, sent.matter_id, acts.ACCEPTED, {"conditions": (code,), "items": (item,)}
        )
        assert isinstance(offered, Sent), offered
        deliver(fr, sn)
        if item == "subscriber":
            assert stopped() == everything, "it is only offered"
        done = desk.say(fr.node, ann, sent.matter_id, tag, {"about": offered.act_id})
        assert isinstance(done, Sent), done
        deliver(fr, sn)
    assert stopped() == ([(), ("traffic",)] if is_bound else everything)


def test_what_changes_nothing_of_the_request_leaves_decisions_as_they_are(
    two: tuple[State, State],
) -> None:
    """Who was asked corrects their answer, and an act of the asker that counts for nothing came."""
    fr, sn = two
    adopt(sn)
    sent = send(fr)
    deliver(fr, sn)
    ben = sn.officer("ben")
    allow_all(sn, sent.matter_id)
    said = desk.say(sn.node, ben, sent.matter_id, acts.ACKNOWLEDGED, words=REGISTERED)
    assert isinstance(said, Sent), said
    assert isinstance(sent, Sent)
    about = acts.About(sent.matter_id, sent.act_id, "fr")
    saying = acts.Saying(random_id(fr.node.entropy(16)), Office("police"), "")
    idle = acts.said(acts.CLARIFIED, saying, about)
    append.append(fr.node, said.channel, [Candidate(idle)])
    deliver(fr, sn)
    words = Words(request_file.Written("answer", own_reference="CB-2"))
    corrected = desk.say(
        sn.node,
        ben,
        sent.matter_id,
        acts.CORRECTED,
        {"about": said.act_id, "error": "wrong-reference"},
        words,
    )
    assert isinstance(corrected, Waiting), corrected
    allow_all(sn, corrected.draft_id)
    assert isinstance(outgoing.release(sn.node, ben, corrected.draft_id), Sent)
    with sn.node.store.read() as tx:
        (row,) = tx.matters("request")
        tags = {one.act.tag for one in tx.acts_of(row.channel, row.matter)}
    assert {acts.CLARIFIED, acts.CORRECTED} <= tags
    assert {one.row.status for one in open_to(sn, sent.matter_id)} == {"allowed"}
