"""What the page of a proposal says at its head.

    {% load proposal %}
    {% proposal_head matter %}

Floor: surfaces.
"""

from typing import Any

from django import template
from django.template import Context

from comity.joint.proposal import acts, due, view
from comity.node.desk.matters import Shown
from comity.surfaces.web.room import heads

register = template.Library()


@register.inclusion_tag("room/_proposal_head.html", takes_context=True)
def proposal_head(context: Context, matter: Shown) -> dict[str, Any]:
    """Return what the head of a proposal says."""
    now, now_ms = matter.state, context["now_ms"]
    first = now.said[0].codes
    return {
        **heads.around(context, matter),
        "crossings": heads.crossings(now),
        "sort": acts.SORTS.get(first[acts.SORT]),
        "forum": acts.FORUMS.get(now.agreed(acts.FORUM) or first["forum"]),
        "by_ms": view.decide_by_ms(now),
        "owed": heads.owed(due.owed(now), due.WORDS, now_ms),
        "views": [(party, acts.VIEWS.get(one)) for party, one in view.views(now).items()],
    }
