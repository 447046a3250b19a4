"""Rejections of a proof of non-answer: their order, the log, the leaf, who must be able to read."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest
from node.test_nonanswer import judged, make, refusal
from support.agreed import agreed_world, ask
from support.hidden import (
    STRANGE,
    append,
    asked_and_closed,
    known,
    receipt_of,
    rejecting,
    rejection,
    said,
)
from support.pair import World

from comity.acts import codec
from comity.joint.exchange import acts as exchange_acts
from comity.joint.exchange import nonanswer
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader
from comity.node.exchange import logs, seal
from comity.node.exchange.seal import Opened
from comity.node.room import nonanswer_range as ranged
from comity.node.room.nonanswer_range import Asking
from comity.seal import age
from comity.tlog import tree


@pytest.fixture(name="world")
def two(tmp_path: Path) -> World:
    """Return two States that have business with each other."""
    return agreed_world(tmp_path)


def test_rejections_stand_by_their_index(world: World) -> None:
    """One spelling for one proof."""
    asked, first = known(world)
    append(world, "bb", receipt_of(world, "bb", "aa"), is_closed=False)
    hidden = replace(asked.act, id=world.node("bb").act_id(), answers=asked.act.id)
    second = append(world, "bb", hidden, is_closed=True)
    world.pump()
    said(world)
    made = make(world, asked)
    assert {one.index for one in judged(world, made).closed} == {first, second}
    whole = nonanswer.parse(made.data)
    assert whole.rejections is not None
    assert len(whole.rejections) == 2
    turned = nonanswer.render(replace(whole, rejections=whole.rejections[::-1]))
    assert refusal(world, made, turned) == "exchange.nonanswer.malformed"


def test_a_key_that_is_shown_of_another_log_shows_nothing(world: World) -> None:
    """No node opens an entry by it (exchange.md 8.8.4), and so no verifier does."""
    asked, at = known(world)
    node, origin = world.node("bb"), world.origin("bb")
    with node.store.read() as tx:
        loaded = trust.load(tx, world.channel)
        (raw,) = tx.entries(origin, at, at + 1)
    own = seal.open_entry(node, loaded, (1, 1), raw)
    assert isinstance(own, Opened)
    codes = {"origin": world.origin("aa"), "index": str(at), "file-key": own.file_key.hex()}
    shown = exchange_acts.register_act(node.act_id(), exchange_acts.OPENING_SHOWN, "live", codes)
    world.say("bb", shown)
    world.pump()
    made = make(world, asked, is_range_disclosed=True)
    assert [one.index for one in judged(world, made).closed] == [at]


@pytest.mark.parametrize("is_its_leaf", [True, False])
def test_a_foreign_rejection_alarms_by_the_leaf_that_it_names(
    world: World, *, is_its_leaf: bool
) -> None:
    """Of an entry that is not there nobody can show others that its author had it."""
    ask(world, "aa", "subscriber", "urgent")
    world.pump()
    with world.node("aa").store.read() as tx:
        at = logs.require_log(tx, world.origin("bb")).size - 1
    said_so = receipt_of(world, "aa", "bb", at)
    (row,) = said_so.unread
    named = row if is_its_leaf else replace(row, leaf="0" * 64)
    append(world, "aa", replace(said_so, root=b"\1" * 32, unread=(named,)), is_closed=False)
    before = len(world.alarms("bb"))
    world.pump()
    said(world)
    told = [what for code, what in world.alarms("bb")[before:] if "entry.contested" in code]
    assert any(f"entry {at} " in what for what in told) is is_its_leaf


def test_a_receipt_that_says_nothing_shows_that_nobody_knew(world: World) -> None:
    """One that its author sealed to more than the parties does not parse, for anybody (2.1.5)."""
    asked, at = asked_and_closed(world)
    node, held = world.node("bb"), receipt_of(world, "bb", "aa")
    with node.store.write() as tx:
        log, now = logs.own_log(tx, world.channel), trust.load(tx, world.channel)
        keys = [node.suite.recipient(now.keys(p, 1).seal) for p in now.arrangement.party_ids()]
        sealed = age.seal(codec.render(log.origin, held), [*keys, STRANGE], node.entropy)
        logs.append_entries(tx, log, [b"\2" + sealed])
    place = log.size
    world.pump()
    said(world)
    made = make(world, asked, is_range_disclosed=True)
    assert [one.index for one in judged(world, made).closed] == [at]
    whole = nonanswer.parse(made.data)
    identity = world.node("aa").keys.identity(world.channel, 1)
    _, key = age.unseal_at(sealed, 0, len(keys) + 1, identity)
    with world.node("aa").store.read() as tx:
        reader = logs.hash_reader(tx, world.origin("aa"), held.size)
        path = tree.prove_inclusion(rejection(whole).index, held.size, reader)
    entries = list(whole.entries)
    assert entries[place - whole.first].entry[1:] == sealed
    entries[place - whole.first] = replace(entries[place - whole.first], file_key=key)
    lie = rejecting(replace(whole, entries=tuple(entries)), receipt=place, path=path)
    assert refusal(world, made, nonanswer.render(lie)).startswith("exchange.nonanswer.")


def test_a_file_of_more_values_than_a_reader_takes_is_not_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of whoever hides thousands of entries an earlier head tells, not a file that nobody reads."""
    asked, _ = known(world)
    read = ranged.read

    def many(
        asking: Asking, tx: Tx, reader: Reader, between: tuple[int, int], answers: Collection[str]
    ) -> ranged.Told:
        found = read(asking, tx, reader, between, answers)
        assert found.rejections is not None
        deep = replace(found.rejections[0], path=(bytes(32),) * 20)  # as in a log of a million
        return replace(found, rejections=(deep,) * 4_000)

    monkeypatch.setattr(ranged, "read", many)
    with pytest.raises(Fault, match="too many values, over 100000") as refused:
        make(world, asked)
    assert refused.value.code == "node.proof.range-too-long"
