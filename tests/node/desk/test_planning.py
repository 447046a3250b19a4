"""The plan of duty on a node: who may change it, what is told, and calendars out and in."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from domestic.duty.test_plan import LATE, SPAN, START, at_wall, changes, lines, planned
from hypothesis import HealthCheck, given, settings
from support.pair import World, make_world

from comity.adapters.alarms import StandingAlarms
from comity.domestic.duty import plan
from comity.domestic.duty.plan import LineSet, Overridden
from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Unfit
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin
from comity.node.desk.duty import plan_ics, planning, watch
from comity.node.room import officers

HOUR = 3_600_000
NOON = int(datetime(2027, 3, 1, 11, tzinfo=UTC).timestamp() * 1_000)
NIGHT = LineSet(
    "night", "", "Asia/Shanghai", ("wei", "li"), (480, 1_200), NOON // plan.DAY_MS - 2, plan.ALL,
    "", 0,
)  # fmt: skip


class Desk:
    """A node with a contact point, and two officers who take turns."""

    def __init__(self, folder: Path) -> None:
        self.world: World = make_world(folder)
        self.node: Node = self.world.node("aa")
        self.at(NOON)
        self.ann = self._officer("ann", role.CONTACT_POINT)
        self.wei = self._officer("wei", role.CASE_OFFICER)
        self.li = self._officer("li", role.CASE_OFFICER)

    def _officer(self, name: str, *roles: str) -> Officer:
        opened = officer_admin.add(self.node, name, "police", "", roles)
        return officers.authenticate(self.node, name, opened)

    def at(self, at_ms: int) -> None:
        """Let it be that instant."""
        self.world.states["aa"].clock.at_ms = at_ms

    def now(self) -> str:
        """Return who is planned now."""
        (part,) = planning.now(self.node)
        return part.officer


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a node with one line of duty, handed over at 08:00 and 20:00."""
    made = Desk(tmp_path)
    assert isinstance(planning.set_line(made.node, made.ann, NIGHT), LineSet)
    return made


def rule(result: object) -> str:
    """Return the rule by which something is refused."""
    assert isinstance(result, Inadmissible), result
    return result.rule


def test_officers_take_turns_and_one_stands_in_or_takes_it(desk: Desk) -> None:
    """19:00 in Shanghai, then the night: an override and a press count from now on."""
    assert desk.now() == "wei"
    desk.at(NOON + 12 * HOUR)
    assert desk.now() == "li"
    assert isinstance(planning.take(desk.node, desk.wei, "night"), Overridden)
    assert desk.now() == "wei"
    assert rule(planning.take(desk.node, desk.wei, "night")) == "duty.shift.yours"
    desk.at(NOON + 25 * HOUR)
    over = (desk.node, desk.ann, "night", "ann", NOON + 25 * HOUR, NOON + 30 * HOUR)
    assert isinstance(planning.override(*over), Overridden)
    assert desk.now() == "ann"
    was = planning.span(desk.node, NOON, NOON + 25 * HOUR)
    assert [one.officer for one in was] == ["wei", "li", "wei", "wei"]


def test_a_swap_counts_once_the_other_agrees(desk: Desk) -> None:
    """It is bound to the shift; who is asked agrees, either takes it back, nobody else does."""
    ahead = planning.span(desk.node, NOON, NOON + 60 * HOUR)
    mine = next(one for one in ahead if one.officer == "wei" and one.from_ms > NOON)
    asked = planning.ask_swap(desk.node, desk.wei, "night", mine.shift, "li")
    assert not isinstance(asked, Inadmissible)
    theirs = planning.ask_swap(desk.node, desk.wei, "night", mine.shift + 1, "li")
    assert rule(theirs) == "duty.plan.shift-not-yours"
    running = planning.ask_swap(desk.node, desk.wei, "night", ahead[0].shift, "li")
    assert rule(running) == "duty.plan.shift-begun"
    no = planning.answer_swap(desk.node, desk.wei, 1, is_undone=False)
    assert rule(no) == "duty.plan.swap-not-yours"
    assert not isinstance(
        planning.answer_swap(desk.node, desk.li, 1, is_undone=False), Inadmissible
    )
    found = planning.span(desk.node, NOON, NOON + 60 * HOUR)
    assert [one.officer for one in found if one.shift == mine.shift] == ["li"]
    assert rule(planning.answer_swap(desk.node, desk.li, 2, is_undone=True)) == (
        "duty.plan.swap-unknown"
    )
    planning.answer_swap(desk.node, desk.wei, 1, is_undone=True)
    assert planning.span(desk.node, NOON, NOON + 60 * HOUR) == ahead


