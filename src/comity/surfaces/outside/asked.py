"""What a request asks, and what it may not: method, length, and the address it comes from.

Floor: surfaces.
"""

import base64
from collections.abc import Mapping
from typing import Any

from comity.kernel.fault import Fault, quoted


def is_program(environ: Mapping[str, Any]) -> bool:
    """Whether JSON is wanted: a browser says that it takes pages."""
    return "text/html" not in str(environ.get("HTTP_ACCEPT", ""))


def require_no_wait(wait_s: int, headers: dict[str, str]) -> None:
    """Check that a caller need not wait; else an answer says for how long."""
    if wait_s:
        headers["Retry-After"] = str(wait_s)
        raise Fault(
            code="outside.budget.spent",
            what="There were too many requests, or too many bytes.",
            fix=f"Wait {wait_s} seconds before you ask again.",
        )


def require_method(
    environ: Mapping[str, Any], methods: frozenset[str], headers: dict[str, str] | None = None
) -> None:
    """Check that an address takes a method; else an answer says which it takes."""
    method = str(environ["REQUEST_METHOD"])
    if method not in methods:
        if headers is not None:
            headers["Allow"] = ", ".join(sorted(methods))
        raise Fault(
            code="outside.method.other",
            what=f"This address does not take {quoted(method)}.",
            fix=f"Use {' or '.join(sorted(methods))}.",
        )


def require_body(environ: Mapping[str, Any], most: int) -> int:
    """Return how many bytes a request has; the listener lets none in without a length."""
    size_bytes = int(environ.get("CONTENT_LENGTH") or 0)
    if size_bytes > most:
        raise Fault(
            code="outside.body.too-large",
            what=f"The body has {size_bytes} bytes, and this address takes {most}.",
            fix="Send less at once, or send it in parts.",
        )
    return size_bytes


def token(scheme: str, credentials: str) -> str:
    """Return the token that a program shows: alone, or as the password of whatever name."""
    if scheme in {"bearer", "token"}:
        return credentials
    if scheme != "basic":
        return ""
    try:
        shown = base64.b64decode(credentials, validate=True).decode("utf-8")
    except ValueError:
        return ""
    return shown.partition(":")[2]


def unknown(environ: Mapping[str, Any]) -> Fault:
    """Say that nothing is at an address."""
    return Fault(
        code="outside.address.unknown",
        what=f"There is nothing at {quoted(str(environ['PATH_INFO']))}.",
        fix="Check the address.",
    )


def over() -> Fault:
    """Say that what a session was for is over."""
    return Fault(
        code="outside.access.wrong",
        what="This session is over, or there is none.",
        fix="Ask the officer who admitted you for a new link, or a new token.",
    )
