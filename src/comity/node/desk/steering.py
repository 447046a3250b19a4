"""What an officer does about a partner: try again, freeze, thaw, give up, take back, pair.

Whoever reads for an audit changes nothing; pairing is the operator's, who holds the files.

Floor: node.
"""

from collections.abc import Sequence
from typing import Final

from comity.domestic.officer import role
from comity.joint.arrangement.pairing import Pairing
from comity.kernel.inadmissible import Inadmissible
from comity.node import pairing
from comity.node.context import Node
from comity.node.desk import locallog, officers
from comity.node.exchange import freeze as freezing
from comity.node.exchange import given_up, pump
from comity.node.exchange.given_up import GivenUp
from comity.node.rows import Log, Officer

REASON_CHARS_MAX: Final = 2_000
_ACTING: Final = (
    role.OPERATOR, role.CONTACT_POINT, role.RELEASING, role.COUNSEL, role.CASE_OFFICER,
)  # fmt: skip


def may_act(officer: Officer) -> Inadmissible | None:
    """Return the lawful no to an officer who only reads."""
    return officers.lacks_role(officer, *_ACTING)


def may_pair(officer: Officer) -> Inadmissible | None:
    """Return the lawful no to an officer who does not run the node."""
    return officers.lacks_role(officer, role.OPERATOR)


def retry(node: Node, officer: Officer, party: str) -> bool | Inadmissible:
    """Let the next round not wait for a party that was out of reach.

    Returns:
        Whether anything waited.
    """
    no = may_act(officer)
    if no is not None:
        return no
    has_waited = pump.try_now(node, {party})
    _wake(node, party)
    return has_waited


def _wake(node: Node, party: str) -> None:
    with node.store.read() as tx:
        channels = {pair.channel for pair in pump.pairs(tx, node.party) if pair.party == party}
    for channel in sorted(channels):
        node.wake(channel)


def freeze(node: Node, officer: Officer, origin: str, reason: str) -> Log | Inadmissible:
    """Stop signing, or mirroring, one log, with a reason that stays here.

    Raises:
        Fault: `exchange.log.unknown`, `exchange.log.ended`.
    """
    no = may_act(officer)
    if no is not None:
        return no
    frozen = freezing.freeze(node, origin, officer.name, reason)
    with node.store.write() as tx:
        facts = {"officer": officer.name, "log": origin, "reason": reason}
        locallog.note(tx, node, "log.frozen", facts)
    return frozen


def thaw(node: Node, officer: Officer, origin: str) -> Log | Inadmissible:
    """Let a log that an officer froze go on.

    Raises:
        Fault: `exchange.log.unknown`, `exchange.log.ended`, `exchange.log.convicted`.
    """
    no = may_act(officer)
    if no is not None:
        return no
    thawed = freezing.thaw(node, origin, officer.name)
    with node.store.write() as tx:
        locallog.note(tx, node, "log.thawed", {"officer": officer.name, "log": origin})
    return thawed


def give_up(
    node: Node, officer: Officer, party: str, reason: str, arrangement_id: str = ""
) -> GivenUp | Inadmissible:
    """Let nothing here wait for a party any more; see `exchange.given_up`.

    Raises:
        Fault: `node.peer.unknown`, `node.arrangement.unknown`.
    """
    no = may_act(officer)
    if no is not None:
        return no
    with node.store.write() as tx:
        arrangement = given_up.require_arrangement(tx, node.party, party, arrangement_id)
        before = given_up.of(tx, arrangement, party)
        found = given_up.note(tx, node, arrangement, party, (officer.name, reason))
        if before is None:
            facts = {"officer": officer.name, "party": party, "arrangement": arrangement}
            facts |= {"reason": reason, "place": found.place}
            locallog.note(tx, node, "party.given-up", facts)
    _wake(node, party)
    return found


def take_back(
    node: Node, officer: Officer, party: str, arrangement_id: str = ""
) -> bool | Inadmissible:
    """Let a party be waited for again; return whether it was given up.

    Raises:
        Fault: `node.peer.unknown`, `node.arrangement.unknown`.
    """
    no = may_act(officer)
    if no is not None:
        return no
    with node.store.write() as tx:
        arrangement = given_up.require_arrangement(tx, node.party, party, arrangement_id)
        was_given_up = given_up.drop(tx, arrangement, party)
        if was_given_up:
            facts = {"officer": officer.name, "party": party, "arrangement": arrangement}
            locallog.note(tx, node, "party.taken-back", facts)
    _wake(node, party)
    return was_given_up


def open_offer(node: Node, officer: Officer, accepts: Sequence[bytes]) -> bytes | Inadmissible:
    """Return the text that opens our offer to those who accepted it.

    Raises:
        Fault: as `pairing.confirm`.
    """
    return may_pair(officer) or pairing.confirm(node, accepts)


def preview(node: Node, officer: Officer, confirmed: bytes) -> Pairing | Inadmissible:
    """Return what a confirmation says and the code to compare; nothing is kept.

    Raises:
        Fault: as `pairing.preview`.
    """
    return may_pair(officer) or pairing.preview(node, confirmed)


def keep(node: Node, officer: Officer, confirmed: bytes, spoken: str) -> Pairing | Inadmissible:
    """Keep a pairing whose code was read over the telephone and is the same here.

    Raises:
        Fault: as `pairing.save`.
    """
    return may_pair(officer) or pairing.save(node, confirmed, spoken)
