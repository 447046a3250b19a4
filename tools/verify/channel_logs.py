"""Read the logs of a channel without comity: which entries count, what was seen, and when.

    requests(channel) -> [{"id": .., "acts": [..]}, ..], as request_rows.py takes them

A channel is `{"parties": [..], "paired": {room: version}, "tags": {tag: version},
"logs": [..]}`, the parties in the order of the arrangement, `paired` the version of each room
that pairing adopted.  A log is
`{"origin", "party", "generation", "entries"}`; an entry has its `leaf` hash, the `origin` that it
names inside, and an `act` (as request_rows.py takes it, with the `kind` and `matter` that it is
about) or a `receipt` (`{"of", "size", "root", "time"}`), or neither (it is a key entry, or void).
All of the entries are given; where there is a `cut`, `{origin: size}`, what lies beyond it is left
out of what is told.

Written from parts 8.2 to 8.7 and 9.4 of docs/spec/exchange.md and docs/spec/fault.md, from 5.1.2 of
docs/spec/log.md, and from 1.4 of docs/spec/review.md.  Which entries are void is given.
"""

import hashlib
from collections import Counter
from functools import cache, lru_cache
from typing import Any

type Cut = dict[str, int]
type Log = dict[str, Any]

SKEW_MS = 300_000
MATTER_ACTS_MAX = 256
REGISTER_ACTS_MAX = 4096


@lru_cache(4096)
def root(leaves: tuple[bytes, ...]) -> bytes:
    """Return the root of a tree (RFC 6962)."""
    if len(leaves) < 2:  # noqa: PLR2004 -- one leaf, or none
        return leaves[0] if leaves else hashlib.sha256().digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root(leaves[:half]) + root(leaves[half:])).digest()


def joined(*cuts: Cut) -> Cut:
    """Return the greater size of each log."""
    found: Cut = {}
    for cut in cuts:
        found |= {log: max(size, found.get(log, 0)) for log, size in cut.items()}
    return found


