"""The handshake: each side shows its cards and revocations, verified by themselves.

    POST /cards    sequence of uint32 length and text, both ways
                   comity-cards: others    the answer has those of the other parties as well

A party may be out of reach of some, or show them nothing: what it said to others is signed by keys
of a card that these have.

Source: docs/spec/wire.md 7.5.6; protocol rule 4.
Floor: node.
"""

from functools import lru_cache
from typing import Final

from comity.joint.arrangement import card as card_texts
from comity.joint.arrangement import revocation as revocation_texts
from comity.joint.arrangement.revocation import Revocation
from comity.kernel.fault import Fault
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Request, Response, Tx
from comity.node.exchange import blobs, excuse, register, revocation, send

MEDIA_TYPE = "application/octet-stream"

SHOWN: Final = "comity-cards"
"""Header of a POST: whose texts are asked for beside those of the two."""

OTHERS: Final = "others"
"""Its value."""

REFUSED: Final = "exchange.card.refused"


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


def receive(node: Node, party: str, body: bytes, *, asks: bool = False) -> Response:
    """Keep what a peer shows of itself; answer with what this node shows.

    The answer holds the peer's own texts too, so that a restored home, which lost its newest
    card, does not make another of the same number; and if it asks, those of the other parties.

    Raises:
        Fault: `exchange.bodies.malformed`, `arrangement.*`, `tlog.note.*`.
    """
    _keep(node, party, [(party, text) for text in blobs.parse_batch(body)])
    with node.store.read() as tx:
        texts = own_texts(tx, node.party, party) + own_texts(tx, party, node.party)
        for other in _others(tx, node.party, party) if asks else ():
            texts += own_texts(tx, other, party)
    return Response(200, blobs.render_batch(texts), MEDIA_TYPE)


def _others(tx: Tx, own_party: str, party: str) -> list[str]:
    """Return the parties beside these two in the arrangements that they share."""
    shared = [a.party_ids() for a in register_records.arrangements(tx) if party in a.party_ids()]
    return sorted({other for parties in shared for other in parties} - {own_party, party})


def shake_hands(node: Node, party: str) -> None:
    """Show this node's cards to a peer; keep those that it shows, own ones and others' too.

    Raises:
        Fault: `peer.*`; `exchange.peer.refused`.
    """
    with node.store.read() as tx:
        texts = own_texts(tx, node.party, party)
        kept_too = [node.party, *_others(tx, node.party, party)]
    headers = {"content-type": MEDIA_TYPE, SHOWN: OTHERS}
    answer = node.peers.call(party, Request("POST", "/cards", blobs.render_batch(texts), headers))
    shown = [(_owner(text), text) for text in blobs.parse_batch(send.expect(answer, party).body)]
    _keep(node, party, [(party, text) for owner, text in shown if owner not in kept_too])
    for kept in kept_too:
        try:
            _keep(node, party, [(owner, text) for owner, text in shown if owner == kept])
        except Fault as fault:
            of = "kept of us" if kept == node.party else f"showed of {kept}"
            node.alarms.raise_alarm(REFUSED, f"{party} {of}: {fault.what}")


@lru_cache(maxsize=2_048)
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
        texts: whose each is, by whose root it is verified, and the text.

    Raises:
        Fault: that of the first text that is refused.
    """
    with node.store.read() as tx:
        shared = [a.id for a in register_records.arrangements(tx) if party in a.party_ids()]
        known = {
            text
            for arrangement in shared
            for owner in {owner for owner, _ in texts}
            for text in _texts_of(tx, arrangement, owner)
        }
    said: dict[tuple[str, str], list[Revocation]] = {}
    refused: list[Fault] = []
    try:
        for owner, text in texts:
            named = next((a for a in shared if a.encode() in text), None)
            if text in known or named is None:
                continue
            try:
                with node.store.write() as tx:  # one each: none holds up others for longer
                    new = register.keep_text(node, tx, named, owner, text)
            except Fault as fault:
                if fault.code.startswith(excuse.OF_THIS_MACHINE):
                    raise
                refused.append(fault)
                continue
            said.setdefault((named, owner), []).extend(new)
    finally:
        # A crash before this loses the alarm: `revocation.standing` says it all the same.
        for revocations in said.values():
            with node.store.read() as tx:
                revocation.tell(node, tx, revocations)
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
