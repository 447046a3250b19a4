"""The handshake: each side shows its cards and revocations, verified by themselves.

    POST /cards    sequence of uint32 length and text, both ways

Source: protocol rule 4.
Floor: node.
"""

from comity.kernel.fault import Fault
from comity.node import register_records
from comity.node.context import Node
from comity.node.exchange import bodies, register
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

    Raises:
        Fault: `exchange.bodies.malformed`, `arrangement.*`, `tlog.note.*`.
    """
    _keep(node, party, bodies.parse_batch(body))
    with node.store.read() as tx:
        texts = own_texts(tx, node.party, party)
    return Response(200, bodies.render_batch(texts), MEDIA_TYPE)


def shake_hands(node: Node, party: str) -> None:
    """Show this node's cards to a peer and keep those that it shows.

    Raises:
        Fault: `peer.*`; `exchange.peer.refused`.
    """
    with node.store.read() as tx:
        texts = own_texts(tx, node.party, party)
    body = bodies.render_batch(texts)
    answer = node.peers.call(party, Request("POST", "/cards", body, {"content-type": MEDIA_TYPE}))
    if answer.status != 200:  # noqa: PLR2004 -- HTTP OK
        raise Fault(
            code="exchange.peer.refused",
            what=f"{party} answered {answer.status} to this node's cards.",
            fix="Compare the cards on both sides with `comity key list`.",
        )
    _keep(node, party, bodies.parse_batch(answer.body))


def _keep(node: Node, party: str, texts: list[bytes]) -> None:
    """Keep texts that are new: in order, each in the arrangement that it names."""
    with node.store.read() as tx:
        shared = [a.id for a in register_records.arrangements(tx) if party in a.party_ids()]
        known = {text for a in shared for text in _texts_of(tx, a, party)}
    new = [text for text in texts if text not in known]
    if not new:
        return
    with node.store.write() as tx:
        for text in new:
            named = next((a for a in shared if a.encode() in text), None)
            if named is not None:
                register.keep_text(node, tx, named, party, text)


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
