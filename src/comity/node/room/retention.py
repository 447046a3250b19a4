"""What of what is held is to be destroyed, and when: by the text agreed and by conditions.

Which matters are over, and what the text says of them, is the answer of their rooms.  What is
evidence in another matter too is not due before it is due there.

Source: docs/evidence.md; CETS 224 art. 14.
Floor: node.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts.record import Blob, Matter
from comity.domestic.custody import retention
from comity.domestic.custody.retention import Due, Item
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.node.base import cursor
from comity.node.base.bindings import Retention
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader
from comity.node.base.rooms import Room, State
from comity.node.base.rows import MatterRow, Officer, UnderstoodAct
from comity.node.exchange import blobs as exchange_bodies
from comity.node.exchange import destroyed_blobs, logs
from comity.node.room import calendars, fold_cache, joint_texts, need_to_know
from comity.node.room.calendars import Adoptions
from comity.node.room.matter_lookup import every

ALARM: Final = "evidence.due"
STEP_MATTERS: Final = 64
"""Matters that are over that are looked at in one step."""

LOOKED_MAX: Final = 256
"""Matters that one page looks at."""

type Known = dict[str, Adoptions]
"""The calendars of channels that were read in a transaction."""


@dataclass(slots=True)
class Reminded:
    """How far what is due was looked at.

    Attributes:
        kinds: of matters that were looked at to the last.
        reminded: id of the matter that is over of which it was looked last what is due, or "".
        overdue: bodies that were found due since the first of them.
    """

    kinds: int = 0
    reminded: str = ""
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One blob that is to be destroyed, or was and is not attested.

    Attributes:
        row: the matter.
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
    """Return what is due or soon due on matters that an officer may read, the earliest first."""
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        rows = [row for kind in _kinds(node) for row in every(tx, reader, kind)]
        known: Known = {}
        lines = [one for row in rows for one in of_matter(node, tx, row, now_ms, known)]
    return sorted(filter(_is_near, lines), key=lambda one: (one.due.at_ms, one.row.matter.id))


def _kinds(node: Node) -> list[str]:
    """Return the kinds of matters whose blobs are kept for a time."""
    return sorted(kind for kind, room in node.rooms.items() if room.retention is not None)


def page(
    node: Node, officer: Officer, after: str, count: int, *, looked_max: int = LOOKED_MAX
) -> tuple[list[Line], str]:
    """Return some of it, by matter, and the cursor of the next page or "".

    When something is due follows from the text, the calendars and all that was said, so it
    stands in no index.  A page looks at so many matters of one kind and no more, those that the
    officer may not read too: it may be short, or empty, and not the last.

    Args:
        node: ours.
        officer: who asks.
        after: the cursor of an earlier page, or "".
        count: of lines.
        looked_max: matters that are looked at.

    Raises:
        Fault: `node.cursor.malformed`.
    """
    kinds = _kinds(node)
    with node.store.read() as tx:
        begun = _begun(tx, after)
        kind = begun.kind or next(iter(kinds), "")
        rows = tx.matters(kind, begun.passed, looked_max) if kind else []
        lines = _behind(node, tx, need_to_know.reader(tx, officer), rows, begun, count + 1)
        later = next((one for one in kinds if one > kind and tx.matters(one, "", 1)), "")
    if len(lines) > count:
        last = lines[count - 1]
        ids = [row.matter.id for row in rows if row.matter.id < last.row.matter.id]
        passed = max(ids, default=begun.passed)
        place = _Place(kind, passed, last.row.matter.id, _order(last))
    elif len(rows) >= looked_max:
        place = _Place(kind, rows[-1].matter.id)
    elif later:
        place = _Place(later)
    else:
        return lines, ""
    return lines[:count], cursor.sealed(node, place.text())


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins.

    Attributes:
        kind: of the matters that are looked at, or "" for the first.
        passed: id behind which matters are looked at.
        at: id of the matter in which the page before ended, or "".
        line: its last line there.
    """

    kind: str = ""
    passed: str = ""
    at: str = ""
    line: tuple[str, str] = ("", "")

    def text(self) -> str:
        """Return it as text."""
        return ijson.render([self.kind, self.passed, self.at, *self.line]).decode()


def _begun(tx: Tx, after: str) -> _Place:
    if not after:
        return _Place()
    try:
        match ijson.parse(cursor.opened_sealed(tx, after).encode()):
            case [str(kind), str(passed), str(at), str(channel), str(sha256)]:
                return _Place(kind, passed, at, (channel, sha256))
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
            found = filter(_is_near, of_matter(node, tx, row, now_ms, known))
            lines += [
                one
                for one in sorted(found, key=_order)
                if row.matter.id != begun.at or _order(one) > begun.line
            ]
    return lines


def _order(line: Line) -> tuple[str, str]:
    """Return where a line stands within the matters of one id."""
    return (line.row.channel, line.due.item.sha256)


def _is_near(line: Line) -> bool:
    return line.due.state != retention.LATER


