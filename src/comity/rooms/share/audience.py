"""Who reads what is given under a mark, and which programs may fetch it.

Floor: rooms.
"""

from dataclasses import dataclass

from comity.acts.marks import Mark
from comity.domestic.share.consumer import POWERS, REACHES, Consumer, may_have


@dataclass(frozen=True, slots=True)
class Reader:
    """Who will read it: one State, and which of its programs may fetch it.

    Attributes:
        party: the State.
        reaches: how far a consumer may be.
        powers: what a consumer may do with it.
    """

    party: str
    reaches: tuple[str, ...]
    powers: tuple[str, ...]


def reader(party: str, mark: Mark) -> Reader:
    """Return who reads it in one State."""

    def fits(reach: str, power: str) -> bool:
        return may_have(Consumer("", "", reach, power, (), ""), mark)

    reaches = tuple(one for one in REACHES if any(fits(one, power) for power in POWERS))
    powers = tuple(one for one in POWERS if any(fits(reach, one) for reach in REACHES))
    return Reader(party, reaches, powers)
