"""What is settled point by point: proposals, commitments, sessions and texts in the making."""

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joint import points_laws as laws
from joint.points_laws import OPENER, TWO, Kind, blob, refused, said, told
from joint.review.histories import act_id

from comity.acts import points, shape
from comity.acts.points import State
from comity.acts.record import Act
from comity.joint.commitment import acts as commitment
from comity.joint.commitment import decide as commitment_decide
from comity.joint.commitment import fold as commitment_fold
from comity.joint.commitment import view as commitment_view
from comity.joint.dialogue import acts as dialogue
from comity.joint.dialogue import decide as dialogue_decide
from comity.joint.dialogue import fold as dialogue_fold
from comity.joint.dialogue import view as dialogue_view
from comity.joint.proposal import acts as proposal
from comity.joint.proposal import decide as proposal_decide
from comity.joint.proposal import fold as proposal_fold
from comity.joint.proposal import view as proposal_view
from comity.joint.wording import acts as wording
from comity.joint.wording import decide as wording_decide
from comity.joint.wording import fold as wording_fold
from comity.joint.wording import view as wording_view

PUT_ID = shape.matter_id(proposal.KIND, "aa", OPENER)
MADE_ID = commitment.id_of("paragraph", "2015-12/3")


PUT = said(
    proposal.PUT, PUT_ID, 31, "", times={"decide-by": 9_000}, sort="seminar", forum="session",
    blobs=(blob(),),
)  # fmt: skip
MADE = said(
    commitment.MADE, MADE_ID, 31, "", times={"due": 5_000}, source="paragraph", ref="2015-12/3",
    owner__aa="police",
)  # fmt: skip
PROPOSAL = Kind(
    proposal_fold.RULES,
    proposal_decide,
    proposal_view,
    PUT,
    (
        said(proposal.ASSESSED, PUT_ID, view="in-favour"),
        said(proposal.STATED, PUT_ID, decision="accepted"),
        said(proposal.STATED, PUT_ID, decision="declined", reason="law"),
        said(proposal.STATED, PUT_ID, decision="declined"),
        said(proposal.STATED, PUT_ID, decision="changed", blobs=(blob(digit="2"),)),
        said(proposal.STATED, PUT_ID, decision="deferred", times={"until": 20_000}),
        said(proposal.STATED, PUT_ID, forum="written"),
        said(proposal.STATED, PUT_ID),
        said(proposal.STATED, PUT_ID, items=("decision",)),
        said(proposal.LEFT, PUT_ID, reason="overtaken"),
        said(proposal.LEFT, PUT_ID, reason="mistaken", items=("forum",)),
    ),
)
COMMITMENT = Kind(
    commitment_fold.RULES,
    commitment_decide,
    commitment_view,
    MADE,
    (
        MADE,
        said(commitment.STATED, MADE_ID, status="done", evidence="0" * 64),
        said(commitment.STATED, MADE_ID, status="blocked"),
        said(commitment.STATED, MADE_ID, times={"due": 8_000}, reason="means"),
        said(commitment.STATED, MADE_ID, times={"due": 7_000}),
        said(commitment.STATED, MADE_ID, owner__zz="police"),
        said(commitment.STATED, MADE_ID, blobs=(blob(),)),
        said(commitment.STATED, MADE_ID),
        said(commitment.STATED, MADE_ID, items=("due",)),
        said(commitment.STATED, MADE_ID, items=("due", "content"), status="under-way"),
        said(commitment.LEFT, MADE_ID, reason="impossible"),
        said(commitment.LEFT, MADE_ID, reason="mistaken", items=("due",)),
    ),
)
SESSION_ID = shape.matter_id(dialogue.KIND, "aa", OPENER)


def settled(number: int = 0) -> Act:
    """Return a statement of all that a session needs to be set."""
    return said(
        dialogue.STATED, SESSION_ID, number, times={"when": 7_000}, place="CNBJS",
        format="meeting", level="ministers",
    )  # fmt: skip


