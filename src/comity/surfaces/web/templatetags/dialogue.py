"""What the page of a session says at its head.

    {% load dialogue %}
    {% session_head matter %}

Floor: surfaces.
"""

from typing import Any, Final

from django import template
from django.template import Context

from comity.joint.dialogue import acts, due, view
from comity.node.desk.matters import Shown
from comity.node.room.clocks import Channel
from comity.rooms.dialogue import clocks, embargo, readiness
from comity.surfaces.web import desk as desks
from comity.surfaces.web.room import heads

register = template.Library()

_DAY_MS: Final = 86_400_000


@register.inclusion_tag("room/_session_head.html", takes_context=True)
def session_head(context: Context, matter: Shown) -> dict[str, Any]:
    """Return what the head of a session says."""
    node, now = desks.of(context["request"]).node, matter.state
    now_ms = context["now_ms"]
    with node.store.read() as tx:
        terms = clocks.terms_of(node, tx, matter.row.channel, view.series(now), now_ms)
        early = [one for one in embargo.seen(tx, matter.row, now) if one.is_early]
        at = Channel(node, tx, matter.row.channel)
        lacking = readiness.lacking(at, now, terms, now_ms) if terms else {}
    when = view.when_ms(now)
    is_ahead = when is not None and not view.held(now) and when > now_ms
    return {
        **heads.around(context, matter),
        "crossings": heads.crossings(now),
        "series": view.series(now),
        "label": view.label(now),
        "when": when,
        "first": view.first_when_ms(now),
        "days": (when - now_ms) // _DAY_MS if when is not None and is_ahead else None,
        "is_lapsed": view.is_lapsed(now, now_ms),
        "owed": heads.owed(due.owed(now, terms, lacking), due.WORDS, now_ms),
        "terms": terms,
        "early": early,
        "open": [
            (point, parties)
            for point, parties in view.missing(now).items()
            if view.status(now) not in {view.RECORDED, view.CONVERTED}
        ],
        "place": now.agreed(acts.PLACE),
        "format": acts.FORMATS.get(now.agreed(acts.FORMAT)),
        "level": acts.LEVELS.get(now.agreed(acts.LEVEL)),
        "agenda": [
            (one, acts.ITEM_KINDS.get(one.kind), acts.OUTCOMES.get(one.outcome))
            for one in view.agenda(now)
        ],
        "delegations": [(party, view.delegation(now, party)) for party in now.parties],
    }
