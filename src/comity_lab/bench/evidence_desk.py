"""An officer's process beside one node of the bench: sends evidence, or awaits and opens it.

    send    a request with one file
    await   until so many large bodies are held
    open    the attachment of the newest request, into a folder, its hash compared

Floor: lab.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Self

from comity.acts.record import Addressee
from comity.boot import child_processes
from comity.boot import home as homes
from comity.demo.pair_of_nodes import Side
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import custody, officers, request_file
from comity.node.room.act_words import Attachment
from comity.node.room.custody import Why
from comity.node.room.release.draft_store import Sent
from comity.rooms.request import desk, reading
from comity.surfaces.cli import evidence_files
from comity.surfaces.cli.request_files import FileContents

AWAIT_S: Final = 600.0
_REQUEST: Final = b'{"type":"preservation","urgency":"routine","elements":{}}'


class Desk:
    """The process, as seen from the one that measures."""

    def __init__(self, side: Side, peer: str) -> None:
        context = child_processes.Context()
        self._line, far = context.Pipe()
        home = replace(side, process=None)  # a process cannot be handed to another one
        self._process = context.Process(target=_work, args=(far, home, peer), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self.call("ready")
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # it was killed
            self._line.send(("end", ""))
        self._process.join(10)
        self._process.kill()

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process.pid is not None
        return self._process.pid

    def kill(self) -> None:
        """End it as kill -9 does."""
        self._process.kill()
        self._process.join()

    def begin(self, task: str, said: str = "") -> None:
        """Let it do a task."""
        self._line.send((task, said))

    def call(self, task: str, said: str = "") -> None:
        """Let it do a task, and wait for its end.

        Raises:
            Fault: `lab.bench.failed`.
        """
        self.begin(task, said)
        self.end(task)

    def end(self, task: str = "await") -> None:
        """Wait for the end of a task that was begun.

        Raises:
            Fault: `lab.bench.failed`.
        """
        answer = self._line.recv()
        if answer != "done":
            raise Fault(
                code="lab.bench.failed",
                what=f"The task {task} failed: {answer}",
                fix="Read the logs of both nodes in the folder given with --keep.",
            )


def _work(line: "Connection[object, object]", side: Side, peer: str) -> None:
    with homes.opened(side.home, side.environment) as found:
        node = found.home.node
        officer = officers.authenticate(node, side.state.officer, side.token)
        tasks: dict[str, Callable[[str], object]] = {
            "ready": lambda _: None,
            "send": lambda path: _send(node, officer, Path(path), peer),
            "await": lambda count: _await(node, int(count)),
            "open": lambda path: _open(node, officer, Path(path)),
        }
        while True:
            asked = line.recv()
            assert isinstance(asked, tuple)
            if asked[0] not in tasks:
                return
            try:
                tasks[asked[0]](asked[1])
                line.send("done")
            except Fault as fault:
                line.send(str(fault))


def _send(node: Node, officer: Officer, path: Path, peer: str) -> None:
    asked = request_file.parse(_REQUEST, request_file.REQUEST, "the bench's request")
    line = request_file.AttachmentLine(path.name, "application/octet-stream", "TLP:AMBER+STRICT")
    attachment = Attachment(line, FileContents(path, path.stat().st_size))
    sent = desk.send(node, officer, asked, [attachment], (Addressee(peer),))
    assert isinstance(sent, Sent)
    node.wake(sent.channel)


def _await(node: Node, count: int) -> None:
    end = time.monotonic() + AWAIT_S
    while len(node.bodies.all()) < count:
        if time.monotonic() > end:
            raise Fault(
                code="lab.bench.stuck",
                what="The body did not arrive.",
                fix="Read the logs of both nodes in the folder given with --keep.",
            )
        time.sleep(0.02)


def _open(node: Node, officer: Officer, folder: Path) -> None:
    with node.store.read() as tx:
        row = max(tx.matters("request"), key=lambda one: one.at_ms)
    shown = reading.show(node, officer, row.matter.id)
    wanted = evidence_files.of_items(node, officer, custody.items(node, shown), Why("the bench"))
    assert len(list(evidence_files.write(folder, wanted))) == 1
