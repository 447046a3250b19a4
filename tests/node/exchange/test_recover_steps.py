"""Recovery and the end of a log in bounded steps: a crash between two of them harms nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import override

import pytest
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, MemoryTx
from comity.joint.exchange import fold
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node, Session
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED, LOG_FROZEN, LOG_OPEN, Head, Log
from comity.node.exchange import freeze, generation, logs, recover, sign
from comity.tlog import tree

COUNT = 700
"""Entries that are put back: three steps."""


class Stopped(Exception):  # noqa: N818 -- what stands for the end of a process
    pass


class WatchedTx(MemoryTx):
    """A transaction that counts the entries it adds and takes away."""

    count = 0

    @override
    def append(
        self, origin: str, start: int, entries: Sequence[bytes], leaves: Sequence[bytes]
    ) -> None:
        self.count += len(entries)
        super().append(origin, start, entries, leaves)

    @override
    def cut_entries(self, origin: str, size: int) -> None:
        self.count += len(self.entries(origin, size, 1 << 40))
        super().cut_entries(origin, size)


class WatchedStore(MemoryStore):
    """A store that refuses a transaction of more entries than one may hold."""

    @override
    @contextmanager
    def write(self) -> Iterator[Tx]:
        with super().write() as under:
            assert isinstance(under, MemoryTx)
            tx = WatchedTx(self.disk.tables, under._journal)
            yield tx
            assert tx.count <= limits.TRANSACTION_ENTRIES_MAX, tx.count


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that paired and said something."""
    made = make_world(tmp_path)
    made.ask("aa")
    made.pump()
    return made


def _watched(world: World, stop_at: int = -1) -> Node:
    """Our node after a restart; its process ends at that step, counted over all of them."""
    node = world.node("aa")
    assert isinstance(node.store, MemoryStore)
    passed: list[str] = []

    def step(point: str) -> None:
        passed.append(point)
        if len(passed) - 1 == stop_at:
            raise Stopped(point)

    return replace(node, store=WatchedStore(node.store.disk), step=step, session=Session())


def _log(node: Node, origin: str) -> Log:
    with node.store.read() as tx:
        return logs.require_log(tx, origin)


def _lost(world: World) -> tuple[Head, int, list[bytes]]:
    """A head that our keys signed and this home has lost, and the entries it adds."""
    node = world.node("aa")
    origin = world.origin("aa")
    log = _log(node, origin)
    entries = [b"entry %d" % index for index in range(log.size, log.size + COUNT)]
    frontier = tree.Frontier(log.size, log.frontier).extend(map(tree.leaf_hash, entries))
    return Head(origin, frontier.size, frontier.root(), b"note", 1), log.size, entries


@pytest.mark.parametrize("stop_at", range(8))
def test_a_recovery_that_breaks_off_anywhere_is_done_again(world: World, stop_at: int) -> None:
    """Entries that were signed stand again, and acts that stood there wait to be said anew."""
    head, start, entries = _lost(world)
    said = [world.ask("aa") for _ in range(3)]
    node = _watched(world, stop_at)
    with suppress(Stopped):
        recover.replace_tail(node, head, start, [entries])
    node = _watched(world)
    recover.from_high_water(node)
    recover.replace_tail(node, head, start, [entries])
    log = _log(node, head.origin)
    assert (log.size, log.signed) == (head.size, head.size)
    with node.store.read() as tx:
        assert tx.entries(head.origin, start, head.size) == entries
        assert logs.root_at(tx, head.origin, head.size) == head.root
        assert set(tx.records(recover.REAPPEND)) == {one.act.id for one in said}


@pytest.mark.parametrize("stop_at", range(1, 6))
def test_nothing_can_be_signed_over_a_recovery_that_broke_off(world: World, stop_at: int) -> None:
    """Before the first entry is put back the mark stands, and it refuses every other head."""
    head, start, entries = _lost(world)
    with suppress(Stopped):
        recover.replace_tail(_watched(world, stop_at), head, start, [entries])
    node = _watched(world)
    assert node.highwater.marks()[head.origin] == (head.size, head.root)
    log = _log(node, head.origin)
    if log.size < head.size:
        with pytest.raises(Exception, match="would contradict"):
            sign.sign_head(node, head.origin, anew=True)


def test_what_is_put_back_last_is_not_signed_where_the_log_ended_meanwhile(world: World) -> None:
    """An officer began the next one between two steps: how far this one counts is said there."""
    head, start, entries = _lost(world)
    node = world.node("aa")

    def step(_name: str) -> None:
        log = _log(node, head.origin)
        if log.size == head.size:
            with node.store.write() as tx:
                tx.save_log(replace(log, state=LOG_ENDED))

    recover.replace_tail(replace(node, step=step), head, start, [entries])
    log = _log(node, head.origin)
    assert (log.state, log.signed) == (LOG_ENDED, start)
    with node.store.read() as tx:
        assert not tx.heads(head.origin, head.size)


