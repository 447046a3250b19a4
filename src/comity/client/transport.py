"""Calls over HTTP: with the token, a key of idempotency, tags, and another try where it is safe.

    read (GET)                tried again; a tag saves what has not changed
    send with a key           tried again: the node carries it out once
    any other write           tried again only if no connection came about

Floor: client.
"""

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx

from comity.client import errors
from comity.client.errors import Problem

PATIENCE_S: Final = 60.0
PAUSES_S: Final = (0.2, 1.0, 3.0)
"""Between tries."""

TAGS_MAX: Final = 256
"""Answers that are kept with their tags."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Unreachable(Problem):
    """No answer came: of what was sent it is not known whether it arrived."""


class Transport:
    """The line to one node; for one thread."""

    def __init__(self, url: str, token: str, patience_s: float = PATIENCE_S) -> None:
        """Begin; nothing is called yet.

        Args:
            url: of the officers' listener, such as `http://127.0.0.1:8400`.
            token: as `comity token add` printed it.
            patience_s: how long an answer is waited for.

        Raises:
            ValueError: the token would travel in the clear to another machine.
        """
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError("use https: the token opens what its scopes name")
        self._client = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=patience_s,
            trust_env=False,
        )
        self._known: dict[str, tuple[str, httpx.Response]] = {}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def get(self, path: str, **query: Any) -> Any:  # noqa: ANN401 -- JSON
        """Read something; what has not changed since is not sent again.

        Raises:
            Problem: why not.
        """
        asked = self._client.build_request("GET", path, params=_given(query))
        known = self._known.get(str(asked.url))
        if known is not None:
            asked.headers["If-None-Match"] = known[0]
        answer = self._tried(asked, is_safe=True)
        if known is not None and answer.status_code == HTTPStatus.NOT_MODIFIED:
            return _read(known[1])  # anew: what the caller did to the value before is not in it
        found = _read(answer)
        if "ETag" in answer.headers:
            self._keep(str(asked.url), answer.headers["ETag"], answer)
        return found

    def post(
        self, path: str, value: object = None, *, key: str = "", repeatable: bool = False
    ) -> Any:  # noqa: ANN401 -- JSON
        """Do something.

        Args:
            path: after `/api/v1`.
            value: what is sent as JSON.
            key: makes a call that is repeated one call; a fresh one if none is given.
            repeatable: whether the node looks at the key: openapi.json shows it where it does.

        Raises:
            Problem: why not.
        """
        headers = {"Idempotency-Key": key or secrets.token_hex(16)}
        body = {} if value is None else value
        asked = self._client.build_request("POST", path, json=body, headers=headers)
        return _read(self._tried(asked, is_safe=repeatable))

    def put(self, path: str, value: object = None, *, data: bytes | None = None) -> Any:  # noqa: ANN401 -- JSON
        """Put something in the place of what is there; `data` as it is, else JSON.

        Raises:
            Problem: why not.
        """
        if data is None:
            asked = self._client.build_request("PUT", path, json=value)
        else:
            octets = {"Content-Type": "application/octet-stream"}
            asked = self._client.build_request("PUT", path, content=data, headers=octets)
        return _read(self._tried(asked, is_safe=False))

    def delete(self, path: str) -> Any:  # noqa: ANN401 -- JSON
        """Take something back.

        Raises:
            Problem: why not.
        """
        return _read(self._tried(self._client.build_request("DELETE", path), is_safe=False))

    @contextmanager
    def stream(self, path: str, **query: object) -> Iterator[Iterator[bytes]]:
        """Read bytes part by part; one that breaks off raises, so that no part passes for all.

        Raises:
            Problem: why not.
        """
        asked = self._client.build_request("GET", path, params=_given(query))
        answer = self._tried(asked, is_safe=True, stream=True)
        try:
            if answer.is_error:
                answer.read()
                raise errors.of(answer.status_code, _json(answer))
            yield _parts(answer)
        finally:
            answer.close()

    def _tried(
        self, asked: httpx.Request, *, is_safe: bool, stream: bool = False
    ) -> httpx.Response:
        """Call, and call again where that is safe."""
        for pause_s in (*PAUSES_S, None):
            try:
                answer = self._client.send(asked, stream=stream)
            except httpx.ConnectError as error:
                self._give_up(pause_s, error)
            except httpx.TransportError as error:
                self._give_up(pause_s if is_safe else None, error)
            else:
                is_busy = answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
                if not (is_busy and is_safe and pause_s is not None):
                    return answer
                answer.close()
            time.sleep(pause_s or 0)
        raise AssertionError

    def _give_up(self, pause_s: float | None, error: httpx.TransportError) -> None:
        if pause_s is None:
            raise Unreachable(
                0,
                "client.node.unreachable",
                f"The node at {self._client.base_url.host} does not answer: "
                f"{type(error).__name__}.",
                "Check that it is served, and give the call again with its key.",
            ) from error

    def _keep(self, url: str, tag: str, answer: httpx.Response) -> None:
        while len(self._known) >= TAGS_MAX:
            del self._known[next(iter(self._known))]
        self._known[url] = (tag, answer)


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value not in (None, "")}


def _parts(answer: httpx.Response) -> Iterator[bytes]:
    try:
        yield from answer.iter_bytes()
    except httpx.TransportError as error:
        raise Unreachable(
            0,
            "client.answer.cut",
            f"The answer was cut: {type(error).__name__}.",
            "Do not use what came of it; ask again.",
        ) from error


def _read(answer: httpx.Response) -> Any:  # noqa: ANN401 -- JSON
    found = _json(answer)
    if answer.is_success and found is not None:
        return found
    raise errors.of(answer.status_code, found)


def _json(answer: httpx.Response) -> Any:  # noqa: ANN401 -- JSON
    try:
        return answer.json()
    except ValueError:
        return None
