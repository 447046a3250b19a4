"""A party's keys and its cards (arrangement 3.2, 3.3)."""

import datetime as dt
import ipaddress
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tools.peer import note
from tools.peer.seal import Identity
from tools.peer.text import Malformed, b64, headed, read_headed, unb64

CHANNELS = ("hotline", "live")
KEYS = {"log-ed25519": 32, "log-mldsa44": 1312, "mirror-ed25519": 32, "mirror-mldsa44": 1312}
FIELDS = {
    *("agencies", "arrangement", "channels", "endpoint", "names"),
    *("not-after-ms", "not-before-ms", "number", "party", "tls"),
}
DAYS = 365
DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Keys:
    """The private keys of one channel, from seeds in hexadecimal."""

    log: note.Pair
    mirror: note.Pair
    seal: Identity


def new_seeds(*, root: bool = True) -> dict[str, str]:
    """Seeds of every key of a card, and of the root, by a name."""
    names = ["root-ed25519", "root-mldsa44"] if root else []
    for channel in CHANNELS:
        names += [f"{channel}/{one}" for one in (*KEYS, "seal")]
    return {name: secrets.token_hex(32) for name in names}


def root_of(seeds: dict[str, str]) -> note.Pair:
    """The root's keys."""
    return note.Pair(bytes.fromhex(seeds["root-ed25519"]), bytes.fromhex(seeds["root-mldsa44"]))


def keys_of(seeds: dict[str, str], channel: str) -> Keys:
    """The keys of a channel."""
    one = {name: bytes.fromhex(seeds[f"{channel}/{name}"]) for name in (*KEYS, "seal")}
    return Keys(
        note.Pair(one["log-ed25519"], one["log-mldsa44"]),
        note.Pair(one["mirror-ed25519"], one["mirror-mldsa44"]),
        Identity(one["seal"]),
    )


def certificate(party: str, endpoint: str, now_ms: int) -> tuple[bytes, bytes]:
    """A certificate of 3.3.6 in DER, and its private key in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    host = urlsplit(endpoint).hostname or ""
    try:
        named: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        named = x509.DNSName(host)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, party)])
    now = dt.datetime.fromtimestamp(now_ms // 1000, dt.UTC)
    usage = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    also = x509.UniformResourceIdentifier(f"comity:{party}")
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=DAYS + 1))
        .add_extension(x509.SubjectAlternativeName([named, also]), critical=False)
        .add_extension(x509.ExtendedKeyUsage(usage), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.DER), private


def root_name(party: str, arrangement: str) -> str:
    """The root's name in signature lines (3.2.2)."""
    return f"{party}/{arrangement}/root"


def make(seeds: dict[str, str], about: dict[str, Any], now_ms: int, number: int = 1) -> str:
    """A card, signed; `about` has what a person says of the party."""
    channels = {}
    for channel in CHANNELS:
        keys = keys_of(seeds, channel)
        channels[channel] = {
            "log-ed25519": b64(keys.log.public.ed25519),
            "log-mldsa44": b64(keys.log.public.mldsa44),
            "mirror-ed25519": b64(keys.mirror.public.ed25519),
            "mirror-mldsa44": b64(keys.mirror.public.mldsa44),
            "seal": b64(keys.seal.public),
        }
    said = {
        **about,
        "channels": channels,
        "number": number,
        "not-before-ms": now_ms,
        "not-after-ms": now_ms + DAYS * DAY_MS,
    }
    name = root_name(about["party"], about["arrangement"])
    return note.sign_text(root_of(seeds), name, headed("comity/card/1", said))


@dataclass(frozen=True)
class Card:
    """A card that was verified, as far as a peer needs it."""

    party: str
    arrangement: str
    number: int
    endpoint: str
    tls: bytes
    not_before_ms: int
    not_after_ms: int
    channels: dict[str, dict[str, bytes]]

    def log(self, channel: str) -> note.Public:
        """The keys of its log."""
        keys = self.channels[channel]
        return note.Public(keys["log-ed25519"], keys["log-mldsa44"])

    def keys(self) -> set[bytes]:
        """Each public key that stands on it."""
        return {key for one in self.channels.values() for key in one.values()}

    def mirror(self, channel: str) -> note.Public:
        """The keys of its mirror."""
        keys = self.channels[channel]
        return note.Public(keys["mirror-ed25519"], keys["mirror-mldsa44"])


def read(text: str, party: str, arrangement: str, root: note.Public) -> Card:
    """A card of this party that its root signed.

    What a card says to people, for how long it may be made, and whether its keys and certificate
    are weak (3.2.7, 3.3.2, 3.3.6) is not asked here: a node MUST.
    """
    body = note.check_text(text, root_name(party, arrangement), root)
    said = read_headed(body, "comity/card/1", FIELDS)
    if (said["party"], said["arrangement"]) != (party, arrangement):
        raise Malformed("the card is of another party or arrangement")
    if set(said["channels"]) != set(CHANNELS) or said["number"] < 1:
        raise Malformed("not exactly hotline and live, or a number below 1 (3.3.1)")
    sizes = {**KEYS, "seal": 1216}
    channels = {
        channel: {name: unb64(keys[name], size) for name, size in sizes.items()}
        for channel, keys in said["channels"].items()
    }
    every = [key for keys in channels.values() for key in keys.values()]
    if len(set(every)) != len(every):
        raise Malformed("a key stands twice (3.3.4)")
    tls = unb64(said["tls"])
    good_ms = (said["not-before-ms"], said["not-after-ms"])
    return Card(party, arrangement, said["number"], said["endpoint"], tls, *good_ms, channels)
