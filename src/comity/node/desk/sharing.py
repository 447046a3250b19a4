"""Sharing a request with another agency or officer of this State, and ending that.

Whoever reads a request may share it: he could say it by word of mouth, and this way it is noted.

Floor: node.
"""

from dataclasses import dataclass

from comity.joint.request import acts
from comity.node.context import Node
from comity.node.desk import need
from comity.node.desk.matters import find
from comity.node.rows import Officer


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


def share(node: Node, officer: Officer, matter_id: str, to: str) -> Readers:
    """Let an agency, or an officer as `@name`, read a request from now on.

    Raises:
        Fault: those of `matters.find`, `node.agency.unknown`, `officer.name.unknown`.
    """
    return _change(node, officer, matter_id, to, is_shared=True)


def unshare(node: Node, officer: Officer, matter_id: str, to: str) -> Readers:
    """End what `share` began; whoever its acts route it to reads it all the same.

    Raises:
        Fault: those of `share`.
    """
    return _change(node, officer, matter_id, to, is_shared=False)


def _change(node: Node, officer: Officer, matter_id: str, to: str, *, is_shared: bool) -> Readers:
    with node.store.write() as tx:
        row = find(tx, need.reader(tx, officer), acts.KIND, matter_id)
        key = need.require_key(tx, to)
        change = need.share if is_shared else need.unshare
        is_changed = change(tx, node, row.channel, row.matter, key)
        return Readers(row.matter.id, need.readers(tx, row), is_changed)
