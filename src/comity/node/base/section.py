"""A section of the pack for principals: what it has of the matters of one kind.

Floor: node.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from comity.acts.shape import Words
from comity.acts.verb import Both


def _nothing(_state: Any) -> Mapping[str, Any]:  # noqa: ANN401 -- each room has its own
    return {}


@dataclass(frozen=True, slots=True)
class Section:
    """A section; both nodes compute the same at a cut.

    Attributes:
        words: what it is called.
        facts: of a matter, by its state and beside its status: codes, dates, names of parties.
        codes: the closed list of a fact that is a code, or has one for each party.
        settled: statuses of what nobody has to do with any more.
    """

    words: Both
    facts: Callable[[Any], Mapping[str, Any]] = _nothing
    codes: Mapping[str, Words] = field(default_factory=lambda: MappingProxyType({}))
    settled: frozenset[str] = frozenset()
