"""What was kept under keys that an entry in it ends is read once a head by the next ones covers it.

Aa enters card 2 and goes on signing with the keys of card 1: who gets all of it at once keeps
it, who has read of the card refuses it, and both read the same.
"""

import hashlib
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from making_cards import refused
from support.answering import is_receipted, log_of, push
from support.pair import World, make_world
from support.undone import Undone

from comity.acts.record import Document
from comity.joint.exchange.acts import CARD_ENTERED, register_act
from comity.kernel.fault import Fault
from comity.kernel.ids import random_id
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Suite, Tx
from comity.node.base.rows import Head, Log
from comity.node.exchange import (
    blobs,
    handshake,
    keep,
    keyring,
    logs,
    read_limit,
    send,
    sign,
    understand,
)
from comity.node.exchange.hold_alarm import OLD_KEYS
from comity.tlog import checkpoint, note, tree, wire
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.note import Signer
from comity.tlog.wire import AddCheckpoint


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three States that have paired; aa has rotated its keys, and signed no head over that."""
    made = make_world(tmp_path, ("aa", "bb", "cc"))
    made.pump()
    _rotate(tmp_path, made)
    return made


def _rotate(folder: Path, world: World) -> None:
    state = world.states["aa"]
    root = state.maker.open_root(folder / f"aa-{world.arrangement}.root")
    keyring.rotate(state.node, state.maker, root)


@pytest.fixture
def old_keys(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Heads of any size are signed with the keys of card 1, until this is undone."""

    def signers(node: Node, _tx: Tx, log: Log, _size: int) -> tuple[Signer, ...]:
        return node.keys.log_signers(log.origin, log.channel, 1)

    def whole(_tx: Tx, log: Log, _marked: int) -> int:
        return log.size

    monkeypatch.setattr(sign, "_signers", signers)
    monkeypatch.setattr(sign, "_size_to_sign", whole)
    return monkeypatch


def test_what_follows_a_card_waits_for_a_head_by_its_keys(
    world: World, old_keys: pytest.MonkeyPatch
) -> None:
    """It is kept and cosigned, and read when its author signs it with the keys that count."""
    asked = world.ask("aa")
    push(world)

    kept = log_of(world, "bb", "aa")
    assert kept.signed == kept.size == asked.index + 1
    assert kept.understood == asked.index - 1  # the card stands before it, and a key entry to it
    world.round()
    assert log_of(world, "bb", "aa").understood == asked.index - 1
    assert not is_receipted(world, asked)
    what = f"{asked.origin} at {asked.index - 1} waits for a head by the keys in force."
    assert (OLD_KEYS, what) in world.alarms("bb")

    old_keys.undo()
    world.advance(60_000)
    world.pump()
    assert is_receipted(world, asked)
    assert (OLD_KEYS, what) not in world.alarms("bb")
    assert world.digests("aa") == world.digests("bb") == world.digests("cc")


@pytest.mark.usefixtures("old_keys")
def test_a_head_that_was_announced_before_the_card_was_read_lets_nothing_be_read_after_it(
    world: World,
) -> None:
    """It was accepted while its keys counted; its entries come when they count no more."""
    aa, bb, origin = world.node("aa"), world.node("bb"), world.origin("aa")
    with aa.store.read() as tx:
        (named,) = tx.named_between(origin, 0, 2)
        text = tx.body(named.sha256)
    assert text is not None
    with bb.store.write() as tx:
        tx.save_bodies({named.sha256: text})
    with_card = sign.sign_head(aa, origin)
    world.ask("aa")
    beyond = sign.sign_head(aa, origin)
    assert with_card is not None
    assert beyond is not None
    with aa.store.read() as tx:
        hashes = logs.hash_reader(tx, origin, beyond.size)
        proof = tree.prove_consistency(with_card.size, beyond.size, hashes)
    first = AddCheckpoint(0, (), with_card.note)
    for sent in (first, AddCheckpoint(with_card.size, proof, beyond.note)):
        assert keep.add_checkpoint(bb, "aa", wire.render_add_checkpoint(sent)).status == 200
    for start, head in ((0, with_card), (with_card.size, beyond)):
        body = send.entries_body(aa, head, start)
        assert keep.add_entries(bb, "aa", io.BytesIO(body).read).status == 200
        understand.understand(bb, world.channel)
    assert log_of(world, "bb", "aa").signed == beyond.size
    assert log_of(world, "bb", "aa").understood == with_card.size


