"""A session in a calendar program: set, moved, postponed or converted, under one UID.

Floor: rooms.
"""

from comity.acts.points import State
from comity.joint.dialogue import acts, view
from comity.node.base import dated
from comity.node.base.dated import Dated


def of(now: State) -> Dated | None:
    """Return when a session takes place, or would have; None where no date was ever agreed."""
    ever = now.ever(acts.WHEN)
    agreed = view.when_ms(now)
    if not ever:
        return None
    status = view.status(now)
    if agreed is None or status == view.CONVERTED:
        how = dated.CANCELLED
    else:
        how = dated.TENTATIVE if status == view.CONVENED else dated.CONFIRMED
    name = f"{view.series(now)} {view.label(now)}"
    words = {"en": f"Session {name}", "zh": f"会议 {name}"}
    place = now.agreed(acts.PLACE)
    return Dated(agreed or int(ever[-1]), words, how, len(now.said) - 1, place)
