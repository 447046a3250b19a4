"""Whatever is wrong in a call is told in one shape, with its place in what was sent."""

import json

import pytest
from django.test import Client
from support.pair import World, make_world
from surfaces.api.stage import Calls, request_of, token

from comity.boot import application
from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.rooms.request import request_list
from comity.surfaces.api.wsgi import KEY

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two States, of which only one is called."""
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def calls(world: World) -> Calls:
    """A program of one officer."""
    return Calls(world.node("aa"), token(world.node("aa")))


@pytest.mark.parametrize("path", ["/nothing", "/requests/", "/requests/../whoami"])
def test_an_address_that_is_none_is_told_to_a_program(calls: Calls, path: str) -> None:
    """Not as a page; whatever is sent there."""
    for found in (calls.get(path), calls.post(path, {})):
        assert (found.status, found.value["code"]) == (404, "surfaces.call.unknown")
        assert found.headers["Content-Type"] == PROBLEM


def test_a_method_that_an_address_does_not_take_is_told(calls: Calls) -> None:
    """With those that it takes."""
    found = calls.delete("/requests")
    assert (found.status, found.value["code"]) == (405, "surfaces.call.method")
    assert (found.headers["Content-Type"], found.headers["Allow"]) == (PROBLEM, "GET, POST")


@pytest.mark.parametrize(
    ("code", "again"),
    [("node.store.busy", "5"), ("node.matter.anew", "5"), ("node.store.full", None)],
)
def test_what_passes_by_itself_says_when_to_call_again(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, code: str, again: str | None
) -> None:
    """A full disk does not."""

    def refuse(*_: object) -> None:
        raise Fault(code=code, what="Nothing is read now.", fix="Wait.")

    monkeypatch.setattr(request_list, "counts", refuse)
    found = calls.get("/counts")
    assert (found.value["code"], found.headers.get("Retry-After")) == (code, again)


def test_the_description_is_made_once(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes seconds and no token: whoever asks again and again costs nothing more."""
    assert calls.get("/whoami").status == 200
    from comity.surfaces.api.app import Interface  # noqa: PLC0415 -- once Django is set up

    client = Client(**{KEY: None, "SERVER_NAME": "127.0.0.1"})  # type: ignore[arg-type] # WSGI has any
    first = client.get("/api/openapi.json")
    monkeypatch.delattr(Interface, "get_openapi_schema")
    again = client.get("/api/openapi.json")
    assert again.content == first.content
    assert json.loads(again.content)["openapi"] == "3.1.0"
    tag = {"If-None-Match": f"W/{first.headers['ETag']}"}
    assert client.get("/api/openapi.json", headers=tag).status_code == 304


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("/requests?status=submitted&status=answered", "/status"),
        ("/requests?count=0", "/count"),
        ("/requests?status=submitted,submited", "/status"),
        ("/requests?urgency=soon", "/urgency"),
        ("/figures?cut=a=1&cut=x", "/cut/1"),
        ("/requests/x", "/matter"),
    ],
)
def test_what_is_wrong_in_a_query_is_named(calls: Calls, path: str, pointer: str) -> None:
    """A filter that is given twice too: one of the two would be none."""
    found = calls.get(path)
    assert (found.status, found.value["code"]) == (422, "surfaces.call.unfit")
    assert [one["pointer"] for one in found.value["problems"]] == [pointer]


def test_what_is_wrong_in_a_body_is_named(calls: Calls, world: World) -> None:
    """From the root of the call, whatever a file is called."""
    asked = request_of(world)
    files = {**asked, "uploads": {"path": "x"}}
    within = {**asked, "request": {"type": "preservation", "urgency": "soon", "elements": {}}}
    for value, pointer in ((files, "/uploads/path"), (within, "/request/urgency")):
        found = calls.post("/requests", value)
        assert pointer in [one["pointer"] for one in found.value["problems"]], found.data


def test_a_body_in_chunks_is_told(calls: Calls, world: World) -> None:
    """It is not read, and not taken for one that is empty."""
    found = calls.post("/requests", request_of(world), Transfer_Encoding="chunked")
    assert (found.status, found.value["code"]) == (400, "surfaces.call.length-required")


def test_a_role_that_is_lacking_has_one_status(calls: Calls, world: World) -> None:
    """Whether a rule says so or a fault."""
    reader = Calls(world.node("aa"), token(world.node("aa"), "eve", roles=(role.ANALYST,)))
    matter = calls.post("/requests", request_of(world)).value["matter"]
    for path in (f"/requests/{matter}/withdraw", "/requests"):
        sent = request_of(world) if path == "/requests" else {"reason": "sent-in-error"}
        found = reader.post(path, sent)
        assert (found.status, found.value["code"]) == (403, "officer.role.lacking")


def test_an_error_of_ours_is_told_and_stands_in_the_log(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The program has a problem; the log has the place, and nothing of what was in it."""
    calls = Calls(world.node("aa"), token(world.node("aa"), "bob"))

    def fails(*_given: object) -> None:
        raise RuntimeError("a name")

    monkeypatch.setattr(request_list, "counts", fails)
    application.tell_failures()
    calls.client.raise_request_exception = False
    found = calls.get("/counts")
    assert (found.status, found.value["code"]) == (500, "surfaces.call.broken")
    assert found.headers["Content-Type"] == PROBLEM
    (line,) = [one for one in capsys.readouterr().err.splitlines() if "page.failed" in one]
    assert json.loads(line)["error"] == "RuntimeError"
    assert "a name" not in line
