"""Taking a proof of an entry away: own and mirrored logs alike.

    head, its log's signatures, the cosignature of every mirror  +  path  +  the sealed entry

The head is the least one over the entry that every mirror has cosigned.  Of a peer's log a
node holds its own cosignature; those of third parties are asked of its author.  Lines of
witnesses outside the parties go with an own head that has them.  An entry of the local log
is not sealed: what its hashes stand for is told beside the file, to an auditor.

Source: docs/spec/proof.md; C2SP tlog-proof.
Floor: node.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from comity.acts import blob_role, ways
from comity.acts.record import Act, Blob, Document, Record
from comity.domestic.custody import acts as steps
from comity.domestic.custody import decide
from comity.joint.exchange import evidence
from comity.joint.exchange.proof import Extra, Key, render_extra
from comity.kernel import ijson
from comity.kernel.digits import whole
from comity.kernel.fault import Fault, quoted
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, Log, Officer, UnderstoodAct
from comity.node.exchange import convict, logs, proof_checkpoints, seal
from comity.node.exchange.seal import Opened
from comity.node.room import (
    act_lookup,
    conditions,
    custody,
    local_log,
    local_log_export,
    need_to_know,
)
from comity.node.room.custody import Why
from comity.node.room.matter_lookup import require_settled
from comity.tlog import checkpoint, note, tree
from comity.tlog import proof as tlog_proof

BODIES_BYTES_MAX: Final = 8 << 20
"""Of all bodies in one proof; what is over is named by its hash in the entry."""


@dataclass(frozen=True, slots=True)
class Made:
    """A proof and where its entry stands.

    Attributes:
        proof: the file.
        origin: the log.
        index: of the entry.
        size: of the head.
        left_out: hashes of bodies that are not in it.
        facts: of an entry of the local log that is disclosed: `{name: (salt in hex, value)}`.
    """

    proof: bytes
    origin: str
    index: int
    size: int
    left_out: tuple[str, ...] = ()
    facts: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def make(
    node: Node,
    what: str,
    officer: Officer | None = None,
    *,
    disclose: bool = False,
    by: Collection[str] = (),
    party: str = "",
) -> Made:
    """Return a proof of an act or of any entry.

    Args:
        node: ours.
        what: an act's id, or its beginning, or `<origin>#<index>`.
        officer: who asks; None for who runs the machine, to whom entries stay sealed.
        disclose: add what opens the entry, and the bodies that it names.
        by: parties whose cosignatures it is to have; none: every other party.
        party: author of the act, where another State has used its id too; or "".

    Raises:
        Fault: `node.proof.unknown`, `node.proof.not-cosigned`, `node.proof.unopened`,
            `node.proof.which-party`,
            `node.proof.officer-missing`, `node.proof.condition`, `node.matter.ambiguous`,
            `node.matter.prefix-short`, `node.matter.anew`; `officer.role.lacking` where
            somebody else than an auditor discloses a step of the local log.
    """
    with node.store.read() as tx:
        log, index = _find(node, tx, what, officer, party, disclose=disclose)
    if disclose and log.channel == LOCAL_CHANNEL:
        _tell_step(node, officer, index)
    with node.store.read() as tx:
        if disclose:
            _require_read(tx, log.origin, index)
            require_free(node, tx, log, tx.acts(log.origin, index, index + 1))
        parties = proof_checkpoints.mirrors(
            log, {other.party for other in tx.logs(log.channel)}, by
        )
        signed = proof_checkpoints.cosigned_head(node, tx, log, index, parties)
    if signed is None:
        signed = proof_checkpoints.from_author(node, log, index, parties)
    size = checkpoint.parse_body(note.parse(signed).body).size
    with node.store.read() as tx:
        entry = tx.entries(log.origin, index, index + 1)[0]
        path = tree.prove_inclusion(index, size, logs.hash_reader(tx, log.origin, size))
        facts = local_log.facts(tx, log.origin, index) if disclose else {}
    is_sealed = log.channel != LOCAL_CHANNEL
    extra, left_out = Extra(entry), tuple[str, ...]()
    if disclose and is_sealed:
        extra, left_out = _disclosed(node, log, index, entry, size)
    if officer is not None and extra.file_key:
        _note_taken(node, officer, log, index, left_out)
    proof = tlog_proof.Proof(index, path, signed, render_extra(extra))
    return Made(tlog_proof.render(proof), log.origin, index, size, left_out, facts)


def place(
    node: Node, tx: Tx, what: str, officer: Officer | None, party: str = ""
) -> tuple[Log, int]:
    """Return the log and the index of an act or of any entry, as `make` finds it.

    Raises:
        Fault: `node.proof.unknown`, `.officer-missing`; `node.matter.ambiguous`, `.prefix-short`.
    """
    return _find(node, tx, what, officer, party, disclose=False)


def conviction(node: Node, origin: str) -> bytes:
    """Return the evidence that convicts a log, as a file.

    Raises:
        Fault: `node.proof.no-conviction`, `.lost-head`.
    """
    with node.store.read() as tx:
        value = tx.record(convict.CONVICTION, origin)
        is_known = convict.is_known(tx, origin)
    if value is None and is_known:
        raise Fault(
            code="node.proof.lost-head",
            what=f"The log {origin} contradicts what was signed for here, and that is lost here.",
            fix="Ask the other parties: whoever holds another history of it can prove both.",
        )
    if value is None:
        raise Fault(
            code="node.proof.no-conviction",
            what=f"This node has convicted no log {quoted(origin)}.",
            fix="Take the log's origin from `comity status`.",
        )
    evidence.from_json(value)
    return ijson.render(value) + b"\n"


def _find(
    node: Node, tx: Tx, what: str, officer: Officer | None, party: str, *, disclose: bool
) -> tuple[Log, int]:
    origin, hash_, digits = what.rpartition("#")
    if not hash_:
        row = _act(node, tx, what, officer, party)
        origin, digits = row.origin, str(row.index)
    log = tx.log(origin)
    index = whole(digits)
    if log is None or index is None or index >= log.size or party not in ("", log.party):
        raise act_lookup.unknown(what)
    if disclose and hash_ and log.channel != LOCAL_CHANNEL:
        _require_read(tx, origin, index)
        said = next(iter(tx.acts(origin, index, index + 1)), None)
        if not _may_read(node, tx, officer, said) and said is not None:
            raise act_lookup.unknown(what)
    return log, index


def _require_read(tx: Tx, origin: str, index: int) -> None:
    """Return if this node has read an entry: else nobody knows yet who may read it.

    Raises:
        Fault: `node.proof.unopened`, `node.matter.anew`.
    """
    log = logs.require_log(tx, origin)
    if log.channel != LOCAL_CHANNEL and index >= log.understood:
        require_settled(tx)
        raise Fault(
            code="node.proof.unopened",
            what=f"Entry {index} of {origin} is held here and was not read yet.",
            fix="Make the proof without --disclose, or come back when `comity status` says that "
            "it is understood.",
        )


def _act(node: Node, tx: Tx, what: str, officer: Officer | None, party: str) -> UnderstoodAct:
    """Return the act that an officer names by its id, or the beginning of it."""
    if officer is None:
        raise _officer_missing()
    found = [row for row in tx.acts_with_id(what) if party in ("", row.party)]
    readable = [row for row in found if _may_read(node, tx, officer, row)]
    if readable:
        return act_lookup.only(what, readable)
    require_settled(tx)
    if found:
        raise act_lookup.unknown(what, party=party)
    return act_lookup.find(node, tx, need_to_know.reader(tx, officer), what, party)


def _tell_step(node: Node, officer: Officer | None, index: int) -> None:
    """Let an auditor disclose what the hashes of a step stand for; that is noted first.

    Raises:
        Fault: `node.proof.officer-missing`, `officer.role.lacking`, `officer.account.ended`.
    """
    if officer is None:
        raise _officer_missing()
    no = local_log_export.begin(node, officer, [str(index)])
    if no is not None:
        raise Fault(code="officer.role.lacking", what=no.what, fix=no.fix)


def require_free(node: Node, tx: Tx, log: Log, given: Iterable[UnderstoodAct]) -> None:
    """Refuse to open acts for whoever has the file, where a condition forbids it.

    Raises:
        Fault: `node.proof.condition`.
    """
    limits = [
        limit
        for row in given
        for limit in conditions.of_act(
            node, tx, log.channel, row.act.matter, (row.party, row.act.id), ways.DISCLOSE
        )
    ]
    no = decide.may_use([*dict.fromkeys(limits)], ways.WAYS[ways.DISCLOSE])
    if no is not None:
        raise Fault(code="node.proof.condition", what=no.what, fix=no.fix)


def _may_read(node: Node, tx: Tx, officer: Officer | None, row: UnderstoodAct | None) -> bool:
    """Return whether an officer may read an act; nobody's business is what has no room."""
    if officer is None:
        raise _officer_missing()
    if row is None:
        return False
    if row.act.matter.kind not in node.rooms:
        return True
    channel = logs.require_log(tx, row.origin).channel
    return tx.readable(need_to_know.reader(tx, officer), channel, row.act.matter) is not None


