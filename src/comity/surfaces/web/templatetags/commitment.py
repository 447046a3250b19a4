"""What the page of a commitment says at its head.

    {% load commitment %}
    {% commitment_head matter %}
    {% commitment_rows as every %}      late ones first

Floor: surfaces.
"""

from typing import Any

from django import template
from django.template import Context

from comity.joint.commitment import acts
from comity.node.desk.matters import Shown
from comity.rooms.commitment import desk as commitments
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session
from comity.surfaces.web.room import heads

register = template.Library()


@register.inclusion_tag("room/_commitment_head.html", takes_context=True)
def commitment_head(context: Context, matter: Shown) -> dict[str, Any]:
    """Return what the head of a commitment says."""
    request = context["request"]
    officer = session.officer_of(request)
    told = commitments.show(desks.of(request).node, officer, matter.row.matter.id)
    return {
        **heads.around(context, matter),
        "crossings": heads.crossings(matter.state),
        **_commitment(told),
    }


@register.simple_tag(takes_context=True)
def commitment_rows(context: Context) -> list[dict[str, Any]]:
    """Return the commitments that the reader may read: late ones first."""
    request = context["request"]
    found = commitments.listing(desks.of(request).node, session.officer_of(request))
    return [_commitment(one) for one in found]


def _commitment(told: commitments.Told) -> dict[str, Any]:
    return {
        "told": told,
        "source": acts.SOURCES.get(told.source[0]),
        "claims": [(p, acts.STATUSES.get(one)) for p, one in told.claims.items()],
        "check": acts.CHECKS.get(told.check),
    }
