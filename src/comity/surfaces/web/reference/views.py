"""What programs call, as a page: a first call to copy, and every call by subject.

    /api/               a first call, the scopes, every subject
    /api/?of=cases      the calls of one, with what each is sent

It is made of openapi.json, which the same node answers.

Floor: surfaces.
"""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from comity.surfaces.web import desk as desks
from comity.surfaces.web.reference import calls as every_call
from comity.surfaces.web.reference.calls import ENGLISH, Subject
from comity.surfaces.web.setting.words import SCOPES

CHINESE: Final = "zh"
DESCRIBED: Final = "/api/openapi.json"


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Show how a program begins, and every call; or those of one subject."""
    language = CHINESE if (get_language() or "").startswith(CHINESE) else ENGLISH
    subjects = _subjects(desks.of(request), language)
    asked = request.GET.get("of", "")
    one = next((one for one in subjects if one.anchor == asked), None)
    if asked and one is None:
        raise Http404
    here = request.build_absolute_uri("/").rstrip("/")
    context = {
        "here": here,
        "described": DESCRIBED,
        "subjects": subjects,
        "one": one,
        "calls": [(call, call.curl(here)) for call in one.calls] if one else [],
        "scopes": SCOPES,
    }
    return render(request, "reference/calls.html", context)


_made: Final[dict[str, tuple[Subject, ...]]] = {}


def _subjects(desk: desks.Desk, language: str) -> tuple[Subject, ...]:
    """Return every subject, read once in each language: the program does not change."""
    if language not in _made:
        _made[language] = every_call.of(desk.described(), language)
    return _made[language]
