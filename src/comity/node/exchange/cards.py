"""The handshake: each side shows its cards and revocations, verified by themselves.

    POST /cards    sequence of uint32 length and text, both ways

Source: protocol rule 4.
Floor: node.
"""

from functools import lru_cache

from comity.joint.arrangement import card as card_texts
from comity.joint.arrangement import revocation as revocation_texts
from comity.joint.arrangement.revocation import Revocation
from comity.kernel.fault import Fault
from comity.node import register_records
from comity.node.context import Node
from comity.node.exchange import bodies, register, revoked, send
from comity.node.ports import Request, Response, Tx

MEDIA_TYPE = "application/octet-stream"


def own_texts(tx: Tx, own_party: str, party: str) -> list[bytes]:
    """Return this node's cards and revocations in the arrangements it shares with a party."""
    texts: list[bytes] = []
    for arrangement in register_records.arrangements(tx):
        if party not in arrangement.party_ids():
            continue
        for number in register_records.cards(tx, arrangement.id, own_party):
            text = register_records.card_text(tx, arrangement.id, own_party, number)
            texts += [text] if text else []
        prefix = f"{arrangement.id}/{own_party}/"
        texts += [
            str(text).encode()
            for key, text in tx.records("revocation").items()
            if key.startswith(prefix)
        ]
    return texts


def receive(node: Node, party: str, body: bytes) -> Response:
    """Keep what a peer shows of itself; answer with what this node shows.

    The answer holds the peer's own texts too, so that a restored home, which lost its newest
    card, does not make another of the same number.

    Raises:
        Fault: `exchange.bodies.malformed`, `arrangement.*`, `tlog.note.*`.
    """
    _keep(node, party, [(party, text) for text in bodies.parse_batch(body)])
    with node.store.read() as tx:
        texts = own_texts(tx, node.party, party) + own_texts(tx, party, node.party)
    return Response(200, bodies.render_batch(texts), MEDIA_TYPE)


def shake_hands(node: Node, party: str) -> None:
    """Show this node's cards to a peer; keep those that it shows, and own ones that it kept.

    Raises:
        Fault: `peer.*`; `exchange.peer.refused`.
    """
    with node.store.read() as tx:
        texts = own_texts(tx, node.party, party)
    body = bodies.render_batch(texts)
    answer = node.peers.call(party, Request("POST", "/cards", body, {"content-type": MEDIA_TYPE}))
    shown = bodies.parse_batch(send.expect(answer, party).body)
    own = [text for text in shown if _owner(text) == node.party]
    _keep(node, party, [(party, text) for text in shown if text not in own])
    try:
        _keep(node, party, [(node.party, text) for text in own])
    except Fault as fault:
        node.alarms.raise_alarm("exchange.card.refused", f"{party} kept of us: {fault.what}")


@lru_cache(maxsize=64)
def _owner(text: bytes) -> str:
    """Return the party that a card or revocation names, or "" if it is neither.

    A peer shows the same ones each time.
    """
    try:
        if text.startswith(card_texts.HEADER.encode()):
            return card_texts.parse(text).party
        return revocation_texts.parse(text).party
    except Fault:
        return ""


def _keep(node: Node, party: str, texts: list[tuple[str, bytes]]) -> None:
    """Keep texts that are new: in order, each in the arrangement that it names.

    One that is refused keeps no other from being kept: each is good by itself, and behind a card
    that this node holds in another text may stand what revokes stolen keys.

    Args:
        node: ours.
        party: who shows them.
        texts: whose each is, and the text; only of that party or of this node.

    Raises:
        Fault: that of the first text that is refused.
    """
    with node.store.read() as tx:
        shared = [a.id for a in register_records.arrangements(tx) if party in a.party_ids()]
        known = {
            text
            for arrangement in shared
            for owner in (party, node.party)
            for text in _texts_of(tx, arrangement, owner)
        }
    said: dict[tuple[str, str], list[Revocation]] = {}
    refused: list[Fault] = []
    try:
        for owner, text in texts:
            named = next((a for a in shared if a.encode() in text), None)
            if text in known or named is None:
                continue
            own = node.party if owner == node.party else party
            try:
                with node.store.write() as tx:  # one each: none holds up others for longer
                    new = register.keep_text(node, tx, named, own, text)
            except Fault as fault:
                if fault.code.startswith("node."):
                    raise  # of this machine
                refused.append(fault)
                continue
            said.setdefault((named, own), []).extend(new)
    finally:
        # A crash before this loses the alarm: `revoked.standing` says it all the same.
        for revocations in said.values():
            with node.store.read() as tx:
                revoked.tell(node, tx, revocations)
    if refused:
        raise refused[0]


def _texts_of(tx: Tx, arrangement_id: str, party: str) -> list[bytes]:
    numbers = register_records.cards(tx, arrangement_id, party)
    texts = [register_records.card_text(tx, arrangement_id, party, n) for n in numbers]
    prefix = f"{arrangement_id}/{party}/"
    revoked = [
        str(text).encode()
        for key, text in tx.records("revocation").items()
        if key.startswith(prefix)
    ]
    return [text for text in texts if text] + revoked
