"""Processes that make officers' pages beside the one that serves, so that every core makes some.

    serving    accepts every connection; answers whatever changes something, programs, and its
               share of what people read; hands the other readers' connections on.  It starts
               the others once a page is asked for, and another for each that ends; one that
               does not hear any more is killed
    page       has the home open as a command has it; answers GET and HEAD of pages on the
               connections that are handed to it, and hands one back on which something else is
               asked

So nothing that a page process remembers decides anything.  It ends with the serving process,
however that ends.

Floor: boot.
"""

import itertools
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from comity.adapters import clock
from comity.boot import application, connection_handover, home_check, log, memory
from comity.boot import home as homes
from comity.boot.connection_handover import Line
from comity.boot.officers import OfficersConnection, OfficersServer, PageServer
from comity.kernel.fault import Fault

MANY: Final = 2
"""At most, unless set: with two a node takes some 250 MB, and 115 more with each more."""

AGAIN_MS: Final = 500
FAILED_MS: Final = 60_000
"""Until there is another after one that ended: that had been ready, or never was."""

PULSE_MS: Final = 3_000
SILENT: Final = 3
"""Pulses one after another that nobody answers: then a page process hangs."""

GATHER_MS: Final = 100
END_S: Final = 4.0
SWITCH_S: Final = 0.000_5
"""How long one thread may keep others of a process waiting: an act alone crosses six."""

_PROGRAM: Final = "import sys; from comity.boot import pages; pages.main(*sys.argv[1:])"


def count_of(wanted: int) -> int:
    """Return how many processes answer officers, the serving one among them.

    Args:
        wanted: as set; 0: one for each core, but not over `MANY`.
    """
    return wanted or min(len(os.sched_getaffinity(0)), MANY)


@dataclass(slots=True, eq=False)
class _Place:
    """One page process, and the next one in its place.

    Attributes:
        line: to it.
        theirs: its end, which stays open: what stands in the line waits for the next one.
        process: it, if it runs.
        ended: a descriptor that can be read once it has ended.
        after_ms: when the next may start.
        is_ready: whether it answers.
        pulse_at_ms: when it is asked next whether it hears.
        unanswered: how often it was asked since it last said so.
    """

    line: Line
    theirs: Line
    process: subprocess.Popen[bytes] | None = None
    ended: int = -1
    after_ms: int = 0
    is_ready: bool = False
    pulse_at_ms: int = 0
    unanswered: int = 0


