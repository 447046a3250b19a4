"""What is computed from logs can be dropped and computed anew."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.commands import Commands
from support.pair import World, make_world

from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import UnderstoodAct, UnderstoodReceipt
from comity.node.exchange import prefetch, refold_queue, understand
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild
from comity.node.operate.rebuild import Hands
from comity.node.room import clock_index
from comity.surfaces.cli import rebuild as cli_rebuild


def understood(world: World, party: str) -> list[UnderstoodAct | UnderstoodReceipt]:
    """Return everything that a node has understood."""
    with world.node(party).store.read() as tx:
        logs = tx.logs(world.channel)
        acts = [row for log in logs for row in tx.acts(log.origin, 0, log.size)]
        receipts = [row for log in logs for row in tx.receipts(log.origin, 0, log.size)]
    return [*acts, *receipts]


def busy(world: World) -> None:
    """Let requests cross, be answered, and be withdrawn while they are answered."""
    asked = world.ask("aa")
    other = world.ask("bb")
    world.pump()
    world.acknowledge("bb", asked)
    world.answer("aa", other, ("one",))
    world.pump()
    world.answer("bb", asked)
    world.withdraw("aa", asked)
    world.withdraw("bb", other)
    world.pump()


@pytest.mark.parametrize(
    ("store", "parties"),
    [("memory", ("aa", "bb")), ("memory", ("aa", "bb", "cc")), ("sqlite", ("aa", "bb"))],
)
def test_a_rebuild_changes_nothing(tmp_path: Path, store: str, parties: tuple[str, ...]) -> None:
    """Every act, receipt, depth, time and digest is the same afterwards, and no entry is new."""
    world = make_world(tmp_path, parties, store)
    busy(world)
    for party in parties:
        before, sizes = understood(world, party), world._mark()
        shown = world.digests(party)
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after
        assert (done.before, done.after, done.matters) == ({}, {}, 2)
        assert understood(world, party) == before
        assert world.digests(party) == shown
        assert world._mark() == sizes
    world.pump()
    assert len({tuple(sorted(world.digests(party).items())) for party in parties}) == 1
    world.close()


@pytest.mark.parametrize("column", ["state", "status", "holder", "digest"])
def test_what_was_shown_otherwise_is_named(tmp_path: Path, column: str) -> None:
    """A state, or a word that lists show, which no log says: the rebuild does not call it equal."""
    world = make_world(tmp_path)
    busy(world)
    node, row = world.node("aa"), world.matters("aa")[0]
    assert isinstance(row.state, dict)
    wrong = {"state": {**row.state, "asker": "zz"}, "digest": "0" * 64}
    with node.store.write() as tx:
        tx.save_matters([replace(row, spelled=b"", **{column: wrong.get(column, "zz")})])  # type: ignore[arg-type] # a column by its name
    done = rebuild.rebuild(node)
    key = f"{row.channel}/{row.matter.kind}/{row.matter.id}"
    assert (set(done.before), set(done.after)) == ({key}, {key})
    assert (done.digest_before != done.digest_after) == (column == "state")
    assert world.matters("aa")[0] == row
    world.close()


class Stopped(Exception):  # noqa: N818 -- no error: the process ends here
    pass


def _looked_at(node: Node, tx: Tx) -> set[str]:
    """Return the logs of which the clocks' watch would look at something."""
    return set(clock_index.touched(node, tx).cursors)


@pytest.mark.parametrize("at", ["understand.folded", "unfolded.page"])
def test_a_rebuild_that_is_stopped_goes_on_when_the_node_understands(
    tmp_path: Path, at: str
) -> None:
    """Killed between any two transactions it is finished later, and who watches waits for that."""
    world = make_world(tmp_path, store="sqlite")
    busy(world)
    node = world.node("aa")
    shown, before = world.digests("aa"), understood(world, "aa")

    def stop(step: str) -> None:
        if step == at:
            raise Stopped

    with pytest.raises(Stopped):
        rebuild.rebuild(replace(node, step=stop))
    with node.store.read() as tx:
        assert refold_queue.is_owed(tx, world.channel)
        assert _looked_at(node, tx).isdisjoint(log.origin for log in tx.logs(world.channel))
        assert world.channel not in refold_queue.settled(tx, "aa")
    understand.understand(node, world.channel)
    with node.store.read() as tx:
        assert not refold_queue.is_owed(tx, world.channel)
        assert _looked_at(node, tx) >= {log.origin for log in tx.logs(world.channel)}
    assert (world.digests("aa"), understood(world, "aa")) == (shown, before)
    world.close()


