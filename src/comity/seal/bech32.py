r"""Bech32 as age uses it: keys that people copy, with a checksum against slips.

    age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj
    \_/ \__________________________________________________/\____/
    prefix, then "1"           data, five bits a character    checksum

The case is that of the prefix and there is no limit of length, so each value
has one spelling per prefix.

Source: BIP 173; C2SP age.md "Conventions".
Floor: seal (pure).
"""

import base64
import binascii
from collections.abc import Iterable
from typing import Final

from comity.kernel.fault import Fault

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_RFC4648: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_BECH32: Final = str.maketrans(_RFC4648, _ALPHABET)
_FROM_BECH32: Final = str.maketrans(_ALPHABET, _RFC4648)
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
# What each value of the five bits that fall out of the register adds to it.
_FEEDBACK: Final = tuple(
    [
        (0 if not top & 1 else _GENERATOR[0])
        ^ (0 if not top & 2 else _GENERATOR[1])
        ^ (0 if not top & 4 else _GENERATOR[2])
        ^ (0 if not top & 8 else _GENERATOR[3])
        ^ (0 if not top & 16 else _GENERATOR[4])
        for top in range(32)
    ]
)
_CHECKSUM_CHARS: Final = 6


def render(prefix: str, data: bytes) -> str:
    """Return the text form; upper case if the prefix is."""
    low = prefix.lower()
    # Both alphabets take the bits in the same order and fill the last character with zeros.
    symbols = base64.b32encode(data).decode("ascii").rstrip("=").translate(_TO_BECH32)
    text = f"{low}1{symbols}{_checksum(low, symbols)}"
    return text.upper() if prefix.isupper() else text


def parse(prefix: str, text: str) -> bytes:
    """Return the data of a text that `render` gives with this prefix.

    The text is never quoted in an error: it may be a secret.

    Raises:
        Fault: `seal.key.malformed`.
    """
    head = f"{prefix}1"
    if not text.startswith(head):
        raise _malformed(prefix, f"it does not begin with {head!r}")
    symbols = text[len(head) : -_CHECKSUM_CHARS].lower()
    try:
        padding = "=" * (-len(symbols) % 8)
        data = base64.b32decode(symbols.translate(_FROM_BECH32) + padding)
    except (binascii.Error, ValueError) as error:
        raise _malformed(prefix, "it holds a character that such keys never have") from error
    if render(prefix, data) != text:
        raise _malformed(prefix, "its checksum, its case or its length is wrong")
    return data


def _checksum(low: str, symbols: str) -> str:
    spread = [ord(c) >> 5 for c in low] + [0] + [ord(c) & 31 for c in low]
    values = spread + [_VALUES[c] for c in symbols] + [0] * _CHECKSUM_CHARS
    register = _polymod(values) ^ 1
    return "".join(_ALPHABET[register >> 5 * (5 - i) & 31] for i in range(_CHECKSUM_CHARS))


def _polymod(values: Iterable[int]) -> int:
    register = 1
    for value in values:
        register = (register & 0x1FFFFFF) << 5 ^ value ^ _FEEDBACK[register >> 25]
    return register


def _malformed(prefix: str, why: str) -> Fault:
    return Fault(
        code="seal.key.malformed",
        what=f"This is not a key of the form '{prefix}1…': {why}.",
        fix="Copy the whole key again, from the program that made it.",
    )
