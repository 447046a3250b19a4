"""Who signs in: an officer is known by their name and token; one who has ended never is.

Floor: node.
"""

from comity.domestic.officer import role
from comity.domestic.officer import token as tokens
from comity.joint.arrangement.channel import EXERCISE
from comity.kernel.fault import Fault, quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import Rooms
from comity.node.base.rows import Officer


def authenticate(node: Node, name: str, token: str) -> Officer:
    """Return the officer whose name and token these are.

    A name that does not exist takes the same time and gives the same answer as a wrong
    token.

    Raises:
        Fault: `officer.token.wrong`, `officer.account.ended`.
    """
    with node.store.read() as tx:
        officer = tx.officer(name)
    kept = officer.token_sha256 if officer else tokens.NO_TOKEN_SHA256
    if not tokens.is_same(token, kept) or officer is None:
        raise Fault(
            code="officer.token.wrong",
            what=f"The token given is not the token of an officer {quoted(name)}.",
            fix="Give the token that was shown last for this officer, in COMITY_TOKEN. For a lost "
            "one, whoever runs the node gives another: `comity officer renew-token`.",
        )
    if officer.ended_ms is not None:
        raise ended(name)
    return officer


def ended_names(tx: Tx) -> frozenset[str]:
    """Return the names of all officers who have ended."""
    return frozenset(officer.name for officer in tx.officers() if officer.ended_ms is not None)


def lacks_role(officer: Officer, *roles: str) -> Inadmissible | None:
    """Return the refusal by rule to an officer who has none of these roles, or None."""
    if any(one in officer.roles for one in roles):
        return None
    has = " and ".join(officer.roles) or "neither"
    return Inadmissible(
        "officer.role.lacking",
        f"This takes the role {' or '.join(roles)}; {officer.name} is {has}.",
        "Ask one who is, or have the role given with `comity officer role`.",
    )


def changes_nothing(officer: Officer) -> Inadmissible | None:
    """Return the refusal by rule to an officer whose roles only read, or None."""
    if not role.READING.issuperset(officer.roles):
        return None
    return lacks_role(officer, *role.SPEAKING)


def may_not_say(rooms: Rooms, officer: Officer, purpose: str, kind: str) -> Inadmissible | None:
    """Return the refusal by rule to an officer who writes nothing of this kind there, or None.

    Args:
        rooms: of this node.
        officer: who writes.
        purpose: of the channel.
        kind: of the matter.
    """
    if any(one in officer.roles for one in role.SPEAKING):
        return None
    if purpose == EXERCISE and role.CONTROLLER in officer.roles:
        return None
    room = rooms.get(kind)
    if room is not None and not room.speakers.isdisjoint(officer.roles):
        return None
    return lacks_role(officer, *role.SPEAKING)


def require_say(rooms: Rooms, officer: Officer, purpose: str, kind: str) -> None:
    """Check that an officer writes of this kind there; see `may_not_say`.

    Raises:
        Fault: `officer.role.lacking`.
    """
    _require(may_not_say(rooms, officer, purpose, kind))


def require_change(officer: Officer) -> None:
    """Check that an officer does more than read.

    Raises:
        Fault: `officer.role.lacking`.
    """
    _require(changes_nothing(officer))


def require_work(officer: Officer) -> None:
    """Check that an officer works on matters.

    Raises:
        Fault: `officer.role.lacking`.
    """
    _require(lacks_role(officer, *role.SPEAKING))


def _require(no: Inadmissible | None) -> None:
    if no is not None:
        raise Fault(code="officer.role.lacking", what=no.what, fix=no.fix)


def ended(name: str) -> Fault:
    """Return the fault of acting as an officer who has left."""
    return Fault(
        code="officer.account.ended",
        what=f"The officer {quoted(name)} has ended.",
        fix="Act as an officer who is still in office; `comity officer list` shows them.",
    )
