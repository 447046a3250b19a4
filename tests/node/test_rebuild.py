"""What is computed from logs can be dropped and computed anew."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.commands import Commands
from support.pair import World, make_world

from comity.node import rebuild
from comity.node.exchange import understand
from comity.node.exchange.append import Appended
from comity.node.rows import UnderstoodAct, UnderstoodReceipt
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