SESSION = Kind(
    dialogue_fold.RULES,
    dialogue_decide,
    dialogue_view,
    said(dialogue.CONVENED, SESSION_ID, 31, "", series="ministers", label="2015-12"),
    (
        settled(),
        said(dialogue.STATED, SESSION_ID, times={"when": 8_000, "next": 90_000}),
        said(dialogue.STATED, SESSION_ID, item__1="case", subject__1="abcd", lead__1="police"),
        said(dialogue.STATED, SESSION_ID, item__1="dropped", into="law-enforcement"),
        said(dialogue.STATED, SESSION_ID, blobs=(blob("paper:1"),)),
        said(dialogue.STATED, SESSION_ID),
        said(dialogue.STATED, SESSION_ID, items=("when",)),
        said(dialogue.LEFT, SESSION_ID, reason="changed"),
        said(dialogue.POSTPONED, SESSION_ID, reason="events"),
        said(dialogue.DELEGATED, SESSION_ID, agency__1="police", chair="minister"),
        said(dialogue.OPENED, SESSION_ID),
        said(dialogue.CLOSED, SESSION_ID),
        said(dialogue.MINUTED, SESSION_ID, outcome__1="agreed", blobs=(blob(),)),
        said(dialogue.MINUTES_AGREED, SESSION_ID),
        said(dialogue.MINUTES_DISPUTED, SESSION_ID, reason="facts"),
    ),
)
TEXT_ID = shape.matter_id(wording.KIND, "aa", OPENER)


def tabled(paragraph: str, digit: str, number: int = 0, **codes: str) -> Act:
    """Return a tabling of one paragraph in two languages."""
    roles = (wording.role(paragraph, language) for language in ("en", "zh"))
    blobs = tuple(blob(role, digit) for role in roles)
    return replace(said(wording.TABLED, TEXT_ID, number, blobs=blobs), codes=laws.coded(codes))


TEXT = Kind(
    wording_fold.RULES,
    wording_decide,
    wording_view,
    said(wording.OPENED, TEXT_ID, 31, "", name="outcomes.2015-12"),
    (
        tabled("aa.1", "1", part__aa__1="title"),
        tabled("aa.1", "2"),
        tabled("bb.1", "3", after__bb__1="first"),
        tabled("bb.1", "4", after__bb__1="aa.1"),
        said(wording.TABLED, TEXT_ID, drop__aa__1="yes"),
        said(wording.TABLED, TEXT_ID, drop__facts="yes"),
        said(wording.TABLED, TEXT_ID, blobs=(blob("words:aa.1.en"),)),
        said(wording.ACCEPTED, TEXT_ID),
        said(wording.ACCEPTED, TEXT_ID, items=("aa.1",)),
        said(wording.RESERVED, TEXT_ID, reason="law"),
        said(wording.RESERVED, TEXT_ID, reason="linked", linked__1="bb.1", items=("aa.1",)),
        said(wording.ATTESTED, TEXT_ID, on__aa__1="same"),
        said(wording.ATTESTED, TEXT_ID, on__bb__1="number"),
        said(wording.CLOSED, TEXT_ID, reason="given-up"),
    ),
)
KINDS = {one.rules.kind: one for one in (PROPOSAL, COMMITMENT, SESSION, TEXT)}
of_each = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
few = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@of_each
@few
@given(data=st.data())
def test_every_history_folds(kind: Kind, data: st.DataObject) -> None:
    """Whatever the parties say, there is a state, and it is kept and read back alike."""
    laws.every_history_folds(kind, data.draw(kind.histories))


@of_each
@few
@given(data=st.data(), chance=st.randoms(use_true_random=False))
def test_every_delivery_gives_one_state(
    kind: Kind, data: st.DataObject, chance: random.Random
) -> None:
    """In whatever order entries arrive, both nodes have one digest."""
    laws.every_delivery_gives_one_state(kind, data.draw(kind.histories), chance)


@of_each
@few
@given(data=st.data(), places=st.permutations(range(3)))
def test_the_order_of_parties_decides_nothing(
    kind: Kind, data: st.DataObject, places: list[int]
) -> None:
    """Who is named first in the arrangement has no advantage where acts cross."""
    laws.the_order_of_parties_decides_nothing(kind, data.draw(kind.histories), places)


@of_each
@few
@given(data=st.data())
def test_what_an_act_did_stays_and_nothing_agreed_is_lost(kind: Kind, data: st.DataObject) -> None:
    """No history loses a commitment, a date or a decision that was ever agreed."""
    laws.what_an_act_did_stays_and_nothing_agreed_is_lost(kind, data.draw(kind.histories))


def test_a_commitment_that_both_make_is_one() -> None:
    """Its id follows from its source: what both say of it alike is agreed at once."""
    assert MADE.matter.id == commitment.matter_id(MADE, "bb")
    now = told(COMMITMENT, State(TWO), "aa", MADE)
    assert (commitment_view.status(now), commitment_view.holder(now)) == ("made", "bb")
    assert refused(COMMITMENT, now, "aa", MADE) == "stance.opened-before"
    now = told(COMMITMENT, now, "bb", MADE)
    assert (commitment_view.status(now), commitment_view.due_ms(now)) == ("not-started", 5_000)
    assert commitment_view.owners(now) == {"aa": "police"}


