"""Rejections of a proof of non-answer: their order, the log, the leaf, who must be able to read."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest
from node.test_nonanswer import judged, make, refusal
from support import sealing
from support.agreed import agreed_world
from support.hidden import (
    append,
    asked_and_closed,
    known,
    opened,
    receipt_of,
    rejecting,
    rejection,
    said,
)
from support.pair import World

from comity.joint.exchange import nonanswer
from comity.kernel.fault import Fault
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader
from comity.node.exchange import logs
from comity.node.room import nonanswer_range as ranged
from comity.node.room.nonanswer_range import Asking
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
    assert refusal(world, made, turned) == "exchange.silence.malformed"


def test_a_receipt_that_says_nothing_shows_that_nobody_knew(world: World) -> None:
    """One that stands where its envelope does not belong is void for all to see (2.1.11)."""
    asked, at = asked_and_closed(world)
    node, held = world.node("bb"), receipt_of(world, "bb", "aa")
    with node.store.write() as tx:
        log = logs.own_log(tx, world.channel)
        *keys, good = sealing.entries(node, tx, world.channel, held)
        logs.append_entries(tx, log, [*keys, good, good])
    place = log.size + len(keys) + 1
    world.pump()
    said(world)
    made = make(world, asked, is_range_disclosed=True)
    assert [one.index for one in judged(world, made).closed] == [at]
    whole = nonanswer.parse(made.data)
    with world.node("aa").store.read() as tx:
        reader = logs.hash_reader(tx, world.origin("aa"), held.size)
        path = tree.prove_inclusion(rejection(whole).index, held.size, reader)
    entries = list(whole.entries)
    first = opened(world, log.origin, place - 1, good)
    assert entries[place - whole.first].entry == good
    entries[place - whole.first] = first
    lie = rejecting(replace(whole, entries=tuple(entries)), receipt=place, path=path)
    assert refusal(world, made, nonanswer.render(lie)).startswith(
        ("exchange.nonanswer.", "exchange.silence.")
    )


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
