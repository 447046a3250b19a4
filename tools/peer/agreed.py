"""Joint texts: proposals, and what became of each (docs/spec/guideline.md)."""

from collections.abc import Sequence
from typing import Any, override

from tools.peer.history import Entry
from tools.peer.matter import Matter
from tools.peer.page import outcome_of, page, rows
from tools.peer.said import HASH
from tools.peer.state import Saw
from tools.peer.text import Json

PAGE = page("guideline")
_HEAD, _, *_TABLE = rows(PAGE, "table")
TABLE = {
    (row[0], status): outcome_of(cell)
    for row in _TABLE
    for status, cell in zip(_HEAD[2:], row[2:], strict=True)
}
WORDS = {
    "proposed": ({"version"}, {"in-force-from"}),
    "adopted": ({"sha256"}, set[str]()),
    "declined": ({"reason"}, set[str]()),
    "withdrawn": ({"reason"}, {"from"}),
}
VERBS = {"declined": "decline", "withdrawn": "withdraw"}
REASONS = {
    "declined": {"needs-changes", "contrary-to-law", "not-now", "translation"},
    "withdrawn": {"replaced", "error", "not-pursued", "leaving"},
}


class Agreed(Matter):
    """The versions of one joint text, folded from its acts in their order."""

    def __init__(self, acts: Sequence[Entry], saw: Saw, parties: Sequence[str]) -> None:
        self.parties = parties
        self.proposals: list[dict[str, Any]] = []
        super().__init__(acts, saw)

    @override
    def whole(self) -> dict[str, Json]:
        """The object of clause 9."""
        proposals: list[Json] = [*self.proposals]
        return {"parties": [*self.parties], "proposals": proposals, "turns": self.turns}

    def _answered(self, act: Entry, said: dict[str, Any]) -> dict[str, Any] | None:
        """Return the first proposal of that id that was seen, rather with the document (3)."""
        named = [one for one in self.proposals if one["id"] == said["answers"]]
        seen = [one for one in named if self.has_seen(act, one["at"])]
        seen.sort(key=lambda one: one["sha256"] != said["codes"].get("sha256"))
        return seen[0] if seen else None

    @override
    def fold(self, act: Entry, said: dict[str, Any]) -> None:
        word = said["tag"].partition(".")[2].removesuffix("/1")
        found = _of_fields(said, word) or self._before(act, said, word)
        if found:
            self._turn(act, said, ("", found))
        elif word == "proposed":
            self._propose(act, said)
        else:
            self._answer(act, said, word)

    def _before(self, act: Entry, said: dict[str, Any], word: str) -> str:
        """What is against an act beside its fields (14)."""
        if act.party not in self.parties:
            return "no-party"
        answered = self._answered(act, said)
        if said["answers"] and answered is None:
            return "no-proposal"
        if answered is None or word == "proposed":
            return ""
        if word == "adopted" and said["codes"]["sha256"] != answered["sha256"]:
            return "another-text"
        is_own = answered["party"] == act.party
        takes_back = word == "withdrawn" and "from" not in said["times"]
        is_entitled = not is_own if word == "declined" else is_own or not takes_back
        return "" if is_entitled else "not-entitled"

    def _propose(self, act: Entry, said: dict[str, Any]) -> None:
        at, (document,) = len(self.turns), said["documents"]
        answered, verb = self._answered(act, said), "propose"
        if answered is not None:
            outcome = TABLE["counter", answered["status"]]
            self._close(answered, act)
            if outcome.has_effect:
                verb = "counter"
                answered["status"] = outcome.status
        new = {
            "adoptions": {},
            "at": at,
            "closings": [],
            "counters": said["answers"],
            "earliest_ms": said["times"].get("in-force-from", 0),
            "id": said["id"],
            "leaving_from_ms": [],
            "leavings": [],
            "party": act.party,
            "sha256": document["sha256"],
            "size_bytes": document["size"],
            "status": "proposed",
            "version": said["codes"].get("version", ""),
        }
        self.proposals.append(new)
        self._turn(act, said, (verb, "proposed"), said["id"])

    def _close(self, proposal: dict[str, Any], act: Entry) -> None:
        """Notes the first act of each party that closes a proposal, until it is adopted (14)."""
        by = {self.turns[at]["party"] for at in proposal["closings"]}
        if proposal["status"] != "adopted" and act.party not in by:
            proposal["closings"].append(len(self.turns))

    def _answer(self, act: Entry, said: dict[str, Any], word: str) -> None:
        proposal = self._answered(act, said)
        assert proposal is not None
        verb = self._verb(act, said, (word, proposal))
        seen = [self.has_seen(act, at) for at in proposal["closings"]]
        crossed = not all(self.has_seen(act, at) for at in proposal["adoptions"].values())
        if verb in {"adopt", "adopt-last"}:
            crossed = bool(seen) and not any(seen)
        outcome = TABLE[f"{verb}, crossed" if crossed else verb, proposal["status"]]
        if verb in {"decline", "withdraw"}:
            self._close(proposal, act)
        if outcome.has_effect:
            self._moved(proposal, act, said, verb)
            proposal["status"] = outcome.status or proposal["status"]
        self._turn(act, said, (verb, outcome.result), proposal["id"], crossed=crossed)

    def _verb(self, act: Entry, said: dict[str, Any], of: tuple[str, dict[str, Any]]) -> str:
        word, proposal = of
        if word != "adopted":
            return "leave" if "from" in said["times"] else VERBS[word]
        if act.party in proposal["adoptions"]:
            return "repeat"
        is_last = {*self.parties} == {*proposal["adoptions"], act.party}
        return "adopt-last" if is_last else "adopt"

    def _moved(self, proposal: dict[str, Any], act: Entry, said: dict[str, Any], verb: str) -> None:
        at = len(self.turns)
        if verb in {"adopt", "adopt-last"}:
            proposal["adoptions"][act.party] = at
        elif verb == "leave":
            proposal["leavings"].append(at)
            proposal["leaving_from_ms"].append(said["times"]["from"])

    def _turn(
        self,
        act: Entry,
        said: dict[str, Any],
        found: tuple[str, str],
        proposal_id: str = "",
        *,
        crossed: bool = False,
    ) -> None:
        verb, result = found
        turn = {
            "act_id": said["id"],
            "crossed": crossed,
            "party": act.party,
            "proposal_id": proposal_id,
            "reason": said["codes"].get("reason", ""),
            "received_at_ms": act.received_ms,
            "result": result,
            "tag": said["tag"],
            "verb": verb,
        }
        self.turns.append(turn)


def _of_fields(said: dict[str, Any], word: str) -> str:
    """What the fields of an act forbid (4, 14)."""
    if not said["tag"].startswith("guideline.") or word not in WORDS:
        return "tag-of-another-room"
    if said["matter"]["kind"] != "guideline":
        return "tag-of-another-room"
    if any(said[name] for name in ("to", "urgency", "items", "elements", "guideline")):
        return "field-misplaced"
    codes, times = WORDS[word]
    if not {*said["codes"]} <= codes:
        return "code-unknown"
    if not {*said["times"]} <= times:
        return "time-unknown"
    return _of_text(said) if word == "proposed" else _of_answer(said, word)


def _of_text(said: dict[str, Any]) -> str:
    roles = [one["role"] for one in said["documents"]]
    return "" if roles == ["text"] else "text-missing"


def _of_answer(said: dict[str, Any], word: str) -> str:
    if said["documents"]:
        return "text-misplaced"
    if not said["answers"]:
        return "answers-nothing"
    if word in REASONS and said["codes"].get("reason") not in REASONS[word]:
        return "reason-unknown"
    if word == "adopted" and not HASH.fullmatch(said["codes"].get("sha256", "")):
        return "sha256-missing"
    return ""
