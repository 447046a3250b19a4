"""Pairing: three texts and a code that is read over the telephone.

    comity/pair-offer/1     {"arrangement":"…","commitment":"…","offerer":"aa",
                             "parties":["aa","bb"],"vocabulary":{"case":1,…}}
    comity/pair-accept/1    {"card":"…","nonce":"…","offer":"<sha256>","root":{…}}
    comity/pair-confirm/1   {"accepts":["…"],"card":"…","nonce":"…","offer":"…","root":{…}}

(a header line and one line of canonical JSON each; `card`, `offer` and `accepts` are whole
texts as strings.)  The offerer commits to their card and roots before they see the others';
each other party puts in a fresh nonce after; so one who sits between the parties and
replaces keys cannot aim at a code, and has one chance in 2^40.  With three or more
parties they could try one party's acceptance after they have seen another's, so the code is
twice as long there.  An offerer opens their commitment once, for one set of acceptances.

Source: protocol rule 3; Vaudenay, "Secure communications over insecure channels based on
short authenticated strings" (2005), section 4.
Floor: joint (pure).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.acts.vocabulary import OURS
from comity.joint.arrangement import arrangement as arrangements
from comity.joint.arrangement import card as cards
from comity.joint.arrangement import fields, signed
from comity.joint.arrangement.arrangement import Arrangement, PartyRoot
from comity.joint.arrangement.card import Card
from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_random_id
from comity.kernel.ijson import Json
from comity.tlog.note import Verifier

OFFER_HEADER: Final = "comity/pair-offer/1"
ACCEPT_HEADER: Final = "comity/pair-accept/1"
CONFIRM_HEADER: Final = "comity/pair-confirm/1"

NONCE_BYTES: Final = 32
HASH_BYTES: Final = 32
TEXT_BYTES_MAX: Final = 4 << 20
"""Of a confirmation of sixteen parties, whose largest cards stand in it as strings in strings: a
byte of a card is one to four of it."""

CODE_BYTES: Final = 5
"""40 bits for two parties; twice that for more."""

_COMMITMENT_LABEL: Final = b"comity/pair-commitment/1\n"
_CODE_LABEL: Final = b"comity/pair-code/1\n"
_CODE_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_GROUP_CHARS: Final = 4
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})

_OFFER_KEYS: Final = frozenset({"arrangement", "commitment", "offerer", "parties", "vocabulary"})
_ACCEPT_KEYS: Final = frozenset({"card", "nonce", "offer", "root"})
_CONFIRM_KEYS: Final = frozenset({"accepts", "card", "nonce", "offer", "root"})

type RootVerifiers = Callable[[str, bytes, bytes], tuple[Verifier, ...]]
"""`Suite.root_verifiers`: name, Ed25519 and ML-DSA-44 key to the two verifiers of a root."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The first text.

    Attributes:
        arrangement: its new id.
        parties: ids in the order to be fixed.
        offerer: one of them.
        commitment: SHA-256, see `commit`.
        vocabulary: `{room: version}` that pairing adopts.
    """

    arrangement: str
    parties: tuple[str, ...]
    offerer: str
    commitment: bytes
    vocabulary: Mapping[str, int] = field(default_factory=lambda: OURS.newest)


@dataclass(frozen=True, slots=True)
class Accept:
    """The second text, one of each other party.

    Attributes:
        offer_sha256: of the offer's text, 32 bytes.
        card: text of the party's first card.
        root: the party's root keys.
        nonce: 32 fresh bytes.
    """

    offer_sha256: bytes
    card: bytes
    root: PartyRoot
    nonce: bytes


@dataclass(frozen=True, slots=True)
class Confirm:
    """The third text: it holds the others, so it alone is what all parties compare.

    Attributes:
        offer: text of the offer.
        accepts: texts of the other parties, in the order of the parties.
        card: text of the offerer's first card.
        root: the offerer's root keys.
        nonce: opens the commitment.
    """

    offer: bytes
    accepts: tuple[bytes, ...]
    card: bytes
    root: PartyRoot
    nonce: bytes


@dataclass(frozen=True, slots=True)
class Pairing:
    """What a verified confirmation says, to be kept once the code was compared.

    Attributes:
        arrangement: parties and roots in order.
        cards: `{party: text}` of everyone's first card, verified.
        code: what all parties read to each other.
    """

    arrangement: Arrangement
    cards: Mapping[str, bytes]
    code: str


def commit(card: bytes, root: PartyRoot, nonce: bytes) -> bytes:
    """Return the commitment of an offerer: 32 bytes that tell nothing until opened."""
    assert len(nonce) == NONCE_BYTES
    parts = (_COMMITMENT_LABEL, nonce, root.root_ed25519, root.root_mldsa44, card)
    return hashlib.sha256(b"".join(parts)).digest()


def render_offer(offer: Offer) -> bytes:
    """Return the text of an offer."""
    value: Json = {
        "arrangement": offer.arrangement,
        "commitment": fields.base64_of(offer.commitment),
        "offerer": offer.offerer,
        "parties": list(offer.parties),
        "vocabulary": dict(offer.vocabulary),
    }
    return signed.render_body(OFFER_HEADER, value)


def parse_offer(text: bytes) -> Offer:
    """Read an offer.

    Raises:
        Fault: `arrangement.text.malformed`, `kernel.*.malformed`,
            `arrangement.pairing.vocabulary`.
    """
    raw = _object(OFFER_HEADER, text, _OFFER_KEYS)
    parties = fields.list_of(raw["parties"], "parties", limits.PARTIES_MAX)
    offer = Offer(
        arrangement=require_random_id(
            "arrangement", fields.text_of(raw["arrangement"], "arrangement")
        ),
        parties=arrangements.require_parties(
            tuple(fields.text_of(party, "party") for party in parties)
        ),
        offerer=fields.text_of(raw["offerer"], "offerer"),
        commitment=fields.bytes_of(raw["commitment"], "commitment", HASH_BYTES),
        vocabulary=fields.vocabulary_of(raw["vocabulary"]),
    )
    if offer.offerer not in offer.parties:
        raise fields.malformed("offerer", f"is {quoted(offer.offerer)}, who is not a party")
    known = OURS.newest
    newer = {
        room: version for room, version in offer.vocabulary.items() if version > known.get(room, 0)
    }
    if newer:
        named = ", ".join(f"{room} {version}" for room, version in sorted(newer.items()))
        raise Fault(
            code="arrangement.pairing.vocabulary",
            what=f"The offer names versions of rooms that this program does not know: {named}.",
            fix="Update this program, or ask for an offer without these rooms.",
        )
    return offer


def render_accept(accept: Accept) -> bytes:
    """Return the text of an acceptance."""
    value: Json = {
        "card": accept.card.decode(),
        "nonce": fields.base64_of(accept.nonce),
        "offer": fields.base64_of(accept.offer_sha256),
        "root": arrangements.root_to_json(accept.root),
    }
    return signed.render_body(ACCEPT_HEADER, value)


def parse_accept(text: bytes) -> Accept:
    """Read an acceptance.

    Raises:
        Fault: `arrangement.text.malformed`, `kernel.*.malformed`, `tlog.key.*`.
    """
    raw = _object(ACCEPT_HEADER, text, _ACCEPT_KEYS)
    return Accept(
        offer_sha256=fields.bytes_of(raw["offer"], "offer", HASH_BYTES),
        card=_text(raw["card"], "card"),
        root=arrangements.root_from_json(raw["root"]),
        nonce=fields.bytes_of(raw["nonce"], "nonce", NONCE_BYTES),
    )


def render_confirm(confirm: Confirm) -> bytes:
    """Return the text of a confirmation."""
    value: Json = {
        "accepts": [accept.decode() for accept in confirm.accepts],
        "card": confirm.card.decode(),
        "nonce": fields.base64_of(confirm.nonce),
        "offer": confirm.offer.decode(),
        "root": arrangements.root_to_json(confirm.root),
    }
    return signed.render_body(CONFIRM_HEADER, value)


def parse_confirm(text: bytes) -> Confirm:
    """Read a confirmation.

    Raises:
        Fault: `arrangement.text.malformed`, `kernel.*.malformed`, `tlog.key.*`.
    """
    raw = _object(CONFIRM_HEADER, text, _CONFIRM_KEYS)
    return Confirm(
        offer=_text(raw["offer"], "offer"),
        accepts=tuple(
            _text(accept, "accept")
            for accept in fields.list_of(raw["accepts"], "accepts", limits.PARTIES_MAX)
        ),
        card=_text(raw["card"], "card"),
        root=arrangements.root_from_json(raw["root"]),
        nonce=fields.bytes_of(raw["nonce"], "nonce", NONCE_BYTES),
    )


def verify_accept(offer: bytes, text: bytes, root_verifiers: RootVerifiers) -> Accept:
    """Return an acceptance that answers this offer and whose card its root has signed.

    Raises:
        Fault: as `parse_offer` and `parse_accept`; `arrangement.pairing.other-offer`,
            `arrangement.pairing.wrong-party`, `arrangement.card.*`, `tlog.note.*`.
    """
    accept = parse_accept(text)
    if accept.offer_sha256 != hashlib.sha256(offer).digest():
        raise Fault(
            code="arrangement.pairing.other-offer",
            what=f"The acceptance of {quoted(accept.root.party)} answers another offer.",
            fix="Send the offer to that party again and use the acceptance of this very file.",
        )
    parsed = parse_offer(offer)
    _verify_first_card(parsed, accept.card, accept.root, root_verifiers)
    if accept.root.party == parsed.offerer:
        raise _wrong_party(accept.root.party, "accepts its own offer")
    return accept


def verify_confirm(text: bytes, root_verifiers: RootVerifiers) -> Pairing:
    """Return what a confirmation says after checking all that it holds.

    Nothing is proven about who the parties are until the code was compared by voice.

    Raises:
        Fault: as `verify_accept`; `arrangement.pairing.commitment` if the opening is not of
            what was offered.
    """
    confirm = parse_confirm(text)
    offer = parse_offer(confirm.offer)
    _verify_first_card(offer, confirm.card, confirm.root, root_verifiers)
    if commit(confirm.card, confirm.root, confirm.nonce) != offer.commitment:
        raise Fault(
            code="arrangement.pairing.commitment",
            what=f"What {quoted(confirm.root.party)} confirms is not what it committed to.",
            fix="Stop, tell that party by telephone, and begin with a new offer.",
        )
    if confirm.root.party != offer.offerer:
        raise _wrong_party(confirm.root.party, "confirms an offer that it did not make")
    accepts = [verify_accept(confirm.offer, one, root_verifiers) for one in confirm.accepts]
    others = tuple(party for party in offer.parties if party != offer.offerer)
    if tuple(accept.root.party for accept in accepts) != others:
        raise _wrong_party(", ".join(accept.root.party for accept in accepts), "are not the others")
    roots = {root.party: root for root in (confirm.root, *(one.root for one in accepts))}
    texts = {one.root.party: one.card for one in accepts} | {offer.offerer: confirm.card}
    arrangement = Arrangement(
        offer.arrangement,
        tuple(roots[party] for party in offer.parties),
        offer.vocabulary,
    )
    return Pairing(
        arrangements.require_valid(arrangement),
        MappingProxyType({party: texts[party] for party in offer.parties}),
        code(text, len(offer.parties)),
    )


def code(confirm: bytes, party_count: int) -> str:
    """Return what all parties read to each other: `4K7M-W2XN`, twice as long for more than two.

    Args:
        confirm: the text, which holds the offer and every acceptance.
        party_count: 40 bits for two parties, 80 for more.
    """
    size_bytes = CODE_BYTES if party_count == limits.PARTIES_MIN else 2 * CODE_BYTES
    return spelled(hashlib.sha256(_CODE_LABEL + confirm).digest()[:size_bytes])


def spelled(data: bytes) -> str:
    """Return bytes as a code that is read aloud, five of them as `4K7M-W2XN`."""
    number = int.from_bytes(data, "big")
    symbols = [_CODE_ALPHABET[number >> shift & 31] for shift in range(8 * len(data) - 5, -5, -5)]
    groups = range(0, len(symbols), _CODE_GROUP_CHARS)
    return "-".join("".join(symbols[at : at + _CODE_GROUP_CHARS]) for at in groups)


def is_same_code(spoken: str, code: str) -> bool:
    """Return whether what was heard is the code: hyphens, case and O, I, L do not matter."""
    return spoken.strip().upper().translate(_MISREAD) == code.translate(_MISREAD)


def kind_of(text: bytes) -> str:
    """Return the header line of a pairing text, to tell which of the three it is.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    first = text.partition(b"\n")[0].decode("utf-8", "replace")
    if first not in (OFFER_HEADER, ACCEPT_HEADER, CONFIRM_HEADER):
        raise fields.malformed("header", f"is {quoted(first)}, not that of a pairing text")
    return first


def _verify_first_card(
    offer: Offer, text: bytes, root: PartyRoot, root_verifiers: RootVerifiers
) -> Card:
    if root.party not in offer.parties:
        raise _wrong_party(root.party, "is not a party of the offer")
    name = signed.root_name(root.party, offer.arrangement)
    card = cards.verify_card(text, root_verifiers(name, root.root_ed25519, root.root_mldsa44))
    if (card.party, card.arrangement) != (root.party, offer.arrangement):
        raise _wrong_party(card.party, "shows a card of another party or arrangement")
    return cards.require_successor((), card)


def _object(header: str, text: bytes, keys: frozenset[str]) -> dict[str, Json]:
    if len(text) > TEXT_BYTES_MAX:
        raise fields.malformed("size", f"is {len(text)} bytes, over {TEXT_BYTES_MAX}")
    return fields.object_of(signed.parse_body(header, text), "text", keys)


def _text(value: Json, field_name: str) -> bytes:
    return fields.text_of(value, field_name).encode()


def _wrong_party(party: str, why: str) -> Fault:
    return Fault(
        code="arrangement.pairing.wrong-party",
        what=f"In this pairing {quoted(party)} {why}.",
        fix="Check that each file came from the party it names, and begin again.",
    )
