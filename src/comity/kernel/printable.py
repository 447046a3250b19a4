"""A text of somebody else, fit to be shown: it cannot steer a terminal or turn a line round.

Nor does it hide: characters that nobody sees (Unicode categories Cf, Zl and Zp, and noncharacters)
are marked, or two texts that look alike would have two hashes.  Joiners stay where scripts such as
Persian and Hindi write them, after a letter of theirs.  Nor is it a formula to a table.

Source: Unicode 16.0, UTS #39 section 3.1.1 for joiners.

Floor: kernel.
"""

import re
from typing import Final

_NONCHARACTERS: Final = "\\ufdd0-\\ufdef" + "".join(
    f"\\U{plane << 16 | 0xFFFE:08x}\\U{plane << 16 | 0xFFFF:08x}" for plane in range(17)
)
_STEERING: Final = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2"
    "\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2064\\u2066-\\u206f\\ufeff\\ufff9-\\ufffb"
    "\\U000110bd\\U000110cd\\U00013430-\\U0001343f\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a"
    "\\U000e0001\\U000e0020-\\U000e007f" + _NONCHARACTERS + "]"
    "|(?<![\\u0600-\\u0eff\\u1780-\\u18aa])[\\u200c\\u200d]"
)

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}")


def printable(text: str) -> str:
    """Return a text in which what steers, turns a line round or is not seen is U+FFFD."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """Return the same on one line: what somebody else wrote begins none that reads as ours."""
    return (
        printable(text)
        .replace("\n", " \N{DOWNWARDS ARROW WITH CORNER LEFTWARDS} ")
        .replace("\t", " ")
    )


def set_off(text: str, margin: str) -> str:
    """Return a text of several lines of which each but the first begins with a margin and a bar."""
    return printable(text).replace("\n", f"\n{margin}| ")


def as_cell(text: str) -> str:
    """Return a cell of CSV that no program for tables takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
