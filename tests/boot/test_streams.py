"""Streams of the officers' listener: open pages keep no thread, and are told what is for them."""

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from node.desk.test_duty import Desk
from support import pair
from surfaces.web import stage as stages
from surfaces.web.duty import stage

from comity.boot import streams
from comity.boot.officers import OfficersServer
from comity.domestic.officer import role
from comity.node.desk import officer_admin as officer_rows
from comity.surfaces.web.wsgi import StartResponse, make_application

PATIENCE_S = 20
HEAD = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n{more}\r\n"


class Reader:
    """A browser that reads a stream.

    Attributes:
        read: everything that came.
        head: of the answer.
    """

    def __init__(
        self, lines: ExitStack, served: OfficersServer, cookie: str, tag: str = "", more: str = ""
    ) -> None:
        self._line = lines.enter_context(socket.create_connection(served.bind_addr, PATIENCE_S))
        head = HEAD.format(path=f"/events/stream?tag={tag}", cookie=cookie, more=more)
        self._line.sendall(head.encode())
        self.read = b""
        self.head = self.until(b"\r\n\r\n")

    def until(self, what: bytes) -> str:
        """Read until something has come; return everything that came."""
        while what not in self.read:
            piece = self._line.recv(4_096)
            assert piece, self.read
            self.read += piece
        return self.read.decode()

    def to_the_end(self) -> bytes:
        """Read until the node hangs up."""
        while piece := self._line.recv(4_096):
            self.read += piece
        return self.read

    def close(self) -> None:
        """Hang up."""
        self._line.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with somebody in every role."""
    with pair.closing():
        yield stage.desk_of(tmp_path_factory.mktemp("streams"))


@pytest.fixture
def lines() -> Iterator[ExitStack]:
    """Connections, closed after the test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def served(desk: Desk) -> Iterator[OfficersServer]:
    """Its listener, with two threads."""
    app = make_application(stages.desk_of(desk.node))
    server = OfficersServer(("127.0.0.1", 0), app, threads=2)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join(PATIENCE_S)


def cookie_of(desk: Desk, name: str) -> str:
    """Return the cookie of a session."""
    found = stage.client(desk, name).cookies
    return "; ".join(f"{key}={one.value}" for key, one in found.items())


def tag_of(desk: Desk, name: str) -> str:
    """Return the tag of what an officer's page has now, as an address has it."""
    return stage.client(desk, name).get("/events").headers["ETag"].replace('"', "%22")


def ask(served: OfficersServer, request: str) -> str:
    """Return the status line of the answer to a request."""
    with socket.create_connection(served.bind_addr, PATIENCE_S) as line:
        line.sendall(request.encode())
        return line.recv(4_096).decode().partition("\r\n")[0]


def test_an_arrival_is_told_to_who_is_shown_it_and_to_nobody_else(
    desk: Desk, served: OfficersServer, lines: ExitStack
) -> None:
    """Without content; and a reader that comes back with what it knows is told nothing twice."""
    wei, xu = cookie_of(desk, "wei"), cookie_of(desk, "xu")
    told = Reader(lines, served, wei, tag_of(desk, "wei"))
    hidden = Reader(lines, served, xu, tag_of(desk, "xu"))
    assert "text/event-stream" in told.head
    assert "X-Accel-Buffering: no" in told.head
    clock = desk.world.states["bb"].clock
    at_ms = clock.at_ms
    desk.ask()
    clock.at_ms = at_ms  # ages of a minute later would be news to everybody
    served.streams.woken.set()
    said = told.until(b"data: new\n\n").partition("retry: 5000")[2]
    assert "event: new" in said
    tag = said.partition("id: ")[2].partition("\n")[0]
    back = Reader(lines, served, wei, more=f"Last-Event-ID: {tag}\r\n")
    desk.ask("subscriber", "urgent")
    clock.at_ms = at_ms
    served.streams.woken.set()
    assert back.until(b"data: new\n\n").count("event: new") == 1
    assert tag not in back.read.decode()
    served.stop()
    assert b"event: new" not in hidden.to_the_end()


