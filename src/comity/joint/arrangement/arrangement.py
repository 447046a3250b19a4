"""An arrangement: its parties in their fixed order, and the names that follow from it.

    comity/arrangement/1
    {"id":"…","parties":[{"ed25519":"…","mldsa44":"…","party":"…"},…],"vocabulary":{"case":1,…}}

    log       <party>/<arrangement>/<channel>/<generation>
    mirror    <party>/<arrangement>/<channel>/mirror
    root      <party>/<arrangement>/root

The place of a party in the order is the place of its stanza in every entry.

Source: protocol rules 1, 2, 7, 8 and 12.
Floor: joint (pure).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.joint.arrangement import fields, signed
from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_name, require_random_id
from comity.kernel.ijson import Json
from comity.tlog import keys

HEADER: Final = "comity/arrangement/1"
FINGERPRINT_HEADER: Final = b"comity/root/1\n"
GENERATION_FIRST: Final = 1

_KEYS: Final = frozenset({"id", "parties", "vocabulary"})
_PARTY_KEYS: Final = frozenset({"ed25519", "mldsa44", "party"})
_GENERATION = re.compile(r"[1-9][0-9]{0,8}")
_GROUP_CHARS: Final = 4


@dataclass(frozen=True, slots=True)
class PartyRoot:
    """A party and the public keys of its arrangement root.

    Attributes:
        party: its id.
        root_ed25519: kind 0x01, 32 bytes.
        root_mldsa44: kind 0xff, the bare 1,312 bytes.
    """

    party: str
    root_ed25519: bytes
    root_mldsa44: bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """The parts of a log's name."""

    party: str
    arrangement: str
    channel: str
    generation: int


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Who agreed to work together.

    Attributes:
        id: 26 characters.
        parties: two to sixteen, in the order that all agreed on.
        vocabulary: `{room: version}` that pairing itself adopts.
    """

    id: str
    parties: tuple[PartyRoot, ...]
    vocabulary: Mapping[str, int]

    def place(self, party: str) -> int:
        """Return the place of a party in the order, from 0.

        Raises:
            Fault: `arrangement.party.unknown`.
        """
        for place, root in enumerate(self.parties):
            if root.party == party:
                return place
        raise Fault(
            code="arrangement.party.unknown",
            what=f"The party {quoted(party)} is not in the arrangement {self.id}.",
            fix=f"Name one of {', '.join(self.party_ids())}.",
        )

    def party_ids(self) -> tuple[str, ...]:
        """Return the ids of the parties in their order."""
        return tuple(root.party for root in self.parties)

    def root(self, party: str) -> PartyRoot:
        """Return the root of a party.

        Raises:
            Fault: `arrangement.party.unknown`.
        """
        return self.parties[self.place(party)]

    def others(self, party: str) -> tuple[str, ...]:
        """Return every party but this one, in order."""
        return tuple(other for other in self.party_ids() if other != party)

    def origin(self, party: str, channel: str, generation: int = GENERATION_FIRST) -> str:
        """Return the name of a log."""
        return render_origin(Origin(party, self.id, channel, generation))

    def mirror_name(self, party: str, channel: str) -> str:
        """Return the name under which a party cosigns in a channel."""
        return mirror_name(party, self.id, channel)

    def root_name(self, party: str) -> str:
        """Return the name of a party's root key."""
        return signed.root_name(party, self.id)


def render_origin(origin: Origin) -> str:
    """Return `<party>/<arrangement>/<channel>/<generation>`."""
    return f"{origin.party}/{origin.arrangement}/{origin.channel}/{origin.generation}"


def mirror_name(party: str, arrangement: str, channel: str) -> str:
    """Return the name under which a party cosigns in a channel of an arrangement."""
    return f"{party}/{arrangement}/{channel}/mirror"


def parse_origin(text: str) -> Origin:
    """Read the name of a log.

    Raises:
        Fault: `arrangement.origin.malformed`.
    """
    parts = text.split("/")
    if len(parts) != 4 or not _GENERATION.fullmatch(parts[3]):  # noqa: PLR2004 -- as the name says
        raise _bad_origin(text)
    try:
        require_name("party", parts[0])
        require_random_id("arrangement", parts[1])
        require_name("channel", parts[2])
    except Fault as error:
        raise _bad_origin(text) from error
    return Origin(parts[0], parts[1], parts[2], int(parts[3]))


