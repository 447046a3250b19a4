"""The order in which this node came to know things, which programs catch up by.

    rows      1, 2, 3, …: none is missing, and each has the hash over all before it
    places    the last row of each says what its act is now: it counts, or it does so no more

Nothing computes the rows anew: they outlive a rebuild, which adds what is missing behind them.

Source: `comity.node.base.arrival_order`.
Floor: node.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final

from comity.node.base import arrival_order
from comity.node.base.arrival_order import ACT, GONE, Heard
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, Log, UnderstoodAct
from comity.node.base.store import Store
from comity.node.exchange import refold_queue
from comity.node.operate.fsck import report
from comity.node.operate.fsck.report import Found

PAGE: Final = 4_096
"""Rows that are read in one transaction."""


def check_rows(store: Store) -> Found:
    """Check the numbers and hashes of all rows, and that each of an act names a place of a log.

    The node may go on: what is compared is read in one transaction.
    """
    found = Found()
    last: Heard | None = None
    is_begun = False
    while True:
        with store.read() as tx:
            page = tx.heard(last.number + 1 if last else 1, PAGE)
            held = {log.origin for log in tx.logs()}
        for row in page:
            is_begun = _check_row(found, last, row, is_begun=is_begun)
            if row.what in (ACT, GONE) and row.origin not in held:
                _wrong(found, row, "It names a log that is not held.")
            last = row
        if not page:
            break
    for origin in sorted(held):
        _check_end(store, found, origin)
    return found


def _check_end(store: Store, found: Found, origin: str) -> None:
    with store.read() as tx:
        log = tx.log(origin)
        rows = tx.heard_of(origin, log.size, None) if log else []
    for row in _last_of_each(rows):
        if row.what == ACT:
            _wrong(found, row, "It names an entry that its log does not have.")


def _check_row(found: Found, last: Heard | None, row: Heard, *, is_begun: bool) -> bool:
    """Check one row behind another; return whether a row has come with the hash of today."""
    found.counts["heard"] += 1
    number = last.number + 1 if last else 1
    if row.number != number:
        _wrong(found, row, f"It stands next to row {number - 1}: what was between is lost.")
        return is_begun
    if _is_next(last, row):
        return True
    if is_begun or not _is_older(last, row):
        _wrong(found, row, "Its hash is not the one over this row and all before it.")
    return is_begun


def _is_next(last: Heard | None, row: Heard) -> bool:
    bare = replace(row, number=0, chain=arrival_order.START)
    return next(arrival_order.numbered(last, [bare])).chain == row.chain


def _is_older(last: Heard | None, row: Heard) -> bool:
    """Whether a row may be of acts that were understood before there was an order.

    Those stand first, log by log, with hashes of their own (migration `0010_heard`).
    """
    is_behind = last is None or last.origin != row.origin or last.index < row.index
    return row.what == ACT and is_behind


def check_places(
    tx: Tx, found: Found, log: Log, span: tuple[int, int], acts: dict[int, UnderstoodAct]
) -> None:
    """Compare what the rows say of the understood entries of a log with their acts.

    While a channel is understood anew its acts are missing, and the rows wait for them.

    Args:
        tx: a read.
        found: takes in what is wrong.
        log: whose entries.
        span: [start, end) of them.
        acts: those that there are, by index.
    """
    if log.channel == LOCAL_CHANNEL or refold_queue.is_owed(tx, log.channel):
        return
    start, end = span[0], min(span[1], log.understood)
    rows = tx.heard_of(log.origin, start, max(start, end))
    told = {index: list(some) for index, some in groupby(rows, lambda row: row.index)}
    for index in range(start, end):
        act, some = acts.get(index), told.get(index, [])
        _check_turns(found, some)
        last = some[-1] if some and some[-1].what == ACT else None
        if act is not None and not act.foreign:
            _check_told(found, log, index, act, last)
        elif last is not None:
            fix = report.RESTORE if act is None else report.REBUILD
            _wrong(found, last, "It names an act that there is not, or that does not count.", fix)


def _check_told(found: Found, log: Log, index: int, act: UnderstoodAct, last: Heard | None) -> None:
    if last is None or last.act_id != act.act.id:
        what = "It counts, and programs that catch up are not told of it."
        found.add("node.fsck.heard", f"{log.origin}, entry {index}", what, report.REBUILD)
    elif (last.channel, last.matter, last.party, last.tag) != (
        log.channel,
        act.act.matter,
        act.party,
        act.act.tag,
    ):
        _wrong(found, last, "It says something else than its act.")


def _check_turns(found: Found, rows: list[Heard]) -> None:
    """An act is told once until it counts no more, and only then that it does not."""
    counted = ""
    for row in rows:
        if row.what == ACT and row.act_id == counted:
            _wrong(found, row, "It tells again what was told and counts still.")
        elif row.what == GONE and row.act_id != counted:
            _wrong(found, row, "It takes back what was not told.")
        counted = row.act_id if row.what == ACT else ""


def _last_of_each(rows: Iterable[Heard]) -> Iterator[Heard]:
    for _, some in groupby(rows, lambda row: row.index):
        yield [*some][-1]


def _wrong(found: Found, row: Heard, what: str, fix: str = report.RESTORE) -> None:
    place = f" ({row.origin}, entry {row.index})" if row.origin else ""
    found.add("node.fsck.heard", f"what was known, row {row.number}{place}", what, fix)
