"""How many officers approve an act before it is released, as the guideline says.

    needed(guideline, "request.answered/1", "urgent") -> Approval("request.answered", 2, …)

The first line of the text that fits counts.  For an act that no line names two approve, its
drafter and one who may release; for one that only tells of receipt or progress, one does.

Source: docs/spec/guideline.md, clause 10.
Floor: joint (pure).
"""

from typing import Final

from comity.joint.guideline.model import Approval, Guideline

RELEASING: Final = "releasing"

_BY_ONE: Final = frozenset({"request.acknowledged", "request.opened"})


def needed(guideline: Guideline, tag: str, urgency: str) -> Approval:
    """Return how many officers approve an act, and of which roles one of the others is.

    Args:
        guideline: that the act is bound to, or that is in force.
        tag: of the act, with its version.
        urgency: of the matter, or "".
    """
    name = tag.partition("/")[0]
    for one in guideline.approvals:
        if one.act == name and (not one.urgencies or urgency in one.urgencies):
            return one
    if name in _BY_ONE:
        return Approval(name, 1, (), ())
    return by_two(name)


def by_two(name: str) -> Approval:
    """Return what holds for an act that no line of a guideline names."""
    return Approval(name, 2, (RELEASING,), ())
