"""Where the pages of a room are found: under one of six entries, or in the bar of every page.

    Place(COOPERATION)                                    a room printed from its verbs
    Place(DIALOGUE, both("Review", …), "review:figures")  one with pages of its own

The entries are fixed; what is beneath them the rooms say, so that no surface names one.

Floor: node.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts.verb import Both, both

DESK: Final = "desk"
REQUESTS: Final = "requests"
CASES: Final = "cases"
COOPERATION: Final = "cooperation"
DIALOGUE: Final = "dialogue"
STATE: Final = "state"
BAR: Final = "bar"
"""On every page, beside the entries: what must be reached at once."""

ENTRIES: Final[Mapping[str, Both]] = MappingProxyType(
    {
        DESK: both("Desk", "工作台"),
        REQUESTS: both("Requests", "请求"),
        CASES: both("Cases", "案件"),
        COOPERATION: both("Cooperation", "合作"),
        DIALOGUE: both("Dialogue", "对话"),
        STATE: both("State", "本国"),
    }
)
"""What each is called, in the order in which they stand."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one room is found.

    Attributes:
        entry: a key of `ENTRIES`, or `BAR`.
        words: what its pages are called; if none, as its table says, or as the entry.
        page: its first page, `room:page`, where that is not the list of its table.
        one: the page of one matter, where that is not `<kind>:one`.
        roles: of those who have use for it; everybody who reads content if none.
        key: that goes there, or "".
        open_statuses: of its line, while which the bar says that something is open.
    """

    entry: str
    words: Both = MappingProxyType({})
    page: str = ""
    one: str = ""
    roles: frozenset[str] = frozenset()
    key: str = ""
    open_statuses: frozenset[str] = frozenset()


USUAL: Final = Place(COOPERATION)
"""Of a room that says nothing else."""
