"""Taking away a proof that another party has not answered: see `joint.exchange.nonanswer`.

The entries of the addressee's log after its receipt are opened with their file keys, which this
node has as a reader of them.  Acts on other matters among them would be disclosed too, so that is
refused unless it is asked for; an earlier head makes the range shorter.

Source: docs/spec/proof.md, clause 14.
Floor: node.
"""

from dataclasses import dataclass

from comity.joint.exchange import nonanswer, range_file
from comity.joint.exchange.nonanswer import NonAnswer
from comity.kernel import ijson, limits
from comity.kernel.fault import Fault, quoted
from comity.kernel.problem import Malformed
from comity.node.base import rooms, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader
from comity.node.base.rows import LOG_OPEN, Log, Officer, UnderstoodAct, UnderstoodReceipt
from comity.node.base.trust import Trust
from comity.node.exchange import logs, proof_checkpoints
from comity.node.room import fold_cache, need_to_know, proof
from comity.node.room import nonanswer_range as ranged
from comity.node.room.matter_lookup import find_of, require_settled
from comity.node.room.nonanswer_range import Asking
from comity.tlog import checkpoint, note, tree
from comity.tlog.proof import PROOF_BYTES_MAX

type Tags = frozenset[str] | None
"""Of acts that answer; None: those of the rooms of a node."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be proved.

    Attributes:
        what: a request's id or reference, or the id of an own act that awaits an answer.
        party: the addressee, or "" where there is one.
        until_ms: a head signed at this instant or after will do; None for the newest.
        is_range_disclosed: whether acts on other matters in the range may be disclosed.
        by: parties whose cosignatures the head is to have; none: every other party.
    """

    what: str
    party: str = ""
    until_ms: int | None = None
    is_range_disclosed: bool = False
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A proof of non-answer.

    Attributes:
        data: the file.
        act_id: what was not answered.
        origin: the addressee's log.
        receipt_index: of its receipt.
        size: of its head.
        on_matter: acts on the same matter in the range.
        others: acts on other matters that the file discloses.
        closed: entries that do not open here and stay closed: their author knew, and showed no key.
    """

    data: bytes
    act_id: str
    origin: str
    receipt_index: int
    size: int
    on_matter: int
    others: int
    closed: tuple[int, ...] = ()


def make(node: Node, officer: Officer, wanted: Wanted, answers: Tags = None) -> Made:
    """Return a proof that an act was not answered.

    Args:
        node: ours, the asker's.
        officer: who asks; what they may not read is disclosed to nobody by them.
        wanted: of what.
        answers: see `Tags`.

    Raises:
        Fault: `node.proof.unknown`, `.not-received`, `.answered`, `.others-disclosed`,
            `.range-too-long`, `.unopened`, `.not-cosigned`, `.condition`; those of
            `matter_lookup.find`.
    """
    with node.store.read() as tx:
        asked = _asked(node, tx, need_to_know.reader(tx, officer), wanted.what)
        loaded = trust.load(tx, _channel_of(tx, asked))
        party = _addressee(asked, wanted.party)
        log, receipt = _receipt(tx, loaded, asked, party)
        parties = proof_checkpoints.mirrors(log, loaded.arrangement.party_ids(), wanted.by)
        signed = _head(node, tx, log, receipt, parties, wanted.until_ms)
    signed = signed or proof_checkpoints.from_author(node, log, receipt.index, parties)
    size = checkpoint.parse_body(note.parse(signed).body).size
    with node.store.read() as tx:
        first = _first(tx, log, receipt)
        if size - first > range_file.ENTRIES_MAX:
            raise _too_long(f"{size - first} entries stand in the range", range_file.ENTRIES_MAX)
        require_settled(tx)  # else nothing says which conditions bind what is given
        asking = Asking(node, loaded, log, asked, receipt)
        ending = rooms.answers(node.rooms) if answers is None else answers
        told = ranged.read(asking, tx, need_to_know.reader(tx, officer), (first, size), ending)
        proof.require_free(node, tx, log, tx.acts(log.origin, told.start + 1, size))
        covered = receipt.receipt.size
        path = tree.prove_inclusion(
            asked.index, covered, logs.hash_reader(tx, asked.origin, covered)
        )
        reader = logs.hash_reader(tx, log.origin, max(first, 1))
        made = NonAnswer(
            request=ranged.own(asking, tx, asked.origin, asked.index),
            index=asked.index,
            path=path,
            first=first,
            frontier=tree.frontier_of(first, reader).hashes if first else (),
            receipt=receipt.index,
            entries=told.entries,
            head=signed,
            rejections=told.rejections,
        )
    if told.others and (not wanted.is_range_disclosed or told.is_hidden):
        raise _discloses(told.others, size)
    return Made(
        data=_rendered(made),
        act_id=asked.act.id,
        origin=log.origin,
        receipt_index=receipt.index,
        size=size,
        on_matter=told.on_matter,
        others=told.others,
        closed=told.closed,
    )


def _asked(node: Node, tx: Tx, reader: Reader, what: str) -> UnderstoodAct:
    row = tx.act(node.party, what.strip().lower())
    if row is not None and tx.readable(reader, _channel_of(tx, row), row.act.matter) is None:
        row = None
    if row is None:
        kinds = rooms.kinds_with(node.rooms, lambda room: room.answering)
        matter = find_of(tx, reader, kinds, what)
        answering = node.rooms[matter.matter.kind].answering
        assert answering is not None
        row = tx.act(node.party, answering.asked(fold_cache.of(node.rooms, matter)))
    if row is None:
        raise Fault(
            code="node.proof.unknown",
            what=f"{quoted(what)} is no request that this State made.",
            fix="Give the id of an own request; only its asker can prove this.",
        )
    return row


def _channel_of(tx: Tx, row: UnderstoodAct) -> str:
    return logs.require_log(tx, row.origin).channel


def _addressee(asked: UnderstoodAct, party: str) -> str:
    asked_of = [to.party for to in asked.act.to if to.party != asked.party]
    if party in asked_of:
        return party
    if not party and len(asked_of) == 1:
        return asked_of[0]
    raise Fault(
        code="node.proof.which-party",
        what=f"The request is addressed to {', '.join(asked_of) or 'nobody'}.",
        fix="Name the one that has not answered with --party.",
    )


def _receipt(
    tx: Tx, loaded: Trust, asked: UnderstoodAct, party: str
) -> tuple[Log, UnderstoodReceipt]:
    """Return the addressee's log and its first receipt for an act."""
    theirs = [log for log in loaded.logs if log.party == party]
    for log in theirs:
        receipt = tx.first_receipt(log.origin, asked.origin, asked.index + 1)
        if receipt is not None:
            if log.state != LOG_OPEN or len(theirs) > 1:
                raise Fault(
                    code="node.proof.succeeded",
                    what=f"{party} has more than one log here; its answer may stand in another.",
                    fix="Prove what each log says with `comity proof ORIGIN#INDEX`.",
                )
            return log, receipt
    raise Fault(
        code="node.proof.not-received",
        what=f"{party} has not signed for act {asked.act.id}: no time has begun.",
        fix="Wait for its receipt; `comity status` shows whether the line is up.",
    )


