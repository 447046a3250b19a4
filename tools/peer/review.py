"""Snapshots of a review: who found which figures (docs/spec/snapshot.md)."""

import re
from collections.abc import Sequence
from typing import Any, override

from tools.peer.fields import Room, lists_of, matter_id, word
from tools.peer.history import Entry
from tools.peer.matter import Matter
from tools.peer.said import HASH
from tools.peer.state import Saw
from tools.peer.text import Json

SHAPES = {
    "digest": HASH,
    "definitions": re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=@-]{0,62}"),
    "log": re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/=@-]{0,254}"),
    "size": re.compile(r"0|[1-9][0-9]{0,14}"),
    "cell": re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+=@-]*(/[A-Za-z0-9._:+=@-]+)*"),
}
REASONS = lists_of("snapshot")["withdrawal"]


def _judge(_: str, name: str, code: str) -> str:
    if name == "reason":
        return "" if code in REASONS else "reason-unknown"
    return "" if SHAPES[name.partition(".")[0]].fullmatch(code) else "code-malformed"


ROOM = Room("snapshot", "review", _judge)


class Snapshot(Matter):
    """One snapshot, folded from its acts in their order."""

    def __init__(self, acts: Sequence[Entry], saw: Saw, parties: Sequence[str]) -> None:
        self.parties = parties
        self.state: dict[str, Any] = {
            "author": "", "before_from_ms": None, "comments": [], "definitions": "", "digest": "",
            "from_ms": 0, "instant_ms": 0, "parties": [*parties], "positions": [], "sizes": {},
            "snapshot_id": "", "to_ms": 0, "withdrawn_by": "",
        }  # fmt: skip
        self.effective: list[int] = []
        super().__init__(acts, saw)

    @override
    def whole(self) -> dict[str, Json]:
        """The object of clause 10."""
        return {**self.state, "turns": self.turns}

    @override
    def fold(self, act: Entry, said: dict[str, Any]) -> None:
        at, codes = len(self.turns), said["codes"]
        wrong = ROOM.wrong(said) or self._before(act, said)
        result = wrong or {"snapshot": "named"}.get(word(said), word(said))
        turn = {
            "act_id": said["id"],
            "cell": codes.get("cell", ""),
            "crossed": not all(self.has_seen(act, one) for one in self.effective),
            "digest": codes.get("digest", ""),
            "party": act.party,
            "reason": codes.get("reason", ""),
            "received_at_ms": act.received_ms,
            "result": result,
            "tag": said["tag"],
        }
        self.turns.append(turn)
        if not wrong:
            self.effective.append(at)
            self._effect(act, said, at)

    def _effect(self, act: Entry, said: dict[str, Any], at: int) -> None:
        codes, times, state = said["codes"], said["times"], self.state
        placed = {"act_id": said["id"], "at": at, "party": act.party}
        if word(said) == "snapshot":
            state |= {"author": act.party, "snapshot_id": said["id"], "sizes": _cut(codes)}
            state |= {name: codes[name] for name in ("definitions", "digest")}
            state |= {f"{name}_ms": times[name] for name in ("from", "to", "instant")}
            state["before_from_ms"] = times.get("before-from")
        elif word(said) == "commented":
            state["comments"].append({**placed, "cell": codes["cell"]})
        elif word(said) == "withdrawn":
            state["withdrawn_by"] = said["id"]
        else:
            state["positions"].append({**placed, "digest": codes["digest"]})

    def _before(self, act: Entry, said: dict[str, Any]) -> str:
        """What is against an act beside its fields (11)."""
        if word(said) == "snapshot" and (wrong := _wrong_cut(said)):
            return wrong
        if act.party not in self.parties:
            return "no-party"
        if word(said) == "snapshot":
            if said["matter"]["id"] != matter_id("review", act.party, said["id"]):
                return "matter-of-another"
            return "named-before" if self.state["snapshot_id"] else ""
        is_seen = bool(self.effective) and self.has_seen(act, self.effective[0])
        if not is_seen or said["answers"] != self.state["snapshot_id"]:
            return "no-snapshot"
        return "" if word(said) == "commented" else self._found(act, said)

    def _found(self, act: Entry, said: dict[str, Any]) -> str:
        """What is against who finds or withdraws."""
        state, digest = self.state, said["codes"].get("digest", "")
        withdraws = word(said) == "withdrawn"
        if (act.party == state["author"]) != withdraws:
            return "not-entitled"
        seen = [at for at in self.effective if self.has_seen(act, at)]
        if any(self.turns[at]["result"] == "withdrawn" for at in seen):
            return "withdrawn-before"
        last = {one["party"]: one["digest"] for one in state["positions"] if one["at"] in seen}
        if withdraws:
            others = [one for one in self.parties if one != act.party]
            agreed = all(last.get(one) == state["digest"] for one in others)
            return "agreed-already" if agreed else ""
        concurs = word(said) == "concurred"
        if (digest == state["digest"]) != concurs:
            return "another-digest" if concurs else "same-digest"
        return "found-before" if last.get(act.party) == digest else ""


def _cut(codes: dict[str, str]) -> dict[str, int]:
    """The sizes of a cut by log."""
    logs = {name[4:]: origin for name, origin in codes.items() if name.startswith("log.")}
    return {origin: int(codes[f"size.{count}"]) for count, origin in logs.items()}


def _wrong_cut(said: dict[str, Any]) -> str:
    """Whether 3 is not kept."""
    codes, times = said["codes"], said["times"]
    logs = {name[4:]: origin for name, origin in codes.items() if name.startswith("log.")}
    sizes = {name[5:] for name in codes if name.startswith("size.")}
    counted = {str(count) for count in range(1, len(logs) + 1)}
    if not logs or {*logs} != counted or sizes != counted or len({*logs.values()}) < len(logs):
        return "cut-malformed"
    is_ordered = times["from"] < min(times["to"], times["instant"])
    is_ordered = is_ordered and times.get("before-from", -1) < times["from"]
    return "" if is_ordered else "period-malformed"
