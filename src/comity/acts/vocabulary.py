"""Which tags may be said: numbered versions, each a superset of the one before.

A tag that every party has not adopted, in what an act's author had seen, makes the act
foreign: kept, folded to nothing, for ever (protocol rule 13).  Version 1 is adopted by
pairing itself; a later one by an act of each node whose program knows it.

Source: docs/spec/entry.md 6.5, exchange.md 8.5.2.
Floor: acts (pure).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

VERSION_FIRST: Final = 1
VERSION_NEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What one program knows.

    Attributes:
        added: the tags that each version added, by version.
    """

    added: Mapping[int, Sequence[str]]

    @property
    def newest(self) -> int:
        """The greatest version that the program knows."""
        return max(self.added)

    def version_of(self, tag: str) -> int | None:
        """Return the version that added the tag, or None for one that is not known."""
        return next((version for version, tags in self.added.items() if tag in tags), None)


_ADDED: Final = MappingProxyType(
    {
        1: (
            "arrangement.card-entered/1",
            "arrangement.revocation-entered/1",
            "arrangement.version-adopted/1",
            "arrangement.channel-opened/1",
            "exchange.generation-begun/1",
            "exchange.generation-accepted/1",
            "exchange.opening-shown/1",
            "request.draft-shown/1",
            "request.commented/1",
            "request.submitted/1",
            "request.confirmed/1",
            "request.acknowledged/1",
            "request.found-deficient/1",
            "request.deficiency-disputed/1",
            "request.clarified/1",
            "request.rerouted/1",
            "request.accepted/1",
            "request.condition-accepted/1",
            "request.condition-declined/1",
            "request.condition-waived/1",
            "request.status-asked/1",
            "request.status-reported/1",
            "request.answered/1",
            "request.postponed/1",
            "request.resumed/1",
            "request.consulted/1",
            "request.consultation-answered/1",
            "request.refused/1",
            "request.withdrawn/1",
            "request.superseded/1",
            "request.closed/1",
            "request.reopened/1",
            "request.corrected/1",
            "request.opened/1",
            "request.use-asked/1",
            "request.use-reported/1",
            "request.destroyed/1",
            "guideline.proposed/1",
            "guideline.adopted/1",
            "guideline.declined/1",
            "guideline.withdrawn/1",
        ),
        2: (
            "review.snapshot/1",
            "review.concurred/1",
            "review.differed/1",
            "review.commented/1",
            "review.withdrawn/1",
            "case.opened/1",
            "case.grouped/1",
            "case.ungrouped/1",
            "case.referenced/1",
            "case.priority-proposed/1",
            "case.priority-agreed/1",
            "case.priority-declined/1",
            "case.reported/1",
            "case.report-agreed/1",
            "case.report-disputed/1",
            "case.closed/1",
            "case.reopened/1",
            "request.assessed/1",
            "request.assessment-disputed/1",
            "request.assessment-settled/1",
        ),
    }
)


def tags_of(version: int) -> frozenset[str]:
    """Return every tag of a version and of those before it."""
    return frozenset(tag for v, tags in _ADDED.items() if v <= version for tag in tags)


OURS: Final = Vocabulary(_ADDED)
"""What this program knows."""

assert OURS.newest == VERSION_NEWEST
