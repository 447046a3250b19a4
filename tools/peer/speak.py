"""What a person has the peer say and show, one object at a time."""

from collections.abc import Callable
from typing import Any

from tools.peer import said, seal, tend
from tools.peer.channel import Channel
from tools.peer.clock import now_ms
from tools.peer.history import History
from tools.peer.node import Peer
from tools.peer.rooms import folded
from tools.peer.text import Json, Malformed, b64, canonical, random_id, read, sha256

type Asked = dict[str, Any]


def do(peer: Peer, asked: Asked) -> dict[str, Any]:
    """Does what one line of standard input asks."""
    channel = peer.channels[asked.get("channel", "live")]
    try:
        return DOES[asked["do"]](peer, channel, asked)
    except Malformed as problem:
        return {"error": str(problem)}


def _list(peer: Peer, channel: Channel, _: Asked) -> dict[str, Any]:
    """Sizes, by which cards the other side's heads were signed, and the acts that count."""
    now = peer.understood(channel)
    history = now.history
    entries = [entry for log in history.logs for entry in log.entries]
    return {
        "own": len(channel.own.entries),
        "origin": channel.own.origin,
        "signed_by": [max(one) for _, one in sorted(channel.mirror.signed_by.items())],
        "cosigned": peer.cosigned(channel),
        "cosigned_by": sorted(channel.own.by),
        "mirrored": channel.mirror.cosigned,
        "understood": {log.origin: len(log.entries) for log in history.logs},
        "left": {log.origin: log.left for log in history.logs if log.left is not None},
        "doubted": peer.doubted(channel),
        "shown": channel.shown.size if channel.shown else 0,
        "offered": channel.offered,
        "revoked": {roll.party: sorted(roll.revoked) for roll in peer.rolls.values()},
        "turned_away": peer.turned_away,
        "void": [entry.index for entry in entries if entry.void],
        "foreign": [entry.foreign for entry in entries if entry.foreign],
        "acts": [
            {"party": one.party, "index": one.index, "said": one.said} for one in history.acts()
        ],
    }


def _show(peer: Peer, channel: Channel, asked: Asked) -> dict[str, Any]:
    """The state of a matter, its digest, what its bodies say, and the SHA-256 of its files."""
    matter, kind = asked["matter"], asked.get("kind", "request")
    now = peer.understood(channel)
    acts = now.history.matter(kind, matter)
    if not acts:
        return {"state": None, "digest": None, "bodies": []}
    state = folded((kind, matter), acts, now.history.saw, [*now.history.places])
    bodies = []
    for entry in acts:
        for blob in (entry.said or {})["blobs"]:
            plain = peer.plain(blob)
            if plain is None:
                continue
            is_text = blob["role"] in {"elements", "texts"}
            says = read(plain.decode()) if is_text else sha256(plain).hex()
            bodies.append({"act": (entry.said or {})["id"], "role": blob["role"], "says": says})
    return {"state": state.whole(), "digest": state.digest(), "bodies": bodies}


def _answering(peer: Peer, channel: Channel, tag: str, asked: Asked) -> dict[str, Any]:
    """An act of the addressee on a request, that answers the submission."""
    submission = _submission(peer.understood(channel).history, asked["matter"])
    act = said.act(tag, random_id(now_ms()), submission["matter"])
    act["answers"] = submission["id"]
    act["codes"] = {"own-reference": asked["reference"]}
    act["release"] = sha256(random_id().encode()).hex()
    act["speaker"] = {"agency": asked["agency"], "office": ""}
    act["to"] = [{"agency": "", "office": "", "party": peer.roll.party}]
    return act


def _submission(history: History, matter: str) -> dict[str, Any]:
    for one in history.matter("request", matter):
        if one.said is not None and one.said["tag"] == "request.submitted/1":
            return one.said
    raise Malformed("there is no such request")


def _blob(peer: Peer, role: str, value: Json) -> dict[str, Any]:
    """Seals and keeps a body of JSON, and gives what an act names of it (6.4.1)."""
    key, stored = seal.seal_blob(canonical(value).encode())
    name = sha256(stored).hex()
    peer.folder.keep_body(name, stored)
    return {
        "key": b64(key),
        "mark": "TLP:AMBER",
        "media": "application/json",
        "need": "needed",
        "role": role,
        "sha256": name,
        "size": len(stored),
    }


def _acknowledge(peer: Peer, channel: Channel, asked: Asked) -> dict[str, Any]:
    act = _answering(peer, channel, "request.acknowledged/1", asked)
    return _say(peer, channel, act, asked)


def _answer(peer: Peer, channel: Channel, asked: Asked) -> dict[str, Any]:
    """An answer to some items, with what it gives of each and words to it."""
    act = _answering(peer, channel, "request.answered/1", asked)
    act["items"] = list(asked["items"])
    elements = {"attachments": [], "elements": {}, "items": asked["items"]}
    act["blobs"] = [_blob(peer, "elements", elements), _blob(peer, "texts", asked["texts"])]
    return _say(peer, channel, act, asked)


def _say(peer: Peer, channel: Channel, act: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """Says an act; with `spoil` under a key entry that is junk to the other side."""
    index = peer.append(channel, said.ACT, act, spoils=bool(asked.get("spoil")))
    return {"act": act["id"], "log": channel.own.origin, "index": index}


def _rotate(peer: Peer, _: Channel, __: Asked) -> dict[str, Any]:
    return {"card": tend.rotate(peer)}


def _revoke(peer: Peer, _: Channel, asked: Asked) -> dict[str, Any]:
    return {"sizes": tend.revoke(peer, asked["card"])}


def _begin(peer: Peer, channel: Channel, asked: Asked) -> dict[str, Any]:
    return tend.begin(peer, channel, asked["reason"])


def _accept(peer: Peer, channel: Channel, asked: Asked) -> dict[str, Any]:
    return {"index": tend.accept(peer, channel, asked["origin"], asked["entry"])}


def _blind(peer: Peer, channel: Channel, _: Asked) -> dict[str, Any]:
    """Calls void, in its next receipt, an act of the other side that is not."""
    peer.folder.put("blind.json", {"origin": channel.mirror.origin})
    return {"origin": channel.mirror.origin}


DOES: dict[str, Callable[[Peer, Channel, Asked], dict[str, Any]]] = {
    "list": _list,
    "show": _show,
    "acknowledge": _acknowledge,
    "answer": _answer,
    "rotate": _rotate,
    "revoke": _revoke,
    "begin": _begin,
    "accept": _accept,
    "blind": _blind,
}
