"""The officers' listener: plain HTTP for pages, API and feed, on loopback or behind a proxy.

Floor: boot.
"""

from contextlib import suppress
from typing import Final, override

from cheroot import server, wsgi

from comity.surfaces.web.wsgi import Application

THREADS: Final = 8
SHUTDOWN_S: Final = 2


class OfficersConnection(server.HTTPConnection):
    """A connection whose reader may hang up in the middle of an answer."""

    @override
    def close(self) -> None:
        """Close both ways; what a reader that left did not take is dropped.

        cheroot leaves the writer open, which then tries to send what is left whenever it is
        collected, on a socket that was closed long ago.
        """
        with suppress(OSError, ValueError):
            self.wfile.close()
        super().close()


class OfficersServer(wsgi.Server):
    """The listener of one node's officers.

    Args:
        address: host and port; port 0 takes any that is free.
        app: the WSGI application.
        threads: how many requests are answered at once.
    """

    ConnectionClass = OfficersConnection

    def __init__(self, address: tuple[str, int], app: Application, threads: int = THREADS) -> None:
        super().__init__(
            address, app, numthreads=threads, server_name="comity", shutdown_timeout=SHUTDOWN_S
        )
