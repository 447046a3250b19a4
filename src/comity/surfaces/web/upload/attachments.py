"""The files of a form, one row each, and what they become of an act.

    files = attaching.received(request)           what a form sent; each file is kept as an upload
    if form.is_valid() and files.is_valid(): …
    value = {"attachments": files.lines()}        as request.schema.json and answer.schema.json
    files.attachments(node, officer, written.attachments)                     for the use case

A page includes `request/_upload.html` with `files`, and loads upload.css and upload.js.

Without script a row has a plain file field, whose bytes are kept as an upload as soon as they
come: what then is wrong with the form loses no file.  With it the script sends the file in ranges
and fills in the id.

Floor: surfaces.
"""

import hashlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final, override

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from comity.kernel.digits import whole
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import uploads
from comity.node.desk.upload import Upload
from comity.node.room.act_words import Attachment
from comity.node.room.request_file import AttachmentLine
from comity.surfaces.web import desk as desks
from comity.surfaces.web import fields, session
from comity.surfaces.web.upload import size_limit

ROWS_MAX: Final = 50
ROWS: Final = "files"
"""The field that says how many rows there are."""

ADD: Final = "files-add"
"""The button that asks for one more row, where there is no script."""

OCTETS: Final = "application/octet-stream"
_DEFAULT_MARK: Final = "TLP:AMBER"
_ACTIONS: Final = (
    ("", _("Not told")),
    ("identified", _("identified")),
    ("collected", _("collected")),
    ("acquired", _("acquired")),
    ("preserved", _("preserved")),
    ("examined", _("examined")),
    ("extracted", _("extracted")),
    ("received", pgettext_lazy("a file", "received")),
)
_TOLD: Final = ("by", "tool", "authority", "derived_from")
"""Fields of provenance beside its action and time."""


class Row(forms.Form):
    """One file of an act."""

    file = forms.FileField(label=_("File"), required=False)
    upload = forms.RegexField(r"^[a-z2-7]{26}$", required=False, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)
    media_type = forms.RegexField(
        r"^[a-z0-9][a-z0-9.+-]{0,62}/[a-z0-9][a-z0-9.+-]{0,62}$",
        required=False,
        widget=forms.HiddenInput,
    )
    mark = forms.ChoiceField(
        label=_("Handling mark"), choices=fields.MARKS, initial=_DEFAULT_MARK, required=False
    )
    role = forms.RegexField(
        r"^[a-z0-9][a-z0-9.-]{0,62}$",
        label=_("What it is"),
        required=False,
        help_text=_("A word such as connection-data; malware-sample for a sample of malware."),
    )
    exhibit = forms.CharField(label=_("Exhibit number"), required=False, max_length=120)
    action = forms.ChoiceField(label=_("How it was got"), choices=_ACTIONS, required=False)
    time = fields.Instant(label=_("When it was got"), required=False)
    by = forms.CharField(label=_("Who got it"), required=False, max_length=200)
    tool = forms.CharField(label=_("With which tool"), required=False, max_length=200)
    authority = forms.CharField(
        label=_("Under which warrant, order or consent"), required=False, max_length=200
    )
    derived_from = forms.CharField(label=_("Taken from exhibit"), required=False, max_length=120)

    kept: Upload | None = None

    @property
    def is_filled(self) -> bool:
        """Whether it has a file."""
        return bool(self.cleaned_data.get("upload"))

    @property
    def told(self) -> list[forms.BoundField]:
        """The fields of provenance, which most files go without."""
        return [self[name] for name in ("action", "time", *_TOLD)]

    @property
    def is_told(self) -> bool:
        """Whether something of provenance is told, or wrong: it is not folded away then."""
        return any(one.value() or one.errors for one in self.told)

    @override
    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("action") and not given.get("time") and "time" not in self.errors:
            self.add_error("time", gettext("Say when, too."))
        if not given.get("action") and any(given.get(name) for name in ("time", *_TOLD)):
            self.add_error("action", gettext("Say how it was got, too."))
        return given

    def line(self) -> Json:
        """Return what a request or answer file says of it."""
        given = self.cleaned_data
        said: dict[str, Json] = {
            "path": given["name"],
            "media_type": given["media_type"] or OCTETS,
            "mark": given["mark"] or _DEFAULT_MARK,
        }
        said |= {name: given[name] for name in ("role", "exhibit") if given[name]}
        if given["action"]:
            told: dict[str, Json] = {"action": given["action"], "time": _rfc3339(given["time"])}
            names = {"by": "role"}
            told |= {names.get(name, name): given[name] for name in _TOLD if given[name]}
            said["provenance"] = told
        return said