def _officer_missing() -> Fault:
    return Fault(
        code="node.proof.officer-missing",
        what="An act is found by its id, and opened, for an officer who may read it.",
        fix="Name them with --as; whoever runs the machine gives ORIGIN#INDEX.",
    )


def _note_taken(
    node: Node, officer: Officer, log: Log, index: int, left_out: tuple[str, ...]
) -> None:
    """Keep a step of the chain of custody of each attachment that goes out with a proof."""
    with node.store.write() as tx:
        for row in tx.acts(log.origin, index, index + 1):
            for blob in row.act.blobs:
                is_item = blob.role.partition(":")[0] == blob_role.ATTACHMENT
                if is_item and blob.sha256 not in left_out:
                    why = Why("disclosed in a proof", tool="comity proof")
                    step = custody.step_of(node, officer, steps.EXPORTED, why)
                    custody.keep(tx, node, blob.sha256, replace(step, quarantined=True))


def _disclosed(
    node: Node, log: Log, index: int, entry: bytes, size: int
) -> tuple[Extra, tuple[str, ...]]:
    with node.store.read() as tx:
        loaded = trust.load(tx, log.channel)
        opened = seal.open_entry(node, tx, loaded, (log.origin, index), entry)
        shown = seal.shown(node, tx, loaded, (log.origin, index), entry)
    if not isinstance(opened, Opened) or shown is None:
        raise Fault(
            code="node.proof.unopened",
            what=f"Entry {index} of {log.origin} says nothing here: it is void, or a key of this "
            "node is lost.",
            fix="Make the proof without --disclose.",
        )
    at, bound = shown
    with node.store.read() as tx:
        (raw,) = tx.entries(log.origin, at, at + 1)
        path = tree.prove_inclusion(at, size, logs.hash_reader(tx, log.origin, size))
    given, left_out = _bodies(node, log, index, opened.record)
    key = Key(raw, at, path, bound.salt, bound.path)
    return Extra(entry, opened.file_key, given, key), left_out


