"""What must move while a node serves, and telling it to whoever started the node.

    moving = Liveness(clock.monotonic_ms)
    moving.beat("pumps")       said by what moves, each time that it does
    moving.silent()            what has not for too long

    Shown(…).step()            each ten seconds: knocks at each listener, and tells
    knock(8400)                whether a listener of this machine answers
    notify("READY=1")          to systemd, where it started this process and asks for it

Source: sd_notify(3); systemd.service(5), WatchdogSec=.
Floor: boot.
"""

import http.client
import os
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import Final

from comity.node.base.context import Node
from comity.node.operate import readiness

TICKER: Final = "ticker"
PUMPS: Final = "pumps"
OFFICERS: Final = "officers"
PEERS: Final = "peers"
PARTS: Final = (TICKER, PUMPS, OFFICERS, PEERS)

SILENT_MS: Final = 60_000
"""What has not moved for so long does not move: a step of a busy node takes seconds."""

KNOCK_S: Final = 5.0


class Liveness:
    """When each part moved last."""

    def __init__(self, monotonic_ms: Callable[[], float]) -> None:
        """Start: as if all had moved just now."""
        self._monotonic_ms = monotonic_ms
        self._moved_ms = dict.fromkeys(PARTS, monotonic_ms())

    def beat(self, part: str) -> None:
        """Say that a part moves."""
        assert part in self._moved_ms
        self._moved_ms[part] = self._monotonic_ms()

    def silent(self) -> tuple[str, ...]:
        """Return the parts that have not moved for too long."""
        now_ms = self._monotonic_ms()
        return tuple(part for part in PARTS if now_ms - self._moved_ms[part] > SILENT_MS)


class Shown:
    """What is shown of it: to pages by the store, to systemd where it asks.

    Args:
        node: ours.
        moving: when each part moved.
        doors: what knocks at a listener, by its part; gives whether it answered.
    """

    def __init__(
        self, node: Node, moving: Liveness, doors: Mapping[str, Callable[[], bool]]
    ) -> None:
        self._node = node
        self._moving = moving
        self._doors = doors

    def step(self) -> None:
        """Knock, and say what does not move; systemd hears of a node in which all does.

        Raises:
            Fault: `node.store.*`; then nothing is told, and the supervisor starts the node again.
        """
        for part, answers in self._doors.items():
            if answers():
                self._moving.beat(part)
        silent = self._moving.silent()
        with self._node.store.write() as tx:
            readiness.save(tx, self._node.clock.now_ms(), silent)
        if not silent:
            notify("WATCHDOG=1")


def knock(port: int, host: str = "127.0.0.1", *, tls: bool = False) -> bool:
    """Return whether a listener of this machine answers `GET /health`, whatever it says."""
    line: http.client.HTTPConnection
    if tls:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # it is our own, and nothing is told to it
        line = http.client.HTTPSConnection(host, port, timeout=KNOCK_S, context=context)
    else:
        line = http.client.HTTPConnection(host, port, timeout=KNOCK_S)
    try:
        line.request("GET", "/health")
        line.getresponse().read()
    except ssl.SSLError:  # who shows no certificate may be turned away: it answered
        return True
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
    return True


def notify(words: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Tell systemd; return whether it was asked for.  Never waits, never fails."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.setblocking(False)  # noqa: FBT003 -- the socket module's own signature
        try:
            line.sendto(words.encode(), address.replace("@", "\0", 1))
        except OSError:
            return False
    return True
