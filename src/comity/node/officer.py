"""Officers of this State: added, listed, ended.  Nothing of this crosses.

Floor: node.
"""

from comity.domestic.officer import token as tokens
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import require_name
from comity.node import profile as profiles
from comity.node.context import Node
from comity.node.desk import locallog
from comity.node.rows import Officer


def add(node: Node, name: str, agency: str, office: str = "") -> str:
    """Add an officer; return his token, which is kept nowhere.

    Raises:
        Fault: `kernel.id.malformed`, `officer.name.taken`, `node.agency.unknown`.
    """
    require_name("officer", name)
    if office:
        require_name("office", office)
    token = tokens.render(node.entropy(tokens.TOKEN_BYTES))
    with node.store.write() as tx:
        if tx.officer(name) is not None:
            raise Fault(
                code="officer.name.taken",
                what=f"There is or was an officer {quoted(name)}.",
                fix="Choose another name; names of officers are not used again.",
            )
        profiles.require_agency(profiles.load(tx), agency)
        tx.save_officer(
            Officer(name, tokens.sha256(token), agency, office, since_ms=node.clock.now_ms())
        )
        locallog.note(tx, node, "officer.added", {"officer": name, "agency": agency})
    return token


def end(node: Node, name: str) -> Officer:
    """Note that an officer has left: his token opens nothing any more.

    Raises:
        Fault: `officer.name.unknown`.
    """
    with node.store.write() as tx:
        officer = tx.officer(name)
        if officer is None:
            raise Fault(
                code="officer.name.unknown",
                what=f"There is no officer {quoted(name)}.",
                fix="Run `comity officer list` to see them.",
            )
        if officer.ended_ms is not None:
            return officer
        ended = Officer(
            officer.name,
            officer.token_sha256,
            officer.agency,
            officer.office,
            officer.since_ms,
            node.clock.now_ms(),
        )
        tx.save_officer(ended)
        locallog.note(tx, node, "officer.ended", {"officer": name})
    return ended


def everyone(node: Node) -> list[Officer]:
    """Return all officers by name, those who have left too."""
    with node.store.read() as tx:
        return tx.officers()
