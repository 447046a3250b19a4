"""Which keys of the local log count where: they are numbered, and follow each other by sizes.

    record kind   key        value
    local-keys    <origin>   {"keys":[{"from":0,"made":…,"number":1,"vkeys":["…","…"]},
                              {"from":45,"index":43,"made":…,"number":2,"vkeys":["…","…"]}],
                              "revoked":{"1":44}}

A step at index i names new keys.  The keys before sign the head of size i + 1, which covers it,
and so vouch for them; the new ones sign every larger head.  Where the keys before are lost the
new ones sign from the next head on, and nobody vouches for them.  A home that is older than
rotation has a list of two texts: its first keys.

Source: docs/spec/proof.md, clauses 13 and 15.
Floor: node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.kernel.ijson import Json
from comity.node.base.ports import Tx

KIND: Final = "local-keys"


@dataclass(frozen=True, slots=True)
class LocalKeys:
    """One set of keys of a local log, an Ed25519 and an ML-DSA-44 one.

    Attributes:
        number: from 1 on.
        from_size: of the least head that they sign.
        made_ms: when; 0 where it is not known, as of the first ones of an older home.
        vkeys: their public halves, as texts; empty until they are used for the first time.
        index: of the step that named them while the keys before could vouch for it, or None.
        cap: the last size that they may cover, where they are revoked.
    """

    number: int
    from_size: int
    made_ms: int = 0
    vkeys: tuple[str, ...] = ()
    index: int | None = None
    cap: int | None = None

    def may_cover(self, size: int) -> bool:
        """Return whether no revocation takes a head of that size from them."""
        return self.cap is None or size <= self.cap


FIRST: Final = LocalKeys(number=1, from_size=0)


def held(tx: Tx, origin: str) -> tuple[LocalKeys, ...]:
    """Return the keys of a local log in their order; the first ones at least."""
    value = tx.record(KIND, origin)
    if isinstance(value, list):
        return (replace(FIRST, vkeys=tuple(map(str, value))),)
    if not isinstance(value, dict):
        return (FIRST,)
    rows, revoked = value["keys"], value["revoked"]
    assert isinstance(rows, list)
    assert isinstance(revoked, dict)
    return tuple(_read(row, revoked) for row in rows if isinstance(row, dict)) or (FIRST,)


def save(tx: Tx, origin: str, every: Sequence[LocalKeys]) -> None:
    """Keep them."""
    rows: list[Json] = [
        {
            "from": one.from_size,
            "made": one.made_ms,
            "number": one.number,
            "vkeys": [*one.vkeys],
            **({} if one.index is None else {"index": one.index}),
        }
        for one in every
    ]
    revoked: dict[str, Json] = {str(one.number): one.cap for one in every if one.cap is not None}
    tx.save_record(KIND, origin, {"keys": rows, "revoked": revoked})


def at(every: Sequence[LocalKeys], size: int) -> LocalKeys:
    """Return the keys that sign a head of that size."""
    return [one for one in every if one.from_size <= size][-1]


def last_before_change(every: Sequence[LocalKeys], signed: int, end: int) -> int:
    """Return where the next head ends: with the step that names new keys, if it comes before.

    None ends where only revoked keys could sign it.
    """
    ends = [one.from_size - 1 for one in every[1:]]
    fit = [n for n in ends if signed < n < end and at(every, n).may_cover(n)]
    return min(fit, default=end)


def move_up(tx: Tx, origin: str, lost: tuple[int, int], made: Mapping[int, int]) -> None:
    """Give later keys their place, once signed entries came back before them (see `locallog`).

    Args:
        tx: the write that puts them back.
        origin: of the log.
        lost: index of the first of them, and of the first after them.
        made: when, by index, entries among them named keys; which, is lost.
    """
    start, end = lost
    every = held(tx, origin)
    before = [one for one in every if one.from_size <= start + 1]
    after = [
        replace(one, index=one.index + end - start, from_size=one.from_size + end - start)
        if one.index is not None
        else replace(one, from_size=end + 1)
        for one in every[len(before) :]
    ]
    # Keys that the older home made since bear the number of those that it lost, and sign alone.
    places = enumerate(sorted(made), before[-1].number + 1)
    lost_keys = [] if after else [LocalKeys(n, i + 2, made[i]) for n, i in places]
    if lost_keys or after:
        save(tx, origin, [*before, *lost_keys, *after])


def _read(row: dict[str, Json], caps: dict[str, Json]) -> LocalKeys:
    number, from_size, made_ms, index = (row.get(n) for n in ("number", "from", "made", "index"))
    vkeys, cap = row.get("vkeys"), caps.get(str(number))
    assert isinstance(number, int)
    assert isinstance(from_size, int)
    return LocalKeys(
        number,
        from_size,
        made_ms if isinstance(made_ms, int) else 0,
        tuple(map(str, vkeys)) if isinstance(vkeys, list) else (),
        index if isinstance(index, int) else None,
        cap if isinstance(cap, int) else None,
    )
