"""What ends with one party or log ends its own alarm, and no other's."""

from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.joint.arrangement.card import DAY_MS
from comity.kernel import limits
from comity.node.exchange import blobs, freeze, generation, handshake, keyring, signing_guard


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return three parties that have compared their logs."""
    made = make_world(tmp_path, ("aa", "bb", "cc"))
    made.ask("aa")
    made.pump()
    return made


def _standing(world: World, code: str) -> list[str]:
    return [what for told, what in world.alarms("aa") if told == code]


def test_an_accepted_generation_leaves_what_another_party_offers(world: World) -> None:
    """Two parties offer; once one is accepted, the other is still to be decided."""
    offered = {
        party: generation.begin(world.node(party), world.channel, "lost") for party in ("bb", "cc")
    }
    for _ in range(3):
        world.advance(limits.HEARTBEAT_MS)
        world.round()

    generation.accept(world.node("aa"), *offered["bb"])

    (left,) = _standing(world, "exchange.generation.offered")
    assert left.startswith(f"cc begins {offered['cc'][0]}:")


def test_a_log_that_thaws_leaves_another_frozen(world: World) -> None:
    """The alarm of a log that an officer froze stands until that log is thawed."""
    node = world.node("aa")
    bb, cc = world.origin("bb", "hotline"), world.origin("cc", "hotline")
    for origin in (bb, cc):
        freeze.freeze(node, origin, "ann")

    freeze.thaw(node, bb, "ann")

    assert _standing(world, "exchange.log.frozen") == [f"An officer froze {cc}."]


def test_a_clock_that_is_decided_leaves_anothers_alarm(world: World) -> None:
    """What an officer decides of one party's clock says nothing of another's."""
    node = world.node("aa")
    node.session.of(signing_guard.Clocks).skew_ms.update({"bb": 400_000, "cc": 500_000})
    signing_guard.watch_clocks(node)

    freeze.decide_clock(node, "bb", "ann")
    (left,) = _standing(world, signing_guard.CLOCK_ALARM)
    signing_guard.watch_clocks(node)

    assert "of cc differ" in left
    assert _standing(world, signing_guard.CLOCK_ALARM) == [left]


def test_a_delivery_that_arrives_leaves_what_fails_elsewhere(world: World) -> None:
    """One party takes what the other does not: its alarm ends, and the other's stands."""
    world.cut("aa", "bb")
    world.cut("aa", "cc")
    world.ask("aa")
    for _ in range(8):
        world.advance(limits.HEARTBEAT_MS)
        world.round()
    assert len(_standing(world, "exchange.delivery.failing")) == 4  # two logs, two parties
    world.mend()
    world.cut("aa", "cc")
    for _ in range(4):
        world.advance(limits.HEARTBEAT_MS)
        world.round()

    left = _standing(world, "exchange.delivery.failing")
    assert len(left) == 2
    assert all(" to cc: " in what for what in left)


def test_a_mirror_that_is_whole_again_leaves_another_behind(world: World) -> None:
    """What was cosigned of one log is there again; of the other it is not."""
    node = world.node("aa")
    bb, cc = world.origin("bb"), world.origin("cc")
    with node.store.write() as tx:
        for origin in (bb, cc):
            signing_guard.save_before(tx, origin, 9, 1)
    for origin in (bb, cc):
        signing_guard.tell_behind(node, origin, 9, 1)
    with node.store.write() as tx:
        signing_guard.forget_before(node, tx, bb)
    (left,) = _standing(world, signing_guard.MIRROR_BEHIND)
    assert left.startswith(f"{cc}:")


def test_a_card_that_is_replaced_leaves_those_that_expire(world: World, tmp_path: Path) -> None:
    """Three cards end on one day; once bb has made its next one, two are told."""
    node, other = world.node("aa"), world.states["bb"]
    world.advance((keyring.VALIDITY_DAYS - 30) * DAY_MS)
    keyring.warn_of_expiry(node)
    code = f"{keyring.EXPIRY_CODE}-30"
    assert len(_standing(world, code)) == 3

    root = other.maker.open_root(tmp_path / f"bb-{world.arrangement}.root")
    keyring.rotate(other.node, other.maker, root)
    with other.node.store.read() as tx:
        texts = handshake.own_texts(tx, "bb", "aa")
    handshake.receive(node, "bb", blobs.render_batch(texts))
    keyring.warn_of_expiry(node)

    assert sorted(what.split(" in ")[0] for what in _standing(world, code)) == [
        "Card 1 of cc",
        "Card 1 of this node",
    ]
