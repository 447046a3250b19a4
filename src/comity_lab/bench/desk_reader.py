"""An officer's browser, as far as a bench needs one: a session, and one line that stays open.

    with Reader(port) as reader:
        reader.sign_in(token)               by the one-time link, as an officer does
        answer = reader.get("/requests/")

Floor: lab.
"""

import gzip
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.cookies import SimpleCookie
from typing import Final, Self
from urllib.parse import urlencode

from comity.kernel.fault import Fault

ENGLISH: Final = "en"
CHINESE: Final = "zh-hans"
_TIMEOUT_S: Final = 60.0
_TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105 -- the name of a field
_GOES_ON: Final = (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER)
_STATUS_LINE: Final = len("HTTP/1.1 200 OK\r\n\r\n")
_HEADER: Final = len(": \r\n")
_BEGINNING: Final = 4_096


@dataclass(frozen=True, slots=True)
class Answer:
    """What came.

    Attributes:
        status: of HTTP.
        headers: by name in small letters.
        body: as it was written, before it was compressed.
        sent_bytes: that crossed: head and body as they came, without the frames of a stream.
        took_ms: from asking until the last byte.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent_bytes: int
    took_ms: float


class Reader:
    """One officer at one browser."""

    def __init__(self, port: int, language: str = ENGLISH) -> None:
        """Choose whom to ask; nothing is asked yet."""
        self._port = port
        self._language = language
        self._line = self._new_line()
        self._cookies: dict[str, str] = {}

    def in_language(self, language: str) -> "Reader":
        """Return a browser of the same session that asks for another language."""
        other = Reader(self._port, language)
        other._cookies = self._cookies
        return other

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    def _new_line(self) -> HTTPConnection:
        return HTTPConnection("localhost", self._port, timeout=_TIMEOUT_S)

    def sign_in(self, token: str) -> None:
        """Open a session by a one-time link.

        Raises:
            Fault: `lab.bench.page`.
        """
        there = f"/account/link/{token}"
        self.post(there, self.token_of(self.get(there)), {}, _GOES_ON)

    def token_of(self, page: Answer) -> str:
        """Return the token that the forms of a page carry: every page has that of the language."""
        return self.field_of(page, _TOKEN)

    def field_of(self, page: Answer, name: str) -> str:
        """Return what a hidden field of a page has."""
        found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page.body.decode())
        assert found, f"the page has no field {name}"
        return found[1]

    def get(
        self, path: str, expected: Collection[int] = (HTTPStatus.OK,), *, etag: str = ""
    ) -> Answer:
        """Ask for a page.

        Raises:
            Fault: `lab.bench.page`.
        """
        return self._asked("GET", path, {"If-None-Match": etag} if etag else {}, expected)

    def post(
        self,
        path: str,
        token: str,
        fields: Mapping[str, str],
        expected: Collection[int] = (HTTPStatus.OK,),
    ) -> Answer:
        """Send a form.

        Raises:
            Fault: `lab.bench.page`.
        """
        return self._asked("POST", path, _FORM, expected, _form(token, fields))

    def begin(self, path: str, token: str, fields: Mapping[str, str]) -> Answer:
        """Send a form, read how the answer begins, and hang up.

        Raises:
            Fault: `lab.bench.page`.
        """
        began = time.perf_counter()
        response = self._sent("POST", path, _FORM, _form(token, fields))
        body = response.read(_BEGINNING)
        answer = _answer(response, body, began)
        self._line.close()
        self._line = self._new_line()
        return _expected(path, answer, (HTTPStatus.OK,))

    def _asked(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        expected: Collection[int],
        body: str | None = None,
    ) -> Answer:
        began = time.perf_counter()
        try:
            response = self._sent(method, path, headers, body)
        except (HTTPException, ConnectionError):  # a line that the listener let go meanwhile
            self._line.close()
            response = self._sent(method, path, headers, body)
        return _expected(path, _answer(response, response.read(), began), expected)

    def _sent(
        self, method: str, path: str, headers: Mapping[str, str], body: str | None
    ) -> HTTPResponse:
        every = {
            "Accept-Language": self._language,
            "Accept-Encoding": "gzip",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            **headers,
        }
        self._line.request(method, path, body, every)
        response = self._line.getresponse()
        for text in response.headers.get_all("Set-Cookie", ()):
            for name, one in SimpleCookie(text).items():
                self._cookies[name] = one.value
        return response


_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


def _form(token: str, fields: Mapping[str, str]) -> str:
    return urlencode({_TOKEN: token, **fields})


def _answer(response: HTTPResponse, body: bytes, began: float) -> Answer:
    took_ms = (time.perf_counter() - began) * 1_000
    headers = response.getheaders()
    head = _STATUS_LINE + sum(len(name) + len(value) + _HEADER for name, value in headers)
    is_packed = response.headers.get("Content-Encoding") == "gzip"
    return Answer(
        response.status,
        {name.lower(): value for name, value in headers},
        gzip.decompress(body) if is_packed else body,
        head + len(body),
        took_ms,
    )


def _expected(path: str, answer: Answer, statuses: Collection[int]) -> Answer:
    if answer.status not in statuses:
        there = answer.headers.get("location", "")
        raise Fault(
            code="lab.bench.page",
            what=f"The page {path} answered {answer.status}{f' to {there}' if there else ''}.",
            fix="Read the log of the node in the folder given with --keep.",
        )
    return answer
