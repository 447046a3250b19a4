"""The legal gate on two nodes: nothing is executed or leaves before counsel has decided."""

from dataclasses import replace
from importlib.resources import files as resources
from pathlib import Path
from typing import Any, cast

import pytest
from support.states import State, deliver, paired

from comity.acts.record import Addressee
from comity.domestic.legal.acts import Choice, Question
from comity.domestic.officer import role
from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Unfit
from comity.node.base.rows import Officer
from comity.node.desk import legal, legal_json, officer_admin, sharing
from comity.node.desk.sharing import Readers
from comity.node.room import local_log, nation_profile, officers, request_file
from comity.node.room.act_words import Attachment, Words
from comity.node.room.release import send as outgoing
from comity.node.room.release.draft_store import Command, Sent, Waiting
from comity.rooms.request import desk

REGISTERED = Words(request_file.Written("answer", own_reference="CB-1"))
EXAMPLES = Path(__file__).parents[3] / "examples"


def counsel(state: State, name: str = "nora") -> Officer:
    """Return an officer who is counsel."""
    if name not in state.tokens:
        roles = (role.COUNSEL, role.CASE_OFFICER)
        state.tokens[name] = officer_admin.add(state.node, name, "police", roles=roles)
    return officers.authenticate(state.node, name, state.tokens[name])


def profile(party: str) -> bytes:
    """Return the shipped example of the United States, as if a small State had copied it."""
    text = resources("comity.catalogue").joinpath("nation/us.yaml").read_text(encoding="utf-8")
    return text.replace("id: us\n", f"id: {party}\n", 1).replace("doj", "police").encode()


def adopt(state: State, *changes: tuple[str, str]) -> None:
    """Let counsel put the profile in force, changed; its agencies come on the next card."""
    text = profile(state.node.party)
    for before, after in changes:
        assert before.encode() in text
        text = text.replace(before.encode(), after.encode(), 1)
    done = nation_profile.adopt(state.node, counsel(state), text, extend=True)
    assert not isinstance(done, Inadmissible), done


@pytest.fixture
def two(tmp_path: Path) -> tuple[State, State]:
    """Two States that have paired; the second one has adopted a profile."""
    fr, sn = paired(tmp_path, "fr", "sn")
    return fr, sn


def send(fr: State) -> Sent | Waiting:
    """Ask for preservation."""
    asked = request_file.parse((EXAMPLES / "preservation.json").read_bytes(), "request", "p")
    attached = [Attachment(line, (EXAMPLES / line.path).read_bytes()) for line in asked.attachments]
    result = desk.send(fr.node, fr.officer("ann"), asked, attached, (Addressee("sn"),))
    assert not isinstance(result, Inadmissible), result
    return result


def allow_all(state: State, subject: str) -> None:
    """Let counsel allow every question that is open."""
    for line in legal.explain(state.node, counsel(state), subject).lines:
        asked = line.row.question
        choice = Choice(
            "allows",
            asked.offered[0] if asked.offered else "",
            "12/26" if asked.decides == "instrument" else "",
            asked.conditions,
        )
        done = legal.decide(state.node, counsel(state), subject, asked.id, choice)
        assert not isinstance(done, Inadmissible), done


def test_an_incoming_request_is_accepted_after_counsel_has_decided_each_point(
    two: tuple[State, State],
) -> None:
    """It is acknowledged at once; accepted only with a decision on every required point."""
    fr, sn = two
    adopt(sn)
    sent = send(fr)
    deliver(fr, sn)
    ben = sn.officer("ben")
    assert isinstance(
        desk.say(sn.node, ben, sent.matter_id, acts.ACKNOWLEDGED, words=REGISTERED), Sent
    )

    held = desk.say(sn.node, ben, sent.matter_id, acts.ACCEPTED)
    assert isinstance(held, Waiting)
    assert held.waits_for is not None
    assert held.waits_for.rule == "legal.undecided"
    assert "incoming.legal-basis" in held.waits_for.what
    early = outgoing.release(sn.node, ben, held.draft_id)
    assert isinstance(early, Inadmissible)

    explained = legal.explain(sn.node, counsel(sn), sent.matter_id)
    told = cast("Any", legal_json.explained_json(explained))
    asked = {one["id"]: one for one in told["questions"]}
    assert asked["instrument"]["rule"] == "law/points/instrument"
    assert asked["instrument"]["because"] == {"direction": "incoming", "type": "preservation"}
    assert asked["legal-basis"]["because"] == {"direction": "incoming"}

    allow_all(sn, sent.matter_id)
    assert isinstance(outgoing.release(sn.node, ben, held.draft_id), Sent)


