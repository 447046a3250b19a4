"""Where a figure stands: `<group>/<measure>`, of which each code is one part.

    all/timeliness/respond/elapsed/median
    side/sn/quality/response/refused/ne-bis-in-idem
    agency/~/volume/asked
    agency/sn:police/volume/asked

A code is spelled as a part of a JSON pointer is (RFC 6901): `~` as `~0`, a slash as `~1`.  What is
not known is `~`, which no code is spelled as.

Source: docs/spec/review.md, part 4.
Floor: figures (pure).
"""

from functools import lru_cache
from typing import Final

ALL: Final = "all"
SIDE: Final = "side"
UNKNOWN: Final = "~"


@lru_cache(maxsize=65_536)
def part(code: str) -> str:
    """Return a code as one part of an address."""
    return code.replace("~", "~0").replace("/", "~1") or UNKNOWN


def code(spelled: str) -> str:
    """Return the code that a part spells: the inverse of `part`."""
    return "" if spelled == UNKNOWN else spelled.replace("~1", "/").replace("~0", "~")


def split(address: str) -> tuple[str, str]:
    """Return the group and what stands within it."""
    parts = address.split("/")
    count = 1 if parts[0] == ALL else 2
    return "/".join(parts[:count]), "/".join(parts[count:])
