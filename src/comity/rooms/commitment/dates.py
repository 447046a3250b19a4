"""A commitment in a calendar program: a task that is due, moves, is done, or is released.

Floor: rooms.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.points import State
from comity.joint.commitment import acts, view
from comity.node.base import dated
from comity.node.base.dated import Dated

_STATUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "under-way": dated.IN_PROCESS,
        "substantial": dated.IN_PROCESS,
        acts.DONE: dated.COMPLETED,
        view.RELEASED: dated.CANCELLED,
    }
)


def of(now: State) -> Dated | None:
    """Return by when a commitment is to be done; None where no date was ever agreed."""
    ever = now.ever(acts.DUE)
    if not ever:
        return None
    name = now.said[0].codes[acts.REF]
    words = {"en": f"Commitment {name}", "zh": f"承诺 {name}"}
    how = _STATUSES.get(view.status(now), dated.NEEDS_ACTION)
    return Dated(view.due_ms(now) or int(ever[-1]), words, how, len(now.said) - 1, is_task=True)
