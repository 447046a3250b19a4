"""A bodies store that does not answer: it keeps nothing back that does not need it.

Each question to it may take as long as it may stay silent, and the rounds of a pump also bring
acts and heads.  So once it failed it is left alone for a while, and the operator is told.

Floor: node.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node

FAILED: Final = "node.bodies.unreachable"
"""Code of what says that the bodies store is out of reach; a folder of this machine is never."""

AGAIN_MS: Final = 10 * limits.HEARTBEAT_MS

WHAT: Final = "The S3 store of larger bodies does not answer: none is sent or fetched meanwhile."


@dataclass(slots=True)
class Outage:
    """The bodies store as it last answered.

    Attributes:
        apart_ms: when the bodies store last did not answer; None once it does.
    """

    apart_ms: int | None = None


def tried[Found](
    node: Node, ask: Callable[[], Found], otherwise: Found, again_ms: int = AGAIN_MS
) -> Found:
    """Return what comes of something that needs the bodies store.

    Args:
        node: ours.
        ask: it; outside any transaction.
        otherwise: returned where the store does not answer, or did not a moment ago.
        again_ms: how long ago that is; an officer who looks asks sooner than a pump.

    Raises:
        Fault: any other than `FAILED`.
    """
    since_ms = node.session.of(Outage).apart_ms
    if since_ms is not None and 0 <= node.clock.now_ms() - since_ms < again_ms:
        return otherwise
    try:
        found = ask()
    except Fault as fault:
        if fault.code != FAILED:
            raise
        node.session.of(Outage).apart_ms = node.clock.now_ms()
        node.alarms.raise_alarm(FAILED, WHAT)
        return otherwise
    if since_ms is not None:
        node.session.of(Outage).apart_ms = None
        node.alarms.clear(FAILED, WHAT)
    return found