def _bodies(
    node: Node, log: Log, index: int, said: Record
) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """Return the stored bodies that an act names, as far as they fit, and those left out.

    A naming that does not count gives nothing: its author may have guessed the hash of what
    came here by a channel that it does not belong to.
    """
    named: tuple[Blob | Document, ...] = (
        (*said.blobs, *said.documents) if isinstance(said, Act) else ()
    )
    with node.store.read() as tx:
        rows = tx.named_between(log.origin, index, index + 1)
    counted = {row.sha256 for row in rows if row.held or log.own}
    given: list[bytes] = []
    left_out: list[str] = []
    room = BODIES_BYTES_MAX
    for one in {one.sha256: one for one in named}.values():
        stored = _stored(node, one.sha256, room) if one.sha256 in counted else None
        if stored is None:
            left_out.append(one.sha256)
            continue
        room -= len(stored)
        given.append(stored)
    return tuple(given), tuple(left_out)


def _stored(node: Node, sha256: str, room: int) -> bytes | None:
    with node.store.read() as tx:
        stored = tx.body(sha256)
    size = node.bodies.size_bytes(sha256)
    if stored is None and size is not None and size <= room:
        stored = node.bodies.read(sha256, 0, size)
    is_good = stored is not None and hashlib.sha256(stored).hexdigest() == sha256
    return stored if is_good and stored is not None and len(stored) <= room else None
