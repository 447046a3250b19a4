"""Reading logs in the order of causes: what is held back, seen, foreign (exchange 8.2 to 8.7)."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tools.peer import said, tree
from tools.peer.history import SKEW_MS_MAX, TAGS, Cut, Entry, Held, newest
from tools.peer.roll import BEGUN, Roll
from tools.peer.text import unb64

AHEAD_MAX = 16
MATTER_ACTS_MAX = 256
REGISTER_ACTS_MAX = 4096
CHANNEL = "channel"
FOLDED = {"request", "guideline", "review", "case"}

type Open = Callable[[Held, int], Entry | None]
"""Opens and parses an entry of a log at an index; None while a text that it names lacks."""


class Reading:
    """One pass over every log of a channel, each as far as causes allow."""

    def __init__(
        self,
        logs: Sequence[Held],
        rolls: Mapping[str, Roll],
        reader: str,
        open_entry: Open,
        has: Callable[[str], bool],
    ) -> None:
        self.logs, self.rolls, self.reader = logs, rolls, reader
        self.open_entry, self.has = open_entry, has
        self.by_origin = {log.origin: log for log in logs}
        self.ids: dict[str, set[str]] = {party: set() for party in rolls}

    def run(self) -> None:
        """Reads until every log is at its end or held back."""
        while sum(map(self._go_on, self.logs)):
            pass
        self._bound()

    def _bound(self) -> None:
        """Leaves of each party its first acts in each matter (8.5.5)."""
        counted: Counter[tuple[str, str, str]] = Counter()
        for log in sorted(self.logs, key=lambda one: one.generation):
            for entry in log.entries:
                if entry.kind != said.ACT or not entry.counts or entry.said is None:
                    continue
                matter = entry.said["matter"]
                named = (log.party, matter["kind"], matter["id"])
                counted[named] += 1
                if matter["kind"] in FOLDED and counted[named] > MATTER_ACTS_MAX:
                    entry.foreign = "many"

    def _go_on(self, log: Held) -> bool:
        count = len(log.entries)
        while self._next(log):
            pass
        return len(log.entries) > count

    def _is_ended(self, log: Held) -> bool:
        return log.left is not None

    def _next(self, log: Held) -> bool:
        """Reads the next entry of a log; False where there is none, or it waits."""
        index = len(log.entries)
        size = log.size if log.left is None else min(log.size, log.left)
        if index >= size:
            return False
        waits_for_head = log.heads is not None and not self._is_ended(log)
        if waits_for_head and not self.rolls[log.party].readable(log.entries, log.heads or {}):
            return False
        entry = self.open_entry(log, index)
        if entry is None:
            return False
        entry.seen = dict(log.after)
        entry.after = dict(entry.seen)
        if self._waits(entry):
            return False
        if entry.said is not None:
            self._place(log, entry)
        log.entries.append(entry)
        return True

    def in_cut(self, log: Held, party: str) -> tuple[Held, int] | None:
        """The newest log of a party of which the end of a log has seen an entry, and how much."""
        cut = {**log.after, log.origin: len(log.entries)}
        held = [one for one in self.logs if one.party == party and cut.get(one.origin)]
        if not held:
            return None
        last = newest(held, party)
        return last, cut[last.origin]

    def _waits(self, entry: Entry) -> bool:
        """Whether it is held back by what it names (8.2.4, 8.2.8)."""
        if entry.said is None:
            return False
        if entry.kind == said.ACT:
            is_waited_for = entry.said["tag"] in HOLDING and not entry.foreign
            named = [one["sha256"] for one in entry.said["documents"]]
            return is_waited_for and not all(map(self.has, named))
        size: int = entry.said["size"]
        of: str = entry.said["of"]
        log = self.by_origin.get(of)
        if log is None:
            return self._may_come(entry.party, of)
        if self._is_ended(log):
            return len(log.entries) < min(size, log.left or 0)
        return len(log.entries) < size

    def _may_come(self, author: str, of: str) -> bool:
        """Whether it can name a later generation of a log that is here (8.2.4)."""
        ahead = self._ahead(author, of)
        return ahead is not None and 0 < ahead <= AHEAD_MAX

    def _is_passed_over(self, author: str, of: str) -> bool:
        """Whether it names a generation of which nobody held an entry (9.4.3, 9.4.9)."""
        ahead = self._ahead(author, of)
        return ahead is not None and ahead < 0

    def _ahead(self, author: str, of: str) -> int | None:
        """How far the generation that it names lies over the newest one; None of other logs."""
        for log in self.logs:
            before = log.origin.rpartition("/")[0]
            name, _, spelled = of.rpartition("/")
            if log.party != author and name == before and said.DECIMAL.fullmatch(spelled):
                return int(spelled) - newest(self.logs, log.party).generation
        return None

    def _place(self, log: Held, entry: Entry) -> None:
        """Whether it is foreign (8.5.1), and what is seen after a receipt (8.4.2)."""
        told = entry.said or {}
        if entry.kind == said.RECEIPT:
            self._place_receipt(log, entry, told)
            return
        used = self.ids[log.party]
        if not entry.foreign and told["id"] in used:
            entry.foreign = "id"
        if not entry.foreign and told["tag"] not in TAGS:
            entry.foreign = "tag"
        is_register = told["matter"]["kind"] == CHANNEL
        if not entry.foreign and is_register and _registered(log) >= REGISTER_ACTS_MAX:
            entry.foreign = "many"
        used.add(told["id"])

    def _place_receipt(self, log: Held, entry: Entry, told: dict[str, Any]) -> None:
        if entry.foreign:
            return
        other = self.by_origin.get(told["of"])
        if other is None and self._is_passed_over(log.party, told["of"]):
            entry.effective_ms = self._effective(log, entry, {})
        elif other is None or other.party == log.party or self._is_false(log, told, other):
            entry.foreign = "root"
        else:
            entry.covers = self._counted(told["size"], other)
            added = self._lets_see(other, entry.covers)
            entry.after = _greatest(entry.seen, added)
            entry.effective_ms = self._effective(log, entry, added)

    def _counted(self, size: int, other: Held) -> int:
        """What a receipt of a size counts as (9.4.9)."""
        return size if other.left is None else min(size, other.left)

    def _is_false(self, log: Held, told: dict[str, Any], other: Held) -> bool:
        """Whether a receipt falls behind an earlier one, or has another root."""
        size = self._counted(told["size"], other)
        if size < self._receipted(log, other):
            return True
        is_asked = size == told["size"]
        return is_asked and tree.root(other.leaves[:size]) != unb64(told["root"], 32)

    def _receipted(self, log: Held, other: Held) -> int:
        """The greatest size of the receipts of one log for another."""
        sizes = (
            one.covers
            for one in log.entries
            if one.kind == said.RECEIPT and one.counts and (one.said or {})["of"] == other.origin
        )
        return max(sizes, default=0)

    def _lets_see(self, other: Held, size: int) -> Cut:
        """What a receipt adds: the other log, and all that its last entry had seen, after it."""
        before = other.entries[size - 1].after if size else {}
        return _greatest(before, {other.origin: size})

    def _effective(self, log: Held, entry: Entry, added: Cut) -> int:
        """The latest of what 8.7.1 names."""
        own: int = (entry.said or {})["time"]
        times = [own]
        before = log.last_receipt(entry.index)
        if before is not None:
            times.append(before.effective_ms)
        for origin, size in added.items():
            last = self.by_origin[origin].last_receipt(size)
            if last is not None and last.effective_ms <= own + SKEW_MS_MAX:
                times.append(last.effective_ms)
        return max(times)


HOLDING = {f"arrangement.{one}/1" for one in ("card-entered", "revocation-entered")}
HOLDING |= {"arrangement.channel-opened/2"}


def _greatest(first: Cut, second: Cut) -> Cut:
    """Of each log the greater size."""
    names = {*first, *second}
    return {name: max(first.get(name, 0), second.get(name, 0)) for name in names}


def left_of(logs: Sequence[Held], party: str) -> dict[str, int]:
    """What is left of each ended log of a party, by the entries 1 of later ones (9.4.6)."""
    own = {log.origin: log for log in logs if log.party == party}
    log, found = newest(logs, party), dict[str, int]()
    while len(log.entries) > 1 and log.entries[1].is_act(BEGUN):
        codes = log.entries[1].codes
        old = own.get(codes.get("old-origin", ""))
        if old is None or old.generation >= log.generation:
            break
        size, lost = (said.number(codes, name, said.SIZES_MAX) for name in ("old-size", "lost"))
        found |= {
            one.origin: 0
            for one in own.values()
            if old.generation < one.generation < log.generation
        }
        found[old.origin] = max(0, size - lost)
        log = old
    return found


def _registered(log: Held) -> int:
    """How many acts about the channel a log has, foreign ones too (8.5.5)."""
    said_here = (one.said or {} for one in log.entries if one.kind == said.ACT)
    return sum(one.get("matter", {}).get("kind") == CHANNEL for one in said_here)
