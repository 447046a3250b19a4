"""The field of each leaf of a value: a code of a closed list is chosen by its words.

    field(check, Leaf(("identifiers", 0, "kind"), "text", "ipv4"), 5)    a choice: IP address, …

Floor: surfaces.
"""

from collections.abc import Mapping
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.joint.guideline.model import Check
from comity.kernel.ijson import Json
from comity.node.room.parties import Known
from comity.surfaces.web.request import language, value_words
from comity.surfaces.web.request.leaves import Leaf

_CHARS_MAX: Final = 100_000
_NONE: Final = ("", "–")  # noqa: RUF001 -- the dash of none


def field(check: Check | None, leaf: Leaf, count: int, known: Known) -> forms.Field:
    """Return the field of a leaf, filled with what stands there.

    Args:
        check: of the element, if the guideline has one.
        leaf: of its value.
        count: how many leaves the value has.
        known: parties by id.
    """
    label = leaf.label or _("Value")
    if leaf.kind == "flag":
        return forms.BooleanField(label=label, required=False, initial=leaf.value)
    if leaf.kind == "number":
        return forms.IntegerField(label=label, required=False, initial=leaf.value)
    codes = _states(leaf, known) if check and check.kind == "state" else _codes(check, leaf)
    if codes and leaf.kind == "words":
        return forms.MultipleChoiceField(
            label=label,
            required=False,
            initial=str(leaf.value).splitlines(),
            choices=[*codes.items()],
            widget=forms.CheckboxSelectMultiple,
        )
    if codes:
        return forms.ChoiceField(
            label=label, required=False, initial=leaf.value, choices=[_NONE, *codes.items()]
        )
    is_long = leaf.kind == "words" or count == 1
    return forms.CharField(
        label=label,
        required=False,
        initial=leaf.value,
        widget=forms.Textarea(attrs={"rows": 3}) if is_long else forms.TextInput(),
        help_text=_("One a line.") if leaf.kind == "words" else "",
        max_length=_CHARS_MAX,
    )


def _states(leaf: Leaf, known: Known) -> Mapping[str, str]:
    """Return the States that are known here by their names, after what stands there."""
    named = {one.id: language.word(one.names, one.id) for one in known.values()}
    given = str(leaf.value)
    return {**({given: named.get(given, given)} if given else {}), **named}


def _codes(check: Check | None, leaf: Leaf) -> Mapping[str, str]:
    """Return the codes that a leaf may have, in words; none where it may have any text.

    What stands there comes first, in its order and as it is spelled, so that nothing is changed
    by who sends the form without touching it.
    """
    given = [one for one in str(leaf.value).splitlines() if one]
    of = check.options.get("of") if check and check.kind == "choice" else None
    if isinstance(of, list) and leaf.kind == "text":
        listed = {str(one["code"]): _words(one.get("label")) for one in of if isinstance(one, dict)}
        return {code: language.word(words, code) for code, words in listed.items()}
    name = leaf.path[-1] if leaf.path else ""
    known = value_words.codes(name) if isinstance(name, str) else {}
    if not known:
        return {}
    first = {one: value_words.coded(str(name), one) for one in given}
    rest = {code: str(words) for code, words in known.items()}
    return {**first, **{c: words for c, words in rest.items() if words not in first.values()}}


def _words(value: Json) -> Mapping[str, str]:
    return {k: str(v) for k, v in value.items()} if isinstance(value, dict) else {}
