"""The duty desk on a node: lists that follow the files, terms under the clock, all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.agreed import agreed_world, ask, reckoned, reply, shipped
from support.pair import World

from comity.adapters.alarms import StandingAlarms
from comity.domestic.duty import view
from comity.domestic.officer import role
from comity.joint.arrangement.card import Agency
from comity.joint.request import acts
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import profile
from comity.node.base.context import Node
from comity.node.base.profile import local_origin
from comity.node.base.reader import Grant
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin as officer_rows
from comity.node.desk.duty import access, file_store, intake, papers, routing, shifts, watch, work
from comity.node.desk.duty.change import Done
from comity.node.desk.duty.routing import ByHand
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild
from comity.node.room import nation_profile as nations
from comity.node.room import officers

HOUR_MS = 3_600_000


@dataclass
class Desk:
    """The desk of `bb`, which counts as China, in a world that has adopted a guideline.

    Attributes:
        world: with `aa`, which asks.
        wei: at the contact point.
        han: of the same agency.
        cai: of another.
    """

    world: World
    wei: Officer
    han: Officer
    cai: Officer

    @property
    def node(self) -> Node:
        """The node of `bb`."""
        return self.world.node("bb")

    def ask(self, kind: str = "infrastructure", urgency: str = "emergency") -> Appended:
        """Let `aa` ask for something."""
        asked = ask(self.world, "aa", kind, urgency)
        self.world.pump()
        return asked


AGENCIES: Final = ("mps", "moj", "cac", "miit")


def made(folder: Path, store: str = "memory") -> Desk:
    """Return a desk with three officers and the profile that ships, as that of `bb`."""
    world = agreed_world(folder, store, named={"bb": AGENCIES})
    node = world.node("bb")
    text = shipped("nation/cn.yaml").replace(b"\nid: cn\n", b"\nid: bb\n")
    with node.store.write() as tx:
        more = tuple(Agency(one, {"en": one}) for one in AGENCIES)
        profile.save(tx, replace(profile.load(tx), agencies=more))
    people = {}
    for name, agency, *roles in (
        ("lin", "moj", role.COUNSEL),
        ("wei", "mps", role.CONTACT_POINT),
        ("han", "mps", role.CASE_OFFICER),
        ("cai", "cac", role.CASE_OFFICER),
    ):
        token = officer_rows.add(node, name, agency, roles=roles)
        people[name] = officers.authenticate(node, name, token)
    adopted = nations.adopt(node, people.pop("lin"), text)
    assert isinstance(adopted, nations.Adopted)
    return Desk(world, **people)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk on a memory store."""
    return made(tmp_path)


def done(result: Done | Inadmissible) -> Done:
    """Return what was done, or fail with why it was not."""
    assert isinstance(result, Done), result
    return result


def no(result: object) -> str:
    """Return the rule of what was refused."""
    assert isinstance(result, Inadmissible), result
    return result.rule


def test_domestic_terms_lie_under_the_outward_clock(desk: Desk) -> None:
    """A rule's term is cut where the answer is due sooner; a later one is refused."""
    asked = desk.ask()
    matter = asked.act.matter.id
    found = routing.explain(desk.node, desk.wei, matter)
    now_ms = desk.node.clock.now_ms()
    assert found.outward_ms is not None
    left_ms = found.outward_ms - now_ms
    assert 23 * HOUR_MS < left_ms < 24 * HOUR_MS  # what is left of the 24 hours for completion

    parts = done(routing.route(desk.node, desk.wei, matter)).file.parts
    assert parts["cac"].due_ms == found.outward_ms  # the rule says 24 hours from now
    assert parts["miit"].due_ms == now_ms + 12 * HOUR_MS
    late = found.outward_ms + 1
    refused = routing.set_term(desk.node, desk.wei, matter, "miit", late, "")
    assert no(refused) == "duty.term.beyond-clock"
    done(routing.set_term(desk.node, desk.wei, matter, "miit", found.outward_ms, "So."))
    line = work.of_agency(desk.node, desk.cai).lines[0]
    assert (line.due_ms, line.is_lead, line.matter) == (found.outward_ms, True, "submitted")


