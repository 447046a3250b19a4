"""Receipts that are false: of roots, sizes, times, and of what is void.

Floor: lab.
"""

from dataclasses import replace

from comity.acts.record import Receipt, Unread
from comity.node.base.rows import Log
from comity.node.exchange import logs
from comity.tlog import tree
from comity_lab.sim.byzantine import Liar

YEAR_MS = 365 * 86_400_000
LAST_MS = (1 << 53) - 1


def _of(liar: Liar) -> tuple[str, Log]:
    """A victim, and its log as the liar mirrors it."""
    victim = liar.victim
    with liar.node.store.read() as tx:
        return victim, logs.require_log(tx, liar.world.origin(victim))


def _receipt(liar: Liar) -> Receipt:
    """A receipt that is true."""
    _, log = _of(liar)
    with liar.node.store.read() as tx:
        root = logs.root_at(tx, log.origin, log.signed)
    return Receipt(log.origin, log.signed, root, liar.node.clock.now_ms())


def false_receipt(liar: Liar) -> None:
    """Sign for a root that the victim's log never had."""
    made = _receipt(liar)
    liar.say(liar.world.channel(), replace(made, root=liar.chance.randbytes(32)))


def receipt_from_the_future(liar: Liar) -> None:
    """Sign for more than the victim ever signed."""
    made = _receipt(liar)
    more = made.size + liar.chance.choice((1, 1_000, LAST_MS - made.size))
    liar.say(liar.world.channel(), replace(made, size=more, root=liar.chance.randbytes(32)))


def back_date(liar: Liar) -> None:
    """Claim times before what was signed for, from a second to the beginning of time."""
    made = _receipt(liar)
    back_ms = liar.chance.choice((1_000, 3_600_000, YEAR_MS, made.time_ms))
    liar.say(liar.world.channel(), replace(made, time_ms=max(0, made.time_ms - back_ms)))


def date_ahead(liar: Liar) -> None:
    """Claim a time that is years ahead."""
    made = _receipt(liar)
    ahead_ms = liar.chance.choice((made.time_ms + 20 * YEAR_MS, LAST_MS))
    liar.say(liar.world.channel(), replace(made, time_ms=ahead_ms))


def false_unread(liar: Liar) -> None:
    """Call entries void that are not."""
    made = _receipt(liar)
    with liar.node.store.read() as tx:
        entries = tx.entries(made.of, 0, min(made.size, 64))
    unread = [Unread(at, tree.leaf_hash(raw).hex()) for at, raw in enumerate(entries)]
    if unread and liar.chance.random() < 0.3:  # noqa: PLR2004 -- some name another entry
        unread[0] = replace(unread[0], leaf=liar.chance.randbytes(32).hex())
    liar.say(liar.world.channel(), replace(made, unread=tuple(unread)))


def false_missing(liar: Liar) -> None:
    """Name bodies as missing that nobody ever named."""
    made = _receipt(liar)
    missing = tuple(sorted(liar.chance.randbytes(32).hex() for _ in range(256)))
    liar.say(liar.world.channel(), replace(made, missing=missing))


def odd_receipts(liar: Liar) -> None:
    """Sign for its own log, for another channel's, for nobody's, and for less than before."""
    made, world = _receipt(liar), liar.world
    own = liar.log(world.channel()).origin
    victim, _ = _of(liar)
    odd = [
        replace(made, of=own, size=made.size + 5),
        replace(made, of=world.origin(victim, "hotline")),
        replace(made, of=f"{victim}/{world.arrangement}/nowhere/1"),
        replace(made, of="nobody/at-all/live/1", size=LAST_MS),
        replace(made, size=max(0, made.size - 1)),
        replace(made, size=0, root=tree.EMPTY_ROOT),
    ]
    liar.chance.shuffle(odd)
    liar.say(world.channel(), *odd[: liar.chance.randint(1, 6)])


def replayed_receipts(liar: Liar) -> None:
    """Say one true receipt many times."""
    liar.say(liar.world.channel(), *[_receipt(liar)] * 20)


def no_receipts(liar: Liar) -> None:
    """Mirror and cosign as before, and sign for nothing any more."""
    liar.is_silent = True
    liar.push()


STRATEGIES = {
    "false-receipt": false_receipt,
    "receipt-from-the-future": receipt_from_the_future,
    "back-date": back_date,
    "date-ahead": date_ahead,
    "false-unread": false_unread,
    "false-missing": false_missing,
    "odd-receipts": odd_receipts,
    "replayed-receipts": replayed_receipts,
    "no-receipts": no_receipts,
}
