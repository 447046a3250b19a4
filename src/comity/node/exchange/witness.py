"""Witnesses: C2SP tlog-witnesses outside the parties that cosign own logs.

    add-checkpoint (old size, consistency proof, head)  ->  200 lines | 409 size | else: tried again

A witness learns origin, size, root and rate, and holds no entry.  It is no mirror: nothing waits
for it, and what it says is kept beside what mirrors say, as cosignatures of `witness:<name>`.

What it says at the start, `exchange.witnessed` keeps: how much of an own log it has cosigned.

    record kind     key                value
    witness-tries   <origin>|<name>    {at_ms, failures, last_error, last_error_code, next_try_ms}

Source: C2SP tlog-witness, tlog-cosignature; docs/spec/fault.md 9.1.11, 9.5; protocol rule 25.
Floor: node.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base import alarm
from comity.node.base.context import Node
from comity.node.base.ports import Response, Tx, Witnesses
from comity.node.base.rows import LOCAL_CHANNEL, LOG_OPEN, Cosignature, Head, Log, Witness
from comity.node.exchange import excuse, logs, sign, witness_memory
from comity.tlog import cosignature, keys, note, tree, wire
from comity.tlog.note import Note
from comity.tlog.wire import AddCheckpoint

TRIES: Final = "witness-tries"

PAUSE_MS: Final = 5_000
"""A witness is told of growth no sooner than this after it was told last."""
ANEW_MS: Final = 3_600_000
"""It is shown the same size again after this: so its time says that nothing came after."""
BACKOFF_MS_MIN: Final = 1_000
BACKOFF_MS_MAX: Final = 600_000
_ALARM_AFTER: Final = 3

_OURS: Final = ("node.store.", "highwater.")
"""Of this machine: they say nothing about the witness."""

_OK: Final = 200
_CONFLICT: Final = 409
_REFUSALS: Final = {
    403: "it knows this log by other keys: show it `comity policy` of the log again",
    404: "it does not know this log: ask its operator to add it, with the keys of `comity policy`",
    409: "it names a size that no log has, or another one each time",
    422: "it says that the log is not consistent with what it has seen: run `comity fsck`",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How one witness of an own log stands; nothing waits for it.

    Attributes:
        name: of the witness.
        cosigned: how many entries it has signed for.
        cosigned_at_ms: when, by its clock; None if never.
        failures: tries that failed in a row.
        next_try_ms: when the next is, milliseconds since 1970 UTC; 0 if at once.
        last_error_code: of the last that failed, or "".
        last_error: in words.
        ahead: how many entries it says that it cosigned, if they are not here; or 0.
        is_excused: whether two officers let the log be signed all the same.
    """

    name: str
    cosigned: int
    cosigned_at_ms: int | None
    failures: int
    next_try_ms: int
    last_error_code: str
    last_error: str
    ahead: int = 0
    is_excused: bool = False


def configure(node: Node, wanted: Sequence[Witness]) -> None:
    """Let the configuration's witnesses be those that every process sees."""
    rows: dict[str, Json] = {one.name: witness_memory.to_json(one) for one in wanted}
    with node.store.read() as tx:
        is_so = tx.records(witness_memory.KIND) == rows
    node.session.of(excuse.Start).is_witnessed = bool(rows)
    if is_so:
        return
    known = {one.name: {*one.vkeys} for one in wanted}
    with node.store.write() as tx:
        for one in witness_memory.witnesses(tx):
            tx.drop_record(witness_memory.KIND, one.name)
            if not known.get(one.name, set()) & {*one.vkeys}:
                _forget(tx, one)
        for name, value in rows.items():
            tx.save_record(witness_memory.KIND, name, value)


def _forget(tx: Tx, one: Witness) -> None:
    """Drop what was said by a witness that is configured no more: another may have its name."""
    for origin in witness_memory.forget(tx, one):
        excuse.drop(tx, origin, one.party)


def submit_due(node: Node, line: Witnesses, name: str) -> int:
    """Show a witness the heads that are due; return how many it cosigned.

    What goes wrong is noted and tried again with growing pauses: nothing else waits for it, but
    that it is asked once since the start.
    """
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        value = tx.record(witness_memory.KIND, name)
        one = witness_memory.from_json(name, value) if value is not None else None
        own = [log for log in tx.logs() if one and one in witness_memory.witnesses(tx, log)]
        due = [log for log in own if one and _is_due(node, tx, log, one, now_ms)]
    assert one is not None or not due
    return sum(_tried(node, line, one, log) for log in due if one)


