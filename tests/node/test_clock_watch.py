"""The index of clocks costs what changed; alarms wake who holds the ball, and nobody else."""

from dataclasses import replace
from pathlib import Path

import pytest
from node.test_clocks import decree
from support.agreed import adopt, agreed_world, ask, at, reply, set_clock
from support.pair import World
from support.undone import Undone, kept, once

from comity.acts.record import Matter
from comity.joint.arrangement.channel import EXERCISE, Terms
from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.node.base import register_records
from comity.node.base.rows import Officer
from comity.node.desk import due_list
from comity.node.desk.due_list import Wanted
from comity.node.exchange import channel
from comity.node.operate import rebuild
from comity.node.room import clock_index, clock_watch, joint_texts, local_log

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
ANN = Officer("ann", b"0" * 32, "police", "", 0)


def run(world: World, party: str) -> int:
    """Let the watch of a node look until nothing is left; return how many steps it took."""
    count = 1
    while clock_watch.step(world.node(party)):
        count += 1
        assert count < 500
    return count


def alarms(world: World, party: str) -> list[str]:
    """Return the alarms of clocks that stand at a node."""
    return [
        f"{code} {what}" for code, what in world.alarms(party) if code.startswith("node.clock.")
    ]


def steps(world: World, party: str) -> list[str]:
    """Return the steps of clocks in the local log of a node."""
    node = world.node(party)
    with node.store.read() as tx:
        log = local_log.local_log(tx, node) if tx.logs("local") else None
        entries = [] if log is None else tx.entries(log.origin, 0, log.size)
    found = [entry.split(b'"step":"')[1].split(b'"')[0].decode() for entry in entries]
    return [step for step in found if step.startswith("clock.")]


def test_who_holds_the_ball_is_woken_and_nobody_else(tmp_path: Path) -> None:
    """Due soon once, overdue once, told again after its hours, silent when it ends."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    start = world.states["bb"].clock.at_ms
    run(world, "aa"), run(world, "bb")
    assert alarms(world, "bb") == []
    set_clock(world, start + 7 * HOUR_MS)
    run(world, "aa"), run(world, "bb")
    assert alarms(world, "aa") == []
    (soon,) = alarms(world, "bb")
    assert soon.startswith("node.clock.due-soon Request")
    set_clock(world, start + 8 * HOUR_MS)
    run(world, "bb")
    assert [one.split()[0] for one in alarms(world, "bb")] == ["node.clock.overdue"]
    assert steps(world, "bb") == ["clock.warned", "clock.warned"]
    with world.node("bb").store.read() as tx:
        told = (
            clock_index.opened(tx, (world.channel, "request", asked.act.matter.id)).lines[0].told_ms
        )
    set_clock(world, start + 13 * HOUR_MS)
    run(world, "bb")
    with world.node("bb").store.read() as tx:
        again = (
            clock_index.opened(tx, (world.channel, "request", asked.act.matter.id)).lines[0].told_ms
        )
    assert told == start + 8 * HOUR_MS
    assert again == start + 13 * HOUR_MS
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    world.pump()
    run(world, "bb")
    assert alarms(world, "bb") == []


def test_no_clock_runs_in_a_channel_that_has_ended(tmp_path: Path) -> None:
    """What was open stays so, and alarms nobody: no one could answer it there."""
    world = agreed_world(tmp_path)
    for one in world.states.values():
        terms = Terms("table-top", EXERCISE)
        channel.open_channel(one.node, one.maker, world.arrangement, terms)
        world.pump()
    world.channel_name = "table-top"
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    run(world, "bb")
    key = (world.channel, "request", asked.act.matter.id)
    with world.node("bb").store.read() as tx:
        assert clock_index.opened(tx, key).lines
    channel.end_channel(world.node("aa"), world.channel, "done")
    world.pump()
    world.advance(9 * HOUR_MS)
    run(world, "bb")
    assert alarms(world, "bb") == []
    with world.node("bb").store.read() as tx:
        assert clock_index.opened(tx, key).lines == ()


@pytest.mark.parametrize("is_page", [True, False])
def test_who_looked_with_less_writes_over_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_page: bool
) -> None:
    """A page lists clocks while `serve` looks at them: what is answered stays answered."""
    world = agreed_world(tmp_path)
    node = world.node("bb")
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    run(world, "bb")
    world.advance(7 * HOUR_MS)  # it is due soon: time alone has it looked at
    key = (world.channel, "request", asked.act.matter.id)
    is_empty = vars(clock_watch._Step)["is_empty"].fget
    waiting = [lambda: (reply(world, "bb", asked, acts.ANSWERED), world.pump())]

    def overtaken(found: clock_watch._Step) -> bool:
        if waiting and any(one.key == key and one.now.lines for one in found.looked):
            waiting.pop()()
            clock_watch.catch_up(node)
            with node.store.read() as tx:
                assert clock_index.opened(tx, key).lines == ()
        return bool(is_empty(found))

    monkeypatch.setattr(clock_watch._Step, "is_empty", property(overtaken))
    clock_watch.catch_up(node) if is_page else run(world, "bb")
    assert not waiting
    with node.store.read() as tx:
        assert clock_index.opened(tx, key).lines == ()
        assert clock_index.due(tx, clock_index.NEVER_MS + 1) == []
    assert alarms(world, "bb") == []


def test_what_lapses_is_told_before_and_no_more_after(tmp_path: Path) -> None:
    """The asker hears of a preservation ten days before, though the request was closed."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "preservation", "urgent")
    world.pump()
    reply(world, "bb", asked, acts.ANSWERED)
    world.pump()
    reply(world, "aa", asked, acts.CLOSED, {"reason": "satisfied"})
    world.pump()
    told = {}
    for days in (40, 55, 70):
        set_clock(world, at("2026-09-28 09:00 +0800") + days * DAY_MS)
        run(world, "aa"), run(world, "bb")
        told[days] = [one.split()[0] for one in alarms(world, "aa")]
        assert alarms(world, "bb") == []
    assert told == {40: [], 55: ["node.clock.due-soon"], 70: []}


