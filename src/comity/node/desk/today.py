"""My desk: what an officer must do now, from every list that has something for them.

    lapsing       evidence that is lost soon unless somebody of this State asks for it
    arrivals      what was asked of this State and nobody here has opened
    to route      at the contact point: what arrived and nobody routed
    mine, agency  what they have themselves; what their agency has and nobody has yet
    ours          open clocks of this State by time, emergencies first: those that run out soon,
                  and of what presses those that have run out
    late          those of the rest that have run out: they hide none of the former
    theirs        those of others that are overdue
    turns         of rooms in which their role speaks, such as joint texts: whose turn is ours
    decisions     of counsel: requests and drafts that wait for them
    approvals     drafts of others whose next step is theirs, as the list of drafts says
    sheets        requests that they are writing and has not kept as drafts: nobody else sees them
    drafts        their own that have not gone out
    reviews       of what one officer released alone

Each is a part of a list that has a page of its own: some lines, and whether there are more.
What they may not read is in none of them.

Floor: node.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from comity.acts.record import Matter
from comity.acts.urgencies import URGENCIES
from comity.domestic.legal import view as legal_view
from comity.domestic.officer import role
from comity.domestic.release import review
from comity.domestic.release.decide import EMERGENCY
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import filing, profile
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Wanted
from comity.node.base.rooms import kinds_with
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk import due_list, matter_label, matter_lines, worksheets
from comity.node.desk.duty import access, intake, shifts, work
from comity.node.desk.duty.intake import Inbox
from comity.node.desk.duty.shifts import Desk
from comity.node.desk.duty.work import Lines
from comity.node.desk.matter_label import Called
from comity.node.desk.matter_lines import Shown
from comity.node.desk.worksheets import Worksheet
from comity.node.room import fold_cache, need_to_know, unread
from comity.node.room import nation_profile as nations
from comity.node.room.clocks import reckon
from comity.node.room.release import draft_list, draft_store, emergency_review, legal_gate

LINES: Final = 15
"""Of each part; its own page has the rest."""
SHEETS: Final = 5
"""Of what is being written: each is judged by its guideline anew."""
ARRIVALS_MAX: Final = 60
"""Of what nobody here has opened."""
LOOKED_MAX: Final = 60
"""Requests that are looked at for a part of which not every one is."""
AHEAD_MS: Final = 3 * 24 * 3_600_000
"""How far ahead clocks are shown."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A matter of another State that nobody here has opened.

    Attributes:
        kind: of the matter.
        id: of the matter.
        channel: its path.
        urgency: a code.
        is_pressing: whether it must not wait: urgent, or on the hotline.
        asker: the party that asked.
        type: by which lists filter, or "".
        at_ms: when it was received.
        called: its type in words and its file numbers.
        shown: with its clocks and what is next, where it presses; else None.
    """

    kind: str
    id: str
    channel: str
    urgency: str
    is_pressing: bool
    asker: str
    type: str
    at_ms: int
    called: Called
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One open clock.

    Attributes:
        request: whose it is.
        name: of the clock.
        party: whose duty it is.
        status: of the clock.
        by_ms: the first instant that is too late, or None while it waits.
        age: see `matter_lines.age_of`.
        lapses: whether nothing ends it.
    """

    request: Shown
    name: str
    party: str
    status: str
    by_ms: int | None
    age: str
    lapses: bool


