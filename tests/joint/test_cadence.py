"""The rhythm of the dialogue: planned by the terms, agreed, held, moved; what is owed by when."""

from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joint.points_laws import TWO, said, told
from joint.review.histories import act_id
from joint.test_points import SESSION, SESSION_ID, settled

from comity.acts.points import State
from comity.joint.dialogue import acts, cadence, due, terms
from comity.joint.dialogue.terms import Terms
from comity.kernel.problem import Unfit

DAY = due.DAY_MS


def shipped(name: str) -> bytes:
    """Return a text of the catalogue."""
    return resources.files("comity.catalogue").joinpath("guideline", name).read_bytes()


def test_two_drafts_are_shipped_and_their_numbers_are_marked_as_proposals() -> None:
    """Ministers and experts, in both languages; the experts report to the ministers."""
    ministers, experts = (
        terms.parse(shipped(f"terms-{one}.yaml")) for one in ("ministers", "experts")
    )
    assert (ministers.level, experts.level, experts.parent) == ("ministers", "experts", "ministers")
    assert ministers.languages == ("en", "zh")
    for name in ("ministers", "experts"):
        told = shipped(f"terms-{name}.yaml").decode()
        leads = [line for line in told.splitlines() if line.strip().startswith("- {of:")]
        assert all("proposal: true" in line for line in leads)


def test_what_is_wrong_in_terms_is_said_with_its_line() -> None:
    """Two lead times of one thing, or words that lack a language, are refused."""
    told = shipped("terms-ministers.yaml").decode()
    for wrong in (told.replace("of: delegation", "of: agenda"), told.replace("  zh:", "  fr:", 1)):
        with pytest.raises(Unfit) as found:
            terms.parse(wrong.encode())
        assert found.value.problems[0].line


@given(st.integers(0, 4_000_000_000_000), st.integers(1, 60))
def test_so_many_months_later_is_the_same_day_or_the_last_one(at_ms: int, months: int) -> None:
    """Of a month without that day it is the last; the time of day stays."""
    at, later = (
        datetime.fromtimestamp(one // 1_000, UTC) for one in (at_ms, cadence.later(at_ms, months))
    )
    assert (later.year * 12 + later.month) - (at.year * 12 + at.month) == months
    assert later.day <= at.day
    assert later.day == at.day or (later.month != 12 and later.day >= 28)
    assert (later.hour, later.minute, later.second) == (at.hour, at.minute, at.second)


def held(when: int, *, label: str = "2015-12") -> State:
    """Return a session that both have settled, opened and closed."""
    convened = replace(SESSION.opening, codes={"series": "ministers", "label": label})
    now = told(SESSION, State(TWO), "aa", convened)
    stated = replace(settled(1), times={"when": when})
    now = told(SESSION, told(SESSION, now, "aa", stated), "bb", replace(stated, id=act_id(2)))
    for tag, number in ((acts.OPENED, 3), (acts.CLOSED, 5)):
        for at, party in enumerate(TWO):
            now = told(SESSION, now, party, said(tag, SESSION_ID, number + at))
    return now


TERMS: Terms = terms.parse(shipped("terms-ministers.yaml"))
FIRST = int(datetime(2015, 12, 1, tzinfo=UTC).timestamp()) * 1_000


def test_a_session_is_planned_for_the_last_that_was_held_and_the_cadence() -> None:
    """The first for its first date; slip is in whole days, below zero if it was early."""
    second = held(FIRST + 400 * DAY, label="2016-12")
    found = cadence.cadence([("b", second), ("a", held(FIRST))], {"ministers": TERMS})
    assert [one.label for one in found] == ["2015-12", "2016-12"]
    assert (found[0].planned_ms, found[0].slip_days) == (FIRST, 0)
    assert found[1].planned_ms == cadence.later(FIRST, 12)
    assert found[1].slip_days == 400 - 366
    (alone,) = cadence.cadence([("b", second)], {})
    assert alone.planned_ms == alone.first_ms


def test_what_moved_a_session_stays_with_who_moved_it_and_why() -> None:
    """A postponement and a new date both stand; the first date is never lost."""
    now = told(SESSION, State(TWO), "aa", SESSION.opening)
    now = told(SESSION, now, "aa", settled(1))
    now = told(SESSION, now, "bb", settled(2))
    now = told(SESSION, now, "bb", said(acts.POSTPONED, SESSION_ID, 3, reason="events"))
    later = said(acts.STATED, SESSION_ID, 4, times={"when": 9_000})
    now = told(SESSION, now, "bb", later)
    now = told(SESSION, now, "aa", replace(later, id=act_id(5)))
    (line,) = cadence.cadence([("a", now)], {})
    assert (line.first_ms, line.agreed_ms, line.held_ms) == (7_000, 9_000, None)
    assert [(one.to_ms, one.party, one.reason) for one in line.moved] == [
        (None, "bb", "events"),
        (9_000, "bb", ""),
    ]


def test_what_is_owed_of_a_session_is_said_with_whose_it_is_and_by_when() -> None:
    """Without terms nothing; the agenda and delegations before it, the next date behind it."""
    when = 100 * DAY
    now = told(SESSION, State(TWO), "aa", SESSION.opening)
    stated = replace(settled(1), times={"when": when})
    now = told(SESSION, told(SESSION, now, "aa", stated), "bb", replace(stated, id=act_id(2)))
    assert due.owed(now, None) == ()
    owed = due.owed(now, TERMS)
    assert {(one.what, one.party) for one in owed} == {
        (what, party) for what in ("agenda", "delegation", "next") for party in TWO
    }
    assert {one.by_ms for one in owed if one.what == "agenda"} == {when - 30 * DAY}
    named = said(acts.DELEGATED, SESSION_ID, 3, agency__1="police")
    owed = due.owed(told(SESSION, now, "aa", named), TERMS)
    assert [one.party for one in owed if one.what == "delegation"] == ["bb"]
    assert owed[0].is_late(when - 30 * DAY)
    assert not owed[0].is_late(when - 30 * DAY - 1)