def test_a_start_lets_stand_what_stood(tmp_path: Path) -> None:
    """A new process raises the alarms again; one that a command found settled is cleared."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    world.advance(9 * HOUR_MS)
    run(world, "bb")
    before = alarms(world, "bb")
    world.node("bb").alarms.clear("node.clock.overdue")
    world.node("bb").session.of(clock_watch.Watch).clocks_told = False
    run(world, "bb")
    assert alarms(world, "bb") == before != []
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    world.pump()
    due_list.listing(world.node("bb"), ANN, Wanted())
    assert alarms(world, "bb") == before
    run(world, "bb")
    assert alarms(world, "bb") == []


@pytest.mark.parametrize("is_started", [False, True])
def test_a_clock_that_ran_ahead_leaves_no_alarm_behind(tmp_path: Path, is_started: bool) -> None:  # noqa: FBT001 -- of a table
    """Set right, or set right between two starts: what is due is told, and nothing else."""
    world = agreed_world(tmp_path)
    ask(world, "aa", "subscriber", "urgent")
    world.pump()
    start = world.states["bb"].clock.at_ms
    run(world, "bb")
    set_clock(world, start + 400 * DAY_MS)
    run(world, "bb")
    assert {one.split()[0] for one in alarms(world, "bb")} == {"node.clock.overdue"}
    set_clock(world, start + 60_000)
    if is_started:
        for code in ("node.clock.overdue", "node.clock.due-soon"):
            world.node("bb").alarms.clear(code)
        world.node("bb").session.of(clock_watch.Watch).clocks_told = False
        world.node("bb").session.of(clock_watch.Watch).clocks_at_ms = 0
    run(world, "bb")
    assert alarms(world, "bb") == []
    set_clock(world, start + 7 * HOUR_MS)
    run(world, "bb")
    assert [one.split()[0] for one in alarms(world, "bb")] == ["node.clock.due-soon"]


def test_what_is_hidden_is_named_by_no_cursor(tmp_path: Path) -> None:
    """A look that passed over what an officer may not read goes on and tells nothing of it."""
    world = agreed_world(tmp_path)
    node = world.node("aa")
    for _ in range(3):
        ask(world, "aa", "subscriber", "urgent")
    world.pump()
    nobody = replace(ANN, name="eve", agency="customs")
    shown = due_list.listing(node, ANN, Wanted())
    first = due_list.listing(node, nobody, Wanted(), scanned_max=1)
    assert (first.lines, len(shown.lines) >= 3) == ((), True)
    for hidden in (world.channel, *(line.found.row.matter.id for line in shown.lines)):
        assert hidden not in first.after
    second = due_list.listing(node, nobody, Wanted(after=first.after), scanned_max=1)
    assert second.after not in ("", first.after)
    rest = due_list.listing(node, ANN, Wanted(after=first.after))
    assert [line.timed for line in rest.lines] == [
        line.timed for line in shown.lines[-len(rest.lines) :]
    ]
    assert len(rest.lines) < len(shown.lines)
    with pytest.raises(Fault, match=r"node\.cursor\.malformed"):
        due_list.listing(node, nobody, Wanted(after=first.after[:-4]))


def test_a_decree_moves_the_clocks_of_the_hotline_too(tmp_path: Path) -> None:
    """Texts are agreed in `live` and count in each channel beside it."""
    world = agreed_world(tmp_path)
    hotline = register_records.channel_path(world.arrangement, "hotline")
    there = replace(world, channel_name="hotline")
    asked = ask(there, "aa", "preservation", "urgent")
    world.pump()
    run(world, "bb")
    key = (hotline, "request", asked.act.matter.id)
    with world.node("bb").store.read() as tx:
        before = {one.clock: one.due_ms for one in clock_index.opened(tx, key).lines}
    adopt(world, "calendar.bb", decree(d_2026_09_30="holiday"))
    run(world, "bb")
    with world.node("bb").store.read() as tx:
        after = {one.clock: one.due_ms for one in clock_index.opened(tx, key).lines}
    assert before.keys() == after.keys() != set()
    assert before != after
    assert steps(world, "bb").count("clock.moved") >= 1


def test_a_new_decree_is_told_where_it_moves_a_clock(tmp_path: Path) -> None:
    """One alarm names the calendar; each move is a step of the local log; the list shows it."""
    world = agreed_world(tmp_path)
    for _ in range(3):
        ask(world, "aa", "preservation", "urgent")
    world.pump()
    run(world, "bb")
    sha256 = adopt(world, "calendar.bb", decree(d_2026_09_30="holiday"))
    run(world, "bb")

    (told,) = (one for one in alarms(world, "bb") if one.startswith("node.clock.moved"))
    assert f"The calendar {sha256[:16]} of bb moved open clocks" in told
    assert steps(world, "bb").count("clock.moved") == 3
    page = due_list.listing(world.node("aa"), ANN, Wanted())
    moved = [line.timed.moved[0].change.moved_ms for line in page.lines if line.timed.moved]
    assert moved == [DAY_MS] * 3
    world.advance(25 * HOUR_MS)
    run(world, "bb")
    assert not [one for one in alarms(world, "bb") if one.startswith("node.clock.moved")]


def test_a_decree_for_later_moves_clocks_when_its_day_comes(tmp_path: Path) -> None:
    """It is adopted now and in force from a day on: the watch wakes on that day by itself."""
    world = agreed_world(tmp_path)
    ask(world, "aa", "preservation", "urgent")
    world.pump()
    from_ms = at("2026-09-29 12:00 +0800")
    adopt(world, "calendar.bb", decree(d_2026_09_30="holiday"), from_ms)
    run(world, "bb")
    assert "clock.moved" not in steps(world, "bb")
    set_clock(world, from_ms)
    run(world, "bb")
    assert steps(world, "bb").count("clock.moved") == 1


def test_the_list_stands_by_due_time_and_pages(tmp_path: Path) -> None:
    """Every open clock once, in order, whoever pages; those that wait stand last."""
    world = agreed_world(tmp_path)
    first = ask(world, "aa", "subscriber", "urgent")
    for _ in range(4):
        ask(world, "aa", "preservation", "routine")
    world.pump()
    reply(world, "bb", first, acts.ACKNOWLEDGED)
    reply(world, "bb", first, acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}})
    world.pump()
    whole = due_list.listing(world.node("aa"), ANN, Wanted()).lines
    found: list[due_list.Line] = []
    after = ""
    while True:
        page = due_list.listing(world.node("aa"), ANN, Wanted(after=after, count_max=3))
        found += page.lines
        after = page.after
        if not after:
            break
    assert [(one.found.row.matter.id, one.timed) for one in found] == [
        (one.found.row.matter.id, one.timed) for one in whole
    ]
    dues = [one.timed.clock.due_at_ms for one in whole]
    known = [one for one in dues if one is not None]
    assert known == sorted(known)
    assert dues[len(known) :] == [None, None]
    ours = due_list.listing(world.node("aa"), ANN, Wanted(party="aa")).lines
    assert [(one.timed.party, one.timed.rule.name) for one in ours] == [("aa", "clarify")]
    soon = world.states["aa"].clock.at_ms + 3 * DAY_MS
    assert all(
        (one or 0) < soon
        for one in [
            line.timed.clock.due_at_ms
            for line in due_list.listing(world.node("aa"), ANN, Wanted(until_ms=soon)).lines
        ]
    )


def test_a_rebuild_changes_nothing_in_the_list(tmp_path: Path) -> None:
    """The index is a cache: found again after a rebuild, and from nothing."""
    world = agreed_world(tmp_path)
    for _ in range(3):
        ask(world, "aa", "subscriber", "routine")
    world.pump()
    node = world.node("bb")

    def listed() -> list[tuple[str, str, int | None]]:
        return [
            (one.found.row.matter.id, one.timed.rule.name, one.timed.clock.due_at_ms)
            for one in due_list.listing(node, ANN, Wanted()).lines
        ]

    before = listed()
    rebuild.rebuild(node)
    assert listed() == before
    with node.store.write() as tx:
        for kind in (clock_index.OPEN, clock_index.DUE, clock_index.NEXT, clock_index.CURSOR):
            for key in tx.records(kind):
                tx.drop_record(kind, key)
    assert listed() == before


def test_a_step_costs_what_changed(tmp_path: Path) -> None:
    """With many open clocks, one more act lets one request be looked at, and none do without."""
    world = agreed_world(tmp_path, store="sqlite")
    asked = [ask(world, "aa", "subscriber", "routine") for _ in range(60)]
    world.pump()
    run(world, "bb")
    looked: list[Matter] = []
    node = world.node("bb")
    with node.store.read() as tx:
        assert clock_index.touched(node, tx).keys == ()
        assert clock_index.timely(tx, node.clock.now_ms()) == ()
    reply(world, "bb", asked[7], acts.ACKNOWLEDGED)
    with node.store.read() as tx:
        looked = [Matter(*key[1:]) for key in clock_index.touched(node, tx).keys]
    assert looked == [asked[7].act.matter]
    world.close()


def test_among_very_many_only_those_are_looked_at_whose_instant_has_come(tmp_path: Path) -> None:
    """Five thousand requests wait; three are due to change, and these alone are read."""
    world = agreed_world(tmp_path, store="sqlite")
    node = world.node("bb")
    run(world, "bb")
    now_ms = node.clock.now_ms()
    line = clock_index.Line("bb", "bb", "completion", "running", now_ms + DAY_MS, now_ms)
    ids = [f"{number:026d}" for number in range(5_000)]
    with node.store.write() as tx:
        for number, matter_id in enumerate(ids):
            at_ms = now_ms + (HOUR_MS if number % 2_000 == 7 else DAY_MS)
            kept = clock_index.Open((replace(line, due_ms=at_ms),), at_ms, "urgent")
            clock_index.save(tx, (world.channel, "request", matter_id), clock_index.EMPTY, kept)
    with node.store.read() as tx:
        assert clock_index.timely(tx, now_ms) == ()
        found = clock_index.timely(tx, now_ms + HOUR_MS)
        due_soon = clock_index.due(tx, now_ms + 2 * HOUR_MS)
    assert [matter_id for *_, matter_id in found] == [ids[7], ids[2_007], ids[4_007]]
    assert [place.key for place in due_soon] == list(found)
    assert run(world, "bb") == 1
    world.close()


def test_a_clock_that_went_back_is_looked_at_again_though_the_write_was_undone(
    tmp_path: Path,
) -> None:
    """The disk was full just then: no alarm stands of what is not late any more."""
    world = agreed_world(tmp_path)
    ask(world, "aa", "subscriber", "urgent")
    world.pump()
    start = world.states["bb"].clock.at_ms
    run(world, "bb")
    set_clock(world, start + 8 * HOUR_MS)
    run(world, "bb")
    assert [one.split()[0] for one in alarms(world, "bb")] == ["node.clock.overdue"]
    set_clock(world, start + HOUR_MS)
    with pytest.raises(Undone):
        clock_watch.step(kept(world, "bb", before=once(Undone)))
    run(world, "bb")
    assert alarms(world, "bb") == []


@pytest.mark.parametrize("named", ["x" * 255, "A" * 64, "aa " * 31 + "aa", "0"])
def test_a_guideline_that_none_can_be_named_stops_nothing(tmp_path: Path, named: str) -> None:
    """A request may name any code: its clocks are none, and those of others go on."""
    world = agreed_world(tmp_path, "sqlite")
    ask(world, "aa", "preservation", "urgent", guideline=named)
    other = ask(world, "aa", "preservation", "urgent")
    world.pump()
    clock_watch.catch_up(world.node("bb"))

    with world.node("bb").store.read() as tx:
        due = tx.records(clock_index.DUE)
        assert joint_texts.bound(world.node("bb"), tx, world.channel, named) is None
    assert any(other.act.matter.id in key for key in due), due
