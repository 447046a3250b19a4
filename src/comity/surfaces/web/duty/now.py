"""What one must do now, in one list: the most pressing first, one button a row.

    an emergency that nobody acknowledged         Acknowledge
    evidence that is about to lapse               Extend the preservation, Ask for the data
    what is due soon, or pressing and late        the verb that comes next
    what waits for one's approval or review       Read and approve, Review
    what waits for one's decision as counsel      Decide
    what was given to one                         Take it
    what waits to be routed                       Route it
    what was sent back to one                     Change it
    a joint text, or what else one's role says    Open

Each matter stands here once, by what presses most.  What nobody would miss today is not here: an
answer to be read, a use to be accounted for, what is overdue and routine.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from comity.domestic.duty.fold import ASSIGNED
from comity.domestic.release import review as reviews
from comity.domestic.release.decide import EMERGENCY
from comity.node.base.filing import URGENT
from comity.node.base.rooms import Rooms
from comity.node.desk import matter_lines
from comity.node.desk.matter_label import Called
from comity.node.desk.matter_lines import Shown
from comity.node.desk.today import Today
from comity.node.room.parties import PartyName
from comity.node.room.release import draft_list
from comity.rooms.request import room
from comity.surfaces.web import nav
from comity.surfaces.web.request import language, summary
from comity.surfaces.web.request.summary import Action
from comity.surfaces.web.templatetags.duty import draft_address

ROWS_MAX: Final = 12
"""Of the list; the lists beneath have the rest."""

HOUSEKEEPING: Final = room.HOUSEKEEPING | {"wait", "none"}
"""Next steps that press nobody: they are counted, and listed beneath."""

_FIRST, _LAPSES, _PRESSES, _DUE, _WAITS, _ROUTES, _BACK = range(7)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do.

    Attributes:
        place: the less comes first, then what is due first.
        key: of the matter or draft: what presses less about the same is left out.
        tag: of the act that is drafted, or "".
        type: of the request that is drafted, or "".
        what: in words, or "" where its tag and type say it.
        address: where it is read.
        does: buttons, the first one what is meant.
        who: other parties.
        references: file numbers.
        urgency: a code, or "".
        by_ms: by when, or None.
        age: see `matter_lines.age_of`.
        told: why it is here, or "".
    """

    place: int
    key: str
    what: str
    address: str
    does: tuple[Action, ...]
    who: tuple[PartyName, ...] = ()
    references: tuple[str, ...] = ()
    urgency: str = ""
    by_ms: int | None = None
    age: str = ""
    told: str = ""
    tag: str = ""
    type: str = ""

    @property
    def is_grave(self) -> bool:
        """Whether something is lost if nobody does it now."""
        return self.place in (_FIRST, _LAPSES)

    @property
    def is_acknowledged(self) -> bool:
        """Whether the key that acknowledges presses its button."""
        return self.does[0].address.endswith(f"/{summary.ACKNOWLEDGE}/")


