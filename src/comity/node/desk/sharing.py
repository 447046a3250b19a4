"""Sharing a request with another agency or officer of this State, and ending that.

Whoever reads a request may share it: he could say it by word of mouth, and this way it is noted.
A condition under which something was given can forbid it.

Floor: node.
"""

from dataclasses import dataclass

from comity.joint.request import acts, binding
from comity.kernel.inadmissible import Inadmissible
from comity.node.context import Node
from comity.node.desk import conditions, need
from comity.node.desk.matters import find
from comity.node.ports import Tx
from comity.node.rows import MatterRow, Officer


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads a request.

    Attributes:
        matter_id: of the request.
        keys: agencies, officers as `@name`, "" for the contact point; sorted.
        is_changed: whether what was asked for changed something.
    """

    matter_id: str
    keys: tuple[str, ...]
    is_changed: bool = False


def readers(node: Node, officer: Officer, matter_id: str) -> Readers:
    """Return who reads a request.

    Raises:
        Fault: those of `matters.find`.
    """
    with node.store.read() as tx:
        row = find(tx, need.reader(tx, officer), acts.KIND, matter_id)
        return Readers(row.matter.id, need.readers(tx, row))


def share(node: Node, officer: Officer, matter_id: str, to: str) -> Readers | Inadmissible:
    """Let an agency, or an officer as `@name`, read a request from now on.

    Raises:
        Fault: those of `matters.find`, `node.agency.unknown`, `officer.name.unknown`.
    """
    with node.store.write() as tx:
        row = find(tx, need.reader(tx, officer), acts.KIND, matter_id)
        key = need.require_key(tx, to)
        no = _forbidden(node, tx, row, key)
        if no is not None:
            return no
        is_changed = need.share(tx, node, row.channel, row.matter, key)
        return Readers(row.matter.id, need.readers(tx, row), is_changed)


def _forbidden(node: Node, tx: Tx, row: MatterRow, key: str) -> Inadmissible | None:
    """Return which condition forbids that another reads it, or None; who reads it is no other."""
    who = tx.officer(key[1:]) if key.startswith("@") else None
    if {key, who.agency if who else key} & {*need.readers(tx, row)}:
        return None
    use = f"letting {key} read it"
    return conditions.may(node, tx, row.channel, row.matter, binding.SHARE, use)


def unshare(node: Node, officer: Officer, matter_id: str, to: str) -> Readers:
    """End what `share` began; whoever its acts route it to reads it all the same.

    Raises:
        Fault: those of `share`.
    """
    with node.store.write() as tx:
        row = find(tx, need.reader(tx, officer), acts.KIND, matter_id)
        key = need.require_key(tx, to)
        is_changed = need.unshare(tx, node, row.channel, row.matter, key)
        return Readers(row.matter.id, need.readers(tx, row), is_changed)
