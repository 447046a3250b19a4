"""The keys of the local log: made anew and revoked, by whoever runs the node.

    log.keys-made      number, ed25519, ml-dsa-44     the keys before sign the head over it
    log.keys-revoked   number, size                   the newest keys sign it

No root key stands over them, since no other State reads this log: the keys before vouch for the
next ones, by a step.  Whoever stole keys can vouch as well; so a revocation takes them out of
the policy that an auditor gets from then on, and they get that by a way of their own.

The private half is written first; what a crash leaves of it is taken up by the next try.

Source: docs/spec/proof.md, clauses 13 and 15; protocol rule 4.
Floor: node.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from comity.domestic.locallog import entry, export
from comity.joint.arrangement import view
from comity.joint.arrangement.card import DAY_MS
from comity.kernel.fault import Fault
from comity.node.base import alarm, local_keys
from comity.node.base.context import Node
from comity.node.base.keymaker import KeyMaker
from comity.node.base.local_keys import LocalKeys
from comity.node.base.ports import Tx
from comity.node.base.profile import local_origin
from comity.node.exchange.keyring import EXPIRY_CODE
from comity.node.room import local_log

_DUE: Final = ("expiry", "local-keys")
USED_DAYS: Final = 731
"""How long the same keys sign, as those of a card; no reader refuses older ones."""


def listed(tx: Tx, party: str) -> tuple[LocalKeys, ...]:
    """Return the keys of the local log, in their order."""
    return local_keys.held(tx, local_origin(party))


def warning_days(tx: Tx, party: str, now_ms: int) -> int | None:
    """Return 30, 14, 7 or 1 while the newest keys are due so soon, 0 once they are, or None."""
    made_ms = made_at_ms(tx, party, listed(tx, party)[-1])
    return view.warning_before(made_ms + USED_DAYS * DAY_MS, now_ms) if made_ms else None


def warn(node: Node) -> None:
    """Raise or clear the alarm of keys that are to be replaced: as that of a card that expires."""
    with node.store.read() as tx:
        days = warning_days(tx, node.party, node.clock.now_ms())
    alarms: set[tuple[str, str]] = set()
    if days is not None:
        when = f"in {days} days or less" if days else "now"
        origin = local_origin(node.party)
        what = f"The keys of the log {origin} are to be replaced {when}: comity key rotate --local."
        alarms.add((f"{EXPIRY_CODE}-{days}", what))
    alarm.stand(node, _DUE, alarms)


def made_at_ms(tx: Tx, party: str, one: LocalKeys) -> int:
    """Return when keys were made: the first ones of an older home before its first step; or 0."""
    if one.made_ms or one.index is not None or not tx.log(local_origin(party)):
        return one.made_ms
    first = tx.entries(local_origin(party), 0, 1)
    return entry.parse(first[0]).at_ms if first else 0


def rotate(node: Node, maker: KeyMaker) -> LocalKeys:
    """Make the next keys of the local log, and name them by a step of it.

    The keys before sign the head that ends with that step.  Where they do not open any more, the
    new ones sign from the next head on.

    Raises:
        Fault: `node.local-keys.pending`, `keys.*`, `store.*`.
    """
    with node.store.read() as tx:
        before = listed(tx, node.party)
    origin, number = local_origin(node.party), before[-1].number + 1
    shown_before = _opened(node, origin, before[-1].number)
    maker.make_local(number)
    made = local_log.public_keys(node, origin, number)
    with node.store.write() as tx:
        log = local_log.local_log(tx, node)
        every = listed(tx, node.party)
        is_named = log.signed >= every[-1].from_size - 1
        if every != before or (shown_before is not None and not is_named):
            raise _pending(every[-1])
        # A step that no key signs yet is covered by the same head.
        follows = LocalKeys(number, log.signed + 1, node.clock.now_ms(), made)
        if shown_before is not None:
            follows = replace(follows, from_size=log.size + 2, index=log.size)
        last = replace(every[-1], vkeys=every[-1].vkeys or shown_before or ())
        named = dict(zip(export.KEY_FACTS, made, strict=False))
        local_log.note(tx, node, local_log.KEYS_MADE, {"number": str(number), **named})
        local_keys.save(tx, origin, [*every[:-1], last, follows])
    return follows


def revoke(node: Node, number: int, size: int | None = None) -> LocalKeys:
    """Say up to which size older keys of the local log count.

    Args:
        node: ours.
        number: of the keys; newer ones must have been made.
        size: the last that they may cover; else the last that they were to sign.

    Raises:
        Fault: `node.local-keys.unknown`, `node.local-keys.newest`, `node.local-keys.size`,
            `store.*`.
    """
    origin = local_origin(node.party)
    with node.store.write() as tx:
        every = listed(tx, node.party)
        found = {one.number: one for one in every}
        _require_replaced(found, number)
        end = next(one.from_size for one in every if one.number > number) - 1
        cap = end if size is None else size
        before = found[number].cap
        if cap > end or (before is not None and cap > before):
            raise Fault(
                code="node.local-keys.size",
                what=f"The keys {number} of {origin} cover no size over "
                f"{end if before is None else before} as it is.",
                fix="Name that size or a smaller one, or none: a revocation gives nothing back.",
            )
        found[number] = replace(found[number], cap=cap)
        facts = {"number": str(number), "size": str(cap)}
        local_log.note(tx, node, local_log.KEYS_REVOKED, facts)
        local_keys.save(tx, origin, [found[one.number] for one in every])
    return found[number]


def _opened(node: Node, origin: str, number: int) -> tuple[str, ...] | None:
    """Return the public halves of keys that open; None where they are lost."""
    try:
        return local_log.public_keys(node, origin, number)
    except Fault as fault:
        if fault.code != "keys.file.missing":
            raise
        return None


def _pending(newest: LocalKeys) -> Fault:
    return Fault(
        code="node.local-keys.pending",
        what=f"The keys {newest.number} of the local log were made just now, and no head covers "
        "the step that names them.",
        fix="Let `comity serve` sign it, some seconds; then look with `comity key list`.",
    )


def _require_replaced(found: Mapping[int, LocalKeys], number: int) -> None:
    if number not in found:
        raise Fault(
            code="node.local-keys.unknown",
            what=f"The local log has no keys {number}; it has {', '.join(map(str, found))}.",
            fix="Run `comity key list` and name one of them.",
        )
    if number == max(found):
        raise Fault(
            code="node.local-keys.newest",
            what=f"The keys {number} are the newest: without them the local log is not signed.",
            fix="Run `comity key rotate --local` first, then revoke the old ones.",
        )
