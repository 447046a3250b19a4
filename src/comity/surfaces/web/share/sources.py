"""Sources at home: feeds from which this State gives, and lists by which it holds back.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Any

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.domestic.share.source import (
    KINDS,
    NAME_CHARS_MAX,
    SECRET_CHARS_MAX,
    WORDS,
    Source,
)
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.rooms.share import sources
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.templatetags import desk as tags


class Add(forms.Form):
    """A source."""

    name = fields.CharField(label=_("Name"), max_length=NAME_CHARS_MAX)
    kind = fields.ChoiceField(label=_("What it is"), widget=fields.RadioSelect)
    url = fields.CharField(
        label=_("Address"),
        required=False,
        max_length=2_000,
        help_text=_("https, of an API root, a feed or a file; or choose a file below."),
    )
    collection = fields.CharField(
        label=_("Collection"), required=False, max_length=40, help_text=_("Of TAXII alone.")
    )
    secret = fields.CharField(
        label=_("Secret"),
        required=False,
        max_length=SECRET_CHARS_MAX,
        help_text=_("user:password, or a token."),
        widget=fields.PasswordInput(attrs={"autocomplete": "off"}),
    )
    file = fields.FileField(label=_("File"), required=False, widget=fields.FileInput)

    def __init__(self, *given: Any, **options: Any) -> None:  # noqa: ANN401 -- as Django's
        super().__init__(*given, **options)
        kind = self.fields["kind"]
        assert isinstance(kind, fields.ChoiceField)
        kind.choices = [(name, tags.said(words)) for name, words in KINDS.items()]


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The sources of the officer's agency."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = Add(request.POST, request.FILES) if request.method == "POST" else Add()
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        wanted = Source(
            "", given["name"], given["kind"], given["url"].strip(), given["collection"].strip(),
            given["secret"], "", "", 0,
        )  # fmt: skip
        data = given["file"].read() if given["file"] else b""
        made = forms.perform(form, lambda: sources.add(node, officer, wanted, data))
        if made is not None:
            return forms.after("threat:sources")
    context = {
        "rows": [
            {"one": one, "state": state, "kind": WORDS[one.kind]}
            for one, state in sources.listing(node, officer)
        ],
        "may_add": any(one in sources.ADDING for one in officer.roles),
    }
    return forms.shown(request, "share/sources.html", form, context)


@require_POST
def pull(request: HttpRequest, source: str) -> HttpResponse:
    """Read what is new of a source."""
    node, officer = desks.of(request).node, session.officer_of(request)
    try:
        done = sources.pull_one(node, officer, source)
    except Fault as fault:
        if not fault.code.startswith("share."):
            raise
        no = Inadmissible(fault.code, fault.what, fault.fix)
        return render(request, "message.html", {"no": no}, status=HTTPStatus.CONFLICT)
    return _after(request, done)


@require_POST
def end(request: HttpRequest, source: str) -> HttpResponse:
    """End a source."""
    node, officer = desks.of(request).node, session.officer_of(request)
    return _after(request, sources.end(node, officer, source))


def _after(request: HttpRequest, done: object) -> HttpResponse:
    if isinstance(done, Inadmissible):
        return render(request, "message.html", {"no": done}, status=HTTPStatus.FORBIDDEN)
    return forms.after("threat:sources")
