r"""Sealing by rule, and the keys of a run of entries.

A **key entry** is sealed so that its header is a function of its file key, its nonce and the seal
keys of its recipients.  Whoever opens it makes the header again and compares, so that it is good
for all or for nobody:

    seed of a stanza   HKDF-SHA-256(ikm = file key, salt = nonce,
                                    info = "comity/stanza/1" || place || SHA-256(seal key))[:64]

Its secret gives a key to each of at most 256 entries after it.  In front of its age file stands
in the clear what it is bound to, a Merkle root over the salted keys:

    key, salt          HKDF-SHA-256(ikm = secret, salt = origin,
                                    info = "comity/run/1" || index || place), 16 and 32 bytes
    leaf, node         SHA-256(0x00 || salt || key), SHA-256(0x01 || left || right)

An **entry of a run** is an age file under its key; its one stanza has no body and says where the
key comes from:

    -> comity-run <index of the key entry> <place in its run>\n
    \n

So one entry is shown by its key, the salt and eight hashes; of the others they tell nothing.

Source: docs/spec/seal.md 2.1; docs/adr/0063.
Floor: seal (pure).
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity.kernel.fault import Fault
from comity.seal import stream
from comity.seal.header import (
    FILE_KEY_BYTES,
    Recipient,
    Stanza,
    header_of,
    is_key_of,
    scan_header,
)
from comity.seal.stream import NONCE_BYTES

STANZA_TYPE: Final = "comity-run"
SECRET_BYTES: Final = 32
SALT_BYTES: Final = 32
ROOT_BYTES: Final = 32
RUN_ENTRIES: Final = 256
"""A power of two: the tree over their keys is whole."""
PATH_HASHES: Final = RUN_ENTRIES.bit_length() - 1

_SEED_BYTES: Final = 64
_STANZA_INFO: Final = b"comity/stanza/1"
_RUN_INFO: Final = b"comity/run/1"
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,14}")


@dataclass(frozen=True, slots=True)
class SealKey:
    """Whom a file is sealed to: the bytes of a seal key, and what seals to them."""

    raw: bytes
    recipient: Recipient


@dataclass(frozen=True, slots=True)
class Place:
    """Where the key of an entry comes from, as its stanza says.

    Attributes:
        index: of the key entry, in the same log.
        place: in its run, from 0.
    """

    index: int
    place: int

    @property
    def entry(self) -> int:
        """The one index at which such an entry may stand."""
        return self.index + 1 + self.place


@dataclass(frozen=True, slots=True)
class Shown:
    """The key of one entry, and what binds it to its key entry.

    Attributes:
        file_key: 16 bytes.
        salt: 32 bytes.
        path: eight hashes, from the leaf's sibling up.
    """

    file_key: bytes = field(repr=False)
    salt: bytes
    path: tuple[bytes, ...]


def ruled_header(file_key: bytes, nonce: bytes, keys: Sequence[SealKey]) -> bytes:
    """Return the one header that a file key, a nonce and seal keys give.

    Raises:
        Fault: `seal.recipient.missing`, `seal.mlkem.missing`.
    """
    stanzas = [
        key.recipient.wrap(file_key, partial(_seed, file_key, nonce, place, key.raw))
        for place, key in enumerate(keys)
    ]
    return header_of(file_key, stanzas)


def seal_ruled(plaintext: bytes, file_key: bytes, nonce: bytes, keys: Sequence[SealKey]) -> bytes:
    """Return the age file that is sealed by rule."""
    return ruled_header(file_key, nonce, keys) + stream.seal_payload(plaintext, file_key, nonce)


def is_ruled(data: bytes, file_key: bytes, keys: Sequence[SealKey]) -> bool:
    """Return whether the header of a file is the one that its file key and these keys give."""
    _, size_bytes = scan_header(data)
    nonce = data[size_bytes : size_bytes + NONCE_BYTES]
    return hmac.compare_digest(data[:size_bytes], ruled_header(file_key, nonce, keys))


class Run:
    """The keys that a key entry's secret gives."""

    def __init__(self, secret: bytes, origin: str, index: int) -> None:
        """Derive them.

        Args:
            secret: 32 bytes.
            origin: of the log.
            index: of the key entry in it.
        """
        assert len(secret) == SECRET_BYTES
        prk = hmac.digest(origin.encode(), secret, "sha256")
        info = _RUN_INFO + index.to_bytes(8)
        made = [_expanded(prk, info + bytes((place,))) for place in range(RUN_ENTRIES)]
        self.secret = secret
        self.index = index
        self._made = [(one[:FILE_KEY_BYTES], one[FILE_KEY_BYTES:]) for one in made]
        self._levels = _levels([_leaf(key, salt) for key, salt in self._made])

    @property
    def root(self) -> bytes:
        """What the key entry is bound to."""
        return self._levels[-1][0]

    def key(self, place: int) -> bytes:
        """Return the file key of the entry at a place."""
        return self._made[place][0]

    def shown(self, place: int) -> Shown:
        """Return the key of the entry at a place with what binds it; of no other it tells."""
        path = tuple(level[(place >> at) ^ 1] for at, level in enumerate(self._levels[:-1]))
        return Shown(*self._made[place], path)

    def seal(self, plaintext: bytes, place: int, nonce: bytes) -> bytes:
        """Return the age file of the entry at a place."""
        key = self.key(place)
        payload = stream.seal_payload(plaintext, key, nonce)
        return _header(key, Place(self.index, place)) + payload


