"""The field of a form for one field of a row: its widget, its choices, its bounds, its value.

    made(field, "Reason", Choices())
    value(field, "concluded")

Floor: surfaces.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from django import forms as django_forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.acts import verb as table
from comity.acts.verb import Both, Field, Given, Value
from comity.surfaces.web import fields
from comity.surfaces.web.templatetags import desk

type Named = Sequence[tuple[str, str]]
"""Codes, each with its words in the reader's language."""

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
        named: `{key of a field: those that there are}`.
        told: values that the page has: they are not asked for.
    """

    languages: Sequence[str] = ()
    listed: Mapping[str, Mapping[str, Both]] = field(default_factory=lambda: MappingProxyType({}))
    keys: Mapping[str, Named] = field(default_factory=lambda: MappingProxyType({}))
    channels: Sequence[str] = ()
    named: Mapping[str, Named] = field(default_factory=lambda: MappingProxyType({}))
    told: Given = field(default_factory=lambda: MappingProxyType({}))


def made(one: Field, label: str, choices: Choices) -> django_forms.Field:
    """Return the field of a form under its label."""
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
    if one.key in choices.named:
        return _of_named(one, choices.named[one.key], more)
    if one.many:
        more["help_text"] = " ".join([more.get("help_text", ""), gettext("One on each line.")])
        more["widget"] = django_forms.Textarea(attrs={"rows": 4})
        return django_forms.CharField(max_length=_LIST_CHARS_MAX, **more)
    known = [(code, desk.said(words)) for code, words in _known(one, choices).items()]
    if known:
        return _choice(one, known, more)
    return _MADE.get(one.kind, _text)(one, more)


def _of_named(one: Field, named: Named, more: dict[str, Any]) -> django_forms.Field:
    """Return the choice among those that there are; what else is named is no help here."""
    more.pop("help_text", None)
    if one.many:
        return django_forms.MultipleChoiceField(
            choices=named, widget=django_forms.CheckboxSelectMultiple, **more
        )
    none = [] if one.needed else [("", _("None"))]
    return django_forms.ChoiceField(choices=[*none, *named], **more)


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
    table.HASH: lambda one, more: django_forms.RegexField(  # no person types it: a page has it
        rf"\A(?:{one.spelling.pattern})\Z", widget=django_forms.HiddenInput, **more
    ),
    table.LINE: lambda _one, more: django_forms.CharField(max_length=table.LINE_CHARS_MAX, **more),
    table.TEXT: lambda _one, more: django_forms.CharField(
        max_length=table.TEXT_CHARS_MAX, widget=django_forms.Textarea(attrs={"rows": 4}), **more
    ),
    table.LINES: lambda _one, more: django_forms.CharField(
        max_length=table.LINES_CHARS_MAX, widget=django_forms.Textarea(attrs={"rows": 8}), **more
    ),
}


def is_there(value: object) -> bool:
    """Return whether something was filled in: 0 is."""
    return value is not None and value is not False and value not in ("", [])


def value(one: Field, cleaned: Any) -> Value:  # noqa: ANN401 -- as a field cleans it
    """Return the value of a field that was filled in."""
    if isinstance(cleaned, list):
        return tuple(cleaned)
    if one.many:
        return tuple(line for raw in str(cleaned).splitlines() if (line := raw.strip()))
    return int(cleaned) if one.kind in (*table.WHOLE_KINDS, table.FLAG) else str(cleaned)