class Channel:
    """The logs of a channel; every question is answered from their entries."""

    def __init__(self, channel: dict[str, Any]) -> None:
        """Take in the logs."""
        self.parties: list[str] = channel["parties"]
        self.paired: dict[str, int] = channel["paired"]
        self.tags: dict[str, int] = channel["tags"]
        self.logs: dict[str, Log] = {log["origin"]: log for log in channel["logs"]}
        self.within: Cut = {
            name: channel.get("cut", {}).get(name, len(log["entries"]))
            for name, log in self.logs.items()
        }
        self.left: Cut = {}
        for log in sorted(channel["logs"], key=lambda one: int(one["generation"])):
            self.begin(log)
        self.why = cache(self.why)  # type: ignore[method-assign] # asked again and again
        self.cut = cache(self.cut)  # type: ignore[method-assign] # likewise
        self.time = cache(self.time)  # type: ignore[method-assign] # likewise
        self.receipts = cache(self.receipts)  # type: ignore[method-assign] # likewise

    def begin(self, log: Log) -> None:
        """Note what entry 1 of a later generation leaves of the log before it (9.4.6)."""
        first = log["entries"][1].get("act") if len(log["entries"]) > 1 else None
        if first and first["tag"] == "exchange.generation-begun/1":
            codes = first["codes"]
            size = max(0, int(codes["old-size"]) - int(codes["lost"]))
            old, own = self.logs.get(codes["old-origin"], log), int(log["generation"])
            for other in self.logs.values():
                if other["party"] == log["party"]:
                    passed = int(old["generation"]) < int(other["generation"]) < own
                    self.left |= {other["origin"]: 0} if passed else {}
            self.left[codes["old-origin"]] = size

    def counted(self, log: str, size: int) -> int:
        """Return the size that a receipt counts as (9.4.9)."""
        return min(size, self.left.get(log, size))

    def why(self, log: str, index: int) -> str:
        """Return why an entry is foreign (8.5.1), or ""."""
        entry = self.logs[log]["entries"][index]
        if not {"act", "receipt"} & entry.keys():
            return ""
        if index >= self.left.get(log, index + 1):
            return "disowned"
        if entry["origin"] != log:
            return "origin"
        if "receipt" in entry:
            return "" if self.is_good(log, index, entry["receipt"]) else "root"
        return self.why_act(log, index, entry["act"])

    def why_act(self, log: str, index: int, act: dict[str, Any]) -> str:
        """Return why an act that stands in its log is foreign, or ""."""
        if self.is_used(log, index, act["id"]):
            return "id"
        if not self.is_adopted(act["tag"], self.seen(log, index)):
            return "tag"
        return "many" if self.is_beyond_register(log, index) else ""

    def is_adopted(self, tag: str, cut: Cut) -> bool:
        """Return whether every party has adopted the version of a tag in a cut (8.5.2)."""
        version, room = self.tags.get(tag), tag.partition(".")[0]
        adopted = min(self.version(party, room, cut) for party in self.parties)
        return version is not None and version <= adopted

    def is_beyond_register(self, log: str, index: int) -> bool:
        """Return whether an act is about the channel, and too many of its log were before."""
        kinds = [one.get("act", {}).get("kind") for one in self.logs[log]["entries"][: index + 1]]
        return kinds[-1] == "channel" and kinds.count("channel") > REGISTER_ACTS_MAX

    def is_good(self, log: str, index: int, receipt: dict[str, Any]) -> bool:
        """Return whether a receipt is of another log as it is, and falls not."""
        of, size = receipt["of"], receipt["size"]
        if of not in self.logs or self.logs[of]["party"] == self.logs[log]["party"]:
            return False
        entries = self.logs[of]["entries"]
        if self.counted(of, size) == size:
            leaves = tuple(bytes.fromhex(one["leaf"]) for one in entries[:size])
            if size > len(entries) or root(leaves).hex() != receipt["root"]:
                return False
        before = (self.receipt(log, at) for at in range(index) if self.counts(log, at))
        return all(self.counted(of, one["size"]) <= size for one in before if one["of"] == of)

    def is_used(self, log: str, index: int, act_id: str) -> bool:
        """Return whether its author used an id before, in any generation."""
        own = self.logs[log]
        for name, other in self.logs.items():
            if other["party"] != own["party"] or other["generation"] > own["generation"]:
                continue
            entries = other["entries"] if name != log else other["entries"][:index]
            for at, entry in enumerate(entries[: self.left.get(name)]):
                if "act" in entry and entry["act"]["id"] == act_id:
                    assert self.why(name, at) != "disowned"
                    return True
        return False

    def version(self, party: str, room: str, cut: Cut) -> int:
        """Return the version of a room that a party has adopted within a cut (8.5.2)."""
        adopted = [
            int(entry["act"]["codes"].get(room, "0"))
            for name, log in self.logs.items()
            if log["party"] == party
            for at, entry in enumerate(log["entries"][: cut.get(name, 0)])
            if "act" in entry
            and entry["act"]["tag"] == "arrangement.version-adopted/1"
            and not self.why(name, at)
        ]
        return max([self.paired.get(room, 0), *adopted])

    def receipt(self, log: str, index: int) -> dict[str, Any]:
        """Return the receipt at an index."""
        found: dict[str, Any] = self.logs[log]["entries"][index]["receipt"]
        return found

    def counts(self, log: str, index: int) -> bool:
        """Return whether a receipt stands at an index that is not foreign."""
        return "receipt" in self.logs[log]["entries"][index] and not self.why(log, index)

    def receipts(self, log: str) -> list[tuple[int, dict[str, Any]]]:
        """Return where each receipt of a log stands that is not foreign, and what it says."""
        entries = range(self.within[log])
        return [(at, self.receipt(log, at)) for at in entries if self.counts(log, at)]

    def last(self, log: str, size: int) -> int | None:
        """Return where the last receipt below a size stands that is not foreign."""
        return next((at for at in reversed(range(size)) if self.counts(log, at)), None)

    def cut(self, log: str, size: int) -> Cut:
        """Return what the receipts of a log below a size let it have seen of the others (8.4.2)."""
        if size == 0:
            return {}
        found = self.cut(log, size - 1)
        if self.counts(log, size - 1):
            of = self.receipt(log, size - 1)["of"]
            held = self.counted(of, self.receipt(log, size - 1)["size"])
            found = joined(found, self.cut(of, held), {of: held})
        return {name: held for name, held in found.items() if name != log}

    def seen(self, log: str, index: int) -> Cut:
        """Return what an entry has seen, its own log up to it (8.4.2)."""
        return {**self.cut(log, index), log: index}

    def time(self, log: str, index: int) -> int:
        """Return the effective time of a receipt (8.7.1)."""
        claimed = int(self.receipt(log, index)["time"])
        found = [claimed]
        before = self.last(log, index)
        if before is not None:
            found.append(self.time(log, before))
        for name, size in self.cut(log, index + 1).items():
            at = self.last(name, size)
            if at is not None and self.time(name, at) <= claimed + SKEW_MS:
                found.append(self.time(name, at))
        return max(found)

    def covering(self, party: str, of: str, index: int) -> tuple[int, str, int] | None:
        """Return when a party received an entry, and by which receipt (8.7.2)."""
        firsts = [
            next((self.time(name, at), name, at) for at in covered)
            for name, log in self.logs.items()
            if log["party"] == party
            and (
                covered := [
                    at
                    for at, told in self.receipts(name)
                    if told["of"] == of and told["size"] > index
                ]
            )
        ]
        return min(firsts, default=None)

    def received(self, log: str, index: int) -> dict[str, dict[str, Any] | None]:
        """Return when each of those it speaks to received an act, and its bounds (1.4)."""
        act, author = self.logs[log]["entries"][index]["act"], self.logs[log]["party"]
        to = [party for party, _ in act["to"] if party != author]
        return {p: self.bounds(p, log, index) for p in to or self.parties if p != author}

    def bounds(self, party: str, log: str, index: int) -> dict[str, Any] | None:
        """Return when a party received an entry, with its bounds (1.4)."""
        covering = self.covering(party, log, index)
        if covering is None:
            return None
        (at_ms, of, at), author = covering, self.logs[log]["party"]
        before = self.last(log, index)
        high = self.covering(author, of, at)
        return {
            "at_ms": at_ms,
            "claimed_ms": self.receipt(of, at)["time"],
            "low_ms": None if before is None else self.time(log, before),
            "high_ms": None if high is None else high[0],
            "high_claimed_ms": None if high is None else self.receipt(high[1], high[2])["time"],
        }

    def counting(self) -> set[tuple[str, int]]:
        """Return where the acts of requests stand that count, of each party the first (8.5.5)."""
        said: Counter[tuple[str, str]] = Counter()
        found: set[tuple[str, int]] = set()
        for log in sorted(self.logs.values(), key=lambda one: int(one["generation"])):
            for at, entry in enumerate(log["entries"]):
                act = entry.get("act")
                if act is None or act["kind"] != "request" or self.why(log["origin"], at):
                    continue
                said[log["party"], act["matter"]] += 1
                if said[log["party"], act["matter"]] <= MATTER_ACTS_MAX:
                    found.add((log["origin"], at))
        return found

    def requests(self) -> list[dict[str, Any]]:
        """Return the requests with their acts, those that are not foreign, in no order."""
        found: dict[str, list[dict[str, Any]]] = {}
        counting = self.counting()
        for name, log in self.logs.items():
            for at, entry in enumerate(log["entries"][: self.within[name]]):
                act = entry.get("act")
                if act is None or (name, at) not in counting:
                    continue
                where = {"party": log["party"], "log": name, "generation": log["generation"]}
                what = {"seen": self.cut(name, at), "received": self.received(name, at)}
                found.setdefault(act["matter"], []).append({**act, **where, "index": at, **what})
        return [{"id": name, "acts": acts} for name, acts in found.items()]


def requests(channel: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the requests of a channel as request_rows.py takes them, without rules."""
    return Channel(channel).requests()
