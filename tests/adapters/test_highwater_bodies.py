"""Small bodies beside the high-water mark: kept with their entries, bounded, and given back."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pair import World, make_world

from comity.adapters import highwater, highwater_state, journal
from comity.adapters.highwater import FileHighWater
from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.node.base.context import Session
from comity.node.base.rows import KeptBody
from comity.node.exchange import highwater_space, pump
from comity.node.operate import findings

ROOT = b"r" * 32


def _body(index: int, content: bytes) -> KeptBody:
    return KeptBody(index, hashlib.sha256(content).hexdigest(), content)


def test_bodies_are_there_for_the_next_process(tmp_path: Path) -> None:
    """They are durable with the mark of the head that covers their entries."""
    path = tmp_path / "home.highwater"
    highwater.create(path)
    first = FileHighWater(path)
    bodies = [_body(0, b"zero"), _body(1, b""), _body(1, b"one" * 9_000)]
    first.raise_to("a", 2, ROOT, [b"0", b"1"], bodies)
    first.close()
    later = FileHighWater(path)
    assert list(later.kept_bodies("a")) == bodies
    assert later.kept("a") == (0, [b"0", b"1"])
    assert list(later.kept_bodies("never")) == []
    later.close()


def test_a_body_is_forgotten_once_every_peer_has_its_entries() -> None:
    """One that a later entry names too stays until that one is covered."""
    high_water = MemoryHighWater()
    high_water.raise_to("a", 2, ROOT, [b"0", b"1"], [_body(0, b"x"), _body(1, b"y")])
    high_water.raise_to("a", 3, ROOT, [b"2"], [_body(2, b"x")])
    high_water.covered("a", 2)
    assert list(high_water.kept_bodies("a")) == [_body(2, b"x")]
    high_water.covered("a", 3)
    assert list(high_water.kept_bodies("a")) == []


def test_a_body_that_is_destroyed_is_not_given_back_while_others_are() -> None:
    """Its entry stood in what is read out; what an officer destroys is gone at once."""
    high_water = MemoryHighWater()
    bodies = [_body(0, b"one"), _body(0, b"two"), _body(0, b"three")]
    high_water.raise_to("a", 1, ROOT, [b"0"], bodies)
    reading = high_water.kept_bodies("a")
    assert next(reading) == bodies[0]
    high_water.forget([bodies[1].sha256])
    assert list(reading) == [bodies[2]]


def test_a_head_that_is_signed_anew_brings_bodies_that_were_not_there() -> None:
    """A body is kept once, and none of entries that every peer has."""
    high_water = MemoryHighWater()
    high_water.raise_to("a", 2, ROOT, [b"0", b"1"])
    high_water.raise_to("a", 2, ROOT, (), [_body(1, b"late")])
    before = high_water.device.durable
    high_water.raise_to("a", 2, ROOT, (), [_body(1, b"late")])
    assert high_water.device.durable == before
    high_water.covered("a", 1)
    high_water.raise_to("a", 3, ROOT, [b"2"], [_body(0, b"of what is covered")])
    assert list(high_water.reopened().kept_bodies("a")) == [_body(1, b"late")]
    assert b"of what is covered" not in (high_water.device.durable or b"")


def test_a_body_whose_head_was_torn_off_makes_no_mark() -> None:
    """Both are written at once; where only the first reached the disk nothing was signed."""
    high_water = MemoryHighWater()
    empty = high_water.device.durable or b""
    high_water.raise_to("a", 1, ROOT, [b"0"], [_body(0, b"one")])
    data = high_water.device.durable or b""
    second = data.rfind(journal.MAGIC)
    assert len(empty) < second
    later = MemoryHighWater(data[:second])
    assert later.marks() == {}
    later.raise_to("b", 1, ROOT)
    later.forget([])
    assert later.reopened().marks() == {"b": (1, ROOT)}


def test_a_later_generation_finds_the_room_of_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of what is free is for the logs of a name together, however often one is begun."""
    monkeypatch.setattr(highwater_state, "BODIES_BYTES_MAX", 1_000)
    high_water = MemoryHighWater()
    high_water.raise_to("a/x/live/1", 1, ROOT, [b"0"], [_body(0, bytes(400))])
    high_water.raise_to("a/x/live/2", 1, ROOT, [b"0"], [_body(0, b"2" * 200)])
    high_water.raise_to("a/x/hotline/1", 1, ROOT, [b"0"], [_body(0, b"h" * 200)])
    assert list(high_water.kept_bodies("a/x/live/2")) == []
    assert list(high_water.kept_bodies("a/x/hotline/1")) == [_body(0, b"h" * 200)]


