"""Starting: before a node signs, each side shows what it holds of the other (rule 21).

    GET /start  ->  {"logs": [{"cosigned", "held", "head", "lines", "origin"}, …]}

`head` is the newest head verified here, pending included; `lines` the newest cosignature of
the asker, where the log is ours.  Stored bytes, so a lie is a signature somebody made, or
nothing.  Whoever is behind recovers first, then both sign.  A false answer convicts nobody.

Floor: node.
"""

from dataclasses import dataclass
from typing import Final

from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.context import Node
from comity.node.exchange import convict, keep, mirrors, recover, sign, trust
from comity.node.ports import Request, Response, Tx
from comity.node.rows import LOCAL_CHANNEL, LOG_ENDED, LOG_FROZEN, Head, Log
from comity.tlog import checkpoint, cosignature, note

MEDIA_TYPE: Final = "application/json"
EXCUSE: Final = "excuse"
"""Record kind: `<origin>|<party>` with the officers who excused a party out of reach."""

EXCUSING_OFFICERS: Final = 2

RESTORED: Final = "restored"
"""Record kind: own origins that came from a backup and were not compared with every peer yet."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a peer shows of one log.

    Attributes:
        origin: of the log.
        held: entries that the peer holds of it.
        head: the signed note of the newest head it verified, or b"".
    """

    origin: str
    held: int
    head: bytes


def answer(node: Node, party: str) -> Response:
    """Show a peer what is held of the logs of the channels it is in."""
    with node.store.read() as tx:
        own = [log.origin for log in tx.logs() if log.own]
    for origin in own:
        sign.require_marked(node, origin)
    with node.store.read() as tx:
        shared = {log.channel for log in tx.logs() if log.party == party}
        logs = [_shown(tx, log, party) for log in tx.logs() if log.channel in shared]
    return Response(200, ijson.render({"logs": logs}), MEDIA_TYPE)


def _shown(tx: Tx, log: Log, party: str) -> Json:
    head = tx.newest_head(log.origin)
    given = tx.newest_cosignature(log.origin, party) if log.own else None
    return {
        "origin": log.origin,
        "held": log.size,
        "head": head.note.decode() if head else "",
        "cosigned": given.size if given else 0,
        "lines": given.lines.decode() if given else "",
    }


def parse(body: bytes) -> list[Shown]:
    """Read the answer to GET /start.

    Raises:
        Fault: `exchange.start.malformed`, `kernel.json.malformed`.
    """
    value = ijson.parse(body)
    shown = value.get("logs") if isinstance(value, dict) else None
    if not isinstance(shown, list):
        raise _malformed()
    rows: list[Shown] = []
    for row in shown:
        if not isinstance(row, dict) or type(row.get("held")) is not int:
            raise _malformed()
        held = row["held"]
        assert isinstance(held, int)
        rows.append(Shown(str(row.get("origin")), held, str(row.get("head", "")).encode()))
    return rows


def _malformed() -> Fault:
    return Fault(
        code="exchange.start.malformed",
        what="The peer's answer to GET /start is not a list of logs.",
        fix="Ask its operator to run `comity doctor`.",
    )


def run(node: Node, party: str) -> None:
    """Compare logs with one peer and recover what this node lost; then it may sign.

    Raises:
        Fault: `peer.*`, `exchange.start.malformed`, `exchange.recover.*`, `store.*`.
    """
    reply = node.peers.call(party, Request("GET", "/start"))
    if reply.status != 200:  # noqa: PLR2004 -- HTTP OK
        raise _malformed()
    for shown in parse(reply.body):
        with node.store.read() as tx:
            log = tx.log(shown.origin)
            head = _verified(node, tx, log, shown) if log and log.own else None
        if log is None or not log.own or log.state == LOG_ENDED:
            continue  # an ended log is never repaired: its successor says where it ends
        if head is not None and log.state != LOG_FROZEN:
            _compare(node, party, log, head, shown.held)
        node.session.started.add((log.origin, party))
        _forget_restored(node, log.origin)
    node.step("start.compared")


def _forget_restored(node: Node, origin: str) -> None:
    """A log that was compared with every party is no longer only what a backup held."""
    with node.store.read() as tx:
        log = tx.log(origin)
        is_over = (
            log is not None
            and tx.record(RESTORED, origin) is not None
            and not _waiting(node, tx, log)
        )
    if is_over:
        with node.store.write() as tx:
            tx.drop_record(RESTORED, origin)


def _verified(node: Node, tx: Tx, log: Log | None, shown: Shown) -> Head | None:
    """The head a peer shows of our own log, if our own keys made it; else None."""
    if log is None or not shown.head:
        return None
    try:
        parsed = note.parse(shown.head)
        body = checkpoint.parse_body(parsed.body)
    except Fault:
        return None
    if body.origin != log.origin:
        return None
    candidates = trust.load(tx, log.channel).log_verifiers(node.suite, log.origin, body.size)
    lines = keep.verified_by_one(parsed, candidates)
    if lines is None:
        node.alarms.raise_alarm("exchange.start.false-answer", f"{log.origin}: not our signature.")
        return None
    return Head(log.origin, body.size, body.root, shown.head, cosignature.time_of(lines[-1]))


def _compare(node: Node, party: str, log: Log, head: Head, held: int) -> None:
    if head.size > log.signed:
        try:
            recover.own_log(node, party, head, held)
        except Fault as fault:
            # Signed by our key and no continuation of ours: somebody else has the key.
            is_other = fault.code == "exchange.recover.wrong-entries"
            if not is_other or not mirrors.convict_by_path(node, party, log, head):
                raise
        return
    with node.store.write() as tx:
        found = convict.find(tx, log, head)
        if found is not None:
            convict.freeze(node, tx, log, found)


def may_sign(node: Node, tx: Tx, log: Log) -> bool:
    """Return whether every party of a channel was compared with, or is rightly excused."""
    if log.channel == LOCAL_CHANNEL:
        return True
    waiting = _waiting(node, tx, log)
    if not waiting:
        return True
    if tx.record(RESTORED, log.origin) is not None:
        return all(_is_excused(tx, log.origin, party) for party in waiting)
    size, _root = node.highwater.marks().get(log.origin, (0, b""))
    if node.highwater.is_intact() and size <= log.size:
        return True
    return all(_is_excused(tx, log.origin, party) for party in waiting)


def _waiting(node: Node, tx: Tx, log: Log) -> list[str]:
    """The parties with which this log was not compared since the process started."""
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