def test_what_was_kept_beside_a_mark_of_another_root_stays_there(world: World) -> None:
    """Whatever brought it there, our key did not sign it as the end of this log."""
    node, origin = world.node("aa"), world.origin("aa")
    before = _log(node, origin)
    node.highwater.raise_to(origin, before.size + 1, bytes(32), [b"other"])
    recover.from_high_water(node)
    assert _log(node, origin) == before


def test_what_folds_to_nothing_is_cut_and_not_said_again(world: World) -> None:
    """It could not be said, and all that comes after would wait for it."""
    node, said = world.node("aa"), world.ask("aa")
    with node.store.write() as tx:
        (row,) = tx.acts(said.origin, said.index, said.index + 1)
        tx.save_acts([replace(row, foreign=fold.FOREIGN_TAG)])
        recover.cut_tail(tx, logs.require_log(tx, said.origin), said.index)
        assert not tx.records(recover.REAPPEND)


def test_what_was_cut_waits_while_its_log_does(world: World) -> None:
    """A log that is frozen, or not read to its end, takes nothing: a round asks again."""
    node, said = world.node("aa"), world.ask("aa")
    with node.store.write() as tx:
        recover.cut_tail(tx, logs.require_log(tx, said.origin), said.index)
    freeze.freeze(node, said.origin, "ann", "Odd.")
    assert recover.append_anew(node, world.channel) == 0
    with node.store.read() as tx:
        assert set(tx.records(recover.REAPPEND)) == {said.act.id}
    freeze.thaw(node, said.origin, "ann")
    assert recover.append_anew(node, world.channel) == 1


@pytest.mark.parametrize("stop_at", range(4))
def test_a_long_log_is_ended_in_steps_and_a_crash_leaves_it_ended(
    world: World, stop_at: int
) -> None:
    """Nothing is said between the steps, and beginning the next generation again goes on."""
    origin = world.origin("aa")
    node = _watched(world)
    before = _log(node, origin)
    for at in range(0, COUNT, 200):
        with node.store.write() as tx:
            raw = [b"entry %d" % (at + n) for n in range(200)]
            logs.append_entries(tx, logs.require_log(tx, origin), raw)
    with suppress(Stopped):
        generation.begin(_watched(world, stop_at), world.channel, "stolen")
    if _log(node, origin).state != LOG_ENDED:
        raise AssertionError(_log(node, origin))
    with node.store.read() as tx:
        is_begun = logs.own_log(tx, world.channel).generation == before.generation + 1
    if not is_begun:
        generation.begin(_watched(world), world.channel, "stolen")
    with node.store.read() as tx:
        assert logs.own_log(tx, world.channel).generation == before.generation + 1
        assert logs.require_log(tx, origin).size == before.size


def _meanwhile(world: World, wanted: str, act: Callable[[Node], object]) -> Node:
    """Our node, of which another process does something while it recovers."""
    node = _watched(world)
    done: list[object] = []

    def step(point: str) -> None:
        if point == wanted and not done:
            done.append(act(world.node("aa")))

    return replace(node, step=step)


@pytest.mark.parametrize("when", ["recover.marked", "recover.step"])
def test_a_log_that_an_officer_freezes_meanwhile_stays_frozen(world: World, when: str) -> None:
    """A recovery reads from a peer for minutes: what was decided in between is not undone."""
    head, start, entries = _lost(world)

    def freeze_it(node: Node) -> None:
        freeze.freeze(node, head.origin, "eve", "stolen")

    recover.replace_tail(_meanwhile(world, when, freeze_it), head, start, [entries])
    assert _log(world.node("aa"), head.origin).state == LOG_FROZEN


@pytest.mark.parametrize("when", ["recover.marked", "recover.step"])
def test_a_log_that_is_succeeded_meanwhile_stays_ended(world: World, when: str) -> None:
    """Nothing is put back into it, and no two generations go on beside each other."""
    head, start, entries = _lost(world)

    def begin(node: Node) -> None:
        generation.begin(node, world.channel, "lost")

    recover.replace_tail(_meanwhile(world, when, begin), head, start, [entries])
    node = world.node("aa")
    with node.store.read() as tx:
        own = [log for log in tx.logs(world.channel) if log.own]
    assert [log.state for log in own] == [LOG_ENDED, LOG_OPEN]
    assert own[0].signed == own[0].size == start


@pytest.mark.parametrize("stop_at", [0, 1, 2])
def test_a_head_that_was_under_way_is_not_kept_over_a_recovery(world: World, stop_at: int) -> None:
    """Another thread was signing as a peer showed more: its head stands nowhere.

    It would contradict what is marked, or was planned by a register that is another one now.
    """
    head, start, entries = _lost(world)
    world.ask("aa")

    def show(point: str) -> None:
        if point == "sign.signed":
            with suppress(Stopped):
                recover.replace_tail(_watched(world, stop_at), head, start, [entries])

    signed: Head | None = None
    try:
        signed = sign.sign_head(replace(world.node("aa"), step=show), head.origin)
    except Fault as fault:
        assert fault.code == "exchange.highwater.behind"
    assert signed is None
    assert _log(world.node("aa"), head.origin).signed == start
    recover.replace_tail(_watched(world), head, start, [entries])
    assert _log(world.node("aa"), head.origin).signed == head.size
