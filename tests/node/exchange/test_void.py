"""An entry opens for all or for nobody: what is void says nothing, to anybody, for ever (8.8)."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from support import sealing
from support.pair import World, make_world

from comity.acts import codec
from comity.acts.record import KEY_KIND, Act, Receipt, Unread
from comity.adapters.memory import MemoryStore, copy_of
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.context import Session
from comity.node.exchange import (
    excuse,
    generation,
    keyring,
    logs,
    pump,
    receipts,
    refold,
    seal,
    void,
)
from comity.node.exchange.append import Appended
from comity.node.exchange.refold import Times
from comity.node.exchange.seal import Keyed, Opened, Unreadable
from comity.node.exchange.sealer import Sealer
from comity.node.operate import rebuild
from comity.node.operate.fsck import run as fsck
from comity.seal import run

PARTIES = ("aa", "bb", "cc")


@pytest.fixture(name="world")
def three(tmp_path: Path) -> World:
    """Three States that have paired; aa has asked the others, who have read it."""
    return make_world(tmp_path, PARTIES)


def asked_and_read(world: World) -> Appended:
    """Let aa ask, and all read it."""
    asked = world.ask("aa")
    world.pump()
    return asked


def alike(world: World) -> dict[str, str]:
    """Return the digests that every party shows; what is computed again is the same."""
    shown = {party: world.digests(party) for party in world.states}
    first = shown["aa"]
    assert all(one == first for one in shown.values())
    for party in world.states:
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after
    return first


@pytest.mark.parametrize("shut_to", PARTIES)
@pytest.mark.parametrize("author", ["aa", "cc"])
def test_an_act_that_one_cannot_open_says_nothing_to_anybody(
    world: World, author: str, shut_to: str
) -> None:
    """2.1.6: whoever opens the key entry makes the junk stanza again and finds it out.

    Before, who had read equal logs showed other states until somebody showed the key.
    """
    asked = asked_and_read(world)
    before = alike(world)
    withdrawn = world.withdraw("aa", asked).act if author == "aa" else None
    if withdrawn is None:
        withdrawn = replace(asked.act, id=world.node("cc").act_id(), tag="request.acknowledged/1")
    world_before = make_void(world, author, withdrawn, shut_to)
    world.pump()
    if author != "aa":
        assert alike(world) == before
    for party in PARTIES:
        with world.node(party).store.read() as tx:
            assert void.leaf_of(tx, world.origin(author), world_before)
            assert not tx.acts(world.origin(author), world_before, world_before + 1)
        if party != author:
            assert any(code == void.ALARM for code, _ in world.alarms(party))
        assert fsck.check(world.node(party)).is_clean


def make_void(world: World, author: str, act: Act, shut_to: str) -> int:
    """Let a party say an act under a key entry that is junk to one; return the act's index."""
    log = sealing.put(world.node(author), world.channel, act, shut_to=shut_to)
    return log.size - 1


def test_what_is_void_uses_no_id_and_is_said_again(world: World) -> None:
    """8.8.1: it has no id and no place; another act may have them, and has effect."""
    asked = asked_and_read(world)
    act = replace(world.acknowledge("bb", asked).act)
    world.pump()
    assert alike(world)
    other = world.ask("aa")
    world.pump()
    again = replace(
        act, id=world.node("bb").act_id(), matter=other.act.matter, answers=other.act.id
    )
    make_void(world, "bb", again, "cc")
    world.pump()
    world.say("bb", again)
    world.pump()
    assert alike(world)
    with world.node("cc").store.read() as tx:
        (row,) = [one for one in tx.acts_with_id(again.id) if not one.foreign]
    assert row.act == again


