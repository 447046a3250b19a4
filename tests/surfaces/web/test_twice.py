"""A form that is sent twice is carried out once, and both are led to the same place."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from support.pair import World
from surfaces.web import agreed_stage, stage

from comity.node.base.context import Node
from comity.node.desk import draft_view
from comity.node.room.release.draft_store import Waiting
from comity.rooms.request import worksheet_release
from comity.surfaces.web.desk import KEY
from comity.surfaces.web.idempotency import WITHIN_MS, Twice

SOON_S = 0.5
LONG_S = 60.0
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States under the shipped guideline."""
    return agreed_stage.world_of(tmp_path_factory.mktemp("world"))


class Counting:
    """Carries out what comes, and leads each to a place of its own.

    Attributes:
        count: how many were carried out.
        held: until it is set, nothing is.
        begun: set once the first is at work.
    """

    def __init__(self, status: int = 303) -> None:
        self.count = 0
        self.status = status
        self.held = threading.Event()
        self.held.set()
        self.begun = threading.Event()

    def __call__(self, _request: HttpRequest) -> HttpResponse:
        """Answer."""
        self.count += 1
        number = self.count
        self.begun.set()
        assert self.held.wait(LONG_S)
        if self.status != 303:
            return HttpResponse(f"{number}", status=self.status)
        answer = HttpResponseRedirect(f"/{number}/", status=303)
        answer.set_cookie("seen", f"{number}")
        return answer


class Presses:
    """Forms of one browser.

    Attributes:
        factory: of requests to a node's desk.
    """

    def __init__(self, node: Node) -> None:
        self.factory = RequestFactory(**{KEY: stage.desk_of(node)})  # type: ignore[arg-type] # the WSGI environment

    def form(self, path: str = "/a/", session: str = "s", **said: str) -> HttpRequest:
        """Return what a press sends."""
        self.factory.cookies[settings.SESSION_COOKIE_NAME] = session
        body = urlencode({"csrfmiddlewaretoken": "t", "do": "approve", **said})
        return self.factory.post(path, body, FORM)


@pytest.fixture
def presses(world: World) -> Presses:
    """Forms of an officer's browser."""
    return Presses(world.node("fr"))


def test_the_second_is_led_to_where_the_first_was_led(presses: Presses) -> None:
    """It is carried out once; and what the first sets in the browser, the second sets too."""
    view = Counting()
    twice = Twice(view)
    answers = [twice(presses.form()) for _ in range(3)]

    assert view.count == 1
    assert {(one.status_code, one["Location"]) for one in answers} == {(303, "/1/")}
    assert {one.cookies["seen"].value for one in answers} == {"1"}
    assert len({id(one) for one in answers}) == 3


def test_the_second_waits_for_the_first(presses: Presses) -> None:
    """While the first is at work there is nothing to say to the second."""
    view = Counting()
    view.held.clear()
    twice = Twice(view)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(twice, presses.form())
        assert view.begun.wait(LONG_S)
        second = pool.submit(twice, presses.form())
        with pytest.raises(TimeoutError):
            second.result(0.05)
        view.held.set()

        assert first.result(LONG_S)["Location"] == second.result(LONG_S)["Location"] == "/1/"
    assert view.count == 1


def test_nobody_waits_for_ever(presses: Presses) -> None:
    """After a while the second is carried out beside the first."""
    view = Counting()
    view.held.clear()
    twice = Twice(view, patience_s=0.01)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(twice, presses.form()) for _ in range(2)]
        while view.count < 2:
            assert not any(one.done() for one in both)
        view.held.set()

        assert {one.result(LONG_S)["Location"] for one in both} == {"/1/", "/2/"}


@pytest.mark.parametrize("status", [200, 422, 404])
def test_what_led_nowhere_is_carried_out_again(presses: Presses, status: int) -> None:
    """A page that says what is wrong, or shows what was found, is made for each."""
    view = Counting(status)
    twice = Twice(view)

    assert [twice(presses.form()).content for _ in range(2)] == [b"1", b"2"]


