"""Which channel a request goes through: the one that the parties share.

Floor: rooms.
"""

from collections.abc import Sequence
from typing import Final

from comity.acts.record import Addressee
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx

EMERGENCY: Final = "emergency"


def find(
    tx: Tx, node: Node, to: Sequence[str], urgency: str, path: str
) -> tuple[str, tuple[str, ...]] | Inadmissible:
    """Return the channel that these parties share, and its parties."""
    found: list[tuple[int, str, tuple[str, ...]]] = []
    for arrangement in register_records.arrangements(tx):
        parties = arrangement.party_ids()
        if {node.party, *to} <= set(parties):
            paths = [register_records.hotline_in(arrangement.id)] if urgency == EMERGENCY else []
            paths += [register_records.live_in(arrangement.id)]
            if path:
                paths = [path] if path.startswith(f"{arrangement.id}/") else []
            own = [p for p in paths if _writes_in(tx, p)]
            found += [(len(parties), p, parties) for p in own[:1]]
    return _narrowest(sorted(found), to, path)


def to_ask(
    tx: Tx, node: Node, to: Sequence[Addressee], urgency: str, path: str
) -> tuple[str, tuple[str, ...]] | Inadmissible:
    """Return the same, if the newest card of each party names the agency that is asked."""
    found = find(tx, node, [one.party for one in to], urgency, path)
    no = None if isinstance(found, Inadmissible) else _unnamed_agency(tx, found[0], to)
    return no or found


def _unnamed_agency(tx: Tx, path: str, to: Sequence[Addressee]) -> Inadmissible | None:
    cards = trust.load(tx, path).cards
    for one in to:
        newest = cards[one.party][max(cards[one.party])]
        known = [agency.id for agency in newest.agencies]
        if one.agency and known and one.agency not in known:
            return Inadmissible(
                "request.agency-unnamed",
                f"{quoted(one.agency)} is no agency that {one.party} names: {', '.join(known)}.",
                f"Name one of them, or {one.party} alone: its contact point routes the request.",
            )
    return None


def _narrowest(
    found: list[tuple[int, str, tuple[str, ...]]], to: Sequence[str], path: str
) -> tuple[str, tuple[str, ...]] | Inadmissible:
    """Return the channel with the fewest readers."""
    if not found:
        where = f" in {path}" if path else ""
        return Inadmissible(
            "request.channel-missing",
            f"No channel of this node has {' and '.join(to) or 'an addressee'}{where}.",
            "Name a party that this node is paired with; `comity channel list` shows them.",
        )
    if len(found) > 1 and found[0][0] == found[1][0]:
        return Inadmissible(
            "request.channel-ambiguous",
            f"These parties share more than one arrangement: {found[0][1]} and {found[1][1]}.",
            "Name the channel with --channel.",
        )
    return found[0][1], found[0][2]


def _writes_in(tx: Tx, path: str) -> bool:
    return any(log.own for log in tx.logs(path))