def test_the_inbox_says_what_is_next_and_by_when(desk: Desk) -> None:
    """With the clock of the guideline, though no officer has looked yet."""
    desk.ask()
    found = intake.inbox(desk.node, desk.wei)
    assert isinstance(found, intake.Inbox)
    line = found.lines[0]
    assert (line.next, line.is_opened, line.crosses) == ("acknowledge", False, True)
    assert line.due_ms is not None
    assert 0 < line.due_ms - desk.node.clock.now_ms() <= HOUR_MS


def test_a_clock_that_has_run_out_bounds_no_term(desk: Desk) -> None:
    """What is overdue is still worked on."""
    matter = desk.ask().act.matter.id
    desk.world.advance(72 * HOUR_MS)
    desk.world.pump()
    assert routing.explain(desk.node, desk.wei, matter).outward_ms is None
    done(routing.route(desk.node, desk.wei, matter))


def test_a_clock_that_waits_bounds_terms_as_if_it_went_on_now(desk: Desk) -> None:
    """Our answer is not due with the next report on progress, because the asker is to clarify."""
    asked = desk.ask("subscriber", "urgent")
    before = routing.explain(desk.node, desk.wei, asked.act.matter.id).outward_ms
    reply(desk.world, "bb", asked, acts.ACKNOWLEDGED)
    reply(desk.world, "bb", asked, acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}})
    desk.world.pump()
    found = {one.rule.name: one.clock for one in reckoned(desk.world, "bb", asked).timed}
    assert (found["completion"].status, found["completion"].due_at_ms) == ("paused", None)
    assert routing.explain(desk.node, desk.wei, asked.act.matter.id).outward_ms == before


def test_routing_lets_agencies_read_and_ends_it(desk: Desk) -> None:
    """Who has a part may read the matter; who declined it may not any more."""
    asked = desk.ask()
    matter = asked.act.matter
    done(routing.route(desk.node, desk.wei, matter.id))
    assert held(desk, asked) == {"": None, "cac": None, "miit": None, "mps": None}
    now_ms = desk.node.clock.now_ms()
    done(work.decline(desk.node, desk.cai, matter.id, "Not ours."))
    assert held(desk, asked) == {"": None, "cac": now_ms, "miit": None, "mps": None}
    done(routing.route(desk.node, desk.wei, matter.id, ByHand("mps", why="As said.")))
    assert held(desk, asked) == {"": None, "cac": now_ms, "miit": now_ms, "mps": None}


def held(desk: Desk, asked: Appended) -> dict[str, int | None]:
    """Return when each grant of a matter ended, by agency."""
    with desk.node.store.read() as tx:
        grants: list[Grant] = tx.grants(desk.world.channel, asked.act.matter)
    return {one.reader: one.ended_ms for one in grants}


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_a_step_that_is_interrupted_has_done_nothing(tmp_path: Path, store: str) -> None:
    """Neither step, list, grant nor note: they are one transaction."""
    desk = made(tmp_path, store)
    asked = desk.ask()
    matter = asked.act.matter.id
    intake.catch_up(desk.node)
    before = everything(desk, asked)

    def killed(size_bytes: int) -> bytes:
        raise KeyboardInterrupt(size_bytes)  # the local log takes its salts last of all

    dying = replace(desk.node, entropy=killed)
    steps: tuple[Callable[[], object], ...] = (
        lambda: routing.route(dying, desk.wei, matter),
        lambda: papers.note(dying, desk.wei, matter, "So."),
        lambda: shifts.take_over(dying, desk.wei, "First."),
    )
    for step in steps:
        with pytest.raises(KeyboardInterrupt):
            step()
        assert everything(desk, asked) == before
    done(routing.route(desk.node, desk.wei, matter))
    assert everything(desk, asked) != before
    desk.world.close()


def everything(desk: Desk, asked: Appended) -> object:
    """Return all that the desk keeps, and the size of the local log."""
    lists = (file_store.INBOX, file_store.AGENCY, file_store.OFFICER, file_store.DUE)
    kinds = (file_store.STEP, file_store.HEAD, *lists, shifts.TURN, shifts.SHIFT)
    with desk.node.store.read() as tx:
        log = tx.log(local_origin("bb"))
        return [
            *(tx.records(kind) for kind in kinds),
            tx.grants(desk.world.channel, asked.act.matter),
            log.size if log else 0,
        ]


