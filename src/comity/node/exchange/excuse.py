"""May a node sign, or cosign, after it started?  Only once it knows what it signed before.

    intact high-water file, home not restored   at once
    otherwise                                   after comparing with the party, or two officers
                                                who excuse one that is out of reach

Source: docs/spec/fault.md 9.1; protocol rule 21.
Floor: node.
"""

from typing import Final

from comity.kernel.fault import Fault
from comity.node.context import Node
from comity.node.ports import Tx
from comity.node.rows import LOCAL_CHANNEL, Log

EXCUSE: Final = "excuse"
"""Record kind: `<origin>|<party>` with the officers who excused a party out of reach."""

EXCUSING_OFFICERS: Final = 2

RESTORED: Final = "restored"
"""Record kind: own origins that came from a backup and were not compared with every peer yet."""


def may_sign(node: Node, tx: Tx, log: Log) -> bool:
    """Return whether every party of a channel was compared with, or is rightly excused."""
    if log.channel == LOCAL_CHANNEL:
        return True
    left = waiting(node, tx, log)
    if not left:
        return True
    if tx.record(RESTORED, log.origin) is not None:
        return all(_is_excused(tx, log.origin, party) for party in left)
    size, _root = node.highwater.marks().get(log.origin, (0, b""))
    if node.highwater.is_intact() and size <= log.size:
        return True
    return all(_is_excused(tx, log.origin, party) for party in left)


def may_cosign(node: Node, tx: Tx, log: Log) -> bool:
    """Return whether it is known up to where, and until when, a peer's log was cosigned here.

    Its author knows best, and shows it; nobody else's word is waited for.
    """
    if log.party in node.session.compared:
        return True
    own = [one.origin for one in tx.logs(log.channel) if one.own]
    is_restored = any(tx.record(RESTORED, origin) is not None for origin in own)
    if node.highwater.is_intact() and not is_restored:
        return True
    return any(_is_excused(tx, origin, log.party) for origin in own)


def require_may_cosign(node: Node, tx: Tx, log: Log) -> None:
    """Return if `may_cosign` says so.

    Raises:
        Fault: `exchange.start.not-compared`.
    """
    if not may_cosign(node, tx, log):
        raise Fault(
            code="exchange.start.not-compared",
            what=f"This node lost state and has not yet asked {log.party} what it had cosigned of "
            f"{log.origin}.",
            fix=f"Wait until {log.party} is reached, or let two officers run `comity recover "
            "excuse`.",
        )


def waiting(node: Node, tx: Tx, log: Log) -> list[str]:
    """Return the parties with which a log was not compared since the process started."""
    parties = {other.party for other in tx.logs(log.channel)} - {node.party}
    return [p for p in sorted(parties) if (log.origin, p) not in node.session.started]


def _is_excused(tx: Tx, origin: str, party: str) -> bool:
    officers = tx.record(EXCUSE, f"{origin}|{party}")
    return isinstance(officers, list) and len(set(map(str, officers))) >= EXCUSING_OFFICERS


def excuse(node: Node, origin: str, party: str, officer: str) -> int:
    """Note that an officer excuses a party out of reach; return how many have.

    Two are needed; it is alarmed and stands in the record.
    """
    key = f"{origin}|{party}"
    with node.store.write() as tx:
        before = tx.record(EXCUSE, key)
        officers = [str(o) for o in before] if isinstance(before, list) else []
        officers = sorted({*officers, officer})
        tx.save_record(EXCUSE, key, list(officers))
    node.alarms.raise_alarm("exchange.start.excused", f"{officer} excused {party} for {origin}.")
    return len(officers)
