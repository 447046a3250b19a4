"""Fold a request without comity: where it stands with each addressee after all of its acts.

Acts are those of request_rows.py beside this program, in their order.  Written from
docs/spec/request.md; what an act does in which status, crossed or not, who may say it, and which
grounds ask for consultation, is read from its tables.
"""

from collections.abc import Iterator
from typing import Any

from tools.verify.act_order import counts, seen_by
from tools.verify.request_table import course, entitled, outcomes, unconsulted
from tools.verify.request_words import (
    ASKED,
    ASSESSED,
    DECIDED,
    ENDING,
    EVENTS,
    NAMING,
    OPEN,
    PLAIN,
    RISING,
    SETTLES,
    WAITED,
    Act,
    Shared,
    apart,
    covers,
    event_of,
    heard_by,
    is_asking,
    under,
    which,
)


def tracks(acts: list[Act]) -> list["Request"]:
    """Fold the acts of a request, in their order: return it as each addressee has it."""
    acts = apart(acts)
    asked = next((act for act in acts if is_asking(act)), None)
    if asked is None:
        return []
    shared = Shared(asked)
    found = [Request(shared, party, agency) for party, agency in asked["to"]]
    for act in acts:
        shared.seen = seen_by(act, acts)
        moved = [one for one in found if asked["id"] in shared.seen and one.take(act)]
        if moved:
            shared.note(event_of(act), act)
        shared.by_id[act["id"]] = act
        for one in found:
            heard = heard_by(act, one.asker, one.addressee)
            one.acts.append(heard)
            one.turns.append((heard, one.holding() if asked["id"] in shared.by_id else set()))
    return found


