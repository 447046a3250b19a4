"""An act of a call as it comes, and what is so as far as its author had seen.

Floor: joint (pure).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts.record import Act
from comity.joint.hotline import state
from comity.joint.hotline.state import Carriage, Plan, Said, State, Summary

NO_CALL: Final = "no-call"
NO_PLAN: Final = "no-plan"
OPENED_BEFORE: Final = "opened-before"
NOT_CALLED: Final = "not-called"
NOT_ENTITLED: Final = "not-entitled"
CLOSED_BEFORE: Final = "closed-before"
PICKED_UP_BEFORE: Final = "picked-up-before"
TAKEN_BEFORE: Final = "taken-before"
NOT_HIGHER: Final = "not-higher"
NONCE_DIFFERS: Final = "nonce-differs"
JOINED_BEFORE: Final = "joined-before"
NOTHING_SAID: Final = "nothing-said"
REPLACED_BEFORE: Final = "replaced-before"
ANSWERED_BEFORE: Final = "answered-before"
PARTY_UNKNOWN: Final = "party-unknown"
SHEET_USED: Final = "sheet-used"


@dataclass(frozen=True, slots=True)
class Coming:
    """An act as it comes.

    Attributes:
        act: what is said.
        party: its author.
        at: its position among the turns.
        unseen: positions of the turns of effect that its author had not seen.
    """

    act: Act
    party: str
    at: int
    unseen: frozenset[int] = frozenset()

    def code(self, name: str) -> str:
        """Return a code of the act, or ""."""
        return self.act.codes.get(name, "")


def level(now: State, unseen: frozenset[int] = frozenset()) -> int:
    """Return the level of the call as far as it was seen: the greatest that was raised."""
    begun = now.call.level if now.call is not None else 0
    return max([begun, *(one.level for one in now.raisings if one.at not in unseen)])


def is_ended(now: State, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether the call is over, as far as it was seen: ended, or its summary agreed."""
    is_said = any(one.at not in unseen for one in now.endings)
    return is_said or any(is_agreed(now, one, unseen) for one in now.summaries)


def is_agreed(now: State, summary: Summary, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether every party of the call but the author has agreed, as far as it was seen."""
    if now.call is None:
        return False
    agreed = {
        one.party for one in summary.voices if one.says == state.AGREED and one.at not in unseen
    }
    return {now.call.party, *(one.party for one in now.tracks)} - {summary.party} <= agreed


def instant_ms(plan: Plan, nonce: str, salt: str) -> int:
    """Return the instant that a nonce and a salt draw in the window of a drill.

    `from + SHA-256(nonce, salt) mod (until - from)`, both as 32 bytes; neither side chooses it.
    """
    drawn = hashlib.sha256(bytes.fromhex(nonce) + bytes.fromhex(salt)).digest()
    return plan.from_ms + int.from_bytes(drawn) % (plan.until_ms - plan.from_ms)


def voice_commitment(nonce: str, spoken: str) -> str:
    """Return the commitment of a spoken code: SHA-256 of 32 bytes and the code, 64 hex digits."""
    return hashlib.sha256(bytes.fromhex(nonce) + spoken.encode("ascii")).hexdigest()


def is_replaced(now: State, said: Said, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether its speaker has said another in its place, as far as it was seen."""
    return any(
        one.instead == said.id and one.party == said.party and one.at not in unseen
        for one in now.said
    )


def find[Part: (Said, Carriage, Summary)](
    parts: Sequence[Part], act_id: str, coming: Coming
) -> Part | None:
    """Return what an act answers: of one id that was seen, the first by another party.

    Each party has ids of its own, so that several may have one.
    """
    found = [one for one in parts if one.id == act_id and one.at not in coming.unseen]
    others = (one for one in found if one.party != coming.party)
    return next(others, found[0] if found else None)
