r"""An entry of the local log: a step at home, in codes and salted hashes.

    comity/local/1\n
    {"at":1764000000000,"facts":{"officer":"<64 hex>"},"step":"release.released"}\n

Source: docs/spec/proof.md, clause 13.
Floor: domestic (pure).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.kernel import ijson
from comity.kernel.fault import Fault

HEADER: Final = b"comity/local/1\n"


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        code: what was done.
        at_ms: when.
        hashes: `{name: salted SHA-256}` of what it is about, hex.
    """

    code: str
    at_ms: int
    hashes: Mapping[str, str]


def render(step: str, at_ms: int, hashes: Mapping[str, str]) -> bytes:
    """Return the bytes of an entry."""
    return HEADER + ijson.render({"at": at_ms, "facts": dict(hashes), "step": step}) + b"\n"


def parse(data: bytes) -> Step:
    """Read the bytes of an entry.

    Raises:
        Fault: `locallog.entry.malformed`, `kernel.json.*`.
    """
    if not data.startswith(HEADER) or not data.endswith(b"\n"):
        raise _malformed()
    value = ijson.parse_canonical(data[len(HEADER) : -1])
    if not isinstance(value, dict) or value.keys() != {"at", "facts", "step"}:
        raise _malformed()
    at_ms, hashes, code = value["at"], value["facts"], value["step"]
    if not isinstance(at_ms, int) or not isinstance(hashes, dict) or not isinstance(code, str):
        raise _malformed()
    return Step(code, at_ms, {name: str(sha256) for name, sha256 in hashes.items()})


def fact_sha256(salt: bytes, value: str) -> str:
    """Return the salted SHA-256 by which a fact stands in the log, hex."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


def _malformed() -> Fault:
    return Fault(
        code="locallog.entry.malformed",
        what="An entry of the local log is not spelled as one.",
        fix="Ask for the export again; if it comes so, run `comity fsck` on the node.",
    )
