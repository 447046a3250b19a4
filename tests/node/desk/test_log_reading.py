"""The local log at the desk: an auditor reads every step, everybody else their own."""

from itertools import pairwise
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import audit
from comity.node.desk import officer_admin as officers
from comity.node.desk.audit import Line, Wanted
from comity.node.room import local_log
from comity.tlog import tree

ORIGIN = "aa/local"
SIGNED = 9
COUNT = 11


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A State in which ann, bob and an auditor took some steps; the last two are not signed."""
    made = make_world(tmp_path_factory.mktemp("reading"))
    node = made.node("aa")
    officers.add(node, "eve", "police", roles=[role.AUDITOR])
    officers.add(node, "ann", "police")
    officers.add(node, "bob", "police")
    for index in range(3, COUNT):
        if index == SIGNED:
            local_log.sign_if_due(node)
        name = "ann" if index % 2 else "bob"
        with node.store.write() as tx:
            local_log.note(tx, node, "custody.read", {"officer": name, "sha256": f"Ärger-{index}"})
    return made


def person(world: World, name: str) -> Officer:
    """Return an officer."""
    with world.node("aa").store.read() as tx:
        found = tx.officer(name)
    assert found is not None
    return found


def read(node: Node, reader: Officer, step: str = "", text: str = "") -> list[Line]:
    """Read page after page, as somebody who always goes on."""
    found, before = list[Line](), None
    for _ in range(COUNT + 1):
        page = audit.page(node, reader, Wanted(step, text, before))
        assert len(page.lines) <= audit.PAGE
        found += page.lines
        before = page.next_before
        if before is None:
            break
    assert before is None
    return found


@pytest.mark.parametrize(("most", "window", "looked"), [(50, 256, 4_096), (3, 4, 5), (1, 2, 1)])
def test_who_reads_which_steps_whatever_a_page_holds(
    world: World, monkeypatch: pytest.MonkeyPatch, most: int, window: int, looked: int
) -> None:
    """Newest first and each once, however much one page looks at."""
    for name, value in (("PAGE", most), ("WINDOW", window), ("LOOKED_MAX", looked)):
        monkeypatch.setattr(audit, name, value)
    node = world.node("aa")
    first = audit.page(node, person(world, "ann"), Wanted(text="nothing"))
    assert COUNT - (first.next_before or 0) == min(looked, COUNT)
    every = read(node, person(world, "eve"))
    own = read(node, person(world, "ann"))

    assert [one.index for one in every] == [*reversed(range(COUNT))]
    assert own == [one for one in every if one.facts.get("officer") == "ann"]
    assert len(own) == 1 + 4
    assert [one.is_signed for one in every] == [one.index < SIGNED for one in every]
    assert all(later.index > earlier.index for later, earlier in pairwise(own))


def test_steps_are_found_by_code_and_by_words(world: World) -> None:
    """A code, the beginning of one up to its dot, and words in whatever case; never another's."""
    node, eve, ann = world.node("aa"), person(world, "eve"), person(world, "ann")

    assert len(read(node, eve, step="custody")) == len(read(node, eve, step="custody.read")) == 8
    assert read(node, eve, step="custo") == read(node, eve, step="custody.re") == []
    assert [one.index for one in read(node, eve, text="äRGER-4")] == [4]
    assert read(node, ann, text="ärger-4") == []
    assert [one.index for one in read(node, ann, step="custody", text="ärger-5")] == [5]
    assert read(node, eve, step="officer", text="ärger-5") == []


def test_a_step_of_another_is_as_one_that_is_not_there(world: World) -> None:
    """The same code and words; an auditor is shown each, with the path that proves it."""
    node, ann = world.node("aa"), person(world, "ann")
    for index in (0, 4, -1, COUNT, 1 << 70):
        with pytest.raises(Fault) as refusal:
            audit.show(node, ann, index)
        assert refusal.value.code == "node.log.entry-unknown"
        assert refusal.value.what == f"The local log has no entry '{index}' for you."
    with node.store.read() as tx:
        head = tx.newest_head(ORIGIN)
    assert head is not None
    for index in range(COUNT):
        shown = audit.show(node, person(world, "eve"), index)
        assert shown.line.index == index
        if index < SIGNED:
            path = tuple(map(bytes.fromhex, shown.path))
            leaf = bytes.fromhex(shown.leaf)
            tree.verify_inclusion(leaf, index, head.size, path, head.root)
        else:
            assert shown.path == ()


def test_a_home_without_steps_has_a_log_without_lines(tmp_path: Path) -> None:
    """Before its first step there is neither a log nor a head."""
    node = make_world(tmp_path).node("aa")
    reader = Officer("eve", bytes(32), "police", "", since_ms=0, roles=(role.AUDITOR,))

    assert audit.page(node, reader, Wanted()).lines == ()
    with pytest.raises(Fault, match="no entry"):
        audit.show(node, reader, 0)
