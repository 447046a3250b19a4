"""What an entry is sealed into is made before it is said, and is for that entry alone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support.pair import World, make_world

from comity.acts.causality import EMPTY
from comity.acts.record import Receipt
from comity.node.base import trust
from comity.node.exchange import seal
from comity.node.exchange.seal import Opened

_SAID = Receipt(of="bb/x/live/1", size=0, root=bytes(32), time_ms=1)


def _sealed(world: World, count: int) -> list[Opened]:
    """Return what a node sealed to the cards in force, as its peer opens it."""
    node, peer = world.node("aa"), world.node("bb")
    with node.store.read() as tx:
        now = trust.load(tx, world.channel)
    with peer.store.read() as tx:
        read = trust.load(tx, world.channel)
    numbers = seal.cards_in_force(now, EMPTY)
    found = []
    for _ in range(count):
        entry = seal.seal_entry(node, now, numbers, world.origin("aa"), _SAID)
        opened = seal.open_entry(peer, read, numbers, entry)
        assert isinstance(opened, Opened)
        found.append(opened)
    return found


def test_the_next_envelope_is_ready_once_an_act_was_said(tmp_path: Path) -> None:
    """On either side: of who said it, and of who wrote the receipt for it."""
    world = make_world(tmp_path)
    world.ask("aa")
    (ready,) = world.node("aa").session.of(seal.Ready).envelopes.values()
    (made,) = ready
    world.pump()
    (waiting,) = world.node("bb").session.of(seal.Ready).envelopes.values()
    assert len(waiting) == 1
    (taken,) = _sealed(world, 1)
    assert taken.file_key == made.file_key
    assert not ready


def test_no_two_entries_share_a_file_key_whoever_seals_at_once(tmp_path: Path) -> None:
    """Who is shown the key of one in a disclosed proof can open no other."""
    world = make_world(tmp_path)
    node = world.node("aa")

    def seals(_worker: int) -> list[Opened]:
        found = []
        for _ in range(10):
            found += _sealed(world, 2)
            seal.make_ahead(node)
        return found

    with ThreadPoolExecutor(4) as pool:
        opened = [one for part in pool.map(seals, range(4)) for one in part]
    assert len({one.file_key for one in opened}) == len(opened) == 80


def test_what_is_ready_for_other_cards_is_not_taken(tmp_path: Path) -> None:
    """The envelope of a card that was replaced stays where it is."""
    world = make_world(tmp_path)
    node = world.node("aa")
    _sealed(world, 1)
    seal.make_ahead(node)
    ((keys, ready),) = node.session.of(seal.Ready).envelopes.items()
    node.session.of(seal.Ready).envelopes.clear()
    node.session.of(seal.Ready).envelopes[tuple(reversed(keys))] = ready
    _sealed(world, 1)
    assert len(ready) == 1