LAPSING_MS: Final = 10 * 24 * 3_600_000
"""How far ahead evidence is shown that lapses: an extension takes days."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """What waits for counsel.

    Attributes:
        request: of another State, or None for a draft.
        draft: of our own, or None for a request.
        questions: that are not decided, or not anew since it changed.
    """

    request: Shown | None
    draft: draft_list.Line | None
    questions: int


@dataclass(frozen=True, slots=True)
class Part[T]:
    """Some lines of a list, and whether it has more."""

    lines: tuple[T, ...] = ()
    is_more: bool = False

    def __bool__(self) -> bool:
        """Return whether there is anything."""
        return bool(self.lines)


@dataclass(frozen=True, slots=True)
class Today:
    """What an officer must do now.

    Attributes:
        now_ms: the instant.
        is_watched: whether everything that presses and arrived is shown to them, so that nobody
            else need be woken while they have this before them.
        lapsing: for who may write; see the module, like all that follows.
        arrivals: what is new.
        inbox: None for who is not at the contact point.
        mine: what they have themselves.
        agency: what their agency has.
        ours: clocks of this State that run out soon, or ran out and press.
        late: its other clocks that ran out.
        theirs: overdue clocks of others.
        turns: of rooms that let their role say what nobody else does.
        decisions: None for who is not counsel.
        approvals: drafts of others whose next step is theirs, beside decisions of counsel.
        sheets: that they are writing, the more urgent first, then those saved last.
        drafts: that they wrote, those that wait for them first.
        reviews: that are due.
        desk: the shift, or None for who has none.
        colleagues: who can take the desk over.
    """

    now_ms: int
    is_watched: bool
    lapsing: Part[Clock]
    arrivals: Part[Arrival]
    inbox: Inbox | None
    mine: Lines
    agency: Lines
    ours: Part[Clock]
    late: Part[Clock]
    theirs: Part[Clock]
    turns: Part[Shown]
    decisions: Part[Undecided] | None
    approvals: Part[draft_list.Line]
    sheets: Part[Worksheet]
    drafts: Part[draft_list.Line]
    reviews: tuple[emergency_review.Shown, ...]
    desk: Desk | None
    colleagues: tuple[str, ...]


def today(node: Node, officer: Officer) -> Today:
    """Return what an officer must do now.

    Raises:
        Fault: `node.store.*`.
    """
    is_working = not set(access.WORKING).isdisjoint(officer.roles)
    inbox = intake.inbox(node, officer, count_max=LINES)
    written = tuple(_drafts(node, officer))
    return Today(
        now_ms=node.clock.now_ms(),
        is_watched=is_watching(node, officer),
        lapsing=_lapsing(node, officer),
        arrivals=arrivals(node, officer),
        inbox=None if isinstance(inbox, Inadmissible) else inbox,
        mine=work.of_officer(node, officer, count_max=LINES),
        agency=work.of_agency(node, officer, count_max=LINES),
        ours=_ours(node, officer),
        late=_clocks(node, officer, _late(node, is_pressing=False)),
        theirs=_clocks(node, officer, due_list.Wanted(is_overdue=True, not_party=node.party)),
        turns=_turns(node, officer),
        decisions=_decisions(node, officer) if role.COUNSEL in officer.roles else None,
        approvals=_part(one for one in written if _is_to_approve(officer, one)),
        sheets=_sheets(node, officer),
        drafts=_part(
            sorted(
                (one for one in written if one.author == officer.name),
                key=lambda one: not one.is_mine,
            )
        ),
        reviews=_reviews(node, officer),
        desk=shifts.show(node, officer) if is_working else None,
        colleagues=colleagues(node, officer) if is_working else (),
    )


def arrivals(node: Node, officer: Officer) -> Part[Arrival]:
    """Return what was asked of this State and nobody here has opened, the most urgent first."""
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        wanted = unread.wanted(node.rooms, node.party)
        found = unread.listed(tx, reader, wanted, ARRIVALS_MAX + 1)
        new = [_arrival(node, tx, row) for row in found[:ARRIVALS_MAX]]
    rows = [row for row, one in zip(found, new, strict=False) if one.is_pressing]
    states = [fold_cache.of(node.rooms, row) for row in rows]
    shown = {one.row.matter: one for one in matter_lines.shown(node, rows, states)}
    told = (replace(one, shown=shown.get(Matter(one.kind, one.id))) for one in new)
    return Part(tuple(told), len(found) > ARRIVALS_MAX)


def is_watching(node: Node, officer: Officer) -> bool:
    """Return whether an officer is shown everything that arrives.

    The contact point reads what arrives, whichever agency it is addressed to.  Where there is
    none, an officer of the only agency does.
    """
    if set(access.WORKING).isdisjoint(officer.roles):
        return False
    with node.store.read() as tx:
        if access.has_contact_point(tx):
            return role.CONTACT_POINT in officer.roles
        return profile.agency_ids(tx) <= {officer.agency}


def _arrival(node: Node, tx: Tx, row: MatterRow) -> Arrival:
    return Arrival(
        kind=row.matter.kind,
        id=row.matter.id,
        channel=row.channel,
        urgency=row.urgency,
        is_pressing=filing.is_pressing(tx, row.channel, row.urgency),
        asker=row.asker,
        type=node.rooms[row.matter.kind].listed(fold_cache.of(node.rooms, row), node.party).type,
        at_ms=row.at_ms,
        called=matter_label.of_row(node, tx, row),
    )


def _ours(node: Node, officer: Officer) -> Part[Clock]:
    """Return emergencies, then what presses and is late, then what can still be done in time."""
    late = _clocks(node, officer, _late(node, is_pressing=True))
    now_ms = node.clock.now_ms()
    ahead = due_list.Wanted(party=node.party, from_ms=now_ms + 1, until_ms=now_ms + AHEAD_MS)
    soon = _clocks(node, officer, ahead)
    shown = {one.request.id for one in late.lines}
    rest = (one for one in soon.lines if one.request.id not in shown and not one.lapses)
    found = sorted((*late.lines, *rest), key=lambda one: one.request.row.urgency != EMERGENCY)
    return Part(tuple(found), late.is_more or soon.is_more)


def _lapsing(node: Node, officer: Officer) -> Part[Clock]:
    """Return what is lost soon, for who can begin the request that saves it."""
    if set(worksheets.WRITING).isdisjoint(officer.roles):
        return Part()
    now_ms = node.clock.now_ms()
    wanted = due_list.Wanted(
        party=node.party, from_ms=now_ms + 1, until_ms=now_ms + LAPSING_MS, is_lapsing=True
    )
    return _clocks(node, officer, wanted)


def unrouted(node: Node, officer: Officer, but: Collection[str]) -> tuple[int, bool]:
    """Return how many requests have a clock of ours that is late, or soon will be.

    Args:
        node: ours.
        officer: who looks.
        but: ids of requests that they are told of otherwise.

    Returns:
        How many others there are, and whether there are more that were not counted.
    """
    if set(access.WORKING).isdisjoint(officer.roles):
        return 0, False
    until_ms = node.clock.now_ms() + AHEAD_MS
    wanted = due_list.Wanted(
        party=node.party, until_ms=until_ms, is_first=True, count_max=LOOKED_MAX
    )
    found = due_list.listing(node, officer, wanted)
    ids = {line.found.row.matter.id for line in found.lines}
    return len(ids.difference(but)), bool(found.after)


def _late(node: Node, *, is_pressing: bool) -> due_list.Wanted:
    return due_list.Wanted(party=node.party, is_overdue=True, is_pressing=is_pressing)


def _clocks(node: Node, officer: Officer, wanted: due_list.Wanted) -> Part[Clock]:
    """Return the first open clocks, the first one of each request."""
    found = due_list.listing(node, officer, replace(wanted, is_first=True, count_max=LINES))
    shown = matter_lines.told(node, [line.found for line in found.lines])
    clocks = (_clock(one, line) for one, line in zip(shown, found.lines, strict=True))
    return Part(tuple(clocks), bool(found.after))


def _clock(shown: Shown, line: due_list.Line) -> Clock:
    clock = line.timed.clock
    return Clock(
        request=shown,
        name=line.timed.rule.name,
        party=line.timed.party,
        status=clock.status,
        by_ms=clock.due_at_ms,
        age=matter_lines.age_of(clock.status, clock.due_at_ms, line.found.now_ms),
        lapses=line.timed.lapses,
    )


def _part[T](found: Iterable[T]) -> Part[T]:
    some = tuple(islice(found, LINES + 1))
    return Part(some[:LINES], len(some) > LINES)


def _drafts(node: Node, officer: Officer) -> Iterator[draft_list.Line]:
    """Give the drafts that an officer may read, the more urgent first, then the older."""
    with node.store.read() as tx:
        read = draft_store.read_by(tx, need_to_know.reader(tx, officer))
        found = draft_list.of_drafts(tx, node, officer, read)
    yield from sorted(found, key=lambda one: (_rank(one.urgency), one.at_ms))


def _sheets(node: Node, officer: Officer) -> Part[Worksheet]:
    """Return what an officer is writing: it waits for nobody but them."""
    own = worksheets.listing(node, officer)
    found = sorted(own, key=lambda one: _rank(one.text("urgency")))
    return Part(tuple(found[:SHEETS]), len(found) > SHEETS)


def _rank(urgency: str) -> int:
    known: Sequence[str] = URGENCIES
    return known.index(urgency) if urgency in known else len(known)


def _is_to_approve(officer: Officer, one: draft_list.Line) -> bool:
    is_decided = one.turn in (draft_list.APPROVER, draft_list.RELEASE)
    return one.is_mine and is_decided and one.author != officer.name


def _turns(node: Node, officer: Officer) -> Part[Shown]:
    """Return what waits for this State of kinds in which an officer's role speaks beside others."""
    kinds = kinds_with(node.rooms, lambda room: not room.speakers.isdisjoint(officer.roles))
    wanted = (Wanted(kind=kind, holder=node.party) for kind in kinds)
    with node.store.read() as tx:
        rows = unread.listed(tx, need_to_know.reader(tx, officer), wanted, LINES + 1)
    states = [fold_cache.of(node.rooms, row) for row in rows]
    return _part(matter_lines.shown(node, rows, states))


