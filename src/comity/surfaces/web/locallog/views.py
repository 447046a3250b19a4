"""The local log on pages: steps in words, one step with its proof, the file for an auditor.

Floor: surfaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django import forms as fields
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.kernel.digits import whole
from comity.node import policy as policies
from comity.node.desk import log_export, log_reading
from comity.node.desk.log_reading import Line, Wanted
from comity.node.profile import local_origin
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, who
from comity.surfaces.web.locallog import words

TEXT_CHARS_MAX: Final = 200
NUMBER_MAX: Final = (1 << 53) - 1
LISTED_CHARS_MAX: Final = 160
_DASH: Final = "–"  # noqa: RUF001 -- of an empty cell


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words: what was done, and each fact with its name."""

    line: Line
    words: str
    facts: tuple[tuple[str, str], ...]

    @property
    def listed(self) -> SafeString:
        """The facts as a list of steps shows them: four of each of fifty lines."""
        return SafeString(
            " ".join(
                f'<span class="cm-pair"><span class="cm-label">{escape(name)}</span>'
                f"<bdi>{escape(_short(value)) if value else _DASH}</bdi></span>"
                for name, value in self.facts
            )
        )


def _short(value: str) -> str:
    """Return as much of a fact as a list has room for."""
    is_short = len(value) <= LISTED_CHARS_MAX
    return value if is_short else Truncator(value).chars(LISTED_CHARS_MAX)


def told(line: Line) -> Told:
    """Return a step in words."""
    facts = tuple(
        (words.fact(name), words.value(name, value)) for name, value in line.facts.items()
    )
    return Told(line, words.step(line.code), facts)


class Search(forms.Form):
    """Which steps."""

    step = fields.ChoiceField(label=_("Kind of step"), required=False)
    text = fields.CharField(
        label=_("Words"),
        help_text=_("An officer, an id, or words of a fact."),
        required=False,
        max_length=TEXT_CHARS_MAX,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as Django has them
        super().__init__(*args, **kwargs)
        del self.fields["once"]
        field = self.fields["step"]
        assert isinstance(field, fields.ChoiceField)
        groups = [
            (label, [(group, _("all of these")), *_steps_of(group)])
            for group, label in words.GROUPS.items()
        ]
        field.choices = [("", _("everything")), *groups]


def _steps_of(group: str) -> list[tuple[str, Any]]:
    return [(code, said) for code, said in words.STEPS.items() if code.startswith(f"{group}.")]


@require_safe
def steps(request: HttpRequest) -> HttpResponse:
    """A page of steps, the newest first."""
    node, officer = desks.of(request).node, who.officer_of(request)
    form = Search(request.GET if {"step", "text"} & request.GET.keys() else None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    before = request.GET.get("before", "")
    wanted = Wanted(
        given.get("step", ""),
        given.get("text", ""),
        whole(before),
    )
    page = log_reading.page(node, officer, wanted)
    query = {name: value for name, value in given.items() if value}
    context = {
        "page": page,
        "lines": [told(one) for one in page.lines],
        "older": urlencode({**query, "before": page.next_before}) if page.next_before else "",
        "newest": urlencode(query),
        "is_searched": bool(query),
        "is_first": wanted.before is None,
    }
    return forms.shown(request, "locallog/steps.html", form, context)


@require_safe
def step(request: HttpRequest, index: int) -> HttpResponse:
    """One step with what proves it."""
    node, officer = desks.of(request).node, who.officer_of(request)
    found = log_reading.show(node, officer, min(index, NUMBER_MAX))
    context = {
        "entry": found,
        "told": told(found.line),
        "proofs": [
            (words.fact(name), found.line.facts.get(name, ""), found.salts.get(name, ""), value)
            for name, value in found.hashes.items()
        ],
        "origin": local_origin(node.party),
        "export": Export(initial={"facts": str(found.line.index)}),
        "reads_all": log_reading.reads_all(officer),
    }
    return render(request, "locallog/step.html", context)


class Export(forms.Form):
    """Which facts are disclosed in the file."""

    facts = fields.CharField(
        label=_("Facts to disclose"),
        help_text=_(
            "Numbers of entries, names of facts, NUMBER:NAME, or all, apart by spaces. "
            "Empty: codes and salted hashes alone."
        ),
        required=False,
        max_length=2_000,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The file for an auditor; that facts were disclosed is a step of the log."""
    node, officer = desks.of(request).node, who.officer_of(request)
    form = Export(request.POST) if request.method == "POST" else Export()
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["facts"].split()
        made = forms.perform(form, lambda: log_export.make(node, officer, chosen))
        if made is not None:
            headers = {"Content-Disposition": 'attachment; filename="local.log"'}
            return StreamingHttpResponse(
                made.lines, content_type="application/octet-stream", headers=headers
            )
    context: Mapping[str, object] = {"origin": local_origin(node.party)}
    return forms.shown(request, "locallog/export.html", form, context)


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """By which keys the local log is verified."""
    node = desks.of(request).node
    found = policies.policies(node, local_origin(node.party))
    text = "\n".join(one.text() for one in found)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
