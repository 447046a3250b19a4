"""Callers who only take places, in a process of their own.

    silent      opens a line to the peers' listener and says nothing
    dripping    sends a form to the officers' listener, an octet a second

Whoever is let go calls again a second later, each from one of 100 addresses of this machine.

Floor: lab.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final, Self

from comity.boot import child_processes

ADDRESSES: Final = 100
_PAUSE_S: Final = 1.0
_FORM: Final = (
    b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Targets:
    """Whom they call.

    Attributes:
        peers: port of the peers' listener.
        officers: of the officers'.
        count: callers of each kind.
    """

    peers: int
    officers: int
    count: int


class Swarm:
    """All of them, for the length of a `with`."""

    def __init__(self, targets: Targets) -> None:
        context = child_processes.Context()
        self._line, far = context.Pipe()
        self._process = context.Process(target=_work, args=(far, targets), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    def opened(self) -> tuple[int, int]:
        """Return how many lines are open now, and how many were opened so far."""
        self._line.send(None)
        now, ever = self._line.recv()
        return int(now), int(ever)


def _work(line: "Connection[object, object]", targets: Targets) -> None:
    asyncio.run(_called(line, targets))


async def _called(line: "Connection[object, object]", targets: Targets) -> None:
    counts = [0, 0]
    tasks = [
        asyncio.create_task(_caller(counts, port, begins, number))
        for port, begins in ((targets.peers, b""), (targets.officers, _FORM))
        for number in range(targets.count)
    ]
    while not any(task.done() for task in tasks):
        if line.poll():
            line.recv()
            line.send(tuple(counts))
        await asyncio.sleep(_PAUSE_S / 10)
    await asyncio.gather(*tasks)


async def _caller(counts: list[int], port: int, begins: bytes, number: int) -> None:
    own = (f"127.0.1.{number % ADDRESSES + 1}", 0)
    while True:
        await asyncio.sleep(_PAUSE_S)
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=own)
            counts[0] += 1
            counts[1] += 1
            try:
                await _held(reader, writer, begins)
            finally:
                counts[0] -= 1
                writer.close()


async def _held(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, begins: bytes) -> None:
    """Keep a line until the listener lets it go."""
    writer.write(begins)
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PAUSE_S):
                await reader.read(1)
                return
        if begins:
            writer.write(b"x")
            await writer.drain()
