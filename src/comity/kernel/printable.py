"""A text of somebody else, fit to be shown: it cannot steer a terminal or turn a line round.

Nor is it a formula to a program for tables, in a file that such a one may open.

Floor: kernel.
"""

import re
from typing import Final

_STEERING: Final = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}")


def printable(text: str) -> str:
    """Return a text in which control characters and those that turn it round are U+FFFD."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


def as_cell(text: str) -> str:
    """Return a cell of CSV that no program for tables takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
