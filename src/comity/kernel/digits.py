"""Whole numbers that somebody wrote in digits.

`int` also takes signs, spaces, underscores and the digits of every script, costs the square of the
length, and raises for over 4,300 digits.

Floor: kernel.
"""

from comity.kernel import limits


def whole(text: str, most: int = limits.JSON_INTEGER_MAX) -> int | None:
    """Return the number that ASCII digits spell, or None where it is over `most` or none."""
    is_short = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
    number = int(text) if is_short else most + 1
    return number if number <= most else None
