"""What an officer reads of a case: the requests that they may read, priority, reports with texts.

    listing(node, officer)           every case that they may read, what waits for this State first
    show(node, officer, case_id)     one case

What was asked, answered and is outstanding is computed from the requests.  One that they may not
read is left out, and so is every mention of it: they do not learn that it is there.

Floor: rooms.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from comity.acts.turns import Turn
from comity.joint.case import acts, state, view
from comity.joint.case.state import Links, Report, State
from comity.joint.request import acts as request_acts
from comity.joint.request import state as request_state
from comity.joint.request import view as request_view
from comity.kernel.ijson import Json
from comity.node.base import cursor, register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader, Wanted
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import act_blobs, matter_read, need_to_know
from comity.node.room.act_blobs import Opened
from comity.node.room.matter_lookup import every, find
from comity.rooms.case import links
from comity.rooms.case.links import Given


@dataclass(frozen=True, slots=True)
class InCase:
    """A request of a case.

    Attributes:
        row: of the request.
        state: of the request.
        asked: items that were asked for; `whole` where it lists none.
        answered: those that were answered, wholly or in part.
        refused: those that were refused.
        outstanding: those that are neither.
        nexts: what is next, and whose it is.
    """

    row: MatterRow
    state: request_state.State
    asked: tuple[str, ...]
    answered: tuple[str, ...]
    refused: tuple[str, ...]
    outstanding: tuple[str, ...]
    nexts: tuple[request_view.Next, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as an officer reads it.

    Attributes:
        row: the matter.
        state: of the case, with no request in it that they may not read.
        requests: those that stand in it now.
        texts: `{(party, id of its act): its texts}`, originals and translations.
        links: that could be read, in the order of the turns.
        unread: how many acts of links could not: their bodies are missing, or not as told.
    """

    row: MatterRow
    state: State
    requests: tuple[InCase, ...]
    texts: Mapping[tuple[str, str], Json]
    links: tuple[Given, ...] = ()
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A case in a list: how many of its requests are open, of those that they may read."""

    row: MatterRow
    state: State
    count: int
    open_count: int


def listing(node: Node, officer: Officer, *, only_priority: bool = False) -> list[Line]:
    """Return every case that an officer may read, in the order of lists."""
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        rows = [*every(tx, reader, acts.KIND)]
        found = [_line(tx, reader, row) for row in rows]
    return [one for one in found if not only_priority or _is_priority(one)]


def page(
    node: Node, officer: Officer, after: str, count: int, *, only_priority: bool = False
) -> tuple[list[Line], str]:
    """Return some of them, and the cursor of the next page or "".

    Where only those of priority are wanted a page may be short, and not the last.

    Raises:
        Fault: `node.cursor.malformed`.
    """
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        place = cursor.place_of(after)
        rows = tx.listed(reader, Wanted(kind=acts.KIND), place, count + 1)
        found = [_line(tx, reader, row) for _, row in rows[:count]]
    following = cursor.of_place(rows[count - 1][0]) if len(rows) > count else ""
    return [one for one in found if not only_priority or _is_priority(one)], following


def _is_priority(line: Line) -> bool:
    return view.level(line.state) == acts.PRIORITY


def show(node: Node, officer: Officer, case_id: str) -> Shown:
    """Return one case.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.ambiguous`, `node.matter.prefix-short`.
    """
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        row = find(tx, reader, acts.KIND, case_id)
        now = state.from_json(row.state)
        read = _readable(tx, reader, row, now.requests)
        bodies = {
            (one.party, one.act.id): act_blobs.open_all(node, tx, one.act)
            for one in tx.acts_of(row.channel, row.matter)
            if not one.foreign
        }
    texts = {of: matter_read.body_json(each, acts.ROLE_TEXTS) for of, each in bodies.items()}
    seen = _without(now, read)
    requests = tuple(_in_case(read[one]) for one in view.requests(seen))
    told = {(turn.party, turn.act_id) for turn in seen.turns}
    shown_texts = {one: texts[one] for one in texts if texts[one] and one in told}
    read_links = [_links(one, bodies.get((one.party, one.id), ())) for one in now.links]
    given = tuple(each for found in read_links if found is not None for each in found)
    return Shown(row, seen, requests, shown_texts, given, read_links.count(None))


def _links(said: Links, bodies: Iterable[Opened]) -> list[Given] | None:
    """Return the links of an act, or None where its body is missing or not as its entry says."""
    data = next((one.data for one in bodies if one.blob.role == acts.ROLE_LINKS), b"")
    found = links.read(data, said.count, said.identifiers)
    disputed = {one.number for one in said.disputes}
    if found is None:
        return None
    return [
        Given(said.party, said.id, number, one, number in disputed)
        for number, one in enumerate(found, start=1)
    ]


def cases_of(node: Node, officer: Officer, request_id: str) -> list[MatterRow]:
    """Return the cases that an officer may read in which a request stands, by its whole id."""
    with node.store.read() as tx:
        rows = [*every(tx, need_to_know.reader(tx, officer), acts.KIND)]
    return [row for row in rows if request_id in view.requests(state.from_json(row.state))]


def _line(tx: Tx, reader: Reader, row: MatterRow) -> Line:
    now = state.from_json(row.state)
    read = _readable(tx, reader, row, now.requests)
    seen = _without(now, read)
    inside = [_in_case(read[one]) for one in view.requests(seen)]
    return Line(row, seen, len(inside), sum(1 for one in inside if one.outstanding))


def _readable(tx: Tx, reader: Reader, row: MatterRow, ids: Iterable[str]) -> dict[str, MatterRow]:
    """Return those of some requests that a reader may read, of the arrangement of the case."""
    here = register_records.live_of(row.channel)
    found: dict[str, MatterRow] = {}
    for one in ids:
        for named in tx.named(reader, request_acts.KIND, one, 2):
            is_here = register_records.live_of(named.channel) == here
            if named.matter.id == one and is_here:
                found[one] = named
    return found


def _without(now: State, read: Mapping[str, MatterRow]) -> State:
    """Return a case in which there is no request but these, in no act either."""
    return replace(
        now,
        requests=tuple(one for one in now.requests if one in read),
        rounds=tuple(
            one
            for one in now.rounds
            if not one.of.startswith(state.REQUEST) or one.of.removeprefix(state.REQUEST) in read
        ),
        reports=tuple(_report_without(one, read) for one in now.reports),
        turns=tuple(one for turn in now.turns if (one := _turn_without(turn, read)) is not None),
    )


def _report_without(report: Report, read: Mapping[str, MatterRow]) -> Report:
    return replace(report, items=_kept(report.items, read))


def _turn_without(turn: Turn, read: Mapping[str, MatterRow]) -> Turn | None:
    """Return an act without what is hidden; None for one that names nothing else."""
    kept = _kept(turn.items, read)
    is_about_them = turn.tag in (acts.GROUPED, acts.UNGROUPED)
    return None if is_about_them and not kept else replace(turn, items=kept)


def _kept(items: Sequence[str], read: Mapping[str, MatterRow]) -> tuple[str, ...]:
    return tuple(one for one in items if one in read)


def _in_case(row: MatterRow) -> InCase:
    now = request_state.from_json(row.state)
    asked = now.items or (request_state.WHOLE,)
    given = {request_state.ITEM_ANSWERED, request_state.ITEM_PARTLY}
    outcomes = {
        item: {track.items.get(item, request_state.ITEM_OPEN) for track in now.tracks}
        for item in asked
    }
    answered = tuple(item for item in asked if outcomes[item] & given)
    refused = tuple(item for item in asked if outcomes[item] == {request_state.ITEM_REFUSED})
    open_in = request_view.undecided(now)
    return InCase(
        row,
        now,
        asked,
        answered,
        refused,
        tuple(item for item in asked if item in open_in),
        request_view.nexts(now),
    )
