"""A release by one officer alone: an emergency, a reason that stays, a review that is due."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.states import State, deliver, paired

from comity.acts.record import Addressee
from comity.adapters.alarms import StandingAlarms
from comity.domestic.officer import role
from comity.domestic.release import record, review
from comity.domestic.release.review import HOUR_MS
from comity.joint.arrangement.card import Agency
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import profile
from comity.node.base.profile import local_origin
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin as officer_rows
from comity.node.desk import sharing
from comity.node.room import local_log, request_file
from comity.node.room.release import approve, draft_store, emergency_review, send
from comity.node.room.release.draft_store import Sent, Waiting
from comity.rooms.request import desk

EXAMPLES = Path(__file__).parents[3] / "examples"
REASON = "The child is on the train; the second officer cannot be reached."


@pytest.fixture
def two(tmp_path: Path) -> tuple[State, State]:
    """Two States; the first asks for two approvals."""
    fr, sn = paired(tmp_path, "fr", "sn")
    send.set_approvals(fr.node, 2)
    return fr, sn


def keep(fr: State, name: str = "emergency.json") -> str:
    """Keep a draft as ann; return its id."""
    written = request_file.parse((EXAMPLES / name).read_bytes(), "request", name)
    waiting = desk.send(fr.node, fr.officer("ann"), written, (), (Addressee("sn"),), is_held=True)
    assert isinstance(waiting, Waiting)
    return waiting.draft_id


def standing(fr: State) -> list[str]:
    """Return the codes of the alarms that stand."""
    alarms = fr.node.alarms
    assert isinstance(alarms, StandingAlarms)
    return [code for code, _ in alarms.standing()]


def test_one_officer_releases_an_emergency_and_another_reviews(two: tuple[State, State]) -> None:
    """Sent at once, an alarm, a review within a day by somebody else."""
    fr, sn = two
    draft_id = keep(fr)
    sent = send.break_glass(fr.node, fr.officer("ann"), draft_id, REASON)
    assert isinstance(sent, Sent)
    deliver(fr, sn)
    assert len(sn.listed()) == 1
    assert standing(fr) == [emergency_review.BROKEN]
    (shown,) = emergency_review.listing(fr.node, fr.officer("ben"))
    assert (shown.status, shown.review.reason) == (review.DUE, REASON)
    assert shown.review.due_ms == shown.review.at_ms + 24 * HOUR_MS

    fr.clock.at_ms = shown.review.due_ms
    emergency_review.watch(fr.node)
    assert standing(fr) == [emergency_review.BROKEN, emergency_review.OVERDUE]
    (late,) = emergency_review.listing(fr.node, fr.officer("ben"))
    assert late.status == review.OVERDUE
    for name, verdict, note, rule in (
        ("ann", "justified", "Yes.", "release.review-own"),
        ("ben", "perhaps", "Yes.", "release.review-unclear"),
        ("ben", "justified", " ", "release.review-unclear"),
    ):
        no = emergency_review.decide(fr.node, fr.officer(name), draft_id, verdict, note)
        assert isinstance(no, Inadmissible)
        assert no.rule == rule
    done = emergency_review.decide(
        fr.node, fr.officer("ben"), draft_id[:8], "not-justified", "Ask Cyd."
    )
    assert not isinstance(done, Inadmissible)
    assert (done.reviewer, done.verdict) == ("ben", "not-justified")
    assert standing(fr) == []
    again = emergency_review.decide(fr.node, fr.officer("cyd"), draft_id, "justified", "It was.")
    assert isinstance(again, Inadmissible)
    assert again.rule == "release.reviewed-before"


def test_what_is_told_is_how_many_reviews_are_left(two: tuple[State, State]) -> None:
    """Of two one is done: no alarm stands on that says two."""
    fr, _ = two
    drafts_ = [keep(fr) for _ in range(2)]
    for draft_id in drafts_:
        send.break_glass(fr.node, fr.officer("ann"), draft_id, REASON)
    emergency_review.decide(fr.node, fr.officer("ben"), drafts_[0], "justified", "It was.")
    alarms = fr.node.alarms
    assert isinstance(alarms, StandingAlarms)
    (told,) = (what for code, what in alarms.standing() if code == emergency_review.BROKEN)
    assert told.startswith("1 ")


def test_the_reason_stays_and_its_hash_stands(two: tuple[State, State]) -> None:
    """The release record names its salted hash; no entry of the local log has its words."""
    fr, _ = two
    draft_id = keep(fr)
    send.break_glass(fr.node, fr.officer("ann"), draft_id, REASON)
    (shown,) = emergency_review.listing(fr.node, fr.officer("ben"))
    with fr.node.store.read() as tx:
        release = tx.record(draft_store.RELEASE, draft_id)
        steps = b"".join(tx.entries(local_origin("fr"), 0, 99))
        facts = local_log.facts_of(tx, local_origin("fr"), 0, 99).values()
    assert [one["reason"] for one in facts if "reason" in one] == [REASON], "beside its hash"
    assert isinstance(release, dict)
    salted = record.salted_sha256(REASON.encode(), bytes.fromhex(shown.review.salt))

    assert f'"reason":"{salted}"' in str(release["record"])
    assert b"release.glass-broken" in steps
    assert REASON.encode() not in steps


def test_the_glass_holds_where_it_should(two: tuple[State, State]) -> None:
    """No emergency, no reason, no role, or settings that allow none: the draft stays."""
    fr, _ = two
    urgent, emergency = keep(fr, "preservation.json"), keep(fr)
    fr.officer("cyd")
    officer_rows.give_roles(fr.node, "cyd", [role.CASE_OFFICER])
    for name, draft_id, reason, rule in (
        ("ann", urgent, REASON, "release.not-an-emergency"),
        ("ann", emergency, " ", "release.reason-missing"),
        ("cyd", emergency, REASON, "release.role-missing"),
    ):
        no = send.break_glass(fr.node, fr.officer(name), draft_id, reason)
        assert isinstance(no, Inadmissible)
        assert no.rule == rule
    approve.set_review_hours(fr.node, 0)
    no = send.break_glass(fr.node, fr.officer("ann"), emergency, REASON)
    assert isinstance(no, Inadmissible)
    assert no.rule == "release.glass-not-agreed"
    assert fr.listed() == ()
    assert emergency_review.listing(fr.node, fr.officer("ben")) == []


def test_a_review_is_for_the_agency_that_wrote_it(two: tuple[State, State]) -> None:
    """An officer with whom it was shared released it: their colleagues read none."""
    fr, _ = two
    draft_id = keep(fr)
    with fr.node.store.write() as tx:
        now = profile.load(tx)
        ours = (*now.agencies, Agency("justice", {"en": "Ministry of Justice"}))
        profile.save(tx, replace(now, agencies=ours))
    for name in ("guy", "hal"):
        officer_rows.add(fr.node, name, "justice")
    sharing.share(fr.node, fr.officer("ann"), draft_id, "@guy")
    assert isinstance(send.break_glass(fr.node, officer(fr, "guy"), draft_id, REASON), Sent)
    assert emergency_review.listing(fr.node, officer(fr, "hal")) == []
    for name in ("ann", "guy"):
        (shown,) = emergency_review.listing(fr.node, officer(fr, name))
        assert shown.review.reason == REASON
    done = emergency_review.decide(fr.node, fr.officer("ben"), draft_id, "justified", "It was.")
    assert not isinstance(done, Inadmissible)


def test_who_may_not_see_a_review_does_not_decide_it(two: tuple[State, State]) -> None:
    """The operator reads no reason, though they are of that agency; an auditor of any reads it."""
    fr, _ = two
    draft_id = keep(fr)
    with fr.node.store.write() as tx:
        now = profile.load(tx)
        ours = (*now.agencies, Agency("justice", {"en": "Ministry of Justice"}))
        profile.save(tx, replace(now, agencies=ours))
    officer_rows.add(fr.node, "op", "police", roles=(role.OPERATOR,))
    officer_rows.add(fr.node, "aud", "justice", roles=(role.AUDITOR,))
    officer_rows.add(fr.node, "hal", "justice")
    assert isinstance(send.break_glass(fr.node, fr.officer("ann"), draft_id, REASON), Sent)

    for name in ("op", "hal"):
        assert emergency_review.listing(fr.node, officer(fr, name)) == []
        with pytest.raises(Fault) as caught:
            emergency_review.decide(fr.node, officer(fr, name), draft_id, "justified", "It was.")
        assert caught.value.code == "node.review.unknown"
    assert len(emergency_review.listing(fr.node, officer(fr, "aud"))) == 1
    assert standing(fr) == [emergency_review.BROKEN]


def test_a_beginning_that_two_reviews_have_decides_neither(two: tuple[State, State]) -> None:
    """Whoever judges says which one they mean."""
    fr, _ = two
    for _ in range(2):
        send.break_glass(fr.node, fr.officer("ann"), keep(fr), REASON)
    with pytest.raises(Fault) as caught:
        emergency_review.decide(fr.node, fr.officer("ben"), "", "justified", "It was.")
    assert caught.value.code == "node.review.unknown"
    assert {one.status for one in emergency_review.listing(fr.node, fr.officer("ben"))} == {
        review.DUE
    }


def officer(fr: State, name: str) -> Officer:
    """Return the row of an officer of any agency."""
    with fr.node.store.read() as tx:
        found = tx.officer(name)
    assert found is not None
    return found
