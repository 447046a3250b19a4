"""Reading an answer within what time is left of the whole of it, however it comes.

A timeout of a socket is of each read alone: whoever sends byte by byte never meets it.

    class _Connection(http.client.HTTPConnection):
        response_class = patient.response_class(patience)

Floor: adapters.
"""

import http.client
import io
import socket
from collections.abc import Callable
from typing import Any, Final, Protocol, override

_READ_BYTES: Final = 65_536


class Patience(Protocol):
    """How long an answer is waited for."""

    def left_s(self) -> float:
        """Return the seconds that are left.

        Raises:
            TimeoutError: if none is.
        """
        ...

    def earn(self, size_bytes: int) -> None:
        """Add the time that so many bytes buy."""
        ...


def response_class(patience: Patience) -> Callable[..., http.client.HTTPResponse]:
    """Return what http.client makes of a socket, to be read within what time is left."""

    def made(sock: Any, **how: Any) -> http.client.HTTPResponse:  # noqa: ANN401 -- as http.client calls it
        return http.client.HTTPResponse(_Patient(sock, patience), **how)  # type: ignore[arg-type] # all it wants is `makefile`

    return made


class _Patient:
    """What HTTPResponse reads from, within what time is left."""

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        self._sock = sock
        self._patience = patience

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a reader of the socket."""
        return io.BufferedReader(_PatientIO(self._sock, self._patience), _READ_BYTES)


class _PatientIO(socket.SocketIO):
    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        super().__init__(sock, "r")
        sock._io_refs += 1  # type: ignore[attr-defined] # noqa: SLF001 -- as socket.makefile does
        self._patient_sock = sock
        self._patience = patience

    @override
    def readinto(self, b: Any) -> int | None:
        self._patient_sock.settimeout(self._patience.left_s())
        count = super().readinto(b)
        self._patience.earn(count or 0)
        return count