def test_a_receipt_that_calls_void_what_is_not_starts_the_clock(tmp_path: Path) -> None:
    """8.7.2: an act was received at the first receipt that covers it, without exception."""
    world = make_world(tmp_path)
    world.cut("aa", "bb")
    asked = world.ask("aa")
    world.mend()
    owed = receipts._owed

    def lying(*of: object) -> object:
        made = owed(*of)  # type: ignore[arg-type] # as it was called
        if made is None:
            return None
        leaf = of[1].leaves(asked.origin, asked.index, asked.index + 1).hex()  # type: ignore[attr-defined] # the transaction
        told = (Unread(asked.index, leaf),) if made.of.origin == asked.origin else ()
        return replace(made, receipt=replace(made.receipt, unread=told))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receipts, "_owed", lying)
        world.pump()
    for party in ("aa", "bb"):
        with world.node(party).store.read() as tx:
            loaded = trust.load(tx, world.channel)
            (row,) = tx.acts(asked.origin, asked.index, asked.index + 1)
            received = Times(tx, loaded).addressed(refold.placed(loaded, row))
            (told,) = tx.receipts(world.origin("bb"), 0, 99)
        assert [one.index for one in told.receipt.unread] == [asked.index]
        assert received["bb"] is not None
    assert world.digests("aa") == world.digests("bb")


@pytest.mark.parametrize("lie", ["root", "index", "copied", "unheld", "order"])
def test_a_key_entry_that_lies_is_void_or_waits(world: World, lie: str) -> None:
    """2.1.6: another root, place, log or order of texts; a text that nobody holds stops its log."""
    asked_and_read(world)
    before = alike(world)
    node = world.node("bb")
    with node.store.write() as tx:
        log, now = logs.own_log(tx, world.channel), trust.load(tx, world.channel)
        said = replace(_some_act(world), id=node.act_id())
        at = (log.origin, log.size + (lie == "index"))
        key, made = sealing.key_entry(node, now, (1, 1, 1), at, lie=lie)
        if lie == "root":
            key = key[:1] + bytes(32) + key[33:]
        if lie == "copied":
            (key,) = tx.entries(world.origin("aa"), 0, 1)
        entry = b"\1" + made.seal(codec.render(log.origin, said), 0, bytes(16))
        grown = logs.append_entries(tx, log, [key, entry])
        tx.save_log(replace(grown, understood=grown.size))
    world.pump()
    for party in ("aa", "cc"):
        assert world.digests(party) == before
        with world.node(party).store.read() as tx:
            theirs = logs.require_log(tx, log.origin)
        waits = theirs.understood == log.size
        assert waits is (lie == "unheld")
    asked_and_read(world)  # the logs of others go on
    assert world.digests("aa") == world.digests("cc") != before


def _some_act(world: World) -> Act:
    with world.node("aa").store.read() as tx:
        rows = tx.acts(world.origin("aa"), 0, 99)
    return next(row.act for row in rows if row.act.matter.kind == "request")


def test_one_key_entry_serves_256_entries_and_then_another(tmp_path: Path) -> None:
    """2.1.13: one encapsulation for each party in 256 entries; each has a key of its own."""
    world = make_world(tmp_path)
    node = world.node("aa")
    with node.store.write() as tx:
        log, now = logs.own_log(tx, world.channel), trust.load(tx, world.channel)
        sealer = Sealer(node, tx, now, log, {})
        said = [Receipt(world.origin("bb"), 0, bytes(32), at) for at in range(600)]
        places = [sealer.add(one) for one in said]
        keys = [n for n, one in enumerate(sealer.entries) if one[0] == KEY_KIND]
        found = [
            seal.open_entry(
                node, tx, now, (log.origin, n), sealer.entries[n], lambda at: sealer.entries[at]
            )
            for n in places
        ]
    assert log.size == 0
    assert keys == [0, 257, 514]
    assert all(later - one <= 2 for one, later in pairwise(places))
    assert all(isinstance(one, Opened) for one in found)
    assert len({one.file_key for one in found if isinstance(one, Opened)}) == 600
    assert {len(sealer.entries[n]) for n in places} <= set(range(1145, 1152))


def test_the_key_of_one_entry_opens_no_other(tmp_path: Path) -> None:
    """2.2.2: what is disclosed of an act tells nothing of the acts beside it."""
    world = make_world(tmp_path)
    for _ in range(4):
        world.ask("aa")
    node, origin = world.node("aa"), world.origin("aa")
    with node.store.read() as tx:
        log = logs.require_log(tx, origin)
        raws = tx.entries(origin, 0, log.size)
    found = [sealing.opened(node, world.channel, origin, n) for n in range(log.size)]
    opened = [(n, one) for n, one in enumerate(found) if isinstance(one, Opened)]
    for n, one in opened:
        opens = [
            m
            for m, _ in opened
            if isinstance(seal.open_with_file_key(raws[m], one.file_key), Opened)
        ]
        assert opens == [n]