def is_bound(shown: Shown, place: int, root: bytes) -> bool:
    """Return whether a key is the one to which a key entry's root binds a place."""
    if len(shown.path) != PATH_HASHES or len(shown.salt) != SALT_BYTES:
        return False
    found = _leaf(shown.file_key, shown.salt)
    for at, other in enumerate(shown.path):
        found = _node(other, found) if place >> at & 1 else _node(found, other)
    return hmac.compare_digest(found, root)


def place_of(data: bytes) -> Place:
    """Return what the stanza of an entry of a run says.

    Raises:
        Fault: `seal.header.malformed`; `seal.run.malformed`.
    """
    header, _ = scan_header(data)
    args = header.stanzas[0].args
    if (
        len(header.stanzas) != 1
        or header.stanzas[0].body
        or len(args) != 3  # noqa: PLR2004 -- the type and two numbers
        or args[0] != STANZA_TYPE
        or not all(_DECIMAL.fullmatch(number) for number in args[1:])
        or int(args[2]) >= RUN_ENTRIES
    ):
        raise Fault(
            code="seal.run.malformed",
            what=f"The entry must have one stanza, {STANZA_TYPE} with the index of a key entry and "
            f"a place below {RUN_ENTRIES}, and no body.",
            fix="Nobody can read it: its author must say it again.",
        )
    return Place(int(args[1]), int(args[2]))


def open_entry(data: bytes, file_key: bytes) -> bytes:
    """Return the plaintext of an entry of a run.

    The MAC of the header is checked as well, so that an entry has one key.

    Raises:
        Fault: as `place_of`; `seal.header.mac`, `seal.payload.no-nonce`, `seal.payload.damaged`.
    """
    place_of(data)
    header, size_bytes = scan_header(data)
    if not is_key_of(file_key, data, header, size_bytes):
        raise Fault(
            code="seal.header.mac",
            what="The key is not the one of this entry.",
            fix="Ask for the key again, or for the entry: one of them was changed.",
        )
    return stream.open_payload(memoryview(data)[size_bytes:], file_key)


def _header(file_key: bytes, at: Place) -> bytes:
    return header_of(file_key, [Stanza((STANZA_TYPE, str(at.index), str(at.place)), b"")])


def _seed(file_key: bytes, nonce: bytes, place: int, raw: bytes, count: int) -> bytes:
    info = _STANZA_INFO + bytes((place,)) + hashlib.sha256(raw).digest()
    return HKDF(SHA256(), _SEED_BYTES, nonce, info).derive(file_key)[:count]


def _expanded(prk: bytes, info: bytes) -> bytes:
    """Return 48 bytes of HKDF-Expand (RFC 5869); by hand, since it is done 256 times a run."""
    first = hmac.digest(prk, info + b"\1", "sha256")
    return first + hmac.digest(prk, first + info + b"\2", "sha256")[:16]


def _leaf(key: bytes, salt: bytes) -> bytes:
    return hashlib.sha256(b"\0" + salt + key).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _levels(leaves: list[bytes]) -> list[list[bytes]]:
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([_node(below[at], below[at + 1]) for at in range(0, len(below), 2)])
    return levels
