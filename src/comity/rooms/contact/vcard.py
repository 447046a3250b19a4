# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""Contact points for an address book: vCard 3.0, one card for each.

A card says when its number was proved last, since a number that nobody tried is the first thing
that an officer has to know of it.

Source: RFC 2426.
Floor: rooms.
"""

from datetime import UTC, datetime
from typing import Final

import vobject

from comity.joint.contact.document import Entry
from comity.joint.contact.schema import FILE, TEL
from comity.rooms.contact.desk import Book, Point

MEDIA_TYPE: Final = "text/vcard; charset=utf-8"
_UNPROVED: Final = {"en": "Not proved in the last three months.", "zh": "近三个月未经核实。"}
_PROVED: Final = {"en": "Proved on {day}.", "zh": "核实日期：{day}。"}
_HAND_IN: Final = {"en": "Files are handed in: {at}.", "zh": "文件递交地点：{at}。"}


def render(found: Book, lang: str = "en") -> bytes:
    """Return the cards of a State, of the contact points that it did not withdraw."""
    cards = [
        _card(found.party, one, one.entry, lang)
        for one in found.points
        if one.entry is not None and not one.standing.is_withdrawn
    ]
    return "".join(cards).encode()


def _card(party: str, point: Point, entry: Entry, lang: str) -> str:
    card = vobject.vCard()
    function = entry.function.get(lang) or next(iter(entry.function.values()))
    name = f"{function} ({party})"
    card.add("fn").value = name
    card.add("n").value = vobject.vcard.Name(family=name)
    card.add("org").value = [part for part in (party, entry.agency, entry.office) if part]
    card.add("uid").value = f"{entry.id}.{party}@comity"
    for carrier in entry.carriers:
        if carrier.kind == TEL:
            card.add("tel").value = carrier.at
        elif carrier.kind != FILE:
            card.add("email").value = carrier.at
    card.add("tz").value = entry.zone
    card.add("note").value = " ".join(_notes(point, entry, lang))
    return str(card.serialize())


def _notes(point: Point, entry: Entry, lang: str) -> list[str]:
    proved = point.standing.proved
    told = [_UNPROVED[lang]]
    if point.is_proved and proved is not None:
        day = datetime.fromtimestamp(proved.reached_at_ms / 1_000, UTC).date().isoformat()
        told = [_PROVED[lang].format(day=day)]
    told += [_HAND_IN[lang].format(at=one.at) for one in entry.carriers if one.kind == FILE]
    return told
