"""Pages from several processes: whichever answers says the same, and no request is lost."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest
from support import typed
from support.typed import environment

from comity.boot import configuration
from comity.boot.pages import MANY, Pages, count_of
from comity.kernel.fault import Fault
from comity_lab.bench import processes

PROGRAM = [sys.executable, "-c", "import sys; from comity.boot import main; sys.exit(main())"]
FORM = "application/x-www-form-urlencoded"
PATIENCE_S = 60.0
SOON_S = 10.0
"""Less than the beat of streams, which look by themselves every 15 seconds."""


def comity(*words: str) -> str:
    """Run a command to its end; return what it printed."""
    done = typed.comity(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def until[T](look: Callable[[], T], what: str) -> T:
    """Return what a look gives once it gives something."""
    end = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < end, what
        time.sleep(0.02)
    return found


def is_there(process: int) -> bool:
    """Whether a process runs: one that has ended and waits to be asked for its code does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def children(process: int) -> list[int]:
    """Return what a process has started, whichever thread of it, and what that has."""
    return processes.family(process)[1:]


@dataclass
class Served:
    """A node that serves.

    Attributes:
        process: that serves.
        port: of its officers.
        log: the file that it writes to.
        cookies: of the operator's browser, once they have signed in.
    """

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    cookies: dict[str, str]

    def told(self, event: str) -> list[int]:
        """Return the processes of which the log tells something."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line["process"] for line in lines if line["event"] == event]

    def line(self) -> HTTPConnection:
        """Return a new connection."""
        return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def ask(
        self, line: HTTPConnection, path: str, form: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, str]:
        """Ask on a connection; return the answer and its text."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers |= {"Content-Type": FORM, "Origin": f"http://127.0.0.1:{self.port}"}
            body = urlencode(form)
        line.request("GET" if form is None else "POST", path, body, headers)
        answer = line.getresponse()
        for text in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = text.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer, answer.read().decode()

    def sign_in(self, link: str) -> None:
        """Sign in by a one-time link."""
        with closing(self.line()) as line:
            path = f"/account/link/{link}"
            token = token_of(self.ask(line, path)[1])
            answer, _ = self.ask(line, path, {"csrfmiddlewaretoken": token})
            assert answer.status in (302, 303)

    def answers(self, line: HTTPConnection) -> int:
        """Return the process that has the other end of a connection."""
        assert line.sock is not None
        ends = f"{self.port:04X} ", f":{line.sock.getsockname()[1]:04X} "
        rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
        inode = next(
            row.split()[9] for row in rows if ends[0] in row[:20] and ends[1] in row[18:34]
        )
        for process in (self.process.pid, *children(self.process.pid)):
            for file in Path(f"/proc/{process}/fd").iterdir():
                with suppress(OSError):
                    if str(file.readlink()) == f"socket:[{inode}]":
                        return process
        raise AssertionError("nobody has the other end")

    def lines(self, stack: ExitStack) -> dict[int, HTTPConnection]:
        """Return a connection to each process that answers."""
        wanted = {self.process.pid, self.told("pages.ready")[-1]}
        found: dict[int, HTTPConnection] = {}

        def look() -> bool:
            line = stack.enter_context(closing(self.line()))
            assert self.ask(line, "/health")[0].status == 200
            found.setdefault(self.answers(line), line)
            return found.keys() == wanted

        until(look, "one of the processes is never asked")
        return found


def token_of(page: str) -> str:
    """Return the token of the forms of a page."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1]


@contextmanager
def serving(home: Path, *, port: int = 0) -> Iterator[Served]:
    """Serve for the length of a `with`."""
    ready, log = home.parent / "ready", home.parent / "log"
    for before in (ready, log):  # a page process of the node before may still say that it is ready
        before.unlink(missing_ok=True)
    words = ["serve", "--home", str(home), "--port", str(port), "--peer-port", "0"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*PROGRAM, *words, "--ready-file", str(ready)], env=environment(), stderr=out
        )
    try:
        until(lambda: ready.exists() or process.poll() is not None, "it does not start")
        assert process.poll() is None, log.read_text()
        yield Served(process, json.loads(ready.read_bytes())["port"], log, {})
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that nobody is paired with, with an operator; two processes answer them."""
    folder = tmp_path_factory.mktemp("pages") / "home"
    comity(
        "init", str(folder), "--party", "fr", "--name", "en=France", "--agency", "doj=en:Justice"
    )
    comity("officer", "add", "ops", "--home", str(folder), "--agency", "doj", "--role", "operator")
    config = folder / "config.toml"
    config.write_text(config.read_text().replace("page_processes = 0", "page_processes = 2"))
    return folder


