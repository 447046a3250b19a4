"""The form by which a State gives, and the files that came with it.

What was chosen once is kept as an upload, so that nobody chooses a file twice.

Floor: surfaces.
"""

import hashlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from django import forms as django_forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from comity.acts.verb import Verb
from comity.domestic.share import guard
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import uploads
from comity.surfaces.web.fields import Files, ManyFiles
from comity.surfaces.web.templatetags import desk as tags
from comity.surfaces.web.verb_fields import Choices
from comity.surfaces.web.verb_form import VerbForm

FILES: Final = ("file", "sample", "report")
_TEXT_CHARS_MAX: Final = 4 << 20


class Giving(VerbForm):
    """What is given, of which kind, under which mark."""

    def __init__(
        self,
        row: Verb,
        choices: Choices,
        data: Mapping[str, str] | None,
        files: Any,  # noqa: ANN401 -- as Django has them
        known: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(row, choices, data)
        if files is not None:
            self.files = files
        rest = {**self.fields}
        self.fields = {
            "file": django_forms.FileField(
                label=_("File"),
                required=False,
                widget=django_forms.FileInput,
                help_text=_(
                    "STIX 2.1, an event of MISP, a table with a column “value”, or one a line."
                ),
            ),
            "text": django_forms.CharField(
                label=_("Or paste it"),
                required=False,
                max_length=_TEXT_CHARS_MAX,
                widget=django_forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
            ),
            "source": django_forms.ChoiceField(
                label=_("Or what was read from a source"),
                required=False,
                choices=[("", _("None")), *known],
            ),
            "sample": ManyFiles(
                label=_("Samples"),
                required=False,
                widget=Files(attrs={"multiple": True}),
                help_text=_("Each in a zip with the password infected."),
            ),
            "report": ManyFiles(
                label=_("Reports"),
                required=False,
                widget=Files(attrs={"multiple": True}),
                help_text=_("As PDF."),
            ),
            **rest,
            "let": django_forms.MultipleChoiceField(
                label=_("Let these rules go"),
                required=False,
                choices=[(one, tags.said(guard.RULES[one])) for one in guard.LETTABLE],
                widget=django_forms.CheckboxSelectMultiple,
            ),
            **{
                f"kept_{name}": django_forms.CharField(
                    required=False, max_length=8_000, widget=django_forms.HiddenInput
                )
                for name in ("file", "sample", "report")
            },
        }


def keep(
    node: Node,
    officer: Officer,
    request: HttpRequest,
    data: Any,  # noqa: ANN401 -- a QueryDict that can be changed
) -> Sequence[str]:
    """Keep the files of a form as uploads; return what is wrong with them."""
    problems = []
    for name in FILES:
        for given in request.FILES.getlist(name):
            try:
                line = _kept(node, officer, given)
            except Fault as fault:
                problems.append(f"{fault.what} {fault.fix}")
                continue
            before = "" if name == "file" else str(data.get(f"kept_{name}", ""))
            data[f"kept_{name}"] = f"{before}\n{line}".strip()
    return problems


def _kept(node: Node, officer: Officer, given: "UploadedFile[bytes]") -> str:
    content = given.read()
    size = len(content)
    made = uploads.begin(node, officer, hashlib.sha256(content).hexdigest(), size)
    uploads.add(node, officer, made.id, 0, size, BytesIO(content))
    return f"{made.id} {(given.name or 'file')[:200]}"


def lines(form: Giving, name: str) -> list[tuple[str, str]]:
    """Return the upload and the name of each file of a field."""
    kept = str(form.cleaned_data.get(f"kept_{name}") or "")
    return [(id_, told) for id_, _space, told in (one.partition(" ") for one in kept.splitlines())]


def names(data: Any, name: str) -> list[str]:  # noqa: ANN401 -- a QueryDict, or None
    """Return what the files of a field are called."""
    kept = str(data.get(f"kept_{name}", "")) if data is not None else ""
    return [one.partition(" ")[2] for one in kept.splitlines()]
