"""The page on which a State gives: first it shows what would leave, and then lets it.

What was chosen once is kept as an upload, so that nobody chooses a file twice.

Floor: surfaces.
"""

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from comity.joint.share import acts
from comity.joint.share.verbs import TABLE
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import matters
from comity.node.operate.overview import names
from comity.node.room import say as desk_say
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.rooms.share import give as giving
from comity.rooms.share import sources
from comity.rooms.share.offer import Offer
from comity.rooms.share.weigh import Weighed, weigh
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session, zoned_forms
from comity.surfaces.web.share import forms as own_forms
from comity.surfaces.web.share.offered import offered
from comity.surfaces.web.share.weighed import told
from comity.surfaces.web.verb_fields import Choices

LOOK: Final = "look"
"""The button that shows what would leave, and lets nothing."""
_COUNTED: Final = frozenset({acts.OBJECTS, acts.SAMPLES})


@require_http_methods(["GET", "HEAD", "POST"])
@zoned_forms.of_reader
def give(request: HttpRequest) -> HttpResponse:
    """Give."""
    return _page(request, "give")


@require_http_methods(["GET", "HEAD", "POST"])
@zoned_forms.of_reader
def add(request: HttpRequest, share: str) -> HttpResponse:
    """Add to a share."""
    return _page(request, "add", share)


def _page(request: HttpRequest, name: str, share: str = "") -> HttpResponse:
    node, officer = desks.of(request).node, session.officer_of(request)
    whole = TABLE.row(name)
    row = replace(whole, fields=tuple(one for one in whole.fields if one.name not in _COUNTED))
    shown = matters.show(node, officer, TABLE.noun, share) if share else None
    data = request.POST.copy() if request.method == "POST" else None
    problems: list[str] = []
    if data is not None:
        problems = [*own_forms.keep(node, officer, request, data)]
    channels = [shown.row.channel] if shown else desk_say.homes(node, node.rooms[TABLE.noun].home)
    offer = desk_say.offer(node, channels)
    places = channels if shown is None and len(channels) > 1 else ()
    known = [
        (one.id, one.name)
        for one, state in sources.listing(node, officer)
        if one.ended_ms is None and state.objects
    ]
    choices = Choices(offer.languages, offer.listed, {}, places)
    form = own_forms.Giving(row, choices, data, request.FILES, known)
    weighed: Weighed | None = None
    if data is not None and form.is_valid() and not problems:
        act = partial(offered, node, officer, form, share)
        if LOOK in data:
            weighed = forms.perform(form, lambda: _weighed(node, officer, form, act()))
        else:
            done = forms.perform(form, lambda: _given(node, officer, form, share, act()))
            if isinstance(done, Sent | Waiting):
                return _go(done)
    for problem in problems:
        form.add_error("file", problem)
    context = {
        "verb": whole,
        "table": TABLE,
        "matter": shown,
        "kept": {one: own_forms.names(data, one) for one in own_forms.FILES},
        "weighed": weighed and told(weighed),
        "parties": names.names(node).parties,
    }
    return forms.shown(request, "share/give.html", form, context)


def _weighed(node: Node, officer: Officer, form: own_forms.Giving, offer: Offer) -> Weighed:
    if not form.row.opens:
        return weigh(node, officer, offer)
    return weigh(node, officer, replace(offer, share=""))


def _given(
    node: Node, officer: Officer, form: own_forms.Giving, share: str, offer: Offer
) -> Result:
    is_held = bool(form.cleaned_data["hold"])
    marked = {"mark": offer.mark} if offer.mark else {}
    words = desk_say.words(form.row, officer, form.texts(), key=form.key, is_held=is_held, **marked)
    spoken = desk_say.Spoken(form.row, share, form.given(), words)
    return giving.give(node, officer, spoken, offer)


def _go(done: Sent | Waiting) -> HttpResponse:
    said = urlencode({"said": "waiting" if isinstance(done, Waiting) else "sent"})
    if isinstance(done, Sent):
        address = reverse(f"{TABLE.noun}:one", args=(done.matter_id,))
    else:
        address = reverse(f"{TABLE.noun}:listing")
    return HttpResponseRedirect(f"{address}?{said}", status=HTTPStatus.SEE_OTHER)
