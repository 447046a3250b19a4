"""What is configured on this node, and where it is changed.

Floor: surfaces.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comity.domestic.officer import role
from comity.node.desk import mail_notices
from comity.node.desk.webhooks import registry
from comity.node.operate.overview import names
from comity.node.room import api_tokens
from comity.node.room.release import approve
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Approvals and hours as they count, and what is the officer's own."""
    node, officer = desks.of(request).node, session.officer_of(request)
    with node.store.read() as tx:
        configured = {
            "approvals": approve.own_count(tx),
            "review_hours": approve.review_hours(tx),
        }
        agencies = names.agencies(tx)
    own = [one for one in api_tokens.listing(node) if one.officer == officer.name]
    hooks = [one for one in registry.listing(node, officer) if not mail_notices.is_notice(one)]
    context = {
        "agencies": agencies,
        "configured": configured,
        "tokens": sum(one.is_open(node.clock.now_ms()) for one in own),
        "hooks": sum(one.ended_ms is None for one in hooks),
        "notice": mail_notices.of(node, officer),
        "runs_node": role.OPERATOR in officer.roles,
    }
    return render(request, "setting/settings.html", context)