def of_matter(
    node: Node, tx: Tx, row: MatterRow, now_ms: int, known: Known | None = None
) -> list[Line]:
    """Return when each blob of a matter that is held here is to be destroyed.

    What is evidence in another matter too is not due before it is due there.

    Args:
        node: ours.
        tx: a read or write.
        row: the matter.
        now_ms: the instant.
        known: calendars that were read before, of who asks of many matters.
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
    """Return the other matters that carry a body, and in which it is not due yet."""
    found: dict[tuple[str, Matter], MatterRow] = {}
    for named in tx.who_names(sha256):
        log = logs.require_log(tx, named.origin)
        for said in tx.acts(named.origin, named.index, named.index + 1):
            other = None if said.foreign else tx.matter(log.channel, said.act.matter)
            if other is not None and _retention(node, other) is not None:
                found[other.channel, other.matter] = other
    found.pop((row.channel, row.matter), None)
    return [
        other
        for other in found.values()
        if not any(
            one.due.item.sha256 == sha256 and one.due.state == retention.DUE
            for one in _lines(node, tx, other, now_ms, known)
        )
    ]


def _retention(node: Node, row: MatterRow) -> Retention | None:
    room = node.rooms.get(row.matter.kind)
    return None if room is None else room.retention


def _lines(node: Node, tx: Tx, row: MatterRow, now_ms: int, known: Known) -> list[Line]:
    """Return when each blob of a matter is to be destroyed, by what is said of it alone."""
    kept = _retention(node, row)
    if kept is None:
        return []
    room, folded = node.rooms[row.matter.kind], fold_cache.of(node.rooms, row)
    text = joint_texts.of_matter(node, tx, row.channel, room.bound(folded, None), now_ms)
    over_ms = kept.over_ms(folded)
    if over_ms is None and text is None:
        return []
    carried = {blob.sha256: (act, blob) for act, blob in blobs(tx, row)}
    items = [
        _item(node, room, folded, act, blob)
        for act, blob in carried.values()
        if exchange_bodies.is_held(tx, blob.sha256) and not destroyed_blobs.is_gone(tx, blob.sha256)
    ]
    if text is not None and row.channel not in known:
        known[row.channel] = calendars.adopted(node, tx, row.channel)
    rules = () if text is None else kept.rules(folded, text, known[row.channel], now_ms)
    ends = retention.due(items, rules, over_ms, now_ms)
    return [_line(row, kept, folded, carried[one.item.sha256][0], one) for one in ends]


def blobs(tx: Tx, row: MatterRow) -> Iterator[tuple[UnderstoodAct, Blob]]:
    """Give every blob that the acts of a matter name, with its act."""
    for act in tx.acts_of(row.channel, row.matter):
        for blob in act.act.blobs:
            yield act, blob


def _item(node: Node, room: Room, folded: State, act: UnderstoodAct, blob: Blob) -> Item:
    is_sample = blob.media_type == _SAMPLE
    is_own = act.party == node.party
    bound = () if is_own else room.conditions(folded, None, act.party, act.act.id)
    return Item(blob.sha256, blob.role, is_sample, frozenset(one.code for one in bound))


_SAMPLE: Final = "application/x-malware"


def _line(row: MatterRow, kept: Retention, folded: State, act: UnderstoodAct, due: Due) -> Line:
    return Line(row, act.act.id, act.party, due, tuple(kept.attested(folded, due.item.sha256)))


def remind(node: Node) -> int:
    """Raise an alarm where something is due to be destroyed, and clear it where nothing is.

    Looks at every matter of which something can be due; return how many bodies are.
    """
    done = None
    while done is None:
        done = remind_step(node)
    return done


def remind_step(node: Node) -> int | None:
    """Look at some matters that are over, whoever may read them: the operator is told a number.

    Years of them are read a page at a time, each in a transaction of its own: one that read for
    long would keep SQLite from emptying its write-ahead log, and every commit would pay for it.

    Returns:
        How many bodies are due once all were looked at and the alarm was told; None before.
    """
    now_ms, kinds = node.clock.now_ms(), _kinds(node)
    seen = node.session.of(Reminded)
    if seen.kinds < len(kinds):
        kept = node.rooms[kinds[seen.kinds]].retention
        is_over = kept is not None and kept.is_of_over
        with node.store.read() as tx:
            page = tx.matters(kinds[seen.kinds], seen.reminded, STEP_MATTERS, over=is_over)
            known: Known = {}
            lines = [one for row in page for one in of_matter(node, tx, row, now_ms, known)]
        seen.overdue += sum(one.due.state == retention.DUE for one in lines)
        seen.reminded = page[-1].matter.id if page else ""
        seen.kinds += not page
        if page or seen.kinds < len(kinds):
            return None
    overdue = seen.overdue
    seen.kinds, seen.reminded, seen.overdue = 0, "", 0
    if overdue:
        bodies = "One body is" if overdue == 1 else f"{overdue} bodies are"
        node.alarms.raise_alarm(ALARM, f"{bodies} due to be destroyed.")
    else:
        node.alarms.clear(ALARM)
    return overdue
