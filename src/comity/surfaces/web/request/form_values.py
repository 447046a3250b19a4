"""The form of a verb: what came back, as the use case is given it.

    form = SayForm(found, verb, one, own, data)
    form.is_valid() and form.given(), form.words(node, officer, files)

Its fields are those of `makers`: a reason of the closed list, items, findings element by element,
values leaf by leaf, a text with its translation beside it.

Floor: surfaces.
"""

from collections.abc import Iterator
from typing import Any, Final, override

from django.utils.translation import gettext

from comity.acts.verb import Field, Given, Value
from comity.joint.request import acts, codes
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.problem import Unfit
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import request_file as written_files
from comity.node.room.act_words import Words
from comity.surfaces.web import fields, forms
from comity.surfaces.web.request import language, leaves, makers, parts, step_fields
from comity.surfaces.web.request.parts import Parts
from comity.surfaces.web.upload.attachments import Files


class SayForm(Parts):
    """What is said of a request.

    Attributes:
        has_file: whether a file came with it; files are no fields of it.
    """

    has_file = False

    @override
    def fill(self) -> None:
        makers.fill(self)

    @override
    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        tag = self.verb.tag
        if tag == acts.FOUND_DEFICIENT and not self.findings and not given.get("reason"):
            told = gettext("Say what is missing or wrong, of one element at least or of the whole.")
            self.add_error(None, told)
        if tag in _RATING and self._rates and not self.ratings:
            self.add_error(None, gettext("Say of one criterion at least how far it is met."))
        if given.get("translation") and not given.get("text"):
            self.add_error("text", gettext("Write the original, too."))
        if tag == acts.ANSWERED:
            self._require_given(given)
        if tag == acts.STEP_TOLD:
            step_fields.clean(self)
        return given

    def _require_given(self, given: dict[str, Any]) -> None:
        """Ask about what is said to be given, without a file or words that show it."""
        if not any(name.startswith(parts.EXTENT) for name in self.fields):
            if not self.has_file and not given.get("text"):
                self.add_error("text", gettext("Say what is given, or attach a file."))
            return
        said = self._under(parts.EXTENT)
        given["items"] = [item for item, extent in said.items() if extent != makers.LATER]
        for item, extent in said.items():
            value = f"{parts.VALUE}{item}"
            is_told = self.has_file or given.get(value)
            if extent in (makers.GIVEN, makers.PARTLY) and not is_told:
                told = gettext("Say what is given, or attach a file; or choose another answer.")
                self.add_error(value, told)
        if said and not given["items"] and not self.errors:
            told = gettext("This answers no item. Report the status instead.")
            self.add_error(f"{parts.EXTENT}{next(iter(said))}", told)

    @property
    def _rates(self) -> bool:
        """Whether it says how far criteria are met: what is upheld or withdrawn does not."""
        return bool(self.cleaned_data.get("outcome", codes.CHANGED) == codes.CHANGED)

    @property
    def findings(self) -> dict[str, str]:
        """What was found of each element."""
        return self._under(parts.ON)

    @property
    def ratings(self) -> dict[str, str]:
        """How far each criterion was found to be met."""
        return self._under(parts.RATE)

    def _under(self, prefix: str) -> dict[str, str]:
        return {
            name.removeprefix(prefix): value
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix) and value
        }

    def given(self) -> Given:
        """Return the values of the fields of the verb; none where all are meant or it is empty."""
        if self.verb.tag == acts.STEP_TOLD:
            reference = self.cleaned_data.get("own_reference") or ""
            return {
                **step_fields.given(self),
                **({"own_reference": reference} if reference else {}),
            }
        found = {field.key: self._value(field) for field in self.verb.asks}
        return {key: value for key, value in found.items() if value}

    def _value(self, field: Field) -> Value:
        if field.by:
            rated = self.ratings if self._rates else {}
            return self.findings if field.key == "findings" else rated
        value = self.cleaned_data.get(field.key)
        if not field.many:
            return value or ""
        every = {*self.found.shown.state.items} if field.key == "items" else {""}
        if field.key == "to":
            offered: Any = self.fields.get("to")
            every = {one for one, _ in offered.choices} if offered else every
        return () if every == {*(value or ())} else tuple(value or ())

    def words(self, node: Node, officer: Officer, files: Files | None) -> Words | None:
        """Return what is said beside them; None where the form says what does not fit."""
        given = self.cleaned_data
        value: dict[str, Json] = {"mark": given.get("mark") or fields.MARK_DEFAULT}
        texts: list[Json] = [*self._texts(officer)]
        if texts:
            value["texts"] = texts
        value |= self._values()
        if files is not None:
            value["attachments"] = files.lines()
        try:
            written = written_files.from_json(value, written_files.ANSWER, "form")
        except Unfit as unfit:
            for problem in unfit.problems:
                self.add_error(_place(self, problem.pointer), forms.Refused(problem))
            return None
        attached = files.attachments(node, officer, written.attachments) if files else []
        return Words(written, attached, self.key, is_held=bool(given.get("hold")))

    def _texts(self, officer: Officer) -> Iterator[Json]:
        by = officer.office or officer.agency
        for name, is_original in (("text", True), ("translation", False)):
            text = self.cleaned_data.get(name)
            if text:
                lang = self.cleaned_data.get(f"{name}_lang") or language.tag()
                told = by if is_original else self.cleaned_data.get("translation_by") or by
                yield {"lang": lang, "text": text, "by": told, "original": is_original}

    def _values(self) -> dict[str, Json]:
        found: dict[str, Json] = {}
        now = self.found.reviewed.content.elements
        changed: dict[str, Json] = {}
        for element, rows in self.elements.items():
            given = leaves.gathered(
                [(leaf, self.cleaned_data.get(parts.leaf_name(element, leaf))) for leaf in rows]
            )
            if given not in (None, "", []) and given != now.get(element):
                changed[element] = given
        if changed:
            found["elements"] = changed
        if self.verb.tag == acts.ANSWERED and self.found.shown.state.items:
            found["items"] = {item: self._item(item) for item in self.cleaned_data["items"]}
        return found

    def _item(self, item: str) -> Json:
        """Return what an answer says of an item."""
        words: str = self.cleaned_data.get(f"{parts.VALUE}{item}") or ""
        extent = self.cleaned_data[f"{parts.EXTENT}{item}"]
        if extent == makers.GIVEN:
            return words or True
        told: dict[str, Json] = {"complete" if extent == makers.PARTLY else "exists": False}
        return {**told, "note": words} if words else told

    @override
    def refuse_fault(self, fault: Fault) -> None:
        """Say what is wrong beside the field that it is about."""
        if not isinstance(fault, Unfit):
            super().refuse_fault(fault)
            return
        for problem in fault.problems:
            self.add_error(_place(self, problem.pointer), forms.Refused(problem))


_RATING: Final = frozenset({acts.ASSESSED, acts.ASSESSMENT_SETTLED})


def _place(form: SayForm, pointer: str) -> str | None:
    """Return the field that a problem of the written file is about."""
    first, _slash, rest = pointer.removeprefix("/").partition("/")
    prefix = {"findings": parts.ON, "ratings": parts.RATE}.get(first)
    if first == "elements":
        element = rest.partition("/")[0]
        found = [name for name in form.fields if name.startswith(f"{parts.ELEMENT}{element}:")]
        return found[0] if found else None
    other = {"texts": "text", **step_fields.PLACES}.get(first, first)
    name = f"{prefix}{rest}" if prefix else other
    return name if name in form.fields else None
