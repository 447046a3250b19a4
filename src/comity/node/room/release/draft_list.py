"""Drafts as a list shows them: where each stands, and whose turn it is.

    author      it is being written, or was sent back
    counsel     the law asks for a decision first
    approver    it waits for another officer
    release     it has its approvals and what it waited for: one of those who approved lets it out

No body is opened for it.

Floor: node.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.acts.record import Addressee, Matter
from comity.domestic.officer import role
from comity.domestic.release import decide
from comity.domestic.release.decide import By, Rule
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import need_to_know, officers
from comity.node.room.release import approve, draft_store, legal_gate
from comity.node.room.release.draft_store import Draft

AUTHOR: Final = "author"
COUNSEL: Final = "counsel"
APPROVER: Final = "approver"
RELEASE: Final = "release"

TYPE: Final = "type"
"""Code of an act that says what the matter is about which it opens."""

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One draft.

    Attributes:
        draft_id: the id that its act will have.
        tag: of the act.
        matter: that it is about.
        type: of the request that it makes, or "".
        urgency: of what it is about.
        to: who is addressed.
        author: who wrote it.
        at_ms: when its last step was taken.
        missing: approvals that it lacks.
        needed: approvals that it needs.
        roles: of which one is needed to approve it.
        returned_by: who sent it back, or "".
        turn: whose turn it is; see the module.
        is_mine: whether the reader can do now what it waits for.
    """

    draft_id: str
    tag: str
    matter: Matter
    type: str
    urgency: str
    to: tuple[Addressee, ...]
    author: str
    at_ms: int
    missing: int
    needed: int
    roles: tuple[str, ...]
    returned_by: str
    turn: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some drafts, by id, and where the next page begins, or ""."""

    lines: tuple[Line, ...]
    next_after: str


def page(node: Node, officer: Officer, after: str = "") -> Page:
    """Return the drafts that an officer may see, a page of them."""
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officers.current(tx, officer))
        found = tx.records_for(reader, draft_store.DRAFT, after, PAGE + 1)
        by = approve.by(tx, node, officer)
        shown = [*found.items()][:PAGE]
        lines = tuple(_line(tx, node, officer, by, value) for _, value in shown)
    return Page(lines, shown[-1][0] if len(found) > PAGE else "")


def of_drafts(tx: Tx, node: Node, officer: Officer, found: Iterable[Draft]) -> list[Line]:
    """Return where each of some drafts stands, which the officer may read."""
    by = approve.by(tx, node, officer)
    return [_told(tx, node, officer, by, draft) for draft in found]


def _line(tx: Tx, node: Node, officer: Officer, by: By, value: Json) -> Line:
    return _told(tx, node, officer, by, draft_store.from_json(value, _no_rows(value)))


def _told(tx: Tx, node: Node, officer: Officer, by: By, draft: Draft) -> Line:
    rule = approve.rule(tx, node, draft)
    missing = max(0, rule.count - len(decide.counted(draft.state, by, rule)))
    turn = _turn(tx, node, officer, draft, missing)
    act = draft.act
    return Line(
        act.id,
        act.tag,
        act.matter,
        act.codes.get(TYPE, ""),
        approve.urgency(tx, node, draft),
        act.to,
        draft.state.author,
        draft.state.at_ms,
        missing,
        rule.count,
        rule.roles,
        draft.state.returned_by,
        turn,
        _is_mine(by, officer, draft, rule, turn),
    )


def _no_rows(value: Json) -> Mapping[str, bytes]:
    return dict.fromkeys(cast("dict[str, Any]", value)["rows"], b"")


def _turn(tx: Tx, node: Node, officer: Officer, draft: Draft, missing: int) -> str:
    if draft.state.author not in draft.state.approvers:
        return AUTHOR
    if legal_gate.gate(tx, node, officer, draft) is not None:
        return COUNSEL
    return APPROVER if missing else RELEASE


def _is_mine(by: By, officer: Officer, draft: Draft, rule: Rule, turn: str) -> bool:
    """Return whether an officer can take the step that is due."""
    roles = by.in_office.get(officer.name, frozenset())
    approved = officer.name in draft.state.approvers
    return {
        AUTHOR: officer.name == draft.state.author,
        COUNSEL: role.COUNSEL in roles,
        APPROVER: not approved and officer.name != draft.state.author and rule.has_role(roles),
        RELEASE: approved,
    }[turn]
