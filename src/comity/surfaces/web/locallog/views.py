"""The local log on pages: steps in words, one step with its proof, the file for an auditor.

Floor: surfaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, override
from urllib.parse import urlencode

from django import forms as fields
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.domestic.locallog.entry import Part
from comity.kernel.digits import whole
from comity.node.base.profile import local_origin
from comity.node.desk import audit
from comity.node.desk.audit import Line, Wanted
from comity.node.room import local_log_export
from comity.node.room import trust_policy as policies
from comity.surfaces.web import desk as desks
from comity.surfaces.web import fields as own_fields
from comity.surfaces.web import forms, session, zoned_forms
from comity.surfaces.web.locallog import words

TEXT_CHARS_MAX: Final = 200
NUMBER_MAX: Final = (1 << 53) - 1
LISTED_CHARS_MAX: Final = 160
_DASH: Final = "–"  # noqa: RUF001 -- of an empty cell


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words.

    Attributes:
        line: the step.
        words: what was done.
        facts: each with its name.
        address: of the page of its matter, or "".
    """

    line: Line
    words: str
    facts: tuple[tuple[str, str], ...]
    address: str = ""

    @property
    def listed(self) -> SafeString:
        """The facts as a list of steps shows them: four of each of fifty lines."""
        return SafeString(
            " ".join(
                f'<span class="cm-pair"><span class="cm-label">{escape(name)}</span>'
                f"<bdi>{self._value(value)}</bdi></span>"
                for name, value in self.facts
            )
        )

    def _value(self, value: str) -> str:
        if self.address and value == self.line.facts.get(audit.MATTER):
            return linked(value, self.address)
        return escape(_short(value)) if value else _DASH


def linked(value: str, address: str) -> SafeString:
    """Return a value that leads to a page."""
    return format_html('<a class="govuk-link" href="{}">{}</a>', address, value)


def _short(value: str) -> str:
    """Return as much of a fact as a list has room for."""
    is_short = len(value) <= LISTED_CHARS_MAX
    return value if is_short else Truncator(value).chars(LISTED_CHARS_MAX)


def told(line: Line, matters: Mapping[str, str]) -> Told:
    """Return a step in words; its matter leads to its page, if it is among those to be read."""
    facts = tuple(
        (words.fact(name), words.value(name, value)) for name, value in line.facts.items()
    )
    matter_id = line.facts.get(audit.MATTER, "")
    kind = matters.get(matter_id, "")
    address = reverse(f"{kind}:one", args=(matter_id,)) if kind else ""
    return Told(line, words.step(line.code), facts, address)


class InPart(forms.Form):
    """Which steps, by what stands in the clear in entries: their kind and when they were taken."""

    step = fields.ChoiceField(label=_("Kind of step"), required=False)
    from_day = own_fields.Day(label=_("From this day on"), required=False)
    to_day = own_fields.Day(label=_("Until the end of this day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as Django has them
        super().__init__(*args, **kwargs)
        field = self.fields["step"]
        assert isinstance(field, fields.ChoiceField)
        groups = [
            (label, [(group, _("all of these")), *_steps_of(group)])
            for group, label in words.GROUPS.items()
        ]
        field.choices = [("", _("everything")), *groups]

    @override
    def clean(self) -> dict[str, Any]:
        """Require days that are in their order."""
        given = super().clean() or {}
        first, last = given.get("from_day"), given.get("to_day")
        if first and last and last < first:
            self.add_error("to_day", _("The last day is before the first. Choose a later one."))
        return given

    def part(self) -> Part:
        """Return what was chosen, once it is valid; everything before."""
        given = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return Part(
            given.get("step", ""),
            own_fields.day_ms(given.get("from_day")),
            own_fields.day_ms(given.get("to_day"), is_over=True),
        )


class Search(InPart):
    """Which steps are listed."""

    field_order = ("step", "text", "from_day", "to_day")

    text = fields.CharField(
        label=_("Words"),
        help_text=_("An officer, an id, or words of a fact."),
        required=False,
        max_length=TEXT_CHARS_MAX,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as Django has them
        super().__init__(*args, **kwargs)
        del self.fields["once"]


def _steps_of(group: str) -> list[tuple[str, Any]]:
    return [(code, said) for code, said in words.STEPS.items() if code.startswith(f"{group}.")]


@require_safe
@zoned_forms.of_reader
def steps(request: HttpRequest) -> HttpResponse:
    """A page of steps, the newest first."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = Search(request.GET if _FILTERS & request.GET.keys() else None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    part, before = form.part(), request.GET.get("before", "")
    wanted = Wanted(part.step, given.get("text", ""), whole(before), part.from_ms, part.until_ms)
    page = audit.page(node, officer, wanted)
    query = {name: value for name, value in given.items() if value}
    context = {
        "page": page,
        "lines": [told(one, page.matters) for one in page.lines],
        "in_file": urlencode({name: value for name, value in query.items() if name != "text"}),
        "older": urlencode({**query, "before": page.next_before}) if page.next_before else "",
        "newest": urlencode(query),
        "is_searched": bool(query),
        "is_first": wanted.before is None,
    }
    return forms.shown(request, "locallog/steps.html", form, context)


_FILTERS: Final = frozenset({"step", "text", "from_day", "to_day"})


@require_safe
def step(request: HttpRequest, index: int) -> HttpResponse:
    """One step with what proves it."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found = audit.show(node, officer, min(index, NUMBER_MAX))
    told_of = told(found.line, found.matters)
    context = {
        "entry": found,
        "told": told_of,
        "proofs": [
            (words.fact(name), _cell(told_of, name), found.salts.get(name, ""), value)
            for name, value in found.hashes.items()
        ],
        "origin": local_origin(node.party),
        "export": Export(initial={"facts": str(found.line.index)}),
        "reads_all": audit.reads_all(officer),
    }
    return render(request, "locallog/step.html", context)


def _cell(one: Told, name: str) -> str:
    value = one.line.facts.get(name, "")
    return linked(value, one.address) if one.address and name == audit.MATTER else value


class Export(InPart):
    """Which steps are in the file, and which facts are disclosed in it."""

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
@zoned_forms.of_reader
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The file for an auditor; that facts were disclosed is a step of the log."""
    node, officer = desks.of(request).node, session.officer_of(request)
    chosen_before = {name: request.GET[name] for name in _FILTERS & request.GET.keys()}
    form = Export(request.POST) if request.method == "POST" else Export(initial=chosen_before)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["facts"].split()
        made = forms.perform(
            form, lambda: local_log_export.make(node, officer, chosen, form.part())
        )
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
