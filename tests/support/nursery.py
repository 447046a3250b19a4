"""A process that has loaded everything a node needs, and becomes a node as often as it is asked.

    child = nursery().fork(serve, folder, environment)      # a copy that runs serve(pipe, …)
    child.pipe, child.pid; child.exit_code(10)

A story of a node that is killed starts it four times or more, and loading Django each time was most
of what such a story cost.  One nursery serves a worker; its copies share no connection, since it
opens none.

Floor: tests.
"""

import functools
import multiprocessing
import os
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from pathlib import Path
from typing import Any

from django.db import connections

from comity.adapters.store import connect
from support.typed import copies

_LOOK_S = 0.002


@dataclass(frozen=True, slots=True)
class Child:
    """A copy that runs.

    Attributes:
        pid: of its process.
        pipe: to what it runs.
    """

    nursery: "Nursery"
    pid: int
    pipe: "Connection[Any, Any]"

    def exit_code(self, wait_s: float = 0) -> int | None:
        """Return how it ended, -9 after SIGKILL; None where it still runs after that time."""
        return self.nursery.exit_code(self.pid, wait_s)


class Nursery:
    """The test's end of it."""

    def __init__(self) -> None:
        copies()  # a worker has one forkserver: whoever comes first says what it loads
        context = multiprocessing.get_context("forkserver")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_nurse, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def fork(self, function: Callable[..., None], *arguments: object) -> Child:
        """Let a copy run function(pipe, *arguments), and end."""
        ours, theirs = multiprocessing.Pipe()
        self._pipe.send((function, arguments))
        send_handle(self._pipe, theirs.fileno(), self._process.pid)
        theirs.close()
        pid: int = self._pipe.recv()
        return Child(self, pid, ours)

    def exit_code(self, pid: int, wait_s: float) -> int | None:
        """Return how a copy ended, or None where it still runs after `wait_s` seconds."""
        self._pipe.send((pid, wait_s))
        code: int | None = self._pipe.recv()
        return code


@functools.cache
def nursery() -> Nursery:
    """Return the one of this worker."""
    return Nursery()


def _nurse(pipe: "Connection[Any, Any]") -> None:
    connect.configure(Path(tempfile.gettempdir()), None, "a key that signs nothing but tests")
    assert connections["default"].vendor == "sqlite"  # loads the backend, and opens nothing
    ended: dict[int, int] = {}
    while True:
        try:
            what, about = pipe.recv()
        except EOFError:  # the worker has ended
            return
        if isinstance(what, int):
            pipe.send(_exit_code(ended, what, about))
            continue
        handle = recv_handle(pipe)
        if (pid := os.fork()) == 0:
            pipe.close()
            _be(what, Connection(handle), about)
        os.close(handle)
        pipe.send(pid)


def _be(function: Callable[..., None], pipe: "Connection[Any, Any]", arguments: object) -> None:
    """Be a copy, until the end of the process."""
    code = 1
    try:
        assert isinstance(arguments, tuple)
        function(pipe, *arguments)
        code = 0
    except EOFError:  # the worker has ended
        pass
    except BaseException:  # noqa: BLE001 -- whoever forked it finds the code, and this above
        traceback.print_exc()
    finally:
        os._exit(code)


def _exit_code(ended: dict[int, int], pid: int, wait_s: float) -> int | None:
    until = time.monotonic() + wait_s
    while pid not in ended:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            ended[pid] = os.waitstatus_to_exitcode(status)
        elif time.monotonic() >= until:
            return None
        else:
            time.sleep(_LOOK_S)
    return ended[pid]
