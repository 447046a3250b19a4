"""age files: sealed to recipients, opened by any one of their identities.

    header     who can open it (`comity.seal.header`)
    payload    what it says (`comity.seal.stream`)

A log entry is such a file with one stanza per party in the arrangement's order:
`unseal_at` opens the one at one's own place and tries no other.

Source: C2SP age.md; protocol rules 12 and 20.
Floor: seal (pure; chance comes in as a function).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.seal import rawbase64, stream
from comity.seal.header import (
    FILE_KEY_BYTES,
    HEADER_BYTES_MAX,
    Entropy,
    Header,
    Identity,
    Recipient,
    Stanza,
    build_header,
    is_key_of,
    parse_header,
    render_header,
    scan_header,
)
from comity.seal.stream import NONCE_BYTES, ChunkReader, LineSource, Source, Target

__all__ = [
    "ChunkReader",
    "Entropy",
    "Envelope",
    "Header",
    "Identity",
    "Recipient",
    "Stanza",
    "envelope",
    "open_reader",
    "parse_header",
    "render_header",
    "rewrap",
    "seal",
    "seal_into",
    "seal_stream",
    "stanza_count",
    "unseal",
    "unseal_at",
    "unseal_entry",
    "unseal_stream",
    "unseal_with",
]

ENTRY_STANZA_TYPE: Final = "mlkem768x25519"
ENTRY_ENC_CHARS: Final = 1494
ENTRY_BODY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Envelope:
    """A header that waits for its payload: nearly all that sealing costs, known before the text.

    It is for one payload.  A second one would share its file key, so that who is shown the one
    could open the other.

    Attributes:
        header: text of the header.
        file_key: 16 bytes that it gives to its recipients.
    """

    header: bytes
    file_key: bytes = field(repr=False)


def envelope(recipients: Sequence[Recipient], entropy: Entropy) -> Envelope:
    """Return a new envelope to recipients.

    Raises:
        Fault: `seal.recipient.missing`, `seal.recipient.mixed`.
    """
    file_key = entropy(FILE_KEY_BYTES)
    return Envelope(build_header(file_key, recipients, entropy), file_key)


def seal_into(envelope: Envelope, plaintext: bytes, entropy: Entropy) -> bytes:
    """Return the age file that an envelope makes with its one payload."""
    payload = stream.seal_payload(plaintext, envelope.file_key, entropy(NONCE_BYTES))
    return envelope.header + payload


def seal(plaintext: bytes, recipients: Sequence[Recipient], entropy: Entropy) -> bytes:
    """Return an age file.  For what fits in memory; `seal_stream` is for the rest.

    Raises:
        Fault: as `envelope`.
    """
    return seal_into(envelope(recipients, entropy), plaintext, entropy)


def unseal(data: bytes, identities: Sequence[Identity]) -> bytes:
    """Return the plaintext of an age file that one of the identities can open.

    Raises:
        Fault: `seal.header.malformed`, `seal.header.no-match`, `seal.header.mac`,
            `seal.stanza.malformed`, `seal.stanza.mixed`, `seal.payload.no-nonce`,
            `seal.payload.damaged`.
    """
    file_key, size_bytes = _file_key(data, identities)
    return stream.open_payload(memoryview(data)[size_bytes:], file_key)


def unseal_at(data: bytes, place: int, count: int, identity: Identity) -> tuple[bytes, bytes]:
    """Return plaintext and file key of an entry, by the stanza at one's own place.

    No other stanza is tried, so that no peer can send an entry that opens for some of
    the parties and not for the others without being named in a receipt (rule 12).

    Args:
        data: the age file of the entry.
        place: of the identity's party in the arrangement's order; 0 <= place < count.
        count: of the arrangement's parties.
        identity: the party's seal identity.

    Raises:
        Fault: `seal.header.malformed` and `seal.stanza.count` (one is missing or has not the
            one shape), which every reader finds alike; and as `unseal`.
    """
    assert 0 <= place < count
    header, size_bytes = _scan_entry(data)
    if len(header.stanzas) != count:
        raise Fault(
            code="seal.stanza.count",
            what=f"The entry is sealed to {len(header.stanzas)} recipients and the arrangement "
            f"has {count} parties.",
            fix="Name the entry in the receipt; its author must seal it anew.",
        )
    file_key = identity.unwrap(header.stanzas[place])
    if file_key is None:
        raise _no_match(1)
    _check_mac(file_key, data, header, size_bytes)
    return stream.open_payload(memoryview(data)[size_bytes:], file_key), file_key


def unseal_with(data: bytes, file_key: bytes) -> bytes:
    """Return the plaintext that a disclosed file key gives.

    The header's MAC is checked as well, so that a key that opens is the entry's one key.

    Raises:
        Fault: `seal.header.malformed`, `seal.header.mac`, `seal.payload.no-nonce`,
            `seal.payload.damaged`.
    """
    header, size_bytes = scan_header(data)
    _check_mac(file_key, data, header, size_bytes)
    return stream.open_payload(memoryview(data)[size_bytes:], file_key)


def unseal_entry(data: bytes, file_key: bytes) -> bytes:
    """Return the plaintext of an entry that a disclosed file key gives.

    An envelope that every party refuses says nothing to anybody, whatever its key shows.

    Raises:
        Fault: `seal.stanza.count`, and as `unseal_with`.
    """
    stanza_count(data)
    return unseal_with(data, file_key)


def stanza_count(data: bytes) -> int:
    """Return to how many an entry is sealed, each stanza of the one shape.

    Raises:
        Fault: `seal.header.malformed`, `seal.stanza.count`.
    """
    count = len(_scan_entry(data)[0].stanzas)
    if not limits.PARTIES_MIN <= count <= limits.PARTIES_MAX:
        raise Fault(
            code="seal.stanza.count",
            what=f"The entry is sealed to {count} recipients, and no arrangement has so many "
            "parties.",
            fix="Name the entry in the receipt; its author must seal it anew.",
        )
    return count


def rewrap(
    data: bytes, identity: Identity, recipients: Sequence[Recipient], entropy: Entropy
) -> bytes:
    """Return the file (or header alone) under a new header; the payload is the same bytes.

    Raises:
        Fault: as `unseal` for the header, and as `seal`.
    """
    file_key, size_bytes = _file_key(data, [identity])
    return build_header(file_key, recipients, entropy) + data[size_bytes:]


def seal_stream(
    source: Source, target: Target, recipients: Sequence[Recipient], entropy: Entropy
) -> int:
    """Seal from the source to its end, in flat memory; return the plaintext's size in bytes.

    Raises:
        Fault: as `seal`, before anything is written.
    """
    file_key = entropy(FILE_KEY_BYTES)
    target.write(build_header(file_key, recipients, entropy))
    return stream.seal_stream(source, target, file_key, entropy(NONCE_BYTES))


def unseal_stream(source: LineSource, target: Target, identities: Sequence[Identity]) -> int:
    """Open from the source to its end, in flat memory; return the plaintext's size in bytes.

    Raises:
        Fault: as `unseal`; after `seal.payload.damaged` the target holds a part that must
            not be used.
    """
    file_key, _ = _file_key(_read_header(source), identities)
    return stream.open_stream(source, target, file_key)


def open_reader(file: BinaryIO, identities: Sequence[Identity]) -> ChunkReader:
    """Return random access to the plaintext of an age file, which the caller keeps open.

    Raises:
        Fault: as `unseal`.
    """
    file.seek(0)
    file_key, size_bytes = _file_key(_read_header(file), identities)
    return ChunkReader(file, file_key, size_bytes)


def _file_key(data: bytes, identities: Sequence[Identity]) -> tuple[bytes, int]:
    header, size_bytes = scan_header(data)
    types = [stanza.args[0] for stanza in header.stanzas]
    if "scrypt" in types and len(types) > 1:
        raise Fault(
            code="seal.stanza.mixed",
            what=f"A passphrase shares the header with {len(types) - 1} other stanzas.",
            fix="Ask the sender for a file sealed to the passphrase alone.",
        )
    for identity in identities:
        for stanza in header.stanzas:
            file_key = identity.unwrap(stanza)
            if file_key is not None:
                _check_mac(file_key, data, header, size_bytes)
                return file_key, size_bytes
    raise _no_match(len(types))


def _read_header(source: LineSource) -> bytes:
    lines: list[bytes] = []
    size_bytes = 0
    while size_bytes <= HEADER_BYTES_MAX:
        line = source.readline(HEADER_BYTES_MAX)
        lines.append(line)
        size_bytes += len(line)
        if line.startswith(b"---") or not line.endswith(b"\n"):
            break
    return b"".join(lines)


def _check_mac(file_key: bytes, data: bytes, header: Header, size_bytes: int) -> None:
    if not is_key_of(file_key, data, header, size_bytes):
        raise Fault(
            code="seal.header.mac",
            what="The file key opens a stanza, but the header was changed after sealing.",
            fix="Discard the file and ask the sender for it again.",
        )


def _scan_entry(data: bytes) -> tuple[Header, int]:
    header, size_bytes = scan_header(data)
    for at, stanza in enumerate(header.stanzas):
        _check_entry_stanza(at, stanza)
    return header, size_bytes


def _check_entry_stanza(at: int, stanza: Stanza) -> None:
    args = stanza.args
    if (
        len(args) != 2  # noqa: PLR2004 -- the type and one argument
        or args[0] != ENTRY_STANZA_TYPE
        or len(args[1]) != ENTRY_ENC_CHARS
        or len(stanza.body) != ENTRY_BODY_BYTES
        or rawbase64.parse(args[1]) is None
    ):
        raise Fault(
            code="seal.stanza.count",
            what=f"Stanza {at} of the entry is not a {ENTRY_STANZA_TYPE} stanza of the one shape.",
            fix="Name the entry in the receipt; its author must seal it anew.",
        )


def _no_match(stanza_count: int) -> Fault:
    return Fault(
        code="seal.header.no-match",
        what=f"None of the identities opens any of the {stanza_count} stanzas tried.",
        fix="Give the identity of a recipient of this file, or have it sealed to yours.",
    )
