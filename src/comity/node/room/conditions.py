"""Conditions that bind this State for what it was given, and the uses that they stop.

    attach      to another request, or where a State reads it that did not
    share       with another agency or officer of this State
    hand over   to a court, or to anybody else
    export      with its proofs
    disclose    in a proof that opens it

Which ones bind, and what each forbids, is the answer of the room of the matter.

Source: Budapest art. 28; docs/spec/request.md, clause 7.
Floor: node.
"""

from collections.abc import Iterator

from comity.acts import ways
from comity.acts.record import Matter
from comity.domestic.custody import decide
from comity.domestic.custody.decide import Limit
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.room import fold_cache, joint_texts


def of_act(
    node: Node, tx: Tx, channel: str, matter: Matter, given: tuple[str, str], way: str
) -> tuple[Limit, ...]:
    """Return the conditions that forbid a use of what one act gave.

    Args:
        node: ours.
        tx: a read or write.
        channel: of the matter.
        matter: kind and id.
        given: by which party, in which act of it; act "": in any.
        way: of `ways.WAYS`.
    """
    return tuple(_limits(node, tx, channel, matter, [given], way))


def of_matter(node: Node, tx: Tx, channel: str, matter: Matter, way: str) -> tuple[Limit, ...]:
    """Return the conditions that forbid a use of anything that this State was given in a matter."""
    given = [(party, "") for party in trust.load(tx, channel).arrangement.party_ids()]
    return tuple(_limits(node, tx, channel, matter, given, way))


def may(
    node: Node, tx: Tx, channel: str, matter: Matter, way: str, use: str = ""
) -> Inadmissible | None:
    """Return why what was given in a matter may not be used so, or None if it may.

    Args:
        node: ours.
        tx: a read or write.
        channel: of the matter.
        matter: kind and id.
        way: of `ways.WAYS`.
        use: what would be done, in words, where they say more than the way does.
    """
    return decide.may_use(of_matter(node, tx, channel, matter, way), use or ways.WAYS[way])


def _limits(
    node: Node, tx: Tx, channel: str, matter: Matter, given: list[tuple[str, str]], way: str
) -> Iterator[Limit]:
    room, row = node.rooms.get(matter.kind), tx.matter(channel, matter)
    if room is None or row is None:
        return
    now = fold_cache.of(node.rooms, row)
    bound = room.bound(now, None)
    text = joint_texts.of_matter(node, tx, channel, bound, node.clock.now_ms())
    for party, act_id in given:
        found = () if party == node.party else room.conditions(now, text, party, act_id)
        yield from (Limit(one.code, one.text, party) for one in found if way in one.forbids)
