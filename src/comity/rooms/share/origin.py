"""A giving without its origin: the secret by which ids are changed, and what then is left.

    record kind     key       value
    share-secret    origin    hex; made once, of this State alone

Floor: rooms.
"""

from collections.abc import Mapping
from typing import Final, cast

from comity.acts.marks import Mark
from comity.domestic.share import withheld
from comity.joint.share.bundle import Object
from comity.node.base.context import Node
from comity.rooms.share import reading
from comity.rooms.share.schemas import checker

SECRET: Final = "share-secret"  # noqa: S105 -- a kind of record
_ORIGIN: Final = "origin"


def withheld_from(
    node: Node, leaving: Mapping[int, Object], narrower: Mapping[int, Mark]
) -> list[Object]:
    """Return what leaves without its origin; what then fits STIX 2.1 no more stays here."""
    own = {str(leaving[at]["id"]): str(mark) for at, mark in narrower.items()}
    fields = {id_: reading.refs_of(mark) for id_, mark in own.items()}
    made = withheld.rewritten(leaving.values(), fields, _secret(node))
    check = checker()
    return [*reading.definitions(own.values()), *(one for one in made if not check.flaw(one))]


def _secret(node: Node) -> bytes:
    """Return the secret by which ids are changed; it is made once."""
    with node.store.write() as tx:
        found = tx.record(SECRET, _ORIGIN)
        if found is None:
            found = node.entropy(withheld.SECRET_BYTES).hex()
            tx.save_record(SECRET, _ORIGIN, found)
    return bytes.fromhex(cast("str", found))
