"""Where a reader goes on: some addresses only take a form, and are no page to come back to.

    of(request)     "/requests/" on the answer to a form that was sent to /requests/filters/

Who calls such an address by a link, or changes the language of its answer, reads where to go on.

Floor: surfaces.
"""

import inspect
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

type Answer = Callable[[HttpRequest], HttpResponse]

_READ: Final = frozenset({"GET", "HEAD"})
_METHODS: Final = "request_method_list"
"""What `require_http_methods` of Django closes over; a test finds every address by it."""


class Onward:
    """An address that only takes a form says so to whoever looks at it, with a link."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; an empty "not allowed" to a browser becomes a page."""
        answer = self._get_response(request)
        is_bare = answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not answer.content
        if not is_bare or request.method not in _READ or hasattr(request, "urlconf"):
            return answer
        context = {"onward": above(request.path)}
        told = render(request, "message.html", context, status=answer.status_code)
        told.headers["Allow"] = answer.headers["Allow"]
        return told


def of(request: HttpRequest) -> str:
    """Return the address by which the page of a request is read again, or the nearest above."""
    if request.method in _READ or _is_page(request.path):
        return request.get_full_path()
    return above(request.path)


def above(path: str) -> str:
    """Return the nearest page above an address."""
    while path := path.rstrip("/").rpartition("/")[0]:
        if _is_page(f"{path}/"):
            return f"{path}/"
    return reverse("first")


def _is_page(path: str) -> bool:
    try:
        view: Any = resolve(path).func
    except Resolver404:
        return False
    while view is not None:
        closed_over = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if _METHODS in closed_over:
            return not _READ.isdisjoint(closed_over[_METHODS])
        view = getattr(view, "__wrapped__", None)
    return True
