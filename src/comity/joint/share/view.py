"""Questions that a screen asks of a share: who took it, what counts, who owes what.

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.joint.share import coming, positions
from comity.joint.share.positions import Positions
from comity.joint.share.state import Dispute, Marking, Retraction, State, Stop, Use

NONE: Final = "none"
DECLARED_NONE: Final = "declared-none"
WHOLE: Final = "whole"
PART_RETRACTED: Final = "part-retracted"
RETRACTED: Final = "retracted"
GIVEN: Final = "given"
TAKEN: Final = "taken"
USED: Final = "used"
STOP_OWED: Final = "stop-owed"
STOPPED: Final = "stopped"
EXPIRED: Final = "expired"

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        NONE: {"en": "no share", "zh": "无共享"},
        DECLARED_NONE: {"en": "nothing to give", "zh": "本期无可提供"},
        WHOLE: {"en": "whole", "zh": "完整有效"},
        PART_RETRACTED: {"en": "retracted in part", "zh": "部分撤回"},
        RETRACTED: {"en": "retracted", "zh": "已撤回"},
        GIVEN: {"en": "given", "zh": "已提供"},
        TAKEN: {"en": "taken", "zh": "已接收"},
        USED: {"en": "used", "zh": "已使用"},
        STOP_OWED: {"en": "to be stopped", "zh": "应停止使用"},
        STOPPED: {"en": "says that it stopped", "zh": "称已停止使用"},
        EXPIRED: {"en": "expired", "zh": "已过有效期"},
    }
)

OPEN: Final = "open"
UPHELD: Final = "upheld"
RETRACTED_WHILE_DISPUTED: Final = "retracted-while-disputed"

DISPUTE_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        OPEN: {"en": "open", "zh": "待处理"},
        UPHELD: {"en": "upheld by the giver", "zh": "提供方维持"},
        RETRACTED: {"en": "retracted", "zh": "已撤回"},
        RETRACTED_WHILE_DISPUTED: {"en": "retracted while it was disputed", "zh": "异议时已撤回"},
    }
)

type Taking = Retraction | Marking
"""What takes something back: a retraction, or a mark that is narrower."""


def status(now: State) -> str:
    """Return where a share stands as a whole: a key of `STATUS_WORDS`."""
    if now.giving is None:
        return DECLARED_NONE if now.declaration is not None else NONE
    if coming.is_retracted(now):
        return RETRACTED
    return PART_RETRACTED if now.retractions else WHOLE


def taker_status(now: State, party: str) -> str:
    """Return where a share stands with one taker: a key of `STATUS_WORDS`.

    What was taken back comes before what was done with it.
    """
    if any(True for _ in owed(now, party)):
        return STOP_OWED
    if any(True for _ in takings(now)) and coming.is_retracted(now):
        return STOPPED
    if any(one.party == party for one in now.uses):
        return USED
    return TAKEN if any(one.party == party for one in now.takes) else GIVEN


def own_status(now: State, party: str) -> str:
    """Return where a share stands as one State lists it."""
    return taker_status(now, party) if party in now.takers else status(now)


def is_expired(now: State, now_ms: int) -> bool:
    """Return whether a share is to be used no longer."""
    return now.giving is not None and now.giving.valid_until_ms <= now_ms


def takings(now: State) -> Iterator[Taking]:
    """Give everything that was taken back, in the order of the giver's log."""
    narrower = [one for one in now.markings if one.is_narrower]
    found: list[Taking] = [*now.retractions, *narrower]
    yield from sorted(found, key=lambda one: one.at)


def last_stop(now: State, party: str, of: Taking) -> Stop | None:
    """Return what a taker said last of one thing that was taken back, or None."""
    own = [one for one in now.stops if one.party == party and one.of == of.at]
    return own[-1] if own else None


def owed(now: State, party: str) -> Iterator[Taking]:
    """Give what was taken back and a taker has not stopped to the last consumer."""
    for one in takings(now) if party in now.takers else ():
        said = last_stop(now, party, one)
        if said is None or not said.is_final:
            yield one


def dispute_status(now: State, dispute: Dispute) -> str:
    """Return where a dispute stands: a key of `DISPUTE_WORDS`."""
    if coming.covers_dispute(now, dispute):
        is_crossed = any(coming.crossed(dispute, one) for one in _touching(now, dispute))
        return RETRACTED_WHILE_DISPUTED if is_crossed else RETRACTED
    return UPHELD if dispute.upheld else OPEN


def _touching(now: State, dispute: Dispute) -> Iterator[Retraction]:
    for one in now.retractions:
        if one.is_whole or positions.common(one.positions, dispute.positions):
            yield one


def open_dispute(now: State) -> Dispute | None:
    """Return the newest dispute that the giver has not answered, or None."""
    found = [one for one in now.disputes if dispute_status(now, one) == OPEN]
    return found[-1] if found else None


def last_use(now: State, party: str) -> Use | None:
    """Return what a taker said last of its use, or None."""
    own = [one for one in now.uses if one.party == party]
    return own[-1] if own else None


def untaken(now: State, party: str) -> int:
    """Return the number of the first bundle that a taker has not taken; 0 where there is none."""
    taken = {one.bundle for one in now.takes if one.party == party}
    every = range(1, len(now.bundles) + 1) if party in now.takers else ()
    return next((at for at in every if at not in taken), 0)


def in_force(now: State) -> Positions:
    """Return the positions that were not retracted."""
    if coming.is_retracted(now):
        return ()
    return positions.without(positions.whole(coming.objects(now)), coming.retracted(now))


def mark_at(now: State, bundle: int, position: int) -> str:
    """Return the mark that the giver's acts give to one object, or "" where there is none."""
    found = (mark for mark, under in coming.levels(now) if positions.has(under, bundle, position))
    return next(found, "")


def holders(now: State) -> tuple[str, ...]:
    """Return every party whose turn it is: to stop, to answer a dispute, to take."""
    if now.giving is None:
        return ()
    stopping = [one for one in now.takers if any(True for _ in owed(now, one))]
    answering = [now.giving.party] if open_dispute(now) is not None else []
    taking = [] if coming.is_retracted(now) else [p for p in now.takers if untaken(now, p)]
    return tuple(dict.fromkeys((*stopping, *answering, *taking)))


def holder(now: State) -> str:
    """Return the first party whose turn it is, or ""."""
    return next(iter(holders(now)), "")


def parties(now: State) -> tuple[str, ...]:
    """Return the parties that take part: the giver, and every taker."""
    opened = now.giving or now.declaration
    if opened is None:
        return ()
    return (opened.party, *(one for one in now.parties if one != opened.party))


def references(now: State) -> tuple[str, ...]:
    """Return every file number of every side, those that were replaced too."""
    given = (one for party in now.parties for one in now.references.get(party, ()))
    return tuple(dict.fromkeys(given))


def opened_by(now: State) -> str:
    """Return the id of the act that opened the matter, or ""."""
    opened = now.giving or now.declaration
    return opened.id if opened is not None else ""
