"""The times of a mirror's cosignatures on one log never fall, whatever its author asks at once."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from making_cards import refused
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.kernel.fault import Fault
from comity.node.base.context import Node, Session
from comity.node.base.ports import Response
from comity.node.base.rows import Head
from comity.node.exchange import (
    convict,
    cosign,
    excuse,
    keep,
    logs,
    publish,
    pump,
    send,
    sign,
    signing_guard,
)
from comity.tlog import tree, wire

LATER_MS = 2_000
DAY_MS = 86_400_000


def _signed(world: World) -> Head:
    """Return a head of aa over one request more, which nobody was sent."""
    node, origin = world.node("aa"), world.origin("aa")
    world.ask("aa")
    world.advance(1_000)
    pump.sign_if_due(node, origin, node.clock.now_ms())
    with node.store.read() as tx:
        head = tx.newest_head(origin)
    assert head is not None
    return head


def _show(world: World, head: Head) -> int:
    """Let aa show bb a head, and return the size of the one that bb held."""
    with world.node("bb").store.read() as tx:
        newest = tx.newest_head(head.origin)
    held = newest.size if newest else 0
    with world.node("aa").store.read() as tx:
        reader = logs.hash_reader(tx, head.origin, head.size)
        proof = tree.prove_consistency(held, head.size, reader)
    sent = wire.AddCheckpoint(held, proof, head.note)
    body = wire.render_add_checkpoint(sent)
    assert keep.add_checkpoint(world.node("bb"), "aa", body).status == 200
    return held


def _ask(node: Node, body: bytes) -> Response:
    return keep.add_entries(node, "aa", io.BytesIO(body).read)


def _between(node: Node, do: Callable[[], None]) -> Node:
    """Return a node that does something once, between its signature and the commit."""
    waiting = [do]

    def step(name: str) -> None:
        if name == "keep.cosigned" and waiting:
            waiting.pop()()

    return replace(node, step=step)


def test_two_heads_that_are_asked_for_at_once_get_times_that_do_not_fall(tmp_path: Path) -> None:
    """The smaller one is cosigned two seconds later, and stored before the bigger one is."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    world.cut("aa", "bb")
    aa, bb = world.node("aa"), world.node("bb")
    small, big = _signed(world), _signed(world)
    held = _show(world, small)
    _show(world, big)
    # Bytes after the last package: what came is stored and not cosigned.
    entries = send.entries_body(aa, big, held)
    with pytest.raises(Fault, match="bytes follow"):
        _ask(bb, entries + b"\0")
    answers: dict[int, Response] = {}

    def asks(head: Head) -> bytes:
        return wire.render_header(wire.AddEntriesHeader(head.origin, head.size, head.size))

    def ask_for_the_smaller() -> None:
        world.advance(LATER_MS)
        answers[small.size] = _ask(bb, asks(small))

    answers[big.size] = _ask(_between(bb, ask_for_the_smaller), asks(big))
    assert [answer.status for answer in answers.values()] == [200, 200]
    given = [
        send.keep_cosignature(aa, "bb", head, answers[head.size].body) for head in (small, big)
    ]
    assert given[0].time_s <= given[1].time_s
    with aa.store.read() as tx:
        assert tx.records(convict.COSIGNER) == {}


@pytest.mark.parametrize("is_sent", [True, False])
def test_what_is_signed_for_does_not_fall_where_a_greater_head_was_faster(
    tmp_path: Path, *, is_sent: bool
) -> None:
    """Who asked for the smaller one is told what is signed for by now, and asks for no more."""
    world = make_world(tmp_path)
    world.pump()
    aa, bb = world.node("aa"), world.node("bb")
    small = _signed(world)
    held = _show(world, small)
    body = send.entries_body(aa, small, held)
    with pytest.raises(Fault, match="bytes follow"):
        _ask(bb, body + b"\0")

    def ask_for_the_greater() -> None:
        big = _signed(world)
        _show(world, big)
        assert _ask(bb, send.entries_body(aa, big, small.size)).status == 200

    if not is_sent:
        body = wire.render_header(wire.AddEntriesHeader(small.origin, small.size, small.size))
    answer = _ask(_between(bb, ask_for_the_greater), body)
    assert (answer.status, wire.parse_mirror_info(answer.body).size) == (409, small.size + 1)
    with bb.store.read() as tx:
        assert logs.require_log(tx, small.origin).signed == small.size + 1
    assert "exchange.highwater.behind" not in dict(world.alarms("bb"))


@pytest.mark.parametrize("is_alone", [True, False])
def test_what_was_cosigned_ahead_is_not_before_a_time_that_comes_to_light(
    tmp_path: Path, *, is_alone: bool
) -> None:
    """Another thread learns from the author when this log was cosigned last, between two steps."""
    world = make_world(tmp_path)
    world.pump()
    aa, bb, origin = world.node("aa"), world.node("bb"), world.origin("aa")
    head = _signed(world)
    later_s = bb.clock.now_ms() // 1_000 + 60

    def learn() -> None:
        with bb.store.write() as tx:
            signing_guard.save_before(tx, origin, head.size, later_s)

    world.replace_node("bb", _between(bb, learn))
    if is_alone:
        given = send.push(aa, origin, "bb")
        assert given is not None
    else:
        start = _show(world, head)
        answer = _ask(world.node("bb"), send.entries_body(aa, head, start))
        given = send.keep_cosignature(aa, "bb", head, answer.body)
    assert given.time_s == later_s