class Pages:
    """The page processes of one home, as the serving process knows them."""

    def __init__(self, folder: Path, environment: Mapping[str, str], count: int) -> None:
        """Plan them; none is started yet.

        Args:
            folder: the home.
            environment: COMITY_* and everything else.
            count: how many.
        """
        self._folder = folder
        self._environment = {**environment}
        self._environment.pop(homes.CRASH_AT, None)  # it is for the process that serves
        self._places = [_Place(*connection_handover.pair()) for _ in range(count)]
        self._turns = itertools.count()
        self._bell, self._ring = connection_handover.pair()
        self._is_asked = False
        self._is_over = False
        self._news_at_ms: int | None = None
        self._address = ("", 0)
        self._thread: threading.Thread | None = None

    def begin(self, server: OfficersServer, seen: Callable[[], None]) -> None:
        """Hand connections of a listener on from now, and take back what is handed back.

        Args:
            server: bound.
            seen: called when somebody has a page in front of them.
        """
        if self._places:
            server.beside = self.take
            self._address = server.bind_addr[:2]
            self._thread = threading.Thread(
                target=self._run, args=(server, seen), name="pages", daemon=True
            )
            self._thread.start()

    def take(self, connection: OfficersConnection) -> bool:
        """Return whether another process takes a connection on which something is asked."""
        if self._is_over or connection.has_read_ahead() or not connection.asks_page():
            return False
        if not self._is_asked:
            self._is_asked = True
            self._ring.say(connection_handover.NEWS)
        ready = [place for place in self._places if place.is_ready]
        if not ready or connection.is_ours:
            return False
        turn = next(self._turns) % (len(ready) + (0 if connection.came_back else 1))
        if turn == len(ready):
            connection.is_ours = True
            return False
        return connection.hand(ready[turn].line)

    def news(self) -> None:
        """Let open pages of other processes be looked at, soon and together."""
        if self._news_at_ms is None and any(place.is_ready for place in self._places):
            self._news_at_ms = clock.monotonic_ms() + GATHER_MS
            self._ring.say(connection_handover.NEWS)

    def end(self) -> None:
        """End every page process; what it is answering gets two seconds."""
        self._is_over = True
        self._ring.say(connection_handover.NEWS)
        if self._thread is not None:
            self._thread.join()
        running = [place.process for place in self._places if place.process is not None]
        for place in self._places:
            place.line.say(connection_handover.END)
        until_ms = clock.monotonic_ms() + int(END_S * 1_000)
        for process in running:
            try:
                process.wait(max(0, until_ms - clock.monotonic_ms()) / 1_000)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for line in (self._bell, self._ring):
            line.close()
        for place in self._places:
            place.line.close()
            place.theirs.close()

    def _run(self, server: OfficersServer, seen: Callable[[], None]) -> None:
        """Start them, hear them, and pass news on, until it is over."""
        while not self._is_over:
            try:
                if self._is_asked:
                    self._start_missing()
                self._wait()
                self._hear(server, seen)
                self._feel()
                self._bury()
                self._pass_news()
            except Exception as error:  # noqa: BLE001 -- a thread of a node does not end by an error
                log.tell("pages.unforeseen", log.where(error))
                time.sleep(AGAIN_MS / 1_000)

    def _hear(self, server: OfficersServer, seen: Callable[[], None]) -> None:
        for place in self._places:
            while (word := place.line.hear()) is not None:
                if word.connection is not None:
                    server.take_back(word.connection, word.ahead)
                elif word.kind == connection_handover.SEEN:
                    seen()
                elif word.kind == connection_handover.READY:
                    place.is_ready = place.process is not None
                elif word.kind == connection_handover.PULSE:
                    place.unanswered = 0

    def _feel(self) -> None:
        """Ask each whether it hears; kill one that has not said so for a while.

        Pulses are counted and not seconds: while this process stands still, nobody is silent.
        """
        now_ms = clock.monotonic_ms()
        for place in self._places:
            if place.process is None or not place.is_ready or now_ms < place.pulse_at_ms:
                continue
            if place.unanswered == SILENT:
                log.tell("pages.hangs", {"process": place.process.pid})
                place.process.kill()
            else:
                place.unanswered += 1
                place.line.say(connection_handover.PULSE)
            place.pulse_at_ms = now_ms + PULSE_MS

    def _wait(self) -> None:
        """Return when something may have happened."""
        poller = select.poll()
        for number in (self._bell.fileno(), *(place.line.fileno() for place in self._places)):
            poller.register(number, select.POLLIN)
        running = [place for place in self._places if place.process is not None]
        for place in running:
            poller.register(place.ended, select.POLLIN)
        due_ms = [self._news_at_ms] if self._news_at_ms is not None else []
        if self._is_asked and len(running) < len(self._places):
            due_ms.append(min(place.after_ms for place in self._places if place.process is None))
        due_ms += [place.pulse_at_ms for place in running if place.is_ready]
        poller.poll(max(0, min(due_ms) - clock.monotonic_ms()) if due_ms else None)
        while self._bell.hear() is not None:
            pass

    def _start_missing(self) -> None:
        for place in self._places:
            now_ms = clock.monotonic_ms()
            if place.process is None and now_ms >= place.after_ms:
                place.after_ms = now_ms + FAILED_MS
                try:
                    place.process, place.ended = self._started(place.theirs.fileno())
                except OSError as error:
                    log.tell("pages.failed", {"why": error.strerror or "unknown"})

    def _started(self, number: int) -> tuple[subprocess.Popen[bytes], int]:
        """Start a process on its end of a line; return it, and what can be read at its end.

        One whose end could not be heard of, since there is no descriptor left, is ended at once.
        """
        words = [sys.executable, "-P", "-c", _PROGRAM, str(number), str(self._folder)]
        words += map(str, self._address)
        process = subprocess.Popen(  # noqa: S603 -- this program
            words, env=self._environment, stdin=subprocess.DEVNULL, pass_fds=[number]
        )
        try:
            return process, os.pidfd_open(process.pid)
        except OSError:
            process.kill()
            process.wait()
            raise

    def _bury(self) -> None:
        for place in self._places:
            if place.process is not None and place.process.poll() is not None:
                status = place.process.returncode
                log.tell("pages.ended", {"process": place.process.pid, "status": status})
                os.close(place.ended)
                pause_ms = AGAIN_MS if place.is_ready else FAILED_MS
                place.after_ms = clock.monotonic_ms() + pause_ms
                place.process, place.is_ready, place.unanswered = None, False, 0

    def _pass_news(self) -> None:
        if self._news_at_ms is not None and clock.monotonic_ms() >= self._news_at_ms:
            self._news_at_ms = None
            for place in self._places:
                if place.is_ready:
                    place.line.say(connection_handover.NEWS)


def main(number: str, folder: str, host: str, port: str) -> None:
    """Answer what is handed to this process, until it is told to end, or who told it has ended.

    Args:
        number: descriptor of its line.
        folder: the home.
        host: where the serving process listens.
        port: likewise.
    """
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, lambda *_: None)  # they are for the process that serves
    memory.bound()
    line = connection_handover.inherited(int(number))
    try:
        _serve(line, Path(folder), (host, int(port)))
    except Fault as fault:
        log.tell("pages.fault", {"code": fault.code, "what": fault.what})
        sys.exit(1)


def _serve(line: Line, folder: Path, address: tuple[str, int]) -> None:
    with homes.opened(folder, os.environ) as found:
        home_check.require_computed(found)  # its files may be newer than who started it
        application.load()
        app = application.of(found.home, partial(line.say, connection_handover.SEEN))
        server = PageServer(line, address, app)
        server.prepare()
        sys.setswitchinterval(SWITCH_S)
        line.say(connection_handover.READY)
        log.tell("pages.ready", {"process": os.getpid()})
        server.serve()
