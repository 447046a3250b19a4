"""Of three States one shows something to one of the others alone, and the two go on together.

Cc's new log, its new card or its revocation reaches aa and not bb.  What aa says after that has
seen more of cc than bb can take from cc itself, and bb reads it all the same.
"""

import hashlib
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.acts.record import Document
from comity.joint.arrangement import card
from comity.joint.exchange import acts as exchange_acts
from comity.node import keyring, register_records
from comity.node.exchange import bodies, cards, generation
from comity.node.exchange.append import Appended
from comity.node.rows import LOG_OFFERED, Log

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
        return tx.act(said.act.id) is not None


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
    cards.shake_hands(world.node("bb"), "aa")
    with world.node("bb").store.read() as tx:
        assert list(register_records.cards(tx, world.arrangement, "cc")) == [1]
    told = dict(world.alarms("bb"))
    assert told["exchange.card.refused"].startswith("aa showed of cc: ")


def test_who_does_not_ask_is_shown_no_card_of_others(world: World) -> None:
    """A program of before takes what a party shows for that party's own."""
    answer = cards.receive(world.node("aa"), "bb", b"")
    owners = [card.parse(text).party for text in bodies.parse_batch(answer.body)]
    assert owners == ["aa", "bb"]
    answer = cards.receive(world.node("aa"), "bb", b"", asks=True)
    owners = [card.parse(text).party for text in bodies.parse_batch(answer.body)]
    assert owners == ["aa", "bb", "cc"]
