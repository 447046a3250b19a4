"""Changes to accounts by which somebody may read or release: a second person agrees to them.

    record kind      key    value
    account-change   <id>   what, officer, agency, office, roles, by, at, agreed_by

An officer who runs the node asks for a change, an officer who audits it agrees or declines, and
then it is made once, by an officer who runs the node.  The two have roles that no one account has
together; who audits reads everything as it is, so that they gain nothing by agreeing.

A node that never had an auditor is a node of one person: there a change is made at once, and the
local log notes that nobody else agreed to it, which every page of a later auditor says.  Whoever is
at the machine needs nobody: see docs/service.md, "Ways in".

Floor: node.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from comity.domestic.officer import role
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin, sign_in_methods
from comity.node.room import account_notices, local_log

RECORD: Final = "account-change"
ALONE: Final = "account-alone"
"""Record of one key: how many changes one person made alone, and when the last."""

INVITE: Final = "invite"
ROLES: Final = "roles"
LINK: Final = "link"
RESET: Final = "reset"

TERM_MS: Final = 7 * 24 * 3_600_000
"""A change that was asked for longer ago is no longer agreed to, and no longer made."""

OPEN_MAX: Final = 100
_ID_BYTES: Final = 10


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        what: `INVITE`, `ROLES`, `LINK` or `RESET`.
        officer: whose account it is.
        agency: of an invited officer.
        office: of an invited officer, or "".
        roles: that they are to have, of `INVITE` and `ROLES`.
        by: the officer who asks.
        at_ms: when they asked.
        agreed_by: the officer who agreed, or "".
        id: by which it is named.
    """

    what: str
    officer: str
    agency: str = ""
    office: str = ""
    roles: tuple[str, ...] = ()
    by: str = ""
    at_ms: int = 0
    agreed_by: str = ""
    id: str = ""

    @property
    def facts(self) -> Mapping[str, str]:
        """What the local log has of it."""
        given = {"change": self.what, "officer": self.officer, "roles": " ".join(self.roles)}
        return {name: value for name, value in given.items() if value}


def grants(change: Change, before: Officer | None) -> bool:
    """Return whether a change lets somebody do what they could not: else nobody need agree."""
    return change.what != ROLES or bool(set(change.roles) - set(before.roles if before else ()))


def ask(node: Node, officer: Officer, change: Change) -> Change:
    """Ask for a change; where nobody else need agree, or nobody ever could, it is made at once.

    Args:
        node: ours.
        officer: who asks, who runs the node.
        change: what they ask for.

    Returns:
        It, with an id where it waits for a second person, or without one where it was made.

    Raises:
        Fault: `officer.change.nobody`, `officer.change.many`; those of the change itself.
    """
    now_ms = node.clock.now_ms()
    change = replace(change, by=officer.name, at_ms=now_ms, id="")
    with node.store.write() as tx:
        before = _fitting(tx, change)
        is_alone = grants(change, before) and not _had_auditor(tx)
        if grants(change, before) and not is_alone:
            return _waiting(tx, node, change)
        if is_alone:
            _count_alone(tx, node, change)
    _make(node, change)
    return change


def agree(node: Node, officer: Officer, change_id: str) -> Change:
    """Agree to a change that waits, as a second person.

    Raises:
        Fault: `officer.change.unknown`, `officer.change.own`.
    """
    with node.store.write() as tx:
        change = _open(tx, node, change_id)
        if officer.name in {change.by, change.officer}:
            raise Fault(
                code="officer.change.own",
                what=f"{quoted(officer.name)} cannot agree to a change of their own account, or "
                "to one that they asked for.",
                fix="Another auditor of this node agrees; or make it on the command "
                "line of the machine.",
            )
        agreed = replace(change, agreed_by=officer.name)
        _save(tx, agreed)
        local_log.note(tx, node, "officer.change-agreed", {**change.facts, "by": officer.name})
    return agreed


def decline(node: Node, officer: Officer, change_id: str) -> Change:
    """Decline a change, or take back one's agreement before it is made.

    Raises:
        Fault: `officer.change.unknown`.
    """
    with node.store.write() as tx:
        change = _open(tx, node, change_id)
        tx.drop_record(RECORD, change.id)
        local_log.note(tx, node, "officer.change-declined", {**change.facts, "by": officer.name})
    return change


def make(node: Node, officer: Officer, change_id: str) -> Change:
    """Make a change that a second person agreed to, once.

    Args:
        node: ours.
        officer: who makes it, who runs the node.
        change_id: of it.

    Raises:
        Fault: `officer.change.unknown`, `officer.change.waits`; those of the change itself.
    """
    with node.store.write() as tx:
        change = _open(tx, node, change_id)
        if not change.agreed_by:
            raise Fault(
                code="officer.change.waits",
                what="Nobody has agreed to this change yet.",
                fix="Ask an auditor of this node to agree to it on their page of officers.",
            )
        _fitting(tx, change)
        tx.drop_record(RECORD, change.id)
        local_log.note(tx, node, "officer.change-made", {**change.facts, "by": officer.name})
    made = replace(change, by=officer.name)
    _make(node, made)
    return made


