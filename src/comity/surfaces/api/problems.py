"""What was not done, as problem details (RFC 9457).

    {"type": "urn:comity:problem:request.answered-already", "status": 409,
     "title": "This was answered already, …", "code": "request.answered-already",
     "fix": "Send another request if more is needed.", "problems": []}

One table maps codes to statuses; a refusal by rule is 409, or 403 where an officer lacks a role.

Floor: surfaces.
"""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Problem, Unfit, pointer_of
from comity.node.base.transient import AGAIN_S, PASSES
from comity.surfaces.api.caller import NotSignedIn, OutOfScope
from comity.surfaces.api.problem_statuses import OF_STATUS

MEDIA_TYPE: Final = "application/problem+json"

STATUSES: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.INSUFFICIENT_STORAGE,
)
"""What every call may be answered with that was not carried out; 413 to one that sends alone.

They are raised, and `tell_problems` answers.  So no operation has a model for each, which would be
1,400 of them and 25 MB.
"""

_STATUS: Final[Mapping[str, HTTPStatus]] = MappingProxyType(
    {code: status for status, codes in OF_STATUS.items() for code in codes}
)
"""Other faults are of this machine or the line: 503."""


class Flaw(Schema):
    """One thing that is wrong in what was sent."""

    pointer: str = Field(description="where, an RFC 6901 pointer; empty for the whole")
    value: str = Field(description="what stands there, cut at 80 characters; or empty")
    what: str
    fix: str
    line: int = Field(description="of a text, from 1; 0 where it has no lines")


class Details(Schema):
    """Why a call was not carried out (RFC 9457)."""

    type: str = Field(description="urn:comity:problem: and the code")
    title: str = Field(description="what is wrong, one sentence")
    status: int
    code: str = Field(description="stable; see docs/errors.md")
    fix: str = Field(description="the next step")
    problems: list[Flaw] = Field(description="each thing that is wrong in what was sent")


class Refused(Exception):  # noqa: N818 -- carries a refusal by rule to the one place that renders it
    """A refusal by rule.

    Attributes:
        no: what the rules say.
    """

    def __init__(self, no: Inadmissible) -> None:
        super().__init__(no.what)
        self.no = no


def answer(
    status: int, code: str, title: str, fix: str, problems: Sequence[Problem] = ()
) -> HttpResponse:
    """Return problem details as a response."""
    value: Json = {
        "type": f"urn:comity:problem:{code}",
        "title": title,
        "status": int(status),
        "code": code,
        "fix": fix,
        "problems": flaws(problems),
    }
    return HttpResponse(ijson.render(value), content_type=MEDIA_TYPE, status=int(status))


def flaws(problems: Sequence[Problem]) -> list[Json]:
    """Return problems, each as a `Flaw`."""
    return [
        {"pointer": p.pointer, "value": p.value, "what": p.what, "fix": p.fix, "line": p.line}
        for p in problems
    ]


def of_fault(fault: Fault) -> HttpResponse:
    """Return a fault as a response."""
    if isinstance(fault, Unfit):
        title = fault.what.partition("\n")[0]
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer(status, fault.code, title, fault.fix, fault.problems)
    status = _STATUS.get(fault.code, HTTPStatus.SERVICE_UNAVAILABLE)
    found = answer(status, fault.code, fault.what, fault.fix)
    if fault.code in PASSES:
        found["Retry-After"] = str(AGAIN_S)
    return found


def of_no(no: Inadmissible) -> HttpResponse:
    """Return a refusal by rule as a response; that a role is lacking is told as the fault is."""
    is_forbidden = no.rule in OF_STATUS[HTTPStatus.FORBIDDEN]
    status = HTTPStatus.FORBIDDEN if is_forbidden else HTTPStatus.CONFLICT
    return answer(status, no.rule, no.what, no.fix)


