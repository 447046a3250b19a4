"""Proofs for taking away: "this entry stands in that log", checked with no network.

    c2sp.org/tlog-proof@v1
    extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6      (may be missing; never trusted)
    index 73894
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=       (zero or more, leaf to root)
    <empty line>
    <the checkpoint note, with its cosignatures>

Source: C2SP tlog-proof.
Floor: tlog (pure).
"""

from dataclasses import dataclass
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.tlog import checkpoint, note, spelling, tree
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.policy import Policy

EXTRA_BYTES_MAX: Final = 16 << 20
"""A sealed entry of 64 KiB in base64, and the bodies that are shown with it."""
PROOF_BYTES_MAX: Final = 2 * EXTRA_BYTES_MAX + 64 * 64 + limits.NOTE_BYTES_MAX

_MAGIC: Final = b"c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that an entry is in a log, as read: nothing here has been verified.

    Attributes:
        index: of the entry.
        hashes: from the sibling of the leaf to the child of the root; at most 63.
        checkpoint_note: the signed checkpoint, as bytes.
        extra: of the application's own, not authenticated; not empty, or None.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint_note: bytes
    extra: bytes | None = None


def parse(data: bytes) -> Proof:
    """Read a proof.

    Raises:
        Fault: `tlog.proof.malformed`, and those of `note.parse` and `checkpoint.parse_body`.
    """
    if len(data) > PROOF_BYTES_MAX:
        raise _malformed(f"it has {len(data)} bytes, over {PROOF_BYTES_MAX}")
    head, parting, checkpoint_note = data.partition(b"\n\n")
    magic, *lines = head.split(b"\n")
    if magic != _MAGIC or not parting or not lines:
        shown = quoted(magic.decode(errors="backslashreplace"))
        raise _malformed(f"its first line is {shown}, or no checkpoint follows")
    extra = _parse_extra(lines.pop(0)) if lines[0].startswith(b"extra ") else None
    if not lines:
        raise _malformed("it has no index line")
    index = _parse_index(lines[0])
    hashes = tuple(_parse_hash(line) for line in lines[1:])
    if len(hashes) > limits.PROOF_HASHES_MAX:
        raise _malformed(f"it has {len(hashes)} hashes, over {limits.PROOF_HASHES_MAX}")
    checkpoint.parse_body(note.parse(checkpoint_note).body)
    return Proof(index, hashes, checkpoint_note, extra)


def render(proof: Proof) -> bytes:
    """Return the proof as text."""
    assert proof.extra is None or 0 < len(proof.extra) <= EXTRA_BYTES_MAX
    lines = [_MAGIC]
    if proof.extra is not None:
        lines.append(b"extra " + spelling.render_base64(proof.extra))
    lines.append(b"index %d" % proof.index)
    lines += map(spelling.render_base64, proof.hashes)
    return b"\n".join(lines) + b"\n\n" + proof.checkpoint_note


def verify(proof: Proof, leaf_hash: bytes, policy: Policy) -> Checkpoint:
    """Return the checkpoint that the policy accepts and that holds this leaf.

    Args:
        proof: as read.
        leaf_hash: `tree.leaf_hash` of the entry in question.
        policy: the logs and witnesses that are trusted.

    Raises:
        Fault: those of `note.parse`, `Policy.verify` and `tree.verify_inclusion`.
    """
    head = policy.verify(note.parse(proof.checkpoint_note))
    tree.verify_inclusion(leaf_hash, proof.index, head.size, proof.hashes, head.root)
    return head


def _parse_extra(line: bytes) -> bytes:
    extra = spelling.parse_base64(line.removeprefix(b"extra "))
    if not extra or len(extra) > EXTRA_BYTES_MAX:
        raise _malformed(f"its line {quoted(line)} has no base64 of 1 to {EXTRA_BYTES_MAX} bytes")
    return extra


def _parse_index(line: bytes) -> int:
    index = spelling.parse_decimal(line.removeprefix(b"index "))
    if index is None or not line.startswith(b"index "):
        raise _malformed(f"its line {quoted(line)} is not an index")
    return index


def _parse_hash(line: bytes) -> bytes:
    result = spelling.parse_hash(line)
    if result is None:
        raise _malformed(f"its line {quoted(line)} is not the base64 of 32 bytes")
    return result


def _malformed(why: str) -> Fault:
    return Fault(
        code="tlog.proof.malformed",
        what=f"This is not a proof of a log: {why}.",
        fix="Ask for the proof again, as a .tlog-proof file.",
    )
