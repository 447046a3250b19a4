"""Counsel: each question that the law asks, decided with its ground; and what a change would do.

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from comity.domestic.legal.verbs import DECIDE
from comity.domestic.nation.law_points import Required
from comity.domestic.officer import role
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.problem import Unfit
from comity.node.desk import legal, legal_json, matter_label
from comity.node.desk.legal import Explained, Line, Stopped
from comity.node.room import officers
from comity.node.room.release.legal_gate import Subject
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.request import content
from comity.surfaces.web.request.draft.inputs import id_of
from comity.surfaces.web.templatetags.desk import said
from comity.surfaces.web.verb_fields import Choices
from comity.surfaces.web.verb_form import StepForm


class Decision(StepForm):
    """A decision on one question."""

    def __init__(
        self, required: Required, content: str, data: Mapping[str, str] | None = None
    ) -> None:
        offered = [(one.id, said(one.label)) for one in required.bases]
        offered += [(one.id, said(one.label)) for one in required.instruments]
        asked = [(one.condition, condition(one.condition)) for one in required.conditions]
        choices = Choices(named={"named": offered, "conditions": asked})
        super().__init__(DECIDE, choices, data, {"question": required.id, "content": content})
        self.auto_id = f"{id_of(required.id)}-%s"
        for name in ("question", "content"):
            self.fields[name].widget = django_forms.HiddenInput()
        there = {"named": offered, "number": required.instruments, "conditions": asked}
        for name in (name for name, some in there.items() if not some):
            del self.fields[name]


def condition(code: str) -> str:
    """Return a condition in the reader's language; one that no list has as it is."""
    return content.condition_words(code)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its form.

    Attributes:
        line: as it is explained.
        form: by which it is decided.
        because: the fields of the request by which it is asked, and their values.
    """

    line: Line
    form: Decision
    because: Sequence[tuple[str, str]]

    @property
    def id(self) -> str:
        """Of the question in the page."""
        return id_of(self.line.required.id)

    @property
    def named(self) -> str:
        """The legal basis or instrument that was decided on, in words."""
        decided, required = self.line.row.decided, self.line.required
        code = decided.choice.named if decided else ""
        known = {one.id: one.label for one in required.bases}
        known |= {one.id: one.label for one in required.instruments}
        return said(known[code]) if code in known else code

    @property
    def conditions(self) -> list[str]:
        """The conditions that were decided on, in words."""
        decided = self.line.row.decided
        return [condition(one) for one in decided.choice.conditions] if decided else []

    @property
    def rule(self) -> str:
        """Where the profile asks it."""
        return f"law/points/{self.line.required.point.id}"


@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, subject: str) -> HttpResponse:
    """What has to be decided of a request or a draft; each question is a form."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found = legal.explain(node, officer, subject)
    name = request.POST.get("question", "")
    asked = [_asked(one, found.subject, request, name) for one in found.lines]
    bad = next((one.form for one in asked if one.form.is_bound), None)
    if bad is not None and bad.is_valid():
        step = bad.step()
        done = forms.perform(bad, lambda: legal.take(node, officer, subject, step))
        if done is not None:
            answer = forms.after("release:law", subject)
            answer["Location"] += f"#{id_of(name)}"
            return answer
    context = {
        "asked": asked,
        "found": found,
        "subject": subject,
        "is_draft": _is_draft(found),
        "called": matter_label.of_ids(node, officer, [subject]).get(subject),
        "no": officers.lacks_role(officer, role.COUNSEL),
        "bad": bad,
    }
    form = bad or forms.Form()
    return forms.shown(request, "release/law.html", form, context)


def _asked(line: Line, subject: Subject, request: HttpRequest, name: str) -> Asked:
    is_it = request.method == "POST" and line.required.id == name
    form = Decision(line.required, subject.content, request.POST if is_it else None)
    because = [*legal_json.because(line, subject.situation).items()]
    return Asked(line, form, because)


def _is_draft(found: Explained) -> bool:
    return found.subject.key.startswith("draft|")


class Profile(forms.Form):
    """A nation profile that is not in force."""

    text = django_forms.CharField(
        label=_("Nation profile"),
        widget=django_forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "cm-code"}),
        max_length=limits.WRITTEN_BYTES_MAX,
        strip=False,
        help_text=_("Plain YAML: the whole profile, as the page that changes it has it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def dry_run(request: HttpRequest) -> HttpResponse:
    """Which acts another profile would have stopped; nothing is changed."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = Profile(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"stopped": None}
    status = HTTPStatus.OK
    if form.is_bound and form.is_valid():
        data = form.cleaned_data["text"].encode("utf-8", "replace")
        try:
            stopped: list[Stopped] = legal.dry_run(node, officer, data, "profile")
            context["stopped"] = stopped
        except Unfit as unfit:
            context["problems"] = unfit.problems
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        except Fault as fault:
            context["fault"] = fault
            status = HTTPStatus.UNPROCESSABLE_ENTITY
    context |= {"form": form, "address": reverse("release:dry-run")}
    return render(request, "release/dry_run.html", context, status=status)
