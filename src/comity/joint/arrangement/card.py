"""A card: what a party says of itself in one arrangement, signed by its root key.

    comity/card/1
    {"agencies":[{"id":"doj","names":{"en":"…"}}],"arrangement":"…",
     "channels":{"hotline":{"log-ed25519":"…","log-mldsa44":"…","mirror-ed25519":"…",
     "mirror-mldsa44":"…","seal":"…"},"live":{…}},"endpoint":"https://node.example:8443",
     "names":{"en":"…"},"not-after-ms":…,"not-before-ms":…,"number":1,"party":"…","tls":"…"}

(one line of JSON in truth; binary fields are base64).  Cards of a party are numbered from
1 without a gap, and each has fresh keys, so that a number names a set of keys.  Every
key is used for one thing.  Entries are sealed to post-quantum hybrid keys of 1,216 bytes;
there is no field for any other.

Source: protocol rules 2, 4, 5 and 8.
Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.joint.arrangement import arrangement as arrangements
from comity.joint.arrangement import certificate, fields, signed
from comity.joint.arrangement.fields import Names
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_name, require_random_id
from comity.kernel.ijson import Json
from comity.tlog import keys
from comity.tlog.keys import VKey
from comity.tlog.note import Signer, Verifier

HEADER: Final = "comity/card/1"
LIVE: Final = "live"
HOTLINE: Final = "hotline"
CARD_CHANNELS: Final = (HOTLINE, LIVE)
"""The channels of every card; those of exercises are opened by acts."""

SEAL_BYTES: Final = 1216
"""mlkem768x25519: an ML-KEM-768 key of 1,184 bytes and an X25519 key of 32."""

DAY_MS: Final = 86_400_000
VALIDITY_MS_MAX: Final = 1_096 * DAY_MS
AGENCIES_MAX: Final = 256
GENERATIONS: Final = 16
"""Of a log, under the origins of which no two keys of a party have one id."""

_CARD_KEYS: Final = frozenset(
    {
        "agencies", "arrangement", "channels", "endpoint", "names",
        "not-after-ms", "not-before-ms", "number", "party", "tls",
    }
)  # fmt: skip
_AGENCY_KEYS: Final = frozenset({"id", "names"})
_CHANNEL_KEYS: Final = frozenset(
    {"log-ed25519", "log-mldsa44", "mirror-ed25519", "mirror-mldsa44", "seal"}
)


@dataclass(frozen=True, slots=True)
class ChannelKeys:
    """A party's public keys in one channel.

    Attributes:
        log_ed25519: signs heads as kind 0x01; 32 bytes.
        log_mldsa44: signs heads as kind 0x06; 1,312 bytes.
        mirror_ed25519: cosigns as kind 0x04; 32 bytes.
        mirror_mldsa44: cosigns as kind 0x06; 1,312 bytes.
        seal: entries are sealed to it; 1,216 bytes.
    """

    log_ed25519: bytes
    log_mldsa44: bytes
    mirror_ed25519: bytes
    mirror_mldsa44: bytes
    seal: bytes


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency of a party: its id and its name in the party's languages."""

    id: str
    names: Names


@dataclass(frozen=True, slots=True)
class Card:
    """What a party says of itself.

    Attributes:
        arrangement: id of the arrangement.
        party: who speaks.
        number: 1 for the first, then one more each.
        names: of the State, by language.
        agencies: in the party's order, ids unique.
        endpoint: `https://host[:port]` where peers call.
        tls: DER of the self-signed certificate of that endpoint.
        channels: keys by channel: `hotline` and `live`.
        not_before_ms: start of validity, milliseconds since 1970 UTC.
        not_after_ms: end of validity; at most 1,096 days later.
    """

    arrangement: str
    party: str
    number: int
    names: Names
    agencies: tuple[Agency, ...]
    endpoint: str
    tls: bytes
    channels: Mapping[str, ChannelKeys]
    not_before_ms: int
    not_after_ms: int


def sign(card: Card, signers: Sequence[Signer]) -> bytes:
    """Return the text of a card, signed by its two root keys (kinds 0x01 and 0xff).

    Raises:
        Fault: as `parse`.
    """
    require_valid(card)
    name = signed.root_name(card.party, card.arrangement)
    assert all(signer.name == name for signer in signers)
    return signed.sign(HEADER, to_json(card), signers)


def parse(text: bytes) -> Card:
    """Read a card.  It is not verified: see `verify_card`.

    Raises:
        Fault: `arrangement.text.malformed`, `arrangement.text.wrong-root`,
            `arrangement.card.*`, `tlog.note.*`, `tlog.key.*`, `kernel.*.malformed`.
    """
    value, name = signed.parse(HEADER, text)
    card = from_json(value)
    signed.require_root_name(name, card.party, card.arrangement)
    return card