def test_a_gap_is_told_thirty_days_ahead(desk: Desk) -> None:
    """Nobody at the week's end, or who has left: the alarm stands until somebody is planned."""
    alarms = desk.node.alarms
    assert isinstance(alarms, StandingAlarms)

    def is_told() -> bool:
        watch.step(desk.node)
        return any(code == watch.GAP for code, _ in alarms.standing())

    assert not is_told()
    planning.set_line(desk.node, desk.ann, replace(NIGHT, days=plan.WEEKDAYS))
    assert is_told()
    assert {one.officer for one in planning.gaps(desk.node)} == {""}
    planning.set_line(desk.node, desk.ann, NIGHT)
    assert not is_told()
    officer_admin.end(desk.node, "li")
    assert is_told()
    assert {one.officer for one in planning.gaps(desk.node)} == {"li"}


def test_what_does_not_fit_is_refused_by_rule(desk: Desk) -> None:
    """Each with its value and what to do; nothing is changed."""
    node, ann = desk.node, desk.ann
    was = planning.span(node, NOON, NOON + 60 * HOUR)
    zone = planning.set_line(node, ann, replace(NIGHT, zone="Asia/Nowhere"))
    assert rule(zone) == "duty.plan.zone-unknown"
    turns = planning.set_line(node, ann, replace(NIGHT, hand_overs=(1_200, 480)))
    assert rule(turns) == "duty.plan.times-unclear"
    nobody = planning.set_line(node, ann, replace(NIGHT, officers=("wei", "zhou")))
    assert rule(nobody) == "duty.plan.officer-unknown"
    assert rule(planning.take(node, desk.li, "day")) == "duty.plan.line-unknown"
    past = planning.override(node, ann, "night", "li", NOON - 2 * HOUR, NOON - HOUR)
    assert rule(past) == "duty.plan.times-unclear"
    mine = planning.override(node, desk.wei, "night", "wei", NOON, NOON + HOUR)
    assert rule(mine) == "officer.role.lacking"
    assert planning.span(node, NOON, NOON + 60 * HOUR) == was


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a machine with much else to do
@given(lines, changes)
def test_an_import_of_an_export_is_the_same_plan(first: LineSet, later: list[plan.Change]) -> None:
    """Over an empty line the file plans each instant to come as the plan did that wrote it."""
    now = planned(first, later)
    parts = plan.parts(now, "night", SPAN, LATE, at_wall)
    data = plan_ics.render(parts, "aa", START)
    read = plan_ics.read(data, "night", START)
    again = plan.fold_all([replace(one, at_ms=0) for one in read])
    for one in parts:
        whole_ms = one.until_ms - one.until_ms % 1_000 - 1  # a file has whole seconds
        if one.from_ms <= whole_ms:
            found = plan.part_at(again, "night", whole_ms, LATE, at_wall)
            assert found.officer == one.officer


