"""Users and sessions stand in the database of the node that is asked.

One process may serve several nodes, so which database that is comes with each request:

    middleware Here        notes the database of the request's desk
    Router                 tells it to Django, whenever a model is read or written

Outside a request it is Django's `default`.

Floor: surfaces.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from comity.surfaces.web.desk import KEY, Desk

_HERE: Final[ContextVar[str]] = ContextVar("comity-database", default="default")


@contextmanager
def of(alias: str) -> Iterator[None]:
    """Let models stand in a database for the length of a `with`."""
    before = _HERE.set(alias)
    try:
        yield
    finally:
        _HERE.reset(before)


class Router:
    """Tells Django where a model stands."""

    def db_for_read(self, _model: type[Model], **_hints: object) -> str:
        """Return the database of the node that is asked."""
        return _HERE.get()

    def db_for_write(self, _model: type[Model], **_hints: object) -> str:
        """Return the same: a node has one."""
        return _HERE.get()

    def allow_relation(self, _one: Model, _other: Model, **_hints: object) -> bool:
        """Let rows name each other: they stand in one database."""
        return True


class Here:
    """Notes the database of the node that a request asks, until it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        desk = request.META.get(KEY)
        if not isinstance(desk, Desk):  # programs, whose surface has no pages beside it
            return self._get_response(request)
        with of(desk.database):
            return self._get_response(request)
