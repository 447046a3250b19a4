"""Matters as the operator's page shows them: codes, times and items, no content.

Floor: node.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Final

from comity.acts.record import Matter, Office
from comity.node.base import cursor, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Wanted
from comity.node.base.rooms import Rooms, kinds_with
from comity.node.base.rows import MatterRow, UnderstoodAct
from comity.node.base.story import Turn
from comity.node.exchange import status
from comity.node.exchange.refold import Times
from comity.node.room import fold_cache, matter_read, need_to_know, parties, unread
from comity.node.room.parties import Known, PartyName

PAGE_MATTERS: Final = 50
ACTS_MAX: Final = 200
"""Of one matter, that its page shows."""

ELEMENTS_MAX: Final = 256
"""Likewise."""

LOOKED_MAX: Final = 200
"""Of what others asked and nobody answered, so many are looked at for those that nobody has opened:
what waits for this State comes first, and of that the more urgent."""


type Words = Mapping[str, str]
"""A word of a room in each language, `{"en": …, "zh": …}`."""


@dataclass(frozen=True, slots=True)
class MatterLine:
    """One line of a list.

    Attributes:
        kind: `request`.
        id: of the matter.
        channel_name: `live`, `hotline`, or an exercise's name.
        status: the room's code.
        words: that status in words.
        asker: who opened it, or None.
        holder: who holds the ball, or None.
        urgency: a code, or "".
        is_alarming: see `is_alarming`.
        at_ms: effective time of its newest act.
    """

    kind: str
    id: str
    channel_name: str
    status: str
    words: Words
    asker: PartyName | None
    holder: PartyName | None
    urgency: str
    is_alarming: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many matters stand so."""

    status: str
    words: Words
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Matters counted.

    Attributes:
        total: of all of them.
        by_status: in the order of a matter's life.
    """

    total: int
    by_status: tuple[StatusCount, ...]


@dataclass(frozen=True, slots=True)
class First:
    """What an operator looks at first.

    Attributes:
        lines: what presses and nobody has opened, then what the list begins with.
        is_whole: whether everything that nobody has opened was looked at for it.
    """

    lines: tuple[MatterLine, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class MatterPage:
    """One page of the list.

    Attributes:
        lines: what waits for this State first, then the more urgent, then the newer.
        counts: of all matters.
        status: what is filtered by, or "".
        after: the cursor after which the page begins, or "".
        next_after: the cursor after which the next page begins, or "" on the last.
    """

    lines: tuple[MatterLine, ...]
    counts: Counts
    status: str
    after: str
    next_after: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """When an act reached a party.

    Attributes:
        party: the other party.
        is_cosignature_known: whether its cosignatures come to this node: on our acts, and ours.
        cosigned_at_ms: when it signed that it durably holds the act, by its clock; or None.
        received_at_ms: effective time of its receipt, or None.
    """

    party: PartyName
    is_cosignature_known: bool
    cosigned_at_ms: int | None
    received_at_ms: int | None


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act on the two-lane time line.

    Attributes:
        is_ours: which lane.
        author: who said it.
        office: agency and office that spoke.
        act_id: its id.
        tag: its kind and version.
        words: what it did, in words.
        items: ids it names.
        reason: a code, or "".
        is_crossed: whether its author had not seen what stands before it.
        takes_effect: whether it changed more than the time line.
        origin: its log.
        index: its place there.
        signed_at_ms: when the first head that covers it was signed, or None.
        arrivals: at each other party.
    """

    is_ours: bool
    author: PartyName
    office: Office
    act_id: str
    tag: str
    words: Words
    items: tuple[str, ...]
    reason: str
    is_crossed: bool
    takes_effect: bool
    origin: str
    index: int
    signed_at_ms: int | None
    arrivals: tuple[Arrival, ...]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """How far one addressee is with one item: `open`, `refused`, `answered`."""

    party: PartyName
    item: str
    state: str


@dataclass(frozen=True, slots=True)
class MatterView:
    """One matter.

    Attributes:
        line: as in the list.
        type: request type, a code, or "".
        guideline: the version it is bound to, or "".
        elements: ids of the elements that are present, the first of them.
        items: each addressee's.
        next_words: what this State does next, in words.
        acts: the newest, in the order of the matter.
        earlier: how many acts come before them.
        digest: of the folded state; equal on both nodes at the same cut.
    """

    line: MatterLine
    type: str
    guideline: str
    elements: tuple[str, ...]
    items: tuple[ItemLine, ...]
    next_words: Words
    acts: tuple[ActLine, ...]
    earlier: int
    digest: str


def page(node: Node, tx: Tx, known: Known, status: str, after: str) -> MatterPage:
    """Return one page of the list.

    Args:
        node: ours.
        tx: a read.
        known: parties by id.
        status: only matters that stand so, or "" for all.
        after: a cursor that an earlier page gave, or "".

    Raises:
        Fault: `node.cursor.malformed`.
    """
    wanted = Wanted(frozenset({status} if status else ()), kind=listed_kind(node.rooms))
    found = tx.listed(need_to_know.every(tx), wanted, cursor.place_of(after), PAGE_MATTERS + 1)
    cut = found[:PAGE_MATTERS]
    return MatterPage(
        lines=tuple(line_of(node, tx, row, known) for _, row in cut),
        counts=counts(node, tx),
        status=status,
        after=after,
        next_after=cursor.of_place(cut[-1][0]) if len(found) > PAGE_MATTERS else "",
    )