EVENT = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//EN\r
BEGIN:VEVENT\r
UID:1\r
SUMMARY:li\r
DTSTART{start}\r
DTEND{end}\r
{more}END:VEVENT\r
END:VCALENDAR\r
"""


def roster(start: str, end: str, more: str = "") -> bytes:
    """Return a file of one event."""
    return EVENT.format(start=start, end=end, more=more).encode()


def test_a_roster_repeats_and_what_nobody_can_place_is_refused() -> None:
    """RRULE is unrolled; floating times, backward ones and other files are told with the event."""
    zoned = (";TZID=Asia/Shanghai:20270302T200000", ";TZID=Asia/Shanghai:20270303T080000")
    found = plan_ics.read(roster(*zoned, "RRULE:FREQ=DAILY;COUNT=3\r\n"), "night", NOON)
    assert [one.officer for one in found] == ["li"] * 3
    assert {one.until_ms - one.from_ms for one in found} == {12 * HOUR}
    for wrong in (
        roster(":20270302T200000", ":20270303T080000"),
        roster(";VALUE=DATE:20270302", ";VALUE=DATE:20270303"),
        roster(":20270303T200000Z", ":20270303T080000Z"),
    ):
        with pytest.raises(Unfit, match="/1") as caught:
            plan_ics.read(wrong, "night", NOON)
        assert caught.value.code == "duty.roster.unfit"
    with pytest.raises(Fault, match="iCalendar"):
        plan_ics.read(b"no calendar", "night", NOON)


def repeating(count: int) -> bytes:
    """Return a file of so many events, each of which repeats every day."""
    one = roster(":20270302T200000Z", ":20270303T080000Z", "RRULE:FREQ=DAILY\r\n").decode()
    begin, end = one.index("BEGIN:VEVENT"), one.index("END:VCALENDAR")
    return (one[:begin] + one[begin:end] * count + one[end:]).encode()


def test_a_roster_has_so_many_shifts_and_no_more() -> None:
    """Of a year and some days; events that repeat are bounded too: each is counted through."""
    assert len(plan_ics.read(repeating(20), "night", NOON)) > 7_000
    with pytest.raises(Unfit, match="10000"):
        plan_ics.read(repeating(30), "night", NOON)
    with pytest.raises(Unfit, match="Over 64"):
        plan_ics.read(repeating(65), "night", NOON)


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=minutely", "FREQ=HOURLY;INTERVAL=12", "FREQ=DAILY;BYSECOND=1,2"]
)
def test_a_roster_repeats_by_days(rule: str) -> None:
    """From 1900 on by seconds, a rule would be counted for hours before it came to today."""
    since = ":19000101T000000Z", ":19000101T000100Z"
    with pytest.raises(Unfit, match="within a day"):
        plan_ics.read(roster(*since, f"RRULE:{rule}\r\n"), "night", NOON)


def zone(name: str, offset: str) -> str:
    """Return what a file says of a zone."""
    return (
        f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        f"TZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\nTZNAME:X\r\nEND:STANDARD\r\n"
        "END:VTIMEZONE\r\n"
    )


def in_zone(name: str, told: str = "") -> bytes:
    """Return a roster in a zone, with what its file says of it."""
    times = (f";TZID={name}:20270302T200000", f";TZID={name}:20270303T080000")
    return roster(*times).replace(b"BEGIN:VEVENT", told.encode() + b"BEGIN:VEVENT", 1)


def test_a_zone_that_nobody_knows_or_that_the_file_tells_otherwise_is_refused() -> None:
    """A shift is never read hours off; a zone of the file's own counts for that file alone."""
    told = plan_ics.read(in_zone("Asia/Shanghai", zone("Asia/Shanghai", "+0800")), "night", NOON)
    assert told == plan_ics.read(in_zone("Asia/Shanghai"), "night", NOON)
    with pytest.raises(Unfit, match=r"\+07:00 then, and it is \+08:00"):
        plan_ics.read(in_zone("Asia/Shanghai", zone("Asia/Shanghai", "+0700")), "night", NOON)
    own = [
        plan_ics.read(in_zone("Mars Base", zone("Mars Base", offset)), "night", NOON)[0].from_ms
        for offset in ("+0300", "+0500")
    ]
    assert own[0] - own[1] == 2 * HOUR
    with pytest.raises(Unfit, match="zone"):
        plan_ics.read(in_zone("Mars Base"), "night", NOON)
