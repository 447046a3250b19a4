"""`GET /feed/TOKEN.ics` on the officers' listener: what is due, for a calendar program.

    /feed/TOKEN.ics         what is due
    /feed/TOKEN/duty.ics    when its officer is on duty

A calendar program sends no header, so the token stands in the URL.  It has the scope `feed` and
opens nothing else; whoever comes by the URL learns codes, ids and times until it is ended.

Floor: surfaces.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from comity.domestic.duty.plan import DAY_MS
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import dates, due_list
from comity.node.desk.due_list import Wanted
from comity.node.desk.duty import planning
from comity.node.room import api_tokens
from comity.node.room.api_tokens import ApiToken

PREFIX: Final = "/feed/"
SCOPE: Final = "feed"
_DUTY: Final = "/duty.ics"
_DUE: Final = ".ics"
_AGE_S: Final = 300
_ALWAYS: Final = (("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff"))
_DUTY_MS: Final = 90 * DAY_MS
"""How far ahead an officer's own calendar shows when they are on duty."""

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
        data = _file(node, path.removeprefix(PREFIX))
        if data is None:
            return _plain(start, "404 Not Found", [])
        start("200 OK", _headers(data))
        return [data] if method == "GET" else []

    return feed


def _file(node: Node, name: str) -> bytes | None:
    """Return the calendar of who has the token that a file is named by, or None."""
    is_duty = name.endswith(_DUTY)
    suffix = _DUTY if is_duty else _DUE
    caller = _caller(node, name.removesuffix(suffix)) if name.endswith(suffix) else None
    if caller is None:
        return None
    officer, kept = caller
    return _duty(node, officer) if is_duty else _due(node, officer, kept)


def _caller(node: Node, token: str) -> tuple[Officer, ApiToken] | None:
    try:
        officer, kept = api_tokens.authenticate(node, token)
    except Fault as fault:
        if fault.code != "officer.token.wrong":
            raise
        return None
    return (officer, kept) if SCOPE in kept.scopes else None


def _due(node: Node, officer: Officer, kept: ApiToken) -> bytes:
    from comity.node.desk import ics  # noqa: PLC0415 -- few nodes are asked for it

    page = due_list.listing(node, officer, Wanted())
    held = dates.listing(node, officer)
    ends = (kept.id, kept.until_ms)
    return ics.render(page.lines, node.party, page.now_ms, ends=ends, dates=held)


def _duty(node: Node, officer: Officer) -> bytes:
    from comity.node.desk.duty import plan_ics  # noqa: PLC0415 -- as above

    now_ms = node.clock.now_ms()
    ahead = planning.span(node, now_ms, now_ms + _DUTY_MS)
    mine = [one for one in ahead if one.officer == officer.name]
    return plan_ics.render(mine, node.party, now_ms)


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
