"""A use contrary to an accepted condition is stopped, until who attached it waives it."""

import io
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from support import agreed
from support.pair import World
from support.states import State, deliver, pair, paired, state

from comity.acts import ways
from comity.acts.record import Addressee
from comity.acts.verb import Given
from comity.domestic.custody import acts as steps
from comity.joint.arrangement.card import Agency
from comity.joint.request import acts, binding
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import profile
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin, sharing
from comity.node.desk.duty import papers
from comity.node.desk.duty.change import Done
from comity.node.exchange.append import Appended
from comity.node.room import custody, proof, request_file
from comity.node.room.act_words import Attachment, Words
from comity.node.room.custody import Item, Why
from comity.node.room.release.draft_store import Result, Sent
from comity.rooms.request import desk, export, letter, reading

GIVEN = b"subscriber: mallory\n" * 30
WHY = Why("case CB-7")
LINE = {"path": "s.txt", "media_type": "text/plain", "mark": "TLP:GREEN"}


def ask(of: State, to: str, data: bytes = b"") -> Result:
    """Ask a State, with an attachment if one is given."""
    lines = [LINE] if data else []
    value = {"type": "preservation", "urgency": "routine", "elements": {}, "attachments": lines}
    written = request_file.from_json(value, request_file.REQUEST, "test")  # type: ignore[arg-type] # JSON as the test gives it
    attached = [Attachment(line, data) for line in written.attachments]
    return desk.send(of.node, of.officer("ann"), written, attached, (Addressee(to),))


def given(fr: State, sn: State, *conditions: str) -> Sent:
    """Let sn give a file to fr on conditions that fr has accepted; return the answer."""
    asked = ask(fr, "sn")
    assert isinstance(asked, Sent), asked
    deliver(fr, sn)
    ben = sn.officer("ben")
    held = desk.say(sn.node, ben, asked.matter_id, acts.ACCEPTED, {"conditions": conditions})
    assert isinstance(held, Sent), held
    deliver(fr, sn)
    bound = desk.say(fr.node, fr.officer("ann"), asked.matter_id, acts.CONDITION_ACCEPTED)
    assert isinstance(bound, Sent), bound
    deliver(fr, sn)
    written = request_file.from_json({"attachments": [LINE]}, request_file.ANSWER, "test")  # type: ignore[list-item] # as above
    words = Words(written, [Attachment(written.attachments[0], GIVEN)])
    answered = desk.say(sn.node, ben, asked.matter_id, acts.ANSWERED, words=words)
    assert isinstance(answered, Sent), answered
    deliver(fr, sn)
    return answered


def item_of(of: State, sent: Sent) -> Item:
    """Return what was given, as its receiver has it."""
    (found,) = custody.items(of.node, reading.show(of.node, of.officer("ann"), sent.matter_id))
    return found


def taken(of: State, sent: Sent) -> Item:
    """Return it after an officer has saved it."""
    item = item_of(of, sent)
    assert isinstance(custody.take(of.node, of.officer("ann"), item, io.BytesIO(), WHY), str)
    return item_of(of, sent)


def waive(fr: State, sn: State, sent: Sent, *conditions: str) -> None:
    """Let sn consent."""
    done = desk.say(
        sn.node,
        sn.officer("ben"),
        sent.matter_id,
        acts.CONDITION_WAIVED,
        {"conditions": conditions},
    )
    assert isinstance(done, Sent), done
    deliver(fr, sn)


def require_no(no: object, code: str) -> None:
    """Require a no that names the condition, its words and its author."""
    assert isinstance(no, Inadmissible), no
    assert no.rule == "custody.condition-forbids"
    assert f"{code}, “" in no.what
    assert "(of sn)" in no.what
    assert "comity request waive-condition" in no.fix


@pytest.fixture
def two(tmp_path: Path) -> tuple[State, State]:
    """Two States that have paired."""
    fr, sn = paired(tmp_path, "fr", "sn")
    return fr, sn


def test_what_was_given_for_one_case_is_attached_to_no_other(two: tuple[State, State]) -> None:
    """Under another name it is known by its hash; the same case may use it; consent frees it."""
    fr, sn = two
    sent = given(fr, sn, "no-other-use")
    taken(fr, sent)

    require_no(ask(fr, "sn", GIVEN), "no-other-use")
    waive(fr, sn, sent, "no-other-use")
    assert isinstance(ask(fr, "sn", GIVEN), Sent)


