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
_AT: Final = HEADER + b'{"at":'


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


@dataclass(frozen=True, slots=True)
class Part:
    """Which entries of a log, by what stands in the clear in them.

    Attributes:
        step: a code, or the beginning of one with its dot, or "" for all.
        from_ms: the first instant of it, or None.
        until_ms: the first instant that is not of it any more, or None.
    """

    step: str = ""
    from_ms: int | None = None
    until_ms: int | None = None

    def has(self, code: str, at_ms: int) -> bool:
        """Return whether a step is of this part."""
        is_step = not self.step or code == self.step or code.startswith(f"{self.step}.")
        return is_step and self.has_time(at_ms)

    def has_time(self, at_ms: int) -> bool:
        """Return whether an instant is of this part."""
        is_begun = self.from_ms is None or at_ms >= self.from_ms
        return is_begun and (self.until_ms is None or at_ms < self.until_ms)

    @property
    def is_timed(self) -> bool:
        """Whether instants are left out."""
        return self.from_ms is not None or self.until_ms is not None


ALL: Final = Part()


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
    if type(at_ms) is not int or not isinstance(hashes, dict) or not isinstance(code, str):
        raise _malformed()
    return Step(code, at_ms, {name: str(sha256) for name, sha256 in hashes.items()})


def at_ms(data: bytes) -> int:
    """Return when a step was taken, by the bytes of its entry, and read no more of them.

    Raises:
        Fault: `locallog.entry.malformed`, `kernel.json.*`.
    """
    number = data[len(_AT) :].partition(b",")[0] if data.startswith(_AT) else b""
    return int(number) if number.isdigit() else parse(data).at_ms


def fact_sha256(salt: bytes, value: str) -> str:
    """Return the salted SHA-256 by which a fact stands in the log, hex."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


def _malformed() -> Fault:
    return Fault(
        code="locallog.entry.malformed",
        what="An entry of the local log is not spelled as one.",
        fix="Ask for the export again; if it comes so, run `comity fsck` on the node.",
    )