def test_a_rebuild_changes_nothing_at_the_desk(desk: Desk) -> None:
    """What was routed stays routed; nothing arrives a second time."""
    asked = desk.ask()
    other = desk.ask("court-evidence", "urgent")
    done(routing.route(desk.node, desk.wei, asked.act.matter.id))
    intake.catch_up(desk.node)
    before = everything(desk, asked)
    rebuild.rebuild(desk.node)
    intake.catch_up(desk.node)
    assert everything(desk, asked) == before
    found = intake.inbox(desk.node, desk.wei)
    assert isinstance(found, intake.Inbox)
    assert [line.key[1] for line in found.lines] == [other.act.matter.id]


def test_what_was_withdrawn_before_it_was_routed_waits_no_more(desk: Desk) -> None:
    """And an empty page is no end of the list while there is more."""
    for _ in range(3):
        desk.ask("traffic", "routine")
    first = intake.inbox(desk.node, desk.wei, count_max=2)
    assert isinstance(first, intake.Inbox)
    assert len(first.lines) == 2
    rest = intake.inbox(desk.node, desk.wei, after=first.after)
    assert isinstance(rest, intake.Inbox)
    assert [one.key for one in rest.lines] not in [[one.key] for one in first.lines]
    assert (len(rest.lines), rest.after) == (1, "")


@pytest.mark.parametrize("status", ["answered", "refused", "withdrawn", "closed"])
def test_of_what_is_over_nothing_is_left_to_route(desk: Desk, status: str) -> None:
    """Who answers without routing leaves no line behind, nor one that is handed over."""
    over, waits = (desk.ask("traffic", "routine").act.matter for _ in range(2))
    shifts.take_over(desk.node, desk.wei, "First.")
    with desk.node.store.write() as tx:
        row = tx.matter(f"{desk.world.arrangement}/live", over)
        assert row is not None
        tx.save_matters([replace(row, status=status)])
    found = intake.inbox(desk.node, desk.wei)
    assert isinstance(found, intake.Inbox)
    assert [line.key[1] for line in found.lines] == [waits.id]
    assert [one["id"] for one in shifts.page(desk.node, desk.wei).open] == [waits.id]