def test_intelligence_goes_to_no_court_and_into_no_export(two: tuple[State, State]) -> None:
    """Handing it to somebody who is no court is not what that condition forbids."""
    fr, sn = two
    sent = given(fr, sn, "intelligence-only")
    item, ann = taken(fr, sent), fr.officer("ann")

    no = custody.hand_over(fr.node, ann, item, "district court", WHY, is_court=True)
    require_no(no, "intelligence-only")
    require_no(
        export.forbidden(fr.node, reading.show(fr.node, ann, sent.matter_id)),
        "intelligence-only",
    )
    target = io.BytesIO()
    require_no(
        custody.take(fr.node, ann, item, target, WHY, kind=steps.EXPORTED), "intelligence-only"
    )
    assert not target.getvalue()
    assert custody.hand_over(fr.node, ann, item, "analysts", WHY) is None
    waive(fr, sn, sent, "intelligence-only")
    assert custody.hand_over(fr.node, ann, item, "district court", WHY, is_court=True) is None
    assert export.forbidden(fr.node, reading.show(fr.node, ann, sent.matter_id)) is None


def test_what_is_confidential_is_opened_by_no_proof(two: tuple[State, State]) -> None:
    """The proof itself is given, sealed; who gave it opens their own."""
    fr, sn = two
    sent = given(fr, sn, "confidential", "no-other-use")
    ann = fr.officer("ann")

    with pytest.raises(Fault, match="confidential, “It is kept confidential”") as no:
        proof.make(fr.node, sent.act_id, ann, disclose=True)
    assert no.value.code == "node.proof.condition"
    with pytest.raises(Fault, match="confidential"):
        proof.make(fr.node, f"{sent.origin}#{sent.index}", ann, disclose=True)
    assert proof.make(fr.node, sent.act_id, ann).proof
    assert proof.make(sn.node, sent.act_id, sn.officer("ben"), disclose=True).proof
    waive(fr, sn, sent, "confidential")
    assert item_of(fr, sent).chain.steps == ()
    assert proof.make(fr.node, sent.act_id, ann, disclose=True).proof
    (step,) = item_of(fr, sent).chain.steps
    assert (step.kind, step.officer, step.purpose) == (
        steps.EXPORTED,
        "ann",
        "disclosed in a proof",
    )
    require_no(ask_after_copy(fr, sent), "no-other-use")


def ask_after_copy(fr: State, sent: Sent) -> Result:
    """Attach what was given to another request."""
    taken(fr, sent)
    return ask(fr, "sn", GIVEN)


def test_no_third_state_gets_it_without_consent(tmp_path: Path) -> None:
    """Neither by another channel, whose mark would allow it, nor by hand."""
    fr, sn, th = (state(tmp_path, party) for party in ("fr", "sn", "th"))
    pair(tmp_path, [fr, sn])
    pair(tmp_path, [fr, th])
    sent = given(fr, sn, "no-onward-transfer")
    item = taken(fr, sent)

    require_no(ask(fr, "th", GIVEN), "no-onward-transfer")
    no = custody.hand_over(fr.node, fr.officer("ann"), item, "a bank", WHY)
    require_no(no, "no-onward-transfer")
    waive(fr, sn, sent, "no-onward-transfer")
    assert isinstance(ask(fr, "th", GIVEN), Sent)


def test_conditions_bind_who_was_given_and_travel_with_what_was(two: tuple[State, State]) -> None:
    """Who attached them is free; the letter of the answer names them, the same on both sides."""
    fr, sn = two
    sent = given(fr, sn, "confidential")
    shown = reading.show(fr.node, fr.officer("ann"), sent.matter_id)
    told = [binding.of_turn(shown.state, turn) for turn in shown.state.turns]

    assert told == [{}, {"confidential": True}, {}, {"confidential": True}]
    assert binding.binding(shown.state, "sn", sent.act_id) == ("confidential",)
    assert binding.binding(shown.state, "fr", shown.state.request_id) == ()
    ours = letter.of(fr.node, fr.officer("ann"), sent.matter_id, sent.act_id)
    assert ours == letter.of(sn.node, sn.officer("ben"), sent.matter_id, sent.act_id)
    assert b"Given on the condition" in ours.data
    waive(fr, sn, sent, "confidential")
    shown = reading.show(fr.node, fr.officer("ann"), sent.matter_id)
    assert binding.binding(shown.state, "sn", sent.act_id) == ()
    assert ours == letter.of(fr.node, fr.officer("ann"), sent.matter_id, sent.act_id)


