"""What the heads of pages of rooms share: what a tag needs of the page, what is owed in words.

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.template import Context

from comity.acts import stance
from comity.acts.owed import Owed
from comity.acts.points import State
from comity.acts.verb import Both
from comity.node.desk.matters import Shown


def around(context: Context, matter: Shown) -> dict[str, Any]:
    """Return what a tag takes over from its page."""
    return {
        "request": context["request"],
        "now_ms": context["now_ms"],
        "zones": context["zones"],
        "own": context["own"],
        "parties": context["parties"],
        "matter_id": matter.row.matter.id,
    }


def crossings(now: State) -> list[tuple[str, Both]]:
    """Return what crossed and still shows of a matter of points: each point with its words."""
    return [
        (point, stance.CROSSING_WORDS[name])
        for point, name in now.crossings().items()
        if name != stance.MET
    ]


def owed(
    found: Sequence[Owed], words: Mapping[str, Both], now_ms: int
) -> list[tuple[Owed, Both, bool]]:
    """Return what is owed: each with its words, and whether it is late."""
    return [(one, words[one.what], one.is_late(now_ms)) for one in found]
