"""What is configured on this node, and where it is changed.

Floor: surfaces.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comity.domestic.officer import role
from comity.node.desk import api_tokens, approvals, notices
from comity.node.desk.webhooks import registry
from comity.node.overview import names
from comity.surfaces.web import desk as desks
from comity.surfaces.web import who


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Approvals and hours as they count, and what is the officer's own."""
    node, officer = desks.of(request).node, who.officer_of(request)
    with node.store.read() as tx:
        configured = {
            "approvals": approvals.own_count(tx),
            "review_hours": approvals.review_hours(tx),
        }
        agencies = names.agencies(tx)
    own = [one for one in api_tokens.listing(node) if one.officer == officer.name]
    hooks = [one for one in registry.listing(node, officer) if not notices.is_notice(one)]
    context = {
        "agencies": agencies,
        "configured": configured,
        "tokens": sum(one.is_open(node.clock.now_ms()) for one in own),
        "hooks": sum(one.ended_ms is None for one in hooks),
        "notice": notices.of(node, officer),
        "runs_node": role.OPERATOR in officer.roles,
    }
    return render(request, "setting/settings.html", context)
