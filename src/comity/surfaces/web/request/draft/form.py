"""The form of a request: what a worksheet holds as sections, and what came back as a worksheet.

    sections(sheet, assessed, names)          -> [Section, …], whole; a page shows one or all
    entered(sheet, guideline, data)           -> the worksheet with what was typed

A page sends which parts it has shown (`part`, `on`), so that what stood on no page is kept.

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from django.utils.translation import gettext_lazy as _

from comity.acts import marks
from comity.joint.guideline import completeness
from comity.joint.guideline.findings import Finding
from comity.joint.guideline.model import Asked, Element, Guideline, RequestType, Urgency
from comity.joint.request.reasons import LACKINGS
from comity.kernel.digits import whole
from comity.kernel.ijson import Json
from comity.node.desk.worksheets import FROM_UPLOAD, Worksheet
from comity.node.room import request_file
from comity.node.room.parties import PartyName
from comity.rooms.request.worksheet_completeness import Assessed
from comity.surfaces.web.request.draft import elements, inputs, sections, wording
from comity.surfaces.web.request.draft.elements import Group, Row, Shown
from comity.surfaces.web.request.draft.inputs import LONG, Choices, Field, Sent
from comity.surfaces.web.request.draft.wording import Text
from comity.surfaces.web.templatetags.desk import named
from comity.surfaces.web.upload.attachments import Files

PART: Final = "part"
ON: Final = "on"
LACK: Final = "lack:"
ITEMS: Final = "items"
ATTACHED: Final = "att:"

_ITEM: Final = (
    Field("id", _("Short name"), hint=_("Lower-case letters, digits, hyphens; it stands in the "
                                        "entry."), size=20, is_ltr=True),
    Field("what", _("What is asked"), LONG),
)  # fmt: skip
MARKS: Final = tuple(f"TLP:{word}" for word in marks.TLP)


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the wizard.

    Attributes:
        id: of the section.
        label: its name.
        shown: its elements.
    """

    id: str
    label: inputs.Words
    shown: list[Shown] = field(default_factory=list)

    @property
    def lacking(self) -> int:
        """How many of its elements have something that must be mended."""
        return sum(any(f.is_required for f in one.findings) and not one.lack for one in self.shown)

    @property
    def is_filled(self) -> bool:
        """Whether something was entered."""
        return any(not one.is_empty for one in self.shown)


@dataclass(frozen=True, slots=True)
class Form:
    """A worksheet as a page shows it.

    Attributes:
        sheet: what was entered.
        guideline: by which it is judged.
        type: of the request, or None where the guideline has no such type.
        sections: all of them, in order.
        items: what is asked, item by item.
        texts: in each language of requests.
        attached: what is said of each file.
        about: what is said of type and urgency.
    """

    sheet: Worksheet
    guideline: Guideline
    type: RequestType | None
    sections: list[Section]
    items: Group
    texts: list[Text]
    attached: list[Mapping[str, Json]]
    about: Sequence[Finding]

    @property
    def urgencies(self) -> list[Urgency]:
        """The levels that the type may have."""
        allowed = self.type.urgencies if self.type else ()
        return [one for id_, one in self.guideline.urgencies.items() if id_ in allowed]

    @property
    def lacks(self) -> Choices:
        """Why an element may be left out."""
        return [(code, {"en": one.en, "zh": one.zh}) for code, one in LACKINGS.items()]  # type: ignore[misc] # said by the template

    def section(self, section_id: str) -> Section:
        """Return one of them."""
        return next(one for one in self.sections if one.id == section_id)


def build(
    sheet: Worksheet, assessed: Assessed, names: Mapping[str, PartyName], added: str = ""
) -> Form:
    """Return a worksheet as a form.

    Args:
        sheet: what was entered.
        assessed: what it lacks.
        names: of parties.
        added: name of a group that has one more row, or "".
    """
    guideline = assessed.guideline
    kind = guideline.types.get(sheet.text("type"))
    found = {key: Section(key, label) for key, label in sections.LABELS.items()}
    parties = parties_of(sheet, names)
    for asked in kind.elements if kind else ():
        one = _shown(guideline.elements[asked.element], asked, sheet, assessed, parties, added)
        found[sections.section_of(one.element)].shown.append(one)
    return Form(
        sheet,
        guideline,
        kind,
        [one for one in found.values() if one.shown or one.id in _ALWAYS],
        items(sheet, added),
        wording.texts_of(sheet, guideline),
        [*sheet.many("attachments")],
        [one for one in assessed.judged.findings if one.element in ("type", "urgency")],
    )


_ALWAYS: Final = frozenset({sections.BASICS, sections.ASKED, sections.WORDS, sections.FILES})


def parties_of(sheet: Worksheet, names: Mapping[str, PartyName]) -> Choices:
    """Return the parties that are asked, with their names."""
    return [(one, named(names[one].names) or one) for one in sheet.parties if one in names]


def _shown(
    element: Element,
    asked: Asked,
    sheet: Worksheet,
    assessed: Assessed,
    parties: Choices,
    added: str,
) -> Shown:
    value = sheet.elements.get(element.id)
    fields, group, rest, beside = elements.parts(element, value, parties, added)
    needed = completeness.is_needed(asked, sheet.text("urgency"), sheet.elements)
    lack = assessed.judged.lacks.get(element.id, "")
    return Shown(
        element,
        asked.sources,
        needed,
        fields,
        group,
        rest,
        assessed.of(element.id),
        lack,
        completeness.is_empty(value),
        beside,
    )