def test_a_date_moves_with_a_reason_and_the_first_one_stays() -> None:
    """Until both stand on the new date the old one binds; the first date is never lost."""
    now = told(COMMITMENT, told(COMMITMENT, State(TWO), "aa", MADE), "bb", MADE)
    later = said(commitment.STATED, MADE_ID, 1, times={"due": 8_000}, reason="means")
    without = said(commitment.STATED, MADE_ID, 1, times={"due": 8_000})
    assert refused(COMMITMENT, now, "aa", without) == "commitment.reason-missing"
    now = told(COMMITMENT, now, "aa", later)
    assert commitment_view.due_ms(now) == 5_000
    assert commitment_view.is_overdue(now, 6_000)
    now = told(COMMITMENT, now, "bb", said(commitment.STATED, MADE_ID, 2, act_id(1)))
    assert (commitment_view.first_due_ms(now), commitment_view.due_ms(now)) == (5_000, 8_000)
    assert not commitment_view.is_overdue(now, 6_000)
    left = said(commitment.LEFT, MADE_ID, 3, reason="impossible", items=("due",))
    now = told(COMMITMENT, now, "bb", left)
    assert (commitment_view.first_due_ms(now), commitment_view.due_ms(now)) == (5_000, None)


def test_a_status_is_a_claim_until_the_other_side_states_it_too() -> None:
    """Done by its owner alone is shown as a claim, and binds nobody."""
    now = told(COMMITMENT, told(COMMITMENT, State(TWO), "aa", MADE), "bb", MADE)
    now = told(COMMITMENT, now, "aa", said(commitment.STATED, MADE_ID, 1, status="done"))
    assert (commitment_view.status(now), commitment_view.holder(now)) == ("claimed", "bb")
    assert commitment_view.claims(now) == {"aa": "done"}
    now = told(COMMITMENT, now, "bb", said(commitment.STATED, MADE_ID, 2, act_id(1)))
    assert commitment_view.status(now) == "done"
    assert commitment_view.is_done(now)
    gone = said(commitment.LEFT, MADE_ID, 3, reason="replaced", items=("content",))
    now = told(COMMITMENT, now, "aa", gone)
    assert commitment_view.status(now) == commitment_view.RELEASED


def test_a_proposal_is_accepted_by_the_other_side_alone() -> None:
    """Its author stands on accepted; a view decides nothing; nobody assesses their own."""
    now = told(PROPOSAL, State(TWO), "aa", PUT)
    own = said(proposal.ASSESSED, PUT_ID, 1, view="in-favour")
    assert refused(PROPOSAL, now, "aa", own) == "stance.not-entitled"
    now = told(PROPOSAL, now, "bb", own)
    assert (proposal_view.status(now), proposal_view.holder(now)) == ("assessed", "bb")
    assert proposal_view.is_overdue(now, 9_001)
    deferred = said(proposal.STATED, PUT_ID, 2, decision="deferred", times={"until": 20_000})
    now = told(PROPOSAL, now, "bb", deferred)
    assert proposal_view.status(now) == "deferred"
    assert not proposal_view.is_overdue(now, 9_001)
    assert proposal_view.is_overdue(now, 20_001)
    now = told(PROPOSAL, now, "bb", said(proposal.STATED, PUT_ID, 3, decision="accepted"))
    assert proposal_view.status(now) == "accepted"
    assert not proposal_view.is_open(now)


def test_a_change_counts_when_its_author_takes_it() -> None:
    """Accepted with changes is an offer of other words, which are taken by their id."""
    now = told(PROPOSAL, State(TWO), "aa", PUT)
    changed = said(proposal.STATED, PUT_ID, 1, decision="changed", blobs=(blob(digit="2"),))
    bare = said(proposal.STATED, PUT_ID, 1, decision="changed")
    assert refused(PROPOSAL, now, "bb", bare) == "proposal.change-missing"
    now = told(PROPOSAL, now, "bb", changed)
    now = told(PROPOSAL, now, "aa", said(proposal.STATED, PUT_ID, 2, act_id(1)))
    assert proposal_view.decision(now) == f"changed:{'2' * 64}"
    assert proposal_view.status(now) == "changed"
    now = told(PROPOSAL, now, "aa", said(proposal.LEFT, PUT_ID, 3, reason="overtaken"))
    assert proposal_view.status(now) == proposal_view.WITHDRAWN


