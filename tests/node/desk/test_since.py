"""Who catches up from the list of what came to be known loses no act, whatever happens."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.domestic.officer import role
from comity.joint.arrangement.card import Agency
from comity.kernel.fault import Fault
from comity.node.base import profile
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import catch_up
from comity.node.desk import officer_admin as officers
from comity.node.exchange import reset
from comity.node.operate import rebuild
from comity.node.room import need_to_know

PAGES_MAX = 99


@pytest.fixture(params=["memory", "sqlite"])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """Two States."""
    made = make_world(tmp_path, store=request.param)
    yield made
    made.close()


def officer(node: Node, name: str, agency: str = "police", *roles: str) -> Officer:
    """Add an officer."""
    officers.add(node, name, agency, "", roles or role.DEFAULT)
    with node.store.read() as tx:
        found = tx.officer(name)
    assert found is not None
    return found


def with_justice(node: Node) -> None:
    """Give a State a second agency."""
    with node.store.write() as tx:
        said = profile.load(tx)
        justice = Agency("justice", {"en": "Ministry of Justice"})
        profile.save(tx, replace(said, agencies=(*said.agencies, justice)))


class Program:
    """Catches up, and keeps what it was told and where it is."""

    def __init__(self, node: Node, who: Officer, count: int = 2) -> None:
        self.node, self.who, self.count = node, who, count
        self.after = ""
        self.told: list[tuple[str, str]] = []

    def catch_up(self) -> list[tuple[str, str]]:
        """Read every page; return what is new, by type and act or matter."""
        news: list[tuple[str, str]] = []
        for _ in range(PAGES_MAX):
            page = catch_up.page(self.node, self.who, self.after, self.count)
            self.after = page.after
            news += [(one.type, one.row.act_id or one.row.matter.id) for one in page.lines]
            if not page.is_more:
                break
        self.told += news
        return news


def test_acts_come_in_the_order_in_which_they_were_understood(world: World) -> None:
    """Own ones too; nothing twice, and what comes later is behind the cursor."""
    program = Program(world.node("bb"), officer(world.node("bb"), "ann"), 1)
    first = program.catch_up()
    asked = [world.ask("aa") for _ in range(3)]
    world.pump()
    got = program.catch_up()
    assert first == []
    assert got == [("act.arrived", one.act.id) for one in asked]
    world.acknowledge("bb", asked[0])
    world.pump()
    assert [kind for kind, _ in program.catch_up()] == ["act.sent"]
    assert program.catch_up() == []


def test_a_cursor_outlives_a_rebuild(world: World) -> None:
    """What is understood anew was told already; what comes after it is new."""
    node = world.node("bb")
    program = Program(node, officer(node, "ann"))
    world.ask("aa")
    world.pump()
    program.catch_up()
    rebuild.rebuild(node)
    assert program.catch_up() == []
    later = world.ask("aa")
    world.pump()
    assert program.catch_up() == [("act.arrived", later.act.id)]
    assert len(Program(node, program.who).catch_up()) == 2


def test_nothing_is_passed_over_while_a_channel_is_understood_anew(world: World) -> None:
    """Its matters are missing then, and nobody could read them: the list waits."""
    node = world.node("bb")
    program = Program(node, officer(node, "ann"))
    asked = world.ask("aa")
    world.pump()
    with node.store.write() as tx:
        reset.drop(tx, world.channel)
    assert program.catch_up() == []
    world.pump()
    assert program.catch_up() == [("act.arrived", asked.act.id)]


def test_what_is_opened_later_is_told_then(world: World) -> None:
    """Its acts were passed over: the officer is told of the matter, each time it is shared anew."""
    node = world.node("bb")
    with_justice(node)
    eve = Program(node, officer(node, "eve", "justice"))
    officer(node, "ann", "police", role.CONTACT_POINT, role.CASE_OFFICER)
    asked = world.ask("aa")
    world.pump()
    assert eve.catch_up() == []
    matter = asked.act.matter
    with node.store.write() as tx:
        need_to_know.share(tx, node, world.channel, matter, "justice")
    assert eve.catch_up() == [("matter.opened", matter.id)]
    rebuild.rebuild(node)
    assert eve.catch_up() == []
    with node.store.write() as tx:
        need_to_know.unshare(tx, node, world.channel, matter, "justice")
    world.acknowledge("bb", asked)
    world.pump()
    assert eve.catch_up() == []
    with node.store.write() as tx:
        need_to_know.share(tx, node, world.channel, matter, "justice")
    assert eve.catch_up() == [("matter.opened", matter.id)]


def test_hidden_acts_are_looked_at_a_page_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are, one call costs a page, and goes on behind them."""
    monkeypatch.setattr(catch_up, "LOOKED_MAX", 2)
    node = world.node("bb")
    with_justice(node)
    eve = officer(node, "eve", "justice")
    officer(node, "ann", "police", role.CONTACT_POINT, role.CASE_OFFICER)
    asked = [world.ask("aa") for _ in range(5)]
    world.pump()
    with node.store.write() as tx:
        need_to_know.share(tx, node, world.channel, asked[4].act.matter, "justice")
    page = catch_up.page(node, eve, "", 50)
    assert (page.lines, page.is_more) == ((), True)
    told = Program(node, eve).catch_up()
    assert told == [("act.arrived", asked[4].act.id), ("matter.opened", asked[4].act.matter.id)]


def test_a_cursor_that_means_nothing_here_is_refused_and_says_what_to_do(world: World) -> None:
    """Of another officer; of one who reads other things now; made up; each under its code."""
    node = world.node("bb")
    ann, bob = officer(node, "ann"), officer(node, "bob")
    world.ask("aa")
    world.pump()
    cursor = catch_up.page(node, ann, "", 50).after
    assert _code(node, bob, cursor) == "node.cursor.other-officer"
    assert _code(node, replace(ann, agency="justice"), cursor) == "node.cursor.other-access"
    for strange in ("x", "~x", cursor[:-2], "WzFd"):
        assert _code(node, ann, strange) == "node.cursor.malformed"


def test_a_store_that_was_put_back_is_known_by_its_cursors(tmp_path: Path) -> None:
    """Other acts may stand behind the same number now: none of them is passed over in silence."""
    world = make_world(tmp_path)
    node = world.node("bb")
    ann = officer(node, "ann")
    world.ask("aa")
    world.pump()
    assert isinstance(node.store, MemoryStore)
    before = catch_up.page(node, ann, "", 50).after
    earlier = MemoryStore(copy_of(node.store.disk))
    world.ask("aa")
    world.pump()
    after = catch_up.page(node, ann, before, 50).after
    restored = replace(node, store=earlier)
    assert _code(restored, ann, after) == "node.cursor.ahead"
    assert catch_up.page(restored, ann, before, 50).lines == ()
    world.close()


def _code(node: Node, who: Officer, after: str) -> str:
    with pytest.raises(Fault) as refused:
        catch_up.page(node, who, after, 50)
    assert refused.value.fix
    return refused.value.code