def test_a_guideline_says_what_its_conditions_forbid(tmp_path: Path) -> None:
    """Where it forbids sharing, no other agency of the State reads what was given."""
    world = agreed.agreed_world(tmp_path)
    text = agreed.shipped(agreed.MAIN).replace(b"forbids: [disclose]", b"forbids: [share]", 1)
    named = agreed.adopt(world, "guideline", text, version="2")
    node = world.node("aa")
    officer_admin.add(node, "ann", "police")
    with node.store.write() as tx:
        ann, own = tx.officer("ann"), profile.load(tx)
        justice = Agency("justice", {"en": "Justice"})
        profile.save(tx, replace(own, agencies=(*own.agencies, justice)))
    assert ann is not None
    asked = agreed.ask(world, "aa", "preservation", "urgent", guideline=named)
    world.pump()
    agreed.reply(world, "bb", asked, acts.ACCEPTED, {"conditions": ("confidential",)})
    world.pump()
    matter = asked.act.matter.id

    agreed.reply(world, "aa", asked, acts.CONDITION_ACCEPTED)
    world.pump()
    agreed.reply(world, "bb", asked, acts.ANSWERED)
    world.pump()
    no = sharing.share(node, ann, matter, "justice")
    assert isinstance(no, Inadmissible)
    assert "confidential, “It is kept confidential” (of bb)" in no.what
    require_none_by_an_inquiry(node, ann, matter)
    assert "justice" not in sharing.readers(node, ann, matter).keys
    assert proof.make(node, agreed_answer(world, asked), ann, disclose=True).proof


def require_none_by_an_inquiry(node: Node, ann: Officer, matter: str) -> None:
    """Require that an inquiry lets no agency read what a request may not be shared with."""
    for is_linked_first in (True, False):
        inquiry = papers.begin(node, ann, papers.Inquiry("A botnet", parties=("bb",)))
        assert isinstance(inquiry, Done)
        no: object = None
        for is_linking in (is_linked_first, not is_linked_first):
            if is_linking:
                no = papers.link(node, ann, inquiry.key[1], matter)
            else:
                no = papers.ask_advice(node, ann, inquiry.key[1], "justice", "May we?", None)
        assert isinstance(no, Inadmissible), no
        assert no.rule == "custody.condition-forbids"


def agreed_answer(world: World, asked: Appended) -> str:
    """Return the id of the answer."""
    folded = agreed.state_of(world, "aa", asked)
    return next(one.act_id for one in folded.turns if one.tag == acts.ANSWERED)


def test_the_closed_list_names_ways_of_use_alone() -> None:
    """What a condition can forbid, a node can stop."""
    assert {way for found in binding.FORBIDS.values() for way in found} <= {*ways.WAYS}


def test_what_a_later_acceptance_says_does_not_reach_what_was_given(tmp_path: Path) -> None:
    """Neither its conditions nor its silence: conditions go by a waiver alone."""
    world = agreed.agreed_world(tmp_path)
    asked = agreed.ask(world, "aa", "preservation", "urgent")
    world.pump()

    def say(party: str, tag: str, given: Given = MappingProxyType({})) -> str:
        said = agreed.reply(world, party, asked, tag, given)
        world.pump()
        return said.act.id

    say("bb", acts.ACCEPTED, {"conditions": ("confidential",)})
    say("aa", acts.CONDITION_ACCEPTED)
    first = say("bb", acts.ANSWERED)
    say("aa", acts.REOPENED, {"reason": "incomplete", "items": ("one",)})
    say("bb", acts.ACCEPTED, {"conditions": ("costs",)})
    say("aa", acts.CONDITION_ACCEPTED)
    say("bb", acts.ACCEPTED)
    second = say("bb", acts.ANSWERED)
    folded = agreed.state_of(world, "aa", asked)

    assert folded == agreed.state_of(world, "bb", asked)
    assert binding.binding(folded, "bb", first) == ("confidential",)
    assert binding.binding(folded, "bb", second) == ()