def test_a_failure_keeps_nobody_waiting(presses: Presses) -> None:
    """The next is carried out as if the first had not been."""

    def broken(_request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    twice = Twice(broken)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            twice(presses.form())


def test_only_the_same_press_is_the_same(presses: Presses) -> None:
    """Another page, button, address or browser is another command; so is the same one later."""
    view = Counting()
    twice = Twice(view)
    for request in (
        presses.form(),
        presses.form(csrfmiddlewaretoken="of another page"),
        presses.form(do="return"),
        presses.form("/b/"),
        presses.form("/a/?c=d"),
        presses.form(session="of another officer"),
    ):
        twice(request)
    assert view.count == 6


def test_whoever_presses_again_later_means_it(presses: Presses, world: World) -> None:
    """They came back to the page; a hand that pressed twice did so within seconds."""
    view = Counting()
    twice = Twice(view)
    twice(presses.form())
    world.advance(WITHIN_MS)
    twice(presses.form())
    assert view.count == 1
    world.advance(1)
    twice(presses.form())
    assert view.count == 2


def test_what_is_no_form_of_a_page_is_left_alone(presses: Presses) -> None:
    """A call of a program, a part of a page, files, a page that is read."""
    view = Counting()
    twice, factory = Twice(view), presses.factory
    token = {"csrfmiddlewaretoken": "t"}
    htmx = {"HX-Request": "true"}

    def all_of_them() -> list[HttpRequest]:
        return [
            factory.post("/a/", b"{}", "application/json"),
            factory.post("/a/", "do=approve", FORM),
            factory.post("/a/", urlencode(token), FORM, headers=htmx),
            factory.post("/a/", token),
            factory.get("/a/", token),
        ]

    for request in (*all_of_them(), *all_of_them()):
        twice(request)
    assert view.count == 2 * len(all_of_them())


def test_a_form_beyond_the_limit_is_told_by_whoever_reads_it(presses: Presses) -> None:
    """It is not kept, and not answered here."""
    request = presses.form(text="a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    view = Counting()
    Twice(view)(request)
    assert view.count == 1


class Browser:
    """An officer's browser without a script, at the listener: each press has its own connection.

    Attributes:
        address: where the node serves.
        cookies: that it sends.
    """

    def __init__(self, address: str, node: Node, name: str) -> None:
        self.address = address
        self.cookies = {
            key: one.value for key, one in agreed_stage.proven(node, name).cookies.items()
        }

    def asks(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        """Return status, where it leads and the page."""
        there = urlsplit(self.address)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Content-Type": FORM, "Origin": self.address} if body else {}
        with closing(HTTPConnection("127.0.0.1", there.port, timeout=LONG_S)) as line:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            for text in answer.headers.get_all("Set-Cookie", ()):
                name, _, value = text.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()

    def button(self, path: str, **said: str) -> str:
        """Return what a press on a page sends."""
        page = self.asks("GET", path)[2]
        names = ("csrfmiddlewaretoken", "content")
        found = {name: re.search(rf'name="{name}" value="([^"]+)"', page) for name in names}
        return urlencode({**{name: one[1] for name, one in found.items() if one}, **said})


class Holding:
    """A step of the node at which the first stays until it is let on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reached = threading.Event()
        self.is_let_on = threading.Event()

    def __call__(self, name: str) -> None:
        """Stay, if this is the step and nobody came before."""
        if name == self.name and not self.reached.is_set():
            self.reached.set()
            assert self.is_let_on.wait(LONG_S)


def offered(node: Node) -> str:
    """Return the id of a draft that ann has offered."""
    ann = agreed_stage.officer(node, "ann")
    kept = worksheet_release.keep(node, ann, agreed_stage.sheet_of(node), is_offered=True)
    assert isinstance(kept, Waiting)
    return kept.draft_id


@pytest.fixture
def own_world(tmp_path: Path) -> World:
    """Two States whose node may be replaced."""
    return agreed_stage.world_of(tmp_path)


@pytest.fixture(params=["release.approving", "release.approved", "release.recorded"])
def step(request: pytest.FixtureRequest) -> Holding:
    """Where the first stands when the second comes: before, between and in the transactions."""
    return Holding(request.param)


@pytest.fixture
def ben(own_world: World, step: Holding) -> Iterator[Browser]:
    """The browser of the second officer, at a node that holds the first press."""
    node = replace(own_world.node("fr"), step=step)
    own_world.replace_node("fr", node)
    with stage.serving(node) as address:
        yield Browser(address, node, "ben")


def test_a_double_click_that_overlaps_releases_once_and_shows_no_error(
    ben: Browser, own_world: World, step: Holding
) -> None:
    """Whatever of the first is done already, the second is led to the request."""
    draft_id = offered(own_world.node("fr"))
    path = f"/release/{draft_id}/"
    press = ben.button(path, do="approve")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ben.asks, "POST", path, press)
        assert step.reached.wait(LONG_S)
        second = pool.submit(ben.asks, "POST", path, press)
        with pytest.raises(TimeoutError):
            second.result(SOON_S)
        step.is_let_on.set()
        places = {one.result(LONG_S)[:2] for one in (first, second)}

    ((status, there),) = places
    assert status == 303
    assert there.startswith("/requests/")
    assert ben.asks("GET", there)[0] == 200
    own_world.pump()
    with own_world.node("sy").store.read() as tx:
        assert len([row for row in tx.matters() if row.matter.kind == "request"]) == 1


@pytest.mark.parametrize("said", [{"do": "approve"}, {"do": "return", "text": "Name the port."}])
def test_a_double_click_one_after_the_other_shows_no_error(
    world: World, said: dict[str, str]
) -> None:
    """The draft has left, or went back to its author; the second is told the same as the first."""
    node = world.node("fr")
    path = f"/release/{offered(node)}/"
    with stage.serving(node) as address:
        browser = Browser(address, node, "ben")
        press = browser.button(path, **said)
        answers = [browser.asks("POST", path, press)[:2] for _ in range(2)]

    assert answers[0][0] == 303
    assert answers[0] == answers[1]


def test_a_comment_that_is_sent_twice_stands_once(world: World) -> None:
    """Nobody says the same twice with one press."""
    node = world.node("fr")
    draft_id = offered(node)
    with stage.serving(node) as address:
        browser = Browser(address, node, "ben")
        press = browser.button(f"/release/{draft_id}/", do="comment", text="I look at it.")
        for _ in range(2):
            assert browser.asks("POST", f"/release/{draft_id}/", press)[0] == 303

    found = draft_view.find(node, agreed_stage.officer(node, "ben"), draft_id)
    assert [one.text for one in found.comments] == ["I look at it."]
