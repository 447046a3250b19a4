"""Disputed claims as the operator's page shows them.

Floor: node.
"""

from dataclasses import dataclass

from comity.joint.arrangement.arrangement import parse_origin
from comity.node.base.ports import Tx
from comity.node.exchange import disputes
from comity.node.operate import claims
from comity.node.room import parties
from comity.node.room.parties import Known, PartyName


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One claim of a party that others contradict.

    Attributes:
        code: one of `claims.CODES`.
        party: who claims.
        origin: the log of the entry, or the one that was cosigned.
        index: of the entry, or None for a cosignature.
        claim_ms: the time that is claimed, or None.
        by: whose claim contradicts it, the same party where its own does, or None.
        by_ms: the time that is claimed there, or None.
    """

    code: str
    party: PartyName
    origin: str
    index: int | None
    claim_ms: int | None = None
    by: PartyName | None = None
    by_ms: int | None = None


def lines(tx: Tx, known: Known) -> tuple[ClaimLine, ...]:
    """Return what is disputed."""
    seen = claims.report(tx)
    return tuple(
        ClaimLine(
            one.kind,
            parties.name_of(known, one.party),
            one.origin,
            None if one.kind == disputes.TIME_FELL else one.index,
            one.claim_ms or None,
            parties.name_of(known, parse_origin(one.by_origin).party) if one.by_ms else None,
            one.by_ms or None,
        )
        for one in seen.disputed
    )
