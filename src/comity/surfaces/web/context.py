"""What every template may use: whose node this is, who reads, when it was read, which languages.

Floor: surfaces.
"""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.rooms import with_pages
from comity.node.base.rows import Officer
from comity.node.desk import bar, ringing
from comity.node.operate.overview import names, page, zones
from comity.node.room import exercises, joint_texts
from comity.node.room.parties import PartyName
from comity.surfaces.web import desk as desks
from comity.surfaces.web import nav, preferences, return_address, session
from comity.surfaces.web.instants import Zones


def every_page(request: HttpRequest) -> dict[str, object]:
    """Return what the base template needs."""
    desk = desks.of(request)
    try:
        own = page.own_party(desk.node)
    except Fault:  # the page that tells this fault has a head all the same
        own = PartyName(desk.node.party, {}, is_own=True)
    officer = session.officer_or_none(request)
    wanted = preferences.of(request)
    is_exercise = officer is not None and bool(officer.compartment)
    roles = officer.roles if officer else None
    rooms = with_pages(desk.node.rooms, is_exercise=is_exercise)
    return {
        "preferences": wanted,
        "zones": SimpleLazyObject(lambda: zones_of(request)),
        "own": own,
        "officer": officer,
        "exercise": exercises.MARK if is_exercise else "",
        "session_ends_ms": _ends_ms(request) if officer else None,
        "version": desk.version,
        "nav": nav.of(request, roles, rooms),
        "now_ms": desk.node.clock.now_ms(),
        "languages": settings.LANGUAGES,
        "here": SimpleLazyObject(lambda: return_address.of(request)),
        "bar": _bar(request, desk.node, officer) if officer else (),
        "ringing": _ringing(desk.node, officer) if officer else (),
        "is_unsent": "unsent" in request.GET,
        "is_refreshing": request.GET.get("refresh") != "off",
    }


def _bar(request: HttpRequest, node: Node, officer: Officer) -> list[dict[str, object]]:
    """Return what stands beside the entries, for who may read it."""
    if not set(officer.roles) - {role.OPERATOR}:
        return []
    try:
        found = bar.lines(node, officer)
    except Fault:  # the page that tells this fault has a head all the same
        return []
    return [
        {
            "line": one,
            "label": nav.label_of(one.room),
            "address": (address := reverse(nav.page_of(one.room))),
            "is_current": request.path.startswith(address),
        }
        for one in found
    ]


def _ringing(node: Node, officer: Officer) -> list[dict[str, object]]:
    """Return what rings and the reader may pick up, for the bar of every page."""
    try:
        found = ringing.ringing(node, officer)
    except Fault:  # the page that tells this fault has a head all the same
        return []
    bars: list[dict[str, object]] = []
    known = names.names(node).parties if found else {}
    for row, now, is_quiet in found:
        room = node.rooms[row.matter.kind]
        call = room.rings.bar(now) if room.rings and room.rings.bar else None
        if call is not None:
            answer = reverse(f"{row.matter.kind}:say", args=(row.matter.id, call.verb))
            page_of = reverse(f"{row.matter.kind}:one", args=(row.matter.id,))
            left_ms = None if call.by_ms is None else call.by_ms - node.clock.now_ms()
            minutes = None if left_ms is None else max(0, left_ms // 60_000)
            with node.store.read() as tx:
                words = joint_texts.worded(node, tx, row, node.clock.now_ms(), call.ground)
            caller = known.get(call.party) or PartyName(call.party, {}, is_own=False)
            bars.append(
                {
                    "bar": call,
                    "id": row.matter.id,
                    "is_quiet": is_quiet,
                    "words": words,
                    "party": caller,
                    "answer": answer,
                    "page": page_of,
                    "minutes": minutes,
                }
            )
    return bars


def _ends_ms(request: HttpRequest) -> int | None:
    from comity.surfaces.web.account import reauthentication  # noqa: PLC0415 -- models, once they are loaded

    return reauthentication.ends_ms(request)


def zones_of(request: HttpRequest) -> Zones:
    """Return in which zone times are shown; that of this State's calendar where none is chosen."""
    node = desks.of(request).node
    found = zones.zones(node)
    own = preferences.of(request).zone or found.get(node.party, preferences.UTC)
    return Zones(own, {party: zone for party, zone in found.items() if party != node.party})
