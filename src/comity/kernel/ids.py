"""Identifiers: ASCII, lower case, one spelling each.

    party, channel, agency, office, element, item    [a-z0-9][a-z0-9.-]{0,62}
    arrangement                                      26 characters, 128 random bits in base32
    act, matter                                      the same; the first 16 bits are a second's

Random bits come in as a parameter: this floor has no chance of its own.

Floor: kernel (pure).
"""

import base64
import re

from comity.kernel.fault import Fault, quoted

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
_RANDOM = re.compile(r"[a-z2-7]{25}[aeimquy4]")
RANDOM_ID_BYTES = 16
_SECOND_BYTES = 2


def random_id(bits: bytes) -> str:
    """Return the identifier of 16 random bytes: RFC 4648 base32, lower case, no padding."""
    assert len(bits) == RANDOM_ID_BYTES
    return base64.b32encode(bits).decode("ascii").rstrip("=").lower()


def act_id(second: int, bits: bytes) -> str:
    """Return the identifier of a new act, near in order to those of the same second.

    So many acts at once are few pages of an index, however long the log is (docs/adr/0031).

    Args:
        second: of the clock; only its last 16 bits are told.
        bits: 16 random bytes, of which the last 14 are taken.
    """
    assert len(bits) == RANDOM_ID_BYTES
    of_second = (second % (1 << 8 * _SECOND_BYTES)).to_bytes(_SECOND_BYTES)
    return random_id(of_second + bits[_SECOND_BYTES:])


def require_name(kind: str, value: str) -> str:
    """Return the value if it is a name.

    Raises:
        Fault: `kernel.id.malformed`.
    """
    if not _NAME.fullmatch(value):
        raise _malformed(
            kind, value, "lower-case letters, digits, dots and hyphens, at most 63, like 'fr-doj'"
        )
    return value


def require_random_id(kind: str, value: str) -> str:
    """Return the value if `random_id` can give it.

    Raises:
        Fault: `kernel.id.malformed`.
    """
    if not _RANDOM.fullmatch(value):
        raise _malformed(kind, value, "the 26 characters that the program printed")
    return value


def _malformed(kind: str, value: str, shape: str) -> Fault:
    return Fault(
        code="kernel.id.malformed",
        what=f"The {kind} id {quoted(value)} is not spelled as one.",
        fix=f"Use {shape}.",
    )
