"""Cards and generations of the own side: what its operator decides."""

from typing import Any

from tools.peer import revoke as revocations
from tools.peer import said, tree
from tools.peer.channel import Channel
from tools.peer.clock import now_ms
from tools.peer.history import History, newest
from tools.peer.log import Own
from tools.peer.node import Peer
from tools.peer.roll import BEGUN, ENTERED, REVOKED
from tools.peer.state import Request
from tools.peer.text import random_id, sha256

ACCEPTED = "exchange.generation-accepted/1"


def _register(channel: Channel, tag: str, codes: dict[str, str]) -> dict[str, Any]:
    """A register act (6.5.2)."""
    act = said.act(tag, random_id(now_ms()), {"id": channel.name, "kind": "channel"})
    return {**act, "codes": codes, "speaker": {"agency": "node", "office": ""}}


def _entering(peer: Peer, channel: Channel, tag: str, number: int, text: str) -> dict[str, Any]:
    """The act that enters a card or a revocation, with its text as a document."""
    stored = text.encode()
    name = sha256(stored).hex()
    peer.folder.keep_body(name, stored)
    act = _register(channel, tag, {"number": str(number)})
    role = "card" if tag == ENTERED else "revocation"
    document = {"media": "text/plain", "role": role, "sha256": name, "size": len(stored)}
    return {**act, "documents": [document]}


def rotate(peer: Peer) -> int:
    """Makes the next card, and enters it in each log (3.4.1)."""
    text = peer.keys.next_card(peer.own, now_ms())
    number = len(peer.own.cards)
    for channel in peer.channels.values():
        peer.append(channel, said.ACT, _entering(peer, channel, ENTERED, number, text))
    return number


def revoke(peer: Peer, card: int) -> revocations.Sizes:
    """Revokes an old card at what its keys signed and cosigned, and enters that in each log."""
    sizes = {}
    for channel in peer.channels.values():
        history = peer.understood(channel).history
        for own in channel.own_logs:
            sizes[own.origin] = _signed_by(peer, history, own, card)
        sizes |= {mirror.origin: mirror.cosigned for mirror in channel.mirrors}
    text = peer.keys.revocation(peer.own, peer.arrangement, card, sizes)
    number = len(peer.own.revocations)
    for channel in peer.channels.values():
        peer.append(channel, said.ACT, _entering(peer, channel, REVOKED, number, text))
    return sizes


def _signed_by(peer: Peer, history: History, own: Own, card: int) -> int:
    """The greatest size of a log that a card's keys signed."""
    ends = [
        index + 1
        for index, number in peer.own.entered(history.of(own.origin).entries)
        if number == card + 1
    ]
    return min([*ends, own.signed])


def begin(peer: Peer, channel: Channel, reason: str) -> dict[str, Any]:
    """Ends the own log and begins the next generation (9.4.2)."""
    own = channel.own
    heads = [own.head(own.signed), *([channel.shown] if channel.shown else [])]
    head = max(heads, key=lambda one: one.size)
    left = _left(peer, channel)
    held = newest(peer.understood(channel).history.logs, peer.party).entries[left:]
    codes = {
        "old-origin": own.origin,
        "old-size": str(head.size),
        "old-root": head.root.hex(),
        "lost": str(head.size - left),
        "reason": reason,
        "card": str(len(peer.own.cards)),
    }
    channel.begin()
    peer.append(channel, said.ACT, _register(channel, BEGUN, codes))
    again = [one.said for one in held if one.kind == said.ACT and one.counts and one.said]
    for act in again:
        _say_again(peer, channel, act)
    return {
        "origin": channel.own.origin,
        "entry": tree.root([tree.leaf(one) for one in channel.own.entries[:2]]).hex(),
        **codes,
    }


def _left(peer: Peer, channel: Channel) -> int:
    """How much of the own log is left: what a head covers that is kept with all of it (9.4.2)."""
    own = channel.own
    now = peer.understood(channel)
    theirs = newest(now.history.logs, peer.roll.party)
    known = max(now.covered(theirs, now.history.of(own.origin)), peer.cosigned(channel))
    kept = [size for size in own.sizes if size <= len(own.entries)]
    return min((size for size in kept if size >= known), default=max(kept, default=0))


def _say_again(peer: Peer, channel: Channel, act: dict[str, Any]) -> None:
    """Says an act again under its old id, if it would have effect (9.2.5, 9.4.7)."""
    if act["matter"]["kind"] == "channel":
        return
    index = len(channel.own.entries)
    peer.append(channel, said.ACT, act)
    if act["matter"]["kind"] != "request":
        return
    history = peer.understood(channel).history
    request = Request(
        history.matter("request", act["matter"]["id"]), history.saw, act["matter"]["id"]
    )
    if not request.has_effect(peer.party, act["id"]):
        channel.own.cut(index)
        del peer.opened[channel.own.origin, index]


def accept(peer: Peer, channel: Channel, origin: str, heard: str) -> int:
    """Accepts a generation of the other side, whose hash was compared by voice (9.4.4)."""
    channel.accept(origin, heard)
    codes = {"origin": origin, "entry": heard}
    return peer.append(channel, said.ACT, _register(channel, ACCEPTED, codes))
