"""What is decided of a subject: the newest decision on each question.  Total.

Floor: domestic (pure).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from comity.domestic.legal.acts import Decided


@dataclass(frozen=True, slots=True)
class State:
    """The decisions on one subject.

    Attributes:
        decided: by question.
    """

    decided: Mapping[str, Decided] = field(default_factory=lambda: MappingProxyType({}))


EMPTY = State()


def fold(state: State, act: Decided) -> State:
    """Return the state after a decision."""
    return replace(state, decided=MappingProxyType({**state.decided, act.question: act}))


def fold_all(acts: Iterable[Decided]) -> State:
    """Return the state after all decisions on a subject, in the order in which they were made."""
    return State(MappingProxyType({act.question: act for act in acts}))
