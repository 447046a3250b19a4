"""What of what is held is to be destroyed, and when: by the guideline and by conditions.

What came before a request was reopened ends nothing, and it is closed once all of it is.  What is
evidence in another request too is not due before it is due there.

Source: docs/evidence.md; CETS 224 art. 14.
Floor: node.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts.record import Blob
from comity.clocks import run, term_count
from comity.clocks.term import Term
from comity.domestic.custody import retention
from comity.domestic.custody.retention import Due, Item, Rule
from comity.joint.guideline.model import Guideline
from comity.joint.request import acts, binding, clocks, state, table
from comity.joint.request.state import State
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.node.base import cursor
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader
from comity.node.base.rows import MatterRow, Officer, UnderstoodAct
from comity.node.exchange import blobs as exchange_bodies
from comity.node.exchange import destroyed_blobs, logs
from comity.node.room import calendars, guidelines, need_to_know
from comity.node.room.calendars import Adoptions
from comity.node.room.matter_lookup import every

ALARM: Final = "evidence.due"
STEP_MATTERS: Final = 64
"""Closed requests that are looked at in one step."""


LOOKED_MAX: Final = 256
"""Requests that one page looks at."""

type Known = dict[str, Adoptions]
"""The calendars of channels that were read in a transaction."""


@dataclass(slots=True)
class Reminded:
    """How far what is due was looked at.

    Attributes:
        reminded: id of the request that is over of which it was looked last what is due, or "".
        overdue: bodies that were found due since the first of them.
    """

    reminded: str = ""
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One blob that is to be destroyed, or was and is not attested.

    Attributes:
        row: the request.
        act_id: of the act that carries it.
        party: who gave it.
        due: which blob, when and why.
        attested: parties that have attested its destruction.
    """

    row: MatterRow
    act_id: str
    party: str
    due: Due
    attested: tuple[str, ...]


def listing(node: Node, officer: Officer, now_ms: int) -> list[Line]:
    """Return what is due or soon due on requests that an officer may read, the earliest first."""
    with node.store.read() as tx:
        rows = every(tx, need_to_know.reader(tx, officer), acts.KIND)
        known: Known = {}
        lines = [one for row in rows for one in of_request(node, tx, row, now_ms, known)]
    return sorted(filter(_is_near, lines), key=lambda one: (one.due.at_ms, one.row.matter.id))


