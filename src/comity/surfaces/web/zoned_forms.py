"""Forms whose instants are read in the zone in which pages tell times.

    @in_zone.of_reader
    def say(request, …)          `2026-12-01T09:00` is nine o'clock there: see `fields.Instant`

Floor: surfaces.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from comity.surfaces.web import context, preferences

type View[**P, Answer: HttpResponseBase] = Callable[Concatenate[HttpRequest, P], Answer]


def of_reader[**P, Answer: HttpResponseBase](view: View[P, Answer]) -> View[P, Answer]:
    """Return a view that reads and shows the instants of its forms in the reader's zone."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **named: P.kwargs) -> Answer:
        with timezone.override(preferences.zone_of(context.zones_of(request).own)):
            return view(request, *args, **named)

    return answer