def test_a_rebuild_that_others_help_with_changes_nothing(tmp_path: Path) -> None:
    """Entries opened ahead and matters folded elsewhere are the same acts and states."""
    world = make_world(tmp_path, store="sqlite")
    busy(world)
    node = world.node("aa")
    before, asked = understood(world, "aa"), Counter[str]()
    with ThreadPoolExecutor(1) as other:

        def opens(spans: Iterable[prefetch.Span]) -> Iterator[list[prefetch.Entry]]:
            for span in spans:
                asked["entries"] += span.end - span.start
                yield other.submit(prefetch.look, node, span).result()

        def folds(pages: Iterable[refold_queue.Page]) -> Iterator[refold_queue.Done]:
            for page in pages:
                asked["matters"] += len(page.matters)
                yield other.submit(refold_queue.fold, node, page).result()

        done = rebuild.rebuild(node, hands=Hands(opens, folds))
    assert done.digest_before == done.digest_after
    assert understood(world, "aa") == before
    assert asked["entries"] == done.entries > 0
    assert asked["matters"] >= done.matters > 0
    world.close()


def test_what_was_folded_before_another_act_came_is_folded_again(tmp_path: Path) -> None:
    """A state that was computed beside is kept only if the logs have not moved since."""
    world = make_world(tmp_path, store="sqlite")
    busy(world)
    node = world.node("aa")

    def late(pages: Iterable[refold_queue.Page]) -> Iterator[refold_queue.Done]:
        done = [refold_queue.fold(node, page) for page in pages]
        if any(one.page.channel == world.channel for one in done):
            world.ask("aa")
        yield from done

    done = rebuild.rebuild(node, hands=Hands(lambda _spans: iter(()), late))
    with node.store.read() as tx:
        assert done.matters == len(rebuild.digests(tx)) == 3
    world.pump()
    assert world.digests("aa") == world.digests("bb")
    world.close()


MOVES = st.lists(
    st.tuples(
        st.sampled_from(("ask", "acknowledge", "answer", "withdraw", "round", "cut", "mend")),
        st.sampled_from(("aa", "bb")),
        st.integers(0, 5),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None)
@given(MOVES)
def test_any_history_is_rebuilt_alike(moves: list[tuple[str, str, int]]) -> None:
    """Whatever was said in whatever order, with the line up or down: the same from the logs."""
    with tempfile.TemporaryDirectory() as folder:
        world = make_world(Path(folder))
        asked: list[Appended] = []
        for verb, party, which in moves:
            _move(world, asked, verb, party, which)
        for party in ("aa", "bb"):
            understand.understand(world.node(party), world.channel)
            before = understood(world, party)
            done = rebuild.rebuild(world.node(party))
            assert done.digest_before == done.digest_after, (done.before, done.after)
            assert understood(world, party) == before
        world.mend()
        world.advance(300_000)
        world.pump()
        assert world.digests("aa") == world.digests("bb")


def _move(world: World, asked: list[Appended], verb: str, party: str, which: int) -> None:
    match verb:
        case "ask":
            asked.append(world.ask(party))
        case "round":
            world.round()
        case "cut":
            world.cut("aa", "bb")
        case "mend":
            world.mend()
            world.advance(300_000)
        case _ if asked:
            getattr(world, verb)(party, asked[which % len(asked)])
        case _:
            pass  # nothing was asked yet


def test_a_person_rebuilds(tmp_path: Path) -> None:
    """The command prints the digest before and after, and that they are equal."""
    world = make_world(tmp_path)
    busy(world)
    typed = Commands(world, (cli_rebuild,))
    assert typed("rebuild", "--home", "aa") == 0
    assert "Nothing changed" in typed.text
    assert isinstance(typed.value, dict)
    assert typed.value["digest_before"] == typed.value["digest_after"]
