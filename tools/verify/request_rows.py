"""Read requests without comity: from acts and their receipts to the rows of a review.

    python tools/verify/request_rows.py ACTS > ROWS

ACTS is JSON: `{"now_ms": .., "parties": [..], "requests": [{"id": .., "acts": [..]}]}`, the parties
in the order of the arrangement.  Each act has `id`, `party`, `tag`, `answers`, `codes`, `items`,
`to` (`[party, agency]` of each), `matter`, `urgency`, `guideline`, `agency` (of its speaker);
`log`, `generation` and `index`: where it stands; `seen`: how much of the other logs its author
had seen, `{log: size}`; and `received`: by each party that it speaks to, `{"at_ms", "claimed_ms",
"low_ms", "high_ms", "high_claimed_ms"}`, or null.  Acts may stand in any order: which comes first
follows from what they had seen.  channel_logs.py beside this program finds all of it in the logs
of a channel.  A request may have `rules` and `calendars` (by addressee), as agreed_time.py takes
them; requests may extend one another.  ROWS are what figures.py takes.

Written from docs/spec/request.md, docs/spec/review.md, part 7 of docs/spec/clocks.md and, for the
order of acts, part 8.6 of docs/spec/exchange.md; what an act does in which status, crossed or not,
who may say it, and which grounds ask for consultation, is read from the tables of the first.  It
reads requests without a draft.  It needs Python 3.12 and nothing else.
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast

sys.path.insert(0, str(Path(__file__).parents[2]))
from tools.verify import agreed_time, linked_requests
from tools.verify.act_order import in_order
from tools.verify.linked_requests import Linked
from tools.verify.request_fold import Request, tracks
from tools.verify.request_words import COMPLETIONS, OPEN, RESPONSES, Act, said_as, which

SKEW_MS = 300_000
WORDS = (
    ("deficiency", "deficient"),
    ("acceptance", "conditional"),
    ("consultation", "consulting"),
    ("postponement", "postponed"),
)


class Clocks(NamedTuple):
    """What the clocks of one addressee of a request are counted by."""

    rules: list[dict[str, Any]]
    calendars: dict[str, Any]
    granted: Callable[[str], list[tuple[int, dict[str, Any]]]]


def holds(one: Request, now_ms: int) -> list[dict[str, Any]]:
    """Return who held the ball, and from when to when (1.11)."""
    found: list[dict[str, Any]] = []
    since: dict[str, int] = {}
    at = one.asked["received"]["at_ms"]
    for act, holding in one.turns:
        if not act["received"] or act["received"]["at_ms"] > now_ms:
            continue
        at = max(at, act["received"]["at_ms"])
        left = sorted(since.keys() - holding)
        found += [{"party": party, "from_ms": since.pop(party), "to_ms": at} for party in left]
        since |= dict.fromkeys(holding - since.keys(), at)
    found += [{"party": party, "from_ms": start} for party, start in since.items()]
    lasting = (hold for hold in found if hold.get("to_ms") != hold["from_ms"])
    return sorted(lasting, key=lambda hold: (hold["from_ms"], hold["party"]))


def before(one: Request, item: str) -> str:
    """Return `given` of an item that is asked again, if something was given of it."""
    says_so = one.items[item] in ("partial", "answered-in-part", "answered")
    return "given" if item in one.given and not says_so else ""


def facts(one: Request) -> list[dict[str, str]]:
    """Return the facts of quality (1.12)."""
    found = [
        fact("item", before(one, item), item, one.addressee, now) for item, now in one.items.items()
    ]
    for thread in one.threads:
        found += thread_facts(thread, one.asker)
    for act in one.acts:
        if act["id"] in one.effects:
            found += said(one, act)
    return found


def said(one: Request, act: Act) -> list[dict[str, str]]:
    """Return the facts that an act with effect is by itone."""
    event, codes, party = one.event(act), act["codes"], act["party"]
    if event == "clarified":
        return [fact("clarification", "", "", party, "", said_as(act))]
    if event == "refused":
        part = "whole" if one.effects[act["id"]] == "refuse" else "part"
        return [fact("refusal", codes["reason"], "", party, part, said_as(act))]
    if event == "corrected":
        return [fact("correction", codes["error"], "", party, "", said_as(act))]
    thread = one.thread(which(act, one), "assessment")
    if event != "assessment-disputed" or thread is None:
        return []
    now = "open" if thread["status"] == "disputed" else thread["status"]
    return [fact("dispute", name, "", party, now, said_as(act)) for name in thread["codes"]]


def measured(one: Request, clocks: "Clocks", now_ms: int) -> list[dict[str, Any]]:
    """Return the three times that are measured (1.6 to 1.10)."""
    found = []
    told = one.told(now_ms, measured=True)
    marks = [(event, at) for events, at in told for event in events]
    for measure in ("acknowledge", "respond", "complete"):
        span: dict[str, Any] = {"measure": measure, "begin": moment(one.asked)}
        happened = one.happened(now_ms, measured=True)
        at = next(i for i, act in enumerate(happened) if act["id"] == one.asked["id"])
        for act in happened[at:]:  # what came before it ends nothing
            verb = one.effects[act["id"]]
            is_stop = verb in ("withdraw", "supersede")
            if is_stop or ends(measure, verb):
                span["stopped" if is_stop else "end"] = moment(act)
                break
        rule = agreed_time.of_measure(measure, clocks.rules)
        if rule is not None:
            more = clocks.granted(rule["name"])
            span |= agreed_time.told(rule, marks, clocks.calendars, now_ms, more)
            last = span.get("end") or span.get("stopped") or {"at_ms": now_ms}
            from_ms = span["begin"]["at_ms"]
            waited = agreed_time.waiting(rule, marks, from_ms, last["at_ms"])
            span |= {"waited": waited} if waited else {}
        found.append(span)
    return found


def ends(measure: str, verb: str) -> bool:
    """Return whether an act with effect ends a time."""
    if measure == "complete":
        return verb in COMPLETIONS
    return verb in RESPONSES or (measure == "acknowledge" and verb == "acknowledge")


def fact(*values: str) -> dict[str, str]:
    """Return a fact without what is empty."""
    names = ("name", "code", "about", "party", "outcome", "act_id")
    return {name: value for name, value in zip(names, values, strict=False) if value}


def thread_facts(thread: dict[str, Any], asker: str) -> list[dict[str, str]]:
    """Return the facts of one thread."""
    act, status, kind = thread["act"], thread["status"], thread["kind"]
    party, act_id, reason = act["party"], said_as(act), act["codes"].get("reason", "")
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
    return {
        "act_id": said_as(act),
        **known,
        **{n: at for n, at in bounds.items() if at is not None},
    }


def is_disputed(act: Act) -> bool:
    """Return whether a claim contradicts when an act was received (1.5)."""
    received = act["received"]
    claims = (received["claimed_ms"], received.get("high_claimed_ms"))
    return any(one is not None and received["at_ms"] > one + SKEW_MS for one in claims)


def row(name: str, one: Request, clocks: Clocks, now_ms: int) -> dict[str, Any] | None:
    """Return the row of a request at an instant, or None of one that was not received by then."""
    asked, acts = one.asked, one.acts
    if not asked["received"] or asked["received"]["at_ms"] > now_ms:
        return None
    spans = measured(one, clocks, now_ms)
    by_moment = {str(moment(act)): act for act in acts if act["received"]}
    timed = {span["measure"]: span.get("end") or span.get("stopped") for span in spans}
    timed["asked"] = moment(asked)
    disputed = [what for what, at in timed.items() if at and is_disputed(by_moment[str(at)])]
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
        "id": name,
        "asker": one.asker,
        "addressee": one.addressee,
        "asked": moment(asked),
        "status": waits[0] if waits else one.status,
        "dimensions": {name: code for name, code in known.items() if code},
        "spans": spans,
        "holds": holds(one, now_ms),
        "facts": facts(one),
        "disputed": sorted(disputed),
    }
    return {name: value for name, value in found.items() if value}


def linked(told: dict[str, Any]) -> dict[str, Linked]:
    """Return every request that was submitted, folded, by its id."""
    found = {}
    for one in told["requests"]:
        folded = tracks(in_order(one["acts"], [*told["parties"]]))
        if folded:
            extends = folded[0].asked["codes"].get("extends", "")
            by_party = {track.addressee: track for track in folded}
            rules = one.get("rules", [])
            found[one["id"]] = Linked(folded[0].asker, extends, by_party, rules)
    return found


def rows(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of all requests, in the order of id and addressee (1.16)."""
    folded, now_ms = linked(told), told["now_ms"]
    calendars = {one["id"]: one.get("calendars", {}) for one in told["requests"]}
    found = []
    for name, one in sorted(folded.items()):
        for party, track in sorted(one.tracks.items()):
            gone = linked_requests.elsewhere(folded, name, party)
            own = [rule for rule in one.rules if rule["name"] not in gone]
            granted = partial(granted_to, folded, name, party, now_ms)
            clocks = Clocks(own, calendars[name].get(party, {}), granted)
            found.append(row(name, cast("Request", track), clocks, now_ms))
    return [one for one in found if one]


def granted_to(
    folded: dict[str, Linked], name: str, party: str, now_ms: int, clock: str
) -> list[tuple[int, dict[str, Any]]]:
    """Return what later requests bring to a clock, if it can be extended by any."""
    rule = next(one for one in folded[name].rules if one["name"] == clock)
    if "extended" not in rule["extended_by"]:
        return []
    return linked_requests.granted(folded, name, party, clock, now_ms)


def main(arguments: list[str]) -> int:
    """Print the rows."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    print(json.dumps(rows(json.loads(Path(arguments[0]).read_bytes())), sort_keys=True))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