def ask(node: Node, channel: str) -> None:
    """Ask the witnesses of an own log that were not asked since the start: a command signs alone.

    What one says of more than is here is kept; that it is out of reach is an answer.
    """
    with node.store.read() as tx:
        log = logs.own_log(tx, channel)
        left = [
            one
            for one in witness_memory.witnesses(tx, log)
            if log.state == LOG_OPEN and witness_memory.is_awaited(node, tx, log, one)
        ]
    for one in left:
        _tried(node, node.witnesses, one, log)


def _tried(node: Node, line: Witnesses, one: Witness, log: Log) -> bool:
    try:
        submit(node, line, one, log.origin)
    except Fault as fault:
        _note_failure(node, one, log.origin, fault)
        if fault.code.startswith(_OURS):
            return False
        witness_memory.note_asked(node, log, one)
        return False
    _note_success(node, one, log.origin)
    witness_memory.note_asked(node, log, one)
    return True


def _is_due(node: Node, tx: Tx, log: Log, one: Witness, now_ms: int) -> bool:
    head = tx.newest_head(log.origin)
    if head is None or log.state != LOG_OPEN:
        return False
    if not witness_memory.is_asked(node, log, one):
        return True  # whatever pause its failures before the start had grown to; an empty log too
    if not head.size and not witness_memory.ahead(node, tx, log, one):
        return False
    noted = tries(tx, log.origin, one.name)
    next_try_ms = _number(noted.get("next_try_ms"))
    if now_ms < next_try_ms <= now_ms + BACKOFF_MS_MAX:  # later than that: our clock went back
        return False
    given = tx.newest_cosignature(log.origin, one.party)
    if given is None:
        return True
    age_ms = now_ms - _number(noted.get("at_ms"))
    return not 0 <= age_ms < (PAUSE_MS if head.size > given.size else ANEW_MS)


def submit(node: Node, line: Witnesses, one: Witness, origin: str) -> Cosignature:
    """Show a witness the newest head of an own log and keep what it signs.

    Raises:
        Fault: `node.witness.*`, `exchange.witness.ahead`, `exchange.witness.refused`,
            `exchange.witness.bad-cosignature`, `tlog.wire.*`, `highwater.*`.
    """
    with node.store.read() as tx:
        head = tx.newest_head(origin)
        given = tx.newest_cosignature(origin, one.party)
    assert head is not None
    sign.require_marked(node, origin)
    answer = _show(node, line, one, head, min(given.size if given else 0, head.size))
    if answer.status == _CONFLICT:
        old_size = _size(one, origin, answer)
        with node.store.read() as tx:
            head = tx.newest_head(origin) or head
        if old_size > head.size:
            raise _behind(node, one, head, old_size)
        answer = _show(node, line, one, head, old_size)
    if answer.status != _OK:
        raise _refused(one, origin, answer)
    return _keep(node, one, head, answer.body)


def _size(one: Witness, origin: str, answer: Response) -> int:
    size = wire.parse_size(answer.body)
    if size > limits.JSON_INTEGER_MAX:  # no log has so many, and no JSON could say it
        raise _refused(one, origin, answer)
    return size


def _show(node: Node, line: Witnesses, one: Witness, head: Head, old_size: int) -> Response:
    with node.store.read() as tx:
        reader = logs.hash_reader(tx, head.origin, head.size)
        proof = tree.prove_consistency(old_size, head.size, reader)
    shown = AddCheckpoint(old_size, proof, head.note)
    return line.add_checkpoint(one, wire.render_add_checkpoint(shown))


def _behind(node: Node, one: Witness, head: Head, size: int) -> Fault:
    """Note that a witness cosigned more than is here: this home counts as one from a backup.

    So it is compared with every party before it is signed, or they are excused by name; and where
    none of them has it, the witness is.  An excuse was of what it said then, and one of a party
    that an image of the machine brought back was of another loss.
    """
    origin = head.origin
    what = f"{one.name} cosigned {size} entries of {origin}; {head.size} are here."
    with node.store.write() as tx:
        log = logs.require_log(tx, origin)
        is_new = witness_memory.save_ahead(tx, origin, one, size)
        if is_new:
            excuse.drop(tx, origin, one.party)
        is_joint = log.channel != LOCAL_CHANNEL
        waiting = excuse.waiting(node, tx, log) if is_joint else []
        if waiting and witness_memory.ahead(node, tx, log, one):
            tx.save_record(excuse.RESTORED, origin, node.clock.now_ms())
            if is_new:
                for party in waiting:
                    excuse.drop(tx, origin, party)
    _tell(node, one, origin, ("exchange.witness.ahead", what))
    return Fault(
        code="exchange.witness.ahead",
        what=what,
        fix="Let every party be reached: what is missing comes back by itself. Where none has it "
        "any more, run `comity recover begin`; if the witness is wrong, let two officers run "
        f"`comity recover excuse {origin} {one.party}`.",
    )


