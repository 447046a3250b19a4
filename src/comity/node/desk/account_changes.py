"""Changes by which somebody may read or release more: a second person agrees to them.

An officer who runs the node asks for a change of an account, an officer who audits it agrees or
declines, and then it is made once, by an officer who runs the node.  A nation profile is asked for
by counsel, and is in force once an auditor agrees.  The two have roles that no one account has
together; who audits reads everything as it is, so that they gain nothing by agreeing.

A node that never had an auditor is a node of one person: there a change is made at once, and the
local log notes that nobody else agreed to it, which every page of a later auditor says.  Whoever is
at the machine needs nobody: see docs/service.md, "Ways in".

Floor: node.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

from comity.domestic.officer import role
from comity.kernel.fault import Fault, quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk import change_record, officer_admin, sign_in_links, sign_in_methods
from comity.node.desk.change_record import (
    INVITE,
    OPEN_MAX,
    PROFILE,
    RESET,
    ROLES,
    Change,
)
from comity.node.room import account_notices, local_log, officers
from comity.node.room import nation_profile as nations
from comity.node.room.nation_profile import Adopted

ALONE: Final = "account-alone"
"""Record of one key: how many changes one person made alone, and when the last."""


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
        It, with an id where it waits for a second person, or without one where it was made: then
        with the link that is shown once, unless it gave roles.

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
        return _make(tx, node, change)


def ask_profile(
    node: Node, officer: Officer, data: bytes, name: str, *, extend: bool = False
) -> Adopted | Change | Inadmissible:
    """Ask for a nation profile; where nobody ever could agree, it is in force at once.

    It takes the place of another that waits.

    Args:
        node: ours.
        officer: who asks, counsel.
        data: plain YAML.
        name: of the file.
        extend: put the agencies that speak to other States on the next card.

    Returns:
        The version in force, or the change that waits.

    Raises:
        Fault: `kernel.yaml.malformed`, `node.profile.too-large`, `officer.change.nobody`,
            `officer.change.many`.
        Unfit: `nation.profile.unfit`, with every problem and its line.
    """
    no = officers.lacks_role(officer, role.COUNSEL)
    if no is not None:
        return no
    with node.store.write() as tx:
        nation, _ = nations.require_fit(tx, node, data, name, extend=extend)
        if (same := nations.same_as(tx, nation)) is not None:
            return same
        change = Change(PROFILE, by=officer.name, at_ms=node.clock.now_ms(), profile=nation.sha256)
        if not _had_auditor(tx):
            _count_alone(tx, node, change)
            return nations.put_in_force(tx, node, officer.name, data, name, extend=extend)
        for one in [*change_record.every(tx, node)]:
            if one.what == PROFILE and one.profile != nation.sha256:
                change_record.drop(tx, one)
        asked = _waiting(tx, node, change)
        change_record.save_text(tx, asked, data, extend=extend)
    return asked


def asked_profile(node: Node) -> tuple[Change, bytes] | None:
    """Return the profile that waits for a second person, as its authors wrote it; or None."""
    with node.store.read() as tx:
        for one in change_record.every(tx, node):
            if one.what == PROFILE:
                return one, change_record.text(tx, one)[0]
    return None


def needs_second(node: Node) -> bool:
    """Return whether a second person agrees here: there is or was an auditor."""
    with node.store.read() as tx:
        return _had_auditor(tx)


def agree(node: Node, officer: Officer, change_id: str) -> Change:
    """Agree to a change that waits, as a second person; a nation profile is in force by that.

    Raises:
        Fault: `officer.change.unknown`, `officer.change.own`; of a profile, that counsel who
            asked has left, or what `ask_profile` raises: it may fit no longer.
        Unfit: likewise.
    """
    with node.store.write() as tx:
        change = change_record.require(tx, node, change_id)
        if officer.name in {change.by, change.officer}:
            raise Fault(
                code="officer.change.own",
                what=f"{quoted(officer.name)} cannot agree to a change of their own account, or "
                "to one that they asked for.",
                fix="Another auditor of this node agrees; or make it on the command "
                "line of the machine.",
            )
        agreed = replace(change, agreed_by=officer.name)
        local_log.note(tx, node, "officer.change-agreed", {**change.facts, "by": officer.name})
        if change.what == PROFILE:
            _put_in_force(tx, node, agreed)
        else:
            change_record.save(tx, agreed)
    return agreed


def decline(node: Node, officer: Officer, change_id: str) -> Change:
    """Decline a change, or take back one's agreement before it is made.

    Raises:
        Fault: `officer.change.unknown`.
    """
    with node.store.write() as tx:
        change = change_record.require(tx, node, change_id)
        change_record.drop(tx, change)
        local_log.note(tx, node, "officer.change-declined", {**change.facts, "by": officer.name})
    return change


def make(node: Node, officer: Officer, change_id: str) -> Change:
    """Make a change that a second person agreed to, once.

    Their agreement is spent and the change is made by one write, so that whatever breaks off
    leaves both or neither.

    Args:
        node: ours.
        officer: who makes it, who runs the node.
        change_id: of it.

    Returns:
        It, with the link that is shown once, unless it gave roles.

    Raises:
        Fault: `officer.change.unknown`, `officer.change.waits`; those of the change itself.
    """
    with node.store.write() as tx:
        change = change_record.require(tx, node, change_id)
        if not change.agreed_by:
            raise Fault(
                code="officer.change.waits",
                what="Nobody has agreed to this change yet.",
                fix="Ask an auditor to agree to it on the page Changes for two persons.",
            )
        _fitting(tx, change)
        change_record.drop(tx, change)
        local_log.note(tx, node, "officer.change-made", {**change.facts, "by": officer.name})
        return _make(tx, node, replace(change, by=officer.name))


def listing(node: Node) -> Sequence[Change]:
    """Return the changes that are asked for and not made, the oldest first."""
    with node.store.read() as tx:
        found = [*change_record.every(tx, node)]
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


def _make(tx: Tx, node: Node, change: Change) -> Change:
    """Make a change; return it, with the link by which the officer signs in if it gives one."""
    if change.what == ROLES:
        officer_admin.set_roles(tx, node, change.officer, change.roles, change.by)
        return change
    if change.what == INVITE:
        wanted = Officer(change.officer, b"", change.agency, change.office, 0, roles=change.roles)
        officer_admin.appoint(tx, node, wanted, change.by)
    elif change.what == RESET:
        sign_in_methods.forget(tx, node, change.officer, change.by)
    token, _until = sign_in_links.make(tx, node, change.officer, change.by)
    return replace(change, link=token)


def _put_in_force(tx: Tx, node: Node, agreed: Change) -> None:
    by = officer_admin.require_in_office(tx, agreed.by)
    no = officers.lacks_role(by, role.COUNSEL)
    if no is not None:
        raise Fault(code=no.rule, what=no.what, fix=no.fix)
    data, extend = change_record.text(tx, agreed)
    change_record.drop(tx, agreed)
    nations.put_in_force(
        tx, node, agreed.by, data, "profile", extend=extend, agreed_by=agreed.agreed_by
    )


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
        role.AUDITOR in one.roles
        and one.ended_ms is None
        and one.name not in {change.officer, change.by}
        for one in tx.officers()
    ):
        raise Fault(
            code="officer.change.nobody",
            what="No other auditor is in office who could agree to this change.",
            fix="Make it on the command line of the machine: `comity officer link`, or `comity "
            "nation adopt` for a profile.",
        )
    for one in [*change_record.every(tx, node, is_late=True)]:
        change_record.drop(tx, one)
    waits = [*change_record.every(tx, node)]
    same = (one for one in waits if not one.agreed_by and one.facts == change.facts)
    if (found := next(same, None)) is not None:
        return found
    if len(waits) >= OPEN_MAX:
        raise Fault(
            code="officer.change.many",
            what=f"{len(waits)} changes wait for a second person.",
            fix="Have some of them agreed to or declined first.",
        )
    asked = replace(change, id=node.entropy(change_record.ID_BYTES).hex())
    change_record.save(tx, asked)
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
