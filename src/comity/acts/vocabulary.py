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
VERSION_NEWEST: Final = 1


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
            "arrangement.mirror-admitted/1",
            "exchange.document-entered/1",
            "exchange.generation-begun/1",
            "exchange.generation-accepted/1",
            "exchange.opening-shown/1",
            "exchange.blob-disputed/1",
            "request.submitted/1",
            "request.acknowledged/1",
            "request.answered/1",
            "request.refused/1",
            "request.withdrawn/1",
            "guideline.proposed/1",
            "guideline.adopted/1",
            "guideline.declined/1",
            "guideline.withdrawn/1",
        )
    }
)


def tags_of(version: int) -> frozenset[str]:
    """Return every tag of a version and of those before it."""
    return frozenset(tag for v, tags in _ADDED.items() if v <= version for tag in tags)


OURS: Final = Vocabulary(_ADDED)
"""What this program knows."""

assert OURS.newest == VERSION_NEWEST
