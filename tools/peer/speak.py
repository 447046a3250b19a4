"""What a person has the peer say and show, one object at a time."""

from typing import Any

from tools.peer import said, seal
from tools.peer.clock import now_ms
from tools.peer.history import Entry
from tools.peer.node import Channel, Peer
from tools.peer.state import Request
from tools.peer.text import Json, b64, canonical, random_id, read, sha256, unb64


def do(peer: Peer, asked: dict[str, Any]) -> dict[str, Any]:
    """Does what one line of standard input asks."""
    channel = peer.channels[asked.get("channel", "live")]
    if asked["do"] == "list":
        return _list(peer, channel)
    if asked["do"] == "show":
        return _show(peer, channel, asked["matter"])
    if asked["do"] == "acknowledge":
        act = _answering(peer, channel, "request.acknowledged/1", asked)
        return _say(peer, channel, act)
    if asked["do"] == "answer":
        return _answer(peer, channel, asked)
    return {"error": f"no such thing to do: {asked['do']}"}


def _acts(peer: Peer, channel: Channel) -> list[Entry]:
    history = peer.history(channel)
    return [
        entry
        for log in history.logs.values()
        for entry in log.entries
        if entry.kind == said.ACT and entry.counts
    ]


def _list(peer: Peer, channel: Channel) -> dict[str, Any]:
    """Sizes, by which cards the other side's heads were signed, and the acts that count."""
    return {
        "own": len(channel.own.entries),
        "signed_by": [*channel.mirror.state.get("signed_by", {}).values()],
        "cosigned": channel.own.cosigned,
        "mirrored": int(channel.mirror.state.get("cosigned", 0)),
        "unread": [entry.unread for log in channel.read.values() for entry in log if entry.unread],
        "foreign": [one.foreign for log in channel.read.values() for one in log if one.foreign],
        "acts": [
            {"party": one.party, "index": one.index, "said": one.said}
            for one in _acts(peer, channel)
        ],
    }


def _show(peer: Peer, channel: Channel, matter: str) -> dict[str, Any]:
    """The state of a request, its digest, what its bodies say, and the SHA-256 of its files."""
    history = peer.history(channel)
    request = Request(history.matter(matter), history.saw, matter)
    bodies = []
    for entry in _acts(peer, channel):
        if entry.said is None or entry.said["matter"]["id"] != matter:
            continue
        for blob in entry.said["blobs"]:
            stored = peer.folder.body(blob["sha256"])
            if stored is None:
                continue
            plain = seal.unseal_blob(unb64(blob["key"]), stored)
            is_text = blob["role"] in {"elements", "texts"}
            says = read(plain.decode()) if is_text else sha256(plain).hex()
            bodies.append({"act": entry.said["id"], "role": blob["role"], "says": says})
    return {"state": request.whole(), "digest": request.digest(), "bodies": bodies}


def _answering(peer: Peer, channel: Channel, tag: str, asked: dict[str, Any]) -> dict[str, Any]:
    """An act of the addressee on a request, that answers the submission."""
    submission = next(
        one.said
        for one in _acts(peer, channel)
        if one.said is not None
        and one.said["matter"]["id"] == asked["matter"]
        and one.said["tag"] == "request.submitted/1"
    )
    act = said.act(tag, random_id(now_ms()), submission["matter"])
    act["answers"] = submission["id"]
    act["codes"] = {"own-reference": asked["reference"]}
    act["release"] = sha256(random_id().encode()).hex()
    act["speaker"] = {"agency": asked["agency"], "office": ""}
    act["to"] = [{"agency": "", "office": "", "party": peer.roll.party}]
    return act


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


def _answer(peer: Peer, channel: Channel, asked: dict[str, Any]) -> dict[str, Any]:
    """An answer to some items, with what it gives of each and words to it."""
    act = _answering(peer, channel, "request.answered/1", asked)
    act["items"] = list(asked["items"])
    elements = {"attachments": [], "elements": {}, "items": asked["items"]}
    act["blobs"] = [_blob(peer, "elements", elements), _blob(peer, "texts", asked["texts"])]
    return _say(peer, channel, act)


def _say(peer: Peer, channel: Channel, act: dict[str, Any]) -> dict[str, Any]:
    index = peer.append(channel, said.ACT, act)
    return {"act": act["id"], "log": channel.own.origin, "index": index}