@pytest.fixture
def node(home: Path) -> Iterator[Served]:
    """It serves, its operator has signed in, and both processes answer."""
    link = re.search(r"/account/link/(\S+)", comity("officer", "link", "ops", "--home", str(home)))
    assert link
    with serving(home) as served:
        served.sign_in(link[1])
        until(lambda: served.told("pages.ready"), "no page process starts")
        yield served


def test_whichever_process_answers_the_page_says_the_same(node: Served) -> None:
    """Of the operator's pages, which say most of the process that serves."""
    with ExitStack() as stack:
        lines = node.lines(stack)

        def is_same(path: str) -> bool:
            pages = [node.ask(line, path) for line in lines.values()]
            assert [answer.status for answer, _ in pages] == [200, 200], path
            return len({re.sub(r'value="[A-Za-z0-9]{64}"', "", text) for _, text in pages}) == 1

        for path in ("/node/", "/node/doctor/", "/partners/", "/settings/"):
            until(partial(is_same, path), path)  # a minute may pass between the two
            assert {node.answers(line) for line in lines.values()} == set(lines)
        passkeys = [node.ask(line, "/account/passkeys/add/")[1] for line in lines.values()]
        assert all(f"http://localhost:{node.port}/account/" in text for text in passkeys)


def test_what_changes_something_is_answered_by_the_process_that_serves(node: Served) -> None:
    """So is what a program calls; and pages of the same connection are made beside it again."""
    main = node.process.pid
    with ExitStack() as stack:
        other, line = next((p, one) for p, one in node.lines(stack).items() if p != main)
        token = token_of(node.ask(line, "/settings/")[1])
        form = {"csrfmiddlewaretoken": token, "language": "zh-hans", "next": "/node/"}

        assert node.ask(line, "/language", form)[0].status == 302
        assert node.answers(line) == main
        assert 'lang="zh-Hans"' in node.ask(line, "/node/")[1]
        assert node.answers(line) == other
        assert node.ask(line, "/api/v1/requests")[0].status == 401
        assert node.answers(line) == main
        assert node.ask(line, "/health")[0].status == 200
        assert node.answers(line) == other


def test_requests_that_come_together_are_answered_in_their_order(node: Served) -> None:
    """What one process has read ahead of a connection, the other goes on with."""
    with ExitStack() as stack:
        _, line = next((p, o) for p, o in node.lines(stack).items() if p != node.process.pid)
        assert line.sock is not None
        head = f"Host: 127.0.0.1:{node.port}\r\n"
        said = f"GET /health HTTP/1.1\r\n{head}\r\n"
        said += f"POST /language HTTP/1.1\r\n{head}Content-Length: 3\r\n\r\na=b"
        said += f"GET /health HTTP/1.1\r\n{head}\r\n"
        said += f"GET /api/none HTTP/1.1\r\n{head}Connection: close\r\n\r\n"
        line.sock.sendall(said.encode())
        came = b""
        while piece := line.sock.recv(65_536):
            came += piece

    assert re.findall(rb"HTTP/1\.1 (\d+) ", came) == [b"200", b"403", b"200", b"404"]


def test_a_page_process_that_is_killed_is_replaced_and_nothing_asked_meanwhile_is_lost(
    node: Served,
) -> None:
    """Connections wait for the next one, or are answered by the process that serves."""
    first = node.told("pages.ready")[-1]
    os.kill(first, signal.SIGKILL)
    for _ in range(20):
        with closing(node.line()) as line:
            assert node.ask(line, "/node/")[0].status == 200
    until(lambda: len(node.told("pages.ready")) > 1, "it is not replaced")
    with ExitStack() as stack:
        assert first not in node.lines(stack)
    assert node.told("pages.ended") == [first]


