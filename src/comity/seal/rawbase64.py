"""Base64 as age spells it: standard alphabet, no padding, one spelling per value.

    16 bytes <-> 22 characters, 32 <-> 43, 1120 <-> 1494

Source: C2SP age.md "Conventions"; RFC 4648, sections 3.5 and 4.
Floor: seal (pure).
"""

import binascii


def render(data: bytes) -> bytes:
    """Return the characters, without `=`."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=")


def parse(text: bytes | str) -> bytes | None:
    """Return the value, or nothing if `render` never gives this text."""
    if isinstance(text, str):
        text = text.encode("utf-8")
    try:
        data = binascii.a2b_base64(text + b"=" * (-len(text) % 4), strict_mode=True)
    except binascii.Error:
        return None
    # What the strict decoder lets pass, bits left over and `=` in the text, is in its end.
    tail = len(data) % 3
    is_canonical = not tail or render(data[-tail:]) == text[-tail - 1 :]
    return data if is_canonical else None