def tell_problems(api: NinjaAPI) -> None:
    """Let an interface tell everything that is not done in this one shape."""
    handlers: Mapping[type[Exception], Any] = {
        Fault: lambda _r, e: of_fault(e),
        Refused: lambda _r, e: of_no(e.no),
        NotSignedIn: _not_signed_in,
        OutOfScope: _out_of_scope,
        ValidationError: _invalid,
        HttpError: _http_error,
        RequestDataTooBig: _too_large,
        UnreadablePostError: _cut_off,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _not_signed_in(_request: HttpRequest, error: NotSignedIn) -> HttpResponse:
    fault = error.fault
    found = answer(HTTPStatus.UNAUTHORIZED, fault.code, fault.what, fault.fix)
    found["WWW-Authenticate"] = 'Bearer realm="comity"'
    return found


def _out_of_scope(_request: HttpRequest, error: OutOfScope) -> HttpResponse:
    return answer(
        HTTPStatus.FORBIDDEN,
        "officer.scope.missing",
        f"This token does not have the scope {quoted(error.scope)}.",
        f"Use a token with it: `comity token add --scope {error.scope}`.",
    )


def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Return what pydantic found, each with its place."""
    flaws = [
        Problem(
            _place(one["loc"]),
            "",
            f"{one['msg']}.",
            "Change it so that it fits the schema in openapi.json.",
        )
        for one in error.errors
    ]
    return answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "surfaces.call.unfit",
        "This call does not fit its schema.",
        "Correct them and call again; nothing was done.",
        flaws,
    )


def _place(loc: Sequence[str | int]) -> str:
    """Return the pointer of what pydantic names: its source and our parameter are no part of it.

    Args:
        loc: `("body", "payload", "to", 0)`, `("query", "count")`, `("query", "of", "cut", 0)`.
    """
    source, *within = loc
    is_named = source == "body" or [str, str] == [type(part) for part in within[:2]]
    return pointer_of(within[1:] if is_named else within)


def _too_large(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return answer(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "surfaces.call.too-large",
        f"This call has more than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes.",
        "Send large attachments as uploads, and name those in the call.",
    )


def _cut_off(_request: HttpRequest, _error: UnreadablePostError) -> HttpResponse:
    return answer(
        HTTPStatus.BAD_REQUEST,
        "surfaces.call.malformed",
        "The body of this call has not come whole.",
        "Call again, with the length of what is sent; with its `Idempotency-Key` it is one call.",
    )


def has_nul(texts: Iterable[str]) -> HttpResponse | None:
    """Return what to say where a text of an address has a NUL, which no database keeps."""
    if not any("\0" in text for text in texts):
        return None
    return answer(
        HTTPStatus.BAD_REQUEST,
        "surfaces.call.malformed",
        "The address of this call has a NUL character.",
        "Leave it out: nothing that is kept here has one.",
    )


def without_length(text: str) -> Fault:
    """Return the fault of a body whose length is not told.

    Args:
        text: of its Content-Length.
    """
    return Fault(
        code="surfaces.call.length-required",
        what=f"The Content-Length {quoted(text)} is no number of bytes.",
        fix="Send the bytes with their length; they are not taken in chunks.",
    )


def nowhere(_request: HttpRequest) -> HttpResponse:
    """Return that there is no such address."""
    return answer(
        HTTPStatus.NOT_FOUND,
        "surfaces.call.unknown",
        "There is no such address in this interface.",
        "Call one of those in /api/openapi.json.",
    )


def broken(_request: HttpRequest) -> HttpResponse:
    """Return that an error is ours."""
    return answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "surfaces.call.broken",
        "This call met an error of the node's program.",
        "Tell whoever runs the node: its log has the place. Call again with the same "
        "`Idempotency-Key`.",
    )


def other_method(refused: HttpResponseNotAllowed) -> HttpResponse:
    """Return that an address is not called so."""
    allowed = ", ".join(sorted(refused["Allow"].split(", ")))
    found = answer(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "surfaces.call.method",
        f"This address takes {allowed} alone.",
        "Read openapi.json for what this address takes.",
    )
    found["Allow"] = allowed
    return found


def _http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    if isinstance(cause, Fault):  # of our reader of bodies, which the framework wraps
        return of_fault(cause)
    return answer(
        error.status_code,
        "surfaces.call.malformed",
        str(error),
        "Read openapi.json for what this address takes.",
    )
