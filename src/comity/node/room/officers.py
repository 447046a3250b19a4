"""Who signs in: an officer is known by their name and token; one who has ended never is.

Floor: node.
"""

from dataclasses import replace

from comity.domestic.officer import role
from comity.domestic.officer import token as tokens
from comity.joint.arrangement.channel import EXERCISE
from comity.kernel.fault import Fault, quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import channel_records
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


def current(tx: Tx, officer: Officer) -> Officer:
    """Return an officer as their row stands now, in the exercise or the real work they are in."""
    found = tx.officer(officer.name)
    return replace(found, compartment=officer.compartment) if found is not None else officer


def may_not_say(
    tx: Tx, rooms: Rooms, officer: Officer, channel: str, kind: str
) -> Inadmissible | None:
    """Return the refusal by rule to an officer who writes nothing of this kind there, or None.

    Args:
        tx: which knows what a channel is for.
        rooms: of this node.
        officer: who writes.
        channel: its path.
        kind: of the matter.
    """
    purpose = channel_records.purpose(tx, channel)
    if officer.compartment != channel_records.compartment(tx, channel):
        return _elsewhere(officer, channel)
    if any(one in officer.roles for one in role.SPEAKING):
        return None
    if purpose == EXERCISE and role.CONTROLLER in officer.roles:
        return None
    room = rooms.get(kind)
    if room is not None and not room.speakers.isdisjoint(officer.roles):
        return None
    return lacks_role(officer, *role.SPEAKING)


def _elsewhere(officer: Officer, channel: str) -> Inadmissible:
    """Return the refusal to write in an exercise from real work, or the other way."""
    if officer.compartment:
        what = f"{quoted(channel)} is not the exercise in which {officer.name} works now."
    else:
        what = f"{quoted(channel)} is a channel of an exercise, and {officer.name} is in real work."
    return Inadmissible(
        "officer.compartment.other",
        what,
        "Enter the exercise, or leave it: set or unset COMITY_EXERCISE, or use the page Exercises.",
    )


def require_say(tx: Tx, rooms: Rooms, officer: Officer, channel: str, kind: str) -> None:
    """Check that an officer writes of this kind there; see `may_not_say`.

    Raises:
        Fault: `officer.role.lacking`, `officer.compartment.other`.
    """
    no = may_not_say(tx, rooms, officer, channel, kind)
    if no is not None:
        raise Fault(code=no.rule, what=no.what, fix=no.fix)


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
