"""An ended log means one thing at every node: what its successor leaves of it, and no more."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.context import Session
from comity.node.base.ports import Request, Response
from comity.node.base.rows import LOG_ENDED, LOG_OFFERED
from comity.node.exchange import (
    convict,
    generation,
    keep,
    keyring,
    logs,
    pump,
    recover,
    send,
    sign,
    understand,
    void,
)
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild
from comity.node.operate.fsck import run
from comity.tlog import checkpoint, note, tree, wire
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.wire import AddCheckpoint


def deliver(world: World, *, answered: bool = True) -> None:
    """Let bb hold and cosign what aa appended, perhaps without an answer that comes back."""
    real = world.states["aa"].peers.call

    def call(party: str, request: Request) -> Response:
        answer = real(party, request)
        if request.path in ("/add-delivery", "/add-entries") and not answered:
            raise Fault(code="node.peer.timeout", what="The answer was lost.", fix="Try again.")
        return answer

    world.states["aa"].peers.call = call  # type: ignore[method-assign]
    world.advance(1_000)
    now_ms = world.states["aa"].clock.at_ms
    pump.next_round_ms(world.node("aa"), pump.Pair(world.channel, "bb"), now_ms)
    world.states["aa"].peers.call = real  # type: ignore[method-assign]


def succeed(world: World, reason: str = "stolen") -> str:
    """Let aa begin its log anew, and every other party accept that."""
    origin, sha256 = generation.begin(world.node("aa"), world.channel, reason)
    for _ in range(3):
        world.advance(60_000)
        world.round()
    for party in world.states.keys() - {"aa"}:
        generation.accept(world.node(party), origin, sha256)
    world.advance(300_000)
    world.pump()
    return origin


def overtaken(world: World) -> tuple[Appended, Appended]:
    """Let bb receipt two requests of aa at once, and aa know that bb holds the first."""
    world.pump()
    first = world.ask("aa")
    deliver(world)
    second = world.ask("aa")
    deliver(world, answered=False)
    understand.understand(world.node("bb"), world.channel)
    return first, second


def test_a_receipt_over_what_is_left_counts_for_what_is_left(tmp_path: Path) -> None:
    """One receipt covers a request that stays and one that is left out: both nodes agree still."""
    world = make_world(tmp_path)
    first, _second = overtaken(world)
    world.acknowledge("bb", first)
    succeed(world)

    assert world.digests("aa") == world.digests("bb")
    statuses = {row.matter.id: row.status for row in world.matters("aa")}
    assert statuses[first.act.matter.id] == "acknowledged"
    for party in ("aa", "bb"):
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after


def test_what_a_thief_said_leaves_no_matter_behind(tmp_path: Path) -> None:
    """An act that nobody says again is gone from every screen."""
    world = make_world(tmp_path)
    first, second = overtaken(world)
    with world.node("aa").store.write() as tx:  # the owner never said it: another has its key
        tx.drop_record(recover.REAPPEND, second.act.id)
        log = logs.require_log(tx, second.origin)
        tx.cut_entries(log.origin, 2)
        frontier = tree.frontier_of(2, logs.hash_reader(tx, log.origin, 2)).hashes
        tx.save_log(replace(log, size=2, signed=2, understood=2, frontier=frontier))
    world.node("aa").highwater.covered(second.origin, log.size)  # nor did its machine sign it
    succeed(world)

    assert [row.matter.id for row in world.matters("bb")] == [first.act.matter.id]
    with world.node("bb").store.read() as tx:
        kept = tx.acts(second.origin, 0, 9)
    assert [row.foreign for row in kept] == ["", "disowned"]


def test_an_ended_log_takes_nothing_more(tmp_path: Path) -> None:
    """Who has the old keys cannot go on with the old log: nobody mirrors it any more."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    world.ask("aa")
    node, origin = world.node("aa"), world.origin("aa")
    head = sign.sign_head(node, origin)
    assert head is not None
    with node.store.read() as tx:
        proof = tree.prove_consistency(2, 3, logs.hash_reader(tx, origin, 3))
    checkpoint = wire.render_add_checkpoint(wire.AddCheckpoint(2, proof, head.note))
    entries = send.entries_body(node, head, 2)
    succeed(world)

    answers = [
        world.states["aa"].peers.call("bb", Request("POST", f"/{name}", body))
        for name, body in (("add-checkpoint", checkpoint), ("add-entries", entries))
    ]
    assert [answer.status for answer in answers] == [422, 422]
    assert b"exchange.log.ended" in answers[0].body
    with world.node("bb").store.read() as tx:
        assert logs.require_log(tx, origin).size == 2


def test_a_long_ended_log_is_read_anew_as_before(tmp_path: Path) -> None:
    """A receipt for it waits until as much of it is read, in a rebuild too."""
    world = make_world(tmp_path)
    asked = [world.ask("aa") for _ in range(understand.BATCH + 2)][-1]
    deliver(world)
    understand.understand(world.node("bb"), world.channel)
    world.acknowledge("bb", asked)
    world.pump()
    succeed(world, "lost")
    assert world.digests("aa") == world.digests("bb")
    for party in ("aa", "bb"):
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after


