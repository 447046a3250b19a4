"""Who opens what of a compartment: only active readers, page by page, each page with a mark.

    files(node, officer, "3f1c")                    what was given under its terms
    open_page(node, officer, "3f1c", sha256, 1)     a page as a picture, marked for its reader
    trace(node, officer, "ABCD-EFGH")               which opening a mark found again is of
    counted(tx, matter, from_ms, until_ms)          how many openings, by how many readers

    record kind           key                  value
    compartment-opening   <matter id>|<mark>   {reader, officer, capacity, agency, file, at_ms}

One opening is of one reader, one file and one day: its pages have one mark, the same each time.
What a compartment in force, or closed, holds of another State leaves this node in no other way;
what is no PDF cannot be marked, and is given to a reader as it is: that is an opening too.
Readers are known by the names of their accounts, which are never used again.

Floor: rooms.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from comity.acts import facts
from comity.acts.facts import Fact, State
from comity.domestic.custody import acts as custody_acts
from comity.joint.compartment import acts, view
from comity.joint.request import acts as request_acts
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import act_blobs, custody, need_to_know, officers
from comity.node.room import facts as fact_matters
from comity.node.room.custody import Item
from comity.node.room.matter_lookup import every
from comity.node.room.release.draft_store import Draft
from comity.rooms.compartment import marked_page

OPENING: Final = "compartment-opening"
PDF: Final = "application/pdf"

_PAGE: Final = 1_000
_DAY_MS: Final = 86_400_000
_MARK_BYTES: Final = 5
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HALF: Final = 4

_NO_READER: Final = Inadmissible(
    "compartment.no-reader",
    "Only a reader who was named, whose time to be objected to is over, opens what it holds.",
    "Name the officer as a reader under the name of their account, and wait for the term.",
)
_MARKED_ONLY: Final = Inadmissible(
    "compartment.marked-only",
    "This file stands in a compartment: its pages are opened one by one, with a mark.",
    "Open a page in the compartment: `comity compartment page ID SHA256 1 --output page.png`.",
)
_UNSIGNED: Final = Inadmissible(
    "compartment.unsigned",
    "This request stands in a compartment whose terms are not signed: no file leaves before that.",
    "Wait for the signature of the other side, or decline the terms.",
)


@dataclass(frozen=True, slots=True)
class Opening:
    """An opening of a file by a reader, on one day.

    Attributes:
        mark: on each of its pages.
        matter: id of the compartment.
        reader: id of the act that named them.
        officer: name of their account.
        capacity: in which they read.
        agency: theirs.
        file: SHA-256 of the stored bytes.
        at_ms: when the first page was opened.
    """

    mark: str
    matter: str
    reader: str
    officer: str
    capacity: str
    agency: str
    file: str
    at_ms: int


def files(node: Node, officer: Officer, matter_id: str) -> tuple[MatterRow, list[Item]]:
    """Return what was given under the terms of a compartment, of requests that an officer may read.

    Raises:
        Fault: those of `matter_lookup.find`.
    """
    with node.store.read() as tx:
        row, now = fact_matters.matter(tx, officer, acts.KIND, matter_id)
        return row, [*_files(node, tx, officer, row, now)]


def may_read(node: Node, officer: Officer, matter_id: str) -> tuple[MatterRow, Inadmissible | None]:
    """Return a compartment, and why an officer opens nothing in it, or None.

    Raises:
        Fault: those of `matter_lookup.find`.
    """
    with node.store.read() as tx:
        row, _ = fact_matters.matter(tx, officer, acts.KIND, matter_id)
        return row, None if _reader(node, tx, officer, row) else _NO_READER


def open_page(
    node: Node, officer: Officer, matter_id: str, sha256: str, page: int
) -> bytes | Inadmissible:
    """Return a page of a file as a picture with the mark of this opening.

    Raises:
        Fault: those of `files`; `officer.role.lacking`, `compartment.file.unknown`,
            `compartment.page.unreadable`.
    """
    officers.require_work(officer)
    row, found = files(node, officer, matter_id)
    item = next((one for one in found if one.body.blob.sha256.startswith(sha256)), None)
    if item is None or item.body.state != act_blobs.HELD or len(sha256) < _HALF:
        raise Fault(
            code="compartment.file.unknown",
            what=f"This compartment holds no file {quoted(sha256)} that can be opened here.",
            fix="Use one of those that `comity compartment files ID` lists.",
        )
    with node.store.read() as tx:
        reader = _reader(node, tx, officer, row)
    if reader is None:
        return _NO_READER
    opening = _opened(node, officer, row, reader, item)
    data = b"".join(act_blobs.parts(node, item.body))
    return marked_page.render(data, page, opening.mark)


def trace(node: Node, officer: Officer, mark: str) -> Opening:
    """Return the opening that a mark is of, in a compartment that an officer may read.

    Raises:
        Fault: `officer.role.lacking`, `compartment.mark.unknown`.
    """
    officers.require_work(officer)
    spelled = "".join(mark.upper().replace("-", "").split())
    spelled = spelled.translate(str.maketrans("OIL", "011"))
    wanted = f"{spelled[:_HALF]}-{spelled[_HALF:]}"
    with node.store.read() as tx:
        for row in every(tx, need_to_know.reader(tx, officer), acts.KIND):
            value = tx.record(OPENING, f"{row.matter.id}|{wanted}")
            if value is not None:
                return Opening(**cast("dict[str, Any]", value))
    raise Fault(
        code="compartment.mark.unknown",
        what=f"No page that was opened here has the mark {quoted(mark[:40])}.",
        fix="Read it again, in eight letters and digits; other States trace marks of their own.",
    )


def trace_json(one: Opening) -> dict[str, Json]:
    """Return an opening as data."""
    words: dict[str, Json] = {"capacity_words": dict(acts.CAPACITIES[one.capacity])}
    return {**asdict(one), **words}


def files_json(row: MatterRow, found: list[Item]) -> dict[str, Json]:
    """Return files as data."""
    lines: list[Json] = [
        {
            "request": one.row.act.matter.id,
            "party": one.row.party,
            "sha256": one.body.blob.sha256,
            "name": one.name,
            "media_type": one.body.blob.media_type,
            "held": one.body.state == act_blobs.HELD,
            "marked": one.body.blob.media_type == PDF,
        }
        for one in found
    ]
    return {"compartment": row.matter.id, "files": lines}


def counted(tx: Tx, matter: str, from_ms: int, until_ms: int) -> tuple[int, int]:
    """Return how many openings of a compartment there were, and by how many readers."""
    found = [one for one in _openings(tx, matter) if from_ms <= one.at_ms < until_ms]
    return len(found), len({one.reader for one in found})


def keeps(tx: Tx, node: Node, officer: Officer, item: Item) -> Inadmissible | None:
    """Return why an attachment is not given out as it is, or None: see the top."""
    if item.row.party == node.party:
        return None
    log = tx.log(item.row.origin)
    over = [*_over(tx, log.channel if log else "", item.row.act.matter.id)]
    held = [row for row, now in over if view.status(now) in {view.IN_FORCE, view.CLOSED}]
    if not held:
        return None
    if any(_reader(node, tx, officer, row) is None for row in held):
        return _NO_READER
    if item.body.blob.media_type == PDF:
        return _MARKED_ONLY
    for row in held:
        reader = _reader(node, tx, officer, row)
        assert reader is not None
        _opening(tx, node, officer, (row, reader), item)
    return None


def guard(tx: Tx, _node: Node, _officer: Officer, draft: Draft) -> Inadmissible | None:
    """Return why files do not leave on a request whose compartment waits for a signature."""
    has_files = any(one.role.startswith("attachment:") for one in draft.act.blobs)
    if draft.act.matter.kind != request_acts.KIND or not has_files:
        return None
    over = _over(tx, draft.channel, draft.act.matter.id)
    return _UNSIGNED if any(view.status(now) == view.PROPOSED for _, now in over) else None


def _over(tx: Tx, channel: str, request: str) -> Iterator[tuple[MatterRow, State]]:
    """Give the compartments of an arrangement in which a request stands."""
    live, after = register_records.live_of(channel), ""
    while rows := tx.matters(acts.KIND, after, _PAGE):
        for row in rows:
            now = facts.from_json(row.state)
            if request in _joined(now) and register_records.live_of(row.channel) == live:
                yield row, now
        after = rows[-1].matter.id


def _joined(now: State) -> list[str]:
    said = now.said(acts.PROPOSED, acts.JOINED)
    return [*dict.fromkeys(item for one in said for item in one.items)]


def _files(node: Node, tx: Tx, officer: Officer, row: MatterRow, now: State) -> Iterator[Item]:
    reader = need_to_know.reader(tx, officer)
    live = register_records.live_of(row.channel)
    for request in _joined(now):
        for named in tx.named(reader, request_acts.KIND, request, 2):
            if named.matter.id == request and register_records.live_of(named.channel) == live:
                for said in tx.acts_of(named.channel, named.matter):
                    opened = tuple(act_blobs.open_all(node, tx, said.act))
                    yield from custody.items_of(said, opened)


def _reader(node: Node, tx: Tx, officer: Officer, row: MatterRow) -> Fact | None:
    """Return as which active reader of this State an officer reads, or None."""
    now = facts.from_json(row.state)
    for one in view.readers(now, node.party):
        if view.reader_status(now, one, node.clock.now_ms()) != view.ACTIVE:
            continue
        data = fact_matters.body(node, tx, one, acts.READER_BLOB)
        named = cast("dict[str, Json]", ijson.parse(data)) if data else {}
        if str(named.get("name", "")).casefold() == officer.name.casefold():
            return one
    return None


def _opened(node: Node, officer: Officer, row: MatterRow, reader: Fact, item: Item) -> Opening:
    """Return the opening of today; a new one is kept, and is a step of custody, first."""
    with node.store.write() as tx:
        made, is_new = _opening(tx, node, officer, (row, reader), item)
        if is_new:
            step = custody.step_of(node, officer, custody_acts.READ, _WHY)
            custody.keep(tx, node, made.file, step)
    return made


def _opening(
    tx: Tx, node: Node, officer: Officer, where: tuple[MatterRow, Fact], item: Item
) -> tuple[Opening, bool]:
    """Return the opening of today in a compartment as a reader, and whether it is new."""
    (row, reader), now_ms, file = where, node.clock.now_ms(), item.body.blob.sha256
    for one in _openings(tx, row.matter.id):
        is_same = (one.reader, one.officer, one.file) == (reader.id, officer.name, file)
        if is_same and one.at_ms // _DAY_MS == now_ms // _DAY_MS:
            return one, False
    made = Opening(
        _mark(node), row.matter.id, reader.id, officer.name, reader.code(acts.CAPACITY),
        reader.code(acts.AGENCY), file, now_ms,
    )  # fmt: skip
    tx.save_record(OPENING, f"{row.matter.id}|{made.mark}", cast("Json", asdict(made)))
    return made, True


_WHY: Final = custody.Why(purpose="compartment")


def _openings(tx: Tx, matter: str) -> Iterator[Opening]:
    """Give the openings of one compartment; of others none is read."""
    begins = after = f"{matter}|"
    while found := tx.records(OPENING, after=after, count_max=_PAGE):
        for key, value in found.items():
            if not key.startswith(begins):
                return
            yield Opening(**cast("dict[str, Any]", value))
        after = key


def _mark(node: Node) -> str:
    bits = int.from_bytes(node.entropy(_MARK_BYTES))
    text = "".join(_LETTERS[bits >> 5 * place & 31] for place in range(2 * _HALF))
    return f"{text[:_HALF]}-{text[_HALF:]}"
