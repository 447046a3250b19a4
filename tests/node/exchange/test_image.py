"""An image of the whole machine takes the high-water file back too: what then still holds."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.node.base.context import Session
from comity.node.base.ports import Request, Response
from comity.node.base.rows import LOG_FROZEN, LOG_OPEN, Log
from comity.node.exchange import (
    carry,
    convict,
    excuse,
    freeze,
    generation,
    logs,
    outbox,
    pump,
    send,
)


def _log(world: World, party: str, of: str) -> Log:
    with world.node(party).store.read() as tx:
        return logs.require_log(tx, world.origin(of))


def _image(world: World) -> tuple[MemoryStore, MemoryHighWater]:
    node = world.node("aa")
    assert isinstance(node.store, MemoryStore)
    assert isinstance(node.highwater, MemoryHighWater)
    return MemoryStore(copy_of(node.store.disk)), MemoryHighWater(node.highwater.device.durable)


def _put_back(world: World, image: tuple[MemoryStore, MemoryHighWater]) -> None:
    store, highwater = image
    node = replace(world.node("aa"), store=store, highwater=highwater, session=Session())
    world.replace_node("aa", node)
    pump.begin(node)


@pytest.fixture
def rolled_back(tmp_path: Path) -> World:
    """Three States; bb alone has aa's newest head, and not its entries; aa's machine is an image.

    The line of aa is down.
    """
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    image = _image(world)
    world.cut("aa", "cc")
    world.ask("aa")
    node = world.node("aa")
    pump.sign_if_due(node, world.origin("aa"), node.clock.now_ms())
    with node.store.read() as tx:
        box = outbox.load(tx, world.origin("aa"), "bb")
    send._send_head(node, "bb", box)
    world.cut("aa", "bb", "cc")
    _put_back(world, image)
    return world


def test_nothing_is_signed_below_a_head_that_a_party_shows(rolled_back: World) -> None:
    """Another party's agreement excuses nobody, once one has shown that the mark is behind."""
    world = rolled_back
    before = _log(world, "aa", "aa")
    world.ask("aa")  # it stands where another act was signed
    world.mend()
    for _ in range(6):
        world.round()
    assert _log(world, "aa", "aa").signed == before.signed
    assert _log(world, "bb", "aa").state != LOG_FROZEN
    assert world.node("aa").highwater.marks()[world.origin("aa")][0] == before.signed + 1


def test_a_new_generation_ends_it(rolled_back: World) -> None:
    """What nobody holds is lost and named so; the act that stood in its place is said anew."""
    world = rolled_back
    said = world.ask("aa")
    world.mend()
    for _ in range(3):
        world.round()
    origin, entry = generation.begin(world.node("aa"), world.channel, "lost")
    for _ in range(3):
        world.round()
    for party in ("bb", "cc"):
        generation.accept(world.node(party), origin, entry)
    world.pump()
    with world.node("cc").store.read() as tx:
        found = tx.act("aa", said.act.id)
        assert logs.require_log(tx, origin).state == LOG_OPEN
    assert found is not None
    assert found.origin == origin


def test_without_the_file_two_officers_must_excuse_who_is_out_of_reach(rolled_back: World) -> None:
    """So an operator who restores an image removes the file, and nothing is signed in the dark."""
    world = rolled_back
    node = replace(world.node("aa"), highwater=MemoryHighWater(None), session=Session())
    world.replace_node("aa", node)
    before = _log(world, "aa", "aa")
    world.ask("aa")
    world.mend()
    world.cut("aa", "bb")  # the one that knows
    for _ in range(4):
        world.round()
    assert _log(world, "aa", "aa").signed == before.signed


def test_times_of_cosignatures_do_not_fall_where_the_clock_is_behind_too(tmp_path: Path) -> None:
    """The image has cosigned as much, and not as late: who wrote the log is asked first."""
    world = make_world(tmp_path)
    world.pump()
    image = _image(world)
    world.advance(120_000)
    world.pump()  # every head anew, and so each cosignature
    _put_back(world, image)
    world.states["aa"].clock.at_ms -= 100_000
    aa, bb = world.node("aa"), world.node("bb")
    world.ask("bb")
    pump.next_round_ms(bb, pump.Pair(world.channel, "aa"), bb.clock.now_ms())
    assert not cosigned(world)
    pump.next_round_ms(aa, pump.Pair(world.channel, "bb"), aa.clock.now_ms())
    world.pump()
    assert cosigned(world)
    with bb.store.read() as tx:
        assert not tx.records(convict.COSIGNER)


def cosigned(world: World) -> bool:
    """Whether aa has signed for all that bb said."""
    with world.node("bb").store.read() as tx:
        given = tx.newest_cosignature(world.origin("bb"), "aa")
    return given is not None and given.size == _log(world, "bb", "bb").size


