"""Decimal numbers and base64, one spelling each: what the texts of this floor are made of.

    0    17    9223372036854775807            never +5, 05, 0_5 or other digits
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

A `None` says "not spelled so"; the caller knows which text it reads and raises its Fault.

Source: RFC 4648 section 4; the "ASCII decimal with no leading zeroes" of C2SP.
Floor: tlog (pure).
"""

import binascii
from typing import Final

HASH_BYTES: Final = 32
NUMBER_MAX: Final = (1 << 63) - 1
"""Greatest size, index and time; C2SP tlog-cosignature caps times here, comity sizes too."""

_NUMBER_DIGITS_MAX: Final = len(str(NUMBER_MAX))


def parse_decimal(digits: bytes) -> int | None:
    """Return the number from 0 to 2^63 - 1 that these digits spell, or None."""
    if not digits.isdigit() or len(digits) > _NUMBER_DIGITS_MAX:  # bytes: ASCII digits only
        return None
    if digits[0] == 0x30 and len(digits) > 1:  # noqa: PLR2004 -- ASCII "0"
        return None
    number = int(digits)
    return number if number <= NUMBER_MAX else None


def parse_base64(text: bytes) -> bytes | None:
    """Return the bytes that this padded base64 spells, or None; unused bits must be zero."""
    try:
        raw = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        return None
    return raw if binascii.b2a_base64(raw, newline=False) == text else None


def render_base64(raw: bytes) -> bytes:
    """Return the one base64 of these bytes."""
    return binascii.b2a_base64(raw, newline=False)


def parse_hash(text: bytes) -> bytes | None:
    """Return the 32 bytes that this base64 spells, or None."""
    raw = parse_base64(text)
    return raw if raw is not None and len(raw) == HASH_BYTES else None
