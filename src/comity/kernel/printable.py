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
