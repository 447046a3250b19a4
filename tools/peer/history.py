"""What two logs say together: seen, foreign, depth, order and time (docs/spec/exchange.md).

Between two parties what an entry has seen is its own log before it, and of the other log the
greatest size of the receipts before it (8.4.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tools.peer import said, tree
from tools.peer.text import unb64

SKEW_MS_MAX = 300_000
VOCABULARY = {
    "arrangement": "card-entered revocation-entered version-adopted channel-opened",
    "exchange": "generation-begun generation-accepted opening-shown",
    "request": "draft-shown commented submitted confirmed acknowledged found-deficient "
    "deficiency-disputed clarified rerouted accepted condition-accepted condition-declined "
    "condition-waived status-asked status-reported answered postponed resumed consulted "
    "consultation-answered refused withdrawn superseded closed reopened corrected opened "
    "use-asked use-reported destroyed assessed assessment-disputed assessment-settled",
    "guideline": "proposed adopted declined withdrawn",
    "review": "snapshot concurred differed commented withdrawn",
    "case": "opened grouped ungrouped referenced priority-proposed priority-agreed "
    "priority-declined reported report-agreed report-disputed closed reopened",
}
TAGS = {f"{room}.{word}/1" for room, words in VOCABULARY.items() for word in words.split()}
"""Version 2 of the vocabulary (6.5.1), which pairing adopted."""


@dataclass
class Entry:
    """An entry that was read: what it says, or why it says nothing."""

    party: str
    index: int
    kind: int
    said: dict[str, Any] | None
    unread: str = ""
    foreign: str = ""
    seen: int = 0
    effective_ms: int = 0
    depth: int = 0
    received_ms: int | None = None
    heard: dict[str, int | None] | None = None

    @property
    def counts(self) -> bool:
        """Whether it is read and not foreign."""
        return self.said is not None and not self.foreign


@dataclass(frozen=True)
class Held:
    """One log, as it was read: its author, its name, its leaves and its entries."""

    party: str
    origin: str
    leaves: Sequence[bytes]
    entries: Sequence[Entry]


def held_back(entries: Sequence[Entry], of: str, size: int) -> int:
    """How many entries are understood: a receipt for more than is held waits for it (8.2.4)."""
    for entry in entries:
        told = entry.said if entry.kind == said.RECEIPT else None
        if told is not None and told["of"] == of and told["size"] > size:
            return entry.index
    return len(entries)


class History:
    """Both logs of a channel, placed beside each other; parties in the arrangement's order."""

    def __init__(self, first: Held, second: Held) -> None:
        self.logs = {first.party: first, second.party: second}
        self.other = {first.party: second, second.party: first}
        self.places = {first.party: 0, second.party: 1}
        for log in (first, second):
            self._place(log)
        for log in (first, second):
            self._time(log)
        self._receive()

    def _place(self, log: Held) -> None:
        """What each entry has seen of the other log, and whether it is foreign (8.4, 8.5)."""
        size, ids, other = 0, set(), self.other[log.party]
        for entry in log.entries:
            entry.seen = size
            if entry.said is None:
                continue
            if entry.kind == said.RECEIPT:
                entry.foreign = entry.foreign or self._judged(entry.said, size, other)
                size = size if entry.foreign else entry.said["size"]
                continue
            if not entry.foreign and entry.said["id"] in ids:
                entry.foreign = "id"
            if not entry.foreign and entry.said["tag"] not in TAGS:
                entry.foreign = "tag"
            ids.add(entry.said["id"])

    def _judged(self, receipt: dict[str, Any], size: int, other: Held) -> str:
        """Whether a receipt is foreign for `root` (8.5.1)."""
        told = receipt["size"]
        if receipt["of"] != other.origin or told < size:
            return "root"
        return "" if tree.root(other.leaves[:told]) == unb64(receipt["root"], 32) else "root"

    def _time(self, log: Held) -> None:
        """The effective time of each receipt of a log, before which those that it saw stand."""
        for entry in log.entries:
            if entry.kind == said.RECEIPT and entry.counts:
                self._effective(log.party, entry)

    def _effective(self, party: str, entry: Entry) -> int:
        """The latest of what 8.7.1 names."""
        if entry.effective_ms or entry.said is None:
            return entry.effective_ms
        own = entry.said["time"]
        times = [own]
        before = self._last(self.logs[party], entry.index)
        if before is not None:
            times.append(self._effective(party, before))
        other = self.other[party]
        seen = self._last(other, entry.said["size"])
        if seen is not None:
            theirs = self._effective(other.party, seen)
            times += [theirs] if theirs <= own + SKEW_MS_MAX else []
        entry.effective_ms = max(times)
        return entry.effective_ms

    def _last(self, log: Held, below: int) -> Entry | None:
        """The last receipt of a log below an index that counts."""
        for entry in reversed(log.entries[:below]):
            if entry.kind == said.RECEIPT and entry.counts:
                return entry
        return None

    def _receive(self) -> None:
        """When the other party received each act (8.7.2); never one that it rejects (8.8).

        An opening that is shown is not read here.
        """
        for party, log in self.logs.items():
            receipts = [
                (one.said, one.effective_ms)
                for one in self.other[party].entries
                if one.kind == said.RECEIPT and one.counts and one.said is not None
            ]
            rejected = {one["index"] for told, _ in receipts for one in told["unread"]}
            for entry in log.entries:
                times = (at for told, at in receipts if told["size"] > entry.index)
                entry.received_ms = None if entry.index in rejected else next(times, None)

    def saw(self, later: Entry, earlier: Entry) -> bool:
        """Whether the author of one act had seen another (8.6.3)."""
        if later.party == earlier.party:
            return earlier.index < later.index
        return earlier.index < later.seen

    def matter(self, matter_id: str) -> list[Entry]:
        """The acts of a matter, in their order (8.6.1, 8.6.2)."""
        acts = [
            entry
            for log in self.logs.values()
            for entry in log.entries
            if entry.kind == said.ACT
            and entry.counts
            and entry.said is not None
            and entry.said["matter"]["id"] == matter_id
        ]
        known: dict[tuple[str, int], int] = {}

        def depth(act: Entry) -> int:
            at = (act.party, act.index)
            if at not in known:
                before = [depth(one) for one in acts if self.saw(act, one)]
                known[at] = 1 + max(before, default=0)
            return known[at]

        for act in acts:
            act.depth = depth(act)
        return sorted(acts, key=lambda act: (act.depth, self.places[act.party], act.index))
