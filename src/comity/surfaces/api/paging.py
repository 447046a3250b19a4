"""Tags: whether a thing has changed since it was read.

Floor: surfaces.
"""

import hashlib
from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest, HttpResponse

from comity.kernel import ijson
from comity.kernel.ijson import Json


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
            del answer["Content-Type"]
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