def test_nobody_takes_their_own_words_or_points_that_were_not_stated() -> None:
    """Taking is of another party's act, and of what that act stated."""
    now = told(COMMITMENT, State(TWO), "aa", MADE)
    own = said(commitment.STATED, MADE_ID, 1)
    assert refused(COMMITMENT, now, "aa", own) == "stance.nothing-stated"
    other = said(commitment.STATED, MADE_ID, 1, items=("status",))
    assert refused(COMMITMENT, now, "bb", other) == "stance.point-unknown"
    idle = said(commitment.LEFT, MADE_ID, 1, reason="mistaken", items=("status",))
    assert refused(COMMITMENT, now, "aa", idle) == "stance.not-standing"
    again = said(commitment.STATED, MADE_ID, 1, times={"due": 5_000})
    assert refused(COMMITMENT, now, "aa", again) == "stance.stated-before"
    assert refused(COMMITMENT, State(TWO), "aa", again) == "stance.no-matter"


def test_a_matter_has_so_many_points_and_no_more() -> None:
    """Its bound is held for every room."""
    now = told(COMMITMENT, State(TWO), "aa", MADE)
    full = {f"p{number}": () for number in range(points.POINTS_MAX)}
    assert points.from_json(points.to_json(now)) == now
    stances = {name: now.stances("due") for name in full}
    crowded = replace(now, points={**now.points, **stances})
    late = said(commitment.STATED, MADE_ID, 1, status="done")
    assert refused(COMMITMENT, crowded, "aa", late) == "stance.too-many-points"


def test_a_session_is_set_postponed_and_held_by_both() -> None:
    """It is set when all of it is agreed; either side postpones it; both open and close it."""
    now = told(SESSION, State(TWO), "aa", SESSION.opening)
    stated = settled(1)
    now = told(SESSION, now, "aa", stated)
    assert (dialogue_view.status(now), dialogue_view.holder(now)) == ("convened", "bb")
    assert dialogue_view.missing(now)["when"] == ("bb",)
    now = told(SESSION, now, "bb", said(dialogue.STATED, SESSION_ID, 2, act_id(1)))
    assert (dialogue_view.status(now), dialogue_view.when_ms(now)) == ("set", 7_000)
    assert dialogue_view.is_lapsed(now, 7_001)
    now = told(SESSION, now, "bb", said(dialogue.POSTPONED, SESSION_ID, 3, reason="chair"))
    assert (dialogue_view.status(now), dialogue_view.first_when_ms(now)) == ("postponed", 7_000)
    again = said(dialogue.STATED, SESSION_ID, 4, times={"when": 8_000})
    now = told(SESSION, told(SESSION, now, "aa", again), "bb", again)
    assert (dialogue_view.when_ms(now), dialogue_view.first_when_ms(now)) == (8_000, 7_000)
    early = said(dialogue.CLOSED, SESSION_ID, 5)
    assert refused(SESSION, now, "aa", early) == "dialogue.not-opened"
    opened = said(dialogue.OPENED, SESSION_ID, 5)
    now = told(SESSION, now, "aa", opened)
    assert dialogue_view.status(now) == "set"
    assert refused(SESSION, now, "aa", opened) == "stance.said-before"
    now = told(SESSION, now, "bb", opened)
    assert dialogue_view.status(now) == "open"
    for party in TWO:
        now = told(SESSION, now, party, said(dialogue.CLOSED, SESSION_ID, 6))
    assert dialogue_view.status(now) == "closed"


def test_minutes_are_agreed_by_who_did_not_write_them() -> None:
    """Each item has its outcome once the minutes are agreed; a dispute is no last word."""
    now = told(SESSION, State(TWO), "aa", SESSION.opening)
    item = said(dialogue.STATED, SESSION_ID, 1, item__1="case", lead__1="police")
    now = told(SESSION, told(SESSION, now, "aa", item), "bb", item)
    minutes = said(dialogue.MINUTED, SESSION_ID, 2, outcome__1="agreed", blobs=(blob(),))
    now = told(SESSION, now, "aa", minutes)
    assert dialogue_view.holder(now) == "bb"
    agree = said(dialogue.MINUTES_AGREED, SESSION_ID, 3, act_id(2))
    assert refused(SESSION, now, "aa", agree) == "stance.not-entitled"
    disputed = said(dialogue.MINUTES_DISPUTED, SESSION_ID, 3, act_id(2), reason="outcome")
    now = told(SESSION, told(SESSION, now, "bb", disputed), "bb", agree)
    assert dialogue_view.status(now) == "recorded"
    (found,) = dialogue_view.agenda(now)
    assert (found.kind, found.lead, found.outcome) == ("case", "police", "agreed")
    unknown = said(dialogue.MINUTES_AGREED, SESSION_ID, 4, act_id(9))
    assert refused(SESSION, now, "bb", unknown) == "stance.nothing-answered"


