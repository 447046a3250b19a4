"""Pages of an exercise that was agreed, beside those of every room.

    /exercises/<id>/destroy/    what was played ends at this node, on the day that both agreed

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from comity.joint.exercise import acts
from comity.node.desk import matters
from comity.rooms.exercise import destruction
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session


@require_http_methods(["GET", "HEAD", "POST"])
def destroy(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Say what is destroyed and what stays; destroy it."""
    node, officer = desks.of(request).node, session.officer_of(request)
    row = matters.show(node, officer, acts.EXERCISE, matter_id).row
    with node.store.read() as tx:
        no = destruction.no(node, tx, officer, row)
    form = forms.Form(request.POST if request.method == "POST" else None)
    exercise = row.matter.id
    if form.is_bound and form.is_valid():
        done = forms.perform(
            form, lambda: destruction.destroy(node, officer, exercise, owns_high_water=True)
        )
        if done is not None:
            return forms.after("exercise:one", exercise)
    context = {"exercise": exercise, "no": no, "verb": destruction.DESTROY}
    return forms.shown(request, "room/exercise_destroy.html", form, context)


ADDRESSES: Final[list[URLPattern]] = [
    path("<slug:matter_id>/destroy/", destroy, name="destroy"),
]
