"""Questions that a screen and the other rooms ask of a joint text.

Floor: joint (pure).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.joint.text import table
from comity.joint.text.state import Proposal, State

IN_FORCE: Final = "in-force"
AGREED: Final = "agreed"
"""Adopted by every party, and not in force yet: its day has not come, or a receipt is missing."""
SUPERSEDED: Final = "superseded"
ENDED: Final = "ended"

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        table.NONE: {"en": "nothing proposed", "zh": "尚无提案"},
        table.PROPOSED: {"en": "proposed", "zh": "已提出"},
        table.COUNTERED: {"en": "countered by another proposal", "zh": "已有对案"},
        table.DECLINED: {"en": "declined", "zh": "未获接受"},
        table.WITHDRAWN: {"en": "withdrawn", "zh": "已撤回"},
        table.ADOPTED: {"en": "adopted by every party", "zh": "各方均已通过"},
        IN_FORCE: {"en": "in force", "zh": "生效中"},
        AGREED: {"en": "adopted, not yet in force", "zh": "已通过，尚未生效"},  # noqa: RUF001 -- Chinese punctuation
        SUPERSEDED: {"en": "superseded by a later version", "zh": "已被新版本取代"},
        ENDED: {"en": "ended: a party has left it", "zh": "已终止：有当事方退出"},  # noqa: RUF001 -- Chinese punctuation
    }
)


@dataclass(frozen=True, slots=True)
class Version:
    """A text that every party has adopted.

    Attributes:
        proposal_id: of the act that proposed it.
        sha256: of the text: what other acts name it by.
        version: what its authors call it, or "".
        in_force_from_ms: the later of what the text says and of the effective time at which
            the last adoption was received; None while one has not been.
        ends_at_ms: from when a party has left it, or None.
    """

    proposal_id: str
    sha256: str
    version: str
    in_force_from_ms: int | None
    ends_at_ms: int | None = None


def versions(state: State) -> tuple[Version, ...]:
    """Return the adopted texts, by the time they came in force; those without one last."""
    found = [_version(state, one) for one in state.proposals if one.status == table.ADOPTED]
    return tuple(sorted(found, key=_when))


def _when(version: Version) -> tuple[bool, int]:
    return version.in_force_from_ms is None, version.in_force_from_ms or 0


def _version(state: State, proposal: Proposal) -> Version:
    received = [state.turns[at].received_at_ms for at in proposal.adoptions.values()]
    known = [at_ms for at_ms in received if at_ms is not None]
    is_whole = len(known) == len(received)
    starts = max(proposal.earliest_ms, *known) if is_whole else None
    leavings = zip(proposal.leavings, proposal.leaving_from_ms, strict=True)
    ends = [
        max(from_ms, at_ms)
        for at, from_ms in leavings
        if (at_ms := state.turns[at].received_at_ms) is not None
    ]
    return Version(proposal.id, proposal.sha256, proposal.version, starts, min(ends, default=None))


def in_force(state: State, now_ms: int) -> Version | None:
    """Return the version in force at an instant, or None.

    It is the last that came in force; when a party has left it none is, and no earlier one
    comes back.
    """
    return latest(versions(state), now_ms)


def latest(found: Sequence[Version], now_ms: int) -> Version | None:
    """Return the same of the versions of a text, as `versions` gives them."""
    begun = [
        one for one in found if one.in_force_from_ms is not None and one.in_force_from_ms <= now_ms
    ]
    if not begun:
        return None
    last = begun[-1]
    return last if last.ends_at_ms is None or now_ms < last.ends_at_ms else None


def status_at(state: State, proposal_id: str, now_ms: int) -> str:
    """Return where one proposal stands at an instant: a key of `STATUS_WORDS`."""
    proposal = state.proposal(proposal_id)
    if proposal is None:
        return table.NONE
    if proposal.status != table.ADOPTED:
        return proposal.status
    own = _version(state, proposal)
    if own.in_force_from_ms is None or now_ms < own.in_force_from_ms:
        return AGREED
    if own.ends_at_ms is not None and own.ends_at_ms <= now_ms:
        return ENDED
    current = in_force(state, now_ms)
    return IN_FORCE if current and current.proposal_id == proposal_id else SUPERSEDED


def status(state: State) -> str:
    """Return where the text as a whole stands: an open proposal comes first."""
    found = {one.status for one in state.proposals}
    order = (table.PROPOSED, table.ADOPTED, *reversed(table.STATUSES[2:5]))
    return next((one for one in order if one in found), table.NONE)


def open_proposal(state: State) -> Proposal | None:
    """Return the newest proposal that is open, or None."""
    found = [one for one in state.proposals if one.status == table.PROPOSED]
    return found[-1] if found else None


def holders(state: State) -> tuple[str, ...]:
    """Return the parties that have not adopted the newest open proposal."""
    proposal = open_proposal(state)
    if proposal is None:
        return ()
    others = [party for party in state.parties if party not in proposal.adoptions]
    return tuple(sorted(others, key=lambda party: party == proposal.party))


def holder(state: State) -> str:
    """Return the first party that is waited for, its proposer last; or ""."""
    return next(iter(holders(state)), "")
