"""Officers of this State: added, given other roles or a new token, ended.  Nothing of it crosses.

Floor: node.
"""

from collections.abc import Iterable
from dataclasses import replace

from comity.domestic.officer import role
from comity.domestic.officer import token as tokens
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_name
from comity.node.base import profile as profiles
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk.webhooks import registry
from comity.node.room import account_notices, local_log
from comity.node.room import nation_profile as nations
from comity.node.room.officers import ended


def add(
    node: Node,
    name: str,
    agency: str,
    office: str = "",
    roles: Iterable[str] = role.DEFAULT,
    by: str = "",
) -> str:
    """Add an officer; return their token, which is kept nowhere.

    Args:
        node: ours.
        name: of the officer.
        agency: of this State.
        office: in it, or "".
        roles: that they have.
        by: the officer who adds them, or "" for whoever is at the machine.

    Raises:
        Fault: `kernel.id.malformed`, `officer.name.taken`, `node.agency.unknown`,
            `officer.role.*`.
    """
    wanted = Officer(name, b"", agency, office, since_ms=0, roles=tuple(roles))
    with node.store.write() as tx:
        return appoint(tx, node, wanted, by)


def appoint(tx: Tx, node: Node, wanted: Officer, by: str) -> str:
    """Add an officer in a write that does more; see `add`."""
    given = require_new(tx, wanted.name, wanted.agency, wanted.office, wanted.roles)
    token = tokens.render(node.entropy(tokens.TOKEN_BYTES))
    sha256, since_ms = tokens.sha256(token), node.clock.now_ms()
    tx.save_officer(replace(wanted, token_sha256=sha256, since_ms=since_ms, roles=given))
    facts = {"officer": wanted.name, "agency": wanted.agency, "roles": " ".join(given)}
    local_log.note(tx, node, "officer.added", {**facts, **account_notices.fact(by)})
    return token


def require_new(
    tx: Tx, name: str, agency: str, office: str, roles: Iterable[str]
) -> tuple[str, ...]:
    """Return the roles of an officer who can be added.

    Raises:
        Fault: those of `add`.
    """
    require_name("officer", name)
    given = role.require_roles(roles)
    if office:
        require_name("office", office)
    if tx.officer(name) is not None:
        raise Fault(
            code="officer.name.taken",
            what=f"There is or was an officer {quoted(name)}.",
            fix="Choose another name; names of officers are not used again.",
        )
    if not nations.is_agency(tx, agency):
        profiles.require_agency(profiles.load(tx), agency)
    return given


def give_roles(node: Node, name: str, roles: Iterable[str], by: str = "") -> Officer:
    """Give an officer these roles and no others, from now on; `by` as for `add`.

    Raises:
        Fault: `officer.name.unknown`, `officer.account.ended`, `officer.role.*`.
    """
    with node.store.write() as tx:
        return set_roles(tx, node, name, roles, by)


def set_roles(tx: Tx, node: Node, name: str, roles: Iterable[str], by: str) -> Officer:
    """Give an officer these roles in a write that does more; see `give_roles`."""
    given = role.require_roles(roles)
    officer = require_in_office(tx, name)
    changed = replace(officer, roles=given)
    if changed != officer:
        tx.save_officer(changed)
        account_notices.tell(tx, node, name, account_notices.ROLES, by)
        facts = {"officer": name, "roles": " ".join(given)}
        local_log.note(tx, node, "officer.roles-changed", {**facts, **account_notices.fact(by)})
    return changed


def renew_token(node: Node, name: str) -> str:
    """Give an officer a new token, which is kept nowhere; the one before opens nothing any more.

    Their sessions, second factor and the tokens of their programs stay as they are.  They are told.

    Raises:
        Fault: `officer.name.unknown`, `officer.account.ended`.
    """
    token = tokens.render(node.entropy(tokens.TOKEN_BYTES))
    with node.store.write() as tx:
        officer = require_in_office(tx, name)
        tx.save_officer(replace(officer, token_sha256=tokens.sha256(token)))
        account_notices.tell(tx, node, name, account_notices.TOKEN, "")
        local_log.note(tx, node, "officer.token-renewed", {"officer": name})
    return token


def end(node: Node, name: str, by: str = "") -> Officer:
    """Note that an officer has left: their token opens nothing any more; `by` as for `add`.

    Their webhooks and notices end: nobody but they could end them, and a node has places for few.

    Raises:
        Fault: `officer.name.unknown`.
    """
    with node.store.write() as tx:
        officer = require_officer(tx, name)
        if officer.ended_ms is not None:
            return officer
        gone = replace(officer, ended_ms=node.clock.now_ms())
        tx.save_officer(gone)
        registry.stop_all(tx, node, name)
        local_log.note(tx, node, "officer.ended", {"officer": name, **account_notices.fact(by)})
    return gone


def require_officer(tx: Tx, name: str) -> Officer:
    """Return an officer, one who has left too.

    Raises:
        Fault: `officer.name.unknown`.
    """
    officer = tx.officer(name)
    if officer is None:
        raise Fault(
            code="officer.name.unknown",
            what=f"There is no officer {quoted(name)}.",
            fix="Run `comity officer list` to see them.",
        )
    return officer


def require_in_office(tx: Tx, name: str) -> Officer:
    """Return an officer who has not left.

    Raises:
        Fault: `officer.name.unknown`, `officer.account.ended`.
    """
    officer = require_officer(tx, name)
    if officer.ended_ms is not None:
        raise ended(name)
    return officer


def everyone(node: Node) -> list[Officer]:
    """Return all officers by name, those who have left too."""
    with node.store.read() as tx:
        return tx.officers()
