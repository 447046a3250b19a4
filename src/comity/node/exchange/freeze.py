"""What an officer or operator decides when something is wrong: freeze, thaw, the clock.

Source: protocol rules 19 and 22; architecture, section 6, promise 8.
Floor: node.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED, LOG_FROZEN, LOG_OFFERED, LOG_OPEN, Log
from comity.node.exchange import append, convict, logs, signing_guard

FROZEN: Final = "frozen"
"""Record kind: `<origin>`: which officer froze a log, when and why."""


def freeze(
    node: Node,
    origin: str,
    officer: str,
    reason: str = "",
    *,
    note: Callable[[Tx], None] = append.nothing,
) -> Log:
    """Stop signing, or mirroring, one log; reading goes on.

    Args:
        node: ours.
        origin: of the log.
        officer: who decides it.
        reason: in their words; it stays here.
        note: called in the transaction that does it.

    Raises:
        Fault: `exchange.log.unknown`, `exchange.log.ended`.
    """
    with node.store.write() as tx:
        log = _require_accepted(tx, origin)
        frozen = replace(log, state=LOG_FROZEN)
        tx.save_log(frozen)
        value: Json = {"officer": officer, "at_ms": node.clock.now_ms(), "reason": reason}
        tx.save_record(FROZEN, origin, value)
        note(tx)
    node.alarms.raise_alarm(*told(origin))
    return frozen


def thaw(
    node: Node, origin: str, officer: str, *, note: Callable[[Tx], None] = append.nothing
) -> Log:
    """Let a log that an officer froze go on; a convicted one needs a new generation.

    `note` is called in the transaction that does it.

    Raises:
        Fault: `exchange.log.unknown`, `exchange.log.ended`, `exchange.log.convicted`,
            `exchange.log.not-frozen`.
    """
    with node.store.write() as tx:
        log = _require_accepted(tx, origin)
        if convict.is_known(tx, origin):
            raise Fault(
                code="exchange.log.convicted",
                what=f"The log {origin} signed two histories; it is never thawed.",
                fix="Begin a new generation: `comity recover begin`.",
            )
        if log.state != LOG_FROZEN:
            raise Fault(
                code="exchange.log.not-frozen",
                what=f"The log {origin} is {log.state}: there is nothing to thaw.",
                fix="Run `comity status` to see which log is frozen.",
            )
        thawed = replace(log, state=LOG_OPEN)
        tx.save_log(thawed)
        tx.save_record("thawed", origin, {"officer": officer, "at_ms": node.clock.now_ms()})
        tx.drop_record(FROZEN, origin)
        note(tx)
    node.alarms.clear(*told(origin))
    node.wake(log.channel)
    return thawed


def decide_clock(
    node: Node, party: str, officer: str, *, note: Callable[[Tx], None] = append.nothing
) -> None:
    """Decide that signing goes on although a party's clock is more than five minutes off.

    `note` is called in the transaction that does it.

    Raises:
        Fault: `node.peer.unknown`.
    """
    with node.store.write() as tx:
        logs.require_peer(tx, node.party, party)
        value: Json = {"officer": officer, "at_ms": node.clock.now_ms()}
        tx.save_record(signing_guard.CLOCK_DECIDED, party, value)
        note(tx)
    node.alarms.clear(*signing_guard.skewed(party))


def told(origin: str) -> tuple[str, str]:
    """Return the alarm, code and words, of a log that an officer froze."""
    return "exchange.log.frozen", f"An officer froze {origin}."


def _require_accepted(tx: Tx, origin: str) -> Log:
    log = logs.require_log(tx, origin)
    if log.state == LOG_ENDED:
        raise Fault(
            code="exchange.log.ended",
            what=f"The log {origin} was succeeded by a new generation.",
            fix="Name the log of the newest generation; see `comity status`.",
        )
    if log.state == LOG_OFFERED:  # it is not mirrored yet, and a thaw would open it unheard
        raise Fault(
            code="exchange.log.unknown",
            what=f"The generation {origin} is not accepted here.",
            fix="Compare its first two entries by voice, then run `comity recover accept`.",
        )
    return log
