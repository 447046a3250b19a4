"""What an officer reads of the matters of any room that has no pages of its own.

    page(node, officer, "hotline", "", 50)     some of them, what waits for this State first
    show(node, officer, "hotline", "3f1c")     one: how it stands, and every act with its words

Everything follows from the acts and from what the room says of a state: its line and its verbs.

Floor: node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comity.acts import blob_role
from comity.acts.verb import Both, Table
from comity.clocks.due import Due
from comity.kernel.ijson import Json
from comity.node.base import cursor, trust
from comity.node.base.context import Node
from comity.node.base.history import Heard
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader, Wanted
from comity.node.base.reckoned import Reckoned
from comity.node.base.rooms import Line
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk import due_list
from comity.node.exchange import refold
from comity.node.room import act_blobs, clocks, matter_read, need_to_know
from comity.node.room.matter_lookup import find


@dataclass(frozen=True, slots=True)
class Turn:
    """One act of a matter.

    Attributes:
        act_id: of the act.
        party: its author.
        tag: what it says.
        codes: of the act.
        times: of the act, milliseconds since 1970 UTC.
        items: that it names.
        texts: its words, or None.
        received_at_ms: effective time at which every other party held it, or None.
    """

    act_id: str
    party: str
    tag: str
    codes: Mapping[str, str]
    times: Mapping[str, int]
    items: tuple[str, ...]
    texts: Json
    received_at_ms: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One matter as an officer reads it.

    Attributes:
        row: of the matter.
        state: folded.
        line: how it stands.
        parties: of the channel.
        turns: its acts, in the order of the matter.
        own: what this State alone knows of it, each with what it is.
        clocks: that run on it, and what is next by when; None where its kind has none.
    """

    row: MatterRow
    state: Any
    line: Line
    parties: tuple[str, ...]
    turns: tuple[Turn, ...]
    own: tuple[tuple[Both, str], ...] = ()
    clocks: Reckoned | None = None


def page(
    node: Node, officer: Officer, kind: str, after: str, count: int
) -> tuple[Sequence[MatterRow], str]:
    """Return some matters that an officer may read, and the cursor of the next page or "".

    Raises:
        Fault: `node.cursor.malformed`.
    """
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        rows = tx.listed(reader, Wanted(kind=kind), cursor.place_of(after), count + 1)
    following = cursor.of_place(rows[count - 1][0]) if len(rows) > count else ""
    return [row for _, row in rows[:count]], following


def show(node: Node, officer: Officer, kind: str, matter_id: str) -> Shown:
    """Return one matter.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.ambiguous`, `node.matter.prefix-short`.
    """
    with node.store.read() as tx:
        return _shown(node, tx, need_to_know.reader(tx, officer), kind, matter_id)


def _shown(node: Node, tx: Tx, reader: Reader, kind: str, matter_id: str) -> Shown:
    row = find(tx, reader, kind, matter_id)
    channel = trust.load(tx, row.channel)
    room = node.rooms[kind]
    now = room.from_json(row.state)
    rows = tx.acts_of(row.channel, row.matter)
    said = [refold.placed(channel, one) for one in rows if not one.foreign]
    history = refold.history_of(refold.Times(tx, channel), said)
    turns = tuple(_turn_of(node, tx, one) for one in history.heard)
    own = tuple(room.own(node, tx, row, now))
    timed = clocks.reckon(node, tx, row, node.clock.now_ms()) if room.clocks else None
    return Shown(row, now, room.line(now), channel.arrangement.party_ids(), turns, own, timed)


def _turn_of(node: Node, tx: Tx, one: Heard) -> Turn:
    act = one.placed.act
    words = [blob for blob in act.blobs if blob.role == blob_role.TEXTS]
    texts = matter_read.body_json(act_blobs.open_blobs(node, tx, words), blob_role.TEXTS)
    return Turn(act.id, one.party, act.tag, act.codes, act.times, act.items, texts, one.at_ms)


def dues(node: Node, table: Table, rows: Sequence[MatterRow]) -> dict[str, Due]:
    """Return what is due first of each matter of a list that has a clock, by its id."""
    if node.rooms[table.noun].clocks is None:
        return {}
    found = due_list.of_rows(node, rows)
    first = {one.row.matter.id: next(iter(one.dues), None) for one in found.values()}
    return {matter_id: due for matter_id, due in first.items() if due is not None}