def test_a_ground_that_applies_stops_it_and_can_then_be_used(two: tuple[State, State]) -> None:
    """A refusal on a ground that the profile names needs counsel's word too."""
    fr, sn = two
    adopt(sn)
    sent = send(fr)
    deliver(fr, sn)
    ben, ground = sn.officer("ben"), "own-proceedings"
    early = desk.say(
        sn.node,
        ben,
        sent.matter_id,
        acts.POSTPONED,
        {"reason": ground, "review_at": sn.clock.at_ms + 9_000_000},
    )
    assert isinstance(early, Inadmissible)
    assert early.rule == "legal.ground-undecided"

    choice = Choice("stops", note="We investigate the same server.")
    legal.decide(sn.node, counsel(sn), sent.matter_id, f"grounds/{ground}", choice)
    stopped = desk.say(sn.node, ben, sent.matter_id, acts.ACCEPTED)
    assert isinstance(stopped, Inadmissible)
    assert stopped.rule == "legal.stopped"
    later = desk.say(
        sn.node,
        ben,
        sent.matter_id,
        acts.POSTPONED,
        {"reason": ground, "review_at": sn.clock.at_ms + 9_000_000},
    )
    assert isinstance(later, Sent)


def test_an_outgoing_request_waits_for_counsel_and_an_edit_makes_decisions_stale(
    two: tuple[State, State],
) -> None:
    """Decisions bind the hash of what they were made of."""
    fr, _ = two
    adopt(fr)
    held = send(fr)
    assert isinstance(held, Waiting)
    allow_all(fr, held.draft_id)
    written = request_file.from_json(
        {"type": "preservation", "urgency": "urgent", "elements": {"facts": "Other facts."}},
        request_file.REQUEST,
        "p",
    )
    edited = desk.edit(fr.node, fr.officer("ann"), held.draft_id, Words(written))
    assert isinstance(edited, Waiting), edited
    explained = legal.explain(fr.node, counsel(fr), held.draft_id)
    assert {line.row.status for line in explained.lines} == {"stale"}

    allow_all(fr, held.draft_id)
    assert isinstance(outgoing.release(fr.node, fr.officer("ann"), held.draft_id), Sent)


def test_who_only_reads_lets_nobody_else_read(two: tuple[State, State]) -> None:
    """An analyst sees what arrived for their agency; who works on it says who shares it."""
    fr, sn = two
    sent = send(fr)
    assert isinstance(sent, Sent)
    deliver(fr, sn)
    officer_admin.add(sn.node, "eve", "police")
    token = officer_admin.add(sn.node, "ana", "police", roles=(role.ANALYST,))
    ana = officers.authenticate(sn.node, "ana", token)
    before = sharing.readers(sn.node, ana, sent.matter_id)
    no = sharing.share(sn.node, ana, sent.matter_id, "@eve")
    assert isinstance(no, Inadmissible)
    assert no.rule == "officer.role.lacking"
    assert isinstance(sharing.share(sn.node, sn.officer("ben"), sent.matter_id, "@eve"), Readers)
    with pytest.raises(Fault, match=r"officer\.role\.lacking"):
        sharing.unshare(sn.node, ana, sent.matter_id, "@eve")
    shared = sharing.readers(sn.node, ana, sent.matter_id)
    assert {*shared.keys} - {*before.keys} == {"@eve"}


