r"""Cosignatures: "at this time I had verified this log up to this head".

The payload of a signature line is 8 bytes of time and the signature proper
(64 bytes of Ed25519 or 2,420 of ML-DSA-44).  What is signed:

    kind 0x04, Ed25519                         kind 0x06, ML-DSA-44
    cosignature/v1\n                           "subtree/v1\n\0"
    time 1679315147\n                          cosigner name, 1-byte length before it
    <the three lines of the checkpoint>        time, uint64
                                               origin, 1-byte length before it
                                               start, end, uint64 each
                                               root, 32 bytes

A checkpoint is the subtree from 0 to its size.  The log signs heads with 0x06 too, under
its origin as name.  A time of zero says nothing about which head is the newest, so it
is refused on a checkpoint.

Source: C2SP tlog-cosignature; protocol rule 8.
Floor: tlog (pure).
"""

import struct
from dataclasses import dataclass
from typing import Final

from comity.kernel.fault import Fault
from comity.tlog import checkpoint, spelling
from comity.tlog.note import Signature

ED25519_SIGNATURE_BYTES: Final = 64
ML_DSA_44_SIGNATURE_BYTES: Final = 2420

_LABEL: Final = b"subtree/v1\n\x00"
_TIME: Final = struct.Struct(">Q")
_RANGE: Final = struct.Struct(">QQ")


@dataclass(frozen=True, slots=True)
class TimestampedSignature:
    """The payload of a cosignature line.

    Attributes:
        at_s: when it was made, seconds since 1970 UTC; 1 to 2^63 - 1.
        signature: 64 bytes of Ed25519 or 2,420 of ML-DSA-44.
    """

    at_s: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Subtree:
    """What an ML-DSA-44 cosignature speaks of.

    Attributes:
        origin: of the log.
        start: index of the first entry; 0 for a checkpoint.
        end: index after the last entry; the size of a checkpoint.
        root: Merkle root over those entries; 32 bytes.
    """

    origin: str
    start: int
    end: int
    root: bytes


def parse(payload: bytes) -> TimestampedSignature:
    """Read the payload of a cosignature line.

    Raises:
        Fault: `tlog.cosignature.malformed`.
    """
    signature = payload[_TIME.size :]
    if len(signature) not in {ED25519_SIGNATURE_BYTES, ML_DSA_44_SIGNATURE_BYTES}:
        raise _malformed(f"it has {len(payload)} bytes, neither 72 nor 2428")
    (at_s,) = _TIME.unpack_from(payload)
    if not 0 < at_s <= spelling.NUMBER_MAX:
        raise _malformed(f"its time is {at_s}, outside 1 to 2^63 - 1 seconds")
    return TimestampedSignature(at_s, signature)


def render(timestamped: TimestampedSignature) -> bytes:
    """Return the payload."""
    assert 0 < timestamped.at_s <= spelling.NUMBER_MAX
    return _TIME.pack(timestamped.at_s) + timestamped.signature


def time_of(signature: Signature) -> int:
    """Return when a cosignature line (kind 0x04 or 0x06) says it was made, in seconds.

    It means something only after the line was verified.

    Raises:
        Fault: `tlog.cosignature.malformed`.
    """
    return parse(signature.payload).at_s


def ed25519_message(body: bytes, *, at_s: int) -> bytes:
    """Return what a 0x04 key signs: two lines and the body of the checkpoint note."""
    return b"cosignature/v1\ntime %d\n%s" % (at_s, body)


def ml_dsa_44_message(name: str, subtree: Subtree, *, at_s: int) -> bytes:
    """Return what a 0x06 key of this name signs."""
    # C2SP: if start is not zero, the time must be zero.
    assert 0 <= subtree.start <= subtree.end
    assert subtree.start == 0 or at_s == 0
    return b"".join(
        (
            _LABEL,
            _prefixed(name),
            _TIME.pack(at_s),
            _prefixed(subtree.origin),
            _RANGE.pack(subtree.start, subtree.end),
            subtree.root,
        )
    )


def checkpoint_message(name: str, body: bytes, *, at_s: int) -> bytes:
    """Return what a 0x06 key of this name signs for the checkpoint with this body.

    Raises:
        Fault: `tlog.checkpoint.malformed`.
    """
    head = checkpoint.parse_body(body)
    return ml_dsa_44_message(name, Subtree(head.origin, 0, head.size, head.root), at_s=at_s)


def _prefixed(text: str) -> bytes:
    raw = text.encode()
    assert 0 < len(raw) <= 0xFF  # noqa: PLR2004 -- one byte of length
    return bytes((len(raw),)) + raw


def _malformed(why: str) -> Fault:
    return Fault(
        code="tlog.cosignature.malformed",
        what=f"This cosignature cannot be read: {why}.",
        fix="Ask the cosigner to sign the checkpoint again.",
    )