def verify_card(text: bytes, verifiers: Sequence[Verifier]) -> Card:
    """Read a card and verify both signatures of its root.

    Raises:
        Fault: as `parse`, and `tlog.note.bad-signature`, `tlog.note.unknown-keys`,
            `tlog.note.missing-signature`.
    """
    card = parse(text)
    signed.verify(text, verifiers)
    return card


def to_json(card: Card) -> Json:
    """Return the card as the JSON value of its text."""
    return {
        "agencies": [{"id": agency.id, "names": dict(agency.names)} for agency in card.agencies],
        "arrangement": card.arrangement,
        "channels": {name: channel_to_json(held) for name, held in card.channels.items()},
        "endpoint": card.endpoint,
        "names": dict(card.names),
        "not-after-ms": card.not_after_ms,
        "not-before-ms": card.not_before_ms,
        "number": card.number,
        "party": card.party,
        "tls": fields.base64_of(card.tls),
    }


def from_json(value: Json) -> Card:
    """Read the JSON value of a card.

    Raises:
        Fault: as `parse`.
    """
    raw = fields.object_of(value, "card", _CARD_KEYS)
    channels = fields.object_of(raw["channels"], "channels", frozenset(CARD_CHANNELS))
    return require_valid(
        Card(
            arrangement=fields.text_of(raw["arrangement"], "arrangement"),
            party=fields.text_of(raw["party"], "party"),
            number=fields.number_of(raw["number"], "number", 1),
            names=fields.names_of(raw["names"], "names"),
            agencies=tuple(
                _agency(item) for item in fields.list_of(raw["agencies"], "agencies", AGENCIES_MAX)
            ),
            endpoint=fields.text_of(raw["endpoint"], "endpoint"),
            tls=fields.bytes_of(raw["tls"], "tls"),
            channels=MappingProxyType(
                {name: channel_from_json(keys) for name, keys in channels.items()}
            ),
            not_before_ms=fields.number_of(raw["not-before-ms"], "not-before-ms"),
            not_after_ms=fields.number_of(raw["not-after-ms"], "not-after-ms"),
        )
    )


def require_valid(card: Card) -> Card:
    """Return the card if each field is acceptable by itself.

    Raises:
        Fault: `kernel.id.malformed`, `arrangement.text.malformed`, `tlog.key.*`,
            `arrangement.card.validity`, `arrangement.card.key-twice`,
            `arrangement.certificate.*`.
    """
    require_random_id("arrangement", card.arrangement)
    require_name("party", card.party)
    if card.number < 1:
        raise fields.malformed("number", f"is {card.number}; cards are numbered from 1")
    fields.require_names(card.names)
    for agency in card.agencies:
        require_name("agency", agency.id)
        fields.require_names(agency.names)
    if len({agency.id for agency in card.agencies}) != len(card.agencies):
        raise fields.malformed("agencies", "have the same id twice")
    _require_validity(card)
    _require_keys(card)
    certificate.require_for(card.tls, certificate.host_of(card.endpoint), card.party)
    return card


def require_successor(before: Sequence[Card], card: Card) -> Card:
    """Return the card if it may follow these of the same party, in the order of their numbers.

    Raises:
        Fault: `arrangement.card.number` if the number does not rise by one;
            `arrangement.card.other-party`; `arrangement.card.key-twice` for an old key, and for
            one that has the id of another.
    """
    number = before[-1].number + 1 if before else 1
    if card.number != number:
        raise Fault(
            code="arrangement.card.number",
            what=f"The card of {quoted(card.party)} has the number {card.number}, not {number}.",
            fix="Ask the party for the cards between, in their order.",
        )
    old: set[bytes] = set()
    ids: set[tuple[str, bytes]] = set()
    for earlier in before:
        if (earlier.party, earlier.arrangement) != (card.party, card.arrangement):
            raise Fault(
                code="arrangement.card.other-party",
                what=f"The card of {quoted(card.party)} follows one of {quoted(earlier.party)}.",
                fix="Import it for the party and the arrangement that it names.",
            )
        old.update(_public_keys(earlier))
        ids.update(_key_ids(earlier))
    if not old.isdisjoint(_public_keys(card)):
        raise _key_twice(card.party, "an earlier card")
    for named in _key_ids(card):
        if named in ids:
            raise _key_twice(card.party, f"another place, by its id {named[1].hex()}")
        ids.add(named)
    return card


def _require_validity(card: Card) -> None:
    if not 0 < card.not_after_ms - card.not_before_ms <= VALIDITY_MS_MAX:
        raise Fault(
            code="arrangement.card.validity",
            what=f"The card of {quoted(card.party)} is valid from {card.not_before_ms} to "
            f"{card.not_after_ms} ms: not between 1 ms and 1,096 days.",
            fix="Make a card with a shorter validity.",
        )