def test_two_hundred_streams_keep_no_page_waiting(
    desk: Desk, served: OfficersServer, lines: ExitStack
) -> None:
    """Two threads answer; an officer has some streams and no more, and gives places back."""
    names = [f"officer{n}" for n in range(200 // streams.OFFICER_MAX)]
    for name in names:
        officer_rows.add(desk.node, name, "mps", roles=[role.CASE_OFFICER])
    cookies = [cookie_of(desk, name) for name in names]
    readers = [Reader(lines, served, one) for one in cookies for _ in range(streams.OFFICER_MAX)]
    assert all("200 OK" in one.head for one in readers)
    assert len(readers) == 200
    assert ask(served, HEAD.format(path="/", cookie=cookies[0], more="")) == "HTTP/1.1 200 OK"
    assert "503" in Reader(lines, served, cookies[0]).head
    readers.pop(0).close()
    readers.append(Reader(lines, served, cookies[0]))
    assert "200 OK" in readers[-1].head
    served.stop()
    assert not [one for one in readers if b"event: end" in one.to_the_end()]


def test_a_session_that_is_over_and_a_role_that_is_another_end_a_stream(
    desk: Desk, served: OfficersServer, lines: ExitStack
) -> None:
    """Ended in another browser: the stream says so and is cut, with nothing more told."""
    wei = stage.client(desk, "wei")
    cookie = "; ".join(f"{key}={one.value}" for key, one in wei.cookies.items())
    first = Reader(lines, served, cookie_of(desk, "cai"), tag_of(desk, "cai"))
    second = Reader(lines, served, cookie, tag_of(desk, "wei"))
    assert wei.post("/account/sign-out/").status_code in {302, 303}
    officer_rows.give_roles(desk.node, "cai", [role.AUDITOR])
    served.streams.woken.set()
    for one in (first, second):
        assert one.to_the_end().endswith(b"event: end\ndata: end\n\n\r\n")
        assert b"event: new" not in one.read
    assert "303 See Other" in Reader(lines, served, cookie).head


def test_what_one_officer_does_on_a_page_is_told_to_another(
    desk: Desk, served: OfficersServer, lines: ExitStack
) -> None:
    """A form wakes the streams; it need not wake what speaks to other States."""
    told = Reader(lines, served, cookie_of(desk, "wei"), tag_of(desk, "wei"))
    han = stage.client(desk, "han")
    han.get("/desk/shift/")
    cookie = "; ".join(f"{key}={one.value}" for key, one in han.cookies.items())
    token = next(one.value for key, one in han.cookies.items() if "csrf" in key)
    form = "why=I+begin."
    more = (
        f"X-CSRFToken: {token}\r\nContent-Length: {len(form)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
    )
    head = HEAD.format(path="/desk/shift/take/", cookie=cookie, more=more)
    assert "303" in ask(served, head.replace("GET", "POST") + form)
    told.until(b"event: new")


def test_no_look_is_under_way_once_the_streams_have_ended(desk: Desk, lines: ExitStack) -> None:
    """Whoever closes the store next closes it under nobody."""
    app = make_application(stages.desk_of(desk.node))
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        if "HTTP_COMITY_HIDDEN" not in environ:
            return app(environ, start)
        begun.set()
        assert go_on.wait(PATIENCE_S)
        answer = app(environ, start)
        ended.set()
        return answer

    server = OfficersServer(("127.0.0.1", 0), slow, threads=2)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        Reader(lines, server, cookie_of(desk, "wei"))
        assert begun.wait(PATIENCE_S)
        later = threading.Timer(0.3, go_on.set)
        later.start()
        server.streams.close(PATIENCE_S)
        assert ended.is_set()
        later.join()
    finally:
        go_on.set()
        server.stop()
        thread.join(PATIENCE_S)
