"""Contact points: the list, those of one State, the code sheet, and what is said of them.

Floor: surfaces.
"""

from functools import partial
from typing import Final

from django import forms as fields
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.joint.contact import view
from comity.joint.contact.verbs import TABLE
from comity.kernel import limits
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import matters
from comity.node.operate.overview import names
from comity.node.room import say as desk_say
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result, Waiting
from comity.rooms.contact import checks, desk
from comity.rooms.contact import publish as publishing
from comity.rooms.contact.desk import Book
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session, verb_page, zoned_forms
from comity.surfaces.web.verb_page import Page, Seen


class Publish(forms.Form):
    """A document, typed or pasted."""

    yaml = fields.CharField(
        label=_("Contact points"),
        help_text=_(
            "comity-contacts/1 in YAML: functions and offices, never persons. It is kept for ever."
        ),
        widget=fields.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "gl-yaml"}),
        strip=False,
        max_length=limits.WRITTEN_BYTES_MAX,
    )
    has_sheet = fields.BooleanField(label=_("Make a new code sheet"), required=False, initial=True)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Those of every State."""
    node, officer = desks.of(request).node, session.officer_of(request)
    context = {
        "books": [shown(one) for one in desk.books(node, officer)],
        "own_id": node.party,
        "parties": names.names(node).parties,
        "said": request.GET.get("said", ""),
    }
    return render(request, "contact/listing.html", context)


@require_safe
def one(request: HttpRequest, party: str) -> HttpResponse:
    """Those of one State, and what can be said of them."""
    node, officer = desks.of(request).node, session.officer_of(request)
    seen = _see(node, officer, party)
    context = {
        **seen.context,
        "offered": verb_page.offered(PAGE, node, seen),
        "said": request.GET.get("said", ""),
    }
    return render(request, "contact/one.html", context)


@require_safe
def sheet(request: HttpRequest, party: str) -> HttpResponse:
    """The code sheet of a State, to print it: each pair once."""
    node, officer = desks.of(request).node, session.officer_of(request)
    pairs = desk.sheet(node, officer, party)
    return render(request, "contact/sheet.html", {"party": party, "pairs": pairs})


@require_safe
def cards(request: HttpRequest, party: str) -> HttpResponse:
    """The contact points of a State for an address book."""
    from comity.rooms.contact import vcard  # noqa: PLC0415 -- the library, for this page alone

    node, officer = desks.of(request).node, session.officer_of(request)
    lang = "zh" if (get_language() or "en").startswith("zh") else "en"
    found = desk.book(node, officer, party)
    answer = HttpResponse(vcard.render(found, lang), content_type=vcard.MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{found.party}.vcf"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """Publish those of this State."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = Publish(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = str(form.cleaned_data["yaml"]).replace("\r\n", "\n").encode("utf-8", "replace")

        def act() -> Result:
            words = Words(key=form.key)
            has_sheet = bool(form.cleaned_data["has_sheet"])
            return publishing.publish(node, officer, data, has_sheet=has_sheet, words=words)

        done = forms.perform(form, act)
        if done is not None:
            said = "waiting" if isinstance(done, Waiting) else "sent"
            return HttpResponseRedirect(f"{reverse('contact:listing')}?said={said}", status=303)
    verb = TABLE.verb("publish")
    return forms.shown(request, "contact/say.html", form, {"verb": verb})


@require_http_methods(["GET", "HEAD", "POST"])
@zoned_forms.of_reader
def say(request: HttpRequest, party: str, verb: str) -> HttpResponse:
    """Say one thing of them."""
    return verb_page.say(request, PAGE, verb, party)


def _see(node: Node, officer: Officer, party: str) -> Seen:
    found = desk.book(node, officer, party)
    read = matters.show(node, officer, TABLE.noun, party)
    context = {"book": shown(found), "parties": names.names(node).parties, "own_id": node.party}
    return Seen(found.party, found.channel, read.state, read.parties, context)


PAGE: Final = Page(
    TABLE,
    partial(desk_say.say, TABLE),
    _see,
    "contact/say.html",
    "contact:one",
    "contact:listing",
)


def shown(found: Book) -> dict[str, object]:
    """Return what a page shows of a State, with each number as people write it."""
    points = [
        {
            "one": one,
            "entries": [
                {
                    "entry": entry,
                    "is_beside": entry is one.beside,
                    "carriers": [
                        (c, checks.spoken_number(c.at) if c.kind == "tel" else c.at)
                        for c in entry.carriers
                    ],
                }
                for entry in (one.entry, one.beside)
                if entry is not None
            ],
        }
        for one in found.points
    ]
    return {"book": found, "points": points, "status": view.STATUS_WORDS[found.status]}
