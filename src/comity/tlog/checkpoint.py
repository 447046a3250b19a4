r"""Checkpoints: the sentence "this log has N entries and this root".

    example.com/behind-the-sofa\n
    20852163\n
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n

It is the body of a note.  There are no extension lines, and an origin has neither
space nor plus: stricter than C2SP, rules 7 and 8 of the protocol.

Source: C2SP tlog-checkpoint.
Floor: tlog (pure).
"""

from dataclasses import dataclass
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.tlog import note, spelling

BODY_BYTES_MAX: Final = limits.ORIGIN_BYTES_MAX + 1 + 19 + 1 + 44 + 1
_BODY_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head.

    Attributes:
        origin: the name of the log; 1 to 255 bytes, no space, no plus.
        size: how many entries the log has; 0 to 2^63 - 1.
        root: Merkle root over those entries; 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        assert 0 <= self.size <= spelling.NUMBER_MAX
        assert len(self.root) == spelling.HASH_BYTES


def parse_body(body: bytes) -> Checkpoint:
    """Read the body of a checkpoint note.

    Raises:
        Fault: `tlog.checkpoint.malformed`, for any spelling but that of `render_body`.
    """
    if len(body) > BODY_BYTES_MAX:
        raise _malformed(f"it has {len(body)} bytes, over {BODY_BYTES_MAX}")
    lines = body.split(b"\n")
    if len(lines) != _BODY_LINES + 1 or lines[-1]:
        raise _malformed(f"it has not exactly {_BODY_LINES} lines, each with its newline")
    origin = lines[0].decode("utf-8", "replace")  # the replacement does not encode back
    if origin.encode() != lines[0] or not is_origin(origin):
        raise _malformed(f"its origin {quoted(origin)} is not one")
    size = spelling.parse_decimal(lines[1])
    if size is None:
        raise _malformed(f"its size {quoted(lines[1])} is not a plain decimal number")
    root = spelling.parse_hash(lines[2])
    if root is None:
        raise _malformed(f"its root {quoted(lines[2])} is not the base64 of 32 bytes")
    return Checkpoint(origin, size, root)


def render_body(checkpoint: Checkpoint) -> bytes:
    """Return the three lines."""
    root = spelling.render_base64(checkpoint.root)
    return b"%s\n%d\n%s\n" % (checkpoint.origin.encode(), checkpoint.size, root)


def is_origin(origin: str) -> bool:
    """Return whether this can be the origin of a log."""
    return note.is_key_name(origin)  # a log signs under its origin: the same rule


def require_origin(origin: str) -> str:
    """Return the origin if it is one.

    Raises:
        Fault: `tlog.checkpoint.bad-origin`.
    """
    if not is_origin(origin):
        raise Fault(
            code="tlog.checkpoint.bad-origin",
            what=f"The origin {quoted(origin)} is not one.",
            fix=f"Use 1 to {limits.ORIGIN_BYTES_MAX} bytes without space, plus or control.",
        )
    return origin


def _malformed(why: str) -> Fault:
    return Fault(
        code="tlog.checkpoint.malformed",
        what=f"This checkpoint cannot be read: {why}.",
        fix="Keep the bytes and ask the peer to publish its checkpoint again.",
    )
