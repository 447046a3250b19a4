"""How a listener gets its address, and what is said where it does not.

Floor: surfaces.
"""

import errno
import socket
from typing import Final

from cheroot import wsgi

from comity.kernel.fault import Fault

type Chosen = tuple[str, str]
"""The flag that chooses a port, and the setting of config.toml that says its host."""

OFFICERS: Final[Chosen] = ("--port", "officers_host")
PEERS: Final[Chosen] = ("--peer-port", "peer_host")
OUTSIDE: Final[Chosen] = ("--outside-port", "outside_host")
METRICS: Final[Chosen] = ("--metrics-port", "metrics_host")


def bind(listener: wsgi.Server, chosen: Chosen) -> int:
    """Bind a listener and return its port.

    Args:
        listener: not bound yet.
        chosen: by what its address is chosen.

    Raises:
        Fault: `surfaces.port.busy`, `surfaces.address.unusable`.
    """
    host, port = listener.bind_addr
    flag, setting = chosen
    try:
        _try(host, port)
        listener.prepare()
    except OSError as error:
        what = f"Nothing can listen on {host}:{port}: {error.strerror or error}."
        if error.errno == errno.EADDRINUSE:
            raise Fault(
                code="surfaces.port.busy",
                what=what,
                fix=f"Stop the other program there, or choose another port with {flag}.",
            ) from error
        raise Fault(
            code="surfaces.address.unusable", what=what, fix=_mend(error, setting)
        ) from error
    return int(listener.bind_addr[1])


def near(host: str) -> str:
    """Return an address by which this machine reaches a listener that is bound to a host."""
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- told apart, not bound


def _mend(error: OSError, setting: str) -> str:
    if error.errno in {errno.EACCES, errno.EPERM}:
        return (
            "Choose a port from 1024 up, or let the service bind it: AmbientCapabilities="
            "CAP_NET_BIND_SERVICE in its systemd unit."
        )
    return (
        f"Set {setting} in config.toml to an address that this machine has: see `ip address`. A "
        "name must be known to it, and the network up before the node starts."
    )


def _try(host: str, port: int) -> None:
    """Bind for a moment: cheroot would leave its socket open, and its error is put together."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
