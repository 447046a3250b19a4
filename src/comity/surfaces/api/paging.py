"""Tags and names: whether a thing has changed, and whether a call asks by names that are known.

Floor: surfaces.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, get_origin

from django.http import HttpRequest, HttpResponse
from pydantic.fields import FieldInfo

from comity.kernel import ijson
from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.kernel.problem import Problem, Unfit, pointer_of


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value as it is answered, with its tag.

    Attributes:
        data: JSON.
        tag: entity tag (RFC 9110 section 8.8.3).
    """

    data: bytes
    tag: str

    @classmethod
    def of(cls, value: Json) -> Self:
        """Return a value with its tag."""
        data = ijson.render(value)
        return cls(data, f'"{hashlib.sha256(data).hexdigest()[:32]}"')

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Return it, or 304 if the caller has it already."""
        given = request.headers.get("If-None-Match", "").split(",")
        if {one.strip().removeprefix("W/") for one in given} & {self.tag, "*"}:
            answer = HttpResponse(status=304)
        else:
            answer = HttpResponse(self.data, content_type="application/json")
        answer["ETag"] = self.tag
        answer["Cache-Control"] = "private, no-cache"
        return answer


def told(value: Json, status: int = 200) -> HttpResponse:
    """Return what a call has done."""
    return HttpResponse(ijson.render(value), content_type="application/json", status=status)


def tagged(request: HttpRequest, value: Json) -> HttpResponse:
    """Return a value with its tag, or 304 if the caller has it already."""
    return Tagged.of(value).answer(request)


def require_known(request: HttpRequest, names: Mapping[str, FieldInfo]) -> None:
    """Return if a call asks by these names alone, each of one value given once.

    A misspelt filter must not be no filter, and of two the first must not be none.

    Args:
        request: the call.
        names: that it may ask by.

    Raises:
        Unfit: `surfaces.call.unfit`, with each that is not so.
    """
    strange = [
        Problem(
            pointer_of([name]),
            quoted(values[-1]),
            f"{quoted(name)} is not known here.",
            f"Use some of: {', '.join(sorted(names))}.",
        )
        if name not in names
        else Problem(
            pointer_of([name]),
            quoted(values[-1]),
            f"{quoted(name)} is given {len(values)} times.",
            "Give it once.",
        )
        for name, values in request.GET.lists()
        if name not in names or (len(values) > 1 and get_origin(names[name].annotation) is not list)
    ]
    if strange:
        raise Unfit("surfaces.call.unfit", "query", strange)
