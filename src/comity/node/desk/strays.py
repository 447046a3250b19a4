"""Large bodies that nothing names: what a process left that ended while it sealed or fetched them.

    stray-body   <sha256>   when it was first seen so, milliseconds

A body is sealed before the draft that names it is kept, and comes before its entry is
understood: so one that nothing names is left alone for a day.  Whoever gave the command that
was cut short gives it again, and it is sealed anew, under another key and another hash.

Source: protocol rule 15.
Floor: node.
"""

from typing import Any, Final, cast

from comity.acts import codec
from comity.node.context import Node
from comity.node.desk import drafts, uploads
from comity.node.ports import Tx
from comity.node.rows import LOG_OPEN

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
        for sha256 in (noted.keys() - strays) | doomed:
            tx.drop_record(KIND, sha256)
        for sha256 in strays - noted.keys():
            tx.save_record(KIND, sha256, now_ms)
    for sha256 in doomed:
        node.bodies.drop(sha256)
    return len(doomed)


def _strays(tx: Tx, kept: list[str]) -> set[str]:
    """Return which bodies neither an act nor a draft names, nor an upload."""
    if not kept:
        return set()
    drafted = uploads.named(tx)
    for value in tx.records(drafts.DRAFT).values():
        act = codec.act_from_json(cast("dict[str, Any]", value)["act"])
        drafted |= {one.sha256 for one in act.blobs} | {one.sha256 for one in act.documents}
    return {sha256 for sha256 in kept if sha256 not in drafted and not tx.who_names(sha256)}
