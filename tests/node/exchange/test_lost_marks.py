"""A high-water file that is lost, and when it counts as whole again."""

import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from support.answering import log_of, signed
from support.pair import World, make_world

from comity.adapters.highwater import FileHighWater
from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.kernel import ijson
from comity.node.base.context import Node, Session
from comity.node.base.ports import HighWater, Request, Response
from comity.node.base.rows import LOG_ENDED, Log
from comity.node.exchange import delivery, excuse, generation, keep, keep_delivery, pump, start
from comity.node.exchange.append import Appended
from comity.node.operate import backup


def lose_marks(world: World, marks: HighWater) -> None:
    """Start the node of aa anew, with a high-water file that knows nothing."""
    world.replace_node("aa", replace(world.node("aa"), highwater=marks))
    world.mend()


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_a_lost_file_is_whole_once_every_party_was_reached(tmp_path: Path, kind: str) -> None:
    """Peers know what was signed: after all of them have shown it, nothing can be missing."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    marks = MemoryHighWater(None) if kind == "memory" else FileHighWater(tmp_path / "lost")
    lose_marks(world, marks)
    assert not marks.is_intact()
    world.ask("aa")
    world.pump()
    signed = {log.origin: log.signed for log in logs(world) if log.signed}

    assert marks.is_intact()
    assert {origin: size for origin, (size, _) in marks.marks().items() if size} == signed
    if isinstance(marks, FileHighWater):
        marks.close()
        assert FileHighWater(tmp_path / "lost").is_intact()


def test_a_party_out_of_reach_keeps_it_open_until_two_officers_excuse_it(tmp_path: Path) -> None:
    """One officer is not enough; two are, and they are alarmed."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    marks = MemoryHighWater(None)
    lose_marks(world, marks)
    world.cut("aa", "cc")
    world.pump()
    assert not marks.is_intact()
    for officer in ("ann", "ben"):
        for log in logs(world):
            if log.own and log.channel != "local":
                excuse.excuse(world.node("aa"), log.origin, "cc", officer)
        world.pump()
        assert marks.is_intact() == (officer == "ben")

    assert "exchange.start.excused" in dict(world.alarms("aa"))


def test_a_generation_begun_without_marks_is_signed(tmp_path: Path) -> None:
    """Who was reached and shows nothing of a log holds nothing of it: it is compared."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    marks = MemoryHighWater(None)
    lose_marks(world, marks)
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "damaged")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    for party in ("bb", "cc"):
        generation.accept(world.node(party), origin, sha256)
    world.ask("aa")
    world.advance(300_000)
    world.pump()

    assert marks.is_intact()
    for party in ("bb", "cc"):
        with world.node(party).store.read() as tx:
            given = tx.log(origin)
        assert given is not None
        assert given.signed == marks.marks()[origin][0] > 1
        assert world.digests(party) == world.digests("aa")


class Unaware:
    """Peers that answer GET /start as one does that knows no channel."""

    def call(self, _party: str, request: Request) -> Response:
        """Answer the one request."""
        assert request.path == "/start"
        return Response(200, ijson.render({"logs": []}))


def test_a_party_that_shows_nothing_of_the_channel_is_not_compared(tmp_path: Path) -> None:
    """It may be behind with the channel itself: what it holds of it is not known yet."""
    world = make_world(tmp_path)
    lose_marks(world, MemoryHighWater(None))
    aa = replace(world.node("aa"), peers=Unaware())
    start.run(aa, "bb")
    with aa.store.read() as tx:
        assert not any(excuse.may_sign(aa, tx, log) for log in tx.logs() if log.channel != "local")


def test_an_excuse_ends_once_its_party_was_compared_with(tmp_path: Path) -> None:
    """It was for that one time: whoever loses the file again asks again, and two officers too."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    ended = world.origin("aa", "hotline")
    with world.node("aa").store.write() as tx:
        log = tx.log(ended)
        assert log is not None
        tx.save_log(replace(log, state=LOG_ENDED))
    lose_marks(world, MemoryHighWater(None))
    backup.mark_restored(world.node("aa"))  # else it ends with the loss, see below
    world.cut("aa", "cc")
    origins = (world.origin("aa"), ended)
    for origin in origins:
        for officer in ("ann", "ben"):
            excuse.excuse(world.node("aa"), origin, "cc", officer)
    world.pump()
    assert _noted(world, "cc") == [*origins]
    world.mend()
    world.advance(300_000)
    world.pump()
    assert _noted(world, "cc") == []


@pytest.mark.parametrize("by_command", [False, True])
def test_an_excuse_for_a_lost_file_does_not_come_back_with_an_image(
    tmp_path: Path, *, by_command: bool
) -> None:
    """It was for that loss, though a home from a backup has it until its party is compared with.

    Who deletes the file of an image that is put back loses it anew.
    """
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    lose_marks(world, MemoryHighWater(None))
    if by_command:
        backup.mark_restored(world.node("aa"))
    world.cut("aa", "cc")
    for officer in ("ann", "ben"):
        _excuse_cc(world, officer)
    asked = world.ask("aa")
    world.round()
    world.round()
    assert _signed(world, asked)
    assert bool(_noted(world, "cc")) is by_command
    image = _image(world)

    _put_back_without_the_file(world, image)
    asked = world.ask("aa")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    assert not _signed(world, asked)
    for officer in ("ann", "ben"):
        _excuse_cc(world, officer)
        world.round()
        assert _signed(world, asked) is (officer == "ben")


