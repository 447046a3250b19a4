"""A log that ends is succeeded, and what stood in it is neither lost nor said twice."""

from pathlib import Path

import pytest
from making_cards import refused
from support.pair import World, make_world

from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.ports import Request, Response
from comity.node.base.rows import LOG_OFFERED, LOG_OPEN
from comity.node.exchange import (
    ended_tree,
    freeze,
    generation,
    keyring,
    logs,
    owed_receipts,
    pump,
    reset,
    retry,
    understand,
    void,
)
from comity.node.operate import rebuild
from comity.node.operate.fsck import run


def succeeded(world: World) -> str:
    """End aa's log while a request of it is signed and not delivered; return its successor."""
    asked = world.ask("aa")
    world.pump()
    world.acknowledge("bb", asked)
    world.pump()
    world.cut("aa", "bb")
    world.ask("aa")
    world.round()
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "lost")
    world.mend()
    world.advance(300_000)
    for _ in range(6):
        world.round()
    generation.accept(world.node("bb"), origin, sha256)
    world.advance(300_000)
    world.pump()
    return origin


def test_both_show_the_same_after_a_new_generation(tmp_path: Path) -> None:
    """What the peer held stays in the old log; the rest is said again under its old id."""
    world = make_world(tmp_path)
    origin = succeeded(world)
    assert len(world.digests("aa")) == 2
    assert world.digests("aa") == world.digests("bb")
    with world.node("aa").store.read() as tx:
        old, new = logs.require_log(tx, world.origin("aa")), logs.require_log(tx, origin)
    assert (old.state, old.size, old.signed) == ("ended", 3, 3)
    assert (new.state, new.size) == (
        "open",
        5,
    )  # a key entry, its begin, a receipt, act, receipt


def test_another_entry_0_than_was_compared_is_not_kept(tmp_path: Path) -> None:
    """Whoever has the log's keys puts none in its place; at least 64 bits are compared (9.4.4)."""
    world = make_world(tmp_path)
    world.pump()
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "stolen")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    for digits in (sha256[:15], sha256[:16].upper() + "G"):
        with refused("exchange.generation.hash"):
            generation.accept(world.node("bb"), origin, digits)
    other = sha256[:15] + ("0" if sha256[15] != "0" else "1")
    generation.accept(world.node("bb"), origin, other)
    for _ in range(3):
        world.advance(60_000)
        world.round()
    with world.node("bb").store.read() as tx:
        assert logs.require_log(tx, origin).size == 0
    with world.node("aa").store.read() as tx:
        said = retry.of(tx, origin, "bb")
    assert "[exchange.generation.other-entry]" in str(said["last_error"])


def test_an_ended_log_is_whole(tmp_path: Path) -> None:
    """Its row says what is kept, so that the check is clean and a rebuild changes nothing."""
    world = make_world(tmp_path)
    succeeded(world)
    for party in ("aa", "bb"):
        found = run.check(world.node(party))
        assert found.is_clean, found.problems
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after


def test_what_only_the_peer_holds_is_disowned(tmp_path: Path) -> None:
    """A lost cosignature leaves the peer with more than its author knows: it means nothing."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    node = world.node("aa")
    asked = world.ask("aa")
    with node.store.read() as tx:
        given = tx.newest_cosignature(world.origin("aa"), "bb")
    assert given is not None
    _deliver_without_answer(world)
    origin, sha256 = generation.begin(node, world.channel, "lost")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("bb"), origin, sha256)
    world.advance(300_000)
    world.pump()

    assert world.digests("aa") == world.digests("bb")
    with world.node("bb").store.read() as tx:
        kept = tx.acts(world.origin("aa"), asked.index, asked.index + 1)
        again = tx.act("aa", asked.act.id)
    assert [row.foreign for row in kept] == ["disowned"]
    assert again is not None
    assert again.origin == origin


def _deliver_without_answer(world: World) -> None:
    """Let bb hold and cosign what aa appended, while no answer ever comes back."""
    node = world.node("aa")
    real = node.peers.call
    lost = world.states["aa"].peers

    def call(party: str, request: Request) -> Response:
        answer = real(party, request)
        if request.path in ("/add-delivery", "/add-entries"):
            raise Fault(code="node.peer.timeout", what="The answer was lost.", fix="Try again.")
        return answer

    lost.call = call  # type: ignore[method-assign]
    world.advance(1_000)
    pump.next_round_ms(node, pump.Pair(world.channel, "bb"), world.states["aa"].clock.at_ms)
    lost.call = real  # type: ignore[method-assign]
    understand.understand(world.node("bb"), world.channel)
    world.node("bb").session.of(owed_receipts.Owed).owed.clear()


def test_a_generation_after_a_new_card_is_read(tmp_path: Path) -> None:
    """Its first entries have seen nothing: their reader seals and opens by the first card."""
    world = make_world(tmp_path)
    world.pump()
    for party in ("aa", "bb"):
        one = world.states[party]
        keyring.rotate(
            one.node, one.maker, one.maker.open_root(tmp_path / f"{party}-{world.arrangement}.root")
        )
    world.pump()
    asked = world.ask("aa")
    world.pump()
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "stolen")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("bb"), origin, sha256)
    world.pump()
    world.acknowledge("bb", asked)
    again = world.ask("aa")
    world.pump()

    with world.node("bb").store.read() as tx:
        assert tx.records(void.ENTRY) == {}
        assert tx.acts_with_id(again.act.id)
    assert world.digests("aa") == world.digests("bb")


def test_a_generation_that_nobody_heard_of_is_passed_over(tmp_path: Path) -> None:
    """Begun anew twice while the line is down: the second says what is left of the first log."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    world.pump()
    world.cut("aa", "bb")
    generation.begin(world.node("aa"), world.channel, "damaged")
    late = world.ask("aa")
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "stolen")
    world.mend()
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("bb"), origin, sha256)
    world.advance(300_000)
    world.pump()

    assert origin.endswith("/3")
    for party in ("aa", "bb"):
        shown = {row.matter.id for row in world.matters(party)}
        assert shown == {asked.act.matter.id, late.act.matter.id}
    assert world.digests("aa") == world.digests("bb")


