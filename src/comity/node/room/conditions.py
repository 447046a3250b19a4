"""Conditions that bind this State for what it was given, and the uses that they stop.

    attach      to another request, or where a State reads it that did not
    share       with another agency or officer of this State
    hand over   to a court, or to anybody else
    export      with its proofs
    disclose    in a proof that opens it

A condition binds until who attached it waives it.  What a condition forbids stands in the
guideline that the request is bound to; where that does not say it, in the closed list.

Source: Budapest art. 28; docs/spec/request.md, clause 7.
Floor: node.
"""

from collections.abc import Iterable, Iterator, Mapping

from comity.acts.record import Matter
from comity.domestic.custody import decide
from comity.domestic.custody.decide import Limit
from comity.joint.guideline.model import Guideline
from comity.joint.request import acts, binding, codes, state
from comity.joint.request.state import State
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.room import guidelines


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
        way: of `binding.WAYS`.
    """
    folded = _folded(tx, channel, matter)
    party, act_id = given
    if folded is None or party == node.party:
        return ()
    named = [act_id] if act_id else [one.act_id for one in folded.turns if one.party == party]
    bound = {code for one in named for code in binding.binding(folded, party, one)}
    return tuple(_limits(node, tx, channel, folded, {party: bound}, way))


def of_matter(node: Node, tx: Tx, channel: str, matter: Matter, way: str) -> tuple[Limit, ...]:
    """Return the conditions that forbid a use of anything that this State was given in a matter."""
    folded = _folded(tx, channel, matter)
    if folded is None:
        return ()
    bound: dict[str, set[str]] = {}
    for turn in folded.turns:
        if turn.party != node.party:
            found = binding.binding(folded, turn.party, turn.act_id)
            bound.setdefault(turn.party, set()).update(found)
    return tuple(_limits(node, tx, channel, folded, bound, way))


def may(
    node: Node, tx: Tx, channel: str, matter: Matter, way: str, use: str = ""
) -> Inadmissible | None:
    """Return why what was given in a matter may not be used so, or None if it may.

    Args:
        node: ours.
        tx: a read or write.
        channel: of the matter.
        matter: kind and id.
        way: of `binding.WAYS`.
        use: what would be done, in words, where they say more than the way does.
    """
    return decide.may_use(of_matter(node, tx, channel, matter, way), use or binding.WAYS[way])


def _folded(tx: Tx, channel: str, matter: Matter) -> State | None:
    row = tx.matter(channel, matter) if matter.kind == acts.KIND else None
    return None if row is None else state.from_json(row.state)


def _limits(
    node: Node,
    tx: Tx,
    channel: str,
    folded: State,
    bound: Mapping[str, Iterable[str]],
    way: str,
) -> Iterator[Limit]:
    if not any(bound.values()):
        return
    guideline = guidelines.bound(node, tx, channel, folded.guideline)
    agreed = _agreed(guideline)
    for party, attached in bound.items():
        for code in binding.forbidden(sorted(attached), way, agreed):
            yield Limit(code, _text(guideline, code), party)


def _agreed(guideline: Guideline | None) -> Mapping[str, tuple[str, ...]]:
    if guideline is None:
        return binding.FORBIDS
    listed = guideline.conditions.values()
    return {one.code: one.forbids for one in listed if one.forbids is not None}


def _text(guideline: Guideline | None, code: str) -> str:
    """Return the words of a condition: those of the guideline, in English where it has them."""
    one = guideline.conditions.get(code) if guideline else None
    if one is not None:
        return one.label.get("en") or next(iter(one.label.values()))
    return codes.CONDITIONS[code].en if code in codes.CONDITIONS else code