@pytest.mark.parametrize("is_forked", [False, True])
def test_a_third_party_that_holds_less_fetches_what_is_left(
    tmp_path: Path, *, is_forked: bool
) -> None:
    """What one party had signed for stays, and another that lacks it takes it from there.

    So it is where a thief had shown that other one a head of another history: that convicts the
    log, and does not end what is left of it.
    """
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.pump()
    world.cut("aa", "cc")
    world.cut("bb", "cc")
    world.acknowledge("bb", _held_by_bb(world))
    world.pump()
    if is_forked:
        _show_other_head(world)
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "stolen")
    world.mend()
    world.cut("bb", "cc")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    for party in ("bb", "cc"):
        generation.accept(world.node(party), origin, sha256)
    world.mend()
    world.advance(300_000)
    world.pump()

    assert len(world.digests("aa")) == 1
    assert world.digests("aa") == world.digests("bb") == world.digests("cc")
    with world.node("cc").store.read() as tx:
        old = logs.require_log(tx, world.origin("aa"))
        assert old.state == LOG_ENDED
        assert (tx.record(convict.CONVICTION, old.origin) is not None) is is_forked
    found = run.check(world.node("cc"))
    assert found.is_clean, found.problems
    done = rebuild.rebuild(world.node("cc"))
    assert done.digest_before == done.digest_after


def _show_other_head(world: World) -> None:
    """Let who has the log keys of aa show cc a head of another history than bb holds."""
    node, origin = world.node("aa"), world.origin("aa")
    with world.node("bb").store.read() as tx:
        size = logs.require_log(tx, origin).size
    signers = node.keys.log_signers(origin, world.channel, 1)
    body = checkpoint.render_body(Checkpoint(origin, size, b"\x09" * 32))
    signed = note.render(note.sign(body, signers, at_s=node.clock.now_ms() // 1000))
    sent = wire.render_add_checkpoint(AddCheckpoint(0, (), signed))
    keep.add_checkpoint(world.node("cc"), "aa", sent)


def _held_by_bb(world: World) -> Appended:
    """A request that bb holds and cc does not."""
    asked = world.ask("aa")
    deliver(world)
    understand.understand(world.node("bb"), world.channel)
    return asked


def test_a_receipt_for_a_generation_that_is_not_known_yet_waits(tmp_path: Path) -> None:
    """Another party has accepted it and says so: its log is held back until it is known here."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.pump()
    world.cut("aa", "cc")
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "lost")
    world.round()
    world.round()
    generation.accept(world.node("bb"), origin, sha256)
    world.acknowledge("bb", _asked_and_held(world))
    world.pump()
    with world.node("cc").store.read() as tx:
        assert logs.require_log(tx, origin).state == LOG_OFFERED  # by what bb says
    world.mend()
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("cc"), origin, sha256)
    world.advance(300_000)
    world.pump()

    assert [row.status for row in world.matters("cc")] == ["acknowledged"]
    assert world.digests("aa") == world.digests("bb") == world.digests("cc")


def _asked_and_held(world: World) -> Appended:
    """A request in the new generation, which bb has understood."""
    asked = world.ask("aa")
    world.pump()
    return asked


def test_a_process_that_ends_while_a_channel_is_read_anew_goes_on(tmp_path: Path) -> None:
    """What is dropped is owed until it is dropped, and then understood like anything new."""
    world = make_world(tmp_path)
    first, _second = overtaken(world)
    world.acknowledge("bb", first)
    node = world.node("bb")

    def stop(point: str) -> None:
        if point == "anew.dropped":
            raise RuntimeError(point)

    world.replace_node("bb", replace(node, step=stop))
    with pytest.raises(RuntimeError, match="anew"):
        succeed(world)
    world.replace_node("bb", replace(node, session=Session()))
    world.mend()
    world.advance(300_000)
    world.pump()

    assert world.digests("aa") == world.digests("bb")


def rotate(world: World) -> None:
    """Let aa make its next card and enter it in its logs."""
    one = world.states["aa"]
    root = one.maker.open_root(world.folder / f"aa-{world.arrangement}.root")
    keyring.rotate(one.node, one.maker, root)


@pytest.mark.parametrize("reason", generation.REASONS)
def test_what_was_sealed_to_a_card_that_is_left_out_opens(tmp_path: Path, reason: str) -> None:
    """One party has seen a new card of which nothing is left: its owner opens with it still."""
    world = make_world(tmp_path)
    world.pump()
    asked = world.ask("aa")
    deliver(world)
    rotate(world)
    deliver(world, answered=False)
    understand.understand(world.node("bb"), world.channel)
    world.acknowledge("bb", asked)
    with world.node("bb").store.read() as tx:
        seen = tx.receipt_before(world.origin("bb"), 99)
        assert seen is not None
        loaded = trust.load(tx, world.channel)
    assert loaded.seal_card("aa", seen.seen_after) == 2
    succeed(world, reason)

    with world.node("aa").store.read() as tx:
        assert tx.records(void.ENTRY) == {}
    assert [row.status for row in world.matters("aa")] == ["acknowledged"]
    assert world.digests("aa") == world.digests("bb")
    for party in ("aa", "bb"):
        found = run.check(world.node(party))
        assert found.is_clean, found.problems
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after