def test_counsel_decides_about_what_he_read(two: tuple[State, State]) -> None:
    """The asker clarifies while counsel reads: their decision is not taken for one of that."""
    fr, sn = two
    adopt(sn)
    sent = send(fr)
    deliver(fr, sn)
    found = {"facts": "vague"}
    assert isinstance(
        desk.say(
            sn.node, sn.officer("ben"), sent.matter_id, acts.FOUND_DEFICIENT, {"findings": found}
        ),
        Sent,
    )
    deliver(fr, sn)
    read = legal.explain(sn.node, counsel(sn), sent.matter_id)
    words = Words(
        request_file.from_json({"elements": {"facts": "More of them."}}, request_file.ANSWER, "a")
    )
    assert isinstance(
        desk.say(fr.node, fr.officer("ann"), sent.matter_id, acts.CLARIFIED, words=words), Sent
    )
    deliver(fr, sn)

    def decide(content: str) -> object:
        asked = read.lines[0].row.question
        choice = Choice("allows", asked.offered[0])
        who = sn.node, counsel(sn)
        return legal.decide(*who, sent.matter_id, asked.id, choice, legal.Given(content))

    no = decide(read.subject.content)
    assert isinstance(no, Inadmissible)
    assert no.rule == "release.content-changed"
    now = legal.explain(sn.node, counsel(sn), sent.matter_id)
    assert now.subject.state == read.subject.state, "nothing was recorded"
    assert not isinstance(decide(now.subject.content), Inadmissible)


def test_a_decision_that_is_given_twice_with_one_key_is_one(two: tuple[State, State]) -> None:
    """The answer to the first was lost; another decision with that key is told, and not taken."""
    fr, sn = two
    adopt(sn)
    sent = send(fr)
    deliver(fr, sn)
    first, second = [one.row.question for one in open_to(sn, sent.matter_id)][:2]
    command = Command("key-1", "1" * 64)

    def decide(question: Question, command: Command) -> object:
        who = sn.node, counsel(sn), sent.matter_id, question.id
        offered = question.offered[0] if question.offered else ""
        choice = Choice("allows", offered, "12/26" if question.decides == "instrument" else "")
        sn.clock.at_ms += 1
        return legal.decide(*who, choice, legal.Given(command=command))

    decided = decide(first, command)
    assert not isinstance(decided, Inadmissible), decided
    assert decide(first, command) == decided
    no = decide(second, replace(command, sha256="2" * 64))
    assert isinstance(no, Inadmissible)
    assert no.rule == "release.key-reused"
    asked = {one.row.question.id: one.row.status for one in open_to(sn, sent.matter_id)}
    assert (asked[first.id], asked[second.id]) == ("allowed", "undecided")
    with sn.node.store.read() as tx:
        log = local_log.local_log(tx, sn.node)
        noted = b"".join(tx.entries(log.origin, 0, log.size)).count(b"legal.decided")
    assert noted == 1


def test_who_is_not_counsel_decides_nothing(two: tuple[State, State]) -> None:
    """They work on the request and read what the law asks; a no leaves no trace of a yes."""
    fr, sn = two
    adopt(sn)
    sent = send(fr)
    deliver(fr, sn)
    first = open_to(sn, sent.matter_id)[0].row.question
    choice = Choice("allows", first.offered[0])
    no = legal.decide(sn.node, sn.officer("ben"), sent.matter_id, first.id, choice)
    assert isinstance(no, Inadmissible)
    assert no.rule == "legal.role-missing"
    assert {one.row.status for one in open_to(sn, sent.matter_id)} == {"undecided"}


def open_to(state: State, subject: str) -> tuple[legal.Line, ...]:
    """Return what the law asks of a subject."""
    return legal.explain(state.node, counsel(state), subject).lines


def test_a_dry_run_tells_what_a_profile_would_have_stopped(two: tuple[State, State]) -> None:
    """Before it is adopted: each act that was sent, with the rule."""
    fr, _ = two
    sent = send(fr)
    assert isinstance(sent, Sent)
    found = legal.dry_run(fr.node, fr.officer("ann"), profile("fr"), "us.yaml")
    assert [(one.act.id, one.no.rule) for one in found] == [(sent.act_id, "legal.undecided")]
    assert "outgoing.legal-basis" in found[0].no.what
    adopt(fr)  # so that there is another agency, which did not write it
    assert legal.dry_run(fr.node, justice(fr), profile("fr"), "us.yaml") == []


