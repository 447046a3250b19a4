"""What an older program computed is computed anew, and what a newer one did is left alone."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.agreed import agreed_world, ask
from support.commands import Commands
from support.pair import World

from comity.adapters.memory import MemoryStore
from comity.kernel.fault import Fault
from comity.node.base import rules_version
from comity.node.base.context import Node
from comity.node.exchange import logs, pump, reset, understand
from comity.node.exchange.understand import Advance, Haste
from comity.node.operate import rebuild
from comity.node.review import row_cache
from comity.node.room import clock_index, clock_watch
from comity.surfaces.cli import rebuild as cli_rebuild

SHOWN = ("status", "holder", "urgency", "state", "digest")


def _asked(tmp_path: Path) -> tuple[World, Node]:
    world = agreed_world(tmp_path)
    for _ in range(3):
        ask(world, "aa", "subscriber", "routine")
    world.pump()
    node = world.node("bb")
    _settle(node)
    return world, node


def _settle(node: Node) -> None:
    while clock_watch.step(node):
        pass
    row_cache.catch_up(node)


def _shown(node: Node) -> dict[str, object]:
    """Return everything that a rule might give otherwise."""
    with node.store.read() as tx:
        found: dict[str, object] = {
            row.matter.id: [getattr(row, name) for name in SHOWN] for row in rebuild.all_matters(tx)
        }
        for kind in (row_cache.ROWS, row_cache.TALLIES, clock_index.OPEN, clock_index.DUE):
            found[kind] = dict(tx.records(kind))
    return found


def _grow_old(node: Node) -> None:
    """Let an older program have computed all that is kept, by other rules."""
    with node.store.write() as tx:
        for row in [*rebuild.all_matters(tx)]:
            tx.save_matters([replace(row, status="refused", holder="", digest="0" * 64)])
        for kind in (row_cache.ROWS, row_cache.TALLIES):
            for key in tx.records(kind):
                value = tx.record(kind, key)
                assert isinstance(value, list)
                tx.save_record(kind, key, [*value[:3], []])
        for request, one in [*clock_index.every(tx)]:
            later = tuple(replace(line, due_ms=(line.due_ms or 0) + 1) for line in one.lines)
            clock_index.save(tx, request, one, replace(one, lines=later))
        tx.drop_record("computed", "now")


def test_what_an_older_program_computed_is_computed_anew(tmp_path: Path) -> None:
    """States, figures and the clocks that are listed, though no log has grown."""
    _world, node = _asked(tmp_path)
    before = _shown(node)
    _grow_old(node)
    assert _shown(node) != before
    with node.store.read() as tx:
        assert rules_version.is_older(tx)
        assert [one.is_good for one in rules_version.findings(tx)] == [False]
        with pytest.raises(Fault) as refused:
            rules_version.require(tx)
    assert refused.value.code == "node.computed.older"

    rebuild.bring_up(node)

    _settle(node)
    assert _shown(node) == before
    with node.store.read() as tx:
        rules_version.require(tx)
        assert rules_version.findings(tx) == []


class Stopped(Exception):  # noqa: N818 -- no error: the process ends here
    pass


@pytest.mark.parametrize("at", ["rebuild.dropped", "understand.folded", "unfolded.page"])
def test_who_is_stopped_goes_on_from_there(
    tmp_path: Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is shown until all is computed, and nothing is dropped a second time."""
    _world, node = _asked(tmp_path)
    before = _shown(node)
    _grow_old(node)

    def stop(step: str) -> None:
        if step == at:
            raise Stopped

    with pytest.raises(Stopped):
        rebuild.bring_up(replace(node, step=stop))
    with node.store.read() as tx, pytest.raises(Fault, match="being computed anew"):
        rules_version.require(tx)
    monkeypatch.setattr(reset, "drop_all", None)
    rebuild.bring_up(node)

    _settle(node)
    assert _shown(node) == before
    with node.store.read() as tx:
        rules_version.require(tx)