def page(
    node: Node, officer: Officer, after: str, count: int, *, looked_max: int = LOOKED_MAX
) -> tuple[list[Line], str]:
    """Return some of it, by request, and the cursor of the next page or "".

    When something is due follows from the guideline, the calendars and all that was said, so it
    stands in no index.  A page looks at so many requests and no more, those that the officer may
    not read too: it may be short, or empty, and not the last.

    Args:
        node: ours.
        officer: who asks.
        after: the cursor of an earlier page, or "".
        count: of lines.
        looked_max: requests that are looked at.

    Raises:
        Fault: `node.cursor.malformed`.
    """
    with node.store.read() as tx:
        begun = _begun(tx, after)
        rows = tx.matters(acts.KIND, begun.passed, looked_max)
        lines = _behind(node, tx, need_to_know.reader(tx, officer), rows, begun, count + 1)
    if len(lines) > count:
        last = lines[count - 1]
        ids = [row.matter.id for row in rows if row.matter.id < last.row.matter.id]
        place = _Place(max(ids, default=begun.passed), last.row.matter.id, _order(last))
    elif len(rows) < looked_max:
        return lines, ""
    else:
        place = _Place(rows[-1].matter.id)
    return lines[:count], cursor.sealed(node, place.text())


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins.

    Attributes:
        passed: id behind which requests are looked at.
        at: id of the request in which the page before ended, or "".
        line: its last line there.
    """

    passed: str = ""
    at: str = ""
    line: tuple[str, str] = ("", "")

    def text(self) -> str:
        """Return it as text."""
        return ijson.render([self.passed, self.at, *self.line]).decode()


def _begun(tx: Tx, after: str) -> _Place:
    if not after:
        return _Place()
    try:
        match ijson.parse(cursor.opened_sealed(tx, after).encode()):
            case [str(passed), str(at), str(channel), str(sha256)]:
                return _Place(passed, at, (channel, sha256))
            case _:
                raise cursor.malformed(after)
    except Fault as fault:
        raise cursor.malformed(after) from fault


def _behind(
    node: Node,
    tx: Tx,
    reader: Reader,
    rows: Sequence[MatterRow],
    begun: _Place,
    count_max: int,
) -> list[Line]:
    lines: list[Line] = []
    now_ms = node.clock.now_ms()
    known: Known = {}
    for row in rows:
        if len(lines) >= count_max:
            break
        if tx.readable(reader, row.channel, row.matter) is not None:
            found = filter(_is_near, of_request(node, tx, row, now_ms, known))
            lines += [
                one
                for one in sorted(found, key=_order)
                if row.matter.id != begun.at or _order(one) > begun.line
            ]
    return lines


def _order(line: Line) -> tuple[str, str]:
    """Return where a line stands within the requests of one id."""
    return (line.row.channel, line.due.item.sha256)


def _is_near(line: Line) -> bool:
    return line.due.state != retention.LATER


def of_request(
    node: Node, tx: Tx, row: MatterRow, now_ms: int, known: Known | None = None
) -> list[Line]:
    """Return when each blob of a request that is held here is to be destroyed.

    What is evidence in another request too is not due before it is due there.

    Args:
        node: ours.
        tx: a read or write.
        row: the request.
        now_ms: the instant.
        known: calendars that were read before, of who asks of many requests.
    """
    known = {} if known is None else known
    return [
        one
        for one in _lines(node, tx, row, now_ms, known)
        if one.due.state != retention.DUE
        or not _needing(node, tx, row, one.due.item.sha256, now_ms, known)
    ]


def _needing(
    node: Node, tx: Tx, row: MatterRow, sha256: str, now_ms: int, known: Known
) -> list[MatterRow]:
    """Return the other requests that carry a body, and in which it is not due yet."""
    found: dict[tuple[str, str], MatterRow] = {}
    for named in tx.who_names(sha256):
        log = logs.require_log(tx, named.origin)
        for said in tx.acts(named.origin, named.index, named.index + 1):
            other = None if said.foreign else tx.matter(log.channel, said.act.matter)
            if other is not None and other.matter.kind == acts.KIND:
                found[other.channel, other.matter.id] = other
    found.pop((row.channel, row.matter.id), None)
    return [
        other
        for other in found.values()
        if not any(
            one.due.item.sha256 == sha256 and one.due.state == retention.DUE
            for one in _lines(node, tx, other, now_ms, known)
        )
    ]


def _lines(node: Node, tx: Tx, row: MatterRow, now_ms: int, known: Known) -> list[Line]:
    """Return when each blob of a request is to be destroyed, by what is said of it alone."""
    folded = state.from_json(row.state)
    guideline = guidelines.bound(node, tx, row.channel, folded.guideline)
    over = _over(folded)
    if over is None and guideline is None:
        return []
    carried = {blob.sha256: (act, blob) for act, blob in blobs(tx, row)}
    items = [
        _item(node, folded, act, blob)
        for act, blob in carried.values()
        if exchange_bodies.is_held(tx, blob.sha256) and not destroyed_blobs.is_gone(tx, blob.sha256)
    ]
    if guideline is not None and row.channel not in known:
        known[row.channel] = calendars.adopted(node, tx, row.channel)
    rules = _rules(guideline, folded, known[row.channel], now_ms) if guideline else []
    ends = retention.due(items, rules, over.at_ms if over else None, now_ms)
    return [_line(row, folded, carried[one.item.sha256][0], one) for one in ends]


def blobs(tx: Tx, row: MatterRow) -> Iterator[tuple[UnderstoodAct, Blob]]:
    """Give every blob that the acts of a request name, with its act."""
    for act in tx.acts_of(row.channel, row.matter):
        for blob in act.act.blobs:
            yield act, blob


def _item(node: Node, folded: State, act: UnderstoodAct, blob: Blob) -> Item:
    is_sample = blob.media_type == _SAMPLE
    bound = () if act.party == node.party else binding.binding(folded, act.party, act.act.id)
    return Item(blob.sha256, blob.role, is_sample, frozenset(bound))


_SAMPLE: Final = "application/x-malware"


def _line(row: MatterRow, folded: State, act: UnderstoodAct, due: Due) -> Line:
    attested = {one.party for one in folded.destroyed if due.item.sha256 in one.blobs}
    return Line(row, act.act.id, act.party, due, tuple(sorted(attested)))


@dataclass(frozen=True, slots=True)
class _Event:
    """When something came last, and on whose track."""

    at_ms: int
    track: str


_ENDS: Final = (retention.CLOSED, "withdrawn", "superseded")


def _over(folded: State) -> _Event | None:
    """Return since when nothing more is expected of any addressee; None while something is.

    A request that was withdrawn can be closed no more, and what was given before stays given.
    """
    is_over = all(track.status in table.OVER for track in folded.tracks)
    return _last(folded, *_ENDS) if is_over else None


def _last(folded: State, *events: str) -> _Event | None:
    """Return the last of these events on any addressee's track, or None.

    One that came before its track was reopened has to come again.
    """
    found: list[_Event] = []
    for track in folded.tracks:
        own: list[_Event] = []
        for mark in clocks.marks(folded, track.party):
            if mark.event in events:
                own += [] if mark.at_ms is None else [_Event(mark.at_ms, track.party)]
            elif mark.event == table.REOPENED:
                own = []
        found += own
    return max(found, key=lambda one: one.at_ms, default=None)


def _rules(guideline: Guideline, folded: State, adopted: Adoptions, now_ms: int) -> list[Rule]:
    """Return the retention of a guideline with the ends that its events give."""
    rules: list[Rule] = []
    for one in guideline.retention:
        last = _over(folded) if one.after == retention.CLOSED else _last(folded, one.after)
        ends: dict[str, int] = {}
        if last is not None:
            term = Term(one.length.amount, one.length.unit, one.length.of)
            sides = clocks.sides(folded, last.track, adopted.periods).at(now_ms)
            days = run.side_calendar(term.of, sides)
            ends[one.after] = term_count.count(term, days, last.at_ms, (), rolls=False).due_ms
        rules.append(Rule(one.blob, one.after, ends))
    return rules


def remind(node: Node) -> int:
    """Raise an alarm where something is due to be destroyed, and clear it where nothing is.

    Looks at every request that was closed or withdrawn; return how many bodies are due.
    """
    done = None
    while done is None:
        done = remind_step(node)
    return done


def remind_step(node: Node) -> int | None:
    """Look at some requests that are over, whoever may read them: the operator is told a number.

    Years of them are read a page at a time, each in a transaction of its own: one that read for
    long would keep SQLite from emptying its write-ahead log, and every commit would pay for it.

    Returns:
        How many bodies are due once all were looked at and the alarm was told; None before.
    """
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        page = tx.matters(acts.KIND, node.session.of(Reminded).reminded, STEP_MATTERS, over=True)
        known: Known = {}
        lines = [one for row in page for one in of_request(node, tx, row, now_ms, known)]
    overdue = node.session.of(Reminded).overdue + sum(
        one.due.state == retention.DUE for one in lines
    )
    if page:
        node.session.of(Reminded).reminded, node.session.of(Reminded).overdue = (
            page[-1].matter.id,
            overdue,
        )
        return None
    node.session.of(Reminded).reminded, node.session.of(Reminded).overdue = "", 0
    if overdue:
        bodies = "One body is" if overdue == 1 else f"{overdue} bodies are"
        node.alarms.raise_alarm(ALARM, f"{bodies} due to be destroyed.")
    else:
        node.alarms.clear(ALARM)
    return overdue
