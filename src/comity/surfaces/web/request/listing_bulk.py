"""One step on many lines: what would be done, then what was, line by line.

    POST  without `sure`   the page that says what would be done
    POST  with `sure`      does it, once for the key that the page carries, and goes on to
    GET   <key>            what came of each, whichever process is asked

Floor: surfaces.
"""

import json
from dataclasses import asdict, dataclass
from typing import Final

from django import forms as fields
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.desk import matter_label, today
from comity.node.desk.duty import bulk as bulks
from comity.node.desk.duty.bulk import Result
from comity.node.operate.overview import names
from comity.rooms.request import partners
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.desk import Desk
from comity.surfaces.web.request import listing_query

_RUNNING: Final = "running"
_KEPT_S: Final = 24 * 3_600
_KEY_CHARS: Final = 32
_QUERY_CHARS_MAX: Final = 4_000


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do with many lines.

    Attributes:
        name: of `bulk.ROLES`.
        label: on its button.
        words: what is done with each.
    """

    name: str
    label: Promise
    words: Promise


ACTIONS: Final = (
    Action(bulks.TAKE, _("Take"), _("You take your agency's part of each.")),
    Action(bulks.ASSIGN, _("Assign…"), _("Your agency's part of each is given to one officer.")),
    Action(bulks.ROUTE, _("Route by rule"), _("Each goes to the agency that a rule names.")),
    Action(bulks.SEE, _("Mark as seen"), _("Each is noted as opened; its alarm ends.")),
)


def offered(officer: Officer) -> tuple[Action, ...]:
    """Return what an officer has use for."""
    return tuple(one for one in ACTIONS if not set(bulks.ROLES[one.name]).isdisjoint(officer.roles))


class Bulk(forms.Form):
    """What is to be done with which lines."""

    action = fields.ChoiceField(
        choices=[(one.name, one.label) for one in ACTIONS], widget=fields.HiddenInput
    )
    to = fields.ChoiceField(label=_("Which officer"))
    back = fields.CharField(
        max_length=_QUERY_CHARS_MAX, required=False, widget=fields.HiddenInput, empty_value=""
    )
    sure = fields.CharField(max_length=1, required=False, widget=fields.HiddenInput)

    def offer(self, people: tuple[str, ...], action: str) -> "Bulk":
        """Ask to whom, if the action is to assign; else do not ask."""
        if action != bulks.ASSIGN:
            del self.fields["to"]
            return self
        choice = self.fields["to"]
        assert isinstance(choice, fields.ChoiceField)
        choice.choices = [(name, name) for name in people]
        choice.required = True
        return self


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Say what would be done with the chosen lines; or do it."""
    here, officer = desks.of(request), session.officer_of(request)
    given = request.POST.get("action", "")
    action = next((one for one in offered(officer) if one.name == given), None)
    if action is None:
        raise Http404
    ids = [one for one in request.POST.getlist("line") if one][: bulks.LINES_MAX]
    back = listing_query.of_text(request.POST.get("back", "")[:_QUERY_CHARS_MAX]).render()
    people = today.colleagues(here.node, officer, is_self=True)
    form = Bulk(initial={"action": given, "back": back, "sure": "1"}).offer(people, given)
    if request.POST.get("sure"):
        form = Bulk(request.POST).offer(people, given)
        if form.is_valid() and ids:
            _do_once(here, officer, form, ids)
            answer = forms.after("request:bulk-done", form.key)
            answer["Location"] += f"?{back}" if back else ""
            return answer
    context = {
        "action": action,
        "lines": bulks.foresee(here.node, officer, action.name, ids),
        "called": matter_label.of_ids(here.node, officer, ids),
        "known": partners.names(here.node),
        "back": back,
        "agencies": names.names(here.node).agencies,
    }
    return forms.shown(request, "request/bulk.html", form, context)


@require_safe
def done(request: HttpRequest, key: str) -> HttpResponse:
    """Say what came of each line."""
    officer = session.officer_of(request)
    kept = cache.get(_place(officer, key), "")
    results = [] if kept in ("", _RUNNING) else _results(kept)
    context = {
        "is_running": kept == _RUNNING,
        "is_kept": bool(kept),
        "results": results,
        "done_count": sum(one.no is None for one in results),
        "failed_count": sum(one.no is not None for one in results),
        "back": listing_query.parse(request.GET).render(),
    }
    return render(request, "request/bulk_done.html", context)


def _do_once(here: Desk, officer: Officer, form: Bulk, ids: list[str]) -> None:
    """Do it, unless the same page was sent before: a double click does nothing twice."""
    place = _place(officer, form.key)
    if not cache.add(place, _RUNNING, _KEPT_S):
        return
    said = form.cleaned_data
    results = bulks.do(here.node, officer, said["action"], ids, said.get("to", ""))
    cache.set(place, json.dumps([asdict(one) for one in results]), _KEPT_S)


def _place(officer: Officer, key: str) -> str:
    return f"bulk:{officer.name}:{key[:_KEY_CHARS]}"


def _results(kept: str) -> list[Result]:
    return [Result(one["id"], one["no"] and Inadmissible(**one["no"])) for one in json.loads(kept)]
