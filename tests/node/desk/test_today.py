"""My desk and its lists: what each officer must do now, what they may not see in no figure."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from node.desk.test_duty import HOUR_MS, Desk, done, made
from support.agreed import reply

from comity.domestic.officer import role
from comity.joint.request import acts
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.reader import Wanted
from comity.node.base.rows import Officer
from comity.node.desk import matter_lines, saved_filters, today
from comity.node.desk import officer_admin as officer_rows
from comity.node.desk.duty import routing, work
from comity.node.desk.saved_filters import Saved
from comity.node.operate.overview import matter as overview
from comity.node.room import officers, parties
from comity.node.room.local_log import RECORD_KIND
from comity.rooms.request import request_list
from comity.rooms.request.request_list import Asked, Facets

WANTED = Wanted(kind=acts.KIND)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk on a memory store."""
    return made(tmp_path)


def person(desk: Desk, name: str, agency: str, *roles: str) -> Officer:
    """Return another officer."""
    token = officer_rows.add(desk.node, name, agency, roles=roles)
    return officers.authenticate(desk.node, name, token)


def ids(page: request_list.Page) -> list[str]:
    """Return which requests a page has."""
    return [line.row.matter.id for line in page.lines]


def page(desk: Desk, officer: Officer, wanted: Wanted = WANTED, **asked: object) -> list[str]:
    """Return the requests of the first page."""
    return ids(request_list.page(desk.node, officer, Asked(wanted, **asked)))  # type: ignore[arg-type] # fields by name


def facets(desk: Desk, officer: Officer, wanted: Wanted = WANTED) -> Facets:
    """Return the counts of an officer."""
    return request_list.facets(desk.node, officer, wanted)


