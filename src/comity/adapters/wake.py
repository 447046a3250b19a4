"""How processes of one home find each other: a wake socket, and the lock of the one that serves.

    run/wake          a UNIX datagram socket; a datagram names the channel where something was
                      appended, or is empty: anything may have happened
    run/serve.lock    locked while `serve` runs; holds its process id, and once officers may
                      come the port of their listener

A lost datagram costs a fifth of a second, since the sender looks into the store anyway, after each
round too.

Floor: adapters.
"""

import fcntl
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from comity.adapters.durable_file import give
from comity.kernel import limits
from comity.kernel.fault import Fault, path_quoted

WAKE: Final = "wake"
LOCK: Final = "serve.lock"
LOCK_TRIES: Final = 5


def send(run: Path, channel: str = "") -> None:
    """Wake the process that serves this home, if one does.  Never waits, never fails.

    Args:
        run: the home's folder of running processes.
        channel: where something was appended, or "" for anywhere.
    """
    with (
        suppress(OSError),
        _address(run) as address,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender,
    ):
        sender.setblocking(False)  # noqa: FBT003 -- the socket module's own signature
        sender.sendto(channel.encode(), address)


class Listener:
    """Receives datagrams in a thread and tells everyone who hears."""

    def __init__(self, run: Path) -> None:
        """Bind the socket; the caller holds the lock, so an old socket is a dead one's."""
        self._run = run
        self._hearers: list[Callable[[str], None]] = []
        (run / WAKE).unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with _address(run) as address:
            self._socket.bind(address)
        (run / WAKE).chmod(0o600)
        self._closing = False
        self._thread = threading.Thread(target=self._receive, name="wake", daemon=True)
        self._thread.start()

    def each(self, act: Callable[[str], None]) -> None:
        """Do something that never waits with the channel of each wake, or "" for anywhere."""
        self._hearers.append(act)

    def wake(self, channel: str = "") -> None:
        """Wake what waits for a channel from within the process, or all."""
        for hear in self._hearers:
            hear(channel)

    def close(self) -> None:
        """Stop listening and remove the socket."""
        self._closing = True
        send(self._run)
        self._thread.join(1.0)
        self._socket.close()
        (self._run / WAKE).unlink(missing_ok=True)
        self.wake()

    def _receive(self) -> None:
        while not self._closing:
            try:
                channel = self._socket.recv(limits.ORIGIN_BYTES_MAX)
            except OSError:
                return
            self.wake(channel.decode("utf-8", "replace"))


@contextmanager
def hold_lock(run: Path) -> Iterator[None]:
    """Hold the lock of the one process that serves a home.

    Raises:
        Fault: `adapters.home.already-served`, naming the process.
    """
    descriptor = os.open(run / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        give(descriptor, run)
        if not _lock(descriptor):
            process, _ = _told(descriptor)
            raise Fault(
                code="adapters.home.already-served",
                what=f"The home {path_quoted(run.parent)} is served already, by process {process}.",
                fix=f"Stop process {process} first, then try again: one process signs for a home.",
            )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)


def serving_process(run: Path) -> int | None:
    """Return the id of the process that serves a home, or None."""
    try:
        descriptor = os.open(run / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _told(descriptor)[0]
    finally:
        os.close(descriptor)
    return None


def tell_port(run: Path, port: int) -> None:
    """Let other processes know where officers come in; the caller holds the lock."""
    with (run / LOCK).open("ab") as file:
        file.write(f"{port}\n".encode("ascii"))


def serving_port(run: Path) -> int | None:
    """Return the port of the officers' listener of the process that serves a home, or None."""
    if serving_process(run) is None:
        return None
    with suppress(OSError), (run / LOCK).open("rb") as file:
        return _told(file.fileno())[1] or None
    return None


def _told(descriptor: int) -> tuple[int, int]:
    """Return the process that serves and its port; 0 for what it has not told yet."""
    words = os.pread(descriptor, 40, 0).decode("ascii", "replace").split()
    process, port, *_ = (*(int(word) if word.isdecimal() else 0 for word in words), 0, 0)
    return process, port


def _lock(descriptor: int) -> bool:
    """Try for a moment: `serving_process` of another process holds the lock for an instant."""
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
        else:
            return True
    return False


@contextmanager
def _address(run: Path) -> Iterator[str]:
    """Give an address of the socket that is short however deep the folder lies.

    A socket's path has at most 107 bytes (unix(7)).
    """
    folder = os.open(run, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{WAKE}"
    finally:
        os.close(folder)