@pytest.mark.usefixtures("old_keys")
def test_two_states_that_got_it_differently_read_the_same(world: World) -> None:
    """Bb's acts have seen no more of aa than cc may read, so that they wait for nothing."""
    push(world, to="cc")  # the card alone, by the keys that may sign a head over it
    asked = world.ask("aa")
    push(world, to="bb")
    with pytest.raises(Fault, match="not signed by both keys"):
        push(world, to="cc")
    world.cut("aa", "bb")
    world.cut("aa", "cc")

    own = world.ask("bb")
    for _ in range(6):
        world.round()
    assert log_of(world, "bb", "aa").signed == asked.index + 1
    assert log_of(world, "bb", "aa").understood == asked.index - 1
    assert log_of(world, "cc", "aa").signed == asked.index - 1
    assert is_receipted(world, own, at="bb", by="cc")
    assert world.digests("bb") == world.digests("cc")


def test_the_head_that_counts_is_found_at_another_mirror(
    world: World, old_keys: pytest.MonkeyPatch
) -> None:
    """Aa fell silent after it had signed with the keys that count, and bb did not hear it."""
    asked = world.ask("aa")
    push(world, to="bb")
    world.cut("aa", "bb")
    old_keys.undo()
    world.advance(1_000)
    assert sign.sign_head(world.node("aa"), asked.origin, anew=True)
    handshake.shake_hands(world.node("aa"), "cc")
    push(world, to="cc")
    world.cut("aa", "cc")
    assert log_of(world, "bb", "aa").understood == asked.index - 1
    for _ in range(6):
        world.round()

    assert log_of(world, "cc", "aa").understood == asked.index + 1
    assert log_of(world, "bb", "aa").understood == asked.index + 1
    assert world.digests("bb") == world.digests("cc")


def test_of_a_convicted_log_what_another_read_under_that_head_is_enough(
    world: World, old_keys: pytest.MonkeyPatch
) -> None:
    """Bb got the head by the keys that count; cc is shown another history and hears no more."""
    asked = world.ask("aa")
    push(world, to="cc")
    forged = _signed_by_card_1(world, asked.index - 1)
    old_keys.undo()
    world.advance(1_000)
    assert sign.sign_head(world.node("aa"), asked.origin, anew=True)
    handshake.shake_hands(world.node("aa"), "bb")
    push(world, to="bb")
    world.cut("aa", "bb")
    world.cut("aa", "cc")
    with refused("exchange.log.forked"):
        keep.add_checkpoint(world.node("cc"), "aa", forged)
    assert log_of(world, "cc", "aa").understood == asked.index - 1

    own = world.ask("bb")
    for _ in range(6):
        world.round()
    assert log_of(world, "cc", "aa").understood == asked.index + 1
    assert is_receipted(world, own, at="bb", by="cc")
    assert world.digests("bb") == world.digests("cc")


def test_heads_by_old_keys_are_looked_at_once(world: World, old_keys: pytest.MonkeyPatch) -> None:
    """However many its author announced, a look verifies those that it has not looked at."""
    aa, bb, origin = world.node("aa"), world.node("bb"), world.origin("aa")
    heads = [sign.sign_head(aa, origin)]
    for _ in range(12):
        world.ask("aa")
        heads.append(sign.sign_head(aa, origin))
    _announce(world, heads)
    understand.understand(bb, world.channel)
    log = log_of(world, "bb", "aa")
    assert (log.understood, log.signed) == (2, 15)

    looked: list[int] = []
    lines_by = keep.lines_by

    def counting(
        suite: Suite, of: str, by: tuple[tuple[bytes, bytes], ...], parsed: note.Note
    ) -> tuple[note.Signature, ...] | None:
        looked.append(1)
        return lines_by(suite, of, by, parsed)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keep, "lines_by", counting)
        for _ in range(5):
            understand.understand(bb, world.channel)
    assert len(looked) <= 2 * 5, "of the head that is signed for, and of no other"

    # One that comes late, of a size that a newer one covers, is looked at all the same.
    old_keys.undo()
    world.advance(1_000)
    late = _signed(world, 9, card=2)
    with bb.store.write() as tx:
        tx.save_head(late)
        read_limit.note_late(tx, origin)
    understand.understand(bb, world.channel)
    assert log_of(world, "bb", "aa").understood == 9


