"""What came to be known here since: every act that an officer reads, for who must lose none.

    act.arrived, act.sent    an act counts; here in the order in which this node understood them
    act.gone                 an act that was told counts no more
    matter.opened            a matter is read from now on whose acts were passed over: read it whole

A cursor is a number of `comity.node.base.arrival_order` with the hash over all up to it, sealed.
Nothing is behind a cursor that its officer could have read and was not given: what they may read is
part of it, and what is opened to them later is told then.  While a channel is understood anew its
matters are missing, so nothing is passed over there until they are back.

Floor: node.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from comity.domestic.webhook import kinds
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.node.base import arrival_order, cursor
from comity.node.base.arrival_order import Heard
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import REVIEWERS
from comity.node.base.rows import Officer
from comity.node.exchange import refold_queue
from comity.node.room import need_to_know
from comity.node.room.need_to_know import Reader

GONE: Final = "act.gone"
OPENED: Final = "matter.opened"

LOOKED_MAX: Final = 1_000
"""Rows that one page looks at, whatever is hidden among them."""

_KEYS_CHARS: Final = 16


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that came to be known.

    Attributes:
        type: `act.arrived`, `act.sent`, `act.gone` or `matter.opened`.
        row: of what.
        urgency: of the matter, as it is now.
    """

    type: str
    row: Heard
    urgency: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines.

    Attributes:
        lines: in order.
        after: cursor of what comes next; there always is one.
        is_more: whether something is there already.
    """

    lines: tuple[Line, ...]
    after: str
    is_more: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """What a cursor says.

    Attributes:
        number: of the last row that was looked at, or 0.
        chain: hash over all rows up to it.
        officer: who reads.
        keys: digest of the keys that they read by.
    """

    number: int
    chain: bytes
    officer: str
    keys: str

    def text(self) -> str:
        """Return it as text."""
        value: ijson.Json = [self.number, self.chain.hex(), self.officer, self.keys]
        return ijson.render(value).decode()


def page(node: Node, officer: Officer, after: str, count_max: int) -> Page:
    """Return what an officer reads behind a cursor.

    Args:
        node: ours.
        officer: who asks.
        after: a cursor that they were given, or "" for the beginning.
        count_max: lines at most.

    Raises:
        Fault: `node.cursor.malformed`, `.other-officer`, `.other-access`, `.ahead`.
    """
    with node.store.read() as tx:
        reader = reader_of(tx, officer)
        begun = _begun(tx, reader, after)
        rows = tx.heard(begun.number + 1, LOOKED_MAX + 1)
        looked, lines = _look(tx, node, reader, rows[:LOOKED_MAX], count_max)
        is_held_back = looked < min(len(rows), LOOKED_MAX) and len(lines) < count_max
    is_more = looked < len(rows) and not is_held_back
    if not looked:
        return Page((), after or cursor.sealed(node, begun.text()), is_more)
    last = rows[looked - 1]
    place = _Place(last.number, last.chain, begun.officer, begun.keys)
    return Page(tuple(lines), cursor.sealed(node, place.text()), is_more)


def reader_of(tx: Tx, officer: Officer) -> Reader:
    """Return who asks; a key of snapshots opens them to counsel in drafts, and not here."""
    reader = need_to_know.reader(tx, officer)
    if need_to_know.may_not_read_figures(officer) is None:
        return reader
    return Reader(reader.name, tuple(one for one in reader.keys if one != REVIEWERS))


def _look(
    tx: Tx, node: Node, reader: Reader, rows: list[Heard], count_max: int
) -> tuple[int, list[Line]]:
    """Return how many rows were looked at, and what of them the reader is told."""
    lines: list[Line] = []
    held_back: dict[str, bool] = {}
    for at, row in enumerate(rows):
        if row.channel not in held_back:
            held_back[row.channel] = refold_queue.is_owed(tx, row.channel)
        if held_back[row.channel] or len(lines) == count_max:
            return at, lines
        line = _told(tx, node, reader, row)
        if line is not None:
            lines.append(line)
    return len(rows), lines


def _told(tx: Tx, node: Node, reader: Reader, row: Heard) -> Line | None:
    keys = set(reader.keys)
    is_news = row.reader in keys and keys.isdisjoint(row.under)
    if row.what == arrival_order.OPEN and not is_news:
        return None
    if keys.isdisjoint(tx.heard_by(row.channel, row.matter)):
        return None
    found = tx.matter(row.channel, row.matter)
    return Line(_type(row, node.party), row, found.urgency if found else "")


def _type(row: Heard, own_party: str) -> str:
    if row.what == arrival_order.OPEN:
        return OPENED
    if row.what == arrival_order.GONE:
        return GONE
    return kinds.SENT if row.party == own_party else kinds.ARRIVED


def _begun(tx: Tx, reader: Reader, after: str) -> _Place:
    """Return where to go on from, if that is still what it was."""
    keys = hashlib.sha256(ijson.render([*reader.keys])).hexdigest()[:_KEYS_CHARS]
    if not after:
        return _Place(0, arrival_order.START, reader.name, keys)
    found = _place_of(tx, after)
    if found.officer != reader.name:
        raise Fault(
            code="node.cursor.other-officer",
            what=f"This cursor was given to the officer {found.officer}, not to {reader.name}.",
            fix="Call with a token of that officer; or begin again without `after`.",
        )
    if found.keys != keys:
        raise Fault(
            code="node.cursor.other-access",
            what=f"What {reader.name} may read was changed since this cursor was given: by their "
            "agency, their roles, or who is the contact point.",
            fix="Begin again without `after`: what could not be read before is told then; what "
            "is held already comes once more, with the same ids.",
        )
    last = tx.heard(found.number, 1) if found.number else []
    if found.number and (
        not last or (last[0].number, last[0].chain) != (found.number, found.chain)
    ):
        raise Fault(
            code="node.cursor.ahead",
            what="This node does not stand where it stood when this cursor was given: its store "
            "was put back to an earlier state.",
            fix="Begin again without `after`: what is held already comes once more, with the "
            "same ids.",
        )
    return found


def _place_of(tx: Tx, after: str) -> _Place:
    try:
        match ijson.parse(cursor.opened_sealed(tx, after).encode()):
            case [int(number), str(chain), str(officer), str(keys)]:
                return _Place(number, bytes.fromhex(chain), officer, keys)
            case _:
                raise cursor.malformed(after)
    except (Fault, ValueError) as error:
        raise cursor.malformed(after) from error
