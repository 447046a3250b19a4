"""Starting: before a node signs, each side shows what it holds of the other (rule 21).

    GET /start  ->  {"logs": [{"cosigned", "held", "head", "lines", "origin", "root"}, …]}

`head` is the newest head verified here, pending included; `lines` the newest cosignature of
the asker, where the log is ours, on the `cosigned` entries with that `root`.  Stored bytes, so
a lie is a signature somebody made, or nothing.  Whoever is behind recovers first, then both
sign: who lost state learns what of its own log it signed, and what of the peer's it cosigned
and when.  A false answer convicts nobody.

Source: docs/spec/fault.md 9.1; protocol rule 21.

Floor: node.
"""

import base64
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from comity.acts import record
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Request, Response, Tx
from comity.node.base.rows import LOG_ENDED, Head, Log
from comity.node.exchange import (
    convict,
    excuse,
    handshake,
    keep,
    logs,
    lost_channel,
    lost_cosignatures,
    lost_generation,
    mirrors,
    recover,
    sign,
    witness,
)
from comity.tlog import checkpoint, cosignature, note

MEDIA_TYPE: Final = "application/json"
SIGNED_ELSEWHERE: Final = "exchange.recover.signed-elsewhere"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a peer shows of one log.

    Attributes:
        origin: of the log.
        held: entries that the peer holds of it.
        head: the signed note of the newest head it verified, or b"".
        cosigned: of the peer's own log: entries that the asker cosigned, or 0.
        root: of that log at that size, 32 bytes, or b"".
        lines: the asker's newest cosignature, or b"".
    """

    origin: str
    held: int
    head: bytes
    cosigned: int = 0
    root: bytes = b""
    lines: bytes = b""


def answer(node: Node, party: str) -> Response:
    """Show a peer what is held of the logs of the channels it is in."""
    with node.store.read() as tx:
        shared = {log.channel for log in tx.logs() if log.party == party}
        known = [log for log in tx.logs() if log.channel in shared]
        shown = [_shown(tx, log, party) for log in known]
    for log in known:
        if log.own:
            sign.require_marked(node, log.origin)
    return Response(200, ijson.render({"logs": shown}), MEDIA_TYPE)


def _shown(tx: Tx, log: Log, party: str) -> Json:
    head = tx.newest_head(log.origin)
    given = tx.newest_cosignature(log.origin, party) if log.own else None
    if given and given.size > log.size:
        given = None  # a generation passed over what was cosigned: that tree is here no more
    root = logs.root_at(tx, log.origin, given.size) if given else b""
    return {
        "origin": log.origin,
        "held": log.size,
        "head": head.note.decode() if head else "",
        "cosigned": given.size if given else 0,
        "lines": given.lines.decode() if given else "",
        "root": base64.b64encode(root).decode(),
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
    return [_parse_row(row) for row in shown]


def _parse_row(row: Json) -> Shown:
    if not isinstance(row, dict):
        raise _malformed()
    held, size = row.get("held"), row.get("cosigned", 0)
    texts = [row.get(name, "") for name in ("origin", "head", "lines", "root")]
    if not _is_size(held) or not _is_size(size):
        raise _malformed()
    if not all(isinstance(text, str) for text in texts):
        raise _malformed()
    origin, head, lines, root = map(str, texts)
    try:
        raw = base64.b64decode(root.encode("ascii"), validate=True)
    except ValueError as error:
        raise _malformed() from error
    if len(raw) not in (0, record.ROOT_BYTES):
        raise _malformed()
    assert isinstance(held, int)
    assert isinstance(size, int)
    return Shown(origin, held, head.encode(), size, raw, lines.encode())


def _is_size(value: Json) -> bool:
    return type(value) is int and value >= 0


def _malformed() -> Fault:
    return Fault(
        code="exchange.start.malformed",
        what="The peer's answer to GET /start is not a list of logs.",
        fix="Ask its operator to run `comity doctor`.",
    )


def run(node: Node, party: str) -> None:
    """Compare logs with one peer and recover what this node lost; then it may sign.

    All that the peer shows is looked at before one recovery that failed is told: its mark is
    raised, so that the other logs need not wait for it.

    Raises:
        Fault: `node.peer.*`, `exchange.start.malformed`, `exchange.recover.*`, `node.store.*`.
    """
    shared = excuse.shared_logs(node, party)
    with excuse.asking(node, party):
        answered = _ask(node, party)
    faults = [_look(node, party, shown) for shown in answered]
    _note_not_shown(node, party, {shown.origin for shown in answered})
    _forget_excuses(node, party, {shown.origin for shown in answered})
    _forget_restored(node)  # once all that it shows was looked at: a later log may be among that
    excuse.note_answered(node, party, shared)
    for fault in filter(None, faults):
        raise fault
    node.step("start.compared")


def ask_others(node: Node, channel: str) -> None:
    """Ask who was not asked since the start, where nobody else does: a command signs by itself.

    Raises:
        Fault: of this machine: `node.store.*`, `highwater.*`.
    """
    with node.store.read() as tx:
        log = logs.own_log(tx, channel)
        left = excuse.waiting(node, tx, log)
    for party in left:
        if not excuse.is_asked_of(node, log.origin, party):
            _try(node, party)
    witness.ask(node, channel)


def require_cards_known(node: Node, channels: Collection[str]) -> None:
    """Return if no party can hold cards and revocations of ours that are not here.

    A home that was put back may have made some before: another text of a number is refused by who
    holds the first, for ever, and with it all that this node says.  Whoever answers has shown them;
    what they hold of our logs need not be here, for a thief may have signed it and keep it back.

    Raises:
        Fault: `node.card.not-compared`; as `ask_others`.
    """
    for channel in channels:
        with node.store.read() as tx:
            log = logs.own_log(tx, channel)
            marked, _root = node.highwater.marks().get(log.origin, (0, b""))
            is_whole = marked <= log.signed and not excuse.is_restored(tx, channel)
        if is_whole and node.highwater.is_intact():
            continue
        ask_others(node, channel)
        with node.store.read() as tx:
            others = {one.party for one in tx.logs(channel)} - {node.party}
            left = [
                party
                for party in sorted(others - node.session.of(excuse.Start).compared)
                if not excuse.is_excused(node, tx, log.origin, party)
            ]
        if left:
            raise not_compared(f"This home lost something, and {', '.join(left)} did not answer.")


def not_compared(what: str) -> Fault:
    """Return the fault of a card that is made before every party was asked what it knows."""
    return Fault(
        code="node.card.not-compared",
        what=what,
        fix="Let every party be reached, run `comity recover fetch`, and try again; where one "
        "is out of reach, let two officers run `comity recover excuse`.",
    )


def ask(node: Node, party: str) -> None:
    """Ask a party, if it was not asked since the start; that it is out of reach is an answer.

    Raises:
        Fault: of this machine: `node.store.*`, `highwater.*`.
    """
    if not excuse.is_asked(node, party):
        _try(node, party)


def _try(node: Node, party: str) -> None:
    try:
        greet(node, party)
        run(node, party)
    except Fault:
        if not excuse.is_asked(node, party):
            raise


def greet(node: Node, party: str) -> None:
    """Exchange cards, by which is read what the party shows.

    Raises:
        Fault: as `handshake.shake_hands`.
    """
    with excuse.asking(node, party):
        handshake.shake_hands(node, party)


def _ask(node: Node, party: str) -> list[Shown]:
    reply = node.peers.call(party, Request("GET", "/start"))
    if reply.status != 200:  # noqa: PLR2004 -- HTTP OK
        raise _malformed()
    return parse(reply.body)


def _look(node: Node, party: str, shown: Shown) -> Fault | None:
    """Look at what a peer shows of one log; return why it could not be recovered, if it had to."""
    with node.store.read() as tx:
        known = tx.log(shown.origin)
        log = known or lost_generation.shown(tx, node.party, shown.origin)
        head = _verified(node, tx, log, shown) if log and log.own else None
        is_convicted = convict.is_known(tx, shown.origin)
    is_other = bool(log and log.own and shown.head) and head is None
    if lost_channel.note_shown(node, party, shown.origin, is_other=is_other):
        # By keys that may be ours and are not back yet: it is not known what it has of the log.
        node.session.of(excuse.Start).started.discard((shown.origin, party))
        return None
    if log is not None and known is None:
        if head is None:
            return None
        lost_generation.found(node, log)
    if log is not None and log.party == party and shown.lines:
        lost_cosignatures.take_back(node, log, (shown.cosigned, shown.root), shown.lines)
    if log is None or not log.own or log.state == LOG_ENDED:
        return None  # an ended log is never repaired: its successor says where it ends
    if head is not None and not is_convicted:  # an officer thaws what they froze, and it is signed
        fault = _compare(node, party, log, head, shown.held)
        if fault is not None:
            return fault
    node.session.of(excuse.Start).started.add((log.origin, party))
    return None


def _forget_excuses(node: Node, party: str, shown: Collection[str]) -> None:
    """Nobody is out of reach who answers: of a log that ended, too, no excuse is left."""
    with node.store.read() as tx:
        known = tx.logs()
    channels = {log.channel for log in known if log.origin in shown}
    started = node.session.of(excuse.Start).started
    over = [
        log.origin
        for log in known
        if log.own and log.channel in channels
        if log.state == LOG_ENDED or (log.origin, party) in started
    ]
    excuse.forget(node, party, over)


def _note_not_shown(node: Node, party: str, shown: Collection[str]) -> None:
    """Of an own log that is not in an answer about its channel, the peer holds nothing.

    So it is with a new generation, which no peer hears of before it is signed.
    """
    with node.store.read() as tx:
        known = tx.logs()
    channels = {log.channel for log in known if log.origin in shown}
    for log in known:
        is_absent = log.channel in channels and log.origin not in shown
        if is_absent and log.own and log.state != LOG_ENDED:
            node.session.of(excuse.Start).started.add((log.origin, party))


def _forget_restored(node: Node) -> None:
    """A channel whose newest log was compared with every party is no longer as in a backup."""
    with node.store.read() as tx:
        restored = [log for origin in tx.records(excuse.RESTORED) if (log := tx.log(origin))]
        newest = {log.channel: logs.own_log(tx, log.channel) for log in restored}
        over = [one for one in restored if not excuse.waiting(node, tx, newest[one.channel])]
    if over:
        with node.store.write() as tx:
            for log in over:
                tx.drop_record(excuse.RESTORED, log.origin)


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
    channel = trust.load(tx, log.channel)
    lines = keep.head_lines(node.suite, channel, log.origin, body.size, parsed)
    if lines is None:
        node.alarms.raise_alarm("exchange.start.false-answer", f"{log.origin}: not our signature.")
        return None
    return Head(log.origin, body.size, body.root, shown.head, cosignature.time_of(lines[-1]))


def _tell_unknown(node: Node, party: str, log: Log) -> None:
    """Tell that a log of ours has more than this machine ever signed, as far as its file knows.

    What a backup or a missing file explains is told where that is; here nobody else would tell
    officers that they said what they did not.
    """
    with node.store.read() as tx:
        is_explained = not node.highwater.is_intact() or excuse.is_restored(tx, log.channel)
    if not is_explained:
        node.alarms.raise_alarm(
            SIGNED_ELSEWHERE,
            f"{party} holds more of {log.origin}, signed with its keys, than this machine ever "
            "signed: an old image of it was put back, or somebody else has the keys.",
        )


def _compare(node: Node, party: str, log: Log, head: Head, held: int) -> Fault | None:
    """Bring a log up to a head of ours; return why that failed, its mark being raised."""
    if head.size > log.signed:
        # Our own keys signed it: from here on nobody is excused before it is recovered, even if
        # this party cannot give all of it and the mark was taken back with the home.
        if node.highwater.marks().get(head.origin, (0, b""))[0] < head.size:
            _tell_unknown(node, party, log)
            node.highwater.raise_to(head.origin, head.size, head.root)
        try:
            recover.own_log(node, party, head, held)
        except Fault as fault:
            # Signed by our key and no continuation of ours: somebody else has the key.
            is_other = fault.code == "exchange.recover.wrong-entries"
            if not is_other or not mirrors.convict_by_path(node, party, log, head):
                return fault
        return None
    with node.store.write() as tx:
        found = convict.find(tx, log, head)
        if found is not None:
            convict.freeze(node, tx, log, found)
    return None
