"""Keys of single entries in a file: for whom it is, and what it holds."""

from pathlib import Path

import making_cards as making
import pytest
from support.lost_cards import lost, own, replaced, root_of, talk
from support.pair import World, make_world

from comity.joint.exchange import entry_keys
from comity.node.base import trust
from comity.node.exchange import blobs, entry_keys_file, excuse, handshake
from comity.node.exchange.entry_keys_file import Taken
from comity.node.operate import card_replacement
from comity.seal import age


def test_keys_are_given_for_revoked_cards_alone(tmp_path: Path) -> None:
    """Whoever asks without the root key gets nothing."""
    world = make_world(tmp_path)
    talk(world)
    with making.refused("exchange.entry-keys.none"):
        entry_keys_file.give(world.node("bb"), world.channel, "aa")


def test_keys_are_given_of_what_is_sealed_to_a_revoked_card_alone(tmp_path: Path) -> None:
    """What its older card opens needs none, and what is said since is sealed to the next."""
    world = lost(tmp_path)
    replaced(world)
    data = entry_keys_file.give(world.node("bb"), world.channel, "aa").data
    identity = world.node("aa").keys.identity(world.channel, 3)
    text = age.unseal_one(data, identity)
    given = {(origin, at) for origin, at, _ in entry_keys.parse(text, world.channel, "aa")}
    with world.node("bb").store.read() as tx:
        loaded = trust.load(tx, world.channel)
        every = {(log.origin, at) for log in loaded.logs for at in range(log.understood)}
    (second,) = [one for one in loaded.register.entered(world.origin("aa")) if one.number == 2]
    assert given < every
    assert min(at for origin, at in given if origin == world.origin("aa")) > second.index


def test_a_file_of_keys_is_sealed_to_no_card_that_is_revoked(tmp_path: Path) -> None:
    """Whoever knows of the revocation and not of the next card gives nothing to a lost key."""
    world = lost(tmp_path)
    world.cut("aa", "bb")
    for one in ("aa", "bb"):
        world.node(one).session.of(excuse.Start).unreached.add("bb")
    aa = world.node("aa")
    card_replacement.replace(aa, world.states["aa"].maker, root_of(world))
    with aa.store.read() as tx:
        texts = handshake.own_texts(tx, "aa", "bb")
    handshake.receive(world.node("bb"), "aa", blobs.render_batch(texts[-1:]))
    with world.node("bb").store.read() as tx:
        loaded = trust.load(tx, world.channel)
    assert sorted(loaded.cards["aa"]) == [1, 2]
    assert [sorted(one.revoked) for one in loaded.revocations["aa"]] == [[2]]
    assert entry_keys_file.give(world.node("bb"), world.channel, "aa").card == 1


def test_a_file_of_keys_opens_for_its_party_alone(tmp_path: Path) -> None:
    """It is sealed to the party's newest card, and what is no such file is refused."""
    world = lost(tmp_path, ("aa", "bb", "cc"))
    replaced(world)
    data = entry_keys_file.give(world.node("bb"), world.channel, "aa").data
    for wrong in (data[:-1], b"", b"x", shown_to_another(world, data)):
        with making.refused("exchange.entry-keys.closed"):
            entry_keys_file.take(world.node("aa"), wrong)
    with making.refused("exchange.entry-keys.closed"):
        entry_keys_file.take(world.node("cc"), data)


def shown_to_another(world: World, data: bytes) -> bytes:
    """Return the same file sealed to a second card too."""
    with world.node("cc").store.read() as tx:
        loaded = trust.load(tx, world.channel)
    keys = [loaded.keys(party, max(loaded.cards[party])).seal for party in ("aa", "cc")]
    recipients = [world.node("aa").suite.recipient(key) for key in keys]
    identity = world.node("aa").keys.identity(world.channel, max(loaded.cards["aa"]))
    return age.rewrap(data, identity, recipients, world.node("aa").entropy)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "comity/entry-keys/1\n",
        "{head}\nx\n",
        "{head}\naa/{channel}/1 01 " + 32 * "0" + "\n",
        "{head}\naa/{other}/1 1 " + 32 * "0" + "\n",
    ],
)
def test_what_is_sealed_and_is_no_list_of_keys_is_refused(tmp_path: Path, text: str) -> None:
    """One spelling, to the last line."""
    world = make_world(tmp_path)
    node = world.node("aa")
    head = f"comity/entry-keys/1\n{world.channel}\naa"
    with node.store.read() as tx:
        loaded = trust.load(tx, world.channel)
    recipient = node.suite.recipient(loaded.keys("aa", 1).seal)
    other = world.channel.replace("/live", "/hotline")
    text = text.format(head=head, channel=world.channel, other=other)
    data = age.seal(text.encode(), [recipient], node.entropy)
    with making.refused("exchange.entry-keys.malformed"):
        entry_keys_file.take(node, data)


def test_a_wrong_key_is_left_and_one_for_later_is_said(tmp_path: Path) -> None:
    """A key opens its own entry or none, whoever gives it."""
    world = lost(tmp_path)
    replaced(world)
    aa, origin = world.node("aa"), world.origin("aa")
    lines = [
        entry_keys.HEADER,
        world.channel,
        "aa",
        f"{origin} {own(world).understood} {'0' * 32}",
        f"{origin} 999 {'0' * 32}",
        f"cc/{world.channel}/1 0 {'0' * 32}",
        "",
    ]
    with aa.store.read() as tx:
        loaded = trust.load(tx, world.channel)
    recipient = aa.suite.recipient(loaded.keys("aa", 3).seal)
    data = age.seal("\n".join(lines).encode(), [recipient], aa.entropy)
    assert entry_keys_file.take(aa, data) == Taken(world.channel, 0, 0, 2, 1)
