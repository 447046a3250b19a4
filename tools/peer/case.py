"""Cases: the requests of one investigation, its priority and its reports (docs/spec/case.md)."""

import re
from collections.abc import Sequence
from typing import Any, override

from tools.peer.fields import Room, lists_of, matter_id, word
from tools.peer.history import Entry
from tools.peer.matter import Matter
from tools.peer.said import NAME
from tools.peer.state import Saw
from tools.peer.text import Json

LISTS = lists_of("case")
NAMES = {"crime-type", "dialogue"}
WHILE_OPEN = {"grouped", "ungrouped", "priority-proposed", "reported", "closed", "linked"}


def _judge(of: str, name: str, code: str) -> str:
    if name in NAMES or name.startswith("owner."):
        return "" if NAME.fullmatch(code) else "code-malformed"
    known = {"level": "level", "reason": of}.get(name, name.partition(".")[0])
    if name in {"count", "identifiers", "link"}:
        return "" if re.fullmatch("[1-9][0-9]{0,3}", code) else "code-malformed"
    return "" if name == "own-reference" or code in LISTS[known] else "reason-unknown"


ROOM = Room("case", "case", _judge)


class Case(Matter):
    """One case, folded from its acts in their order."""

    def __init__(self, acts: Sequence[Entry], saw: Saw, parties: Sequence[str]) -> None:
        self.parties = parties
        self.state: dict[str, Any] = {
            "crime_type": "", "opened_by": "", "opener": "", "parties": [*parties],
            "proposals": [], "references": {}, "reports": [], "requests": [], "rounds": [],
        }  # fmt: skip
        self.effective: list[int] = []
        super().__init__(acts, saw)

    @override
    def whole(self) -> dict[str, Json]:
        """The object of clause 10."""
        return {**self.state, "turns": self.turns}

    @override
    def fold(self, act: Entry, said: dict[str, Any]) -> None:
        at = len(self.turns)
        wrong = ROOM.wrong(said) or _unclear(said) or self._before(act, said)
        turn = {
            "act_id": said["id"],
            "answers": said["answers"],
            "crossed": not all(self.has_seen(act, one) for one in self.effective),
            "is_effective": not wrong,
            "items": said["items"],
            "party": act.party,
            "reason": said["codes"].get("reason", ""),
            "received_at_ms": act.received_ms,
            "result": wrong or word(said),
            "tag": said["tag"],
        }
        self.turns.append(turn)
        if not wrong:
            self.effective.append(at)
            (self._link if "link" in word(said) else self._effect)(act, said, at)

    def _round(self, act: Entry, of: str) -> int:
        """The greatest round of something that an author had seen (8)."""
        seen = (
            one["round"]
            for one in self.state["rounds"]
            if one["of"] == of and (self.acts[one["at"]] is act or self.has_seen(act, one["at"]))
        )
        return max(seen, default=0)

    def _is(self, act: Entry, of: str) -> bool:
        return self._round(act, of) % 2 == 1

    def _change(self, act: Entry, of: str, at: int) -> None:
        self.state["rounds"].append({"at": at, "of": of, "round": self._round(act, of) + 1})

    def _before(self, act: Entry, said: dict[str, Any]) -> str:
        """What is against an act beside its fields (11)."""
        if act.party not in self.parties:
            return "no-party"
        if word(said) == "opened":
            if said["matter"]["id"] != matter_id("case", act.party, said["id"]):
                return "matter-of-another"
            return "opened-before" if self.state["opened_by"] else ""
        if not self._is_of_case(act, said):
            return "no-case"
        if word(said) in WHILE_OPEN and self._is(act, "closed"):
            return "closed-before"
        return self._of_tag(act, said)

    def _is_of_case(self, act: Entry, said: dict[str, Any]) -> bool:
        """Whether the opening was seen, and is answered where 2 says so."""
        if not self.effective or not self.has_seen(act, self.effective[0]):
            return False
        answers_it = ROOM.fields[said["tag"]].answers == "the opening"
        return not answers_it or said["answers"] == self.state["opened_by"]

    def _of_tag(self, act: Entry, said: dict[str, Any]) -> str:
        of, codes = word(said), said["codes"]
        is_in = [self._is(act, f"request:{one}") for one in said["items"]]
        level = "priority" if self._is(act, "priority") else "ordinary"
        own = self.state["references"].get(act.party, [""])
        wrong = {
            "grouped": ("grouped-before", all(is_in)),
            "ungrouped": ("not-grouped", not any(is_in)),
            "referenced": ("referenced-before", own[-1] == codes.get("own-reference")),
            "priority-proposed": ("at-that-level", level == codes.get("level")),
            "reported": ("party-unknown", not {*_steps(said)} <= {*self.parties}),
            "reopened": ("not-closed", not self._is(act, "closed")),
        }.get(of)
        if wrong is not None:
            return wrong[0] if wrong[1] else ""
        if of == "link-disputed":
            return self._dispute_wrong(act, said)
        return "" if of in {"closed", "linked"} else self._voice_wrong(act, said, of)

    def _voice_wrong(self, act: Entry, said: dict[str, Any], of: str) -> str:
        """What is against who answers a proposal or a report."""
        is_proposal = of.startswith("priority")
        target = self._target(act, said, "proposals" if is_proposal else "reports")
        if target is None:
            return "no-proposal" if is_proposal else "no-report"
        if target["party"] == act.party:
            return "not-entitled"
        own = [one["says"] for one in target["voices"] if one["party"] == act.party]
        again = bool(own) if is_proposal else own[-1:] in (["agreed"], [of.partition("-")[2]])
        if again:
            return "said-before"
        is_lapsed = is_proposal and self._round(act, "priority") != target["round"]
        return "lapsed" if is_lapsed else ""

    def _dispute_wrong(self, act: Entry, said: dict[str, Any]) -> str:
        """What is against who disputes a link (12)."""
        target, number = self._target(act, said, "links"), int(said["codes"]["link"])
        if target is None or number > target["count"]:
            return "no-link"
        before = [(one["party"], one["number"]) for one in target["disputes"]]
        return "said-before" if (act.party, number) in before else ""

    def _target(self, act: Entry, said: dict[str, Any], among: str) -> dict[str, Any] | None:
        """What is answered: of one id that was seen, the first by another party (11)."""
        found: list[dict[str, Any]] = [
            one
            for one in self.state.get(among, ())
            if one["id"] == said["answers"] and self.has_seen(act, one["at"])
        ]
        others = [one for one in found if one["party"] != act.party]
        return next(iter(others or found), None)

    def _effect(self, act: Entry, said: dict[str, Any], at: int) -> None:
        of, codes, state = word(said), said["codes"], self.state
        if of == "opened":
            state |= {"crime_type": codes.get("crime-type", ""), "opener": act.party}
            state["opened_by"] = said["id"]
        if of in {"opened", "referenced"}:
            state["references"].setdefault(act.party, []).append(codes["own-reference"])
        if of in {"opened", "grouped", "ungrouped"}:
            self._group(act, said, at, is_in=of == "ungrouped")
        elif of in {"closed", "reopened"}:
            self._change(act, "closed", at)
        elif of == "priority-proposed":
            told = {"level": codes["level"], "reason": codes["reason"]}
            placed = {"at": at, "id": said["id"], "party": act.party, "voices": []}
            state["proposals"].append({**placed, **told, "round": self._round(act, "priority")})
        elif of == "reported":
            placed = {"at": at, "id": said["id"], "party": act.party, "voices": []}
            steps = [*_steps(said).values()]
            state["reports"].append(
                {**placed, "dialogue": codes["dialogue"], "items": said["items"], "steps": steps}
            )
        elif of != "referenced":
            self._voice(act, said, at)

    def _link(self, act: Entry, said: dict[str, Any], at: int) -> None:
        codes, placed = said["codes"], {"at": at, "party": act.party}
        if word(said) == "linked":
            numbers = {name: int(codes[name]) for name in ("count", "identifiers")}
            made = {"disputes": [], "id": said["id"], **placed, **numbers}
            self.state.setdefault("links", []).append(made)
        elif target := self._target(act, said, "links"):
            told = {"number": int(codes["link"]), "reason": codes["reason"]}
            target["disputes"].append({**placed, **told})

    def _group(self, act: Entry, said: dict[str, Any], at: int, *, is_in: bool) -> None:
        for one in said["items"]:
            if self._is(act, f"request:{one}") == is_in:
                self._change(act, f"request:{one}", at)
            if not is_in and one not in self.state["requests"]:
                self.state["requests"].append(one)

    def _voice(self, act: Entry, said: dict[str, Any], at: int) -> None:
        of = word(said)
        is_proposal = of.startswith("priority")
        target = self._target(act, said, "proposals" if is_proposal else "reports")
        if target is None:
            return
        says, reason = of.partition("-")[2], said["codes"].get("reason", "")
        target["voices"].append({"at": at, "party": act.party, "reason": reason, "says": says})
        seen = {
            one["party"]
            for one in target["voices"]
            if one["says"] == "agreed" and (one["at"] == at or self.has_seen(act, one["at"]))
        }
        if of == "priority-agreed" and {*self.parties} == {*seen, target["party"]}:
            self._change(act, "priority", at)


def _steps(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The steps of a report, by party."""
    codes, times = said["codes"], said["times"]
    named = sorted(name[5:] for name in codes if name.startswith("next."))
    return {
        party: {
            "due_ms": times.get(f"due.{party}"),
            "next": codes[f"next.{party}"],
            "owner": codes.get(f"owner.{party}", ""),
            "party": party,
        }
        for party in named
    }


def _unclear(said: dict[str, Any]) -> str:
    """What a tag needs of its lists (11)."""
    if word(said) in {"grouped", "ungrouped"} and not said["items"]:
        return "requests-missing"
    if word(said) != "reported":
        return ""
    owners = {name[6:] for name in said["codes"] if name.startswith("owner.")}
    dues = {name[4:] for name in said["times"]}
    steps = {*_steps(said)}
    return "" if steps and owners | dues <= steps else "steps-unclear"
