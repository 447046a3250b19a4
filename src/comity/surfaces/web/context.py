"""What every template may use: whose node this is, who reads, when it was read, which languages.

Floor: surfaces.
"""

from django.conf import settings
from django.http import HttpRequest

from comity.kernel.fault import Fault
from comity.node.overview import page
from comity.node.overview.party import PartyName
from comity.surfaces.web import desk as desks
from comity.surfaces.web import nav, who


def every_page(request: HttpRequest) -> dict[str, object]:
    """Return what the base template needs."""
    desk = desks.of(request)
    try:
        own = page.own_party(desk.node)
    except Fault:  # the page that tells this fault has a head all the same
        own = PartyName(desk.node.party, {}, is_own=True)
    officer = who.officer_or_none(request)
    return {
        "own": own,
        "officer": officer,
        "version": desk.version,
        "nav": nav.entries(request, officer.roles if officer else None),
        "now_ms": desk.node.clock.now_ms(),
        "languages": settings.LANGUAGES,
        "is_refreshing": request.GET.get("refresh") != "off",
    }
