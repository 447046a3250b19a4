"""Who asks, as the contact points that this State published say: nobody types a number twice.

    elements(node, officer)
        {"authority": {"name": …, "phone": …, "email": …, "office_hours": …, "time_zone": …},
         "confirmation-contact": {…}}

Of the officer's agency: its first contact point is the authority, the next confirms.  Without any
the name of the agency is all that is known.

Floor: rooms.
"""

from collections.abc import Iterator
from typing import Final, cast

from comity.joint.contact import acts, document, view
from comity.joint.contact.document import Entry, Hours
from comity.joint.contact.schema import DAYS, TEL
from comity.joint.contact.state import State
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import calendars, matter_lookup, need_to_know
from comity.rooms.request import partners

ELEMENTS: Final = ("authority", "confirmation-contact")
_ALWAYS: Final = "24/7"
_HOUR: Final = 60


def elements(node: Node, officer: Officer) -> dict[str, Json]:
    """Return the elements that say who asks, as far as they are known."""
    named = partners.agencies(node).get(node.party, {}).get(officer.agency, {})
    name = named.get("en") or next(iter(named.values()), officer.agency)
    with node.store.read() as tx:
        found = [*_entries(node, tx, officer)]
    told: dict[str, Json] = {
        element: _told(name, one) for element, one in zip(ELEMENTS, found, strict=False)
    }
    return told or {ELEMENTS[0]: {"name": name}}


def _entries(node: Node, tx: Tx, officer: Officer) -> Iterator[Entry]:
    """Give the contact points of the officer's agency that stand, in the order of their names."""
    reader = need_to_know.reader(tx, officer)
    seen: set[str] = set()
    for row in matter_lookup.every(tx, reader, acts.KIND):
        now = cast("State", node.rooms[acts.KIND].from_json(row.state))
        newest = view.newest(now) if row.matter.id == node.party else None
        data = calendars.text(node, tx, newest.sha256) if newest is not None else None
        if data is None:
            continue
        try:
            contacts = document.parse(data)
        except Fault:
            continue  # of a version that this program does not read
        standing = {one.name for one in view.standing(now) if not one.is_withdrawn}
        for one in contacts.entries:
            if one.agency == officer.agency and one.id in standing - seen:
                seen.add(one.id)
                yield one


def _told(name: str, entry: Entry) -> dict[str, Json]:
    phone, email = (
        next((one.at for one in entry.carriers if one.kind == kind), "") for kind in (TEL, "mailto")
    )
    function = entry.function.get("en") or next(iter(entry.function.values()), "")
    told: dict[str, Json] = {
        "name": ", ".join(filter(None, (name, function))),
        "phone": phone.partition(";")[0],
        "email": email,
        "office_hours": "; ".join(map(_hours, entry.hours)) or _ALWAYS,
        "time_zone": entry.zone,
    }
    return {key: value for key, value in told.items() if value}


def _hours(one: Hours) -> str:
    days = ", ".join(DAYS[day] for day in one.days)
    opens, closes = (
        f"{minute // _HOUR:02d}:{minute % _HOUR:02d}"
        for minute in (one.opens_minute, one.closes_minute)
    )
    return f"{days} {opens}-{closes}"