def _rfc3339(at_ms: int) -> str:
    at = fields.at(at_ms)
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


class Files:
    """The rows of one form.

    Attributes:
        rows: one a file, and one that is empty where nothing was sent yet.
        is_adding: whether all that was asked for is one more row.
    """

    def __init__(self, rows: Sequence[Row], *, is_adding: bool = False) -> None:
        self.rows = [*rows]
        self.is_adding = is_adding
        self.errors: list[str] = []

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    @property
    def template(self) -> Row:
        """A row that the script copies; `__n__` stands for its number."""
        return Row(prefix="file__n__", use_required_attribute=False)

    def is_valid(self) -> bool:
        """Return whether every row can be used."""
        found = [row.is_valid() for row in self.rows if row.is_bound]
        return all(found) and not self.errors

    @property
    def is_wrong(self) -> bool:
        """Whether something of what was sent cannot be used."""
        return bool(self.errors) or any(row.is_bound and row.errors for row in self.rows)

    @property
    def has_any(self) -> bool:
        """Whether a file was chosen, be what is told of it right or wrong."""
        chosen = any(
            row.is_bound and not row.errors.get("upload") and row.is_filled for row in self.rows
        )
        return chosen or bool(self.errors)

    @property
    def filled(self) -> list[Row]:
        """The rows that have a file."""
        return [row for row in self.rows if row.is_bound and row.is_valid() and row.is_filled]

    def lines(self) -> list[Json]:
        """Return what a request or answer file says of each."""
        return [row.line() for row in self.filled]

    def attachments(
        self, node: Node, officer: Officer, lines: Sequence[AttachmentLine]
    ) -> list[Attachment]:
        """Return the files for a use case, in the order of the lines that `lines()` became.

        Raises:
            Fault: `node.upload.unknown`, `node.upload.incomplete`.
        """
        return [
            Attachment(line, uploads.contents(node, officer, row.cleaned_data["upload"]))
            for row, line in zip(self.filled, lines, strict=True)
        ]


def blank() -> Files:
    """Return the rows of a new form."""
    return Files([Row(prefix="file0")])


def received(request: HttpRequest) -> Files:
    """Return the rows that a form sent; each plain file is kept as an upload of its officer."""
    data = request.POST.copy()
    count = _count(data)
    node, officer = desks.of(request).node, session.officer_of(request)
    problems = [
        gettext("%(name)s is too large for a form. Allow the script of this page, or send it with "
                "the command line.") % {"name": name}
        for name in request.META.get(size_limit.LARGE, [])
    ]  # fmt: skip
    for number in range(count):
        given = request.FILES.get(f"file{number}-file")
        if given is not None:
            try:
                _keep(node, officer, data, f"file{number}", given)
            except Fault as fault:
                problems.append(f"{fault.what} {fault.fix}")
    is_adding = ADD in data
    rows = [Row(data, prefix=f"file{number}") for number in range(count)]
    for row in rows:
        _look_up(node, officer, row)
    if is_adding and count < ROWS_MAX:
        rows.append(Row(prefix=f"file{count}"))
    files = Files(rows, is_adding=is_adding)
    files.errors = problems
    return files


def _count(data: Mapping[str, Any]) -> int:
    count = whole(str(data.get(ROWS, "1")))
    return 1 if count is None else min(count, ROWS_MAX)


def _keep(
    node: Node, officer: Officer, data: QueryDict, prefix: str, given: "UploadedFile[bytes]"
) -> None:
    content = given.read()
    size = len(content)
    if not size:
        return
    made = uploads.begin(node, officer, hashlib.sha256(content).hexdigest(), size)
    uploads.add(node, officer, made.id, 0, size, BytesIO(content))
    data[f"{prefix}-upload"] = made.id
    data[f"{prefix}-name"] = given.name or "file"
    kind = (given.content_type or "").partition(";")[0].strip().lower()
    data[f"{prefix}-media_type"] = kind


def _look_up(node: Node, officer: Officer, row: Row) -> None:
    """Find what a row names, so that a page which is shown again says how large it is."""
    upload_id = row.data.get(row.add_prefix("upload"), "")
    if upload_id:
        try:
            row.kept = uploads.find(node, officer, str(upload_id))
        except Fault:
            row.kept = None
