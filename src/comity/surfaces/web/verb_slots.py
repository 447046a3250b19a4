"""Places of a form for values that are given by item, paragraph or point, each of which is named.

    item_name_1   fr.1          paragraph_name_1   fr.1
    subject_1     arrangement   words_1_en         …

A place without a name and without values is left out.  Words are asked for in each language.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from django import forms as django_forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.acts import verb as table
from comity.acts.verb import Both, Field, Verb, both
from comity.surfaces.web.templatetags import desk
from comity.surfaces.web.templatetags.drafts import language_name
from comity.surfaces.web.verb_fields import Choices, is_there, made

NAMED: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "item": both("Item", "议题"),
        "paragraph": both("Paragraph", "段落"),
        "point": both("Point", "要点"),
    }
)
"""What a person names; parties, elements and criteria are named by the page."""

PLACES: Final = 5
"""On one form: who has more says it once more."""

type _Place = tuple[str, str, str]


def _name(by: str, number: int) -> str:
    return f"{by}_name_{number}"


def places(one: Field, languages: Sequence[str], cleaned: Mapping[str, Any]) -> Iterator[_Place]:
    """Give the name of each place of a field, the key of its value, and its label."""
    words, of = desk.said(one.words), desk.said(NAMED[one.by])
    for number in range(1, PLACES + 1):
        key = str(cleaned.get(_name(one.by, number)) or "")
        label = gettext("%(what)s, %(of)s") % {"what": words, "of": f"{of} {number}"}
        if not one.is_sealed:
            yield f"{one.key}_{number}", key, label
            continue
        for lang in languages:
            each = f"{label} ({language_name(lang)})"
            yield f"{one.key}_{number}_{lang}", f"{key}.{lang}" if key else "", each


def added(
    row: Verb, first: Field, choices: Choices, there: Mapping[str, django_forms.Field]
) -> dict[str, django_forms.Field]:
    """Return the places of all fields of a row that are given by the same, the name before each.

    They stand where the first of these fields stands in the row.
    """
    if _name(first.by, 1) in there:
        return {}
    found: dict[str, django_forms.Field] = {}
    fields = [one for one in row.asks if one.by == first.by]
    for number in range(1, PLACES + 1):
        found[_name(first.by, number)] = django_forms.RegexField(
            rf"\A(?:{table.SHAPES[table.NAME].pattern})\Z",
            label=gettext("Name of %(of)s") % {"of": f"{desk.said(NAMED[first.by])} {number}"},
            required=False,
        )
        for one in fields:
            own = [*places(one, choices.languages, {})]
            each = len(own) // PLACES
            for name, _key, label in own[(number - 1) * each : number * each]:
                found[name] = made(replace(one, needed=False), label, choices)
    return found


def flaws(row: Verb, cleaned: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the place of each name that is missing or stands twice, and what is wrong."""
    for by in dict.fromkeys(one.by for one in row.asks if one.by in NAMED):
        seen: set[str] = set()
        for number in range(1, PLACES + 1):
            name = str(cleaned.get(_name(by, number)) or "")
            if name in seen:
                yield _name(by, number), str(_("This name stands twice."))
            if not name and _is_filled(row, by, number, cleaned):
                yield _name(by, number), str(_("Name what this is about."))
            seen |= {name} - {""}


def _is_filled(row: Verb, by: str, number: int, cleaned: Mapping[str, Any]) -> bool:
    return any(
        is_there(value)
        for one in row.asks
        if one.by == by
        for name, value in cleaned.items()
        if name == f"{one.key}_{number}" or name.startswith(f"{one.key}_{number}_")
    )