def listing(node: Node) -> Sequence[Change]:
    """Return the changes that are asked for and not made, the oldest first."""
    with node.store.read() as tx:
        found = [*_every(tx, node)]
    return sorted(found, key=lambda one: (one.at_ms, one.id))


def waiting(node: Node, officer: Officer) -> int:
    """Return how many changes wait for an auditor's word, of those they may agree to."""
    names = (officer.name,)
    return sum(
        not one.agreed_by and one.by not in names and one.officer not in names
        for one in listing(node)
    )


def alone(node: Node) -> tuple[int, int]:
    """Return how many changes one person made alone, and when the last in ms since 1970 UTC."""
    with node.store.read() as tx:
        kept = cast("dict[str, int] | None", tx.record(ALONE, ALONE))
    return (kept["count"], kept["at"]) if kept else (0, 0)


def _make(node: Node, change: Change) -> None:
    """Make a change; of `LINK`, whoever shows the link makes it."""
    if change.what == INVITE:
        officer_admin.add(
            node, change.officer, change.agency, change.office, change.roles, change.by
        )
    elif change.what == ROLES:
        officer_admin.give_roles(node, change.officer, change.roles, change.by)
    elif change.what == RESET:
        sign_in_methods.reset(node, change.officer, change.by)


def _fitting(tx: Tx, change: Change) -> Officer | None:
    """Return the officer as they are, where the change can be made at all."""
    if change.what == INVITE:
        officer_admin.require_new(tx, change.officer, change.agency, change.office, change.roles)
        return None
    if change.what == ROLES:
        role.require_roles(change.roles)
    return officer_admin.require_in_office(tx, change.officer)


def _waiting(tx: Tx, node: Node, change: Change) -> Change:
    if not any(
        role.AUDITOR in one.roles and one.ended_ms is None and one.name != change.officer
        for one in tx.officers()
    ):
        raise Fault(
            code="officer.change.nobody",
            what="No other auditor is in office who could agree to this change.",
            fix="Make it on the command line of the machine: `comity officer link`, for example.",
        )
    for one in _every(tx, node, is_late=True):
        tx.drop_record(RECORD, one.id)
    waits = [*_every(tx, node)]
    same = (one for one in waits if not one.agreed_by and one.facts == change.facts)
    if (found := next(same, None)) is not None:
        return found
    if len(waits) >= OPEN_MAX:
        raise Fault(
            code="officer.change.many",
            what=f"{len(waits)} changes wait for a second person.",
            fix="Have some of them agreed to or declined first.",
        )
    asked = replace(change, id=node.entropy(_ID_BYTES).hex())
    _save(tx, asked)
    local_log.note(tx, node, "officer.change-asked", {**asked.facts, "by": asked.by})
    return asked


def _had_auditor(tx: Tx) -> bool:
    """Return whether there is or was an auditor: who ended them all is not alone by that."""
    return any(role.AUDITOR in one.roles for one in tx.officers())


def _count_alone(tx: Tx, node: Node, change: Change) -> None:
    kept = cast("dict[str, int] | None", tx.record(ALONE, ALONE))
    count = kept["count"] + 1 if kept else 1
    tx.save_record(ALONE, ALONE, {"count": count, "at": change.at_ms})
    facts = {**change.facts, **account_notices.fact(change.by)}
    local_log.note(tx, node, "officer.changed-alone", facts)


def _open(tx: Tx, node: Node, change_id: str) -> Change:
    kept = tx.record(RECORD, change_id)
    found = None if kept is None else _read(change_id, kept)
    if found is None or _is_late(found, node):
        raise Fault(
            code="officer.change.unknown",
            what="This change was made or declined, or was asked for more than a week ago.",
            fix="Ask for it again.",
        )
    return found


def _every(tx: Tx, node: Node, *, is_late: bool = False) -> Iterator[Change]:
    for key, kept in tx.records(RECORD, count_max=2 * OPEN_MAX).items():
        change = _read(key, kept)
        if _is_late(change, node) == is_late:
            yield change


def _is_late(change: Change, node: Node) -> bool:
    return node.clock.now_ms() >= change.at_ms + TERM_MS


def _save(tx: Tx, change: Change) -> None:
    kept: Json = {
        "what": change.what,
        "officer": change.officer,
        "agency": change.agency,
        "office": change.office,
        "roles": list(change.roles),
        "by": change.by,
        "at": change.at_ms,
        "agreed_by": change.agreed_by,
    }
    tx.save_record(RECORD, change.id, kept)


def _read(key: str, kept: Json) -> Change:
    value = cast("dict[str, Json]", kept)
    return Change(
        what=str(value["what"]),
        officer=str(value["officer"]),
        agency=str(value["agency"]),
        office=str(value["office"]),
        roles=tuple(cast("list[str]", value["roles"])),
        by=str(value["by"]),
        at_ms=cast("int", value["at"]),
        agreed_by=str(value["agreed_by"]),
        id=key,
    )
