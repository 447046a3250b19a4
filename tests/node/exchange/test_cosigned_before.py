"""What a mirror had cosigned comes back from the log's author, after an old backup."""

import base64
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import override

import making_cards as making
import pytest
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Session
from comity.node.base.ports import Request, Response
from comity.node.base.rows import Cosignature, Mark
from comity.node.exchange import (
    cosign,
    delivery,
    excuse,
    keep,
    keep_delivery,
    logs,
    sign,
    signing_guard,
    start,
)
from comity.node.operate import backup


class Saying:
    """Peers whose answer to GET /start is changed; every other request is refused."""

    def __init__(self, body: bytes, **changes: Json) -> None:
        value = ijson.parse(body)
        assert isinstance(value, dict)
        assert isinstance(value["logs"], list)
        rows = [row for row in value["logs"] if isinstance(row, dict)]
        logs: list[Json] = [row | {"head": ""} | (changes if row["lines"] else {}) for row in rows]
        self._body = ijson.render({"logs": logs})

    def call(self, _party: str, request: Request) -> Response:
        """Answer the one request."""
        assert request.path == "/start"
        return Response(200, self._body)


def lose(world: World) -> Cosignature:
    """Let aa cosign more of bb's log, then lose it with its marks; return what it had given."""
    world.ask("bb")
    world.pump()
    store = world.node("aa").store
    assert isinstance(store, MemoryStore)
    old = copy_of(store.disk)
    world.ask("bb")
    world.pump()
    given = newest(world, "bb")
    node = replace(
        world.node("aa"),
        store=MemoryStore(old),
        session=Session(),
        highwater=MemoryHighWater(None),
    )
    world.replace_node("aa", node)
    backup.mark_restored(node)
    world.node("bb").session.of(excuse.Start).started.clear()
    return given


def newest(world: World, party: str) -> Cosignature:
    """Return what a node holds of aa's cosignatures of bb's log."""
    with world.node(party).store.read() as tx:
        given = tx.newest_cosignature(world.origin("bb"), "aa")
    assert given is not None
    return given


def replay(world: World) -> Response:
    """Let bb send aa once more the head that aa still holds entries for."""
    aa, bb = world.node("aa"), world.node("bb")
    with bb.store.read() as tx:
        heads = tx.heads(world.origin("bb"), newest(world, "aa").size)
    assert bb.party == "bb"
    return cosign.answer(aa, "bb", replace(heads[-1], note=heads[-1].note + b"\n"))


def test_nothing_is_cosigned_before_the_author_was_asked(tmp_path: Path) -> None:
    """A node that lost its memory cannot know what it signed: it waits, unless two excuse it."""
    world = make_world(tmp_path)
    lose(world)
    with making.refused("exchange.start.not-compared"):
        replay(world)
    for officer in ("ann", "ben"):
        excuse.excuse(world.node("aa"), world.origin("aa"), "bb", officer)
    with world.node("aa").store.read() as tx:
        mirror = tx.log(world.origin("bb"))
        assert mirror is not None
        assert excuse.may_cosign(world.node("aa"), tx, mirror)


@pytest.mark.parametrize("as_one", [True, False], ids=["delivery", "entries"])
def test_nor_is_what_comes_with_its_entries(tmp_path: Path, *, as_one: bool) -> None:
    """Kept and cosigned in one transaction, it is asked no less what the author knows."""
    world = make_world(tmp_path)
    lose(world)
    with making.refused("exchange.start.not-compared"):
        send_rest(world, as_one=as_one)
    assert newest(world, "aa").size < held(world)


@pytest.mark.parametrize("as_one", [True, False], ids=["delivery", "entries"])
def test_nor_what_goes_on_from_another_history_than_was_cosigned(
    tmp_path: Path, *, as_one: bool
) -> None:
    """The mark stands below all that is held, and has another root: its author has two logs."""
    world = make_world(tmp_path)
    world.ask("bb")
    world.pump()
    before = held(world)
    marked = MemoryHighWater()
    marked.raise_to(world.origin("bb"), before, bytes(32))
    world.replace_node("aa", replace(world.node("aa"), highwater=marked))
    world.cut("aa", "bb")
    world.ask("bb")
    sign.sign_head(world.node("bb"), world.origin("bb"))
    with making.refused("exchange.log.forked"):
        send_rest(world, as_one=as_one)
    assert newest(world, "aa").size == before


def test_nor_what_the_author_shows_to_be_old_while_it_is_signed(tmp_path: Path) -> None:
    """Another thread asks them meanwhile, and raises the mark: the cosignature is not kept."""
    world = make_world(tmp_path)
    world.ask("bb")
    world.pump()
    aa, origin, before = world.node("aa"), world.origin("bb"), newest(world, "aa")

    def step(name: str) -> None:
        if name == "keep.cosigned":
            aa.highwater.raise_to(origin, before.size + 1, bytes(32))

    world.advance(1_000)
    anew = sign.sign_head(world.node("bb"), origin, anew=True)
    assert anew is not None
    with making.refused("exchange.highwater.behind"):
        cosign.answer(replace(aa, step=step), "bb", anew)
    assert newest(world, "aa") == before


