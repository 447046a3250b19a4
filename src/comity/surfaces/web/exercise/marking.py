"""Whatever a page or a call of a program sends out of an exercise says so.

Floor: surfaces.
"""

from collections.abc import Callable, Iterable
from email.message import Message
from typing import Final, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from comity.node.base import register_records
from comity.node.base.rows import Officer
from comity.node.room import exercise_mark
from comity.surfaces.web import session

HEADER: Final = "Comity-Exercise"
"""The channel of the exercise from which an answer comes."""

_PLACE: Final = "Content-Disposition"

type Answer = HttpResponse | StreamingHttpResponse


class Marked:
    """An answer from an exercise: a header, the mark in what it says, the name of its file."""

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> Answer:
        """Answer, with the mark where the caller works in an exercise."""
        before = _compartment(request)
        answer = self._get_response(request)
        compartment = before or _compartment(request)
        if compartment:
            answer.headers[HEADER] = register_records.split_channel(compartment)[1]
            _mark(answer)
        return answer


def _compartment(request: HttpRequest) -> str:
    """Return the exercise of the officer of a session, or of the token of a program."""
    caller = getattr(request, "auth", None)
    found = getattr(caller, "officer", None) or session.officer_or_none(request)
    return found.compartment if isinstance(found, Officer) else ""


def _mark(answer: Answer) -> None:
    media_type = answer.headers.get("Content-Type", "")
    if isinstance(answer, StreamingHttpResponse):
        if not answer.is_async:
            parts = cast("Iterable[bytes]", answer.streaming_content)
            answer.streaming_content = exercise_mark.marked_stream(media_type, parts)
    elif answer.content:
        answer.content = exercise_mark.marked(media_type, answer.content)
        if "Content-Length" in answer.headers:
            answer.headers["Content-Length"] = str(len(answer.content))
    if _PLACE in answer.headers:
        told = Message()
        told[_PLACE] = answer.headers[_PLACE]
        name = exercise_mark.file_name(told.get_filename() or "")
        answer.headers[_PLACE] = content_disposition_header(as_attachment=True, filename=name) or ""