def test_a_channel_leaves_as_much_room_as_it_takes() -> None:
    """What is over that is not kept, the entries and the mark always are; others find room."""
    high_water = MemoryHighWater()
    for index in range(70):
        many = [_body(index, b"%03d %02d" % (index, n) + bytes(65_000)) for n in range(16)]
        high_water.raise_to("a", index + 1, ROOT, [b"e"], many)
    kept = sum(len(body.content) for body in high_water.kept_bodies("a"))
    half = highwater_state.BODIES_BYTES_MAX // 2
    assert half - 65_536 < kept <= half
    assert high_water.full() == high_water.reopened().full() == ["a"]
    assert len(high_water.kept("a")[1]) == 70
    assert high_water.marks()["a"] == (70, ROOT)
    high_water.raise_to("b", 1, ROOT, [b"e"], [_body(0, b"other")])
    assert list(high_water.kept_bodies("b")) == [_body(0, b"other")]
    high_water.covered("a", 70)
    assert high_water.full() == []
    high_water.raise_to("a", 71, ROOT, [b"e"], [_body(70, b"again")])
    assert list(high_water.reopened().kept_bodies("a")) == [_body(70, b"again")]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.integers(0, 9), st.booleans()),
        max_size=20,
    )
)
def test_a_power_loss_takes_no_body_of_an_uncovered_entry(
    steps: list[tuple[str, int, int, bool]],
) -> None:
    """After any history, the next process gives each body that an uncovered entry names."""
    high_water = MemoryHighWater()
    sizes = {"a": 0, "b": 0}
    covered = {"a": 0, "b": 0}
    named: dict[str, dict[bytes, int]] = {"a": {}, "b": {}}
    for origin, count, word, is_covering in steps:
        start = sizes[origin]
        end = sizes[origin] = start + count
        bodies = [_body(index, b"%d" % (index % (word + 1))) for index in range(start, end)]
        named[origin] |= {body.content: body.index for body in bodies}
        high_water.raise_to(origin, end, ROOT, [b"e"] * count, bodies)
        if is_covering:
            covered[origin] = start
            high_water.covered(origin, start)
            high_water.raise_to(origin, end, ROOT)
        high_water = high_water.reopened(power_lost=True)
    for origin, wanted in named.items():
        given_back = {body.content for body in high_water.kept_bodies(origin)}
        assert given_back >= {c for c, index in wanted.items() if index >= covered[origin]}


def _restored(world: World, before: MemoryStore) -> None:
    """Put an old database in the place of aa's; the file outside the home stays."""
    node = world.node("aa")
    world.replace_node("aa", replace(node, store=before, session=Session()))


def test_an_act_that_no_peer_held_comes_back_with_its_texts(tmp_path: Path) -> None:
    """The line was down, the disk was lost, and the other State reads the request all the same."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    store = world.node("aa").store
    assert isinstance(store, MemoryStore)
    old = MemoryStore(copy_of(store.disk))
    world.cut("aa", "bb")
    asked = [world.ask("aa", b'{"en":"Number %d."}' % n) for n in range(5)]
    world.pump()
    _restored(world, old)
    pump.begin(world.node("aa"))
    world.mend()
    world.pump()
    for party in ("aa", "bb"):
        with world.node(party).store.read() as tx:
            for one in asked:
                assert tx.acts_with_id(one.act.id)
                assert all(tx.body(blob.sha256) is not None for blob in one.act.blobs)


def test_that_no_room_is_left_is_told_until_the_mirror_has_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By an alarm, and by `comity doctor`, which names the log; the other channel has room."""
    monkeypatch.setattr(highwater_state, "BODIES_BYTES_MAX", 400_000)
    world = make_world(tmp_path)
    world.pump()
    world.cut("aa", "bb")
    node = world.node("aa")
    for _ in range(8):
        world.ask("aa", bytes(40_000))
        world.round()
        highwater_space.watch(node)
    told = (
        highwater_space.FULL,
        f"{world.origin('aa')}: no room is left beside the high-water mark for",
    )
    (alarm,) = [one for one in world.alarms("aa") if one[0] == highwater_space.FULL]
    assert alarm[1].startswith(told[1])
    found = findings._of_high_water(node)
    assert [(one.is_good, world.origin("aa") in str(one.what)) for one in found] == [(False, True)]
    world.mend()
    world.advance(300_000)
    world.pump()
    highwater_space.watch(node)
    assert highwater_space.FULL not in {code for code, _ in world.alarms("aa")}