def test_no_alarm_is_of_what_the_inbox_does_not_show(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was answered without a route waits no more, and may fill more than a page."""
    monkeypatch.setattr(watch, "_PAGE", 1)
    alarms = StandingAlarms(lambda *_: None)
    node = replace(desk.node, alarms=alarms)
    over = [desk.ask("traffic", "routine").act.matter for _ in range(2)]
    desk.world.advance(watch.WAIT_MS["routine"] + HOUR_MS)

    def codes() -> list[str]:
        watch.step(node)
        return [code for code, _ in alarms.standing()]

    assert codes() == [watch.UNROUTED]
    with desk.node.store.write() as tx:
        rows = [tx.matter(f"{desk.world.arrangement}/live", one) for one in over]
        tx.save_matters([replace(row, status="closed") for row in rows if row is not None])
    assert codes() == []
    desk.ask("traffic", "routine")
    assert codes() == []
    desk.world.advance(watch.WAIT_MS["routine"] + HOUR_MS)
    assert codes() == [watch.UNROUTED]


def test_what_was_said_something_of_is_not_unopened(desk: Desk) -> None:
    """It is still to be routed, and new no more, as on the desk above it."""
    desk.world.acknowledge(desk.node.party, desk.ask())
    desk.world.pump()
    found = intake.inbox(desk.node, desk.wei)
    assert isinstance(found, intake.Inbox)
    assert [line.is_opened for line in found.lines] == [True]


def test_a_contact_point_is_shown_what_waited_before_there_was_one(tmp_path: Path) -> None:
    """What is addressed to another agency too: it is the contact point that routes."""
    desk = made(tmp_path)
    officer_rows.give_roles(desk.node, "wei", [role.CASE_OFFICER])
    asked = desk.ask()
    intake.catch_up(desk.node)
    assert held(desk, asked) == {}
    wei = officer_rows.give_roles(desk.node, "wei", [role.CONTACT_POINT])
    done(routing.route(desk.node, wei, asked.act.matter.id))
    assert held(desk, asked).keys() == {"", "cac", "miit", "mps"}


def test_alarms_say_who_waits_and_end_when_it_is_done(desk: Desk) -> None:
    """An emergency that nobody routes, a term that passed, a desk that nobody took."""
    alarms = StandingAlarms(lambda *_: None)
    node = replace(desk.node, alarms=alarms)

    def codes() -> list[str]:
        watch.step(node)
        return [code for code, _ in alarms.standing()]

    matter = desk.ask().act.matter.id
    assert codes() == []
    desk.world.advance(watch.WAIT_MS["emergency"] + HOUR_MS)
    assert codes() == [watch.UNROUTED]
    done(routing.route(node, desk.wei, matter))
    assert codes() == []
    desk.world.advance(48 * HOUR_MS)
    assert codes() == [watch.OVERDUE]
    for part in ("cac", "miit", "mps"):
        done(work.finish(node, desk.wei, matter, "", part))
    shifts.take_over(node, desk.wei, "First.")
    shifts.hand_over(node, desk.wei, "han", "So.")
    assert codes() == []
    desk.world.advance(watch.TAKE_MS + 1)
    assert codes() == [watch.HANDOVER]
    shifts.take_over(node, desk.han, "")
    assert codes() == []


WORDS = ("route", "hand", "decline", "assign", "take", "return", "finish", "task", "done", "advise")
commands = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(("wei", "han", "cai")), st.integers(0, 1)),
    max_size=14,
)


def do(desk: Desk, word: str, officer: Officer, matter: str) -> object:
    """Let an officer do something, lawful or not."""
    node = desk.node
    return {
        "route": lambda: routing.route(node, officer, matter),
        "hand": lambda: routing.route(node, officer, matter, ByHand("mps", ("cac",), why="So.")),
        "decline": lambda: work.decline(node, officer, matter, "No."),
        "assign": lambda: work.assign(node, officer, matter, officer.name),
        "take": lambda: work.accept(node, officer, matter),
        "return": lambda: work.give_back(node, officer, matter, "Ill."),
        "finish": lambda: work.finish(node, officer, matter, "Done."),
        "task": lambda: papers.add_task(node, officer, matter, "Call.", "", None),
        "done": lambda: papers.finish_task(node, officer, matter, 1, "Called."),
        "advise": lambda: papers.ask_advice(node, officer, matter, "cac", "Why?", None),
    }[word]()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, tuple[str, str]]:
    """A desk with two matters."""
    desk = made(tmp_path_factory.mktemp("busy"))
    return desk, (desk.ask().act.matter.id, desk.ask("court-evidence", "urgent").act.matter.id)


@settings(max_examples=25, deadline=None)
@given(typed=commands)
def test_the_lists_are_what_the_files_say(
    busy: tuple[Desk, tuple[str, str]], typed: list[tuple[str, str, int]]
) -> None:
    """Whatever officers do: each open thing stands in the list of who has it, and nowhere else."""
    desk, matters = busy
    intake.catch_up(desk.node)
    for word, name, which in typed:
        officer = getattr(desk, name)
        with desk.node.store.read() as tx:
            key = (desk.world.channel, matters[which])
            may = access.can_read(tx, desk.node, officer, key, file_store.load(tx, key))
        if may:
            do(desk, word, officer, matters[which])
    with desk.node.store.read() as tx:
        files = {key: file_store.load(tx, (desk.world.channel, key)) for key in matters}
        inbox = {str(row["id"]) for row in file_store.listed(tx, file_store.INBOX, "")[0]}
        wanted = {
            (one.agency or one.officer, key, one.kind, one.number)
            for key, file in files.items()
            for one in view.opens(file)
        }
        found = {
            (row["agency"] or row["officer"], row["id"], row["kind"], row["number"])
            for kind in (file_store.AGENCY, file_store.OFFICER)
            for row in file_store.listed(tx, kind, "", count_max=99)[0]
        }
    assert found == wanted
    assert inbox == {key for key, file in files.items() if file.is_unrouted}
