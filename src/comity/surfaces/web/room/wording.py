"""Pages of a text in the making beside those of every room.

    /wordings/<id>/room/      for the screen of the room: every paragraph, brackets, nothing else
    /wordings/<id>/text/      the document that it becomes, in the original of each State; here it
                              is proposed and adopted
    /wordings/<id>/publication/    the file for everybody
    /wordings/<id>/compare/    what another has published, word by word beside the agreed text
    /wordings/<id>/translation/    files for translators, and what they give back

Floor: surfaces.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final, cast, override

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.joint.wording import publication, view
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Problem, Unfit
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Waiting
from comity.rooms.wording import adopt, desk, interchange, publish, translation
from comity.rooms.wording.translation import Way
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.templatetags import wording as tags

_OTHER_MAX: Final = 1 << 20
_NAMES: Final = {"en": _("English"), "zh": _("Chinese")}
_DO: Final = {
    "propose": (adopt.propose, _("Propose it for adoption")),
    "adopt": (adopt.adopt, _("Adopt this text")),
}


@require_safe
def room(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Show a text on the screen of the room; it holds nothing that is of this State alone."""
    found = desk.read(desks.of(request).node, session.officer_of(request), matter_id)
    context = {"found": found, "name": view.name(found.state), "paragraphs": tags.shown(found)}
    return render(request, "room/wording_room.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Show the document, and propose or adopt it."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found = desk.read(node, officer, matter_id)
    made = found.assembled
    form = forms.Form(request.POST if request.method == "POST" else None)
    verb = "adopt" if found.proposal else "propose"
    do, button = _DO[verb]
    if request.method == "POST" and form.is_valid():
        result = forms.perform(
            form, lambda: do(node, officer, matter_id, Words(key=f"{verb}{form.key}"))
        )
        if result is not None:
            said = "waiting" if isinstance(result, Waiting) else "sent"
            address = reverse("wording:text", args=(found.row.matter.id,))
            return HttpResponseRedirect(f"{address}?said={said}", status=HTTPStatus.SEE_OTHER)
    is_made = not isinstance(made, Inadmissible)
    context = {
        "found": found,
        "name": view.name(found.state),
        "made": made if is_made else None,
        "no": None if is_made else made,
        "originals": None if isinstance(made, Inadmissible) else desk.originals(found, made),
        "button": button,
        "is_ours": node.party in found.adopted_by,
        "parties": found.parties,
        "said": request.GET.get("said", ""),
    }
    return forms.shown(request, "room/wording_text.html", form, context)


@require_safe
def published(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Give the publication of an adopted text, at the agreed minute and not before."""
    opened, officer = desks.of(request), session.officer_of(request)
    found = desk.read(opened.node, officer, matter_id)
    ready = publish.ready(opened.node, officer, view.name(found.state))
    if isinstance(ready, Inadmissible):
        return render(request, "message.html", {"no": ready}, status=HTTPStatus.CONFLICT)
    answer = HttpResponse(
        publish.make(opened.node, officer, ready, opened.ports.typeset),
        content_type="application/zip",
    )
    answer["Content-Disposition"] = f'attachment; filename="{ready.name}.zip"'
    return answer


class Compared(forms.Form):
    """What another has published."""

    language = django_forms.ChoiceField(label=_("Language"))
    other = django_forms.CharField(
        label=_("The other text"),
        help_text=_("Copied from the page where it was published."),
        max_length=_OTHER_MAX,
        required=False,
        widget=django_forms.Textarea(attrs={"rows": 8}),
    )
    file = django_forms.FileField(
        label=_("Or a file of it"),
        help_text=_("Text, Markdown or HTML."),
        required=False,
        widget=django_forms.FileInput,
    )

    def __init__(self, languages: Sequence[str], *data: Any) -> None:  # noqa: ANN401 -- of Django
        """Offer the languages of a text."""
        super().__init__(*data)
        choice = cast("django_forms.ChoiceField", self.fields["language"])
        choice.choices = [(one, _NAMES.get(one, one)) for one in languages]

    @override
    def clean(self) -> dict[str, Any]:
        """Take the file where there is one."""
        given = super().clean() or {}
        file = given.get("file")
        if file is not None:
            given["other"] = file.read(_OTHER_MAX).decode(errors="replace")
        if not given.get("other"):
            self.add_error("other", _("Give the text or a file of it."))
        return given


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Show where what another has published differs from the text that all have adopted."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found = desk.read(node, officer, matter_id)
    name = view.name(found.state)
    ours = publish.text(node, officer, name)
    if isinstance(ours, Inadmissible):
        return render(request, "message.html", {"no": ours}, status=HTTPStatus.CONFLICT)
    asked = (request.POST, request.FILES) if request.method == "POST" else ()
    form = Compared(ours.text.languages, *asked)
    context: dict[str, object] = {
        "found": found,
        "name": name,
        "ours": ours,
        "parties": found.parties,
        "publish_at": publish.time_of(node, officer, name),
    }
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        party, differences = publication.differences(ours, given["other"], given["language"])
        context |= {
            "is_compared": True,
            "party": party,
            "language": given["language"],
            "differences": differences,
        }
    return forms.shown(request, "room/wording_compare.html", form, context)


FORMATS: Final = {
    interchange.XLIFF_12: "XLIFF 1.2",
    interchange.XLIFF_21: "XLIFF 2.1",
    interchange.TMX: "TMX 1.4b",
    interchange.TBX: "TBX",
}


class Translated(forms.Form):
    """A file of a translator."""

    file = django_forms.FileField(
        label=_("File of the translator"),
        help_text=_("XLIFF, TMX or TBX. Paragraphs that changed are tabled as ours."),
    )
    problems: Sequence[tuple[str, Problem]] = ()

    @override
    def refuse_fault(self, fault: Fault) -> None:
        """Say what is wrong of each paragraph of the file."""
        super().refuse_fault(fault)
        if isinstance(fault, Unfit):
            self.problems = [(one.pointer.strip("/"), one) for one in fault.problems]


class Translation(django_forms.Form):
    """Which file is made."""

    format = django_forms.ChoiceField(choices=[*FORMATS.items()])
    source = django_forms.CharField(max_length=8, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def translate(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Offer files for translators, and table what one gives back."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found = desk.read(node, officer, matter_id)
    form = Translated(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read(interchange.FILE_BYTES_MAX + 1)
        words = Words(key=f"translation{form.key}")
        result = forms.perform(
            form, lambda: translation.table(node, officer, matter_id, data, words)
        )
        if result is not None:
            said = "waiting" if isinstance(result, Waiting) else "sent"
            address = reverse("wording:one", args=(found.row.matter.id,))
            return HttpResponseRedirect(f"{address}?said={said}", status=HTTPStatus.SEE_OTHER)
    languages = sorted({name for one in found.paragraphs for name in one.languages})
    context = {
        "found": found,
        "name": view.name(found.state),
        "formats": FORMATS,
        "languages": languages,
    }
    return forms.shown(request, "room/wording_translation.html", form, context)


@require_safe
def translation_file(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Give a text as a file for translators."""
    node, officer = desks.of(request).node, session.officer_of(request)
    asked = Translation(request.GET)
    given = asked.cleaned_data if asked.is_valid() else {"format": interchange.XLIFF_12}
    way = Way(given["format"], given.get("source", ""))
    found = translation.export(node, officer, matter_id, way)
    if isinstance(found, Inadmissible):
        return render(request, "message.html", {"no": found}, status=HTTPStatus.CONFLICT)
    answer = HttpResponse(interchange.write(found, way.form), content_type="application/xml")
    name = f"{found.name}.{interchange.ENDS[way.form]}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


ADDRESSES: Final[list[URLPattern]] = [
    path("<slug:matter_id>/room/", room, name="room"),
    path("<slug:matter_id>/text/", text, name="text"),
    path("<slug:matter_id>/publication/", published, name="publication"),
    path("<slug:matter_id>/compare/", compare, name="compare"),
    path("<slug:matter_id>/translation/", translate, name="translation"),
    path("<slug:matter_id>/translation/file/", translation_file, name="translation-file"),
]