def listed_kind(rooms: Rooms) -> str:
    """Return the kind of the matters that the operator's pages list: the first with a story."""
    return next(iter(kinds_with(rooms, lambda room: room.story)), "")


def counts(node: Node, tx: Tx) -> Counts:
    """Return how many matters there are."""
    kind = listed_kind(node.rooms)
    found = tx.counts(need_to_know.every(tx), kind)
    order = [status for status in node.rooms[kind].status_words if status in found]
    order += sorted(set(found) - set(order))
    by_status = (StatusCount(one, _status_words(node, kind, one), found[one]) for one in order)
    return Counts(total=sum(found.values()), by_status=tuple(by_status))


def first(node: Node, tx: Tx, known: Known, count_max: int) -> First:
    """Return the matters that an operator looks at first."""
    every = need_to_know.every(tx)
    theirs = (replace(one, holder="") for one in unread.wanted(node.rooms, node.party))
    looked_at = unread.listed(tx, every, theirs, LOOKED_MAX)
    alarming = (row for row in looked_at if is_alarming(node, tx, row))
    listed = Wanted(kind=listed_kind(node.rooms))
    newest = (row for _, row in tx.listed(every, listed, None, count_max))
    rows = {(row.channel, row.matter): row for row in chain(alarming, newest)}
    lines = tuple(line_of(node, tx, row, known) for row in islice(rows.values(), count_max))
    return First(lines, len(looked_at) < LOOKED_MAX)


def line_of(node: Node, tx: Tx, row: MatterRow, known: Known) -> MatterLine:
    """Return a matter as a line of a list."""
    room = node.rooms[row.matter.kind]
    status = room.listed(fold_cache.of(node.rooms, row), node.party).status
    return MatterLine(
        kind=row.matter.kind,
        id=row.matter.id,
        channel_name=row.channel.partition("/")[2],
        status=status,
        words=_status_words(node, row.matter.kind, status),
        asker=parties.name_of(known, row.asker) if row.asker else None,
        holder=parties.name_of(known, row.holder) if row.holder else None,
        urgency=row.urgency,
        is_alarming=is_alarming(node, tx, row),
        at_ms=row.at_ms,
    )


def is_alarming(node: Node, tx: Tx, row: MatterRow) -> bool:
    """Return whether somebody must be woken for it, see `unread`."""
    return unread.must_ring(node.rooms, tx, row, node.party)


def rows_of(tx: Tx, kind: str, matter_id: str) -> list[MatterRow]:
    """Return the matter of that kind and id in each channel that has one."""
    channels = dict.fromkeys(log.channel for log in tx.logs())
    found = (tx.matter(channel, Matter(kind, matter_id)) for channel in channels)
    return [row for row in found if row]


def view_of(node: Node, tx: Tx, row: MatterRow, known: Known) -> MatterView:
    """Return one matter with the newest of its time line; the other side may say any number."""
    room, now = node.rooms[row.matter.kind], fold_cache.of(node.rooms, row)
    assert room.story is not None, "`page.matter` asks for no other"
    story = room.story(now)
    places = {(one.party, one.act.id): one for one in tx.acts_of(row.channel, row.matter)}
    every = [
        (turn, places[turn.party, turn.act_id])
        for turn in story.turns
        if (turn.party, turn.act_id) in places
    ]
    turns, times = every[-ACTS_MAX:], Times(tx, trust.load(tx, row.channel))
    return MatterView(
        line=line_of(node, tx, row, known),
        type=room.listed(now, node.party).type,
        guideline=story.text_sha256,
        elements=story.elements[:ELEMENTS_MAX],
        items=tuple(
            ItemLine(parties.name_of(known, party), item, stands)
            for party, item, stands in story.items
        ),
        next_words=room.next(now, node.party)[1],
        acts=tuple(_act(node, tx, times, turn, place, known) for turn, place in turns),
        earlier=len(every) - len(turns),
        digest=row.digest,
    )


def _status_words(node: Node, kind: str, status: str) -> Words:
    return node.rooms[kind].status_words.get(status) or {"en": status, "zh": status}


def _act(
    node: Node, tx: Tx, times: Times, turn: Turn, place: UnderstoodAct, known: Known
) -> ActLine:
    head = status.first_head(tx, place.origin, place.index + 1)
    return ActLine(
        is_ours=place.party == node.party,
        author=parties.name_of(known, place.party),
        office=place.act.speaker,
        act_id=place.act.id,
        tag=place.act.tag,
        words=turn.words,
        items=turn.items,
        reason=turn.reason,
        is_crossed=turn.is_crossed,
        takes_effect=turn.takes_effect,
        origin=place.origin,
        index=place.index,
        signed_at_ms=head.time_s * 1_000 if head else None,
        arrivals=tuple(
            Arrival(
                party=parties.name_of(known, one.party),
                is_cosignature_known=node.party in {place.party, one.party},
                cosigned_at_ms=one.cosigned_at_ms,
                received_at_ms=one.received_at_ms,
            )
            for one in matter_read.deliveries(tx, place, times)
        ),
    )
