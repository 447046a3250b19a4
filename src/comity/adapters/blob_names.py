"""What every store of bodies says of names, gaps and bodies that are not there.

Floor: adapters.
"""

import re
from typing import Final

from comity.kernel.fault import Fault, quoted

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def is_sha256(name: str) -> bool:
    """Return whether a name is a SHA-256 in hex."""
    return _SHA256.fullmatch(name) is not None


def require_sha256(sha256: str) -> str:
    """Return the name if it is one.

    Raises:
        Fault: `adapters.body.name`.
    """
    if not _SHA256.fullmatch(sha256):
        raise Fault(
            code="adapters.body.name",
            what=f"The body name {quoted(sha256)} is not 64 lower-case hexadecimal digits.",
            fix="Name a body by its SHA-256.",
        )
    return sha256


def staged_name(sha256: str, by: str) -> str:
    """Return the name of what is staged of a body by a party; of none by this node itself.

    Raises:
        Fault: `adapters.body.name`.
    """
    return f"{require_sha256(sha256)}.{by}" if by else require_sha256(sha256)


def require_no_gap(name: str, offset: int, staged: int) -> None:
    """Return if bytes for an offset leave no hole.

    Raises:
        Fault: `adapters.body.gap`.
    """
    if not 0 <= offset <= staged:
        raise Fault(
            code="adapters.body.gap",
            what=f"Bytes of body {name} came for offset {offset}; {staged} bytes are held.",
            fix=f"Send the body from byte {staged}.",
        )


def missing(sha256: str) -> Fault:
    """Return what is said of a body that is not kept."""
    return Fault(
        code="adapters.body.missing",
        what=f"The body {sha256} is not kept here.",
        fix="Wait until it has come, or ask its author for it.",
    )