def test_what_was_opened_and_not_answered_hides_nothing_that_arrived(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many of them there are: what nobody has opened is looked for, not looked past."""
    monkeypatch.setattr(today, "LOOKED_MAX", 2)
    monkeypatch.setattr(overview, "LOOKED_MAX", 2)
    oldest = desk.ask("subscriber", "urgent").act.matter.id
    newer = [desk.ask("subscriber", "urgent").act.matter.id for _ in range(3)]
    with desk.node.store.write() as tx:
        for row in tx.matters(acts.KIND):
            if row.matter.id in newer:
                tx.mark_opened(row.channel, row.matter)
    found = today.arrivals(desk.node, desk.wei)
    assert [one.id for one in found.lines] == [oldest]
    assert not found.is_more
    with desk.node.store.read() as tx:
        (first,) = overview.first(desk.node, tx, parties.known(desk.node, tx), 1).lines
    assert (first.id, first.is_alarming) == (oldest, True)


def test_each_choice_says_how_many_it_would_list(desk: Desk) -> None:
    """Its own filter aside, with every other; and exactly what the list then has."""
    one = desk.ask().act.matter.id
    desk.ask("subscriber", "urgent")
    done(routing.route(desk.node, desk.wei, one))
    found = facets(desk, desk.wei)
    assert found.total == 2
    assert found.urgencies == {"emergency": 1, "urgent": 1}
    assert found.types == {"infrastructure": 1, "subscriber": 1}
    assert (found.directions, found.parties) == ({"in": 2}, {"aa": 2})
    assert found.holders == {"bb": 2}
    assert found.agencies["cac"] == 1
    urgent = facets(desk, desk.wei, replace(WANTED, urgency="urgent"))
    assert (urgent.total, urgent.urgencies) == (1, found.urgencies)
    assert urgent.types == {"subscriber": 1}
    for agency, count in found.agencies.items():
        assert len(page(desk, desk.wei, replace(WANTED, agency=agency))) == count


def test_what_is_hidden_is_in_no_figure(desk: Desk) -> None:
    """An officer of an agency that has no part counts, lists and finds nothing."""
    asked = desk.ask()
    stranger = person(desk, "xu", "moj", role.CASE_OFFICER)

    def seen() -> str:
        told = repr((facets(desk, stranger), today.today(desk.node, stranger)))
        return re.sub(r"now_ms=\d+", "", told)

    before = seen()
    desk.ask("subscriber", "urgent")
    desk.world.advance(72 * HOUR_MS)
    assert seen() == before
    assert page(desk, stranger, clock=request_list.OVERDUE) == []
    assert page(desk, stranger, text=asked.act.matter.id) == []
    assert page(desk, stranger, is_mine=True) == []


def test_what_is_ones_own_is_listed_by_how_pressing_it_is(desk: Desk) -> None:
    """Each request once, page by page, and none that was given to somebody else."""
    matters = [desk.ask(kind, urgency).act.matter.id for kind, urgency in KINDS]
    for matter in matters:
        done(routing.route(desk.node, desk.wei, matter, routing.ByHand(to="mps", why="Ours.")))
        done(work.assign(desk.node, desk.wei, matter, "han"))
    assert page(desk, desk.wei, is_mine=True) == []
    assert page(desk, desk.han, is_mine=True) == matters
    assert page(desk, desk.han, replace(WANTED, urgency="urgent"), is_mine=True) == [matters[1]]
    first = request_list.page(desk.node, desk.han, Asked(is_mine=True, count_max=1))
    rest = request_list.page(desk.node, desk.han, Asked(is_mine=True, after=first.after))
    assert ids(first) + ids(rest) == matters
    assert facets(desk, desk.han).mine == (2, False)


def test_what_waits_for_nobody_is_listed_last(desk: Desk) -> None:
    """A withdrawn emergency stands under what is routine and open."""
    over, waits = desk.ask(), desk.ask("subscriber", "routine")
    both = [over.act.matter.id, waits.act.matter.id]
    assert page(desk, desk.wei) == both
    reply(desk.world, "aa", over, acts.WITHDRAWN, {"reason": "no-longer-needed"})
    desk.world.pump()
    assert page(desk, desk.wei) == both[::-1]


def test_counsel_decides_first_what_is_due_first(desk: Desk) -> None:
    """Of one urgency: what was asked before, and not what arrived last."""
    fa = person(desk, "fa", "mps", role.COUNSEL)
    asked = []
    for _ in range(3):
        asked.append(desk.ask("subscriber", "urgent").act.matter.id)
        done(routing.route(desk.node, desk.wei, asked[-1], routing.ByHand(to="mps", why="Ours.")))
        desk.world.advance(2 * HOUR_MS)
    found = today.today(desk.node, fa).decisions
    assert found is not None
    assert [one.request.id for one in found.lines if one.request] == asked


KINDS = (("infrastructure", "emergency"), ("subscriber", "urgent"))


def test_what_is_late_is_listed_by_when_it_was_due(desk: Desk) -> None:
    """Once for each request, however many of its clocks have run out."""
    late = desk.ask().act.matter.id
    desk.world.advance(72 * HOUR_MS)
    fresh = desk.ask("subscriber", "urgent").act.matter.id
    assert page(desk, desk.wei, clock=request_list.OVERDUE) == [late]
    assert page(desk, desk.wei, clock=request_list.BY_CLOCK) == [late, fresh]
    only = replace(WANTED, urgency="urgent")
    assert page(desk, desk.wei, only, clock=request_list.OVERDUE) == []
    assert facets(desk, desk.wei).overdue == (1, False)
    assert facets(desk, desk.wei, only).overdue == (0, False)


def test_one_field_finds_a_name_or_a_word(desk: Desk) -> None:
    """An id or a file number first; else words, in either language; nothing for a mere sign."""
    asked = desk.ask()
    matter = asked.act.matter.id
    assert page(desk, desk.wei, text=matter[:8]) == [matter]
    assert page(desk, desk.wei, text=asked.act.codes["own-reference"]) == [matter]
    assert page(desk, desk.wei, text="。") == []
    assert page(desk, desk.wei, text="nowhere") == []


def test_a_filter_is_ones_own_until_it_is_shared(desk: Desk) -> None:
    """Then the agency reads it and nobody else does; that is noted, and so is its end."""
    mine = saved_filters.save(desk.node, desk.han, "Late", "clock=overdue", key="a" * 8)
    again = saved_filters.save(desk.node, desk.han, "Late", "clock=overdue", key="a" * 8)
    assert mine == again == saved_filters.save(desk.node, desk.han, "Later", "", key="a" * 8)
    ours = saved_filters.save(desk.node, desk.han, "紧急", "urgency=emergency", is_shared=True)
    assert isinstance(ours, Saved)
    assert [one.name for one in saved_filters.listing(desk.node, desk.han)] == ["Late", "紧急"]
    assert saved_filters.listing(desk.node, desk.wei) == (ours,)
    assert saved_filters.listing(desk.node, desk.cai) == ()
    assert isinstance(saved_filters.drop(desk.node, desk.cai, ours.id), Inadmissible)
    auditor = person(desk, "aud", "mps", role.AUDITOR)
    assert saved_filters.listing(desk.node, auditor) == (ours,)
    no = saved_filters.drop(desk.node, auditor, ours.id)
    assert isinstance(no, Inadmissible)
    assert no.rule == "officer.role.lacking"
    assert saved_filters.listing(desk.node, person(desk, "op", "mps", role.OPERATOR)) == ()
    assert saved_filters.drop(desk.node, desk.wei, ours.id) == ours
    assert isinstance(saved_filters.drop(desk.node, desk.wei, "a" * 8), Inadmissible)
    with desk.node.store.read() as tx:
        facts = [one for one in tx.records(RECORD_KIND).values() if "filter" in (one or {})]  # type: ignore[operator] # JSON
    assert len(facts) == 2


def test_a_filter_has_a_name_and_a_bound(desk: Desk) -> None:
    """What cannot be kept says why; who reads no content keeps none."""
    operator = person(desk, "op", "mps", role.OPERATOR)
    for officer, name, query, rule in (
        (desk.han, " ", "", "node.filter.nameless"),
        (desk.han, "n" * 81, "", "node.filter.nameless"),
        (desk.han, "n", "q" * 2_001, "node.filter.too-long"),
        (operator, "n", "", "officer.role.lacking"),
    ):
        no = saved_filters.save(desk.node, officer, name, query)
        assert isinstance(no, Inadmissible)
        assert no.rule == rule
    assert saved_filters.listing(desk.node, operator) == ()
    for number in range(saved_filters.KEPT_MAX):
        assert isinstance(saved_filters.save(desk.node, desk.han, f"{number}", ""), Saved)
    no = saved_filters.save(desk.node, desk.han, "n", "")
    assert isinstance(no, Inadmissible)
    assert no.rule == "node.filter.too-many"


def test_a_desk_shows_what_arrived_until_somebody_opens_it(desk: Desk) -> None:
    """The more urgent first, with what presses marked; the list marks the same as new."""
    asked = desk.ask()
    desk.ask("subscriber", "routine")
    found = today.today(desk.node, desk.wei)
    assert [(one.urgency, one.is_pressing) for one in found.arrivals.lines] == [
        ("emergency", True),
        ("routine", False),
    ]
    assert found.inbox is not None
    assert len(found.inbox.lines) == 2
    assert found.is_watched
    assert found.ours.lines[0].request.id == asked.act.matter.id
    assert not found.theirs
    assert found.colleagues == ("han",)
    assert not today.today(desk.node, desk.han).is_watched
    assert marked_new(desk) == {one.id for one in found.arrivals.lines}
    reply(desk.world, "bb", asked, acts.ACKNOWLEDGED)
    left = today.arrivals(desk.node, desk.wei).lines
    assert [one.urgency for one in left] == ["routine"]
    assert marked_new(desk) == {one.id for one in left}


def marked_new(desk: Desk) -> set[str]:
    """Return which requests the list marks as new."""
    found = request_list.page(desk.node, desk.wei, Asked(WANTED)).lines
    return {one.id for one in request_list.shown(desk.node, found) if one.is_new}


def test_a_desk_shows_whose_clock_has_run_out(desk: Desk) -> None:
    """Ours among what we must do, those of the other side beside it."""
    desk.ask()
    desk.world.advance(72 * HOUR_MS)
    found = today.today(desk.node, desk.wei)
    assert [(one.age, one.party) for one in found.ours.lines] == [("late", "bb")]
    assert found.theirs.lines == ()


def test_what_has_long_been_late_hides_nothing_that_can_still_be_done(desk: Desk) -> None:
    """However much of it there is: an emergency of this hour, and what is routine, come first."""
    for _ in range(today.LINES + 1):
        desk.ask("subscriber", "routine")
    urgent = desk.ask("subscriber", "urgent").act.matter.id
    desk.world.advance(90 * 24 * HOUR_MS)
    emergency = desk.ask().act.matter.id
    routine = desk.ask("subscriber", "routine").act.matter.id
    found = today.today(desk.node, desk.wei)
    assert [(one.request.id, one.age) for one in found.ours.lines] == [
        (emergency, matter_lines.SOON),
        (urgent, matter_lines.LATE),
        (routine, matter_lines.IN_TIME),
    ]
    assert (len(found.late.lines), found.late.is_more) == (today.LINES, True)
    assert {one.age for one in found.late.lines} == {matter_lines.LATE}
    desk.world.advance(24 * HOUR_MS)
    first = today.today(desk.node, desk.wei).ours.lines[0]
    assert (first.request.id, first.age) == (emergency, matter_lines.LATE)


def test_counsel_sees_what_waits_for_a_decision(desk: Desk) -> None:
    """Requests whose questions the law asks, with how many there are; nobody else has the part."""
    matter = desk.ask().act.matter.id
    counsel = person(desk, "fa", "mps", role.COUNSEL, role.CONTACT_POINT)
    found = today.today(desk.node, counsel).decisions
    assert found is not None
    assert [one.request and one.request.id for one in found.lines] == [matter]
    assert found.lines[0].questions > 0
    assert today.today(desk.node, desk.han).decisions is None
