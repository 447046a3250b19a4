"""Figures in templates.

    {{ period.from_ms|utc_day }}     2026-01-01
    {{ one.definition|figure_label }}   Within the agreed time

Floor: surfaces.
"""

from typing import Final

from django import template
from django.utils.translation import gettext_lazy as _

from comity.figures.definition import Definition
from comity.joint.review import view
from comity.surfaces.web import instants
from comity.surfaces.web.templatetags import desk as tags

register = template.Library()

_UNITS: Final = {
    "hours": _("in hours"),
    "calendar-days": _("in calendar days"),
    "working-days": _("in working days"),
    "months": _("in months"),
}


@register.filter
def utc_day(at_ms: int) -> str:
    """Return a day of UTC: `2026-01-01`."""
    return instants.iso(at_ms)[:10]


@register.filter
def figure_label(one: Definition) -> str:
    """Return what a figure is called, with its percentile where its address has one."""
    return tags.said({"en": one.en, "zh": one.zh})


@register.filter
def agreed_unit(unit: str) -> str:
    """Return a unit that was agreed."""
    return str(_UNITS.get(unit, unit))


@register.simple_tag
def snapshot_status(code: str) -> str:
    """Return where a snapshot stands."""
    return tags.said(view.STATUS_WORDS[code])
