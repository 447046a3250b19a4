"""What a program puts into an address is a value like any other: no call fails by it."""

import base64
import json
import re
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from support import postgres
from support.pair import World, make_world
from surfaces.api import shaped, stage
from surfaces.web import stage as pages


def cursor(value: object) -> str:
    """Return a cursor that no list gave."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


CHOSEN = (
    "a\0b", "%", "9" * 20, "x" * 5_000, cursor([0, 0, "a\0", "live"]), cursor([True, 0, "a", "b"]),
    cursor([-(2**53) + 1, 2**53 - 1, "a", "b"]), cursor(["\0"]), cursor(2**42 - 1),
)  # fmt: skip


@pytest.fixture(
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Two States, of which one is on each store in turn."""
    with ExitStack() as stack:
        kinds = {"bb": request.param}
        if request.param == "postgres":
            dsn = request.getfixturevalue("postgres_dsn")
            kinds = stack.enter_context(postgres.several(dsn, "chosen", ["bb"]))
        made = make_world(tmp_path, store={"aa": "memory", **kinds})
        yield made
        made.close()


def addresses(matter_id: str) -> Iterator[str]:
    """Give the address of every operation that reads, with each text for each parameter."""
    paths: dict[str, Any] = shaped.described()["paths"]
    for path, operations in paths.items():
        for named in operations.get("get", {}).get("parameters", []):
            for text in CHOSEN:
                quoted = urllib.parse.quote(text, safe="")
                filled = path.replace(f"{{{named['name']}}}", quoted)
                query = "" if named["in"] == "path" else f"?{named['name']}={quoted}"
                yield re.sub(r"{\w+}", matter_id, filled).removeprefix("/api/v1") + query


def test_no_call_fails_by_what_was_chosen(world: World) -> None:
    """On either database: a NUL, a cursor that was made up, a number that is too large."""
    asked = world.ask("aa")
    world.pump()
    node = world.node("bb")
    calls = stage.Calls(node, stage.token(node))
    calls.client.raise_request_exception = False
    found = {at: calls.get(at).status for at in addresses(asked.act.matter.id)}
    assert len(found) > 300
    assert [at for at, status in found.items() if status >= 500] == []


def test_a_cookie_that_was_made_up_is_nobodys(world: World) -> None:
    """A browser that shows a NUL as its session is asked to sign in."""
    client = pages.client(world.node("bb"), officer=None)
    made_up = f'{settings.SESSION_COOKIE_NAME}="abcdefghij\\000klm"'
    assert client.get("/", HTTP_COOKIE=made_up).status_code == 303
