"""Cursors and tags: where a list goes on, and whether a thing has changed.

A cursor is opaque to a caller and means one place of one order, so that a list that grows
meanwhile is read without a gap and without a line twice.

Floor: surfaces.
"""

import base64
import hashlib
from collections.abc import Collection
from typing import Final

from django.http import HttpRequest, HttpResponse

from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.problem import Problem, Unfit, pointer_of

CURSOR_CHARS_MAX: Final = 256


def cursor_of(place: tuple[int, int, str] | None) -> str:
    """Return a place as a cursor, or "" at the end."""
    if place is None:
        return ""
    return base64.urlsafe_b64encode(ijson.render([*place])).decode("ascii").rstrip("=")


def place_of(cursor: str) -> tuple[int, int, str] | None:
    """Return the place that a cursor means, or None for the beginning.

    Raises:
        Fault: `surfaces.cursor.malformed`.
    """
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        value = ijson.parse(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, Fault) as error:
        raise _malformed(cursor) from error
    match value:
        case [int(rank), int(late), str(name)]:
            return (rank, late, name)
        case _:
            raise _malformed(cursor)


def _malformed(cursor: str) -> Fault:
    return Fault(
        code="surfaces.cursor.malformed",
        what=f"{quoted(cursor)} is no cursor of this list.",
        fix="Begin again without `after`; use the `next` of an answer and nothing else.",
    )


def etag_of(value: Json) -> str:
    """Return the entity tag of what is answered (RFC 9110 section 8.8.3)."""
    return f'"{hashlib.sha256(ijson.render(value)).hexdigest()[:32]}"'


def tagged(request: HttpRequest, value: Json) -> HttpResponse:
    """Return a value with its tag, or 304 if the caller has it already."""
    tag = etag_of(value)
    known = {one.strip() for one in request.headers.get("If-None-Match", "").split(",")}
    if known & {tag, "*"}:
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(ijson.render(value), content_type="application/json")
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return answer


def require_known(request: HttpRequest, names: Collection[str]) -> None:
    """Return if a call asks by these names alone: a misspelt filter must not be no filter.

    Raises:
        Unfit: `surfaces.call.unfit`, with every other name.
    """
    strange = [
        Problem(
            pointer_of([name]),
            quoted(value),
            f"{quoted(name)} is not known here.",
            f"Use some of: {', '.join(sorted(names))}.",
        )
        for name, value in request.GET.items()
        if name not in names
    ]
    if strange:
        raise Unfit("surfaces.call.unfit", "query", strange)
