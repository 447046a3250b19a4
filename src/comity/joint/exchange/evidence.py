"""A fork, proven: two heads that one log signed and that cannot both be true.

    {"bigger": note, "implied-root": base64, "proof": [base64, …], "smaller": note}

Equal sizes with different roots need no proof.  Otherwise the proof leads from the implied
root at the smaller size to the bigger head's root, and the implied root is not the one that
the smaller head says (protocol rule 22).  Anyone with the log's public keys can check it.

Floor: joint (pure).
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.tlog import checkpoint, cosignature, note, spelling, tree
from comity.tlog.note import Verifier

_KEYS: Final = frozenset({"bigger", "implied-root", "proof", "smaller"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two signed heads of one log, and the path that shows them to disagree."""

    smaller: bytes
    bigger: bytes
    implied_root: bytes
    proof: tuple[bytes, ...]


def verify_evidence(evidence: Evidence, candidates: Sequence[Sequence[Verifier]]) -> str:
    """Return the origin of the log that is convicted.

    Args:
        evidence: as exported.
        candidates: verifiers of the log's keys, one set per card.

    Raises:
        Fault: `exchange.evidence.unproven`, `tlog.*`.
    """
    notes = [note.parse(evidence.smaller), note.parse(evidence.bigger)]
    for parsed in notes:
        if not any(_verifies(parsed, verifiers) for verifiers in candidates):
            raise _unproven("a head is not signed by the log")
    small, big = (checkpoint.parse_body(parsed.body) for parsed in notes)
    if small.origin != big.origin:
        raise _unproven("the heads are of two logs")
    if small.size == big.size:
        if small.root == big.root:
            raise _unproven("the heads agree")
        return small.origin
    if evidence.implied_root == small.root:
        raise _unproven("the path leads to the root of the smaller head")
    tree.verify_consistency(small.size, evidence.implied_root, big.size, big.root, evidence.proof)
    return small.origin


def _verifies(parsed: note.Note, verifiers: Sequence[Verifier]) -> bool:
    try:
        note.verify_all(parsed, verifiers)
    except Fault:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Fallen:
    """Two heads of one log, cosigned by one mirror: the bigger one at an earlier time.

    A mirror's cosign times never fall while size rises (protocol rule 8).

    Attributes:
        smaller: note of the smaller head with the mirror's two lines.
        bigger: of the bigger one.
    """

    smaller: bytes
    bigger: bytes


def verify_fallen(fallen: Fallen, candidates: Sequence[Sequence[Verifier]]) -> str:
    """Return the origin of the log whose mirror is convicted.

    Args:
        fallen: as exported.
        candidates: verifiers of the mirror's keys, one set per card.

    Raises:
        Fault: `exchange.evidence.unproven`, `tlog.*`.
    """
    notes = [note.parse(fallen.smaller), note.parse(fallen.bigger)]
    for parsed in notes:
        if not any(_verifies(parsed, verifiers) for verifiers in candidates):
            raise _unproven("a head is not cosigned by the mirror")
    small, big = (checkpoint.parse_body(parsed.body) for parsed in notes)
    times = [[cosignature.time_of(line) for line in parsed.signatures] for parsed in notes]
    if small.origin != big.origin or small.size >= big.size or min(times[0]) <= max(times[1]):
        raise _unproven("the times do not fall while the size of one log rises")
    return small.origin


def fallen_to_json(fallen: Fallen) -> Json:
    """Return the evidence as a JSON value that can be handed on."""
    return {"bigger": fallen.bigger.decode(), "smaller": fallen.smaller.decode()}


def fallen_from_json(value: Json) -> Fallen:
    """Read back what `fallen_to_json` gave.

    Raises:
        Fault: `exchange.evidence.unproven`.
    """
    if not isinstance(value, dict) or value.keys() != {"bigger", "smaller"}:
        raise _unproven("it is not an object of bigger, smaller")
    return Fallen(_text(value["smaller"]), _text(value["bigger"]))


def to_json(evidence: Evidence) -> Json:
    """Return the evidence as a JSON value that can be handed on."""
    return {
        "bigger": evidence.bigger.decode(),
        "implied-root": base64.b64encode(evidence.implied_root).decode(),
        "proof": [base64.b64encode(h).decode() for h in evidence.proof],
        "smaller": evidence.smaller.decode(),
    }


def from_json(value: Json) -> Evidence:
    """Read back what `to_json` gave.

    Raises:
        Fault: `exchange.evidence.unproven`.
    """
    if not isinstance(value, dict) or value.keys() != _KEYS:
        raise _unproven(f"it is not an object of {', '.join(sorted(_KEYS))}")
    proof = value["proof"]
    if not isinstance(proof, list) or len(proof) > limits.PROOF_HASHES_MAX:
        raise _unproven("its proof is not a list of at most 63 hashes")
    return Evidence(
        smaller=_text(value["smaller"]),
        bigger=_text(value["bigger"]),
        implied_root=_hash(value["implied-root"]),
        proof=tuple(map(_hash, proof)),
    )


def _text(value: Json) -> bytes:
    if not isinstance(value, str):
        raise _unproven("a head is not a text")
    return value.encode()


def _hash(value: Json) -> bytes:
    raw = spelling.parse_hash(value.encode()) if isinstance(value, str) else None
    if raw is None:
        raise _unproven("a hash is not the base64 of 32 bytes")
    return raw


def _unproven(why: str) -> Fault:
    return Fault(
        code="exchange.evidence.unproven",
        what=f"This does not convict a log: {why}.",
        fix="Keep both heads; ask the other side to publish its head again.",
    )
