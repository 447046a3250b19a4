"""The State that was written from docs/spec alone holds a party to its revocations."""

from pathlib import Path

import pytest

from tools.peer import card as cards
from tools.peer import note, pairing, tend
from tools.peer.node import Peer
from tools.peer.store import Folder
from tools.peer.text import Malformed, b64, read

NOW_MS = 1_800_000_000_000


def _made(party: str, arrangement: str) -> tuple[dict[str, str], str]:
    seeds, endpoint = cards.new_seeds(), f"https://{party}.example"
    tls, _ = cards.certificate(party, endpoint, NOW_MS)
    about = {"agencies": [], "arrangement": arrangement, "endpoint": endpoint, "tls": b64(tls)}
    return seeds, cards.make(seeds, {**about, "names": {"en": party}, "party": party}, NOW_MS)


def two(folder: Path) -> tuple[Peer, Peer]:
    """Pair two of them."""
    offered = pairing.offer("aa", ["bb"], lambda arrangement: _made("aa", arrangement))
    text = offered["offer"]
    seeds, card = _made("bb", read(text.split("\n")[1])["arrangement"])
    accepted = pairing.accept("bb", text, card, cards.root_of(seeds).public)
    confirmed = pairing.confirm("aa", offered, [accepted])
    for party, secret in (("aa", offered), ("bb", seeds)):
        kept = {"party": party, "seeds": secret, "confirmation": confirmed, "kept": True}
        Folder(folder / party).put("pairing.json", kept)
    return Peer(folder / "aa"), Peer(folder / "bb")


def show(one: Peer, other: Peer) -> None:
    """Show cards and revocations."""
    for text in one.own.every():
        other.roll.take(text)


def test_the_keys_of_a_revoked_card_cover_no_more_than_was_said(tmp_path: Path) -> None:
    """Heads and cosignatures up to the size stand, whoever made them; greater ones are refused."""
    aa, bb = two(tmp_path)
    log, keys = aa.channels["live"].own, [aa.keys.of(1, "live")]
    tend.rotate(aa)
    keys.append(aa.keys.of(2, "live"))
    small = log.sign(keys[0].log, 1, 1)
    name, theirs = aa.channels["live"].cosigns_as, bb.channels["live"].own
    tend.rotate(bb)
    head = theirs.head()
    lines = [note.cosign(one.mirror, name, head, 1) for one in keys]
    show(aa, bb)
    assert bb.roll.cosignature(lines[0], head, "live", []) == (1, 1)
    tend.revoke(aa, 1)
    show(aa, bb)
    great = [note.sign_head(one.log, log.head(2), 1) for one in keys]
    assert bb.roll.head(small, "live", [])[1] == 1
    with pytest.raises(Malformed):
        bb.roll.head(great[0], "live", [])
    assert bb.roll.head(great[1], "live", [])[1] == 2
    with pytest.raises(Malformed):
        bb.roll.cosignature(lines[0], head, "live", [])
    assert bb.roll.cosignature(lines[1], head, "live", []) == (1, 2)


def test_what_was_believed_on_the_word_of_a_revoked_card_is_told(tmp_path: Path) -> None:
    """It stands no more as signed for, until a key that counts has signed as much (3.6.3)."""
    aa, bb = two(tmp_path)
    tend.rotate(bb)
    channel, head = bb.channels["live"], bb.channels["live"].own.head()
    signed = channel.own.sign(bb.keys.of(1, "live").log, 1, 1)
    channel.own.take(signed, "lines", 1, 1)
    assert (bb.cosigned(channel), bb.doubted(channel)) == (1, {})
    tend.rotate(aa)
    tend.revoke(aa, 1)
    show(aa, bb)
    assert (bb.cosigned(channel), bb.doubted(channel)) == (0, {head.origin: [0, 1]})
    channel.own.take(signed, "lines", 2, 2)
    assert (bb.cosigned(channel), bb.doubted(channel)) == (1, {})
