"""Of three States one shows something to one of the others alone, and the two go on together.

Cc's new log, its new card or its revocation reaches aa and not bb.  What aa says after that has
seen more of cc than bb can take from cc itself, and bb reads it all the same.
"""

import hashlib
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.acts.record import Document
from comity.joint.arrangement import card, revocation
from comity.joint.arrangement.revocation import Revocation
from comity.joint.exchange import acts as exchange_acts
from comity.node.base import register_records
from comity.node.base.rows import LOG_OFFERED, LOG_OPEN, Log
from comity.node.exchange import blobs, generation, handshake, keyring
from comity.node.exchange import revocation as revoked
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild
from comity.node.operate.fsck import run

PARTIES = ("aa", "bb", "cc")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three States that have paired, and a request of cc that both others have."""
    made = make_world(tmp_path, PARTIES)
    made.ask("cc")
    made.pump()
    return made


def rounds(world: World, count: int = 8) -> None:
    """Let minutes pass."""
    for _ in range(count):
        world.advance(60_000)
        world.round()


def log_at(world: World, party: str, origin: str) -> Log | None:
    """Return a log as a party holds it."""
    with world.node(party).store.read() as tx:
        return tx.log(origin)


def mend(world: World, *parties: str) -> None:
    """Put back the line between two parties alone."""
    for party in parties:
        others = {other: world.node(other) for other in parties if other != party}
        world.states[party].peers.nodes.update(others)


def is_read(world: World, party: str, said: Appended) -> bool:
    """Whether a party has read an act."""
    with world.node(party).store.read() as tx:
        return tx.act(said.origin.partition("/")[0], said.act.id) is not None


def begun_for_aa(world: World) -> tuple[str, str]:
    """Let cc begin its log anew, out of bb's reach; aa accepts it.  Its origin and its hash."""
    world.cut("bb", "cc")
    begun = generation.begin(world.node("cc"), world.channel, "lost")
    rounds(world, 3)
    generation.accept(world.node("aa"), *begun)
    rounds(world, 4)
    return begun


def test_a_new_log_that_another_party_has_read_is_offered_by_what_it_says(world: World) -> None:
    """Bb's officers compare its hash by voice as if cc had shown it; then bb reads aa again."""
    origin, sha256 = begun_for_aa(world)
    said = world.ask("aa")
    rounds(world)
    log = log_at(world, "bb", origin)
    assert log is not None
    assert (log.state, is_read(world, "bb", said)) == (LOG_OFFERED, False)
    assert generation.offered("cc", origin) in world.alarms("bb")
    generation.accept(world.node("bb"), origin, sha256)
    rounds(world)
    assert is_read(world, "bb", said)
    assert world.digests("aa") == world.digests("bb")
    world.mend()
    world.advance(300_000)
    world.pump()
    assert world.digests("aa") == world.digests("bb") == world.digests("cc")


def test_another_entry_0_is_not_taken_from_a_mirror(world: World) -> None:
    """What bb's officers compared is not what aa holds: bb is told, and keeps nothing of it."""
    origin, sha256 = begun_for_aa(world)
    world.ask("aa")
    rounds(world)
    other = sha256[:15] + ("0" if sha256[15] != "0" else "1")
    generation.accept(world.node("bb"), origin, other)
    rounds(world)
    log = log_at(world, "bb", origin)
    assert log is not None
    assert log.size == 0
    assert "exchange.generation.other-entry" in [code for code, _ in world.alarms("bb")]


def enter_card(folder: Path, world: World) -> None:
    """Let cc make its next card and enter it in `live` alone."""
    state = world.states["cc"]
    root = state.maker.open_root(folder / f"cc-{world.arrangement}.root")
    text = keyring.new_card(state.node, state.maker, root, 2)
    with state.node.store.write() as tx:
        register_records.save_card(tx, text)
    sha256 = hashlib.sha256(text).hexdigest()
    named = Document(sha256, len(text), "text/plain", keyring.CARD_ROLE)
    act_id, codes = state.node.act_id(), {"number": "2"}
    said = exchange_acts.register_act(act_id, exchange_acts.CARD_ENTERED, "live", codes, (named,))
    world.say("cc", said, {sha256: text})


