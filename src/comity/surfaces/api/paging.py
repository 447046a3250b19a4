"""Tags and names: whether a thing has changed, and whether a call asks by names that are known.

Floor: surfaces.
"""

import hashlib
from collections.abc import Collection

from django.http import HttpRequest, HttpResponse

from comity.kernel import ijson
from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.kernel.problem import Problem, Unfit, pointer_of


def etag_of(value: Json) -> str:
    """Return the entity tag of what is answered (RFC 9110 section 8.8.3)."""
    return f'"{hashlib.sha256(ijson.render(value)).hexdigest()[:32]}"'


def told(value: Json, status: int = 200) -> HttpResponse:
    """Return what a call has done."""
    return HttpResponse(ijson.render(value), content_type="application/json", status=status)


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