def _announce(world: World, heads: Sequence[Head | None]) -> None:
    """Send bodies, then each head, then all entries under the last."""
    aa, bb, origin = world.node("aa"), world.node("bb"), world.origin("aa")
    last = heads[-1]
    assert last is not None
    with aa.store.read() as tx:
        texts = blobs.small(tx, origin, 0, last.size)
    blobs.add_bodies(bb, "aa", blobs.render_batch(texts))
    old = 0
    for head in heads:
        assert head is not None
        with aa.store.read() as tx:
            proof = tree.prove_consistency(old, head.size, logs.hash_reader(tx, origin, head.size))
        sent = wire.render_add_checkpoint(AddCheckpoint(old, proof, head.note))
        assert keep.add_checkpoint(bb, "aa", sent).status == 200
        old = head.size
    assert keep.add_entries(bb, "aa", io.BytesIO(send.entries_body(aa, last, 0)).read).status == 200


def _signed(world: World, size: int, card: int) -> Head:
    """Return a head of aa's own history."""
    node, origin = world.node("aa"), world.origin("aa")
    with node.store.read() as tx:
        root = logs.root_at(tx, origin, size)
    at_s = node.clock.now_ms() // 1000
    body = checkpoint.render_body(Checkpoint(origin, size, root))
    signers = node.keys.log_signers(origin, world.channel, card)
    return Head(origin, size, root, note.render(note.sign(body, signers, at_s=at_s)), at_s)


def _signed_by_card_1(world: World, size: int) -> bytes:
    """Return an announcement of another history that ends with the card."""
    node, origin = world.node("aa"), world.origin("aa")
    body = checkpoint.render_body(Checkpoint(origin, size, b"\x09" * 32))
    signers = node.keys.log_signers(origin, world.channel, 1)
    head = note.render(note.sign(body, signers, at_s=node.clock.now_ms() // 1000))
    return wire.render_add_checkpoint(AddCheckpoint(size, (), head))


def test_a_card_counts_where_the_act_names_its_text(tmp_path: Path) -> None:
    """An act that names another text enters nothing, whatever card its reader was shown beside."""
    world = make_world(tmp_path)
    text = b"comity/card/1\nno card\n"
    sha256 = hashlib.sha256(text).hexdigest()
    document = Document(sha256, len(text), "text/plain", "card")
    act_id = random_id(world.node("aa").entropy(16))
    act = register_act(act_id, CARD_ENTERED, "live", {"number": "2"}, (document,))
    false = world.say("aa", act, {sha256: text})
    _rotate(tmp_path, world)
    world.pump()

    for party in ("aa", "bb"):
        with world.node(party).store.read() as tx:
            loaded = trust.load(tx, world.channel)
        assert [one.index for one in loaded.register.entered(false.origin)][:1] == [false.index]
        first, second = loaded.positions(false.origin)
        assert (first.number, first.index, second.number) == (1, None, 2)
        assert second.index is not None
        assert second.index > false.index
    assert log_of(world, "bb", "aa").understood == log_of(world, "bb", "aa").size


def test_a_head_that_came_after_an_undone_write_is_looked_at(
    world: World, old_keys: pytest.MonkeyPatch
) -> None:
    """More was kept, and was not: of the size that is the newest again another head may come."""
    asked = world.ask("aa")
    push(world, to="bb")
    old_keys.undo()
    world.advance(1_000)
    counting = sign.sign_head(world.node("aa"), asked.origin, anew=True)
    assert counting is not None
    end, bb = asked.index + 1, world.node("bb")
    assert log_of(world, "bb", "aa").understood == asked.index - 1
    for head, found in ((None, asked.index - 1), (counting, end)):
        if head is not None:
            with bb.store.write() as tx:
                tx.save_head(head)
        with suppress(Undone), bb.store.write() as tx:
            grown = logs.append_entries(tx, logs.require_log(tx, asked.origin), [b"more"])
            tx.save_log(replace(grown, signed=grown.size))
            channel, log = trust.load(tx, world.channel), logs.require_log(tx, asked.origin)
            assert read_limit.end(bb, tx, channel, log) == found
            raise Undone
