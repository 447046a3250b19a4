"""A State that says two things in two generations of its log: all others find the same of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from support import sealing
from support.pair import World, make_world

from comity.acts.record import Act, Receipt
from comity.node.exchange import ended_log, generation, logs
from comity.node.operate import rebuild
from comity.tlog import tree


def test_what_a_generation_that_is_passed_over_said_counts_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One State accepted it, another never held it: both take what its successor says (9.4.6)."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    for _ in range(2):
        world.ask("aa")
        world.pump()
    first = world.origin("aa")
    second, sha256 = generation.begin(world.node("aa"), world.channel, "stolen")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("bb"), second, sha256)
    for _ in range(3):
        world.advance(60_000)
        world.round()
    monkeypatch.setattr(generation, "_named", lambda tx, *_: (logs.require_log(tx, first), 2))
    third, sha256 = generation.begin(world.node("aa"), world.channel, "stolen")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    for party in ("bb", "cc"):
        generation.accept(world.node(party), third, sha256)
    world.advance(300_000)
    world.pump()

    left = {}
    for party in ("bb", "cc"):
        with world.node(party).store.read() as tx:
            left[party] = tx.records(ended_log.LEFT)
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after
    assert left["bb"] == left["cc"] == {first: 2, second: 0}
    assert world.digests("bb") == world.digests("cc")
    with world.node("bb").store.read() as tx:
        said = {(row.index, row.foreign) for row in tx.acts(first, 0, 9)}
    assert said == {(1, ""), (2, "disowned")}
    assert len(world.digests("bb")) == 2  # its author has what is left out, and says it again


def _write(world: World, said: Act | Receipt) -> None:
    """Append what no honest node would to aa's log."""
    node = world.node("aa")
    with node.store.write() as tx:
        log = logs.own_log(tx, world.channel)
        logs.append_entries(tx, log, sealing.entries(node, tx, world.channel, said))


def test_an_id_counts_where_it_stands_first_whatever_was_read_first(tmp_path: Path) -> None:
    """One State reads the new log, and gets what is left of the old one after that (8.5.4)."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.pump()
    world.cut("aa", "bb")
    world.cut("bb", "cc")
    first = world.ask("aa")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "lost")
    _write(world, replace(first.act, urgency="routine", items=("another",)))
    world.mend()
    world.cut("bb", "cc")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    for party in ("bb", "cc"):
        generation.accept(world.node(party), origin, sha256)
    world.advance(300_000)
    world.pump()
    world.mend()
    world.advance(300_000)
    world.pump()

    for party in world.states:
        with world.node(party).store.read() as tx:
            found = [
                (row.act.urgency, row.foreign)
                for one in tx.logs(world.channel)
                for row in tx.acts(one.origin, 0, 9)
                if row.act.id == first.act.id
            ]
        assert found == [("urgent", ""), ("routine", "id")], party
        assert world.digests(party) == world.digests("aa")
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after
    assert len(world.digests("bb")) == 1


def test_a_receipt_for_a_log_of_its_own_author_is_foreign(tmp_path: Path) -> None:
    """Whether that log is known yet would decide what time it gives: who reads anew knows it."""
    world = make_world(tmp_path)
    world.pump()
    first = world.origin("aa")
    later_ms = world.node("aa").clock.now_ms() + 200_000
    second = f"{first.removesuffix('1')}2"
    _write(world, Receipt(second, 0, tree.EMPTY_ROOT, later_ms))
    world.pump()
    world.ask("bb")
    world.pump()
    before = world.digests("bb")
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "stolen")
    assert origin == second
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("bb"), second, sha256)
    world.advance(300_000)
    world.pump()

    for party in ("aa", "bb"):
        rebuild.rebuild(world.node(party))
        assert world.digests(party) == before


def test_no_generation_leaves_anything_of_another_party_s_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What entry 1 of bb says of aa's log is nobody's word (9.4.6)."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    first, real = world.origin("aa"), generation._named
    with world.node("bb").store.read() as tx:
        of = logs.require_log(tx, first)
    monkeypatch.setattr(generation, "_named", lambda *_: (of, 0))
    origin, sha256 = generation.begin(world.node("bb"), world.channel, "stolen")
    monkeypatch.setattr(generation, "_named", real)
    for _ in range(3):
        world.advance(60_000)
        world.round()
    for party in ("aa", "cc"):
        generation.accept(world.node(party), origin, sha256)
    world.advance(300_000)
    world.pump()
    for party in ("aa", "cc"):
        with world.node(party).store.read() as tx:
            assert logs.require_log(tx, origin).understood > 0
            assert first not in tx.records(ended_log.LEFT)
        assert len(world.digests(party)) == 1
