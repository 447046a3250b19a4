"""What a convicted log said is read as far as others read it, and holds nobody up.

Aa gives bb an entry that cc does not sign for, then shows cc another history of that size, and
cc convicts.  Bb has read the entry and receipted it: all that bb says from then on has seen it.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from making_cards import refused
from support import sealing
from support.answering import is_receipted, log_of, push
from support.pair import World, make_world

from comity.acts.record import Receipt
from comity.kernel.fault import Fault
from comity.node.base.rows import LOG_FROZEN, Head, Mark
from comity.node.exchange import convict, freeze, keep, logs, reset, signing_guard, understand
from comity.node.exchange.append import Appended
from comity.node.operate.fsck import run
from comity.node.room import proof
from comity.tlog import checkpoint, note, tree, wire
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.wire import AddCheckpoint


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three States that have paired, with nothing on its way."""
    made = make_world(tmp_path, ("aa", "bb", "cc"))
    made.pump()
    made.ask("aa")
    made.pump()
    return made


def _head(world: World, size: int, root: bytes) -> Head:
    """Return a head that aa's own keys sign."""
    node, origin = world.node("aa"), world.origin("aa")
    signers = node.keys.log_signers(origin, world.channel, 1)
    body = checkpoint.render_body(Checkpoint(origin, size, root))
    signed = note.render(note.sign(body, signers, at_s=node.clock.now_ms() // 1000))
    return Head(origin, size, root, signed, node.clock.now_ms() // 1000)


def _convict(world: World, at: str, size: int) -> None:
    """Show a party another history of a size of which it holds a head."""
    forged = _head(world, size, b"\x09" * 32)
    sent = wire.render_add_checkpoint(AddCheckpoint(size, (), forged.note))
    with refused("exchange.log.forked"):
        keep.add_checkpoint(world.node(at), "aa", sent)
    assert log_of(world, at, "aa").state == LOG_FROZEN


def _silence(world: World) -> None:
    world.cut("aa", "bb")
    world.cut("aa", "cc")


def _kept_by_cc(world: World, *, is_read_by_bb: bool = False) -> Appended:
    """Let aa say what cc keeps and, since their clocks differ, does not sign for."""
    asked = world.ask("aa")
    if is_read_by_bb:
        push(world, to="bb")
    world.node("cc").session.of(signing_guard.Clocks).skew_ms["aa"] = 300_001
    with pytest.raises(Fault):
        push(world, to="cc")
    _silence(world)
    kept = log_of(world, "cc", "aa")
    assert kept.signed == kept.understood == asked.index
    assert kept.size == asked.index + 1
    del world.node("cc").session.of(signing_guard.Clocks).skew_ms["aa"]
    return asked


def _rounds(world: World) -> None:
    for _ in range(6):
        world.round()


def _read_anew(world: World, party: str) -> None:
    with world.node(party).store.write() as tx:
        reset.drop(tx, world.channel)
    understand.understand(world.node(party), world.channel)


def test_what_another_read_of_it_is_read_where_it_is_held(world: World) -> None:
    """Both honest States read the same of it, and wait for nothing; so does who reads anew."""
    asked = _kept_by_cc(world, is_read_by_bb=True)
    _convict(world, "cc", asked.index + 1)
    own = world.ask("bb")
    _rounds(world)

    read = log_of(world, "cc", "aa")
    assert (read.signed, read.understood) == (asked.index, asked.index + 1)
    assert is_receipted(world, own, at="bb", by="cc")
    assert is_receipted(world, asked, at="bb", by="cc")
    assert world.digests("bb") == world.digests("cc")
    before = world.digests("cc")
    _read_anew(world, "cc")
    assert log_of(world, "cc", "aa") == read
    assert world.digests("cc") == before
    assert not run.check(world.node("cc")).problems


def test_what_a_mark_contradicts_is_frozen_and_read_as_others_read_it(world: World) -> None:
    """Cc had signed for another history of that size, and has lost it: it knows, and goes on."""
    asked = world.ask("aa")
    push(world, to="bb")
    cc, size = world.node("cc"), asked.index + 1
    cc.highwater.raise_all((Mark(asked.origin, size, b"\x09" * 32, cosigned_s=1),))
    with refused("exchange.peer.refused"):
        push(world, to="cc")
    _silence(world)
    own = world.ask("bb")
    _rounds(world)

    read = log_of(world, "cc", "aa")
    assert (read.state, read.signed, read.understood) == (LOG_FROZEN, asked.index, size)
    assert is_receipted(world, own, at="bb", by="cc")
    assert world.digests("bb") == world.digests("cc")
    with refused("exchange.log.convicted"):
        freeze.thaw(cc, asked.origin, "an officer")
    with refused("node.proof.lost-head"):
        proof.conviction(cc, asked.origin)
    before = world.digests("cc")
    _read_anew(world, "cc")
    assert log_of(world, "cc", "aa") == read
    assert world.digests("cc") == before
    assert not run.check(cc).problems


def test_rows_that_do_not_give_a_head_accuse_nobody(world: World) -> None:
    """Where what is stored here is damaged, the author of the log has signed one history alone."""
    world.ask("aa")
    world.pump()
    cc, origin = world.node("cc"), world.origin("aa")
    size = log_of(world, "cc", "aa").size
    mark = (size - 1, b"\x09" * 32)
    with cc.store.read() as tx:
        held = _head(world, size, logs.root_at(tx, origin, size))
        assert convict.contradicts_mark(tx, held, mark)
        assert not convict.contradicts_mark(tx, _head(world, size, b"\x08" * 32), mark)
        assert not convict.contradicts_mark(
            tx, held, (size - 1, logs.root_at(tx, origin, size - 1))
        )
        assert not convict.contradicts_mark(tx, held, (size + 1, b"\x09" * 32))


def test_what_nobody_says_he_has_read_is_not_read(world: World) -> None:
    """A receipt of what cc signed for, or of nothing, lets nothing more be read."""
    asked = _kept_by_cc(world)
    _convict(world, "cc", asked.index + 1)
    own = world.ask("bb")
    _rounds(world)

    assert log_of(world, "cc", "aa").understood == asked.index
    assert is_receipted(world, own, at="bb", by="cc")
    assert world.digests("bb") == world.digests("cc")


@pytest.mark.parametrize("is_other", [True, False], ids=["another", "nothing"])
def test_a_receipt_of_what_is_not_held_holds_nothing_up(world: World, *, is_other: bool) -> None:
    """Cc holds another entry there than bb, or none: bb's receipt is foreign, and bb goes on."""
    before = log_of(world, "cc", "aa")
    forged = _another(world)
    asked = world.ask("aa")
    push(world, to="bb")
    _silence(world)
    cc, size = world.node("cc"), asked.index + 1
    leaf = tree.leaf_hash(forged)
    head = _head(world, size, tree.Frontier(before.size, before.frontier).extend([leaf]).root())
    with cc.store.write() as tx:
        tx.save_head(head)
        if is_other:
            logs.append_entries(tx, before, [forged])
    _convict(world, "cc", size)
    own = world.ask("bb")
    _rounds(world)

    assert log_of(world, "cc", "aa").understood == before.size
    assert is_receipted(world, own, at="bb", by="cc")
    read = log_of(world, "cc", "bb").understood
    with cc.store.read() as tx:
        receipts = tx.receipts(world.origin("bb"), 0, read)
    assert [row.foreign for row in receipts if row.receipt.of == asked.origin] == ["", "root"]


def _another(world: World) -> bytes:
    """Return an entry that stands where aa's next one does, in the history that cc is shown."""
    said = Receipt(world.origin("bb"), 0, tree.EMPTY_ROOT, 1)
    (entry,) = _sealed(world, "aa", world.origin("aa"), said)
    return entry


def _sealed(world: World, party: str, origin: str, said: Receipt) -> list[bytes]:
    """Return what a party says next, with any origin inside, behind a key entry where due."""
    node = world.node(party)
    with node.store.read() as tx:
        inside = "" if origin == logs.own_log(tx, world.channel).origin else origin
        return sealing.entries(node, tx, world.channel, said, inside=inside)


def test_a_receipt_that_names_another_log_as_its_own_lets_nothing_be_read(world: World) -> None:
    """It is foreign where bb wrote it, and nobody waits for what it covers."""
    asked = _kept_by_cc(world)
    _convict(world, "cc", asked.index + 1)
    bb = world.node("bb")
    with world.node("aa").store.read() as tx:
        root = logs.root_at(tx, asked.origin, asked.index + 1)
    false = Receipt(asked.origin, asked.index + 1, root, 1)
    made = _sealed(world, "bb", world.origin("bb", "hotline"), false)
    with bb.store.write() as tx:
        log = logs.append_entries(tx, logs.own_log(tx, world.channel), made)
        tx.save_log(replace(log, understood=log.size))
    own = world.ask("bb")
    _rounds(world)

    assert log_of(world, "cc", "aa").understood == asked.index
    assert is_receipted(world, own, at="bb", by="cc")
