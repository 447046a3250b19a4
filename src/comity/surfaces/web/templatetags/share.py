"""What the pages of shares say first: the board, and of one share its objects and who has them.

    {% load share %}
    {% share_board %}
    {% share_head matter %}

Floor: surfaces.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.domestic.custody.defang import defang
from comity.joint.share import acts, clocks, text_schema, view
from comity.joint.share.state import State
from comity.joint.share.stix import FLAWS
from comity.node.desk import outside
from comity.node.desk.matters import Shown
from comity.node.operate.overview import names
from comity.rooms.share import board, explain, holders
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session
from comity.surfaces.web.templatetags.desk import said

register = template.Library()

OBJECTS_MAX: Final = 200


@register.filter
def share_category(code: str) -> str:
    """Return what a category is called, in the reader's language."""
    return said(acts.CATEGORIES[code])


@register.filter
def share_clock(of: str) -> str:
    """Return what a clock of a share is of, in the reader's language."""
    return said(clocks.label(of))


@register.filter
def of_category(said: Mapping[str, object], category: str) -> object:
    """Return what a text says of a category, or None."""
    return said.get(category)


_KEPT: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        text_schema.RECEIVED: _("after it was received"),
        text_schema.EXPIRED: _("after the share expired"),
        text_schema.RETRACTED: _("after all of it was retracted"),
        acts.ROLE_BUNDLE: _("Objects"),
        acts.ROLE_REPORT: _("Reports"),
        acts.ROLE_SAMPLE: _("Samples"),
    }
)


@register.filter
def kept_words(code: str) -> Promise:
    """Return what is kept, or from when its time counts, in words."""
    return _KEPT[code]


@register.inclusion_tag("share/_board.html", takes_context=True)
def share_board(context: Context) -> dict[str, Any]:
    """Return what was taken back and is not stopped, and what waits."""
    request = context["request"]
    node, officer = desks.of(request).node, session.officer_of(request)
    found = board.board(node, officer)
    stopping = [
        {
            "one": one,
            "category": acts.CATEGORIES[one.category],
            "why": acts.RETRACTIONS.get(one.reason) or {"en": one.mark, "zh": one.mark},
        }
        for one in found.stopping
    ]
    waiting = [
        {"one": one, "category": acts.CATEGORIES[one.category], "what": board.WHAT[one.what]}
        for one in found.waiting
    ]
    cadence = [
        {"one": one, "category": acts.CATEGORIES[one.category]}
        for one in found.cadence
        if one.is_due
    ]
    return {
        **_common(context),
        "stopping": stopping,
        "waiting": waiting,
        "destroying": [
            {"one": one, "category": acts.CATEGORIES[one.category], "asked": _asked(one.blobs)}
            for one in found.destroying
        ],
        "cadence": cadence,
        "failing": found.failing,
        "may_confirm": any(one in outside.ADMITTING for one in officer.roles),
    }


def _asked(blobs: Iterable[str]) -> str:
    """Return how a link names what is destroyed, for the form to which it leads."""
    return urlencode({"reason": "retention", "blobs": "\n".join(blobs)})


def _common(context: Context) -> dict[str, Any]:
    node = desks.of(context["request"]).node
    kept = {name: context[name] for name in ("request", "now_ms", "csrf_token") if name in context}
    return {**kept, "parties": names.names(node).parties, "own_id": node.party}


@register.inclusion_tag("share/_head.html", takes_context=True)
def share_head(context: Context, shown: Shown) -> dict[str, Any]:
    """Return the mark, the objects and the holders of one share."""
    now = shown.state
    assert isinstance(now, State)
    node = desks.of(context["request"]).node
    with node.store.read() as tx:
        objects, count = explain.objects(node, tx, shown.row, OBJECTS_MAX)
        found = holders.of_share(tx, shown.row.matter.id)
        due = next(board.due(node, tx, shown.row, now), None)
    giving = now.giving
    return {
        **_common(context),
        "giving": giving,
        "category": acts.CATEGORIES[giving.category] if giving else None,
        "asks": acts.ASKINGS.get(giving.asks) if giving else None,
        "is_expired": view.is_expired(now, node.clock.now_ms()),
        "objects": [
            {
                "one": one,
                "told": [defang(value) for value in one.told],
                "flaw": FLAWS.get(one.flaw),
            }
            for one in objects
        ],
        "count": count,
        "holders": found,
        "destroying": due and {"one": due, "asked": _asked(due.blobs)},
        "matter_id": shown.row.matter.id,
    }