@dataclass(frozen=True, slots=True)
class Now:
    """What one must do now.

    Attributes:
        rows: the most pressing first.
        more: how many more there are.
    """

    rows: tuple[Row, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks.

    Attributes:
        name: theirs.
        may_say: whether they say something to another State.
        called: `{id of a matter: what it is called}` of drafts and reviews.
        rooms: of the node.
    """

    name: str
    may_say: bool
    called: Mapping[str, Called]
    rooms: Rooms

    def address(self, shown: Shown) -> str:
        """Return where a matter is read."""
        row = shown.row
        return nav.matter_address(self.rooms[row.matter.kind], row.channel, row.matter.id)


def of(found: Today, reader: Reader) -> Now:
    """Return what one must do now."""
    every = sorted(_rows(found, reader), key=lambda one: (one.place, one.by_ms or _NEVER))
    once: dict[str, Row] = {}
    for one in every:
        once.setdefault(one.key, one)
    rows = tuple(once.values())
    return Now(rows[:ROWS_MAX], max(0, len(rows) - ROWS_MAX))


_NEVER: Final = 10**15


def _rows(found: Today, reader: Reader) -> Iterator[Row]:
    if reader.may_say:
        yield from _said(found, reader)
    yield from _approved(found, reader)
    for one in found.decisions.lines if found.decisions else ():
        told = _questions(one.questions)
        if one.request is not None:
            row = _of(one.request, reader, _WAITS, (_decide(one.request.id),), told=told)
            yield replace(row, key=f"law {one.request.id}")  # to answer it is another thing
        elif one.draft is not None:
            yield _draft(one.draft, reader, _WAITS, _decide(one.draft.draft_id), told)
    for turn in found.turns.lines:
        told = language.word(turn.next_words)
        yield _of(turn, reader, _WAITS, _next(turn, reader), told=told)
    yield from _given(found)
    yield from _routed(found)
    for draft in found.drafts.lines:
        if draft.returned_by and draft.is_mine:
            label = gettext("Change it")
            told = gettext("sent back by %(name)s") % {"name": draft.returned_by}
            yield _draft(draft, reader, _BACK, Action(label, draft_address(draft.draft_id)), told)


def _said(found: Today, reader: Reader) -> Iterator[Row]:
    """Give what is said to another State: it was asked, lapses, or is due."""
    for new in found.arrivals.lines:
        if new.shown is not None:
            place = _FIRST if new.urgency == EMERGENCY else _PRESSES
            yield _of(
                new.shown, reader, place, _next(new.shown, reader), told=gettext("not opened yet")
            )
    for clock in found.lapsing.lines:
        does = tuple(summary.saving(clock.request.id))
        told = gettext("Evidence is about to be lost")
        row = _of(clock.request, reader, _LAPSES, does, told=told)
        yield replace(row, by_ms=clock.by_ms, age=clock.age)
    for clock in found.ours.lines:
        if clock.request.next_action not in HOUSEKEEPING:
            is_first = clock.request.row.urgency == EMERGENCY
            place = _PRESSES if is_first or clock.age == matter_lines.LATE else _DUE
            told = language.word(clock.request.next_words)
            row = _of(clock.request, reader, place, _next(clock.request, reader), told=told)
            yield replace(row, by_ms=clock.by_ms, age=clock.age)


def _of(shown: Shown, reader: Reader, place: int, does: tuple[Action, ...], *, told: str) -> Row:
    due = shown.due
    return Row(
        place=place,
        key=shown.id,
        what=language.word(shown.type),
        address=reader.address(shown),
        does=does,
        who=shown.others,
        references=shown.references,
        urgency=shown.row.urgency,
        by_ms=due.by_ms if due else None,
        age=shown.age,
        told=told,
    )


def _next(shown: Shown, reader: Reader) -> tuple[Action, ...]:
    """Return the button of what comes next; one that only opens it where no verb does it."""
    kind = shown.row.matter.kind
    next_one = summary.next_of(kind, shown.id, shown.next_action)
    return (next_one or Action(gettext("Open"), reader.address(shown)),)


def _approved(found: Today, reader: Reader) -> Iterator[Row]:
    """Give what waits for an approval or a review."""
    for draft in found.approvals.lines:
        place = _PRESSES if draft.urgency in URGENT else _WAITS
        label = gettext("Read and approve")
        told = gettext("drafted by %(name)s") % {"name": draft.author}
        yield _draft(draft, reader, place, Action(label, draft_address(draft.draft_id)), told)
    for one in found.reviews:
        called = reader.called.get(one.review.matter_id)
        is_late = one.status == reviews.OVERDUE
        address = reverse("release:review", args=(one.review.act_id,))
        yield Row(
            place=_PRESSES if is_late else _WAITS,
            key=one.review.act_id,
            what=language.word(called.type) if called else one.review.act_id[:8],
            address=address,
            does=(Action(gettext("Review it"), address),),
            references=called.references if called else (),
            by_ms=one.review.due_ms,
            age=matter_lines.LATE if is_late else matter_lines.SOON,
            told=gettext("released by %(name)s alone") % {"name": one.review.officer},
        )


def _draft(draft: draft_list.Line, reader: Reader, place: int, does: Action, told: str) -> Row:
    called = reader.called.get(draft.matter.id)
    return Row(
        place=place,
        key=draft.draft_id,
        what=language.word(called.type) if called else "",
        address=draft_address(draft.draft_id),
        does=(does,),
        references=called.references if called else (),
        urgency=draft.urgency,
        told=told,
        tag=draft.tag,
        type=draft.type,
    )


def _decide(subject: str) -> Action:
    return Action(gettext("Decide"), reverse("release:law", args=(subject,)))


def _questions(count: int) -> str:
    return ngettext("%(n)s question", "%(n)s questions", count) % {"n": count}


def _given(found: Today) -> Iterator[Row]:
    """Give what was assigned to one and is not taken."""
    for one in found.mine.lines:
        channel, matter_id = one.key
        if channel and one.status == ASSIGNED:
            yield Row(
                place=_WAITS,
                key=matter_id,
                what=one.what or gettext("A request that was given to you"),
                address=reverse("request:one", args=(matter_id,)),
                does=(_step(gettext("Take it"), matter_id, "take"),),
                urgency=one.urgency,
                by_ms=one.due_ms,
                told=gettext("assigned, not taken"),
            )


def _step(label: str, matter_id: str, name: str) -> Action:
    return Action(label, reverse("request:step", args=(matter_id, name)))


def _routed(found: Today) -> Iterator[Row]:
    for one in found.inbox.lines if found.inbox else ():
        channel, matter_id = one.key
        if channel and one.called is not None:
            yield Row(
                place=_ROUTES,
                key=matter_id,
                what=language.word(one.called.type),
                address=reverse("request:one", args=(matter_id,)),
                does=(_step(gettext("Route it"), matter_id, "route"),),
                references=one.called.references,
                urgency=one.urgency,
                by_ms=one.due_ms,
                told=gettext("no agency has it"),
            )