def test_what_a_peer_holds_of_a_generation_that_was_passed_over_means_nothing(
    tmp_path: Path,
) -> None:
    """No answer ever came back, so its author took it for unheard of, and said all of it again."""
    world = make_world(tmp_path)
    first = world.ask("aa")
    world.pump()
    node = world.node("aa")
    origin, sha256 = generation.begin(node, world.channel, "damaged")
    generation.offer(world.node("bb"), "aa", origin)
    generation.accept(world.node("bb"), origin, sha256)
    late = world.ask("aa")
    _deliver_without_answer(world)
    with world.node("bb").store.read() as tx:
        assert tx.acts_with_id(late.act.id)
    origin, sha256 = generation.begin(node, world.channel, "stolen")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("bb"), origin, sha256)
    world.advance(300_000)
    world.pump()

    assert world.digests("aa") == world.digests("bb")
    with world.node("bb").store.read() as tx:
        again = tx.act("aa", late.act.id)
    assert again is not None
    assert again.origin == origin
    assert {row.matter.id for row in world.matters("bb")} == {
        first.act.matter.id, late.act.matter.id,
    }  # fmt: skip


def _offered(world: World) -> tuple[str, str]:
    """Let bb begin a generation that aa hears of; return its origin and the hash that is read."""
    world.ask("aa")
    world.pump()
    begun = generation.begin(world.node("bb"), world.channel, "lost")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    return begun


def _state(world: World, party: str, origin: str) -> str:
    with world.node(party).store.read() as tx:
        return logs.require_log(tx, origin).state


def _acceptances(world: World, party: str, origin: str) -> dict[str, str]:
    with world.node(party).store.read() as tx:
        register = trust.load(tx, world.channel).register
    return dict(register.acceptances(origin))


def test_an_acceptance_that_could_not_be_said_is_said_afterwards(tmp_path: Path) -> None:
    """The own log is frozen: the generation is open, and the officer says so once it can."""
    world = make_world(tmp_path)
    origin, sha256 = _offered(world)
    aa = world.node("aa")
    freeze.freeze(aa, world.origin("aa"), "ann")
    with refused("exchange.log.not-open"):
        generation.accept(aa, origin, sha256)
    assert _state(world, "aa", origin) == LOG_OPEN
    freeze.thaw(aa, world.origin("aa"), "ann")
    generation.accept(aa, origin, sha256)
    assert _state(world, "aa", origin) == LOG_OPEN
    world.pump()
    assert _acceptances(world, "bb", origin) == {"aa": sha256}


def test_an_acceptance_that_the_own_log_lacks_is_said(tmp_path: Path) -> None:
    """An older program opened the generation and stopped: the act is said, and said once."""
    world = make_world(tmp_path)
    origin, sha256 = _offered(world)
    aa = world.node("aa")
    with aa.store.write() as tx:
        generation._open(tx, logs.require_log(tx, origin), sha256[:16])
    with refused("exchange.generation.not-offered"):
        generation.accept(aa, origin, "0" * 16)
    generation.accept(aa, origin, sha256)
    with refused("exchange.generation.not-offered"):
        generation.accept(aa, origin, sha256)
    world.pump()
    assert _acceptances(world, "bb", origin) == {"aa": sha256[:16]}


def test_what_is_offered_is_not_opened_by_a_thaw(tmp_path: Path) -> None:
    """No code was compared: it is neither thawed nor frozen, and so it is with what is open."""
    world = make_world(tmp_path)
    origin, _sha256 = _offered(world)
    aa = world.node("aa")
    for decide in (freeze.thaw, freeze.freeze):
        with refused("exchange.log.unknown"):
            decide(aa, origin, "ann")
    assert _state(world, "aa", origin) == LOG_OFFERED
    with refused("exchange.log.not-frozen"):
        freeze.thaw(aa, world.origin("aa"), "ann")


def test_what_was_signed_for_and_is_said_to_be_lost_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An author says that nothing is left, so an answer is unsaid that aa had receipted."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    world.pump()
    world.answer("bb", asked)
    world.pump()
    aa, old = world.node("aa"), world.origin("bb")
    with aa.store.read() as tx:
        signed_for = logs.require_log(tx, old).signed
    with monkeypatch.context() as lie:
        lie.setattr(ended_tree, "_held_elsewhere", lambda *_: 0)
        origin, sha256 = generation.begin(world.node("bb"), world.channel, "lost")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(aa, origin, sha256)
    world.advance(300_000)
    world.pump()
    (told,) = [what for code, what in world.alarms("aa") if code == reset.DISOWNED]
    assert told.startswith(f"{old}: {signed_for} entries that this node had signed for")
    with aa.store.read() as tx:
        assert {row.foreign for row in tx.acts(old, 0, signed_for)} == {"disowned"}


def test_in_a_new_generation_receipts_come_before_acts(tmp_path: Path) -> None:
    """8.3.3: an act of generation 2 has seen no less than those of generation 1 had."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    world.pump()
    world.acknowledge("bb", asked)
    world.pump()
    generation.begin(world.node("bb"), world.channel, "lost")
    said = world.answer("bb", asked)
    with world.node("bb").store.read() as tx:
        (row,) = tx.acts(said.origin, said.index, said.index + 1)
    assert row.generation == 2
    assert row.seen.get(asked.origin, 0) > asked.index
