"""A text of somebody else, fit to be shown: it cannot steer a terminal or turn a line round.

Floor: kernel.
"""

import re
from typing import Final

_STEERING: Final = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")


def printable(text: str) -> str:
    """Return a text in which control characters and those that turn it round are U+FFFD."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)
