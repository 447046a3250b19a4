"""What the desk's templates need beside the use case: counts, names, words.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, cast

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.acts.verb import Both
from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.node.base import profile
from comity.node.base.context import Node
from comity.node.base.filing import URGENT
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader
from comity.node.base.rooms import Room
from comity.node.base.rows import Officer
from comity.node.desk import matter_label, matter_lines
from comity.node.desk.matter_label import Called
from comity.node.desk.today import Part, Today
from comity.node.operate.overview import zones
from comity.node.room import account_notices, need_to_know, parties
from comity.surfaces.web.duty import day_line, now
from comity.surfaces.web.request.draft import views as drafts

type Names = dict[str, str]


@dataclass(frozen=True, slots=True)
class Count:
    """One figure of the head.

    Attributes:
        anchor: of the part of the page.
        label: what is counted.
        count: how many.
        is_more: whether there are more.
        look: `bad`, `warn`, `note` or `plain`.
    """

    anchor: str
    label: Promise
    count: int
    is_more: bool
    look: str


@dataclass(frozen=True, slots=True)
class Way:
    """A page that a role watches.

    Attributes:
        address: of it.
        label: what it shows.
        counts: how many matters there are not settled, with the words of each status.
    """

    address: str
    label: Promise
    counts: tuple[tuple[int, Both], ...]


def of(node: Node, officer: Officer, found: Today) -> dict[str, object]:
    """Return what the desk's templates need beside the use case."""
    with node.store.read() as tx:
        known = parties.known(node, tx)
        try:
            agencies = {one.id: dict(one.names) for one in profile.load(tx).agencies}
        except Fault:  # no profile yet
            agencies = {}
    written = _of_drafts(node, officer, found)
    may_say = not set(role.SPEAKING).isdisjoint(officer.roles)
    reader = now.Reader(
        officer.name, may_say, cast("dict[str, Called]", written["called"]), node.rooms
    )
    does = now.of(found, reader)
    notices = len(account_notices.listing(node, officer))
    shift = found.desk.shift if found.desk else None
    return {
        "counts": tuple(_counts(found, notices)),
        "told_count": notices,
        "now": does,
        "day": day_line.picture(
            does.rows, zones.in_force(node), known, node.party, node.clock.now_ms()
        ),
        "ways": tuple(_ways(node, officer)),
        "may_say": may_say,
        "shows_work": may_say or role.ANALYST in officer.roles,
        "known": known,
        "agencies": agencies,
        **written,
        "new_count": len(found.arrivals.lines),
        "is_handed_to_me": bool(shift and shift.pending and shift.to == officer.name),
        "has_desk": bool(shift and shift.officer == officer.name),
        "handed": _handed(found),
    }


def _of_drafts(node: Node, officer: Officer, found: Today) -> dict[str, object]:
    """Return what drafts and reviews are called: types of requests, and requests they speak of."""
    undecided = found.decisions.lines if found.decisions else ()
    asked = [one.draft for one in undecided if one.draft is not None]
    written = (*found.approvals.lines, *found.drafts.lines, *asked)
    ids = [one.matter.id for one in written] + [one.review.matter_id for one in found.reviews]
    ids += [one.key[1] for one in (*found.mine.lines, *found.agency.lines) if one.key[0]]
    return {
        "sheets": [drafts.written(node, one) for one in found.sheets.lines],
        "types": drafts.types_of(node) if written else {},
        "called": matter_label.of_ids(node, officer, dict.fromkeys(ids)) if ids else {},
    }


def _handed(found: Today) -> object:
    """Return the hand-over that waits to be taken, or None."""
    if found.desk is None or not found.desk.shift.pending:
        return None
    return next(
        (turn for number, turn in found.desk.turns if number == found.desk.shift.pending), None
    )


def _counts(found: Today, notices: int) -> list[Count]:
    pressing = any(one.is_pressing for one in found.arrivals.lines)
    hasty = any(one.urgency in URGENT for one in found.approvals.lines)
    begun = any(one.text("urgency") in URGENT for one in found.sheets.lines)
    late = any(one.age == matter_lines.LATE for one in found.ours.lines)
    every = [
        _of(_("New, unopened"), "new", found.arrivals, "bad" if pressing else "note"),
        _of(_("Drafts for you"), "approvals", found.approvals, "bad" if hasty else "warn"),
        _count(_("To review"), "reviews", (len(found.reviews), False), "bad"),
        _of(_("Our clocks"), "ours", found.ours, "bad" if late else "note"),
        _of(_("Overdue: us"), "late", found.late, "bad"),
    ]
    if found.inbox is not None:
        inbox = found.inbox
        every.append(_count(_("To route"), "inbox", (len(inbox.lines), bool(inbox.after)), "warn"))
    every += [
        _count(_("With me"), "mine", (len(found.mine.lines), bool(found.mine.after)), "note"),
        _count(
            _("At my agency"),
            "agency",
            (len(found.agency.lines), bool(found.agency.after)),
            "plain",
        ),
    ]
    if found.decisions is not None:
        every.append(_of(_("Decisions"), "decisions", found.decisions, "warn"))
    every += [
        _of(_("Being written"), "sheets", found.sheets, "warn" if begun else "plain"),
        _of(_("My drafts"), "drafts", found.drafts, "plain"),
        _of(_("Late in other States"), "theirs", found.theirs, "plain"),
        _count(_("About my account"), "account", (notices, False), "warn"),
    ]
    return [one for one in every if one.count or one.anchor in _ALWAYS]


_ALWAYS: Final = frozenset({"ours"})
WAYS: Final[Mapping[str, tuple[tuple[str, Promise], ...]]] = {
    role.SECRETARIAT: (
        ("review:figures", _("How timely and how good answers were")),
        ("review:snapshots", _("Snapshots that both States compare")),
        ("dialogue:listing", _("Sessions of the dialogue")),
        ("commitment:listing", _("Commitments")),
        ("proposal:listing", _("Proposals")),
        ("wording:listing", _("Texts in the making")),
        ("guideline:texts", _("Joint texts")),
    ),
    role.COUNSEL: (
        ("release:dry-run", _("What another nation profile would have stopped")),
        ("agency:law", _("The law of this State")),
    ),
    role.RELEASING: (("release:index", _("Released by one officer alone")),),
    role.AUDITOR: (
        ("locallog:steps", _("The local log")),
        ("release:index", _("Released by one officer alone")),
        ("locallog:export", _("The file that an auditor takes away")),
    ),
}
"""What a role looks at beside what it must do now."""


def _ways(node: Node, officer: Officer) -> Iterator[Way]:
    """Give the pages that the roles of an officer watch, each once."""
    found = dict.fromkeys(way for one in officer.roles for way in WAYS.get(one, ()))
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        for name, label in found:
            room = node.rooms.get(name.partition(":")[0])
            with suppress(NoReverseMatch):
                yield Way(reverse(name), label, tuple(_open_ones(tx, reader, room)))


def _open_ones(tx: Tx, reader: Reader, room: Room | None) -> Iterator[tuple[int, Both]]:
    """Give how many matters of a room are not settled, by status."""
    if room is None or room.section is None or room.place.roles:
        return
    for status, count in tx.counts(reader, room.kind).items():
        if status not in room.section.settled:
            yield count, room.status_words.get(status, {"en": status})


def _of(label: Promise, anchor: str, part: Part[object], look: str) -> Count:
    return _count(label, anchor, (len(part.lines), part.is_more), look)


def _count(label: Promise, anchor: str, many: tuple[int, bool], look: str) -> Count:
    return Count(anchor, label, *many, look if many[0] else "plain")
