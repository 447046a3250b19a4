"""Where something is given, to whom, and what counsel decides before it leaves.

Floor: rooms.
"""

from collections.abc import Mapping
from dataclasses import replace

from comity.domestic.nation import law_points
from comity.domestic.nation.law_points import Situation
from comity.domestic.nation.schema import OUTGOING
from comity.joint.share import acts
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import live_channel, nation_profile, need_to_know
from comity.node.room.matter_lookup import find
from comity.rooms.share import known
from comity.rooms.share.offer import Offer


def placed(node: Node, tx: Tx, officer: Officer, offer: Offer) -> Offer:
    """Return the offer with its channel, and of an addition with what the share says."""
    if not offer.share:
        channel = offer.channel or officer.compartment or live_channel.channel_of(tx, "")
        return replace(offer, channel=live_channel.known(tx, channel))
    row = find(tx, need_to_know.reader(tx, officer), acts.KIND, offer.share)
    state = node.rooms[acts.KIND].from_json(row.state)
    giving = state.giving
    if giving is None:
        return replace(offer, channel=row.channel, mark="TLP:RED")
    return replace(
        offer,
        channel=row.channel,
        mark=known.mark_of_all(state),
        category=giving.category,
        origin=giving.origin,
    )


def type_of(category: str) -> str:
    """Return what a nation profile calls the giving of a category."""
    return f"share-{category}"


def counsel(tx: Tx, category: str) -> list[Mapping[str, str]]:
    """Return what counsel decides before something of a category leaves, by name."""
    nation = nation_profile.in_force(tx)
    if nation is None:
        return []
    situation = Situation(OUTGOING, type_of(category))
    return [dict(one.label) for one in law_points.required(nation, situation)]
