"""Large bodies that nothing names: what a process left that ended while it sealed or fetched them.

    stray-body   <sha256>   when it was first seen so, milliseconds

A body is sealed before the draft that names it is kept, and comes before its entry is
understood: so one that nothing names is left alone for a day.  Whoever gave the command that
was cut short gives it again, and it is sealed anew, under another key and another hash.

The store of bodies is asked outside of transactions, so what is destroyed may be named just then,
as one that is here: its record stays until that was looked at, also after a crash.

Source: protocol rule 15.
Floor: node.
"""

from dataclasses import replace
from typing import Any, Final, cast

from comity.acts import codec
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_OPEN
from comity.node.desk import uploads
from comity.node.room.release import draft_store

KIND: Final = "stray-body"
MS_MAX: Final = 24 * 3_600_000
"""How long a body waits for what names it."""


def sweep(node: Node) -> int:
    """Note what nothing names, and destroy what nothing has named for a day; return how much was.

    Raises:
        Fault: of the stores.
    """
    now_ms = node.clock.now_ms()
    kept = node.bodies.all()
    with node.store.read() as tx:
        noted = tx.records(KIND)
        strays = _strays(tx, kept)
        is_waiting = any(
            not log.own and log.state == LOG_OPEN and log.understood < log.size for log in tx.logs()
        )
    old = {s for s, at_ms in noted.items() if isinstance(at_ms, int) and now_ms - at_ms > MS_MAX}
    doomed = set() if is_waiting else strays & old
    if noted.keys() == strays and not doomed:
        return 0
    with node.store.write() as tx:
        doomed = _strays(tx, sorted(doomed))
        for sha256 in noted.keys() - strays:
            _forget(tx, sha256, is_here=sha256 in kept)
        for sha256 in strays - noted.keys():
            tx.save_record(KIND, sha256, now_ms)
    for sha256 in doomed:
        node.bodies.drop(sha256)
    come_again = {sha256 for sha256 in doomed if node.bodies.size_bytes(sha256) is not None}
    with node.store.write() as tx:
        for sha256 in doomed:
            _forget(tx, sha256, is_here=sha256 in come_again)
    return len(doomed)


def _forget(tx: Tx, sha256: str, *, is_here: bool) -> None:
    """Forget a body that was noted; one that is named and is not here is fetched again."""
    tx.drop_record(KIND, sha256)
    named = [] if is_here or tx.body_bytes(sha256) is not None else tx.who_names(sha256)
    lost = [replace(row, held=False) for row in named if row.held]
    if lost:
        tx.save_named_bodies(lost)


def _strays(tx: Tx, kept: list[str]) -> set[str]:
    """Return which bodies neither an act nor a draft names, nor an upload."""
    if not kept:
        return set()
    drafted = uploads.named(tx)
    for value in tx.records(draft_store.DRAFT).values():
        act = codec.act_from_json(cast("dict[str, Any]", value)["act"])
        drafted |= {one.sha256 for one in act.blobs} | {one.sha256 for one in act.documents}
    return {sha256 for sha256 in kept if sha256 not in drafted and not tx.who_names(sha256)}
