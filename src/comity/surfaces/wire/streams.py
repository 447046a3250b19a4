"""What a worker reads from and writes to: TLS within a patience, in pieces that cost little.

Floor: surfaces.
"""

import _pyio  # type: ignore[import-not-found] # cheroot's readers are made of it
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, override

from cheroot import makefile

from comity.surfaces.wire.patience import Patience, PatientIO

_BUFFER_BYTES: Final = 65_536


class Reader(makefile.StreamReader):
    """Reads a connection."""

    raw: PatientIO
    _read_buf: bytes
    _read_pos: int

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        _pyio.BufferedReader.__init__(self, PatientIO(sock, "r", patience), _BUFFER_BYTES)
        self.bytes_read = 0

    @override
    def read(self, *args: Any) -> Any:
        """Read; a large piece straight into its place, since TLS gives 16 KiB at a time."""
        size = args[0] if args else -1
        if size <= _BUFFER_BYTES:
            return super().read(*args)  # type: ignore[no-untyped-call] # cheroot has no types
        held = self._read_buf[self._read_pos : self._read_pos + size]
        self._read_pos += len(held)
        piece = bytearray(size)
        piece[: len(held)] = held
        at = len(held)
        with memoryview(piece) as view:
            while at < size and (count := self.raw.readinto(view[at:])):
                at += count
        del piece[at:]
        self.bytes_read += at
        return piece


class Writer(makefile.StreamWriter):
    """Writes to a connection."""

    _write_buf: bytearray

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        _pyio.BufferedWriter.__init__(self, PatientIO(sock, "w", patience), 65_536)
        self.bytes_written = 0
        self._is_held = False

    @override
    def write(self, *args: Any) -> int:
        """Write, or hold back what the next piece takes along."""
        if not self._is_held:
            return int(super().write(*args))  # type: ignore[no-untyped-call] # cheroot has no types
        self._write_buf.extend(args[0])
        self.bytes_written += len(args[0])
        return len(args[0])

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold back what is written meanwhile, until the next piece or `flush`."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