def test_a_session_is_converted_into_another_series() -> None:
    """As in 2017: what was one dialogue goes on in another, when both state so."""
    now = told(SESSION, State(TWO), "aa", SESSION.opening)
    into = said(dialogue.STATED, SESSION_ID, 1, into="law-enforcement")
    now = told(SESSION, told(SESSION, now, "aa", into), "bb", into)
    assert dialogue_view.status(now) == dialogue_view.CONVERTED


def test_a_paragraph_goes_from_one_side_to_concordant() -> None:
    """Tabled, bracketed, taken, attested by both; a change voids what was attested."""
    now = told(TEXT, State(TWO), "aa", TEXT.opening)
    now = told(TEXT, now, "aa", tabled("aa.1", "1", 1))
    (one,) = wording_view.paragraphs(now)
    assert (one.status, wording_view.to_move(now, "bb")) == ("one-sided", ("aa.1",))
    now = told(TEXT, now, "bb", tabled("aa.1", "2", 2))
    assert wording_view.paragraphs(now)[0].status == "bracketed"
    now = told(TEXT, now, "aa", said(wording.ACCEPTED, TEXT_ID, 3, act_id(2)))
    assert (wording_view.paragraphs(now)[0].status, wording_view.status(now)) == ("clean", "clean")
    for party in TWO:
        same = said(wording.ATTESTED, TEXT_ID, 4, act_id(2), on__aa__1="same")
        now = told(TEXT, now, party, same)
    assert wording_view.status(now) == wording_view.CONCORDANT
    now = told(TEXT, now, "bb", tabled("aa.1", "3", 5))
    assert wording_view.status(now) == wording_view.CONCORDANT  # a wish alone ends nothing
    now = told(TEXT, now, "aa", said(wording.ACCEPTED, TEXT_ID, 6, act_id(5)))
    assert wording_view.status(now) == wording_view.CLEAN
    now = told(TEXT, now, "aa", said(wording.RESERVED, TEXT_ID, 7, reason="law", items=("aa.1",)))
    assert wording_view.paragraphs(now)[0].status == "reserved"
    assert wording_view.brackets(now) == 1


def test_paragraphs_stand_where_they_say_and_have_names_of_their_own() -> None:
    """New ones are named after who tables them; the order follows what they name."""
    now = told(TEXT, State(TWO), "aa", TEXT.opening)
    now = told(TEXT, now, "aa", tabled("aa.1", "1", 1))
    assert refused(TEXT, now, "bb", tabled("aa.2", "2", 2)) == "wording.not-ours"
    far = tabled("bb.1", "2", 2, after__bb__1="aa.9")
    assert refused(TEXT, now, "bb", far) == "stance.point-unknown"
    now = told(TEXT, now, "bb", tabled("bb.1", "2", 2, after__bb__1="first"))
    now = told(TEXT, now, "bb", tabled("bb.2", "3", 3, after__bb__2="aa.1"))
    assert [one.name for one in wording_view.paragraphs(now)] == ["bb.1", "aa.1", "bb.2"]
    half = said(wording.TABLED, TEXT_ID, 4, blobs=(blob("words:aa.1.en"),))
    assert refused(TEXT, now, "aa", half) == "wording.language-missing"
    nothing = said(wording.TABLED, TEXT_ID, 4)
    assert refused(TEXT, now, "aa", nothing) == "wording.words-missing"
    odd = said(wording.TABLED, TEXT_ID, 4, drop__facts="yes")
    assert refused(TEXT, now, "aa", odd) == "wording.part-misplaced"
    idle = said(wording.ATTESTED, TEXT_ID, 4, act_id(1))
    assert refused(TEXT, now, "aa", idle) == "wording.attestation-missing"
    now = told(TEXT, now, "aa", said(wording.CLOSED, TEXT_ID, 4, reason="given-up"))
    assert refused(TEXT, now, "bb", tabled("bb.3", "4", 5)) == "wording.closed-before"