class Full(MemoryHighWater):
    """A high-water file on a disk that is full, until it is not."""

    is_full = True

    @override
    def raise_all(self, marks: Sequence[Mark]) -> None:
        if self.is_full:
            raise Fault(code="highwater.disk", what="It is full.", fix="Make room.")
        super().raise_all(marks)


@pytest.mark.parametrize("as_one", [True, False], ids=["delivery", "entries"])
def test_a_cosignature_leaves_after_its_mark_also_the_second_time(
    tmp_path: Path, *, as_one: bool
) -> None:
    """It is stored before, and given again as it is: neither time goes it out without the mark."""
    world = make_world(tmp_path)
    world.ask("bb")
    world.pump()
    world.cut("aa", "bb")
    start = held(world)
    world.ask("bb")
    head = sign.sign_head(world.node("bb"), world.origin("bb"))
    assert head is not None
    disk = Full()
    world.replace_node("aa", replace(world.node("aa"), highwater=disk))
    for _ in range(2):
        with making.refused("highwater.disk"):
            send_rest(world, start, as_one=as_one)
        assert newest(world, "aa").size == head.size
    disk.is_full = False
    assert send_rest(world, start, as_one=as_one).body == newest(world, "aa").lines
    assert disk.marks()[head.origin] == (head.size, head.root)


def held(world: World) -> int:
    """Return how many entries aa holds of bb's log."""
    with world.node("aa").store.read() as tx:
        return logs.require_log(tx, world.origin("bb")).size


def send_rest(world: World, start: int | None = None, *, as_one: bool) -> Response:
    """Let bb send what aa lacks of its log: as one delivery, or as a head and its entries."""
    origin, start = world.origin("bb"), held(world) if start is None else start
    with world.node("bb").store.read() as tx:
        head = tx.newest_head(origin)
        assert head is not None
        body = delivery.make(tx, head, start, start)
    assert body is not None
    assert head.size > start
    if as_one:
        return keep_delivery.add_delivery(world.node("aa"), "bb", body)
    sent = delivery.parse(body)
    keep.add_checkpoint(world.node("aa"), "bb", sent.checkpoint)
    return keep.add_entries(world.node("aa"), "bb", io.BytesIO(sent.entries).read)


def test_a_home_from_a_backup_waits_though_its_file_is_whole(tmp_path: Path) -> None:
    """Its author is out of reach: that excuses a home that is not old, and not this one (9.1.8)."""
    world = make_world(tmp_path)
    lose(world)
    world.replace_node("aa", replace(world.node("aa"), highwater=MemoryHighWater()))
    world.node("aa").session.of(excuse.Start).unreached.add("bb")
    with making.refused("exchange.start.not-compared"):
        replay(world)


def test_what_was_cosigned_comes_back_as_a_mark(tmp_path: Path) -> None:
    """The mark stands where the lost cosignature stood; nothing below it is cosigned."""
    world = make_world(tmp_path)
    given = lose(world)
    aa, origin = world.node("aa"), world.origin("bb")
    start.run(aa, "bb")
    with world.node("bb").store.read() as tx:
        (head, *_) = tx.heads(origin, given.size)
    assert aa.highwater.marks()[origin] == (given.size, head.root)
    assert signing_guard.MIRROR_BEHIND in dict(world.alarms("aa"))
    with making.refused("exchange.highwater.behind"):
        replay(world)


def test_the_mirror_fills_again_and_its_times_do_not_fall(tmp_path: Path) -> None:
    """With a clock that went back, the next cosignature is no earlier than the lost one."""
    world = make_world(tmp_path)
    given = lose(world)
    world.mend()
    for one in world.states.values():  # both alike, else they would stop for the skew
        one.clock.at_ms -= 3_600_000
    world.ask("bb")
    world.pump()
    world.advance(120_000)
    world.pump()
    again = newest(world, "bb")
    assert again.size > given.size
    assert again.time_s >= given.time_s
    assert newest(world, "aa") == again
    assert signing_guard.MIRROR_BEHIND not in dict(world.alarms("aa"))
    with world.node("bb").store.read() as tx:
        assert not tx.records("conviction-cosigner")
    with world.node("aa").store.read() as tx:
        assert not tx.records(signing_guard.COSIGNED_BEFORE)


def test_a_false_answer_moves_no_mark(tmp_path: Path) -> None:
    """Another size, another root, or garbage: our keys did not make it, so it says nothing."""
    world = make_world(tmp_path)
    given = lose(world)
    aa, origin = world.node("aa"), world.origin("bb")
    body = start.answer(world.node("bb"), "aa").body
    for changes in (
        {"cosigned": given.size + 1},
        {"root": base64.b64encode(bytes(32)).decode()},
        {"root": ""},
        {"lines": "x"},
    ):
        start.run(replace(aa, peers=Saying(body, **changes)), "bb")
        assert aa.highwater.marks().get(origin, (0, b""))[0] < given.size
        assert "exchange.start.false-answer" in dict(world.alarms("aa"))
        with aa.store.read() as tx:
            assert not tx.records(signing_guard.COSIGNED_BEFORE)
