"""A matter of any room but that of requests: its acts in their order, and what became of each."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from tools.peer.history import Entry
from tools.peer.state import Saw
from tools.peer.text import Json, canonical, sha256


class Matter(ABC):
    """What all such rooms fold alike; the state of one is there before its first act is."""

    def __init__(self, acts: Sequence[Entry], saw: Saw) -> None:
        self.acts, self.saw = acts, saw
        self.turns: list[dict[str, Any]] = []
        for act in acts:
            self.fold(act, act.said or {})

    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return sha256(canonical(self.whole()).encode()).hex()

    def has_seen(self, act: Entry, at: int) -> bool:
        """Whether the author of an act had seen the one at that place."""
        return self.saw(act, self.acts[at])

    @abstractmethod
    def whole(self) -> dict[str, Json]:
        """The object whose digest both sides compare."""

    @abstractmethod
    def fold(self, act: Entry, said: dict[str, Any]) -> None:
        """Take the next act."""