class Request:
    """A request as one addressee has it, act by act."""

    def __init__(self, shared: Shared, addressee: str, agency: str) -> None:
        """Nothing was said but the submission."""
        self.shared = shared
        self.acts: list[Act] = []
        self.asker, self.addressee = shared.asked["party"], addressee
        self.asked = heard_by(shared.asked, self.asker, addressee)
        self.items = dict.fromkeys(self.asked["items"] or ["whole"], "open")
        self.status, self.agency = "submitted", agency
        self.given: set[str] = set()
        self.threads: list[dict[str, Any]] = []
        self.effects: dict[str, str] = {self.asked["id"]: "submit"}
        self.crossings: dict[str, str] = {}
        self.settled: dict[str, list[str]] = {}
        self.last = {self.asker: self.asked["id"]}
        self.rounds: dict[str, list[str]] = {item: [] for item in self.items}
        self.turns: list[tuple[Act, set[str]]] = []

    @property
    def seen(self) -> set[str]:
        """The ids that the author of the act that is read had seen."""
        return self.shared.seen

    def event(self, act: Act) -> str:
        """Return what an act says."""
        return event_of(act)

    def take(self, act: Act) -> bool:
        """Let an act do what it does here, if anything; return whether it has effect."""
        event = self.event(act)
        act = {**act, "answers": which(act, self), "named": act["answers"]}
        if event == "submitted" or not self.is_entitled(act) or not self.is_about(event, act):
            return False
        verb, change = self.meant(event, act)
        if not verb:
            return False
        other = self.addressee if act["party"] == self.asker else self.asker
        is_crossed = self.last.get(other, act["id"]) not in {act["id"], *self.seen}
        row = f"{verb}, crossed" if is_crossed else verb
        after, result, has_effect = outcomes().get(
            (row, self.status), outcomes()[verb, self.status]
        )
        if not has_effect:
            return False
        if is_crossed:
            self.crossings[act["id"]] = result
        if verb in course():
            self.last[act["party"]] = act["id"]
        self.status = after
        self.effects[act["id"]] = verb
        waited = {kind: len(self.pending(kind)) for kind in WAITED}
        change()
        for kind, count in waited.items():
            left = len(self.pending(kind))
            if left < count:
                events = self.settled.setdefault(act["id"], [])
                events.append(f"{kind}-left" if left else f"{kind}-over")
        return True

    def is_entitled(self, act: Act) -> bool:
        """Return whether its author may say an act, and says it of this addressee."""
        sides = {self.asker: "asker", self.addressee: "addressee"}
        side, by = sides.get(act["party"]), entitled().get(act["tag"])
        return side is not None and by in (side, "either")

    def is_about(self, event: str, act: Act) -> bool:
        """Return whether what an act is about can be what it is said of."""
        target = self.shared.by_id.get(act["answers"]) if act["answers"] in self.seen else None
        said = self.event(target) if target and act["answers"] in self.shared.effective else ""
        is_other = target is not None and target["party"] != act["party"]
        concerned_some = act["answers"] in self.shared.effective - self.effects.keys()
        if act["party"] == self.asker and concerned_some:
            return False  # what answers what concerned one alone concerns that one alone
        is_open = (act["named"], act["party"]) in self.shared.opened
        tags = ASSESSED[act["party"] == self.asker]
        is_of_asker = target is not None and target["party"] == self.asker
        checks = {
            "confirmed": self.shared.form == "oral",
            "corrected": said != "" and not is_other,
            "opened": said != "" and is_other and not is_open,
            "commented": False,  # only a draft is commented on
            "status-reported": act["answers"] == self.asked["id"] or said == "status-asked",
            "assessed": is_of_asker != (act["party"] == self.asker) and said in tags,
            "assessment-disputed": is_other and said == "assessed",
            "assessment-settled": not is_other and said == "assessed",
        }
        named = [party for party, _ in act["to"]]
        return bool(checks.get(event, event not in NAMING or self.addressee in named))

    def meant(self, event: str, act: Act) -> tuple[str, Any]:
        """Return the verb of an act and what it changes, or "" where it can do nothing."""
        if event in PLAIN:
            return PLAIN[event], lambda: None
        if event in SETTLES:
            verb, kind, status = SETTLES[event]
            thread = self.thread(act["answers"], kind)
            if thread is None or thread["id"] not in self.seen:
                return "", None
            rising, now = RISING[kind], thread["status"]
            if now == "lifted" and thread["by"]["id"] in self.seen:
                return "", None
            if now not in rising or rising.index(status) <= rising.index(now):
                return "", None
            return verb, lambda: self.settle(thread, status, act)
        return getattr(self, event.replace("-", "_"))(act) or ("", None)

    def thread(self, act_id: str, kind: str) -> dict[str, Any] | None:
        """Return the thread of a kind that an act began."""
        return next((t for t in self.threads if t["id"] == act_id and t["kind"] == kind), None)

    def pending(self, *kinds: str) -> list[dict[str, Any]]:
        """Return the threads that wait."""
        return [t for t in self.threads if t["kind"] in kinds and t["status"] == "open"]

    def settle(self, thread: dict[str, Any], status: str, act: Act) -> None:
        """Move a thread."""
        thread["status"], thread["by"] = status, act

    def begin(self, kind: str, act: Act, status: str = "open", prefix: str = "on.") -> None:
        """Begin a thread."""
        thread = {"id": act["id"], "kind": kind, "status": status, "act": act, "by": None}
        self.threads.append({**thread, "codes": under(act, prefix), "waived": set()})

    def found_deficient(self, act: Act) -> tuple[str, Any]:
        """Begin a deficiency."""
        return "find-deficient", lambda: self.begin("deficiency", act)

    def status_asked(self, act: Act) -> tuple[str, Any]:
        """Ask how far it is."""
        return "ask-status", lambda: self.begin("status", act)

    def consulted(self, act: Act) -> tuple[str, Any]:
        """Begin a consultation."""
        return "consult", lambda: self.begin("consultation", act)

    def use_asked(self, act: Act) -> tuple[str, Any] | None:
        """Ask for an account of use, once something was given."""
        return ("ask-use", lambda: self.begin("use", act)) if self.given else None

    def assessed(self, act: Act) -> tuple[str, Any]:
        """Begin an assessment."""
        return "assess", lambda: self.begin("assessment", act, "made", "quality.")

    def rerouted(self, act: Act) -> tuple[str, Any]:
        """Hand it to another agency."""

        def change() -> None:
            self.agency = act["codes"]["agency"]

        return "reroute", change

    def assessment_settled(self, act: Act) -> tuple[str, Any] | None:
        """Say what comes of an assessment that was disputed."""
        thread = self.thread(act["answers"], "assessment")
        if thread is None or thread["status"] != "disputed":
            return None
        if thread["by"]["id"] not in self.seen:
            return None

        def change() -> None:
            self.settle(thread, act["codes"]["outcome"], act)
            thread["codes"] |= under(act, "quality.")

        return "settle-assessment", change

    def accepted(self, act: Act) -> tuple[str, Any]:
        """Accept, find deficient no longer, and take up what was postponed."""

        def change() -> None:
            for thread in self.pending("deficiency", "postponement"):
                self.settle(thread, "lifted", act)
            has_conditions = bool(under(act, "condition."))
            self.begin("acceptance", act, "open" if has_conditions else "accepted", "condition.")

        return "accept", change

    def condition_waived(self, act: Act) -> tuple[str, Any] | None:
        """Waive conditions that were accepted."""
        thread = self.thread(act["answers"], "acceptance")
        named = set(under(act, "condition.").values())
        if thread is None or not named <= set(thread["codes"].values()):
            return None
        if not self.is_bound(thread) or named <= thread["waived"]:
            return None
        return "waive-condition", lambda: thread["waived"].update(named)

    def is_bound(self, thread: dict[str, Any]) -> bool:
        """Return whether an author had seen conditions accepted."""
        by = thread["by"]
        return thread["status"] == "accepted" and by is not None and by["id"] in self.seen

    def status_reported(self, act: Act) -> tuple[str, Any]:
        """Report, asked or not."""

        def change() -> None:
            thread = self.thread(act["answers"], "status")
            if thread is not None:
                self.settle(thread, "settled", act)

        return "report-status", change

    def postponed(self, act: Act) -> tuple[str, Any]:
        """Postpone, anew or for the first time."""

        def change() -> None:
            for thread in self.pending("postponement"):
                self.settle(thread, "settled", act)
            self.begin("postponement", act)

        return "postpone", change

    def resumed(self, act: Act) -> tuple[str, Any] | None:
        """Take up what was postponed."""

        def change() -> None:
            for thread in self.pending("postponement"):
                self.settle(thread, "settled", act)

        return ("resume", change) if self.pending("postponement") else None

    def reopened(self, act: Act) -> tuple[str, Any] | None:
        """Ask again for items that are decided."""
        again = act["items"] or list(self.items)
        if not act["items"] and "whole" not in self.items:
            return None
        if self.status != "withdrawn" and any(self.items[one] not in DECIDED for one in again):
            return None

        def change() -> None:
            for item in again:
                self.items[item] = "open"
                self.rounds[item].append(act["id"])

        return "reopen", change

    def is_of_round(self, item: str) -> bool:
        """Return whether an author had seen every time that an item was asked for again."""
        return {*self.rounds[item]} <= self.seen

    def answered(self, act: Act) -> tuple[str, Any] | None:
        """Answer items whose conditions are accepted."""
        named = act["items"] or list(self.items)
        now_asked = [item for item in named if self.is_of_round(item)]
        for item in named:
            held = [t for t in self.threads if t["kind"] == "acceptance" and covers(t, item)]
            if held and held[-1]["codes"] and not self.is_bound(held[-1]):
                return None
        in_part = {"open": "partial", "refused": "answered-in-part"}
        is_partial = act["codes"].get("extent") == "partial"
        after = self.items | {
            item: "answered" if not is_partial else in_part.get(now, now)
            for item, now in self.items.items()
            if item in now_asked
        }

        def change() -> None:
            self.given |= {*named}
            self.decide(after, act)

        if after == self.items:
            return "supplement", change
        return (
            "answer" if all(now in DECIDED for now in after.values()) else "answer-part"
        ), change

    def refused(self, act: Act) -> tuple[str, Any] | None:
        """Refuse items, after consultation where the ground asks for it."""
        named = [one for one in act["items"] or self.items if self.is_of_round(one)]
        falling = {"open": "refused", "partial": "answered-in-part"}
        after = {
            item: falling.get(now, now) if item in named else now
            for item, now in self.items.items()
        }
        changed = [item for item, now in after.items() if now != self.items[item]]
        if not changed:
            return None
        talks = [t for t in self.threads if t["kind"] == "consultation"]
        is_consulted = all(any(covers(talk, item) for talk in talks) for item in changed)
        if act["codes"]["reason"] not in unconsulted() and not is_consulted:
            return None
        verb = "refuse-rest" if self.given else "refuse"
        is_open = any(now not in DECIDED for now in after.values())
        return ("refuse-part" if is_open else verb), lambda: self.decide(after, act)

    def decide(self, after: dict[str, str], act: Act) -> None:
        """Let items be so; what waits for what is decided in its view waits no more."""
        self.items = after
        left = [i for i, now in after.items() if now not in DECIDED and self.is_of_round(i)]
        for thread in self.pending(*ENDING):
            if thread["id"] in self.seen and not any(covers(thread, item) for item in left):
                self.settle(thread, "lifted", act)

    def open_items(self) -> list[str]:
        """Return the items that were neither answered nor refused."""
        return [item for item, now in self.items.items() if now not in DECIDED]

    def waits(self, kind: str) -> list[dict[str, Any]]:
        """Return the threads of a kind that wait; conditions, while they hold for an open item."""
        waiting = self.pending(kind)
        if kind != "acceptance":
            return waiting
        said = [t for t in self.threads if t["kind"] == "acceptance"]
        held = [[t for t in said if covers(t, item)][-1:] for item in self.open_items()]
        return [thread for thread in waiting if thread["codes"] and [thread] in held]

    def holding(self) -> set[str]:
        """Return whose turn it is (1.11)."""
        found = {self.asker} if self.waits("use") else set()
        asked = [t for kind in ASKED for t in self.waits(kind)]
        if self.status in OPEN:
            found |= {self.asker} if asked else set()
            is_unregistered = self.status == "submitted" and self.waits("deficiency")
            left = [i for i in self.open_items() if not any(covers(t, i) for t in asked)]
            if is_unregistered or not asked or left or self.waits("status"):
                found.add(self.addressee)
        elif self.status in ("answered", "refused"):
            found.add(self.asker)
        if self.shared.form == "oral" and self.status != "withdrawn":
            found.add(self.asker)
        disputed = (t for t in self.threads if t["status"] == "disputed")
        return found | {t["act"]["party"] for t in disputed if t["kind"] == "assessment"}

    def told(self, now_ms: int, *, measured: bool = False) -> Iterator[tuple[list[str], int]]:
        """Give the events of acts by an instant, by time; of one withdrawn none said too late."""
        is_over = False
        for act in self.happened(now_ms, measured=measured):
            verb = self.effects[act["id"]]
            is_late = is_over and act["party"] == self.addressee
            if is_late and not outcomes()[verb, "withdrawn"][2]:
                continue
            is_over |= self.status == "withdrawn" and verb in ("withdraw", "supersede")
            events = [] if verb in ("refuse-part", "refuse-rest") else [self.event(act)]
            events += [name for name, verbs in EVENTS.items() if verb in verbs]
            events += self.settled.get(act["id"], [])
            yield events, counts(act, self.asked if measured else act, self.acts)

    def happened(self, now_ms: int, *, measured: bool = False) -> list[Act]:
        """Return the acts with effect that were received by an instant, by when they count."""
        known = [act for act in self.acts if act["id"] in self.effects and act["received"]]
        past = [act for act in known if act["received"]["at_ms"] <= now_ms]
        return sorted(past, key=lambda a: counts(a, self.asked if measured else a, self.acts))