def test_an_image_of_a_frozen_log_forks_nothing_once_it_is_thawed(tmp_path: Path) -> None:
    """An officer may thaw what they froze: what was signed since the image was made comes back."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    origin = world.origin("aa")
    freeze.freeze(world.node("aa"), origin, "ann", "A stranger was seen.")
    image = _image(world)
    freeze.thaw(world.node("aa"), origin, "ann")
    world.ask("aa")
    world.pump()
    signed = _log(world, "bb", "aa").signed
    _put_back(world, image)
    world.pump()
    assert _log(world, "aa", "aa").state == LOG_FROZEN
    freeze.thaw(world.node("aa"), origin, "ann")
    world.ask("aa")  # it would stand where another act was signed
    world.pump()
    for party in ("aa", "bb"):
        log = _log(world, party, "aa")
        assert (log.state, log.signed) == (LOG_OPEN, signed + 1)


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc")])
def test_an_image_signs_nothing_while_nobody_at_all_is_in_reach(
    tmp_path: Path, parties: tuple[str, ...]
) -> None:
    """Its file is intact, and old: the others alone know that, and would have a second history."""
    world = make_world(tmp_path, parties)
    world.ask("aa")
    world.pump()
    image, before = _image(world), _log(world, "aa", "aa").signed
    world.ask("aa")
    world.pump()
    assert _log(world, "bb", "aa").signed > before
    _put_back(world, image)
    world.cut(*parties)
    world.ask("aa")
    for _ in range(4):
        world.advance(300_000)
        world.round()
    assert _log(world, "aa", "aa").signed == before
    world.mend()
    for _ in range(3):
        world.advance(300_000)
        world.pump()
    assert {_log(world, party, "aa").state for party in parties} == {LOG_OPEN}
    assert len({_log(world, party, "aa").signed for party in parties}) == 1


@pytest.fixture
def in_reach(tmp_path: Path) -> World:
    """Three States; cc alone has what aa said last; aa's machine is an image; all are in reach."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    image = _image(world)
    world.cut("aa", "bb")
    world.cut("bb", "cc")
    world.ask("aa")
    for _ in range(3):
        world.round()
    _put_back(world, image)
    world.mend()
    world.ask("aa")  # it stands where another act was signed
    return world


def _turn(world: World, party: str) -> None:
    """Let aa do its round with one party."""
    world.advance(1_000)
    pair = pump.Pair(world.channel, party)
    pump.next_round_ms(world.node("aa"), pair, world.states["aa"].clock.at_ms)


def test_nothing_is_signed_before_every_party_in_reach_was_asked(in_reach: World) -> None:
    """Whoever has the first turn may be the one that knows nothing."""
    world = in_reach
    before = _log(world, "aa", "aa").signed
    _turn(world, "bb")
    assert _log(world, "aa", "aa").signed == before
    for _ in range(6):
        world.round()
    assert {_log(world, party, "aa").state for party in world.states} == {LOG_OPEN}
    assert {_log(world, party, "aa").signed for party in world.states} == {before + 2}


def test_a_bundle_is_not_signed_before_either(in_reach: World) -> None:
    """A command has asked nobody yet."""
    world = in_reach
    carry.export(world.node("aa"), "bb", io.BytesIO())
    for _ in range(6):
        world.round()
    assert {_log(world, party, "aa").state for party in world.states} == {LOG_OPEN}


def _restart(world: World) -> None:
    node = replace(world.node("aa"), session=Session())
    world.replace_node("aa", node)
    pump.begin(node)


@pytest.fixture
def alone(tmp_path: Path) -> World:
    """Three States; cc is out of reach of aa, and has been for long; aa starts again."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.pump()
    world.cut("aa", "cc")
    for _ in range(12):
        world.advance(60_000)
        world.round()
    _restart(world)
    return world


def test_a_party_out_of_reach_holds_up_nobody_once_it_was_asked(alone: World) -> None:
    """Nor does the pause that its failures before the start had grown to."""
    world = alone
    woken: list[str] = []
    node = replace(world.node("aa"), wake=woken.append)
    world.replace_node("aa", node)
    asked = world.ask("aa")
    _turn(world, "bb")
    assert _log(world, "aa", "aa").signed <= asked.index
    _turn(world, "cc")
    assert world.channel in woken, "the round with bb can sign now"
    _turn(world, "bb")
    assert _log(world, "bb", "aa").signed > asked.index


def test_a_bundle_is_signed_where_nobody_is_in_reach(alone: World) -> None:
    """The line is down, which is what bundles are for."""
    world = alone
    world.cut("aa", "bb")
    asked = world.ask("aa")
    carry.export(world.node("aa"), "bb", io.BytesIO())
    assert _log(world, "aa", "aa").signed > asked.index


class Mute:
    """Peers of whom one refuses to show anything."""

    def __init__(self, world: World, party: str, path: str) -> None:
        """Take the real peers."""
        self._real, self._party, self._path = world.states["aa"].peers, party, path

    def call(self, party: str, request: Request) -> Response:
        """Refuse that path."""
        if (party, request.path) == (self._party, self._path):
            return Response(500, b"", "text/plain")
        return self._real.call(party, request)


@pytest.mark.parametrize("path", ["/cards", "/start"])
def test_one_that_answers_and_shows_nothing_silences_nobody(tmp_path: Path, path: str) -> None:
    """It is as far out of reach as one that does not answer."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.pump()
    world.replace_node("aa", replace(world.node("aa"), peers=Mute(world, "cc", path)))
    _restart(world)
    asked = world.ask("aa")
    for _ in range(2):
        _turn(world, "cc")
        _turn(world, "bb")
    assert _log(world, "bb", "aa").signed > asked.index


def test_a_log_that_cannot_be_recovered_holds_up_no_other(rolled_back: World) -> None:
    """What bb shows of `live` and keeps its entries of, it must not silence the hotline with."""
    world = rolled_back
    world.mend()
    for _ in range(3):
        world.round()
    node = world.node("aa")
    origin = world.origin("aa", "hotline")
    assert (origin, "bb") in node.session.of(excuse.Start).started
    assert (world.origin("aa"), "bb") not in node.session.of(excuse.Start).started
    before = _log(world, "aa", "aa").signed
    world.channel_name = "hotline"
    asked = world.ask("aa")
    for _ in range(3):
        world.round()
    assert asked.origin == origin
    for party in ("bb", "cc"):
        with world.node(party).store.read() as tx:
            assert logs.require_log(tx, origin).signed > asked.index
    assert _log(world, "aa", "aa").signed == before
