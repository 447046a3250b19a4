"""Who works on an agency's part: assigned, taken, given back, declined, done; and the lists.

Floor: node.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from comity.acts.urgencies import URGENCIES
from comity.domestic.duty import decide
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import cursor
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk.duty import access, change, file_store
from comity.node.desk.duty.change import At, Done
from comity.node.desk.duty.file_store import Key
from comity.node.room.release.draft_store import AS_OFTEN_AS_SAID, Command


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is open.

    Attributes:
        key: of the file.
        kind: `part`, `task` or `advice`.
        number: of the task or question, 0 for a part.
        agency: that has it, or "".
        officer: who has it, or "".
        status: of the part, or `open`.
        is_lead: whether it is the competent agency's part.
        due_ms: the domestic term, or None.
        since_ms: since when.
        what: in words.
        matter: where the request stands, or `inquiry`.
        urgency: of the request or inquiry.
    """

    key: Key
    kind: str
    number: int
    agency: str
    officer: str
    status: str
    is_lead: bool
    due_ms: int | None
    since_ms: int
    what: str
    matter: str
    urgency: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines: the more urgent first, then what is due first.

    Attributes:
        lines: in order.
        now_ms: the instant.
        after: what the next page begins after, or "" at the end.
    """

    lines: tuple[Line, ...]
    now_ms: int
    after: str


type _Decide = Callable[[At, str], decide.PartStep | Inadmissible]


def _on_part(
    node: Node, officer: Officer, text: str, part: str, decided: _Decide, command: Command
) -> Done | Inadmissible:
    return change.change(
        node, officer, text, lambda at: decided(at, part or officer.agency), command
    )


def assign(
    node: Node,
    officer: Officer,
    text: str,
    to: str,
    part: str = "",
    *,
    command: Command = AS_OFTEN_AS_SAID,
) -> Done | Inadmissible:
    """Give an agency's part to one of its officers.

    Args:
        node: ours.
        officer: who assigns.
        text: the beginning of the id.
        to: the officer who gets it.
        part: the agency, or "" for one's own.
        command: by which one that is repeated is one.

    Raises:
        Fault: those of `access.find`.
    """
    return _on_part(
        node,
        officer,
        text,
        part,
        lambda at, name: decide.assign(at.file, at.by, name, to, access.officers_of(at.tx, name)),
        command,
    )


def accept(
    node: Node, officer: Officer, text: str, *, command: Command = AS_OFTEN_AS_SAID
) -> Done | Inadmissible:
    """Take what was assigned to one."""
    return _on_part(
        node, officer, text, "", lambda at, name: decide.accept(at.file, at.by, name), command
    )


def give_back(
    node: Node, officer: Officer, text: str, why: str, *, command: Command = AS_OFTEN_AS_SAID
) -> Done | Inadmissible:
    """Give it back to one's agency."""
    return _on_part(
        node,
        officer,
        text,
        "",
        lambda at, name: decide.give_back(at.file, at.by, name, why),
        command,
    )


def decline(
    node: Node, officer: Officer, text: str, why: str, *, command: Command = AS_OFTEN_AS_SAID
) -> Done | Inadmissible:
    """Say that it is not for one's agency: the contact point routes it again."""
    return _on_part(
        node, officer, text, "", lambda at, name: decide.decline(at.file, at.by, name, why), command
    )


def finish(
    node: Node,
    officer: Officer,
    text: str,
    result: str,
    part: str = "",
    *,
    command: Command = AS_OFTEN_AS_SAID,
) -> Done | Inadmissible:
    """Say that an agency's part is done."""
    return _on_part(
        node,
        officer,
        text,
        part,
        lambda at, name: decide.finish(at.file, at.by, name, result),
        command,
    )


def of_agency(node: Node, officer: Officer, after: str = "", count_max: int = 50) -> Lines:
    """Return what is open at an officer's agency."""
    return _lines(node, officer, file_store.AGENCY, f"{officer.agency}|", after, count_max)


def of_officer(node: Node, officer: Officer, after: str = "", count_max: int = 50) -> Lines:
    """Return what an officer has themselves."""
    return _lines(node, officer, file_store.OFFICER, f"{officer.name}|", after, count_max)


def _lines(
    node: Node, officer: Officer, kind: str, prefix: str, after: str, count_max: int
) -> Lines:
    if set(access.WORKING).isdisjoint(officer.roles):
        return Lines((), node.clock.now_ms(), "")
    after = cursor.key_of(after, prefix)
    with node.store.read() as tx:
        found, after = file_store.listed(tx, kind, prefix, after, count_max)
        return Lines(
            tuple(line(node, tx, one) for one in found), node.clock.now_ms(), cursor.of_key(after)
        )


def line(node: Node, tx: Tx, kept: Mapping[str, Any]) -> Line:
    """Return a line of a list, with where its matter stands now."""
    key = (kept["channel"], kept["id"])
    row = tx.matter(key[0], access.matter_of(node, key[1])) if key[0] else None
    return Line(
        key=key,
        kind=kept["kind"],
        number=kept["number"],
        agency=kept["agency"],
        officer=kept["officer"],
        status=kept["status"],
        is_lead=kept["is_lead"],
        due_ms=kept["due_ms"],
        since_ms=kept["since_ms"],
        what=kept["what"],
        matter=row.status if row else "inquiry",
        urgency=row.urgency if row else _urgency(kept["rank"]),
    )


def _urgency(rank: int) -> str:
    known = URGENCIES
    return known[rank] if rank < len(known) else ""
