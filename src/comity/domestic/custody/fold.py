"""What the steps of one item amount to.

Floor: domestic (pure).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from comity.domestic.custody import acts
from comity.domestic.custody.acts import Step


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain of custody of one item.

    Attributes:
        steps: in the order in which they were taken.
        holder: whom it was handed to last, or "" while it is in the node alone.
        copies: how often it left the node.
        is_destroyed: whether it is gone from this node.
        sha256: of the plaintext, as the last step that opened it found it; or "".
        differs: whether two steps found another plaintext.
    """

    steps: tuple[Step, ...] = ()
    holder: str = ""
    copies: int = 0
    is_destroyed: bool = False
    sha256: str = ""
    differs: bool = False


EMPTY = Chain()


def fold(chain: Chain, step: Step) -> Chain:
    """Return the chain after one more step."""
    is_other = bool(chain.sha256 and step.sha256 and chain.sha256 != step.sha256)
    leaves = step.kind in (acts.COPIED, acts.EXPORTED)
    return replace(
        chain,
        steps=(*chain.steps, step),
        holder=step.to if step.kind == acts.HANDED_OVER else chain.holder,
        copies=chain.copies + leaves,
        is_destroyed=chain.is_destroyed or step.kind == acts.DESTROYED,
        sha256=step.sha256 or chain.sha256,
        differs=chain.differs or is_other,
    )


def fold_all(steps: Iterable[Step]) -> Chain:
    """Return the chain of all steps, given in their order."""
    chain = EMPTY
    for step in steps:
        chain = fold(chain, step)
    return chain