def test_a_cosignature_of_two_times_is_none(tmp_path: Path) -> None:
    """Each line is good by itself; together they would say two things of when it was (5.3.1)."""
    world = make_world(tmp_path)
    world.pump()
    head = _signed(world)
    _show(world, head)
    world.pump()
    aa, bb = world.node("aa"), world.node("bb")
    with bb.store.read() as tx:
        signers = cosign._signers(bb, tx, logs.require_log(tx, head.origin), head.size)
    made = [cosign.signed(bb, head, (one,), 9 + n).lines for n, one in enumerate(signers)]
    with refused("exchange.cosignature.bad"):
        send.keep_cosignature(aa, "bb", head, b"".join(made))
    same = [cosign.signed(bb, head, (one,), 9).lines for one in signers]
    assert send.keep_cosignature(aa, "bb", head, b"".join(same)).time_s == 9


@pytest.mark.parametrize("is_said", [True, False], ids=["more entries", "a heartbeat"])
def test_nothing_is_cosigned_earlier_once_a_database_was_put_back(
    tmp_path: Path, *, is_said: bool
) -> None:
    """All clocks had been a day ahead, and the author who calls cannot be called: the file knows.

    What was lost is in no row of ours.  The author would hold the proof of a time that fell.
    """
    world = make_world(tmp_path)
    world.ask("bb")
    world.pump()
    old = _database(world, "aa")
    world.advance(DAY_MS)
    if is_said:
        world.ask("bb")
    world.pump()  # without more entries every head is signed anew, and cosigned anew
    world.advance(-DAY_MS)
    _put_back(world, "aa", old)
    del world.states["aa"].peers.nodes["bb"]
    world.ask("bb")
    for _ in range(4):
        world.round()
    aa, bb, origin = world.node("aa"), world.node("bb"), world.origin("bb")
    assert aa.session.of(excuse.Start).unreached == {"bb"}
    with bb.store.read() as tx:
        given = tx.newest_cosignature(origin, "aa")
        assert given is not None
        assert given.size == logs.require_log(tx, origin).size
        assert tx.records(convict.COSIGNER) == {}
    assert given.time_s >= (bb.clock.now_ms() + DAY_MS) // 1_000 - 60


@pytest.mark.parametrize("how", ["asked again", "at the start", "read by others"])
def test_a_time_is_marked_before_its_cosignature_leaves(tmp_path: Path, how: str) -> None:
    """It was stored, and the disk of the file failed: a mark of the size alone lets nothing go."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    bb, origin = world.node("bb"), world.origin("aa")
    world.advance(60_000)
    head = sign.sign_head(world.node("aa"), origin, anew=True)
    assert head is not None
    _show(world, head)
    body = wire.render_header(wire.AddEntriesHeader(origin, head.size, head.size))
    assert isinstance(bb.highwater, MemoryHighWater)
    bb.highwater.device.fail_sync = "full"
    with refused("highwater.disk.failed"):
        _ask(bb, body)
    bb = replace(bb, highwater=bb.highwater.reopened())
    with bb.store.read() as tx:
        stored = tx.newest_cosignature(origin, "bb")
    assert stored is not None
    assert bb.highwater.cosigned_s(origin) < stored.time_s
    if how == "asked again":
        assert _ask(bb, body).body == stored.lines
    elif how == "at the start":
        pump.begin(bb)
    else:
        publish.checkpoint(bb, "aa", hashlib.sha256(origin.encode()).hexdigest())
    assert bb.highwater.cosigned_s(origin) == stored.time_s


@pytest.mark.parametrize("is_behind", [True, False], ids=["an old database", "as it was"])
def test_a_file_of_an_older_program_learns_the_times(tmp_path: Path, *, is_behind: bool) -> None:
    """It has marks alone; at the start every log gets the time that the database knows."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    old = _database(world, "bb")
    world.ask("aa")
    world.pump()
    bb, older = world.node("bb"), MemoryHighWater()
    for origin, (size, root) in bb.highwater.marks().items():
        older.raise_to(origin, size, root)
    world.replace_node("bb", replace(bb, highwater=older))
    _put_back(world, "bb", old if is_behind else _database(world, "bb"))
    with world.node("bb").store.read() as tx:
        mirrors = [log.origin for log in tx.logs() if log.party == "aa"]
        given = {origin: tx.newest_cosignature(origin, "bb") for origin in mirrors}
    known = {origin: older.cosigned_s(origin) for origin in mirrors}
    assert known == {origin: one.time_s if one else 0 for origin, one in given.items()}
    assert len(known) == 2
    assert all(known.values())
    assert older.marks() == bb.highwater.marks()


def _database(world: World, party: str) -> MemoryStore:
    store = world.node(party).store
    assert isinstance(store, MemoryStore)
    return MemoryStore(copy_of(store.disk))


def _put_back(world: World, party: str, store: MemoryStore) -> None:
    """Start a node on an old database; the file beside its home is as new as it ever was."""
    node = replace(world.node(party), store=store, session=Session())
    world.replace_node(party, node)
    pump.begin(node)
