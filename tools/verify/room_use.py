"""The use of rooms beside the figures of a review (docs/spec/review.md, 4.11), without comity.

Written from that document alone.  It needs Python 3.12 and nothing else.
"""

from collections import Counter
from typing import Any

type Row = dict[str, Any]

GROUPING = ("ground", "level", "hour")


def use(rows: list[Row]) -> dict[str, Any]:
    """Return the use of every room that rows are of: by kind, type and group."""
    found: dict[str, Any] = {}
    for kind in {row["kind"] for row in rows}:
        of_kind = [row for row in rows if row["kind"] == kind]
        found[kind] = {
            name: by_group([row for row in of_kind if type_of(row) == name])
            for name in {type_of(row) for row in of_kind}
        }
    return found


def type_of(row: Row) -> str:
    """Return by what calls and drills are told apart."""
    return str(row.get("dimensions", {}).get("type", ""))


def by_group(rows: list[Row]) -> dict[str, Any]:
    """Return what is told of each group: all, each side, and each ground, level and hour."""
    groups: dict[str, list[Row]] = {"all": rows}
    for row in rows:
        groups.setdefault(f"side/{part(row['addressee'])}", []).append(row)
        for fact in row.get("facts", []):
            if fact["name"] in GROUPING:
                name = f"{fact['name']}/{part(fact.get('code', ''))}"
                groups.setdefault(name, []).append(row)
    return {name: told(some) for name, some in groups.items()}


def told(rows: list[Row]) -> dict[str, Any]:
    """Return how often, how long, and what was said."""
    spans = [span for row in rows for span in row.get("spans", [])]
    facts = [fact for row in rows for fact in row.get("facts", [])]
    counts = Counter(f"status/{part(row.get('status', ''))}" for row in rows)
    for fact in facts:
        if fact["name"] not in GROUPING:
            words = (fact.get(name, "") for name in ("name", "code", "outcome"))
            counts["/".join(part(word) for word in words if word)] += fact.get("count", 1)
    legs = {
        name: leg([span for span in spans if span["measure"] == name])
        for name in {span["measure"] for span in spans}
    }
    return {"n": len(rows), "legs": legs, "counts": dict(counts)}


def leg(spans: list[Row]) -> dict[str, Any]:
    """Return how long one leg took, where it ended."""
    ended = [span for span in spans if "end" in span]
    took = sorted(max(0, span["end"]["at_ms"] - span["begin"]["at_ms"]) for span in ended)
    return {
        "begun": len(spans),
        "ended": len(ended),
        "stopped": sum("stopped" in span for span in spans),
        "median_ms": nearest(took, 50),
        "p90_ms": nearest(took, 90),
        "longest_ms": took[-1] if took else None,
    }


def nearest(took: list[int], percent: int) -> int | None:
    """Return the least that so many percent do not exceed."""
    return next((ms for at, ms in enumerate(took, 1) if at * 100 >= len(took) * percent), None)


def part(code: str) -> str:
    """Return a code as a part of an address (4.2)."""
    return code.replace("~", "~0").replace("/", "~1") if code else "~"
