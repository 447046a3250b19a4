"""What several logs say together: the acts of a matter, in their order (docs/spec/exchange.md)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.peer import said

SKEW_MS_MAX = 300_000
VOCABULARY = {
    "arrangement": "card-entered revocation-entered version-adopted channel-keys-entered "
    "channel-ended",
    "exchange": "generation-begun generation-accepted",
    "request": "draft-shown commented submitted confirmed acknowledged found-deficient "
    "deficiency-disputed clarified rerouted accepted condition-accepted condition-declined "
    "condition-waived status-asked status-reported answered postponed resumed consulted "
    "consultation-answered refused withdrawn superseded closed reopened corrected opened "
    "use-asked use-reported destroyed assessed assessment-disputed assessment-settled "
    "step-told",
    "guideline": "proposed adopted declined withdrawn",
    "review": "snapshot concurred differed commented withdrawn",
    "case": "opened grouped ungrouped referenced priority-proposed priority-agreed "
    "priority-declined reported report-agreed report-disputed closed reopened "
    "linked link-disputed",
}
TAGS = {f"{room}.{word}/1" for room, words in VOCABULARY.items() for word in words.split()}
TAGS |= {"arrangement.channel-opened/2"}
"""The newest version of every room (6.5.1), which pairing adopted."""

type Cut = dict[str, int]
"""Of some logs, how many entries (8.4.1)."""


@dataclass
class Entry:
    """An entry that was read: what it says, or why it says nothing."""

    party: str
    index: int
    kind: int
    said: dict[str, Any] | None
    void: bool = False
    foreign: str = ""
    origin: str = ""
    generation: int = 1
    seen: Cut = field(default_factory=dict)
    after: Cut = field(default_factory=dict)
    covers: int = 0
    effective_ms: int = 0
    depth: int = 0
    received_ms: int | None = None
    heard: dict[str, int | None] | None = None

    @property
    def counts(self) -> bool:
        """Whether it is read and not foreign."""
        return self.said is not None and not self.foreign

    @property
    def codes(self) -> dict[str, str]:
        """The codes of an act."""
        found: dict[str, str] = (self.said or {}).get("codes", {})
        return found

    def is_act(self, tag: str) -> bool:
        """Whether it is a register act of this tag that counts, on its channel (6.5.2)."""
        if self.kind != said.ACT or not self.counts or self.said is None:
            return False
        channel = {"id": self.origin.split("/")[2], "kind": "channel"}
        return bool(self.said["tag"] == tag and self.said["matter"] == channel)

    def named(self, role: str) -> list[str]:
        """The hashes of the documents of a role that it names."""
        documents = (self.said or {}).get("documents", [])
        return [one["sha256"] for one in documents if one["role"] == role]


@dataclass
class Held:
    """One log as far as it is here: its author, name, entries as they came, and what was read."""

    party: str
    generation: int
    origin: str
    raw: Sequence[bytes]
    leaves: Sequence[bytes]
    size: int
    heads: dict[int, list[int]] | None = None
    left: int | None = None
    entries: list[Entry] = field(default_factory=list)

    @property
    def after(self) -> Cut:
        """What the next entry of the log will have seen of others."""
        return self.entries[-1].after if self.entries else {}

    def last_receipt(self, below: int) -> Entry | None:
        """The last receipt below an index that counts."""
        for entry in reversed(self.entries[:below]):
            if entry.kind == said.RECEIPT and entry.counts:
                return entry
        return None


def newest(logs: Iterable[Held], party: str) -> Held:
    """The newest log of a party."""
    return max((log for log in logs if log.party == party), key=lambda log: log.generation)


class History:
    """Logs of a channel that were read together; parties in the arrangement's order."""

    def __init__(self, parties: Sequence[str], logs: Sequence[Held]) -> None:
        self.places = {party: place for place, party in enumerate(parties)}
        self.logs = logs

    def of(self, origin: str) -> Held:
        """A log by its name."""
        return next(log for log in self.logs if log.origin == origin)

    def acts(self) -> list[Entry]:
        """Every act that counts."""
        return [
            entry
            for log in self.logs
            for entry in log.entries
            if entry.kind == said.ACT and entry.counts
        ]

    def saw(self, later: Entry, earlier: Entry) -> bool:
        """Whether the author of one act had seen another (8.6.3)."""
        if later.party == earlier.party:
            return (earlier.generation, earlier.index) < (later.generation, later.index)
        return earlier.index < later.seen.get(earlier.origin, 0)

    def matter(self, kind: str, matter_id: str) -> list[Entry]:
        """The acts of a matter, in their order (8.6.1, 8.6.2)."""
        named = {"id": matter_id, "kind": kind}
        acts = [one for one in self.acts() if one.said and one.said["matter"] == named]
        known: dict[tuple[str, int], int] = {}

        def depth(act: Entry) -> int:
            at = (act.origin, act.index)
            if at not in known:
                before = [depth(one) for one in acts if self.saw(act, one)]
                known[at] = 1 + max(before, default=0)
            return known[at]

        for act in acts:
            act.depth = depth(act)
        return sorted(
            acts,
            key=lambda act: (act.depth, self.places[act.party], act.generation, act.index),
        )
