"""Read the contact points of every State: who proved them, what time it is there.

    books(node, officer)                     every State's
    book(node, officer, "sn")                one State's
    sheet(node, officer, "sn")               its code sheet

Floor: rooms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from comity.joint.contact import acts, document, view
from comity.joint.contact.document import Contacts, Entry
from comity.joint.contact.state import State
from comity.joint.contact.view import Standing
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import (
    act_blobs,
    calendars,
    matter_lookup,
    matter_read,
    need_to_know,
)
from comity.rooms.contact import checks

_PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class Point:
    """One contact point as an officer reads it.

    Attributes:
        standing: by what was said of it.
        entry: what the document says, or None where it is not held, or not what was named.
        is_proved: whether somebody proved it lately, and nobody failed since.
        is_attended: whether it is attended now; None where nobody can tell.
        local: what clocks show there, `2027-03-01 08:12`, or "".
        beside: the last proved entry, which stands for a day beside this new one; or None.
    """

    standing: Standing
    entry: Entry | None
    is_proved: bool
    is_attended: bool | None
    local: str
    beside: Entry | None


@dataclass(frozen=True, slots=True)
class Book:
    """The contact points of one State.

    Attributes:
        party: whose they are.
        channel: in which they were published.
        sha256: of the document, or "".
        status: a key of `view.STATUS_WORDS`.
        is_held: whether the document is here.
        points: in the order of the document.
        at_ms: the instant.
    """

    party: str
    channel: str
    sha256: str
    status: str
    is_held: bool
    points: tuple[Point, ...]
    at_ms: int


def books(node: Node, officer: Officer) -> list[Book]:
    """Return the contact points of every State that the officer may read."""
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        now_ms = node.clock.now_ms()
        return [
            _book(node, tx, row, now_ms) for row in matter_lookup.every(tx, reader, acts.KIND)
        ]  # fmt: skip


def book(node: Node, officer: Officer, party: str, channel: str = "") -> Book:
    """Return the contact points of one State.

    Raises:
        Fault: `node.matter.unknown`.
    """
    with node.store.read() as tx:
        row = _row(tx, need_to_know.reader(tx, officer), party, channel)
        return _book(node, tx, row, node.clock.now_ms())


def _row(tx: Tx, reader: Reader, party: str, channel: str) -> MatterRow:
    for row in matter_lookup.every(tx, reader, acts.KIND):
        if row.matter.id == party and channel in ("", row.channel):
            return row
    matter_lookup.require_settled(tx)
    raise matter_lookup.unknown(acts.KIND, party)


def _book(node: Node, tx: Tx, row: MatterRow, now_ms: int) -> Book:
    now = cast("State", node.rooms[acts.KIND].from_json(row.state))
    newest = view.newest(now)
    contacts = _document(node, tx, newest.sha256) if newest is not None else None
    beside = {
        name: found.entry(name)
        for name, before in view.beside(now, now_ms).items()
        if (found := _document(node, tx, before.sha256)) is not None
    }
    stands = {one.name: one for one in view.standing(now)}
    order = [one.id for one in contacts.entries] if contacts is not None else []
    names = [*(one for one in order if one in stands), *(one for one in stands if one not in order)]
    points = tuple(
        _point(stands[name], contacts, beside.get(name), now_ms) for name in names
    )  # fmt: skip
    sha256 = newest.sha256 if newest is not None else ""
    return Book(
        row.matter.id, row.channel, sha256, view.status(now), contacts is not None, points, now_ms
    )


def _point(one: Standing, contacts: Contacts | None, beside: Entry | None, now_ms: int) -> Point:
    entry = contacts.entry(one.name) if contacts is not None else None
    if entry is not None and entry.sha256 != one.sha256:
        entry = None
    there = checks.local_time(entry, now_ms) if entry is not None else None
    return Point(
        standing=one,
        entry=entry,
        is_proved=one.is_proved(now_ms),
        is_attended=checks.is_attended(entry, now_ms) if entry is not None else None,
        local=there.strftime("%Y-%m-%d %H:%M") if there is not None else "",
        beside=beside,
    )


def _document(node: Node, tx: Tx, sha256: str) -> Contacts | None:
    """Return a document that is held and can be read, or None: a peer may publish anything."""
    data = calendars.text(node, tx, sha256) if calendars.is_held(tx, sha256) else None
    if data is None:
        return None
    try:
        return document.parse(data)
    except Fault:
        return None


def sheet(node: Node, officer: Officer, party: str, channel: str = "") -> list[tuple[str, str]]:
    """Return the pairs of the newest code sheet of a State, the first of number 1.

    Raises:
        Fault: `node.matter.unknown`, `contact.sheet.missing`.
    """
    with node.store.read() as tx:
        row = _row(tx, need_to_know.reader(tx, officer), party, channel)
        said = [
            one.act
            for one in tx.acts_of(row.channel, row.matter)
            if one.act.tag == acts.PUBLISHED and one.party == party and not one.foreign
        ]
        for act in reversed(said):
            opened = act_blobs.open_all(node, tx, act)
            pairs = _pairs(matter_read.body_json(opened, acts.ROLE_CODES))
            if pairs:
                return pairs
    raise Fault(
        code="contact.sheet.missing",
        what=f"No code sheet of {quoted(party)} is held here.",
        fix="Ask them to publish their contact points with one.",
    )


def _pairs(value: Json) -> list[tuple[str, str]]:
    listed = value if isinstance(value, list) else []
    return [
        (str(one[0]), str(one[1])) for one in listed if isinstance(one, list) and len(one) == _PAIR
    ]  # fmt: skip


def as_json(found: Book) -> Mapping[str, Json]:
    """Return what a command or a call tells of the contact points of a State."""
    points: list[Json] = [_point_json(one) for one in found.points]
    return {
        "party": found.party,
        "channel": found.channel,
        "status": found.status,
        "sha256": found.sha256,
        "held": found.is_held,
        "entries": points,
    }


def _point_json(one: Point) -> Json:
    proved, failed = one.standing.proved, one.standing.failed
    return {
        "id": one.standing.name,
        "sha256": one.standing.sha256,
        "proved": one.is_proved,
        "proved_at_ms": proved.reached_at_ms if proved is not None else None,
        "proved_by": proved.party if proved is not None else "",
        "failed_at_ms": failed.reached_at_ms if failed is not None else None,
        "failures": one.standing.failures,
        "withdrawn": one.standing.is_withdrawn,
        "attended": one.is_attended,
        "local": one.local,
        "entry": None if one.entry is None else _entry_json(one.entry),
        "beside": None if one.beside is None else _entry_json(one.beside),
    }


def _entry_json(entry: Entry) -> Json:
    carriers: list[Json] = [{"kind": one.kind, "at": one.at} for one in entry.carriers]
    return {
        "agency": entry.agency,
        "office": entry.office,
        "function": dict(entry.function),
        "level": entry.level,
        "languages": [*entry.languages],
        "zone": entry.zone,
        "carriers": carriers,
    }