def render(arrangement: Arrangement) -> bytes:
    """Return the text of an arrangement."""
    return signed.render_body(HEADER, to_json(arrangement))


def parse(text: bytes) -> Arrangement:
    """Read an arrangement.

    Raises:
        Fault: `arrangement.text.malformed`, `kernel.*.malformed`, `tlog.key.*`.
    """
    return from_json(signed.parse_body(HEADER, text))


def to_json(arrangement: Arrangement) -> Json:
    """Return the arrangement as the JSON value of its text."""
    return {
        "id": arrangement.id,
        "parties": [root_to_json(root) for root in arrangement.parties],
        "vocabulary": dict(arrangement.vocabulary),
    }


def from_json(value: Json) -> Arrangement:
    """Read the JSON value of an arrangement.

    Raises:
        Fault: as `parse`.
    """
    raw = fields.object_of(value, "arrangement", _KEYS)
    parties = fields.list_of(raw["parties"], "parties", limits.PARTIES_MAX)
    return require_valid(
        Arrangement(
            id=fields.text_of(raw["id"], "id"),
            parties=tuple(root_from_json(item) for item in parties),
            vocabulary=fields.vocabulary_of(raw["vocabulary"]),
        )
    )


def require_valid(arrangement: Arrangement) -> Arrangement:
    """Return the arrangement if each field is acceptable.

    Raises:
        Fault: as `parse`.
    """
    require_random_id("arrangement", arrangement.id)
    require_parties(arrangement.party_ids())
    roots = [key for r in arrangement.parties for key in (r.root_ed25519, r.root_mldsa44)]
    for root in arrangement.parties:
        require_root(root)
    if len(set(roots)) != len(roots):
        raise fields.malformed("parties", "share a root key")
    return arrangement


def require_parties(parties: tuple[str, ...]) -> tuple[str, ...]:
    """Return the party ids if there are two to sixteen, each once.

    Raises:
        Fault: `kernel.id.malformed`, `arrangement.text.malformed`.
    """
    for party in parties:
        require_name("party", party)
    if not limits.PARTIES_MIN <= len(parties) <= limits.PARTIES_MAX:
        raise fields.malformed("parties", f"are {len(parties)}, not two to sixteen")
    if len(set(parties)) != len(parties):
        raise fields.malformed("parties", f"{quoted(', '.join(parties))} name one twice")
    return parties


def require_root(root: PartyRoot) -> PartyRoot:
    """Return the root if its keys are acceptable.

    Raises:
        Fault: `tlog.key.*`, `arrangement.text.malformed`.
    """
    keys.require_ed25519(root.root_ed25519)
    if len(root.root_mldsa44) != keys.ML_DSA_44_PUBLIC_BYTES:
        raise fields.malformed("mldsa44", f"has {len(root.root_mldsa44)} bytes")
    return root


def root_to_json(root: PartyRoot) -> Json:
    """Return a party's root as a JSON value."""
    return {
        "ed25519": fields.base64_of(root.root_ed25519),
        "mldsa44": fields.base64_of(root.root_mldsa44),
        "party": root.party,
    }


def root_from_json(value: Json) -> PartyRoot:
    """Read the JSON value of a party's root.

    Raises:
        Fault: `arrangement.text.malformed`, `tlog.key.*`.
    """
    raw = fields.object_of(value, "root", _PARTY_KEYS)
    return require_root(
        PartyRoot(
            party=fields.text_of(raw["party"], "party"),
            root_ed25519=fields.bytes_of(raw["ed25519"], "ed25519"),
            root_mldsa44=fields.bytes_of(raw["mldsa44"], "mldsa44"),
        )
    )


def fingerprint(root: PartyRoot) -> str:
    """Return SHA-256 over both root keys as sixteen groups of four hex digits.

    Printed for the annex that principals sign.
    """
    text = FINGERPRINT_HEADER + root.root_ed25519 + root.root_mldsa44
    digits = hashlib.sha256(text).hexdigest()
    return " ".join(digits[at : at + _GROUP_CHARS] for at in range(0, len(digits), _GROUP_CHARS))


def _bad_origin(text: str) -> Fault:
    return Fault(
        code="arrangement.origin.malformed",
        what=f"{quoted(text)} is not the name of a log.",
        fix="Write <party>/<arrangement>/<channel>/<generation>.",
    )
