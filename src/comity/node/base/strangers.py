"""Callers who have not shown yet who they are: how many of one address, and how often they come.

    strangers = Strangers(Bounds(per_address_max=32, opened=Rate(capacity=60, per_s=5)))
    strangers.enter("192.0.2.1", now_ms)     True: a connection may stay
    strangers.leave("192.0.2.1")             it closed, or is of somebody who is known
    strangers.know("192.0.2.1")              a party called from there: it is bound no more

A stranger costs a descriptor and what a handshake takes to compute, and never a thread.

Floor: node (`now_ms` is a parameter).
"""

import ipaddress
import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import Final

from comity.node.base.buckets import Buckets, Rate

CALLERS_MAX: Final = 8_192
"""Addresses of which it is remembered what they opened, and whether a party called from there."""

_ALL: Final = ""
_NETWORK_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Bounds:
    """What strangers may take.

    Attributes:
        per_address_max: connections that are open at a time.
        opened: connections that one address opens.
        opened_in_all: that all together open; None for no bound.
    """

    per_address_max: int
    opened: Rate
    opened_in_all: Rate | None = None


class Strangers:
    """The open connections of strangers; called from many threads."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._opened = Buckets(CALLERS_MAX)
        self._open: Counter[str] = Counter()
        self._known: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def enter(self, address: str, now_ms: int) -> bool:
        """Count a connection that an address opened; return whether it may stay."""
        caller, bounds = network(address), self._bounds
        with self._lock:
            is_bound = caller not in self._known
            if is_bound and self._open[caller] >= bounds.per_address_max:
                return False
            if is_bound and self._opened.spend(caller, bounds.opened, 1, now_ms):
                return False
            in_all = bounds.opened_in_all
            if is_bound and in_all and self._opened.spend(_ALL, in_all, 1, now_ms):
                return False
            self._open[caller] += 1
        return True

    def leave(self, address: str) -> None:
        """Let an address open another."""
        with self._lock:
            self._open[network(address)] -= 1
            self._open += Counter()  # forget who has left

    def know(self, address: str) -> None:
        """Remember that somebody who is known called from an address."""
        with self._lock:
            self._known[network(address)] = None
            self._known.move_to_end(network(address))
            if len(self._known) > CALLERS_MAX:
                self._known.popitem(last=False)


def network(text: str) -> str:
    """Return the address that is counted: of IPv6 the network, since callers have many in one."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if isinstance(found, ipaddress.IPv4Address):
        return text
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, _NETWORK_BITS), strict=False))
