"""Beginning a request that saves evidence which is about to lapse.

Floor: surfaces.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import worksheets
from comity.rooms.request import continuation
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.request import pages
from comity.surfaces.web.request.draft import views as drafts


@require_POST
def begin(request: HttpRequest, matter_id: str, way: str) -> HttpResponse:
    """Begin it, filled in from what was preserved; one that was begun before is opened again."""
    if way not in continuation.WAYS:
        raise Http404
    found = pages.found(request, matter_id)
    node, officer = desks.of(request).node, session.officer_of(request)
    matter_id = found.shown.row.matter.id
    for sheet in worksheets.listing(node, officer):
        if continuation.began_with(sheet, matter_id, way):
            return forms.after("draft:one", sheet.id)
    what = continuation.begun(node, found, way)
    if what is None:
        return drafts.told(request, _NOTHING)
    made = worksheets.begin(node, officer, what)
    if isinstance(made, Inadmissible):
        return drafts.told(request, made)
    return forms.after("draft:one", made.id)


_NOTHING = Inadmissible(
    "request.nothing-lapses",
    "Nothing that this request preserved is about to lapse, or no guideline is in force.",
    "Begin a request of its own, and name this one in it.",
)
