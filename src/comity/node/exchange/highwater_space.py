"""Room for bodies beside the high-water mark: an alarm while a log has none.

Nothing that is signed is lost by it; but what a home that is lost would get back from the file
has no texts then, and they are asked of whoever wrote them.

Floor: node.
"""

from typing import Final

from comity.node.base import alarm
from comity.node.base.context import Node

FULL: Final = "highwater.bodies.full"
_ABOUT: Final = ("highwater", "bodies")


def watch(node: Node) -> None:
    """Raise the alarm of each log beside which there is no room, and end it once there is."""
    alarms = {
        (FULL, f"{origin}: no room is left beside the high-water mark for what it names.")
        for origin in node.highwater.full()
    }
    alarm.stand(node, _ABOUT, alarms)