def _head(
    node: Node,
    tx: Tx,
    log: Log,
    receipt: UnderstoodReceipt,
    parties: set[str],
    until_ms: int | None,
) -> bytes | None:
    """Return the head to prove by, or None where the newest is to be asked of its author.

    Raises:
        Fault: `node.proof.not-cosigned`.
    """
    if until_ms is None:
        return proof_checkpoints.cosigned_head(node, tx, log, log.signed - 1, parties)
    for head in proof_checkpoints.heads(tx, log, receipt.index + 1, parties):
        if head.time_s * 1_000 >= until_ms:
            found = proof_checkpoints.with_cosignatures(node, tx, log, head, parties)
            if found is not None:
                return found
    raise Fault(
        code="node.proof.not-cosigned",
        what=f"{log.party} has signed no head at that time or later that is held here.",
        fix="Leave --until out to prove it by the newest head.",
    )


def _first(tx: Tx, log: Log, receipt: UnderstoodReceipt) -> int:
    """Return where the range begins: with the receipt for the same log before, or with the log."""
    before = receipt.index
    while (earlier := tx.receipt_before(log.origin, before)) is not None:
        if earlier.receipt.of == receipt.receipt.of:
            return earlier.index
        before = earlier.index
    return 0


def _discloses(others: int, size: int) -> Fault:
    return Fault(
        code="node.proof.others-disclosed",
        what=f"{others} acts on other matters stand between the receipt and the head of {size} "
        "entries; whoever has the proof would read their codes, and could open their bodies.",
        fix="Take an earlier head with --until, or accept that with --disclose-range.",
    )


def _rendered(made: NonAnswer) -> bytes:
    """Return the file, if a verifier takes it: of many parties, entries are long."""
    data, count = nonanswer.render(made), len(made.entries)
    if len(data) > PROOF_BYTES_MAX:
        what = f"The {count} entries of the range make a file of {len(data)} bytes"
        raise _too_long(what, PROOF_BYTES_MAX)
    if made.rejections:  # each has a path, and with that some thirty values of JSON
        try:
            ijson.parse(data)
        except Malformed as flaw:
            what = (
                f"The {count} entries of the range, and {len(made.rejections)} receipts which say "
                "that some do not open, make a file of too many values"
            )
            raise _too_long(what, limits.JSON_NODES_MAX) from flaw
    return data


def _too_long(what: str, most: int) -> Fault:
    return Fault(
        code="node.proof.range-too-long",
        what=f"{what}, over {most}.",
        fix="Take an earlier head with --until.",
    )
