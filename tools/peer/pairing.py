"""Pairing: an offer, acceptances, a confirmation and a code (arrangement 3.5)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tools.peer import card as cards
from tools.peer import note
from tools.peer.text import (
    Malformed,
    b64,
    headed,
    random_id,
    read_headed,
    sha256,
    unb64,
)

OFFER = "comity/pair-offer/1"
ACCEPT = "comity/pair-accept/1"
CONFIRM = "comity/pair-confirm/1"
VOCABULARY = {"arrangement": 1, "case": 2, "exchange": 1, "guideline": 1, "request": 3, "review": 1}
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


type Maker = Callable[[str], tuple[dict[str, str], str]]


@dataclass(frozen=True)
class Arrangement:
    """What every party holds afterwards (3.5.11): parties in order, roots and first cards."""

    id: str
    parties: list[str]
    cards: dict[str, cards.Card]
    texts: dict[str, str]
    roots: dict[str, note.Public]


def _root(party: str, keys: note.Public) -> dict[str, str]:
    return {"ed25519": b64(keys.ed25519), "mldsa44": b64(keys.mldsa44), "party": party}


def _public(root: dict[str, str]) -> note.Public:
    return note.Public(unb64(root["ed25519"], 32), unb64(root["mldsa44"], 1312))


def _commitment(nonce: bytes, root: note.Public, card: str) -> bytes:
    opened = nonce + root.ed25519 + root.mldsa44 + card.encode()
    return sha256(b"comity/pair-commitment/1\n" + opened)


def read_offer(text: str) -> dict[str, Any]:
    """An offer; whoever knows less of a room cannot accept it (3.5.2)."""
    fields = {"arrangement", "commitment", "offerer", "parties", "vocabulary"}
    offer = read_headed(text, OFFER, fields)
    unb64(offer["commitment"], 32)
    parties = offer["parties"]
    if offer["offerer"] not in parties or not 1 < len(set(parties)) == len(parties):
        raise Malformed("an offer names at least two parties, each once (3.1.1)")
    known = offer["vocabulary"]
    if any(version > VOCABULARY.get(room, 0) for room, version in known.items()):
        raise Malformed("a version of a room that this program does not know (3.5.2)")
    return offer


def offer(own: str, others: list[str], make: Maker) -> dict[str, str]:
    """A new offer, with the secrets that open it; `make` makes keys and card of an arrangement."""
    arrangement, nonce = random_id(), secrets.token_bytes(32)
    seeds, card = make(arrangement)
    committed = _commitment(nonce, cards.root_of(seeds).public, card)
    said = {
        "arrangement": arrangement,
        "commitment": b64(committed),
        "offerer": own,
        "parties": [own, *others],
        "vocabulary": VOCABULARY,
    }
    return {"offer": headed(OFFER, said), "card": card, "nonce": b64(nonce), **seeds}


def accept(own: str, text: str, card: str, root: note.Public) -> str:
    """The acceptance of an offer (3.5.4)."""
    said = {
        "card": card,
        "nonce": b64(secrets.token_bytes(32)),
        "offer": b64(sha256(text.encode())),
        "root": _root(own, root),
    }
    return headed(ACCEPT, said)


def confirm(own: str, made: dict[str, str], accepts: list[str]) -> str:
    """The confirmation of an offerer (3.5.5)."""
    said = {
        "accepts": accepts,
        "card": made["card"],
        "nonce": made["nonce"],
        "offer": made["offer"],
        "root": _root(own, cards.root_of(made).public),
    }
    return headed(CONFIRM, said)


def read_confirmation(text: str) -> Arrangement:
    """Everything that 3.5.6 has a reader check."""
    said = read_headed(text, CONFIRM, {"accepts", "card", "nonce", "offer", "root"})
    agreed = read_offer(said["offer"])
    offerer = agreed["offerer"]
    others = [one for one in agreed["parties"] if one != offerer]
    told = {offerer: (said["card"], said["root"])}
    for one, other in zip(said["accepts"], others, strict=False):
        accepted = read_headed(one, ACCEPT, {"card", "nonce", "offer", "root"})
        if unb64(accepted["offer"], 32) != sha256(said["offer"].encode()):
            raise Malformed("an acceptance of another offer")
        if accepted["root"]["party"] != other:
            raise Malformed("not the acceptances of the others, in their order (3.5.5)")
        told[other] = (accepted["card"], accepted["root"])
    if len(said["accepts"]) != len(others):
        raise Malformed("not one acceptance of each other party (3.5.6)")
    opened = _commitment(unb64(said["nonce"], 32), _public(said["root"]), said["card"])
    if opened != unb64(agreed["commitment"], 32):
        raise Malformed("the opening does not fit the commitment")
    kept = {
        party: cards.read(card, party, agreed["arrangement"], _public(root))
        for party, (card, root) in told.items()
    }
    if any(card.number != 1 for card in kept.values()):
        raise Malformed("a first card has number 1")
    texts = {party: card for party, (card, _) in told.items()}
    roots = {party: _public(root) for party, (_, root) in told.items()}
    return Arrangement(agreed["arrangement"], agreed["parties"], kept, texts, roots)


def code(text: str) -> str:
    """The code of two parties, as it is read aloud (3.5.9)."""
    bits = int.from_bytes(sha256(b"comity/pair-code/1\n" + text.encode())[:5])
    spelled = "".join(ALPHABET[bits >> 35 - 5 * at & 31] for at in range(8))
    return f"{spelled[:4]}-{spelled[4:]}"


def heard(spoken: str) -> str:
    """A code as it was heard, in the spelling of 3.5.9 without hyphens (3.5.10)."""
    plain = spoken.upper().replace("-", "").replace(" ", "")
    return plain.replace("O", "0").replace("I", "1").replace("L", "1")


def fingerprint(root: dict[str, str]) -> str:
    """A root's fingerprint, as it is printed (3.2.6)."""
    keys = _public(root)
    digits = sha256(b"comity/root/1\n" + keys.ed25519 + keys.mldsa44).hex()
    return " ".join(digits[at : at + 4] for at in range(0, 64, 4))


def parts(text: str) -> list[str]:
    """The offer and the acceptances that stand in a confirmation."""
    said = read_headed(text, CONFIRM, {"accepts", "card", "nonce", "offer", "root"})
    return [said["offer"], *said["accepts"]]
