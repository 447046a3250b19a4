"""The shift of an agency's desk: handed over with a note and all that is open, taken over.

    record kind    key                value
    duty-turn      <agency>#<n>       one hand-over or take-over
    duty-shift     <agency>           who has the desk: a cache of the turns

Floor: node.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from comity.domestic.duty import roster
from comity.domestic.duty.acts import Who
from comity.domestic.duty.roster import HandedOver, Shift, TakenOver, Turn
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk.duty import access, file_store, intake
from comity.node.room import local_log, officers
from comity.node.room.release import idempotency
from comity.node.room.release.draft_store import AS_OFTEN_AS_SAID, Command

TURN: Final = "duty-turn"
SHIFT: Final = "duty-shift"

LINES_MAX: Final = 500
"""Of a summary; how many more there were is said."""
_TURNS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk, and its last turns.

    Attributes:
        agency: whose it is.
        shift: who has it.
        turns: `(number, turn)`, the newest first.
    """

    agency: str
    shift: Shift
    turns: tuple[tuple[int, Turn], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A desk, with what would go with it now.

    Attributes:
        desk: and its last turns.
        open: a line for each thing that is open, as a hand-over has them.
        more: how many lines there are beyond those.
        colleagues: who may take it.
        is_theirs: whether the reader has the desk.
        is_handed: whether it was handed to them and waits.
    """

    desk: Desk
    open: tuple[Mapping[str, Json], ...]
    more: int
    colleagues: tuple[str, ...]
    is_theirs: bool
    is_handed: bool


def page(node: Node, officer: Officer) -> Shown:
    """Return the desk of an officer's agency, with what would go with it now."""
    desk = show(node, officer)
    is_working = officers.lacks_role(officer, *access.WORKING) is None
    if is_working:
        intake.catch_up(node)
    with node.store.read() as tx:
        lines, more = _summary(tx, node, officer) if is_working else ([], 0)
        known = access.officers_of(tx, officer.agency) if is_working else frozenset()
    return Shown(
        desk,
        tuple(lines),
        more,
        tuple(sorted(known - {officer.name})),
        is_theirs=desk.shift.officer == officer.name,
        is_handed=bool(desk.shift.pending) and desk.shift.to == officer.name,
    )


def has_desk(tx: Tx, officer: Officer) -> bool:
    """Return whether an officer has the desk of their agency, or nobody has."""
    return _load(tx, officer.agency).officer in {"", officer.name}


def on_duty(tx: Tx, agency: str) -> str:
    """Return the officer who has the desk of an agency, or ""."""
    return _load(tx, agency).officer


def show(node: Node, officer: Officer) -> Desk:
    """Return the desk of an officer's agency."""
    with node.store.read() as tx:
        now = _load(tx, officer.agency)
        first = max(0, now.turns - _TURNS_SHOWN)
        page = tx.records(TURN, after=_key(officer.agency, first), count_max=_TURNS_SHOWN)
        prefix = f"{officer.agency}#"
        turns = [
            (int(name.removeprefix(prefix)), roster.from_json(value))
            for name, value in page.items()
            if name.startswith(prefix)
        ]
    return Desk(officer.agency, now, tuple(reversed(turns)))


def hand_over(
    node: Node, officer: Officer, to: str, note: str, *, command: Command = AS_OFTEN_AS_SAID
) -> Turn | Inadmissible:
    """Hand one's desk over: the taker gets the note and a line for each thing that is open."""
    no = officers.lacks_role(officer, *access.WORKING)
    if no is not None:
        return no
    intake.catch_up(node)
    with node.store.write() as tx:
        before = _earlier(tx, officer, command)
        if before is not None:
            return before
        lines, more = _summary(tx, node, officer)
        who = Who(officer.name, officer.agency, node.clock.now_ms())
        wanted = HandedOver(who, to, note, tuple(lines), more)
        known = access.officers_of(tx, officer.agency)
        step = roster.hand_over(_load(tx, officer.agency), wanted, known)
        if isinstance(step, HandedOver):
            facts = {"officer": officer.name, "agency": officer.agency, "to": to}
            at = _keep(tx, node, step, "duty.handed-over", facts)
            idempotency.remember_made(tx, officer, command, {"turn": at})
    return step


def take_over(
    node: Node, officer: Officer, why: str, *, command: Command = AS_OFTEN_AS_SAID
) -> Turn | Inadmissible:
    """Take one's agency's desk over: what was handed to one, or with a reason what was not."""
    no = officers.lacks_role(officer, *access.WORKING)
    if no is not None:
        return no
    with node.store.write() as tx:
        before = _earlier(tx, officer, command)
        if before is not None:
            return before
        who = Who(officer.name, officer.agency, node.clock.now_ms())
        step = roster.take_over(_load(tx, officer.agency), who, why)
        if isinstance(step, TakenOver):
            facts = {
                "officer": officer.name,
                "agency": officer.agency,
                "number": str(step.number),
            }
            at = _keep(tx, node, step, "duty.taken-over", facts)
            idempotency.remember_made(tx, officer, command, {"turn": at})
    return step


def _earlier(tx: Tx, officer: Officer, command: Command) -> Turn | Inadmissible | None:
    found = idempotency.made(tx, officer, command)
    if found is None or isinstance(found, Inadmissible):
        return found
    return roster.from_json(tx.record(TURN, found["turn"]))


def _keep(tx: Tx, node: Node, turn: Turn, step: str, facts: Mapping[str, str]) -> str:
    """Keep a turn; return where."""
    agency = turn.who.agency
    after = roster.fold(_load(tx, agency), turn)
    tx.save_record(TURN, _key(agency, after.turns), roster.to_json(turn))
    tx.save_record(SHIFT, agency, cast("Json", asdict(after)))
    local_log.note(tx, node, step, facts)
    return _key(agency, after.turns)


def _summary(tx: Tx, node: Node, officer: Officer) -> tuple[list[Mapping[str, Json]], int]:
    """Return a line for each thing that is open at the desk, and how many did not fit."""
    lines: list[Mapping[str, Json]] = []
    more = 0
    for one in _open(tx, node, officer):
        if len(lines) < LINES_MAX:
            lines.append(one)
        else:
            more += 1
    return lines, more


def _open(tx: Tx, node: Node, officer: Officer) -> Iterator[Mapping[str, Json]]:
    if access.is_contact_point(tx, officer):
        for one in _every(tx, file_store.INBOX, ""):
            if not intake.is_to_route(node, tx, one):
                continue
            yield {
                "id": one["id"],
                "kind": "unrouted",
                "rank": one["rank"],
                "since_ms": one["since_ms"],
                "what": one["declined"],
            }
    for one in _every(tx, file_store.AGENCY, f"{officer.agency}|"):
        yield {
            name: one[name]
            for name in ("id", "kind", "rank", "status", "officer", "due_ms", "since_ms", "what")
        }


def _every(tx: Tx, kind: str, prefix: str) -> Iterator[Mapping[str, Any]]:
    after = ""
    while True:
        page, after = file_store.listed(tx, kind, prefix, after, LINES_MAX)
        yield from page
        if not after:
            return


def _load(tx: Tx, agency: str) -> Shift:
    value = tx.record(SHIFT, agency)
    return roster.NOBODY if value is None else Shift(**cast("dict[str, Any]", value))


def _key(agency: str, number: int) -> str:
    return f"{agency}#{number:08d}"
