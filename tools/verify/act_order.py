"""Put the acts of a matter in their order without comity, and say what the author of each had seen.

Written from part 8.6 of docs/spec/exchange.md.  Each act has `party`, its author; `log`, in which
it stands, with the `generation` of that and the `index` in it; and `seen`, `{log: size}` of the
others.
"""

from functools import cache
from typing import Any

type Act = dict[str, Any]


def in_order(acts: list[Act], parties: list[str]) -> list[Act]:
    """Return the acts of a matter by (depth, place of the author, generation, index)."""

    @cache
    def depth(at: int) -> int:
        before = (depth(i) for i, one in enumerate(acts) if has_seen(acts[at], one))
        return 1 + max(before, default=0)

    def key(at: int) -> tuple[int, int, int, int]:
        act = acts[at]
        return depth(at), parties.index(act["party"]), act["generation"], act["index"]

    return [acts[at] for at in sorted(range(len(acts)), key=key)]


def has_seen(later: Act, earlier: Act) -> bool:
    """Return whether an author had seen an act when they said another (8.6.3)."""
    if later["log"] == earlier["log"]:
        return bool(earlier["index"] < later["index"])
    if later["party"] == earlier["party"]:
        return bool(earlier["generation"] < later["generation"])
    return bool(earlier["index"] < later["seen"].get(earlier["log"], 0))


def seen_by(act: Act, acts: list[Act]) -> set[str]:
    """Return the ids of the acts that an author had seen."""
    return {one["id"] for one in acts if has_seen(act, one)}


def counts(act: Act, asked: Act, ordered: list[Act]) -> int:
    """Return when an act counts that follows another in the order: no sooner (review.md 1.6)."""
    follows = act in ordered[ordered.index(asked) :]
    return max(int(one["received"]["at_ms"]) for one in ((act, asked) if follows else (act,)))