def test_rules_that_changed_again_meanwhile_begin_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of it was computed by the rules between: it is dropped too."""
    _world, node = _asked(tmp_path)
    before = _shown(node)
    _grow_old(node)
    with node.store.write() as tx:
        rules_version.note_begun(tx)
    monkeypatch.setattr(rules_version, "RULES", rules_version.RULES + 1)
    rebuild.bring_up(node)

    _settle(node)
    assert _shown(node) == before


def test_a_newer_program_is_left_its_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it was stopped before all was computed; who rebuilds it takes it back."""
    _world, node = _asked(tmp_path)
    for note in (rules_version.note_done, rules_version.note_begun):
        with monkeypatch.context() as newer, node.store.write() as tx:
            newer.setattr(rules_version, "RULES", rules_version.RULES + 1)
            note(tx)
        with node.store.read() as tx:
            for ask_it in (rules_version.require, rules_version.require_not_newer):
                with pytest.raises(Fault) as refused:
                    ask_it(tx)
                assert refused.value.code == "node.computed.newer"
            assert len(rules_version.findings(tx)) == 1

        done = rebuild.rebuild(node)

        assert done.digest_before == done.digest_after
        with node.store.read() as tx:
            rules_version.require(tx)


def test_a_rebuild_finds_the_clocks_again_too(tmp_path: Path) -> None:
    """They are as long as before once it is done, so that nothing else would tell."""
    _world, node = _asked(tmp_path)
    before = _shown(node)
    _grow_old(node)
    rebuild.rebuild(node)
    _settle(node)
    assert _shown(node) == before


def test_a_new_home_is_by_the_rules_of_its_program(tmp_path: Path) -> None:
    """Nothing is to be computed in it."""
    _world, node = _asked(tmp_path)
    assert isinstance(node.store, MemoryStore)
    with node.store.read() as tx:
        assert rules_version.number(tx) == rules_version.RULES
        rules_version.require(tx)


def test_a_person_who_rebuilds_after_an_upgrade_is_told_of_no_fault(tmp_path: Path) -> None:
    """That states differ from those of the older version is why it is done."""
    world, node = _asked(tmp_path)
    before = _shown(node)
    _grow_old(node)
    typed = Commands(world, (cli_rebuild,))
    assert typed("rebuild", "--home", "bb") == 0
    assert "Another version of this program" in typed.text
    _settle(node)
    assert _shown(node) == before
    assert typed("rebuild", "--home", "bb") == 0
    assert "Nothing changed." in typed.text


def _speak(world: World, party: str) -> None:
    """Let one node alone do its rounds: the other one's pumps stand still."""
    world.advance(1_000)
    node = world.node(party)
    with node.store.read() as tx:
        pairs = pump.pairs(tx, party)
    for pair in pairs:
        pump.next_round_ms(node, pair, node.clock.now_ms())


def _cosigned(world: World, party: str, by: str) -> int:
    with world.node(party).store.read() as tx:
        newest = tx.newest_cosignature(world.origin(party), by)
    return newest.size if newest else 0


def test_what_a_peer_sends_is_kept_while_all_is_computed_anew(tmp_path: Path) -> None:
    """It is signed for before it is read, is read with the rest, and makes no difference."""
    world, node = _asked(tmp_path)
    asked = len(world.digests("bb"))
    _grow_old(node)
    rebuild.begin(node)
    ask(world, "aa", "subscriber", "emergency")
    _speak(world, "aa")
    before = _cosigned(world, "aa", "bb")
    with world.node("aa").store.read() as tx:
        assert before == logs.require_log(tx, world.origin("aa")).size
    assert _shown(node).keys() == {
        row_cache.ROWS,
        row_cache.TALLIES,
        clock_index.OPEN,
        clock_index.DUE,
    }

    def speak(_count: int) -> None:
        if _cosigned(world, "aa", "bb") == before:
            ask(world, "aa", "subscriber", "urgent")
            _speak(world, "aa")

    rebuild.bring_up(node, speak, haste=rebuild.BESIDE)

    assert _cosigned(world, "aa", "bb") > before
    world.pump()
    _settle(node)
    found = rebuild.rebuild(node)
    assert (found.before, found.after) == ({}, {})
    assert world.digests("aa") == world.digests("bb")
    assert len(world.digests("bb")) == asked + 2


def test_hotlines_are_computed_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is to be woken by a call waits for no other channel."""
    _world, node = _asked(tmp_path)
    _grow_old(node)
    order: list[str] = []
    real = understand.understand

    def told(node: Node, channel: str, advance: Advance, haste: Haste) -> int:
        order.append(channel.rpartition("/")[2])
        return real(node, channel, advance, haste)

    monkeypatch.setattr(understand, "understand", told)
    rebuild.bring_up(node)
    assert order[0] == "hotline"
    assert len(order) > 1
