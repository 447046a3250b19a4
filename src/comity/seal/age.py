"""age files: sealed to recipients, opened by any one of their identities.

    header     who can open it (`comity.seal.header`)
    payload    what it says (`comity.seal.stream`)

Entries of a log are sealed as `comity.seal.run` says.

Source: C2SP age.md; protocol rules 12 and 20.
Floor: seal (pure; chance comes in as a function).
"""

from collections.abc import Sequence
from typing import BinaryIO

from comity.kernel.fault import Fault
from comity.seal import stream
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
    "Header",
    "Identity",
    "Recipient",
    "Stanza",
    "open_reader",
    "parse_header",
    "render_header",
    "rewrap",
    "seal",
    "seal_stream",
    "stanzas",
    "unseal",
    "unseal_one",
    "unseal_stream",
    "unseal_with",
]


def seal(plaintext: bytes, recipients: Sequence[Recipient], entropy: Entropy) -> bytes:
    """Return an age file.  For what fits in memory; `seal_stream` is for the rest.

    Raises:
        Fault: `seal.recipient.missing`, `seal.recipient.mixed`.
    """
    file_key = entropy(FILE_KEY_BYTES)
    header = build_header(file_key, recipients, entropy)
    return header + stream.seal_payload(plaintext, file_key, entropy(NONCE_BYTES))


def unseal(data: bytes, identities: Sequence[Identity]) -> bytes:
    """Return the plaintext of an age file that one of the identities can open.

    Raises:
        Fault: `seal.header.malformed`, `seal.header.no-match`, `seal.header.mac`,
            `seal.stanza.malformed`, `seal.stanza.mixed`, `seal.payload.no-nonce`,
            `seal.payload.damaged`.
    """
    file_key, size_bytes = _file_key(data, identities)
    return stream.open_payload(memoryview(data)[size_bytes:], file_key)


def unseal_one(data: bytes, identity: Identity) -> bytes:
    """Return the plaintext of a file that is sealed to one recipient and to no other.

    Raises:
        Fault: `seal.stanza.count`; as `unseal`.
    """
    count = len(stanzas(data))
    if count != 1:
        raise Fault(
            code="seal.stanza.count",
            what=f"The file is sealed to {count} recipients instead of one.",
            fix="Ask its maker for it again, sealed to yours alone.",
        )
    return unseal(data, [identity])


def stanzas(data: bytes) -> tuple[Stanza, ...]:
    """Return the stanzas of the header at the start of a file.

    Raises:
        Fault: `seal.header.malformed`.
    """
    return scan_header(data)[0].stanzas


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


def _no_match(stanza_count: int) -> Fault:
    return Fault(
        code="seal.header.no-match",
        what=f"None of the identities opens any of the {stanza_count} stanzas tried.",
        fix="Give the identity of a recipient of this file, or have it sealed to yours.",
    )