def _refused(one: Witness, origin: str, answer: Response) -> Fault:
    why = _REFUSALS.get(answer.status, "it gives no reason that this node knows")
    return Fault(
        code="exchange.witness.refused",
        what=f"The witness {one.name} answered {answer.status} for {origin}: {why}.",
        fix="Speak to its operator; nothing else waits for a witness.",
    )


def _keep(node: Node, one: Witness, head: Head, body: bytes) -> Cosignature:
    try:
        shown = Note(note.parse(head.note).body, note.parse_signatures(body))
        found = note.verify(shown, [keys.verifier(vkey) for vkey in one.vkeys])
        times = [cosignature.time_of(found_line) for found_line in found]
    except Fault as fault:
        raise Fault(
            code="exchange.witness.bad-cosignature",
            what=f"What the witness {one.name} signed of {head.origin} at {head.size} is not "
            f"good: {fault.what}",
            fix="Compare its vkeys in config.toml with those that its operator shows.",
        ) from fault
    lines = [found_line for found_line, at in zip(found, times, strict=True) if at == max(times)]
    digest = hashlib.sha256(head.note).digest()
    kept = note.render_signatures(lines)
    given = Cosignature(head.origin, head.size, one.party, digest, kept, max(times))
    with node.store.write() as tx:
        tx.save_cosignature(given)
        if witness_memory.save_ahead(tx, head.origin, one, 0):
            excuse.drop(tx, head.origin, one.party)
    return given


def tries(tx: Tx, origin: str, name: str) -> dict[str, Json]:
    """Return how showing one log to one witness goes."""
    value = tx.record(TRIES, f"{origin}|{name}")
    return value if isinstance(value, dict) else {}


def standings(node: Node, tx: Tx, log: Log) -> tuple[Standing, ...]:
    """Return how each witness of an own log stands, by name."""
    return tuple(_standing(node, tx, log, one) for one in witness_memory.witnesses(tx, log))


def _standing(node: Node, tx: Tx, log: Log, one: Witness) -> Standing:
    given = tx.newest_cosignature(log.origin, one.party)
    noted = tries(tx, log.origin, one.name)
    return Standing(
        name=one.name,
        cosigned=given.size if given else 0,
        cosigned_at_ms=given.time_s * 1_000 if given else None,
        failures=_number(noted.get("failures")),
        next_try_ms=_number(noted.get("next_try_ms")),
        last_error_code=str(noted.get("last_error_code") or ""),
        last_error=str(noted.get("last_error") or ""),
        ahead=witness_memory.ahead(node, tx, log, one),
        is_excused=excuse.is_excused(node, tx, log.origin, one.party),
    )


def _note_success(node: Node, one: Witness, origin: str) -> None:
    with node.store.write() as tx:
        tx.save_record(TRIES, f"{origin}|{one.name}", {"at_ms": node.clock.now_ms()})
    for told in node.session.of(alarm.Standing).told.pop(_about(one, origin), ()):
        node.alarms.clear(*told)


def _tell(node: Node, one: Witness, origin: str, what: tuple[str, str]) -> None:
    """Tell of one log and one witness; what was told of them before by that code ends."""
    told = node.session.of(alarm.Standing).told.setdefault(_about(one, origin), set())
    for before in {old for old in told if old[0] == what[0] and old != what}:
        told.discard(before)
        node.alarms.clear(*before)
    told.add(what)
    node.alarms.raise_alarm(*what)


def _about(one: Witness, origin: str) -> tuple[str, str]:
    return witness_memory.KIND, f"{origin}|{one.name}"


def _note_failure(node: Node, one: Witness, origin: str, fault: Fault) -> None:
    with node.store.write() as tx:
        before = tries(tx, origin, one.name)
        failures = _number(before.get("failures")) + 1
        pause_ms = min(BACKOFF_MS_MAX, BACKOFF_MS_MIN << min(failures - 1, 16))
        value: dict[str, Json] = {
            **before,
            "failures": failures,
            "next_try_ms": node.clock.now_ms() + pause_ms,
            "last_error": fault.what,
            "last_error_code": fault.code,
        }
        tx.save_record(TRIES, f"{origin}|{one.name}", value)
    if failures == _ALARM_AFTER:
        what = f"{origin} and the witness {one.name}: {fault.code}"
        _tell(node, one, origin, ("exchange.witness.failing", what))


def _number(value: Json) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
