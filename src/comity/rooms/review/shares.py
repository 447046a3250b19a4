"""Shares and quotients in figures, the same in every language.

    share(5, 8)     "62.5 %"
    tenths(5, 2)    "2.5"

Floor: rooms.
"""


def share(upper: int, lower: int) -> str:
    """Return a share as per cent: `62.5 %`; what is neither none nor all is told as neither."""
    found = tenths(100 * upper, lower)
    if found == "100" and upper < lower:
        found = "> 99.9"
    elif found == "0" and upper > 0:
        found = "< 0.1"
    return f"{found} %"


def tenths(upper: int, lower: int) -> str:
    """Return a quotient to one place, rounded half up: `3`, `62.5`."""
    tenths = (20 * upper + lower) // (2 * lower)
    return f"{tenths // 10}" + (f".{tenths % 10}" if tenths % 10 else "")
