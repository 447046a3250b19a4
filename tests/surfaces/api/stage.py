"""A node that programs call: officers, tokens, a client.

Floor: tests.
"""

import json
from collections.abc import Iterable
from typing import Any, cast

from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from support import stores
from support.pair import World
from surfaces.api import shaped

from comity.domestic.officer import api_token, role
from comity.node.base.context import Node
from comity.node.desk import officer_admin as officers
from comity.node.room import api_tokens
from comity.node.room import officers as signed_in
from comity.surfaces.api.wsgi import KEY

ALL = tuple(api_token.SCOPES)


def token(
    node: Node,
    name: str = "ann",
    scopes: tuple[str, ...] = ALL,
    roles: tuple[str, ...] = role.DEFAULT,
) -> str:
    """Add an officer and return a token of theirs."""
    opened = officers.add(node, name, "police", "", roles)
    officer = signed_in.authenticate(node, name, opened)
    return api_tokens.add(node, officer, "test", scopes)[0]


class Calls:
    """A program that calls a node."""

    def __init__(self, node: Node, given: str = "") -> None:
        stores._configure()
        self.client = Client(**cast("Any", {KEY: node, "SERVER_NAME": "127.0.0.1"}))
        self.given = given

    def get(self, path: str, **headers: str) -> "Answer":
        """Read something."""
        return Answer(self.client.get(f"/api/v1{path}", headers=self._headers(headers)))

    def put(self, path: str, data: bytes) -> "Answer":
        """Send bytes."""
        found = self.client.put(
            f"/api/v1{path}",
            data,
            content_type="application/octet-stream",
            headers=self._headers({}),
        )
        return Answer(found)

    def post(self, path: str, value: object, **headers: str) -> "Answer":
        """Do something."""
        found = self.client.post(
            f"/api/v1{path}",
            value if isinstance(value, bytes) else json.dumps(value),
            content_type="application/json",
            headers=self._headers(headers),
        )
        return Answer(found)

    def delete(self, path: str) -> "Answer":
        """Take something back."""
        return Answer(self.client.delete(f"/api/v1{path}", headers=self._headers({})))

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"Authorization": f"Bearer {self.given}", **named} if self.given else named


class Answer:
    """What came back."""

    def __init__(self, response: object) -> None:
        found = cast("HttpResponse | StreamingHttpResponse", response)
        self.status = found.status_code
        self.headers = found.headers
        self.data = (
            b"".join(cast("Iterable[bytes]", found.streaming_content))
            if isinstance(found, StreamingHttpResponse)
            else found.content
        )
        self.value: dict[str, Any] = (
            json.loads(self.data) if "json" in found.headers.get("Content-Type", "") else {}
        )
        if self.value:
            asked = cast("Any", response).request
            way, path = asked["REQUEST_METHOD"], asked["PATH_INFO"]
            assert not shaped.flaws(way, path, self.status, self.value)


def request_of(world: World) -> dict[str, object]:
    """Return a request as a program sends it."""
    del world
    return {
        "to": ["bb"],
        "request": {
            "type": "preservation",
            "urgency": "urgent",
            "elements": {"facts": "A server was broken into."},
            "items": ["one", "two"],
            "attachments": [{"path": "log.txt", "media_type": "text/plain", "mark": "TLP:AMBER"}],
            "texts": [{"lang": "en", "text": "Please.", "by": "police", "original": True}],
        },
        "files": {"log.txt": "aGVsbG8="},
    }
