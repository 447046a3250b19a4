"""What is answered: headers that each answer has, and a fault as a page or as JSON.

Floor: surfaces.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json

type StartResponse = Callable[[str, list[tuple[str, str]]], Any]
type Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"

HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "same-origin",
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)
"""Of every answer, a door's too, unless it says another."""

STATUS: Final[Mapping[str, HTTPStatus]] = MappingProxyType(
    {
        "outside.access.missing": HTTPStatus.UNAUTHORIZED,
        "outside.access.wrong": HTTPStatus.UNAUTHORIZED,
        "outside.address.unknown": HTTPStatus.NOT_FOUND,
        "outside.body.too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "outside.budget.spent": HTTPStatus.TOO_MANY_REQUESTS,
        "outside.form.foreign": HTTPStatus.FORBIDDEN,
        "outside.link.used": HTTPStatus.GONE,
        "outside.link.wrong": HTTPStatus.NOT_FOUND,
        "outside.method.other": HTTPStatus.METHOD_NOT_ALLOWED,
        "outside.program.failed": HTTPStatus.INTERNAL_SERVER_ERROR,
        "outside.scope.lacking": HTTPStatus.FORBIDDEN,
        "participant.answer.unfit": HTTPStatus.UNPROCESSABLE_ENTITY,
        "request.resolution.malformed": HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
"""Of each fault; any other is one of this node, which passes or not: 503, without its words."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    Attributes:
        status: of HTTP.
        media_type: of the body.
        body: of it.
        headers: besides `HEADERS`.
    """

    status: HTTPStatus
    media_type: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Answer as a WSGI application."""
        told = [("Content-Type", self.media_type), ("Content-Length", str(len(self.body)))]
        start(line(self.status), [*told, *self.headers.items()])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]


def line(status: HTTPStatus) -> str:
    """Return the status line."""
    return f"{status.value} {status.phrase}"


def json(value: Json, status: HTTPStatus = HTTPStatus.OK) -> Reply:
    """Return JSON."""
    return Reply(status, JSON, ijson.render(value) + b"\n")


def problem(fault: Fault, headers: Mapping[str, str]) -> Reply:
    """Return a fault as problem details (RFC 9457)."""
    status = STATUS[fault.code]
    said: Json = {
        "type": f"urn:comity:problem:{fault.code}",
        "status": status.value,
        "title": fault.what,
        "code": fault.code,
        "fix": fault.fix,
    }
    return Reply(status, PROBLEM, ijson.render(said) + b"\n", headers)


def with_headers(application: Application) -> Application:
    """Return an application whose every answer has `HEADERS`."""

    def answered(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]]) -> Any:  # noqa: ANN401 -- PEP 3333
            said = {name.lower() for name, _ in headers}
            more = [one for one in HEADERS.items() if one[0].lower() not in said]
            return start(status, [*headers, *more])

        return application(environ, begin)

    return answered
