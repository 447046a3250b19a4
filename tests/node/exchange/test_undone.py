"""A node goes on after a write was undone, a start broke off, or a log lost its end."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from node.exchange.test_adopt import NEWER, NEWEST
from support.agreed import CALENDARS, MAIN, shipped
from support.pair import World, make_world
from support.undone import Undone

from comity.acts.record import ACT_KIND, RECEIPT_KIND
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.context import Node, Session
from comity.node.base.ports import Tx
from comity.node.exchange import (
    adopt,
    blob_access,
    excuse,
    generation,
    logs,
    mirrors,
    pump,
    receipts,
    start,
    suspects,
    understand,
)
from comity.node.room import calendars, joint_texts
from comity.tlog.tree import leaf_hash


def test_an_act_stands_where_a_write_that_was_undone_had_kept_a_receipt(tmp_path: Path) -> None:
    """It is owed a receipt: what was looked at meanwhile is not taken for what stands there."""
    world = make_world(tmp_path)
    node, origin = world.node("bb"), world.origin("aa")
    receipt, act = bytes([RECEIPT_KIND]), bytes([ACT_KIND])
    with suppress(Undone), node.store.write() as tx:
        log = replace(logs.require_log(tx, origin), size=1, understood=1)
        tx.append(origin, 0, [receipt], [leaf_hash(receipt)])
        assert not receipts._has_act(node, tx, log, 0)
        raise Undone
    with suppress(Undone), node.store.write() as tx:
        tx.append(origin, 0, [act], [leaf_hash(act)])
        assert receipts._has_act(node, tx, log, 0)
        raise Undone


def test_a_start_that_broke_off_in_the_middle_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else nothing of the party that was asked would ever be cosigned."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    world.replace_node("aa", replace(world.node("aa"), session=Session()))
    forget, full = start._forget_excuses, ["bb"]

    def filled(node: object, party: str, shown: set[str]) -> None:
        if party in full:
            full.remove(party)
            raise Fault(code="node.store.full", what="The disk is full.", fix="Make room.")
        forget(node, party, shown)  # type: ignore[arg-type] # as it was called

    monkeypatch.setattr(start, "_forget_excuses", filled)
    world.ask("bb")
    for _ in range(4):
        world.advance(80_000)
        world.round()
    assert not full
    assert world.node("aa").session.of(excuse.Start).compared == {"bb"}
    assert len(world.matters("aa")) == 2


def _adopted(world: World, party: str) -> int:
    with world.node(party).store.read() as tx:
        return adopt.adopted(tx, trust.load(tx, world.channel), party)["request"]


def test_a_version_that_an_ended_log_takes_back_is_adopted_again(tmp_path: Path) -> None:
    """Nobody had the act that adopted it: else none of its tags were sayable till a restart."""
    world = make_world(tmp_path)
    world.pump()
    session = Session({excuse.Start: excuse.Start(compared={"bb"})})
    world.replace_node("aa", replace(world.node("aa"), vocabulary=NEWER, session=session))
    world.cut("aa", "bb")
    for _ in range(3):
        world.round()
    assert _adopted(world, "aa") == NEWEST
    generation.begin(world.node("aa"), world.channel, "lost")
    assert _adopted(world, "aa") < NEWEST
    world.mend()
    for _ in range(4):
        world.advance(60_000)
        world.round()
    assert _adopted(world, "aa") == NEWEST


def test_a_doubt_outlasts_the_line(tmp_path: Path) -> None:
    """A party signed for another history: who cannot ask it now asks it later."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.pump()
    node = world.node("aa")
    with node.store.write() as tx:
        suspects.note(tx, world.channel, "bb")
    world.cut("aa", "bb")
    with pytest.raises(Fault):
        mirrors.fetch_logs(node, world.channel, "bb")
    with node.store.read() as tx:
        assert suspects.noted(tx, world.channel, "bb")


def test_who_waits_no_more_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was waited for came from its author: no mirror is asked for it, round after round."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.pump()
    monkeypatch.setattr(mirrors, "fetch_logs", lambda *_: 0)
    world.cut("aa", "cc")
    asked = world.ask("aa")
    for _ in range(4):
        world.round()
    world.acknowledge("bb", asked)
    for _ in range(4):
        world.round()
    assert world.node("cc").session.of(understand.HeldBack).held_back == {world.channel}
    world.mend()
    world.advance(300_000)
    world.pump()
    assert world.digests("aa") == world.digests("bb") == world.digests("cc")
    assert world.node("cc").session.of(understand.HeldBack).held_back == set()


def test_nobody_waits_for_heads_of_a_log_that_has_ended(tmp_path: Path) -> None:
    """They stop as its successor is begun; once that is accepted the alarm ends."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    begun = generation.begin(world.node("bb"), world.channel, "lost")
    for _ in range(6):
        world.advance(60_000)
        world.round()
    silent = (pump.SILENT, f"No head of {world.origin('bb')} came for over two minutes.")
    assert silent in world.alarms("aa")
    generation.accept(world.node("aa"), *begun)
    world.pump()
    assert silent not in world.alarms("aa")


def as_guideline(node: Node, tx: Tx, sha256: str) -> object:
    """Read a main text that every party has adopted."""
    return joint_texts.named(node, tx, frozenset({sha256}), sha256)


@pytest.mark.parametrize(
    ("name", "read"), [(MAIN, as_guideline), (CALENDARS["bb"], calendars.of_text)]
)
def test_a_text_whose_bytes_come_later_is_read_then(
    tmp_path: Path, name: str, read: Callable[[Node, Tx, str], object]
) -> None:
    """That a party has it is known before it is here: it is no text that cannot be read."""
    node, text = make_world(tmp_path).node("aa"), shipped(name) + b"# not read before\n"
    sha256 = hashlib.sha256(text).hexdigest()
    with node.store.write() as tx:
        blob_access.note_given(tx, sha256, "bb")
        assert read(node, tx, sha256) in (None, calendars.UNREADABLE)
        tx.save_bodies({sha256: text})
        assert read(node, tx, sha256) not in (None, calendars.UNREADABLE)