def test_a_card_that_another_party_has_is_shown_by_it(tmp_path: Path, world: World) -> None:
    """Cc's heads are by keys that bb never got from cc; aa has the card, signed by cc's root."""
    world.cut("aa", "bb", "cc")
    mend(world, "aa", "cc")
    enter_card(tmp_path, world)
    rounds(world, 3)
    world.ask("cc")
    rounds(world, 3)
    world.cut("aa", "cc")
    said = world.ask("aa")
    mend(world, "aa", "bb")
    rounds(world)
    assert is_read(world, "bb", said)
    assert world.digests("aa") == world.digests("bb")


def test_a_card_that_is_not_of_its_root_ends_no_handshake(world: World) -> None:
    """What aa shows of cc is verified as cc's: what is not is told, and aa is heard on."""
    with world.node("aa").store.write() as tx:
        text = register_records.card_text(tx, world.arrangement, "cc", 1) or b""
        register_records.save_card(tx, text.replace(b'"number":1,', b'"number":2,'))
    handshake.shake_hands(world.node("bb"), "aa")
    with world.node("bb").store.read() as tx:
        assert list(register_records.cards(tx, world.arrangement, "cc")) == [1]
    told = dict(world.alarms("bb"))
    assert told["exchange.card.refused"].startswith("aa showed of cc: ")


def test_who_does_not_ask_is_shown_no_card_of_others(world: World) -> None:
    """A program of before takes what a party shows for that party's own."""
    answer = handshake.receive(world.node("aa"), "bb", b"")
    owners = [card.parse(text).party for text in blobs.parse_batch(answer.body)]
    assert owners == ["aa", "bb"]
    answer = handshake.receive(world.node("aa"), "bb", b"", asks=True)
    owners = [card.parse(text).party for text in blobs.parse_batch(answer.body)]
    assert owners == ["aa", "bb", "cc"]


def revoked_at_bb(folder: Path, world: World) -> int:
    """Let cc show bb alone that its keys cover no more than they do now; return how much."""
    origin = world.origin("cc")
    root = world.states["cc"].maker.open_root(folder / f"cc-{world.arrangement}.root")
    log = log_at(world, "bb", origin)
    assert log is not None
    made = Revocation(world.arrangement, "cc", 1, {1: {origin: log.signed}})
    text = revocation.sign(made, root.signers)
    handshake.receive(world.node("bb"), "cc", blobs.render_batch([text]))
    return log.signed


def test_what_another_party_has_read_under_revoked_keys_is_read(
    tmp_path: Path, world: World
) -> None:
    """Bb signs for none of it, and says so; what aa says after it is read, as aa reads it."""
    cap = revoked_at_bb(tmp_path, world)
    for _ in range(3):
        world.ask("cc")
        rounds(world, 3)
    said = world.ask("aa")
    rounds(world)
    assert is_read(world, "bb", said)
    shown = [world.digests(party) for party in ("aa", "bb")]
    for one in shown:  # that cc has received this one nobody has signed for
        del one[f"request/{said.act.matter.id}"]
    assert shown[0] == shown[1]
    assert len(shown[0]) == 4
    node, origin = world.node("bb"), world.origin("cc")
    log = log_at(world, "bb", origin)
    assert log is not None
    assert (log.state, log.signed, log.understood > cap) == (LOG_OPEN, cap, True)
    with node.store.read() as tx:
        given = tx.newest_cosignature(origin, "bb")
        (told,) = [one for one in revoked.standing(tx) if one.is_log_key]
    assert given is not None
    assert given.size == cap
    assert (told.origin, told.cap, told.last) == (origin, cap, log.size)
    rung = [what for code, what in world.alarms("bb") if code == revoked.CODE]
    assert len([what for what in rung if what.startswith(f"Entries of {origin} are read")]) == 1
    assert not run.check(node).problems
    before = world.digests("bb")
    rebuild.rebuild(node)
    assert world.digests("bb") == before


def test_a_revoked_head_alone_brings_nothing(tmp_path: Path, world: World) -> None:
    """No party has read what a thief shows: bb keeps none of it."""
    cap = revoked_at_bb(tmp_path, world)
    world.cut("aa", "bb")
    world.ask("cc")
    rounds(world)
    log = log_at(world, "bb", world.origin("cc"))
    assert log is not None
    assert (log.size, log.signed) == (cap, cap)
