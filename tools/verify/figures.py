"""Compute the figures of a review without comity: one program, for an auditor to read.

    python tools/verify/figures.py ROWS FIGURES

ROWS is a JSON array of rows, FIGURES the figures that a node computed of them.  The program
computes them anew, for the period, the instant and the cut that FIGURES names, prints the digest of
what it found, and each cell that is not the same.  It ends with 0 if nothing differs, with 1 if
something does, and with 2 if FIGURES are of other definitions than its own.

Written from docs/spec/review.md alone, as it says things and not as fast as it could: each figure
of each group is computed of the rows of that group.  It needs Python 3.12 and nothing else.
"""

import hashlib
import json
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
from tools.verify.room_use import part, use

type Row = dict[str, Any]
type Cells = dict[str, dict[str, Any]]

VERSION = 3
MAIN = "request"
MEASURES = ("acknowledge", "respond", "complete")
DIMENSIONS = ("type", "urgency", "crime", "guideline", "agency")
PERCENTS = {"p25": 25, "median": 50, "p75": 75, "p90": 90}
Z = Fraction(196, 100)
GIVEN = {"answered": "full", "answered-in-part": "part", "partial": "part", "refused": "refused"}


def figures(rows: list[Row], asked: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of rows, for what `asked` names: period, before, now_ms and cut."""
    now, before = asked["now_ms"], asked["before"]
    inside = [row for row in rows if within(row, asked["period"])]
    own = [row for row in inside if row["kind"] == MAIN]
    outside = [row for row in rows if row["kind"] == MAIN and not within(row, asked["period"])]
    earlier = [row for row in outside if before and within(row, before)]
    beside = [row for row in inside if row["kind"] != MAIN]
    told = [one for row in own for one in contradicted(row)]
    return {
        "definitions": VERSION,
        "period": asked["period"],
        "before": before,
        "now_ms": now,
        "cut": asked["cut"],
        "cells": cells(own, now),
        "cells_before": cells(earlier, now) if before else {},
        "contradicted": sorted(told, key=canonical),
        **({"use": use(beside)} if beside else {}),
    }


def canonical(value: Any) -> bytes:  # noqa: ANN401 -- any JSON
    """Return the one spelling of a JSON value."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def digest(found: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON of figures."""
    return hashlib.sha256(canonical(found)).hexdigest()


def within(row: Row, period: list[int]) -> bool:
    """Return whether a row was asked in a period (4.1)."""
    return bool(period[0] <= row["asked"]["at_ms"] < period[1])


def cells(rows: list[Row], now: int) -> Cells:
    """Return the cells of every group (4.2, 4.4)."""
    groups: dict[str, list[Row]] = {"all": rows}
    for row in rows:
        groups.setdefault(f"side/{part(row['addressee'])}", []).append(row)
        for name in DIMENSIONS:
            code = row.get("dimensions", {}).get(name, "")
            code = f"{row['addressee']}:{code}" if name == "agency" and code else code
            groups.setdefault(f"{name}/{part(code)}", []).append(row)
    return {
        f"{group}/{address}": cell
        for group, members in groups.items()
        for address, cell in Group(members, now).cells().items()
    }


def contradicted(row: Row) -> list[Row]:
    """Return the times of a row that are claimed otherwise, or that a claim contradicts (4.5)."""
    moments: dict[str, Row] = {}  # acts of two parties may have one id: by all that is told of one
    measured: dict[str, list[str]] = {}
    named = [("asked", row["asked"])]
    named += [("", span["begin"]) for span in row.get("spans", ())]
    for span in row.get("spans", ()):
        named += [(span["measure"], span[end]) for end in ("end", "stopped") if end in span]
    for what, moment in named:
        moments[str(moment)] = moment
        if what in row.get("disputed", ()):
            measured.setdefault(str(moment), []).append(what)
    return [
        {
            "id": row["id"],
            "addressee": row["addressee"],
            "act_id": moment["act_id"],
            "claimed_ms": moment["claimed_ms"],
            "at_ms": moment["at_ms"],
            "high_ms": moment.get("high_ms"),
            "disputed": measured.get(key, []),
        }
        for key, moment in moments.items()
        if moment["claimed_ms"] != moment["at_ms"] or key in measured
    ]


def written(n: int, value: Any, **also: Any) -> dict[str, Any]:  # noqa: ANN401 -- any JSON
    """Return a cell (2.2, 4.3)."""
    if n == 0:
        return {"n": 0, "value": None}
    return {"n": n, "value": value, **({"small": True} if n < 5 else {}), **also}  # noqa: PLR2004 -- 2.2


def ratio(counted: int, n: int) -> list[int] | None:
    """Return a ratio in lowest terms."""
    return None if n == 0 else [*Fraction(counted, n).as_integer_ratio()]


def plain(times: list[int], percent: int) -> int | None:
    """Return the least time by which so many of a hundred had come (2.3)."""
    n = len(times)
    inside = (t for t in sorted(times) if 100 * sum(one <= t for one in times) >= percent * n)
    return next(inside, None)


def kaplan_meier(times: list[tuple[int, bool]]) -> dict[str, list[int | None]]:
    """Return each percentile with its interval, of times that happened or were censored (3)."""
    curve: list[tuple[int, Fraction, Fraction | None]] = []
    share, greenwood = Fraction(1), Fraction(0)
    for time in sorted({time for time, happened in times if happened}):
        n = sum(one >= time for one, _ in times)
        d = sum(one == time and happened for one, happened in times)
        share *= Fraction(n - d, n)
        greenwood += Fraction(d, n * (n - d)) if n > d else 0
        curve.append((time, share, greenwood if n > d else None))
    found = {}
    for name, percent in PERCENTS.items():
        q = 1 - Fraction(percent, 100)
        at = (time for time, s, _ in curve if s <= q)
        low = (time for time, s, g in curve if s <= q or (s - q) ** 2 <= (Z * s) ** 2 * (g or 0))
        known = ((time, s, g) for time, s, g in curve if g is not None)
        high = (time for time, s, g in known if s <= q and (Z * s) ** 2 * g <= (q - s) ** 2)
        found[name] = [next(one, None) for one in (at, low, high)]
    return found


class Group:
    """The rows of one group, and their figures."""

    def __init__(self, rows: list[Row], now: int) -> None:
        """Take the rows and the instant."""
        self.rows, self.now = rows, now
        self.found: Cells = {}

    def cells(self) -> Cells:
        """Return every cell of the table of part 2."""
        asked = len(self.rows)
        self.found["volume/asked"] = written(asked, asked)
        self.by_code("volume/status", asked, [row.get("status", "") for row in self.rows])
        spans = [(row, span) for row in self.rows for span in row.get("spans", ())]
        for measure in dict.fromkeys((*MEASURES, *(span["measure"] for _, span in spans))):
            self.timeliness(measure, [span for _, span in spans if span["measure"] == measure])
        self.ball()
        self.requests()
        self.responses()
        self.evidence()
        return self.found

    def count(self, address: str, n: int, counted: int) -> None:
        """Note a count."""
        self.found[address] = written(n, counted)

    def by_code(self, address: str, n: int, codes: list[str]) -> None:
        """Note a count for each code that occurs."""
        for code, counted in Counter(codes).items():
            self.count(f"{address}/{part(code)}", n, counted)

    def share(self, address: str, n: int, counted: int) -> None:
        """Note a share, or a mean."""
        self.found[address] = written(n, ratio(counted, n))

    def plainly(self, address: str, times: list[int], *, most: bool = True) -> None:
        """Note the plain median of times, and the longest."""
        self.found[f"{address}/plain-median"] = written(len(times), plain(times, 50))
        if most:
            self.found[f"{address}/most"] = written(len(times), max(times, default=None))

    def with_percentiles(self, address: str, times: list[tuple[int, bool]]) -> None:
        """Note the percentiles of times that happened or were censored, and the plain median."""
        estimated = kaplan_meier(times)
        for name, (at, low, high) in estimated.items():
            self.found[f"{address}/{name}"] = written(len(times), at, interval=[low, high])
        self.plainly(address, [time for time, happened in times if happened], most=False)

    def timeliness(self, measure: str, spans: list[Row]) -> None:
        """Note everything that is told of one measure."""
        at, n, now = f"timeliness/{part(measure)}", len(spans), self.now
        done = [span for span in spans if "end" in span]
        stopped = [span for span in spans if "end" not in span and "stopped" in span]
        self.count(f"{at}/begun", len(self.rows), n)
        self.count(f"{at}/happened", n, len(done))
        self.count(f"{at}/stopped", n, len(stopped))
        self.count(f"{at}/open", n, n - len(done) - len(stopped))
        elapsed = []
        for span in spans:
            until = (span.get("end") or span.get("stopped") or {"at_ms": now})["at_ms"]
            elapsed.append((max(0, until - span["begin"]["at_ms"]), "end" in span))
        self.with_percentiles(f"{at}/elapsed", elapsed)
        clocked = [span for span in spans if "used" in span]
        for unit in {span.get("unit", "") for span in clocked}:
            own = [used(span) for span in clocked if span.get("unit", "") == unit]
            self.count(f"{at}/agreed/{part(unit)}/counted", n, len(own))
            self.with_percentiles(f"{at}/agreed/{part(unit)}", own)
        self.clock(at, spans)
        both = [span for span in done if "high_ms" in span["begin"] and "high_ms" in span["end"]]
        self.share(f"{at}/cosigned", len(done), len(both))
        bounded = [s for s in both if "low_ms" in s["begin"] and "low_ms" in s["end"]]
        widths = [sum(width(span[one]) for one in ("begin", "end")) for span in bounded]
        self.plainly(f"{at}/bound", widths)

    def clock(self, at: str, spans: list[Row]) -> None:
        """Note how the agreed clock judges spans."""
        by = Counter(span.get("status", "") for span in spans)
        judged = by["met"] + by["missed"] + by["overdue"]
        self.count(f"{at}/clock/judged", len(spans), judged)
        self.share(f"{at}/clock/kept", judged, by["met"])
        undecided = sum(by[status] for status in ("running", "due-soon", "paused"))
        self.count(f"{at}/clock/undecided", len(spans), undecided)
        self.count(f"{at}/clock/missed", judged, by["missed"])
        self.count(f"{at}/clock/overdue", judged, by["overdue"])
        due = [s["due_ms"] for s in spans if s.get("status") == "overdue" and "due_ms" in s]
        self.plainly(f"{at}/overdue-age", [max(0, self.now - one) for one in due])

    def ball(self) -> None:
        """Note how long each party held the ball."""
        held: dict[str, list[int]] = {}
        holding: Counter[str] = Counter()
        for row in self.rows:
            own: Counter[str] = Counter()
            for hold in row.get("holds", ()):
                own[hold["party"]] += max(0, hold.get("to_ms", self.now) - hold["from_ms"])
            holding.update({hold["party"] for hold in row.get("holds", ()) if "to_ms" not in hold})
            for party, time in own.items():
                held.setdefault(party, []).append(time)
        seconds = {party: sum(time // 1000 for time in times) for party, times in held.items()}
        for party, times in held.items():
            at = f"ball/{part(party)}"
            self.plainly(f"{at}/held", times, most=False)
            shared = ratio(seconds[party], sum(seconds.values()))
            self.found[f"{at}/share"] = written(len(times), shared)
            self.count(f"{at}/now", len(self.rows), holding[party])

    def facts(self, *names: str) -> list[tuple[Row, Row]]:
        """Return the facts of these names, each with its row."""
        return [
            (row, fact)
            for row in self.rows
            for fact in row.get("facts", ())
            if fact["name"] in names
        ]

    def once(self, address: str, n: int, name: str, field: str = "code") -> None:
        """Note, for each code, the rows in which a fact names it."""
        said = {(id(row), fact.get(field, "")) for row, fact in self.facts(name)}
        self.by_code(address, n, [code for _, code in said])

    def requests(self) -> None:
        """Note the quality of requests."""
        deficient = {id(row) for row, _ in self.facts("deficiency")}
        judged = deficient | {id(row) for row in self.rows if ended(row, "respond", "complete")}
        n = len(judged)
        self.count("quality/request/judged", len(self.rows), n)
        self.share("quality/request/complete", n, n - len(deficient))
        self.once("quality/request/deficient", n, "deficiency")
        lacking = {(id(r), f["about"]) for r, f in self.facts("deficiency") if f.get("about")}
        self.by_code("quality/request/lacking", n, [element for _, element in lacking])
        rounds = [sum(f["name"] == "clarification" for f in r.get("facts", ())) for r in self.rows]
        self.share("quality/request/rounds", len(self.rows), sum(rounds))
        self.found["quality/request/rounds/most"] = written(len(rounds), max(rounds, default=None))
        self.assessed("request", lambda row, fact: fact.get("party", "") != row["asker"])
        self.assessed("response", lambda row, fact: fact.get("party", "") == row["asker"])

    def assessed(self, side: str, is_about: Any) -> None:  # noqa: ANN401 -- a function
        """Note what was said of the requests, or of the responses, and what was disputed."""
        own = [fact for row, fact in self.facts("assessment") if is_about(row, fact)]
        at = f"quality/{side}/assessed"
        self.count(at, len(own), len(own))
        self.by_code(at, len(own), [fact.get("code", "") for fact in own])
        for criterion, n in Counter(fact.get("code", "") for fact in own).items():
            values = [f.get("outcome", "") for f in own if f.get("code", "") == criterion]
            self.by_code(f"{at}/{part(criterion)}", n, values)
        disputed = [fact for row, fact in self.facts("dispute") if not is_about(row, fact)]
        self.count(f"quality/{side}/disputed", len(disputed), len(disputed))
        outcomes = [fact.get("outcome", "") for fact in disputed]
        self.by_code(f"quality/{side}/disputed", len(disputed), outcomes)

    def responses(self) -> None:
        """Note the quality of responses, and what became of them."""
        asked, at = len(self.rows), "quality/response"
        items = [GIVEN.get(fact.get("outcome", ""), "open") for _, fact in self.facts("item")]
        self.count(f"{at}/items", len(items), len(items))
        self.by_code(f"{at}/items", len(items), items)
        some = {
            id(r)
            for r, f in self.facts("item")
            if GIVEN.get(f.get("outcome", "")) in ("full", "part") or f.get("code") == "given"
        }
        decided = some | {id(row) for row in self.rows if ended(row, "complete")}
        self.count(f"{at}/decided", asked, len(decided))
        self.share(f"{at}/some", len(decided), len(some))
        names = {"refusal": "refused", "postponement": "postponed", "condition": "conditioned"}
        for fact, address in names.items():
            self.count(f"{at}/{address}", asked, len({id(row) for row, _ in self.facts(fact)}))
            self.once(f"{at}/{address}", asked, fact)
        outcomes = [fact.get("outcome", "") for _, fact in self.facts("condition")]
        self.count(f"{at}/conditions", len(outcomes), len(outcomes))
        self.by_code(f"{at}/conditions", len(outcomes), outcomes)
        uses = [fact for _, fact in self.facts("use")]
        told = [fact for fact in uses if fact.get("outcome") not in ("open", "lifted")]
        self.count("quality/use/asked", len(uses), len(uses))
        self.share("quality/use/reported", len(uses), len(told))
        self.by_code("quality/use/reported", len(uses), [fact.get("code", "") for fact in told])
        self.count(
            "quality/corrected", asked, len({id(row) for row, _ in self.facts("correction")})
        )
        self.once("quality/corrected", asked, "correction")

    def evidence(self) -> None:
        """Note what the times rest on."""
        times: list[Row] = []
        for row in self.rows:
            ends = [
                s[e] for s in row.get("spans", ()) for e in ("begin", "end", "stopped") if e in s
            ]
            own = {str(moment): moment for moment in (row["asked"], *ends)}
            times += own.values()
        n = len(times)
        self.count("evidence/times", n, n)
        self.share("evidence/cosigned", n, sum("high_ms" in one for one in times))
        otherwise = sum(one["claimed_ms"] != one["at_ms"] for one in times)
        self.count("evidence/contradicted", n, otherwise)
        disputed = [what for row in self.rows for what in row.get("disputed", ())]
        self.by_code("evidence/disputed", len(self.rows), disputed)


def used(span: Row) -> tuple[int, bool]:
    """Return the agreed units of a span, and whether its clock has ended: else censored (3.1)."""
    is_over = span.get("status") == "met" or (span.get("status") == "missed" and "end" in span)
    return span["used"] - (not is_over), is_over


def width(moment: Row) -> int:
    """Return how far the bounds of a moment lie apart."""
    return max(0, int(moment["high_ms"]) - int(moment["low_ms"]))


def ended(row: Row, *measures: str) -> bool:
    """Return whether one of these measures has ended."""
    return any("end" in span and span["measure"] in measures for span in row.get("spans", ()))


def main(arguments: list[str]) -> int:
    """Compute and compare."""
    if len(arguments) != 2:  # noqa: PLR2004 -- rows and figures
        print(__doc__, file=sys.stderr)
        return 2
    rows, told = (json.loads(Path(one).read_bytes()) for one in arguments)
    if told["definitions"] != VERSION:
        print(f"computed by definitions {told['definitions']}; this program has {VERSION}")
        return 2
    found = figures(rows, told)
    print(f"figures {digest(found)}")
    count = len(found["cells"]) + len(found["cells_before"])
    differing = [
        f"{name} {address}: {json.dumps(mine)} is told as {json.dumps(theirs)}"
        for name in ("cells", "cells_before")
        for address in sorted({*found[name], *told[name]})
        if (mine := found[name].get(address)) != (theirs := told[name].get(address))
    ]
    if differing or canonical(found) != canonical(told):
        print(*differing, f"{len(differing)} cells differ, of {count}", sep="\n")
        return 1
    print(f"all {count} cells are as they were told")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