def _decisions(node: Node, officer: Officer) -> Part[Undecided]:
    """Return what waits for counsel: requests by urgency and what is due first, then drafts."""
    wanted = (
        Wanted(kind=kind, not_asker=node.party, holder=node.party)
        for kind in kinds_with(node.rooms, lambda room: room.law)
    )
    found: list[Undecided] = []
    with node.store.read() as tx:
        nation = nations.in_force(tx)
        if nation is None:
            return Part()
        reader = need_to_know.reader(tx, officer)
        listed = unread.listed(tx, reader, wanted, LOOKED_MAX)
        asked_of_us: list[tuple[MatterRow, int]] = []
        for row in listed:
            count = _undecided(legal_gate.of_matter(tx, node, nation, row))
            if count:
                asked_of_us.append((row, count))
        now_ms = node.clock.now_ms()
        reckoned = [reckon(node, tx, row, now_ms, explain=False) for row, _ in asked_of_us[:LINES]]
        for draft in draft_store.read_by(tx, reader):
            subject = legal_gate.of_draft(
                tx, node, nation, draft.channel, draft.act, draft.content_sha256
            )
            if _undecided(subject):
                (one,) = draft_list.of_drafts(tx, node, officer, [draft])
                found.append(Undecided(None, one, _undecided(subject)))
    shown = matter_lines.told(node, reckoned)
    counts = [count for _, count in asked_of_us]
    told = sorted(zip(shown, counts[:LINES], strict=True), key=lambda one: _pressing(one[0]))
    every = (*(Undecided(one, None, count) for one, count in told), *found)
    is_more = len(every) > LINES or len(asked_of_us) > LINES or len(listed) == LOOKED_MAX
    return Part(every[:LINES], is_more)


_NEVER_MS: Final = 10**15


def _pressing(shown: Shown) -> tuple[int, int]:
    """Return where a request stands among others: by urgency, then by what is due first."""
    by_ms = shown.due.by_ms if shown.due else None
    return _rank(shown.row.urgency), _NEVER_MS if by_ms is None else by_ms


def _undecided(subject: legal_gate.Subject) -> int:
    open_ones = (legal_view.UNDECIDED, legal_view.STALE)
    return sum(row.status in open_ones for row in subject.rows())


def _reviews(node: Node, officer: Officer) -> tuple[emergency_review.Shown, ...]:
    if set(emergency_review.ROLES).isdisjoint(officer.roles):
        return ()
    return tuple(
        one for one in emergency_review.listing(node, officer) if one.status != review.REVIEWED
    )


def colleagues(node: Node, officer: Officer, *, is_self: bool = False) -> tuple[str, ...]:
    """Return the officers of an officer's agency who work on matters, themselves if asked for."""
    with node.store.read() as tx:
        found = access.officers_of(tx, officer.agency)
    return tuple(sorted(found if is_self else found - {officer.name}))
