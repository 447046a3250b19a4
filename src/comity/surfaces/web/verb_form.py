"""The form of a verb: each field of its row, and its words in each language of the guideline.

    form = VerbForm(row, Choices(languages=("en", "zh")), request.POST)
    form.is_valid() and form.given(), form.texts()

    form = StepForm(row, data=request.POST)     of a step at home: no words beside its fields

What is given for each item, paragraph or point has places in which the person names it: the first
ones are blank on every form.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast, override

from django import forms as django_forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.acts import verb as table
from comity.acts.verb import WHERE, Field, Given, Value, Verb
from comity.kernel.fault import Fault
from comity.kernel.problem import Unfit
from comity.node.room.step import Step
from comity.surfaces.web import forms, verb_slots
from comity.surfaces.web.templatetags import desk
from comity.surfaces.web.templatetags.drafts import language_name
from comity.surfaces.web.verb_fields import Choices, is_there, made, value

TEXT: Final = "text_"
"""Before a language: the name of the field of its words."""
HOLD: Final = "hold"

_NONE: Final = Choices()


class StepForm(forms.Form):
    """The form of one row: its fields."""

    def __init__(
        self,
        row: Verb,
        choices: Choices = _NONE,
        data: Mapping[str, str] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial, auto_id=f"{row.identifier}_%s")
        self.row = row
        self.choices = choices
        for one in row.asks:
            if one.by in verb_slots.NAMED:
                self.fields |= verb_slots.added(row, one, choices, self.fields)
                continue
            for name, _key, label in self._places(one):
                self.fields[name] = made(one, label, choices)

    def _places(self, one: Field) -> Iterator[tuple[str, str, str]]:
        """Give the names of the form's fields that one field of the row becomes."""
        words = desk.said(one.words)
        if one.key in self.choices.told or (one is WHERE and not self.choices.channels):
            return
        if one.by in verb_slots.NAMED:
            yield from verb_slots.places(one, self.choices.languages, self._cleaned())
        elif not one.by:
            yield one.key, "", words
        for key, named in self.choices.keys.get(one.by, ()):
            label = gettext("%(what)s, %(of)s") % {"what": words, "of": named}
            yield f"{one.key}_{key}", key, label

    def _cleaned(self) -> Mapping[str, Any]:
        return getattr(self, "cleaned_data", {})

    @override
    def clean(self) -> dict[str, Any]:
        """Demand a name of each item for which something is given, and no name twice."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for name, problem in verb_slots.flaws(self.row, found):
            self.add_error(name, problem)
        return found

    def given(self) -> Given:
        """Return the values of a valid form."""
        found: dict[str, Value] = dict(self.choices.told)
        for one in self.row.asks:
            values = {key: self.cleaned_data.get(name) for name, key, _ in self._places(one)}
            filled = {key: value(one, each) for key, each in values.items() if is_there(each)}
            if filled:
                found[one.key] = cast("Value", filled) if one.by else filled[""]
        return found

    def step(self) -> Step:
        """Return the step at home that a valid form asks for."""
        return Step(self.row, self.given())

    @override
    def refuse_fault(self, fault: Fault) -> None:
        """Say what is wrong beside the field that it is about."""
        if not isinstance(fault, Unfit):
            super().refuse_fault(fault)
            return
        for problem in fault.problems:
            at, _slash, of = problem.pointer.removeprefix("/").partition("/")
            named = [one for one in self.row.asks if one.key == at]
            places = [name for one in named for name, key, _ in self._places(one) if key == of]
            names = [name for name in (*places, at) if name in self.fields]
            self.add_error(names[0] if names else None, forms.Refused(problem))


class VerbForm(StepForm):
    """The form of one row of what is said: its fields, its words, and whether it is held."""

    def __init__(
        self,
        row: Verb,
        choices: Choices,
        data: Mapping[str, str] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(row, choices, data, initial)
        if row.has_texts:
            self.fields |= {f"{TEXT}{lang}": _words(row, lang) for lang in choices.languages}
        self.fields[HOLD] = django_forms.BooleanField(
            label=_("Keep it as a draft: nothing is sent yet"), required=False
        )

    def texts(self) -> dict[str, str]:
        """Return the words in each language, that of the reader first."""
        given = {lang: self.cleaned_data.get(f"{TEXT}{lang}") for lang in self._languages()}
        return {lang: text for lang, text in given.items() if text}

    def _languages(self) -> Iterator[str]:
        short = desk.language_tag().partition("-")[0]
        own = [one for one in self.choices.languages if one.partition("-")[0] == short]
        yield from dict.fromkeys([*own, *self.choices.languages])


def _words(row: Verb, lang: str) -> django_forms.Field:
    return django_forms.CharField(
        label=gettext("Text (%(language)s)") % {"language": language_name(lang)},
        required=row.needs_texts,
        max_length=table.TEXT_CHARS_MAX,
        widget=django_forms.Textarea(attrs={"rows": 6, "lang": lang}),
    )
