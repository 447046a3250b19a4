"""The calendars of a channel: the joint text `calendar.<party>` of each party, and when it counts.

    adopted(node, tx, "xx-yy/live") -> Adoptions({"sn": (Period(…, cn_2026), …)}, lacking={…})

Every party adopts the calendar of every other, so that all count its days alike.  Whose text
cannot be read, is not held or was never adopted is named, and nobody guesses.

Source: docs/spec/clocks.md, part 6; docs/spec/guideline.md, clause 7.
Floor: node.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from comity.acts.record import Matter
from comity.clocks import calendar_text
from comity.clocks.calendar import Calendar
from comity.clocks.calendar_versions import Period
from comity.joint.text import acts as guideline_acts
from comity.joint.text import state as guideline_state
from comity.joint.text import view as guideline_view
from comity.joint.text.view import Version
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.node.exchange import blobs
from comity.node.room.text_cache import ReadTexts

PREFIX: Final = "calendar."

NONE: Final = "calendar-none"
NOT_HELD: Final = "calendar-not-held"
UNREADABLE: Final = "calendar-unreadable"

_READ: Final = ReadTexts[Calendar](4 << 20)
"""Some two hundred."""


@dataclass(frozen=True, slots=True)
class Adoptions:
    """The calendars of the parties of a channel.

    Attributes:
        periods: `{party: versions, each while it is in force}`, by time.
        unread: `{party: {sha256: why}}` of versions that were adopted and cannot be counted by.
        adopted: `{party: when its versions come in force}`, those that cannot be read too.
    """

    periods: Mapping[str, tuple[Period, ...]]
    unread: Mapping[str, Mapping[str, str]]
    adopted: Mapping[str, tuple[Version, ...]]

    def lacking(self, party: str, at_ms: int) -> tuple[str, str] | None:
        """Return why a party has no calendar at an instant, and the hash of its text or ""."""
        if any(_counts(one.from_ms, one.to_ms, at_ms) for one in self.periods.get(party, ())):
            return None
        unread = self.unread.get(party, {})
        for version, from_ms, to_ms in _spans(self.adopted.get(party, ())):
            if _counts(from_ms, to_ms, at_ms) and version.sha256 in unread:
                return unread[version.sha256], version.sha256
        return NONE, ""

    def changes_after(self, at_ms: int) -> int | None:
        """Return the next instant at which another version counts for any party, or None."""
        found = [
            at
            for periods in self.periods.values()
            for one in periods
            for at in (one.from_ms, one.to_ms)
            if at is not None and at > at_ms
        ]
        return min(found, default=None)


def name_of(party: str) -> str:
    """Return the name of the joint text that is the calendar of a party."""
    return f"{PREFIX}{party}"


type Find = Callable[[str, Matter], MatterRow | None]
"""Gives the matter of a channel as it is folded, or as it was at a cut."""


def adopted(node: Node, tx: Tx, channel: str, find: Find | None = None) -> Adoptions:
    """Return the calendars of a channel, as every party has adopted them.

    Args:
        node: ours.
        tx: a read or write.
        channel: its path.
        find: gives a joint text as it was at a cut; None for all that is understood.
    """
    find = find or tx.matter
    periods: dict[str, tuple[Period, ...]] = {}
    unread: dict[str, dict[str, str]] = {}
    found: dict[str, tuple[Version, ...]] = {}
    live = register_records.live_of(channel)
    for party in trust.load(tx, channel).arrangement.party_ids():
        row = find(live, Matter(guideline_acts.KIND, name_of(party)))
        if row is None:
            continue
        versions = guideline_view.versions(guideline_state.from_json(row.state))
        found[party] = versions
        read: list[Period] = []
        for version, from_ms, to_ms in _spans(versions):
            calendar = of_text(node, tx, version.sha256)
            if isinstance(calendar, Calendar):
                read.append(Period(from_ms, to_ms, calendar))
            else:
                unread.setdefault(party, {})[version.sha256] = calendar
        periods[party] = tuple(read)
    return Adoptions(periods, unread, found)


def of_text(node: Node, tx: Tx, sha256: str) -> Calendar | str:
    """Return the calendar with that hash, or why there is none: `NOT_HELD`, `UNREADABLE`."""
    if not is_held(tx, sha256):
        return NOT_HELD
    return _READ.read(sha256, lambda: text(node, tx, sha256), _parsed) or UNREADABLE


def is_held(tx: Tx, sha256: str) -> bool:
    """Return whether the bytes of a joint text are held here; what was read once may be gone."""
    return blobs.is_held(tx, sha256)


def text(node: Node, tx: Tx, sha256: str) -> bytes | None:
    """Return the bytes of a joint text that is held here, or None.

    They lie in a row (see `copies`); those of a text that came to an older version are read
    from the bodies store until the node is started once.
    """
    row = tx.body(sha256)
    if row is not None:
        return row
    size = next((one.size_bytes for one in tx.who_names(sha256) if one.held), None)
    if size is None or size > limits.WRITTEN_BYTES_MAX:
        return None
    return node.bodies.read(sha256, 0, size)


def _parsed(data: bytes) -> Calendar | None:
    try:
        return calendar_text.parse(data)
    except Fault:
        return None


def _spans(versions: tuple[Version, ...]) -> list[tuple[Version, int, int | None]]:
    """Return each version that came in force, from when, and until when: see `view.in_force`."""
    begun = [(one, one.in_force_from_ms) for one in versions if one.in_force_from_ms is not None]
    found = []
    for at, (version, from_ms) in enumerate(begun):
        ends = [version.ends_at_ms, begun[at + 1][1] if at + 1 < len(begun) else None]
        to_ms = min((end for end in ends if end is not None), default=None)
        if to_ms is None or from_ms < to_ms:
            found.append((version, from_ms, to_ms))
    return found


def _counts(from_ms: int, to_ms: int | None, at_ms: int) -> bool:
    return from_ms <= at_ms and (to_ms is None or at_ms < to_ms)