def test_a_dry_run_counts_what_was_decided_and_only_what_we_said(two: tuple[State, State]) -> None:
    """A draft that counsel let out is not told as stopped, nor what another State asks of us."""
    fr, sn = two
    adopt(fr)
    held = send(fr)
    assert isinstance(held, Waiting)
    allow_all(fr, held.draft_id)
    assert isinstance(outgoing.release(fr.node, fr.officer("ann"), held.draft_id), Sent)
    deliver(fr, sn)
    assert legal.dry_run(fr.node, fr.officer("ann"), profile("fr"), "us.yaml") == []
    assert legal.dry_run(sn.node, sn.officer("ben"), profile("sn"), "us.yaml") == []
    with pytest.raises(Unfit, match=r"us\.yaml"):
        legal.dry_run(fr.node, fr.officer("ann"), profile("France"), "us.yaml")


def test_without_a_profile_there_is_nothing_to_explain(two: tuple[State, State]) -> None:
    """And the fault says what to do."""
    fr, _ = two
    sent = send(fr)
    with pytest.raises(Fault) as told:
        legal.explain(fr.node, fr.officer("ann"), sent.matter_id)
    assert told.value.code == "node.legal.no-profile"


def justice(state: State) -> Officer:
    """Return counsel of another agency than the one that drafts."""
    if "kofi" not in state.tokens:
        roles = (role.COUNSEL,)
        state.tokens["kofi"] = officer_admin.add(state.node, "kofi", "dhs", roles=roles)
    return officers.authenticate(state.node, "kofi", state.tokens["kofi"])


def test_counsel_of_another_agency_decides_what_is_shared_with_him(
    two: tuple[State, State],
) -> None:
    """Before, the draft is not there for them; what they decide lets it out; after, it ends."""
    fr, _ = two
    adopt(fr)
    held = send(fr)
    assert isinstance(held, Waiting)
    kofi, ann = justice(fr), fr.officer("ann")
    with pytest.raises(Fault, match=r"node\.matter\.unknown"):
        legal.explain(fr.node, kofi, held.draft_id)
    with pytest.raises(Fault, match=r"node\.matter\.unknown"):
        sharing.share(fr.node, kofi, held.draft_id, "dhs")

    shared = sharing.share(fr.node, ann, held.draft_id, "dhs")
    assert isinstance(shared, sharing.Readers)
    assert (shared.keys, shared.is_changed) == (("dhs", "police"), True)
    for line in legal.explain(fr.node, kofi, held.draft_id).lines:
        asked = line.row.question
        named = asked.offered[0] if asked.offered else ""
        choice = Choice("allows", named, "12/26", asked.conditions)
        done = legal.decide(fr.node, kofi, held.draft_id, asked.id, choice)
        assert not isinstance(done, Inadmissible), done
    assert isinstance(outgoing.release(fr.node, ann, held.draft_id), Sent)

    second = send(fr)
    assert isinstance(second, Waiting)
    sharing.share(fr.node, ann, second.draft_id, "dhs")
    assert sharing.unshare(fr.node, ann, second.draft_id, "dhs").keys == ("police",)
    with pytest.raises(Fault, match=r"node\.matter\.unknown"):
        legal.explain(fr.node, kofi, second.draft_id)


def test_counsel_of_an_agency_that_takes_part_decides_on_what_arrived(
    two: tuple[State, State],
) -> None:
    """The contact point shares it, as routing does; before, it is not there for them."""
    fr, sn = two
    adopt(sn)
    sent = send(fr)
    deliver(fr, sn)
    kofi = justice(sn)
    token = officer_admin.add(sn.node, "cleo", "police", roles=(role.CONTACT_POINT,))
    cleo = officers.authenticate(sn.node, "cleo", token)
    with pytest.raises(Fault, match=r"node\.matter\.unknown"):
        legal.explain(sn.node, kofi, sent.matter_id)
    sharing.share(sn.node, cleo, sent.matter_id, "dhs")
    (first, *_) = legal.explain(sn.node, kofi, sent.matter_id).lines
    choice = Choice("allows", first.row.question.offered[0])
    done = legal.decide(sn.node, kofi, sent.matter_id, first.row.question.id, choice)
    assert not isinstance(done, Inadmissible), done
