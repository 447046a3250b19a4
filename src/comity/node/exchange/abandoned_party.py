"""A party that is given up: gone for good, or no more talked to.  Nothing here waits for it.

    record kind  key                      value
    given-up     <arrangement>|<party>    who decided it, when, why, and where it stood then

It is this node's alone, and can be taken back.  The party is not called any more, its bodies and
its signatures are not waited for, and it alarms nobody.  It changes nothing of what both sides
compute from the logs, nothing that was proven or convicted, and not whom an act is sealed to: what
the party sends is kept and signed for as before (`freeze` stops that), and once it is taken back it
gets all that it missed.

Floor: node.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED, Log
from comity.node.exchange import valid_cosignatures

GIVEN_UP: Final = register_records.GIVEN_UP


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A party that was given up.

    Attributes:
        arrangement: in which.
        party: who.
        officer: who decided it.
        at_ms: when.
        reason: in their words; it stays here.
        signed: entries that it had signed for by then, by our logs.
        held: entries of its own logs that were held here by then.
    """

    arrangement: str
    party: str
    officer: str
    at_ms: int
    reason: str
    signed: Mapping[str, int]
    held: Mapping[str, int]

    @property
    def place(self) -> str:
        """Where it stood, in one line: each log with its entries."""
        return ", ".join(f"{log} {n}" for log, n in sorted({**self.signed, **self.held}.items()))


def require_arrangement(tx: Tx, own_party: str, party: str, arrangement_id: str = "") -> str:
    """Return the arrangement that is meant: the one named, or the only one with that party.

    Raises:
        Fault: `node.peer.unknown`, `node.arrangement.unknown`.
    """
    having = [
        one.id
        for one in register_records.arrangements(tx)
        if party != own_party and party in one.party_ids()
    ]
    if arrangement_id in having or (len(having) == 1 and not arrangement_id):
        return arrangement_id or having[0]
    if not having:
        raise Fault(
            code="node.peer.unknown",
            what=f"No arrangement has another party {quoted(party)}.",
            fix="Name one that `comity channel list` shows.",
        )
    raise Fault(
        code="node.arrangement.unknown",
        what=f"{party} is in {len(having)} arrangements, and {quoted(arrangement_id)} is none.",
        fix=f"Name one of {', '.join(having)}.",
    )


def note(tx: Tx, node: Node, arrangement_id: str, party: str, why: tuple[str, str]) -> GivenUp:
    """Note that a party is given up, and where it stands; what was noted before stays.

    Args:
        tx: a write.
        node: ours.
        arrangement_id: in which.
        party: another one of it.
        why: the officer who decides it, and their reason.
    """
    before = of(tx, arrangement_id, party)
    if before is not None:
        return before
    officer, reason = why
    logs = [
        log
        for log in tx.logs()
        if register_records.split_channel(log.channel)[0] == arrangement_id
        if log.state != LOG_ENDED
    ]
    signed = {
        log.origin: given.size if given else 0
        for log in logs
        if log.own
        for given in [valid_cosignatures.newest(tx, trust.load(tx, log.channel), log.origin, party)]
    }
    held = {log.origin: log.size for log in logs if log.party == party}
    made = GivenUp(arrangement_id, party, officer, node.clock.now_ms(), reason, signed, held)
    value: Json = {
        "officer": officer, "at_ms": made.at_ms, "reason": reason,
        "signed": {**signed}, "held": {**held},
    }  # fmt: skip
    tx.save_record(GIVEN_UP, f"{arrangement_id}|{party}", value)
    return made


def drop(tx: Tx, arrangement_id: str, party: str) -> bool:
    """Take it back; return whether the party was given up."""
    is_noted = of(tx, arrangement_id, party) is not None
    if is_noted:
        tx.drop_record(GIVEN_UP, f"{arrangement_id}|{party}")
    return is_noted


def of(tx: Tx, arrangement_id: str, party: str) -> GivenUp | None:
    """Return who gave a party up, and when, if anybody did."""
    value = tx.record(GIVEN_UP, f"{arrangement_id}|{party}")
    if not isinstance(value, dict):
        return None
    kept = cast("dict[str, Any]", value)
    return GivenUp(
        arrangement_id, party, kept.get("officer", ""), kept.get("at_ms", 0),
        kept.get("reason", ""), kept.get("signed", {}), kept.get("held", {}),
    )  # fmt: skip


def all_of(tx: Tx) -> list[GivenUp]:
    """Return every party that is given up, by arrangement."""
    keys = (key.partition("|") for key in tx.records(GIVEN_UP))
    found = (of(tx, arrangement, party) for arrangement, _, party in keys)
    return [one for one in found if one is not None]


def in_channel(tx: Tx, channel: str, party: str) -> GivenUp | None:
    """Return the same of the arrangement of a channel."""
    return of(tx, register_records.split_channel(channel)[0], party)


def waited_for(tx: Tx, channel: str, parties: Collection[str]) -> set[str]:
    """Return those of some parties of a channel that are not given up."""
    return {one for one in parties if in_channel(tx, channel, one) is None}


def held_by_all(tx: Tx, own: Log) -> int:
    """Return how many entries of an own log every other party has cosigned, but those given up."""
    others = {other.party for other in tx.logs(own.channel)} - {own.party}
    others = waited_for(tx, own.channel, others)  # what is kept beside the mark grows, else
    newest = [tx.newest_cosignature(own.origin, party) for party in sorted(others)]
    return min((one.size if one else 0 for one in newest), default=0)


def is_heard(tx: Tx, one: GivenUp) -> bool:
    """Return whether a party has signed a head of its own, by its clock, since it was given up."""
    heads = (tx.newest_head(origin) for origin in one.held)
    return any(head is not None and head.time_s * 1_000 > one.at_ms for head in heads)