def _require_keys(card: Card) -> None:
    if set(card.channels) != set(CARD_CHANNELS):
        raise fields.malformed("channels", f"are {quoted(', '.join(sorted(card.channels)))}")
    for held in card.channels.values():
        require_channel_keys(held)
    public = _public_keys(card)
    if len(set(public)) != len(public):
        raise _key_twice(card.party, "another place of the card")


def require_channel_keys(held: ChannelKeys) -> ChannelKeys:
    """Return the keys if each is of its kind and none is weak (protocol rule 5).

    Raises:
        Fault: `arrangement.text.malformed`, `tlog.key.weak`, `tlog.key.malformed`.
    """
    keys.require_ed25519(held.log_ed25519)
    keys.require_ed25519(held.mirror_ed25519)
    for name, key, size_bytes in (
        ("log-mldsa44", held.log_mldsa44, keys.ML_DSA_44_PUBLIC_BYTES),
        ("mirror-mldsa44", held.mirror_mldsa44, keys.ML_DSA_44_PUBLIC_BYTES),
        ("seal", held.seal, SEAL_BYTES),
    ):
        if len(key) != size_bytes:
            raise fields.malformed(name, f"has {len(key)} bytes, not {size_bytes}")
    return held


def _public_keys(card: Card) -> list[bytes]:
    return [key for held in card.channels.values() for key in halves(held)]


def halves(held: ChannelKeys) -> tuple[bytes, ...]:
    """Return the keys of a channel, and the halves of its hybrid one: none of them may repeat."""
    return (
        held.log_ed25519,
        held.log_mldsa44,
        held.mirror_ed25519,
        held.mirror_mldsa44,
        held.seal,
        held.seal[-keys.ED25519_PUBLIC_BYTES :],
        held.seal[: -keys.ED25519_PUBLIC_BYTES],
    )


def _key_ids(card: Card) -> Iterator[tuple[str, bytes]]:
    """Give the 4-byte id of each key that signs, under every name by which it does.

    Lines are told apart by them, and who draws some ten thousand keys has two with one id.
    """
    for channel, held in card.channels.items():
        log = (
            (keys.ED25519_NOTE, held.log_ed25519),
            (keys.ML_DSA_44_COSIGNATURE, held.log_mldsa44),
        )
        mirror = (
            (keys.ED25519_COSIGNATURE, held.mirror_ed25519),
            (keys.ML_DSA_44_COSIGNATURE, held.mirror_mldsa44),
        )
        named = [(arrangements.mirror_name(card.party, card.arrangement, channel), mirror)]
        for generation in range(1, GENERATIONS + 1):
            origin = arrangements.Origin(card.party, card.arrangement, channel, generation)
            named.append((arrangements.render_origin(origin), log))
        for name, made in named:
            yield from ((name, VKey(name, kind, public).key_id) for kind, public in made)


def _key_twice(party: str, where: str) -> Fault:
    return Fault(
        code="arrangement.card.key-twice",
        what=f"A key on the card of {quoted(party)} stands also at {where}.",
        fix="Refuse the card; each key is made anew and used for one thing.",
    )


def _agency(value: Json) -> Agency:
    raw = fields.object_of(value, "agency", _AGENCY_KEYS)
    return Agency(
        fields.text_of(raw["id"], "agency id"), fields.names_of(raw["names"], "agency names")
    )


def channel_to_json(held: ChannelKeys) -> Json:
    """Return the keys of one channel as a JSON value."""
    return {
        "log-ed25519": fields.base64_of(held.log_ed25519),
        "log-mldsa44": fields.base64_of(held.log_mldsa44),
        "mirror-ed25519": fields.base64_of(held.mirror_ed25519),
        "mirror-mldsa44": fields.base64_of(held.mirror_mldsa44),
        "seal": fields.base64_of(held.seal),
    }


def channel_from_json(value: Json) -> ChannelKeys:
    """Read back what `channel_to_json` gave; `require_channel_keys` checks it.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    raw = fields.object_of(value, "channel keys", _CHANNEL_KEYS)
    return ChannelKeys(
        log_ed25519=fields.bytes_of(raw["log-ed25519"], "log-ed25519"),
        log_mldsa44=fields.bytes_of(raw["log-mldsa44"], "log-mldsa44"),
        mirror_ed25519=fields.bytes_of(raw["mirror-ed25519"], "mirror-ed25519"),
        mirror_mldsa44=fields.bytes_of(raw["mirror-mldsa44"], "mirror-mldsa44"),
        seal=fields.bytes_of(raw["seal"], "seal"),
    )
