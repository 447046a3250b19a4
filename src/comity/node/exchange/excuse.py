"""May a node sign, or cosign, after it started?  Only once it knows what it signed before.

    intact high-water file, home not restored   after asking the party, which may be out of reach
    otherwise                                   after comparing with the party, or two officers
                                                who excuse one that is out of reach

Whoever was not asked yet since the start is not out of reach: an image of the machine brings an
intact file that is old, and it may be the one party which knows better.  One that answers and
shows nothing that can be read is: else a single party could silence a node towards all others.

Two officers speak of one loss: their excuse names the high-water file, by the id that it has from
its birth, and counts for no other.  A copy of the home brings it back, and the file that is begun
where that one is lost again has another id.

A witness of a log that says it cosigned more than is here is one more that knows better: the log
waits until that is here again, or until two officers excuse it likewise.

Source: docs/spec/fault.md 9.1; docs/adr/0016, 0040, 0052; protocol rule 21.
Floor: node.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, Log
from comity.node.exchange import logs, lost_channel, witness_memory

EXCUSE: Final = "excuse"
"""Record kind: `<origin>|<party>` with {file, officers}: who excused a party out of reach."""

EXCUSING_OFFICERS: Final = 2

RESTORED: Final = "restored"
"""Record kind: own origins that came from a backup, until every peer was compared with."""

_PEER: Final = "node.peer."
OF_THIS_MACHINE: Final = ("node.", "highwater.", "keys.")
"""How codes of faults begin that say nothing about the party, nor of what it sent."""


@dataclass(slots=True)
class Start:
    """What this process learned since it started of what it had signed before.

    Attributes:
        started: (own origin, party) pairs that compared their logs since the start (rule 21).
        compared: parties whose answer at the start was read: what was cosigned of their logs too.
        unreached: parties that were asked since the start and did not answer.
        asked_of: (own origin, party) pairs: own logs that were here when a party was asked.
        unread: logs of parties who show cosignatures of ours by keys that may not be back yet.
        is_witnessed: whether any witness is configured; None where that was not looked at.
    """

    started: set[tuple[str, str]] = field(default_factory=set)
    compared: set[str] = field(default_factory=set)
    unreached: set[str] = field(default_factory=set)
    asked_of: set[tuple[str, str]] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    is_witnessed: bool | None = None


def may_sign(node: Node, tx: Tx, log: Log) -> bool:
    """Return whether every party of a channel was compared with, or is rightly excused."""
    if is_held_up(node, tx, log):
        return False
    if log.channel == LOCAL_CHANNEL:
        return True
    left = waiting(node, tx, log)
    if not left:
        return True
    size, _root = node.highwater.marks().get(log.origin, (0, b""))
    is_known = node.highwater.is_intact() and size <= log.size
    if is_known and not is_restored(tx, log.channel):
        knowing = _knowing(tx, log.channel)
        left = [p for p in left if p in knowing or not is_asked_of(node, log.origin, p)]
        if not knowing.issuperset(left):
            return False
    return all(is_excused(node, tx, log.origin, party) for party in left)


def _knowing(tx: Tx, channel: str) -> set[str]:
    """Return who has shown a head of an own log there by keys that are not here: it may be ours."""
    return {*lost_channel.forgotten(tx).get(channel, ())}


def is_restored(tx: Tx, channel: str) -> bool:
    """Return whether a channel came from a backup, and was not compared with every party yet.

    Whichever own log is its newest waits for that: one that was begun since, or that a party has
    shown, may be one that this home had begun before, and a party may hold more of it.
    """
    return any(tx.record(RESTORED, log.origin) is not None for log in tx.logs(channel) if log.own)


def is_held_up(node: Node, tx: Tx, log: Log) -> bool:
    """Return whether a witness of an own log is still to be asked, or knows of more of it."""
    if node.session.of(Start).is_witnessed is False:  # as of most nodes: each act asks this
        return False
    return any(
        witness_memory.is_awaited(node, tx, log, one)
        or (
            witness_memory.ahead(node, tx, log, one) > 0
            and not is_excused(node, tx, log.origin, one.party)
        )
        for one in witness_memory.witnesses(tx, log)
    )


def may_cosign(node: Node, tx: Tx, log: Log) -> bool:
    """Return whether it is known up to where, and until when, a peer's log was cosigned here.

    Its author knows best, and shows it; nobody else's word is waited for.  An image of the machine
    has an intact file that is old, and says nothing of what was cosigned since, nor when: while the
    clock is behind as well, times would fall.  So it is with lines of ours that the author shows
    and the keys here did not make: the ones that did may be on their way back.
    """
    is_read = log.origin not in node.session.of(Start).unread
    if is_read and log.party in node.session.of(Start).compared:
        return True
    if is_read and node.highwater.is_intact() and not is_restored(tx, log.channel):
        return is_asked(node, log.party)
    own = [one.origin for one in tx.logs(log.channel) if one.own]
    return any(is_excused(node, tx, origin, log.party) for origin in own)


def require_may_cosign(node: Node, tx: Tx, log: Log) -> None:
    """Return if `may_cosign` says so.

    Raises:
        Fault: `exchange.start.not-compared`.
    """
    if not may_cosign(node, tx, log):
        raise Fault(
            code="exchange.start.not-compared",
            what=f"This node has not asked {log.party} since it started what it had cosigned of "
            f"{log.origin}.",
            fix=f"Wait until {log.party} was asked; if this node lost state and {log.party} is out "
            "of reach, let two officers run `comity recover excuse`.",
        )


def waiting(node: Node, tx: Tx, log: Log) -> list[str]:
    """Return the parties with which a log was not compared since the process started."""
    parties = {other.party for other in tx.logs(log.channel)} - {node.party}
    return [p for p in sorted(parties) if (log.origin, p) not in node.session.of(Start).started]


def is_asked(node: Node, party: str) -> bool:
    """Return whether a party was asked since the start, and answered or is out of reach."""
    return party in node.session.of(Start).compared or party in node.session.of(Start).unreached


def is_asked_of(node: Node, origin: str, party: str) -> bool:
    """Return whether a party was asked since the start when this own log was here already.

    Of one that came since, as the log of a channel that was opened after an image was made, its
    answer could not be read: it may know more of it.
    """
    return (origin, party) in node.session.of(Start).asked_of


@contextmanager
def asking(node: Node, party: str) -> Iterator[None]:
    """Note that a party is out of reach, if it does not answer what is asked within."""
    shared = shared_logs(node, party)
    try:
        yield
    except Fault as fault:
        if fault.code.startswith(_PEER) or not fault.code.startswith(OF_THIS_MACHINE):
            note_unreached(node, party, shared)
        raise


def shared_logs(node: Node, party: str) -> list[Log]:
    """Return the own logs of the channels that a party is in, before it is asked."""
    with node.store.read() as tx:
        known = tx.logs()
    channels = {log.channel for log in known if log.party == party}
    return [log for log in known if log.own and log.channel in channels]


def note_unreached(node: Node, party: str, shared: Collection[Log]) -> None:
    """Note that a party was asked of these logs, and is out of reach."""
    node.session.of(Start).unreached.add(party)
    _note_asked(node, party, shared)


def note_answered(node: Node, party: str, shared: Collection[Log]) -> None:
    """Note that all that a party shows was looked at: no mark is below what it knows."""
    node.session.of(Start).compared.add(party)
    _note_asked(node, party, shared)


def _note_asked(node: Node, party: str, shared: Collection[Log]) -> None:
    new = [log for log in shared if not is_asked_of(node, log.origin, party)]
    node.session.of(Start).asked_of.update((log.origin, party) for log in new)
    for channel in sorted({log.channel for log in new}):  # rounds with others could not sign
        node.wake(channel)


def is_excused(node: Node, tx: Tx, origin: str, party: str) -> bool:
    """Return whether two officers excused a party, or a witness, for a log as the file is now."""
    value = tx.record(EXCUSE, f"{origin}|{party}")
    return len(_officers(value, node.highwater.file_id())) >= EXCUSING_OFFICERS


def _officers(value: Json, file_id: str) -> set[str]:
    """Return who spoke of this very file; none of one that is lost, or as older programs noted."""
    if not isinstance(value, dict) or not file_id or value["file"] != file_id:
        return set()
    officers = value["officers"]
    return set(map(str, officers)) if isinstance(officers, list) else set()


def excuse(
    node: Node,
    origin: str,
    party: str,
    officer: str,
    *,
    note: Callable[[Tx], None] = lambda _tx: None,
) -> int:
    """Note that an officer excuses a party out of reach, or a witness; return how many have.

    Two are needed; it is alarmed and stands in the record.  It is for an own log: that one waits
    for the party before it is signed, and with it what the party wrote in its channel.  `note` is
    called in the transaction that does it.

    Raises:
        Fault: `exchange.log.unknown`, `exchange.log.not-own`, `node.peer.unknown`, `highwater.*`.
    """
    key = f"{origin}|{party}"
    if not node.highwater.file_id():
        node.highwater.hold()  # the file after the lost one begins here, if nobody serves
    file_id = node.highwater.file_id()
    with node.store.write() as tx:
        log = logs.require_log(tx, origin)
        if not log.own:
            raise Fault(
                code="exchange.log.not-own",
                what=f"The log {origin} is of {log.party}; excused is who an own log waits for.",
                fix=f"Name {_own_of(tx, log.channel)}; it lets both be signed.",
            )
        if party not in {one.party for one in witness_memory.witnesses(tx, log)}:
            logs.require_peer(tx, node.party, party, log.channel)
        officers = sorted({*_officers(tx.record(EXCUSE, key), file_id), officer})
        tx.save_record(EXCUSE, key, {"file": file_id, "officers": list(officers)})
        note(tx)
    node.alarms.raise_alarm(*_told(officer, party, origin))
    return len(officers)


def alarms(node: Node, tx: Tx) -> set[tuple[str, str]]:
    """Return the alarms, code and words, of the excuses that stand."""
    file_id = node.highwater.file_id()
    found: set[tuple[str, str]] = set()
    for key, value in tx.records(EXCUSE).items():
        origin, _, party = key.partition("|")
        found |= {_told(officer, party, origin) for officer in _officers(value, file_id)}
    return found


def _told(officer: str, party: str, origin: str) -> tuple[str, str]:
    return "exchange.start.excused", f"{officer} excused {party} for {origin}."


def _own_of(tx: Tx, channel: str) -> str:
    return " or ".join(log.origin for log in tx.logs(channel) if log.own)


def is_noted(tx: Tx, origin: str, party: str) -> bool:
    """Return whether an officer, or two, excused a party for a log."""
    return tx.record(EXCUSE, f"{origin}|{party}") is not None


def forget(node: Node, party: str, origins: Collection[str]) -> None:
    """Drop excuses of a party that was compared with: they were for that one time."""
    with node.store.read() as tx:
        noted = [origin for origin in origins if is_noted(tx, origin, party)]
    if noted:
        with node.store.write() as tx:
            for origin in noted:
                drop(tx, origin, party)


def end_with_loss(node: Node) -> None:
    """Drop excuses of a loss that is over: of a file before this one, or made up for since.

    A home that came from a backup keeps those of parties: it waits for them though the file is
    whole.
    """
    with node.store.read() as tx:
        over = _of_losses_before(node, tx)
    if over:
        with node.store.write() as tx:
            for origin, party in over:
                drop(tx, origin, party)


def _of_losses_before(node: Node, tx: Tx) -> list[tuple[str, str]]:
    file_id, is_intact = node.highwater.file_id(), node.highwater.is_intact()
    parties = {(one.channel, one.party) for one in tx.logs()}
    found: list[tuple[str, str]] = []
    for key, value in tx.records(EXCUSE).items():
        origin, _, party = key.partition("|")
        log = tx.log(origin)
        is_of_party = log is not None and (log.channel, party) in parties
        is_made_up = is_intact and is_of_party and log and not is_restored(tx, log.channel)
        is_made_up = is_made_up and log and party not in _knowing(tx, log.channel)
        if is_made_up or not _officers(value, file_id):
            found.append((origin, party))
    return found


def drop(tx: Tx, origin: str, party: str) -> None:
    """Drop the excuse of a party, or of a witness, for a log, if there is one."""
    tx.drop_record(EXCUSE, f"{origin}|{party}")


def forget_all(tx: Tx) -> None:
    """Drop every excuse: what they were for is not what this home is in now."""
    for key in tx.records(EXCUSE):
        tx.drop_record(EXCUSE, key)