def test_a_new_card_and_a_new_generation_begin_a_new_run(tmp_path: Path) -> None:
    """2.1.13: what is said after a key text changed is under a key entry that names the new one."""
    world = make_world(tmp_path)
    asked_and_read(world)
    with world.node("aa").store.read() as tx:
        (key,) = tx.entries(world.origin("aa"), 0, 1)
    assert key[0] == KEY_KIND
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "lost")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("bb"), origin, sha256)
    world.pump()
    with world.node("bb").store.read() as tx:
        kinds = [entry[0] for entry in tx.entries(origin, 0, 2)]
        loaded = trust.load(tx, world.channel)
    assert kinds == [KEY_KIND, 1]
    assert loaded.register.first_card(origin) == 1
    assert world.digests("aa") == world.digests("bb")


def test_a_generation_is_compared_with_what_begins_it(tmp_path: Path) -> None:
    """9.4.5: another act under the same key entry, or another key entry, is refused."""
    world = make_world(tmp_path)
    asked_and_read(world)
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "lost")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("bb"), origin, sha256[:16])
    with world.node("aa").store.read() as tx:
        leaves = [tx.leaves(origin, n, n + 1) for n in range(2)]
    with world.node("bb").store.read() as tx:
        generation.require_accepted_entry(tx, origin, leaves)
        for wrong in ([leaves[0], bytes(32)], [bytes(32), leaves[1]], leaves[:1]):
            with pytest.raises(Fault, match=r"exchange\.generation\.other-entry"):
                generation.require_accepted_entry(tx, origin, wrong)


def test_in_a_new_generation_receipts_come_before_acts(tmp_path: Path) -> None:
    """8.3.3: an act of generation 2 would else not have seen what acts of generation 1 had."""
    world = make_world(tmp_path)
    asked = asked_and_read(world)
    generation.begin(world.node("bb"), world.channel, "lost")
    said = world.acknowledge("bb", asked)
    with world.node("bb").store.read() as tx:
        (row,) = tx.acts(said.origin, said.index, said.index + 1)
    assert row.seen[asked.origin] > asked.index


def test_a_key_entry_is_opened_once_and_a_void_one_too(tmp_path: Path) -> None:
    """What is remembered goes by the bytes: an entry that was cut and another there are two."""
    world = make_world(tmp_path)
    world.ask("aa")
    node = world.node("aa")
    first = sealing.opened(node, world.channel, world.origin("aa"), 0)
    assert isinstance(first, Keyed)
    assert sealing.opened(node, world.channel, world.origin("aa"), 0) is first
    junk = sealing.opened(node, world.channel, world.origin("aa"), 0, bytes((KEY_KIND,)) + b"junk")
    assert junk == Unreadable()
    assert isinstance(first.run, run.Run)


def test_a_home_put_back_calls_nothing_void_before_it_was_compared(tmp_path: Path) -> None:
    """8.2.9: it may not know its newest card, and what its older ones do not open is no lie."""
    world = make_world(tmp_path)
    asked_and_read(world)
    state, node = world.states["bb"], world.node("bb")
    assert isinstance(node.store, MemoryStore)
    image = MemoryStore(copy_of(node.store.disk))
    keyring.rotate(
        node, state.maker, state.maker.open_root(tmp_path / f"bb-{world.arrangement}.root")
    )
    world.pump()
    world.pump()
    asked = asked_and_read(world)
    with world.node("aa").store.read() as tx:
        (key,) = tx.entries(asked.origin, asked.index - 1, asked.index)
    assert key[0] == KEY_KIND, "aa names the new card"
    back = replace(node, store=image, session=Session())
    found = [sealing.opened(back, world.channel, asked.origin, asked.index - 1, key)]
    with image.write() as tx:
        tx.save_record(excuse.RESTORED, world.origin("bb"), 0)
    back = replace(back, session=Session())
    found += [sealing.opened(back, world.channel, asked.origin, asked.index - 1, key)]
    assert found == [Unreadable(seal.VOID), Unreadable(seal.LOCKED)]

    world.replace_node("bb", back)
    pump.begin(back)
    for _ in range(4):
        world.advance(60_000)
        world.pump()
    assert world.digests("aa") == world.digests("bb")
    assert not [code for code, _ in world.alarms("bb") if code == void.ALARM]
