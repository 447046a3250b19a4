"""Ports for servers that start later: taken out of what the system gives to callers, and held.

A port that `bind` to 0 finds may be an outgoing connection of some other program by the time
that a server wants it. Ours lie below those of callers (RFC 6056, section 2.1; 32768 on Linux,
49152 elsewhere), and a lock on one byte of a file a port keeps other processes of ours away
until this one ends.

Floor: demo.
"""

import fcntl
import functools
import os
import random
import socket
import tempfile
from pathlib import Path
from typing import Final

from comity.kernel.fault import Fault

PORTS: Final = range(20_000, 32_768)
_given: set[int] = set()
_drawn: Final = random.SystemRandom()


def free_port() -> int:
    """Return a port at which nobody listens, and which nobody else is given while this process is.

    Raises:
        Fault: `demo.port.none`.
    """
    for port in _drawn.sample(PORTS, len(PORTS)):
        if port not in _given and _held(port) and _free(port):
            _given.add(port)
            return port
    raise Fault(
        code="demo.port.none",
        what=f"No port from {PORTS.start} to {PORTS.stop - 1} is free on this machine.",
        fix="Stop what listens there, and start again.",
    )


def _held(port: int) -> bool:
    try:
        fcntl.lockf(_locks(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
        return True


@functools.cache
def _locks() -> int:
    """Return the open file of locks; a lock of POSIX ends with its process."""
    name = Path(tempfile.gettempdir()) / f"comity-ports-{os.getuid()}"
    return os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
