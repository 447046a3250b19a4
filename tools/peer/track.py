"""How far one addressee is, and what an act does to that (docs/spec/request.md, 6, 7 and 15)."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tools.peer.page import CONSULTED_FIRST

OPEN = {"open", "partial"}
RISING = {
    "deficiency": ("open", "lifted", "disputed", "clarified"),
    "acceptance": ("open", "declined", "accepted"),
    "consultation": ("open", "lifted", "settled"),
    "use": ("open", "settled"),
    "assessment": ("made", "disputed", "upheld", "changed", "withdrawn"),
}
SETTLES = {
    "deficiency-disputed": ("dispute", "deficiency", "disputed"),
    "clarified": ("clarify", "deficiency", "clarified"),
    "condition-accepted": ("accept-condition", "acceptance", "accepted"),
    "condition-declined": ("decline-condition", "acceptance", "declined"),
    "consultation-answered": ("answer-consultation", "consultation", "settled"),
    "use-reported": ("report-use", "use", "settled"),
    "assessment-disputed": ("dispute-assessment", "assessment", "disputed"),
}
BEGINS = {
    "commented": ("comment", "comment", "settled"),
    "found-deficient": ("find-deficient", "deficiency", "open"),
    "status-asked": ("ask-status", "status", "open"),
    "consulted": ("consult", "consultation", "open"),
    "assessed": ("assess", "assessment", "made"),
}
PLAIN = {
    "confirmed": "confirm",
    "acknowledged": "acknowledge",
    "withdrawn": "withdraw",
    "superseded": "supersede",
    "closed": "close",
    "corrected": "correct",
    "opened": "open",
    "destroyed": "destroy",
    "step-told": "tell-step",
}
PREFIXES = {"acceptance": "condition.", "assessment": "quality."}


@dataclass
class Thread:
    """What one act began, and another is to settle."""

    id: str
    kind: str
    at: int
    status: str
    codes: dict[str, str]
    items: list[str]
    reason: str
    until_ms: int | None
    settled_at: int | None = None
    waived: list[str] = field(default_factory=list)

    def is_about(self, item: str) -> bool:
        """Whether it names an item, or none."""
        return not self.items or item in self.items

    def settle(self, status: str, at: int) -> None:
        """Moves it."""
        self.status, self.settled_at = status, at


@dataclass
class Track:
    """One addressee: status, items and threads."""

    party: str
    status: str = ""
    items: dict[str, str] = field(default_factory=dict)
    asker_last: int = 0
    addressee_last: int | None = None
    own_reference: str = ""
    agency: str = ""
    rounds: dict[str, list[int]] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)

    def waiting(self, *kinds: str) -> list[Thread]:
        """The threads of these kinds that wait."""
        return [one for one in self.threads if one.kind in kinds and one.status == "open"]

    @property
    def is_open(self) -> bool:
        """Whether an item is still to be decided."""
        return not OPEN.isdisjoint(self.items.values())


@dataclass(frozen=True)
class Step:
    """An act as it comes: what it says, its place, and which places its author had seen."""

    said: dict[str, Any]
    at: int
    has_seen: Callable[[int | None], bool]
    about: int | None = None

    @property
    def word(self) -> str:
        """The word of its tag."""
        return str(self.said["tag"]).removeprefix("request.").removesuffix("/1")

    @property
    def time(self) -> int | None:
        """Its time, if it names one."""
        return next(iter(self.said["times"].values()), None)

    def under(self, prefix: str) -> dict[str, str]:
        """Its codes under a prefix, without it, in the order of their spelling."""
        codes = sorted(self.said["codes"].items())
        return {name.removeprefix(prefix): one for name, one in codes if name.startswith(prefix)}


class NoEffect(Exception):  # noqa: N818 -- a result of the specification
    """Why an act does nothing on a track."""


def move(before: Track, step: Step) -> tuple[str, Track]:
    """The verb of an act on a track, and the track as it would be then."""
    return _Move(copy.deepcopy(before), step).do()


class _Move:
    """One act on a copy of a track."""

    def __init__(self, track: Track, step: Step) -> None:
        self.track, self.step = track, step
        self.codes: dict[str, str] = step.said["codes"]
        self.items: list[str] = step.said["items"] or list(track.items)

    def do(self) -> tuple[str, Track]:
        word = self.step.word
        if word in PLAIN:
            return PLAIN[word], self.track
        if word in BEGINS:
            verb, kind, status = BEGINS[word]
            self._begin(kind, status)
            return verb, self.track
        if word in SETTLES:
            verb, kind, status = SETTLES[word]
            self._raise(kind, status)
            return verb, self.track
        return getattr(self, f"_{word.replace('-', '_')}")(), self.track

    def _begin(self, kind: str, status: str = "open") -> None:
        said = self.step.said
        codes = self.step.under(PREFIXES.get(kind, "on."))
        reason, time = self.codes.get("reason", ""), self.step.time
        self.track.threads.append(
            Thread(said["id"], kind, self.step.at, status, codes, said["items"], reason, time)
        )

    def _its_thread(self, kind: str, *, is_seen: bool = True) -> Thread:
        """The thread that the act answers."""
        for one in self.track.threads:
            is_meant = one.id == self.step.said["answers"] and one.kind == kind
            is_meant = is_meant and self.step.about in {None, one.at}
            if is_meant and (not is_seen or self.step.has_seen(one.at)):
                return one
        raise NoEffect("answers-another")

    def _raise(self, kind: str, status: str) -> None:
        thread, order = self._its_thread(kind), RISING[kind]
        is_lifted = thread.status == "lifted" and self.step.has_seen(thread.settled_at)
        if is_lifted or order.index(status) <= order.index(thread.status):
            raise NoEffect("settled-before")
        thread.settle(status, self.step.at)

    def _rerouted(self) -> str:
        self.track.agency = self.codes["agency"]
        return "reroute"

    def _accepted(self) -> str:
        for one in self.track.waiting("deficiency", "postponement"):
            one.settle("lifted", self.step.at)
        self._begin("acceptance", "open" if self.step.under("condition.") else "accepted")
        return "accept"

    def _condition_waived(self) -> str:
        thread = self._its_thread("acceptance", is_seen=False)
        named = {*self.step.under("condition.").values()}
        if not named <= {*thread.codes.values()}:
            raise NoEffect("answers-another")
        if thread.status != "accepted" or not self.step.has_seen(thread.settled_at):
            raise NoEffect("condition-not-accepted")
        if named <= {*thread.waived}:
            raise NoEffect("settled-before")
        thread.waived = sorted({*thread.waived, *named})
        return "waive-condition"

    def _status_reported(self) -> str:
        for one in self.track.threads:
            if one.id == self.step.said["answers"] and one.kind == "status":
                self._its_thread("status").settle("settled", self.step.at)
        return "report-status"

    def _postponed(self) -> str:
        for one in self.track.waiting("postponement"):
            one.settle("settled", self.step.at)
        self._begin("postponement")
        return "postpone"

    def _resumed(self) -> str:
        waiting = self.track.waiting("postponement")
        if not waiting:
            raise NoEffect("not-postponed")
        for one in waiting:
            one.settle("settled", self.step.at)
        return "resume"

    def _use_asked(self) -> str:
        if not self.track.given:
            raise NoEffect("nothing-given")
        self._begin("use")
        return "ask-use"

    def _assessment_settled(self) -> str:
        thread = self._its_thread("assessment")
        if thread.status not in {"made", "disputed"}:
            raise NoEffect("settled-before")
        if thread.status == "made" or not self.step.has_seen(thread.settled_at):
            raise NoEffect("not-disputed")
        thread.codes |= self.step.under("quality.")
        thread.settle(self.codes["outcome"], self.step.at)
        return "settle-assessment"

    def _reopened(self) -> str:
        track = self.track
        if not self.step.said["items"] and "whole" not in track.items:
            raise NoEffect("items-missing")
        is_open = any(track.items[one] in OPEN for one in self.items)
        if is_open and track.status not in {"draft", "withdrawn"}:
            raise NoEffect("still-open")
        for one in self.items:
            track.items[one] = "open"
            track.rounds.setdefault(one, []).append(self.step.at)
        return "reopen"

    def _is_of_this_round(self, item: str) -> bool:
        return all(self.step.has_seen(at) for at in self.track.rounds.get(item, []))

    def _condition(self, item: str) -> None:
        """Content follows the condition."""
        found = [
            one for one in self.track.threads if one.kind == "acceptance" and one.is_about(item)
        ]
        if not found or not found[-1].codes:
            return
        if not self.step.has_seen(found[-1].settled_at):
            raise NoEffect("condition-open")
        if found[-1].status != "accepted":
            raise NoEffect("condition-declined-before")

    def _become(self, after: dict[str, str]) -> list[str]:
        """Moves the items that are of this round; gives those that changed."""
        changed = []
        for one in self.items:
            now = self.track.items[one]
            then = after.get(now, after.get("", now))
            if then != now and self._is_of_this_round(one):
                self.track.items[one] = then
                changed.append(one)
        return changed

    def _answered(self) -> str:
        for one in self.items:
            self._condition(one)
        partial = {"open": "partial", "refused": "answered-in-part"}
        is_partial = self.codes.get("extent") == "partial"
        changed = self._become(partial if is_partial else {"": "answered"})
        self.track.given = sorted({*self.track.given, *self.items})
        self._lift()
        if not changed:
            return "supplement"
        return "answer-part" if self.track.is_open else "answer"

    def _refused(self) -> str:
        changed = self._become({"open": "refused", "partial": "answered-in-part"})
        if not changed:
            return "repeat"
        talks = [one for one in self.track.threads if one.kind == "consultation"]
        is_consulted = all(any(talk.is_about(one) for talk in talks) for one in changed)
        if self.codes["reason"] in CONSULTED_FIRST and not is_consulted:
            raise NoEffect("not-consulted")
        self._lift()
        if self.track.is_open:
            return "refuse-part"
        return "refuse-rest" if self.track.given else "refuse"

    def _lift(self) -> None:
        left = [
            one
            for one, now in self.track.items.items()
            if now in OPEN and self._is_of_this_round(one)
        ]
        kinds = ("deficiency", "consultation", "status", "postponement")
        for thread in self.track.waiting(*kinds):
            if self.step.has_seen(thread.at) and not any(map(thread.is_about, left)):
                thread.settle("lifted", self.step.at)
