"""The form of a verb: each field of its row, and its words in each language of the guideline.

    form = VerbForm(row, Choices(languages=("en", "zh")), request.POST)
    form.is_valid() and form.given(), form.texts()

Floor: surfaces.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, cast, override

from django import forms as django_forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.acts import verb as table
from comity.acts.verb import Both, Field, Given, Value, Verb
from comity.kernel.fault import Fault
from comity.kernel.problem import Unfit
from comity.surfaces.web import fields, forms
from comity.surfaces.web.templatetags import desk
from comity.surfaces.web.templatetags.drafts import language_name

type Named = Sequence[tuple[str, str]]
"""Codes, each with its words in the reader's language."""

TEXT: Final = "text_"
"""Before a language: the name of the field of its words."""
HOLD: Final = "hold"
_LIST_CHARS_MAX: Final = 4_000
_RADIOS_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form can hold, where its row does not say it.

    Attributes:
        languages: of the words, those of the guideline.
        listed: `{list of the guideline: {code: words}}`.
        keys: `{party, element or criterion: those for which something is given}`.
        channels: in which a matter may be opened.
    """

    languages: Sequence[str]
    listed: Mapping[str, Mapping[str, Both]] = field(default_factory=lambda: MappingProxyType({}))
    keys: Mapping[str, Named] = field(default_factory=lambda: MappingProxyType({}))
    channels: Sequence[str] = ()


class VerbForm(forms.Form):
    """The form of one row."""

    def __init__(
        self,
        row: Verb,
        choices: Choices,
        data: Mapping[str, str] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial, auto_id=f"{row.name}_%s")
        self.row = row
        self.choices = choices
        for one in row.asks:
            for name, _key, label in self._places(one):
                self.fields[name] = _made(one, label, choices)
        if row.has_texts:
            self.fields |= {f"{TEXT}{lang}": _words(row, lang) for lang in choices.languages}
        self.fields[HOLD] = django_forms.BooleanField(
            label=_("Keep it as a draft: nothing is sent yet"), required=False
        )

    def _places(self, one: Field) -> Iterator[tuple[str, str, str]]:
        """Give the names of the form's fields that one field of the row becomes."""
        words = desk.said(one.words)
        if not one.by:
            yield one.key, "", words
        for key, named in self.choices.keys.get(one.by, ()):
            label = gettext("%(what)s, %(of)s") % {"what": words, "of": named}
            yield f"{one.key}_{key}", key, label

    def given(self) -> Given:
        """Return the values of a valid form."""
        found: dict[str, Value] = {}
        for one in self.row.asks:
            values = {key: self.cleaned_data.get(name) for name, key, _ in self._places(one)}
            filled = {key: _value(one, value) for key, value in values.items() if _is_there(value)}
            if filled:
                found[one.key] = cast("Value", filled) if one.by else filled[""]
        return found

    def texts(self) -> dict[str, str]:
        """Return the words in each language, that of the reader first."""
        given = {lang: self.cleaned_data.get(f"{TEXT}{lang}") for lang in self._languages()}
        return {lang: text for lang, text in given.items() if text}

    def _languages(self) -> Iterator[str]:
        short = desk.language_tag().partition("-")[0]
        own = [one for one in self.choices.languages if one.partition("-")[0] == short]
        yield from dict.fromkeys([*own, *self.choices.languages])

    @override
    def refuse_fault(self, fault: Fault) -> None:
        """Say what is wrong beside the field that it is about."""
        if not isinstance(fault, Unfit):
            super().refuse_fault(fault)
            return
        for problem in fault.problems:
            key, _slash, of = problem.pointer.removeprefix("/").partition("/")
            names = [name for name in (f"{key}_{of}", key) if name in self.fields]
            self.add_error(names[0] if names else None, forms.Refused(problem))


def _made(one: Field, label: str, choices: Choices) -> django_forms.Field:
    more: dict[str, Any] = {
        "label": label,
        "required": one.needed,
        **({"initial": one.default} if one.default else {}),
        **({"help_text": desk.said(one.hint)} if one.hint else {}),
    }
    if one is table.ABOUT:
        return django_forms.CharField(
            required=False, max_length=26, widget=django_forms.HiddenInput
        )
    if one.many:
        more["help_text"] = " ".join([more.get("help_text", ""), gettext("One on each line.")])
        more["widget"] = django_forms.Textarea(attrs={"rows": 4})
        return django_forms.CharField(max_length=_LIST_CHARS_MAX, **more)
    known = [(code, desk.said(words)) for code, words in _known(one, choices).items()]
    if known:
        return _choice(one, known, more)
    return _MADE.get(one.kind, _text)(one, more)


def _known(one: Field, choices: Choices) -> Mapping[str, Both]:
    if one is table.WHERE:
        return {path: {"en": path} for path in choices.channels}
    return choices.listed.get(one.listed, {}) if one.listed else one.known


def _choice(one: Field, known: Named, more: dict[str, Any]) -> django_forms.Field:
    if one.needed and len(known) <= _RADIOS_MAX:
        return django_forms.ChoiceField(choices=known, widget=django_forms.RadioSelect, **more)
    return django_forms.ChoiceField(choices=[("", "–"), *known], **more)  # noqa: RUF001 -- the dash of nothing


def _text(one: Field, more: dict[str, Any]) -> django_forms.Field:
    return django_forms.RegexField(rf"\A(?:{one.spelling.pattern})\Z", **more)


_MADE: Final[Mapping[str, Callable[[Field, dict[str, Any]], django_forms.Field]]] = {
    table.TIME: lambda _one, more: fields.Instant(
        **{name: value for name, value in more.items() if name != "help_text"}
    ),
    table.NUMBER: lambda _one, more: django_forms.IntegerField(min_value=0, **more),
    table.FLAG: lambda _one, more: django_forms.BooleanField(**{**more, "required": False}),
    table.TEXT: lambda _one, more: django_forms.CharField(
        max_length=table.TEXT_CHARS_MAX, widget=django_forms.Textarea(attrs={"rows": 4}), **more
    ),
    table.LINES: lambda _one, more: django_forms.CharField(
        max_length=table.LINES_CHARS_MAX, widget=django_forms.Textarea(attrs={"rows": 8}), **more
    ),
}


def _words(row: Verb, lang: str) -> django_forms.Field:
    return django_forms.CharField(
        label=gettext("Text (%(language)s)") % {"language": language_name(lang)},
        required=row.needs_texts,
        max_length=table.TEXT_CHARS_MAX,
        widget=django_forms.Textarea(attrs={"rows": 6, "lang": lang}),
    )


def _is_there(value: object) -> bool:
    return value not in (None, "", False)


def _value(one: Field, value: Any) -> Value:  # noqa: ANN401 -- as a field cleans it
    if one.many:
        return tuple(line for raw in str(value).splitlines() if (line := raw.strip()))
    return int(value) if one.kind in (*table.WHOLE_KINDS, table.FLAG) else str(value)
