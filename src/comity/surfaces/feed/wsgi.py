"""`GET /feed/TOKEN.ics` on the officers' listener: what is due, for a calendar program.

A calendar program sends no header, so the token stands in the URL.  It has the scope `feed` and
opens nothing else; whoever comes by the URL learns codes, ids and times until it is ended.

Floor: surfaces.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.desk import due_list
from comity.node.desk.due_list import Wanted
from comity.node.room import api_tokens

PREFIX: Final = "/feed/"
SCOPE: Final = "feed"
_SUFFIX: Final = ".ics"
_AGE_S: Final = 300
_ALWAYS: Final = (("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff"))

type StartResponse = Callable[..., Any]
type Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def with_feed(node: Node, application: Application) -> Application:
    """Return the application with the feed before it."""

    def feed(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if not path.startswith(PREFIX):
            return application(environ, start)
        method = environ.get("REQUEST_METHOD")
        if method not in {"GET", "HEAD"}:
            return _plain(start, "405 Method Not Allowed", [("Allow", "GET, HEAD")])
        token = path.removeprefix(PREFIX).removesuffix(_SUFFIX)
        data = _file(node, token) if path.endswith(_SUFFIX) else None
        if data is None:
            return _plain(start, "404 Not Found", [])
        start("200 OK", _headers(data))
        return [data] if method == "GET" else []

    return feed


def _file(node: Node, token: str) -> bytes | None:
    """Return the calendar of who has the token, or None if it opens nothing here."""
    from comity.node.desk import ics  # noqa: PLC0415 -- few nodes are asked for it

    try:
        officer, kept = api_tokens.authenticate(node, token)
    except Fault as fault:
        if fault.code != "officer.token.wrong":
            raise
        return None
    if SCOPE not in kept.scopes:
        return None
    page = due_list.listing(node, officer, Wanted())
    return ics.render(page.lines, node.party, page.now_ms, ends=(kept.id, kept.until_ms))


def _headers(data: bytes) -> list[tuple[str, str]]:
    return [
        ("Content-Type", "text/calendar; charset=utf-8"),
        ("Content-Length", str(len(data))),
        ("Cache-Control", f"private, max-age={_AGE_S}"),
        *_ALWAYS,
    ]


def _plain(start: StartResponse, status: str, headers: list[tuple[str, str]]) -> Iterable[bytes]:
    body = status.encode() + b"\n"
    length = ("Content-Length", str(len(body)))
    start(status, [("Content-Type", "text/plain"), length, *_ALWAYS, *headers])
    return [body]
