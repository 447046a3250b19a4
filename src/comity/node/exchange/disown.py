"""What a generation leaves out of the log before it: entries that only some reader holds.

Entry 0 says how much of the old log counts: `old-size` less `lost`.  A reader that holds
more, since a cosignature was lost or a thief wrote it, takes the rest out of the meaning:
foreign, `disowned`, for ever; their ids are not used, so the author can say them again.

Source: protocol rule 23; docs/spec/fault.md 9.4.
Floor: node.
"""

import dataclasses

from comity.acts.record import Matter
from comity.joint.exchange import acts as exchange_acts
from comity.joint.exchange.fold import FOREIGN_DISOWNED
from comity.node.exchange import refold, trust
from comity.node.exchange.trust import Trust
from comity.node.ports import Tx
from comity.node.rows import UnderstoodAct


def apply(tx: Tx, channel: Trust, row: UnderstoodAct) -> dict[Matter, None]:
    """Disown what entry 0 of a generation leaves out; return the matters it touches.  Total."""
    if row.act.tag != exchange_acts.GENERATION_BEGUN or row.index != 0:
        return {}
    codes = row.act.codes
    old = tx.log(codes.get("old-origin", ""))
    if old is None or old.own or old.party != row.party or old.generation >= row.generation:
        return {}
    start = max(0, _whole(codes.get("old-size", "")) - _whole(codes.get("lost", "")))
    if start >= old.understood:
        return {}
    touched = dict.fromkeys(tx.matters_between(old.origin, 0, old.size))
    acts = [found for found in tx.acts(old.origin, start, old.size) if not found.foreign]
    disowned = [dataclasses.replace(a, foreign=FOREIGN_DISOWNED, depth=0) for a in acts]
    trust.touch_register(tx, disowned)
    tx.save_acts(disowned)
    touched |= _disown_receipts(tx, channel, old.origin, start)
    for matter in dict.fromkeys(a.act.matter for a in acts):
        tx.save_acts(refold.with_new_depths(channel, tx.acts_of(channel.channel, matter)))
    # Nothing above waits to be understood, and receipts are for what is left.
    left = dataclasses.replace(old, understood=start, signed=min(old.signed, start))
    tx.save_log(left)
    return touched


def _disown_receipts(tx: Tx, channel: Trust, old: str, start: int) -> dict[Matter, None]:
    """Disown receipts that stand in what is left out, and those that cover it."""
    touched: dict[Matter, None] = {}
    for log in channel.logs:
        rows = tx.receipts(log.origin, start if log.origin == old else 0, log.size)
        for row in rows:
            covers = row.receipt.of == old and row.receipt.size > start
            if not row.foreign and (covers or log.origin == old):
                tx.save_receipts([dataclasses.replace(row, foreign=FOREIGN_DISOWNED)])
                touched |= dict.fromkeys(tx.matters_between(row.receipt.of, 0, row.receipt.size))
    return touched


def _whole(digits: str) -> int:
    is_number = digits.isascii() and digits.isdecimal() and len(digits) < 16  # noqa: PLR2004 -- below 2^53
    return int(digits) if is_number else 0