def test_a_page_process_that_hangs_is_killed_and_replaced(node: Served) -> None:
    """What was handed to it and not taken up waits for the next one."""
    first = node.told("pages.ready")[-1]
    os.kill(first, signal.SIGSTOP)
    with ExitStack() as stack:
        lines = [stack.enter_context(closing(node.line())) for _ in range(8)]
        headers = {"Cookie": "; ".join(f"{name}={v}" for name, v in node.cookies.items())}
        for line in lines:
            line.request("GET", "/node/", headers=headers)
        assert [line.getresponse().status for line in lines] == [200] * len(lines)
    assert node.told("pages.hangs") == node.told("pages.ended") == [first]
    assert len(node.told("pages.ready")) == 2


def test_streams_of_every_process_hear_of_what_another_does(node: Served) -> None:
    """An officer signs out: their open pages are told so at once, wherever they are kept."""
    with ExitStack() as stack:
        lines = node.lines(stack)
        token = token_of(node.ask(lines[node.process.pid], "/settings/")[1])
        cookies = "; ".join(f"{name}={value}" for name, value in node.cookies.items())
        streams = []
        for line in lines.values():
            line.request("GET", "/events/stream", headers={"Cookie": cookies})
            streams.append(line.getresponse())
            assert streams[-1].status == 200
        assert {node.answers(line) for line in lines.values()} == set(lines)
        asking = stack.enter_context(closing(node.line()))
        began = time.monotonic()
        path = "/account/sign-out/"
        assert node.ask(asking, path, {"csrfmiddlewaretoken": token})[0].status == 302

        for stream in streams:
            while b"event: end" not in (piece := stream.readline()):
                assert piece
        assert time.monotonic() - began < SOON_S


def test_nothing_outlives_a_process_that_is_killed(home: Path, node: Served) -> None:
    """Its page processes end with it, and the next one serves the same home on the same port."""
    others = children(node.process.pid)
    assert others == node.told("pages.ready")
    node.process.kill()
    node.process.wait()
    until(lambda: not any(map(is_there, others)), "it outlives who started it")
    with serving(home, port=node.port) as again, closing(again.line()) as line:
        assert again.ask(line, "/health")[0].status == 200


def test_all_of_them_end_when_one_is_told_to(node: Served) -> None:
    """SIGTERM to the process that serves ends it with 0, once the others have ended."""
    others = children(node.process.pid)
    node.process.terminate()

    assert node.process.wait(PATIENCE_S) == 0
    assert not any(map(is_there, others))


def test_one_process_starts_no_other(home: Path) -> None:
    """As it was set."""
    config = home / "config.toml"
    two = config.read_text()
    config.write_text(two.replace("page_processes = 2", "page_processes = 1"))
    with serving(home) as served, closing(served.line()) as line:
        assert served.ask(line, "/account/sign-in/")[0].status == 200
        assert children(served.process.pid) == []
    config.write_text(two)


def test_unless_set_each_core_has_one_up_to_a_few() -> None:
    """What is set holds; what cannot be is refused."""
    assert count_of(7) == 7
    assert count_of(0) == min(len(os.sched_getaffinity(0)), MANY)
    for wrong in (-1, 65):
        with pytest.raises(Fault, match="page_processes"):
            configuration.parse(f'party = "fr"\npage_processes = {wrong}\n', "it")


def test_one_whose_end_cannot_be_heard_of_is_ended_and_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No descriptor is left: what was started is not left behind, and all is tried again later."""
    found = Pages(tmp_path, os.environ, 1)
    (place,) = found._places
    begun: list[int] = []

    def refuse(process: int) -> int:
        begun.append(process)
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "pidfd_open", refuse)
    for _ in range(3):
        found._start_missing()
    (process,) = begun
    assert not is_there(process)
    assert (place.process, place.ended) == (None, -1)
    monkeypatch.undo()
    place.after_ms = 0
    found._start_missing()
    assert place.process is not None
    assert place.ended >= 0
    os.close(place.ended)
    found.end()