@pytest.mark.parametrize("is_served", [False, True])
def test_an_excuse_ends_with_its_loss_also_where_the_process_ends_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_served: bool
) -> None:
    """Killed after the file was made up for: the next start ends what the officers had said."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    marks = MemoryHighWater(None)
    lose_marks(world, marks)
    world.cut("aa", "cc")
    for officer in ("ann", "ben"):
        _excuse_cc(world, officer)
    with monkeypatch.context() as killed:
        killed.setattr(marks, "declare_whole", _killed_after(marks.declare_whole))
        for _ in range(2):
            with suppress(KeyboardInterrupt):
                world.round()
    assert marks.is_intact()
    assert _noted(world, "cc")

    world.replace_node("aa", replace(world.node("aa"), session=Session()))
    if is_served:
        pump.begin(world.node("aa"))
        assert not _noted(world, "cc")
    _put_back_without_the_file(world, _image(world))
    asked = world.ask("aa")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    assert not _signed(world, asked)


def test_two_officers_speak_of_one_loss(tmp_path: Path) -> None:
    """What one said of a file that was lost before is not completed by the other."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.pump()
    lose_marks(world, MemoryHighWater(None))
    world.cut("aa", "cc")
    _excuse_cc(world, "ann")
    lose_marks(world, MemoryHighWater(None))
    world.cut("aa", "cc")
    _excuse_cc(world, "ben")
    asked = world.ask("aa")
    for _ in range(2):
        world.round()
    assert not _signed(world, asked)


def _excuse_cc(world: World, officer: str) -> None:
    for log in logs(world):
        if log.own and log.channel != "local":
            excuse.excuse(world.node("aa"), log.origin, "cc", officer)


def _image(world: World) -> MemoryStore:
    store = world.node("aa").store
    assert isinstance(store, MemoryStore)
    return MemoryStore(copy_of(store.disk))


def _put_back_without_the_file(world: World, image: MemoryStore) -> None:
    """Put an image back after cc was told more; cc is out of reach again."""
    world.mend()
    world.ask("aa")
    world.advance(300_000)
    world.pump()
    world.replace_node("aa", replace(world.node("aa"), store=image, session=Session()))
    lose_marks(world, MemoryHighWater(None))
    world.cut("aa", "cc")


def _killed_after(do: Callable[[], None]) -> Callable[[], None]:
    def killed() -> None:
        do()
        raise KeyboardInterrupt

    return killed


def _signed(world: World, asked: Appended) -> bool:
    with world.node("aa").store.read() as tx:
        row = tx.act("aa", asked.act.id)
        log = tx.log(row.origin) if row else None
        return row is not None and log is not None and log.signed > row.index


def test_one_who_was_compared_with_is_not_excused(tmp_path: Path) -> None:
    """An excuse that came late would be there for the next loss."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.pump()
    for officer in ("ann", "ben"):
        excuse.excuse(world.node("aa"), world.origin("aa"), "cc", officer)
    world.round()
    assert _noted(world, "cc") == []


def _noted(world: World, party: str) -> list[str]:
    with world.node("aa").store.read() as tx:
        own = (world.origin("aa"), world.origin("aa", "hotline"))
        return [origin for origin in own if excuse.is_noted(tx, origin, party)]


def logs(world: World) -> list[Log]:
    """Return the logs of aa's node."""
    with world.node("aa").store.read() as tx:
        return tx.logs()


def _as_one(node: Node, body: bytes) -> Response:
    return keep_delivery.add_delivery(node, "aa", body)


def _by_steps(node: Node, body: bytes) -> Response:
    sent = delivery.parse(body)
    keep.add_checkpoint(node, "aa", sent.checkpoint)
    return keep.add_entries(node, "aa", io.BytesIO(sent.entries).read)


@pytest.mark.parametrize("send", [_as_one, _by_steps])
def test_a_stored_cosignature_leaves_once_its_mark_stands(
    tmp_path: Path, send: Callable[[Node, bytes], Response]
) -> None:
    """Killed between its commit and its mark: who asks again gets it, and the mark is raised."""
    world = make_world(tmp_path)
    world.pump()
    world.ask("aa")
    head, body = signed(world)
    first = send(world.node("bb"), body)
    marks = MemoryHighWater()
    world.replace_node("bb", replace(world.node("bb"), highwater=marks))
    assert send(world.node("bb"), body).body == first.body
    assert marks.marks()[head.origin] == (head.size, head.root)


def test_an_own_head_is_shown_once_its_mark_stands(tmp_path: Path) -> None:
    """Whoever asks at the start is shown nothing that a loss of power could make unsaid."""
    world = make_world(tmp_path)
    world.ask("bb")
    world.pump()
    signed_size = log_of(world, "bb", "bb").signed
    marks = MemoryHighWater()
    world.replace_node("bb", replace(world.node("bb"), highwater=marks))
    assert start.answer(world.node("bb"), "aa").status == 200
    assert marks.marks()[world.origin("bb")][0] == signed_size > 0
