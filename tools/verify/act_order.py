"""Put the acts of a matter in their order without comity, and say what the author of each had seen.

Written from part 8.6 of docs/spec/exchange.md.  Acts are those of request_rows.py: those of one
party stand as in its log, and `seen` of each is `{party: how many of its acts}` of the others.
Every party has one log, in its first generation.
"""

from functools import cache
from typing import Any

type Act = dict[str, Any]


def in_order(acts: list[Act], parties: list[str]) -> list[Act]:
    """Return the acts of a matter by (depth, place of the author, index), each log in its order."""
    logs = {party: [act for act in acts if act["party"] == party] for party in parties}

    @cache
    def depth(party: str, index: int) -> int:
        last = logs[party][index]["seen"] | {party: index}
        return 1 + max((depth(of, size - 1) for of, size in last.items() if size), default=0)

    found = [
        (depth(party, index), place, index, act)
        for place, party in enumerate(parties)
        for index, act in enumerate(logs[party])
    ]
    return [act for *_, act in sorted(found, key=lambda one: one[:3])]


def seen_by(act: Act, acts: list[Act]) -> set[str]:
    """Return the ids that an author had seen: his own before it, and so many of the others."""
    logs: dict[str, list[str]] = {}
    for one in acts:
        logs.setdefault(one["party"], []).append(one["id"])
    sizes = {**act["seen"], act["party"]: logs[act["party"]].index(act["id"])}
    return {one for party, size in sizes.items() for one in logs.get(party, [])[:size]}
