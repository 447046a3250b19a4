"""A revocation: which keys of a party count no longer, and up to where they did.

    comity/revocation/1
    {"arrangement":"…","number":1,"party":"…",
     "revoked":[{"card":1,"sizes":{"<origin>":17}}]}

For every log of the arrangement it gives the last size that a key of that card may cover:
of the party's own logs its log key, of other logs its mirror key.  A log that is not named
was never signed or cosigned with it.  It is decidable by size alone, whenever it arrives.

Source: protocol rule 4.
Floor: joint (pure).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.joint.arrangement import fields, signed
from comity.joint.arrangement.arrangement import parse_origin
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_name, require_random_id
from comity.kernel.ijson import Json
from comity.tlog.note import Signer, Verifier

HEADER: Final = "comity/revocation/1"

_KEYS: Final = frozenset({"arrangement", "number", "party", "revoked"})
_REVOKED_KEYS: Final = frozenset({"card", "sizes"})


@dataclass(frozen=True, slots=True)
class Revocation:
    """Which keys count no longer.

    Attributes:
        arrangement: id of the arrangement.
        party: whose keys they are.
        number: 1 for the party's first revocation, then one more each.
        revoked: `{card number: {origin: last size}}`.
    """

    arrangement: str
    party: str
    number: int
    revoked: Mapping[int, Mapping[str, int]]


def sign(revocation: Revocation, signers: Sequence[Signer]) -> bytes:
    """Return the text of a revocation, signed by the two root keys (kinds 0x01 and 0xff).

    Raises:
        Fault: as `parse`.
    """
    require_valid(revocation)
    name = signed.root_name(revocation.party, revocation.arrangement)
    assert all(signer.name == name for signer in signers)
    return signed.sign(HEADER, to_json(revocation), signers)


def parse(text: bytes) -> Revocation:
    """Read a revocation.  It is not verified: see `verify_revocation`.

    Raises:
        Fault: `arrangement.text.malformed`, `arrangement.text.wrong-root`,
            `arrangement.origin.malformed`, `tlog.note.*`, `kernel.*.malformed`.
    """
    value, name = signed.parse(HEADER, text)
    revocation = from_json(value)
    signed.require_root_name(name, revocation.party, revocation.arrangement)
    return revocation


def verify_revocation(text: bytes, verifiers: Sequence[Verifier]) -> Revocation:
    """Read a revocation and verify both signatures of its root.

    Raises:
        Fault: as `parse`, and `tlog.note.bad-signature`, `tlog.note.unknown-keys`,
            `tlog.note.missing-signature`.
    """
    revocation = parse(text)
    signed.verify(text, verifiers)
    return revocation


def to_json(revocation: Revocation) -> Json:
    """Return the revocation as the JSON value of its text."""
    return {
        "arrangement": revocation.arrangement,
        "number": revocation.number,
        "party": revocation.party,
        "revoked": [
            {"card": card, "sizes": dict(sizes)}
            for card, sizes in sorted(revocation.revoked.items())
        ],
    }


def from_json(value: Json) -> Revocation:
    """Read the JSON value of a revocation.

    Raises:
        Fault: as `parse`.
    """
    raw = fields.object_of(value, "revocation", _KEYS)
    revoked: dict[int, Mapping[str, int]] = {}
    for item in fields.list_of(raw["revoked"], "revoked"):
        entry = fields.object_of(item, "revoked", _REVOKED_KEYS)
        card = fields.number_of(entry["card"], "card", 1)
        if revoked and card <= max(revoked):
            raise fields.malformed("revoked", f"has card {card} out of order")
        sizes = entry["sizes"]
        if not isinstance(sizes, dict):
            raise fields.malformed("sizes", f"are {quoted(sizes)}, not an object")
        revoked[card] = MappingProxyType(
            {origin: fields.number_of(size, "size") for origin, size in sizes.items()}
        )
    return require_valid(
        Revocation(
            arrangement=fields.text_of(raw["arrangement"], "arrangement"),
            party=fields.text_of(raw["party"], "party"),
            number=fields.number_of(raw["number"], "number", 1),
            revoked=MappingProxyType(revoked),
        )
    )


def require_valid(revocation: Revocation) -> Revocation:
    """Return the revocation if each field is acceptable by itself.

    Raises:
        Fault: `kernel.id.malformed`, `arrangement.text.malformed`,
            `arrangement.origin.malformed`.
    """
    require_random_id("arrangement", revocation.arrangement)
    require_name("party", revocation.party)
    if not revocation.revoked:
        raise fields.malformed("revoked", "is empty")
    for sizes in revocation.revoked.values():
        for origin in sizes:
            if parse_origin(origin).arrangement != revocation.arrangement:
                raise fields.malformed("sizes", f"name {quoted(origin)} of another arrangement")
    return revocation


def require_successor(before: Sequence[Revocation], revocation: Revocation) -> Revocation:
    """Return the revocation if it may follow these of the same party.

    It may take sizes back further, and never gives any again: see `last_size`.

    Raises:
        Fault: `arrangement.revocation.number`.
    """
    number = before[-1].number + 1 if before else 1
    if revocation.number != number:
        raise Fault(
            code="arrangement.revocation.number",
            what=f"The revocation of {quoted(revocation.party)} has the number "
            f"{revocation.number}, not {number}.",
            fix="Ask the party for the revocations between, in their order.",
        )
    return revocation


def last_size(revocations: Sequence[Revocation], card: int, origin: str) -> int | None:
    """Return the last size of a log that this card's key may cover; None: no limit."""
    caps = [r.revoked[card].get(origin, 0) for r in revocations if card in r.revoked]
    return min(caps, default=None)