def items(sheet: Worksheet, added: str = "") -> Group:
    """Return what is asked, item by item."""
    told = sheet.value.get("items")
    listed: list[Json] = [*told] if isinstance(told, list) else []
    if not listed or added == ITEMS:
        listed.append(None)
    rows = []
    for number, one in enumerate(listed):
        value: Json = {"id": one} if isinstance(one, str) else one
        name = f"{ITEMS}:{number}"
        shown = inputs.shown(name, _ITEM, value)
        rows.append(Row(number + 1, name, shown, inputs.rest(_ITEM, value)))
    return Group(ITEMS, "item", rows)


def entered(sheet: Worksheet, guideline: Guideline, data: Sent, gone: str = "") -> Worksheet:
    """Return a worksheet with what a page sent.

    Args:
        sheet: as it was.
        guideline: whose elements the page has shown.
        data: what was sent.
        gone: name of a row or of an attachment that is taken out, or "".
    """
    value = dict(sheet.value)
    parts = {*data.getlist(PART)}
    if sections.BASICS in parts:
        value |= _basics(data)
    value["elements"] = _elements(sheet, guideline, data, gone)
    value["lacks"] = _lacks(sheet, data)
    if ITEMS in parts:
        value["items"] = _items(data, gone)
    if sections.WORDS in parts:
        value["texts"] = wording.received(sheet, guideline, data)
    changed = replace(sheet, value=value)
    if sections.FILES in parts:
        changed = _attached(changed, data, gone)
    if "name" in data and sheet.name:
        shared = "is_shared" in data
        changed = replace(changed, name=data.get("name", "") or sheet.name, is_shared=shared)
    return changed


def _basics(data: Sent) -> dict[str, Json]:
    found: dict[str, Json] = {
        name: inputs.typed(data.get(name, ""), is_long=False)
        for name in ("type", "urgency", "own_reference")
    }
    mark = data.get("mark", "")
    found["mark"] = mark if mark in MARKS else request_file.MARK_DEFAULT
    found["oral"] = "oral" in data
    return found


def _elements(sheet: Worksheet, guideline: Guideline, data: Sent, gone: str) -> dict[str, Json]:
    found = dict(sheet.elements)
    parties = [(one, one) for one in sheet.parties]
    for name in data.getlist(ON):
        element = guideline.elements.get(name)
        if element is None:
            continue
        value = elements.received(element, data, parties, gone)
        found.pop(name, None)
        if value is not None:
            found[name] = value
    return found


def _lacks(sheet: Worksheet, data: Sent) -> dict[str, Json]:
    told = sheet.value.get("lacks")
    found: dict[str, Json] = dict(told) if isinstance(told, dict) else {}
    for name in data.getlist(ON):
        why = data.get(f"{LACK}{name}", "")
        found.pop(name, None)
        if why in LACKINGS:
            found[name] = why
    return found


def _items(data: Sent, gone: str) -> list[Json]:
    count = min(whole(data.get(f"{ITEMS}{elements.ROWS}", "0")) or 0, elements.ROWS_MAX)
    rows = (f"{ITEMS}:{number}" for number in range(count))
    found = (inputs.read(data, row, _ITEM) for row in rows if row != gone)
    return [{"id": "", **one} for one in found if one]


def attach(sheet: Worksheet, files: Files) -> Worksheet:
    """Return a worksheet with the files that came; one that it has already stays once.

    Args:
        sheet: what was entered.
        files: the rows of the form, each file kept as an upload.
    """
    lines: list[Json] = [*sheet.many("attachments")]
    sources = dict(sheet.sources)
    for row in files.filled:
        source = f"{FROM_UPLOAD}{row.cleaned_data['upload']}"
        if source not in sources.values():
            line = row.line()
            assert isinstance(line, dict)
            path = _free(str(line["path"]), sources)
            line["path"], sources[path] = path, source
            lines.append(line)
    return replace(sheet, value={**sheet.value, "attachments": lines}, sources=sources)


def _free(name: str, taken: Mapping[str, str]) -> str:
    """Return a name that no other attachment has: `log (2).txt`."""
    stem, dot, ending = name.rpartition(".")
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{stem} ({number}){dot}{ending}" if stem else f"{name} ({number})"
    return found


def _attached(sheet: Worksheet, data: Sent, gone: str) -> Worksheet:
    """Take over what is said of files that are attached already."""
    lines: list[Json] = []
    sources = dict(sheet.sources)
    for number, line in enumerate(sheet.many("attachments")):
        name, line = f"{ATTACHED}{number}", dict(line)  # noqa: PLW2901 -- a copy of it
        if name == gone:
            sources.pop(str(line.get("path")), None)
            continue
        if f"{name}:mark" in data:
            mark = data.get(f"{name}:mark", "")
            line["mark"] = mark if mark in MARKS else line["mark"]
            for key in ("role", "exhibit"):
                text = inputs.typed(data.get(f"{name}:{key}", ""), is_long=False)
                line.pop(key, None)
                if text:
                    line[key] = text
        lines.append(line)
    return replace(sheet, value={**sheet.value, "attachments": lines}, sources=sources)
