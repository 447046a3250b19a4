"""What this node asks of contact points before it publishes them: numbers and zones that exist.

Lists of numbers and of zones differ from year to year, so that no fold reads by them: a node asks
it of its own officers alone.

Floor: rooms.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import NumberParseException

from comity.joint.contact.document import Contacts, Entry
from comity.joint.contact.schema import TEL
from comity.kernel import plain_yaml
from comity.kernel.fault import quoted
from comity.kernel.problem import Problem, Unfit

_MINUTES: Final = 60


def require(data: bytes, contacts: Contacts, name: str) -> None:
    """Return if every number can be one, and every zone is known here.

    Raises:
        Unfit: `contact.document.unfit`, with every problem and its line.
    """
    found = tuple(_problems(contacts))
    if found:
        marked = plain_yaml.parse(data)
        raise Unfit("contact.document.unfit", name, tuple(map(marked.placed, found)))


def _problems(contacts: Contacts) -> Iterator[Problem]:
    for at, entry in enumerate(contacts.entries):
        if zone_of(entry) is None:
            yield Problem(
                f"/entries/{at}/zone",
                quoted(entry.zone),
                f"{quoted(entry.zone)} is no time zone.",
                "Name one of the tz database, as Asia/Shanghai.",
                rule="contact.zone-unknown",
            )
        for number, carrier in enumerate(entry.carriers):
            if carrier.kind == TEL and not is_number(carrier.at):
                yield Problem(
                    f"/entries/{at}/carriers/{number}",
                    quoted(carrier.at),
                    f"No country gives out the number {quoted(carrier.at)}.",
                    "Write it in full, beginning with + and the code of the country.",
                    rule="contact.number-impossible",
                )


def is_number(text: str) -> bool:
    """Return whether the plan of its country has such a number."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text.partition(";")[0]))
    except NumberParseException:
        return False


def spoken_number(text: str) -> str:
    """Return a number as people write it, `+86 10 6520 4334`."""
    number, _, extension = text.partition(";ext=")
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    try:
        written = phonenumbers.format_number(phonenumbers.parse(number), form)
    except NumberParseException:
        written = number
    return f"{written} ext. {extension}" if extension else written


def zone_of(entry: Entry) -> ZoneInfo | None:
    """Return the zone of an entry, or None where this machine does not know it."""
    try:
        return ZoneInfo(entry.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def local_time(entry: Entry, at_ms: int) -> datetime | None:
    """Return what clocks show there at an instant, or None where its zone is not known."""
    zone = zone_of(entry)
    if zone is None:
        return None
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)).astimezone(zone)


def is_attended(entry: Entry, at_ms: int) -> bool | None:
    """Return whether it is attended at an instant, by its hours; None where nobody can tell."""
    if not entry.hours:
        return True
    there = local_time(entry, at_ms)
    if there is None:
        return None
    minute = there.hour * _MINUTES + there.minute
    return any(
        there.weekday() in one.days and one.opens_minute <= minute < one.closes_minute
        for one in entry.hours
    )
