"""The form of one step of a measure: of which item, which step, how much of what, and when.

    put(form)        the fields, in the words of the guideline's ladder
    clean(form)      the sum in minor units, or what is wrong with it
    given(form)      the values as the verb takes them, by item

Floor: surfaces.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django import forms as django_forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.acts.verb import Field, Given
from comity.joint.request import codes, sums
from comity.joint.request.state import WHOLE
from comity.kernel import money
from comity.surfaces.web import fields
from comity.surfaces.web.request import content, language
from comity.surfaces.web.request.parts import Group, Parts

ITEM: Final = "step-item"
STEP: Final = "step"
AMOUNT: Final = "step-amount"
UNIT: Final = "step-unit"
REASON: Final = "step-reason"
AT: Final = "step-at"

PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {"steps": STEP, "sums": AMOUNT, "units": UNIT, "reasons": REASON, "times": AT}
)
"""`{key of a field of the verb: field of the form}`."""


def put(form: Parts, _field: Field) -> None:
    """Make the fields."""
    now = form.found.shown.state
    agreed = form.found.guideline.ladder(now.type) if form.found.guideline else None
    steps = agreed.steps if agreed else {}
    made: dict[str, django_forms.Field] = {}
    if now.items:
        asked = {one.id: one.asked for one in content.items(form.found)}
        words = ((one, f"{one}: {asked[one]}" if one in asked else one) for one in now.items)
        made[ITEM] = django_forms.ChoiceField(
            label=_("Item of the request"),
            choices=[(WHOLE, _("The request as a whole")), *words],
            initial=WHOLE,
        )
    made[STEP] = django_forms.ChoiceField(
        label=_("Step of the measure"),
        choices=[
            (one, language.word(steps[one].label) if one in steps else one)
            for one in form.possible.codes
        ],
        widget=django_forms.RadioSelect,
    )
    made[AMOUNT] = django_forms.CharField(
        label=_("Sum"),
        help_text=_("With its decimals, like 184000.00; persons and counts in whole numbers."),
        required=False,
        max_length=20,
    )
    made[UNIT] = django_forms.RegexField(
        r"\A(?:[A-Z]{3}|persons|count)\Z",
        label=_("Unit"),
        help_text=_("Three capital letters of the currency; persons or count."),
        required=False,
        initial=next(iter(sums.asked(now)), ""),
    )
    reasons = {code for one in steps.values() for code in one.reasons}
    if reasons:
        every = fields.chosen(codes.STEP_REASONS.values(), language.short())[1:]
        made[REASON] = django_forms.ChoiceField(
            label=_("Reason"),
            choices=[("", _("None")), *(one for one in every if one[0] in reasons)],
            required=False,
        )
    made[AT] = fields.Instant(label=_("When it came about"), required=False)
    form.put(Group("fields", tuple(made)), made)


def nothing(_form: Parts, _field: Field) -> None:
    """Make nothing: it is a field of the step, which `put` made."""


def clean(form: Parts) -> None:
    """Say what is wrong with the sum."""
    told = form.cleaned_data
    if told.get(AMOUNT) and AMOUNT not in form.errors and _amount(told) is None:
        form.add_error(AMOUNT, gettext("Write a sum like 184000.00, with its unit beside it."))


def _amount(told: Mapping[str, str]) -> int | None:
    text, unit = told[AMOUNT].replace(",", "").strip(), told.get(UNIT, "")
    if unit in ("persons", "count"):
        is_whole = text.isascii() and text.isdecimal() and len(text) <= money.DIGITS_MAX
        return int(text) if is_whole else None
    return money.minor(text, unit)


def given(form: Parts) -> Given:
    """Return what was filled in, by item; a unit without a sum is none."""
    told = form.cleaned_data
    item = told.get(ITEM) or WHOLE
    amount = _amount(told) if told.get(AMOUNT) else None
    values: dict[str, Any] = {
        "steps": told.get(STEP),
        "sums": amount,
        "units": None if amount is None else told.get(UNIT),
        "reasons": told.get(REASON),
        "times": told.get(AT),
    }
    return {key: {item: one} for key, one in values.items() if one not in (None, "")}
