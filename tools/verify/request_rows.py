"""Read requests without comity: from acts and their receipts to the rows of a review.

    python tools/verify/request_rows.py ACTS > ROWS

ACTS is JSON: `{"now_ms": .., "parties": [..], "requests": [{"id": .., "acts": [..]}]}`, the parties
in the order of the arrangement.  Each act has `id`, `party`, `tag`, `answers`, `codes`, `items`,
`to`, `urgency`, `guideline`, `agency` (of its speaker); `seen`: how many of the other side's acts
its author had seen, `{party: count}`; and `received`: by the other side, `{"at_ms", "claimed_ms",
"low_ms", "high_ms", "high_claimed_ms"}`, or null.  Acts of one party stand as in its log, and those
of two in any order: which comes first follows from what they had seen.  A request may have `rules`
and `calendars`, as agreed_time.py beside this program takes them.  ROWS are what figures.py takes.

Written from docs/spec/request.md, docs/spec/review.md and, for the order of acts, part 8.6 of
docs/spec/exchange.md; what an act does in which status, crossed or not, and which grounds ask for
consultation, is read from the tables of the first.  It reads a request of one addressee, without a
draft.  It needs Python 3.12 and nothing else.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
from tools.verify import agreed_time
from tools.verify.act_order import in_order, seen_by
from tools.verify.request_table import course, outcomes, unconsulted

type Act = dict[str, Any]

SKEW_MS = 300_000
OPEN = ("submitted", "acknowledged", "accepted", "partly", "reopened")
DECIDED = ("refused", "answered-in-part", "answered")
ENDING = ("deficiency", "consultation", "status", "postponement")
RISING = {
    "deficiency": ("open", "lifted", "disputed", "clarified"),
    "acceptance": ("open", "declined", "accepted"),
    "consultation": ("open", "lifted", "settled"),
    "use": ("open", "settled"),
    "assessment": ("made", "disputed"),
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
PLAIN = {
    "confirmed": "confirm",
    "acknowledged": "acknowledge",
    "withdrawn": "withdraw",
    "closed": "close",
    "superseded": "supersede",
    "corrected": "correct",
    "opened": "open",
    "destroyed": "destroy",
}
RESPONSES = {
    "accept", "answer-part", "answer", "postpone", "refuse-part", "refuse-rest", "refuse",
}  # fmt: skip
COMPLETIONS = {"answer", "refuse-rest", "refuse"}
NAMING = ("status-asked", "closed", "reopened")
"""What names in `to` the addressees that it concerns (clause 3)."""
ASSESSED = {
    True: ("answered", "refused", "postponed"),
    False: ("submitted", "confirmed", "clarified"),
}
"""What the asker assesses, and what the addressee does."""
WORDS = (
    ("deficiency", "deficient"),
    ("acceptance", "conditional"),
    ("consultation", "consulting"),
    ("postponement", "postponed"),
)


def under(act: Act, prefix: str) -> dict[str, str]:
    """Return the codes with a prefix, without it."""
    return {
        name.removeprefix(prefix): code
        for name, code in act["codes"].items()
        if name.startswith(prefix)
    }


class Request:
    """A request of one addressee, act by act."""

    def __init__(self, acts: list[Act]) -> None:
        """Fold the acts, in their order."""
        self.acts = acts
        self.asked = next(act for act in acts if self.event(act) == "submitted")
        self.asker, self.addressee = self.asked["party"], self.asked["to"][0]
        self.items = dict.fromkeys(self.asked["items"] or ["whole"], "open")
        self.status, self.agency, self.given = "submitted", "", False
        self.form = self.asked["codes"].get("form", "")
        self.threads: list[dict[str, Any]] = []
        self.effects: dict[str, str] = {self.asked["id"]: "submit"}
        self.crossings: dict[str, str] = {}
        self.last = {self.asker: self.asked["id"]}
        self.rounds: dict[str, list[str]] = {item: [] for item in self.items}
        self.opened: set[tuple[str, str]] = set()
        self.by_id: dict[str, Act] = {}
        self.seen: set[str] = set()
        self.turns: list[tuple[Act, set[str]]] = []
        for act in acts:
            self.seen = seen_by(act, acts)
            if self.asked["id"] in self.seen:
                self.take(act)
            self.by_id[act["id"]] = act
            is_asked = self.asked["id"] in self.by_id
            self.turns.append((act, self.holding() if is_asked else set()))

    def event(self, act: Act) -> str:
        """Return what an act says: its tag without room and version."""
        return str(act["tag"]).partition(".")[2].partition("/")[0]

    def take(self, act: Act) -> None:
        """Let an act do what it does, if anything."""
        event = self.event(act)
        if not self.is_about(event, act):
            return
        verb, change = self.meant(event, act)
        if not verb:
            return
        other = self.addressee if act["party"] == self.asker else self.asker
        is_crossed = self.last.get(other, act["id"]) not in {act["id"], *self.seen}
        row = f"{verb}, crossed" if is_crossed else verb
        after, result, has_effect = outcomes().get(
            (row, self.status), outcomes()[verb, self.status]
        )
        if not has_effect:
            return
        if is_crossed:
            self.crossings[act["id"]] = result
        if verb in course():
            self.last[act["party"]] = act["id"]
        self.status = after
        self.effects[act["id"]] = verb
        change()

    def is_about(self, event: str, act: Act) -> bool:
        """Return whether what an act is about can be what it is said of."""
        target = self.by_id.get(act["answers"]) if act["answers"] in self.seen else None
        said = self.event(target) if target and act["answers"] in self.effects else ""
        is_other = target is not None and target["party"] != act["party"]
        is_open = (act["answers"], act["party"]) in self.opened
        tags = ASSESSED[act["party"] == self.asker]
        checks = {
            "confirmed": self.form == "oral",
            "corrected": said != "" and not is_other,
            "opened": said != "" and is_other and not is_open,
            "commented": False,  # only a draft is commented on
            "status-reported": act["answers"] == self.asked["id"] or said == "status-asked",
            "assessed": is_other and said in tags,
            "assessment-disputed": is_other and said == "assessed",
            "assessment-settled": not is_other and said == "assessed",
        }
        return bool(checks.get(event, event not in NAMING or self.addressee in act["to"]))

    def meant(self, event: str, act: Act) -> tuple[str, Any]:
        """Return the verb of an act and what it changes, or "" where it can do nothing."""
        if event in PLAIN:
            return PLAIN[event], lambda: self.note(event, act)
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

    def note(self, event: str, act: Act) -> None:
        """Note what a plain act leaves behind."""
        if event == "confirmed":
            self.form = "confirmed"
        if event == "opened":
            self.opened.add((act["answers"], act["party"]))

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
        """Accept, and find deficient no longer."""

        def change() -> None:
            for thread in self.pending("deficiency"):
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
            self.given = True
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
        """Let items be so; if all are decided in its view, what waits there waits no more."""
        self.items = after
        if all(now in DECIDED for item, now in after.items() if self.is_of_round(item)):
            for thread in self.pending(*ENDING):
                if thread["id"] in self.seen:
                    self.settle(thread, "lifted", act)

    def waits(self, kind: str) -> bool:
        """Return whether a thread of a kind waits; conditions, while they hold for an open item."""
        waiting = self.pending(kind)
        if kind != "acceptance":
            return bool(waiting)
        held = [
            [t for t in self.threads if t["kind"] == "acceptance" and covers(t, item)][-1:]
            for item, now in self.items.items()
            if now not in DECIDED
        ]
        return any(thread["codes"] and [thread] in held for thread in waiting)

    def holding(self) -> set[str]:
        """Return whose turn it is (1.11)."""
        found = {self.asker} if self.waits("use") else set()
        waits = [self.waits(kind) for kind in ("deficiency", "acceptance", "consultation")]
        if self.status in OPEN:
            found |= {self.asker} if any(waits) else set()
            is_unregistered = self.status == "submitted" and waits[0]
            if is_unregistered or not any(waits) or self.waits("status"):
                found.add(self.addressee)
        elif self.status in ("answered", "refused"):
            found.add(self.asker)
        if self.form == "oral" and self.status != "withdrawn":
            found.add(self.asker)
        disputed = (t for t in self.threads if t["status"] == "disputed")
        return found | {t["act"]["party"] for t in disputed if t["kind"] == "assessment"}

    def holds(self, now_ms: int) -> list[dict[str, Any]]:
        """Return who held the ball, and from when to when (1.11)."""
        found: list[dict[str, Any]] = []
        since: dict[str, int] = {}
        at = self.asked["received"]["at_ms"]
        for act, holding in self.turns:
            if not act["received"] or act["received"]["at_ms"] > now_ms:
                continue
            at = max(at, act["received"]["at_ms"])
            left = sorted(since.keys() - holding)
            found += [{"party": one, "from_ms": since.pop(one), "to_ms": at} for one in left]
            since |= dict.fromkeys(holding - since.keys(), at)
        found += [{"party": party, "from_ms": start} for party, start in since.items()]
        lasting = (one for one in found if one.get("to_ms") != one["from_ms"])
        return sorted(lasting, key=lambda one: (one["from_ms"], one["party"]))

    def facts(self) -> list[dict[str, str]]:
        """Return the facts of quality (1.12)."""
        found = [fact("item", "", item, self.addressee, now) for item, now in self.items.items()]
        for thread in self.threads:
            found += thread_facts(thread, self.asker)
        for act in self.acts:
            if act["id"] in self.effects:
                found += self.said(act)
        return found

    def said(self, act: Act) -> list[dict[str, str]]:
        """Return the facts that an act with effect is by itself."""
        event, codes, party = self.event(act), act["codes"], act["party"]
        if event == "clarified":
            return [fact("clarification", "", "", party, "", act["id"])]
        if event == "refused":
            part = "whole" if self.effects[act["id"]] == "refuse" else "part"
            return [fact("refusal", codes["reason"], "", party, part, act["id"])]
        if event == "corrected":
            return [fact("correction", codes["error"], "", party, "", act["id"])]
        thread = self.thread(act["answers"], "assessment")
        if event != "assessment-disputed" or thread is None:
            return []
        now = "open" if thread["status"] == "disputed" else thread["status"]
        return [fact("dispute", name, "", party, now, act["id"]) for name in thread["codes"]]

    def spans(self, request: dict[str, Any], now_ms: int) -> list[dict[str, Any]]:
        """Return the three times that are measured (1.6 to 1.10)."""
        found = []
        marks = list(self.marks(now_ms))
        for measure in ("acknowledge", "respond", "complete"):
            span: dict[str, Any] = {"measure": measure, "begin": moment(self.asked)}
            for act in self.happened(now_ms):
                verb = self.effects[act["id"]]
                is_stop = verb in ("withdraw", "supersede")
                if is_stop or ends(measure, verb):
                    span["stopped" if is_stop else "end"] = moment(act)
                    break
            rule = agreed_time.of_measure(measure, request.get("rules", []))
            if rule is not None:
                span |= agreed_time.told(rule, marks, request["calendars"], now_ms)
                last = span.get("end") or span.get("stopped") or {"at_ms": now_ms}
                from_ms = span["begin"]["at_ms"]
                waited = agreed_time.waiting(rule, marks, from_ms, last["at_ms"])
                span |= {"waited": waited} if waited else {}
            found.append(span)
        return found

    def marks(self, now_ms: int) -> Iterator[tuple[str, int]]:
        """Give what happened by an instant, as clocks read it, in the order of time."""
        for act in self.happened(now_ms):
            at, verb = act["received"]["at_ms"], self.effects[act["id"]]
            yield self.event(act), at
            if verb in RESPONSES:
                yield "responded", at
            if verb in COMPLETIONS:
                yield "completed", at

    def happened(self, now_ms: int) -> list[Act]:
        """Return the acts with effect that were received by an instant, by when they were."""
        known = [act for act in self.acts if act["id"] in self.effects and act["received"]]
        past = [act for act in known if act["received"]["at_ms"] <= now_ms]
        return sorted(past, key=lambda act: int(act["received"]["at_ms"]))


def ends(measure: str, verb: str) -> bool:
    """Return whether an act with effect ends a time."""
    if measure == "complete":
        return verb in COMPLETIONS
    return verb in RESPONSES or (measure == "acknowledge" and verb == "acknowledge")


def covers(thread: dict[str, Any], item: str) -> bool:
    """Return whether a thread is about an item."""
    return not thread["act"]["items"] or item in thread["act"]["items"]


def fact(*values: str) -> dict[str, str]:
    """Return a fact without what is empty."""
    names = ("name", "code", "about", "party", "outcome", "act_id")
    return {name: value for name, value in zip(names, values, strict=False) if value}


def thread_facts(thread: dict[str, Any], asker: str) -> list[dict[str, str]]:
    """Return the facts of one thread."""
    act, status, kind = thread["act"], thread["status"], thread["kind"]
    party, act_id, reason = act["party"], act["id"], act["codes"].get("reason", "")
    if kind == "deficiency":
        named = thread["codes"] or {"": reason}
        return [fact(kind, code, about, party, status, act_id) for about, code in named.items()]
    if kind == "acceptance":
        return [
            fact(
                "condition", one, "", party, "waived" if one in thread["waived"] else status, act_id
            )
            for one in thread["codes"].values()
        ]
    if kind == "postponement":
        return [fact(kind, reason, "", party, status, act_id)]
    if kind == "use":
        told = thread["by"]["codes"]["use"] if thread["by"] else ""
        return [fact(kind, told, "", asker, status, act_id)]
    if kind == "assessment" and status != "withdrawn":
        return [fact(kind, name, "", party, how, act_id) for name, how in thread["codes"].items()]
    return []


def moment(act: Act) -> dict[str, Any]:
    """Return when an act was received (1.4)."""
    known = {name: act["received"][name] for name in ("at_ms", "claimed_ms")}
    bounds = {name: act["received"].get(name) for name in ("low_ms", "high_ms")}
    return {"act_id": act["id"], **known, **{n: at for n, at in bounds.items() if at is not None}}


def is_disputed(act: Act) -> bool:
    """Return whether a claim contradicts when an act was received (1.5)."""
    received = act["received"]
    claims = (received["claimed_ms"], received.get("high_claimed_ms"))
    return any(one is not None and received["at_ms"] > one + SKEW_MS for one in claims)


def row(request: dict[str, Any], parties: list[str], now_ms: int) -> dict[str, Any] | None:
    """Return the row of a request at an instant, or None of one that was not received by then."""
    acts = in_order(request["acts"], parties)
    one = Request(acts)
    asked = one.asked
    if not asked["received"] or asked["received"]["at_ms"] > now_ms:
        return None
    spans = one.spans(request, now_ms)
    by_id = {act["id"]: act for act in acts}
    timed = {span["measure"]: span.get("end") or span.get("stopped") for span in spans}
    timed["asked"] = moment(asked)
    disputed = [what for what, at in timed.items() if at and is_disputed(by_id[at["act_id"]])]
    spoke = [act["agency"] for act in acts if act["party"] == one.addressee]
    known = {
        "type": asked["codes"]["type"],
        "urgency": asked["urgency"],
        "crime": asked["codes"].get("crime-type", ""),
        "guideline": asked["guideline"],
        "agency": one.agency or next(iter(spoke), ""),
    }
    waits = [word for kind, word in WORDS if one.status in OPEN and one.waits(kind)]
    found = {
        "kind": "request",
        "id": request["id"],
        "asker": one.asker,
        "addressee": one.addressee,
        "asked": moment(asked),
        "status": waits[0] if waits else one.status,
        "dimensions": {name: code for name, code in known.items() if code},
        "spans": spans,
        "holds": one.holds(now_ms),
        "facts": one.facts(),
        "disputed": sorted(disputed),
    }
    return {name: value for name, value in found.items() if value}


def rows(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of all requests, in the order of their ids."""
    found = (row(one, told["parties"], told["now_ms"]) for one in told["requests"])
    return sorted((one for one in found if one), key=lambda one: str(one["id"]))


def main(arguments: list[str]) -> int:
    """Print the rows."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    print(json.dumps(rows(json.loads(Path(arguments[0]).read_bytes())), sort_keys=True))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
