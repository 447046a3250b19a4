"""Who reads how the node stands: whoever runs it, and the auditor.

Sizes, lags, what waits and every matter by its code stand there, of whichever agency, so that to an
officer who may read their agency's matters alone these pages do not exist.

Floor: surfaces.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final

from django.http import Http404, HttpRequest, HttpResponse

from comity.domestic.officer import role
from comity.surfaces.web import session

READERS: Final = frozenset({role.OPERATOR, role.AUDITOR})


def for_operator[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in whoever runs the node, and the auditor."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if READERS.isdisjoint(session.officer_of(request).roles):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
