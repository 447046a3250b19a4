"""Taking away a proof that another party has not answered: see `joint.exchange.nonanswer`.

The entries of the addressee's log after its receipt are opened with their file keys, which this
node has as a reader of them.  Acts on other matters among them would be disclosed too, so that is
refused unless it is asked for; an earlier head makes the range shorter.

Source: docs/spec/proof.md, clause 14.
Floor: node.
"""

from dataclasses import dataclass, field
from typing import Final

from comity.acts.record import ACT_KIND, CODE_PARSE, RECEIPT_KIND, Act, Matter
from comity.acts.seen import Cut
from comity.joint.exchange import nonanswer
from comity.joint.exchange.nonanswer import Given, NonAnswer
from comity.joint.request import acts, state
from comity.kernel.fault import Fault, quoted
from comity.node import proof, proof_heads
from comity.node.context import Node
from comity.node.desk import need
from comity.node.desk.matters import find
from comity.node.exchange import logs, seal, trust
from comity.node.exchange.seal import Opened, Unreadable
from comity.node.exchange.trust import Trust
from comity.node.ports import Tx
from comity.node.reader import Reader
from comity.node.rooms import ROOMS
from comity.node.rows import LOG_OPEN, Log, Officer, UnderstoodAct, UnderstoodReceipt
from comity.tlog import checkpoint, note, tree

ANSWERS: Final = frozenset({acts.ANSWERED, acts.REFUSED})
"""What ends the waiting: an answer of any extent, or a refusal."""


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
    """

    data: bytes
    act_id: str
    origin: str
    receipt_index: int
    size: int
    on_matter: int
    others: int


def make(node: Node, officer: Officer, wanted: Wanted, answers: frozenset[str] = ANSWERS) -> Made:
    """Return a proof that an act was not answered.

    Args:
        node: ours, the asker's.
        officer: who asks; what he may not read is disclosed to nobody by him.
        wanted: of what.
        answers: tags of acts that answer.

    Raises:
        Fault: `node.proof.unknown`, `.not-received`, `.answered`, `.others-disclosed`,
            `.range-too-long`, `.unopened`, `.not-cosigned`, `.condition`; those of `matters.find`.
    """
    with node.store.read() as tx:
        asked = _asked(node, tx, need.reader(tx, officer), wanted.what)
        loaded = trust.load(tx, _channel_of(tx, asked))
        party = _addressee(asked, wanted.party)
        log, receipt = _receipt(tx, loaded, asked, party)
        parties = proof_heads.mirrors(log, loaded.arrangement.party_ids(), wanted.by)
        signed = _head(node, tx, log, receipt, parties, wanted.until_ms)
    if signed is None:
        signed = proof_heads.from_author(node, log, receipt.index, parties)
    size = checkpoint.parse_body(note.parse(signed).body).size
    with node.store.read() as tx:
        first = _first(tx, log, receipt)
        if size - first > nonanswer.ENTRIES_MAX:
            raise _too_long(size - first)
        opener = _Opener(node, tx, loaded, log, need.reader(tx, officer), answers)
        entries, on_matter, others = opener.range(asked.act.matter, receipt.index, first, size)
        proof.require_free(node, tx, log, tx.acts(log.origin, receipt.index + 1, size))
        covered = receipt.receipt.size
        path = tree.prove_inclusion(
            asked.index, covered, logs.hash_reader(tx, asked.origin, covered)
        )
        reader = logs.hash_reader(tx, log.origin, max(first, 1))
        made = NonAnswer(
            request=_own(node, tx, loaded, asked),
            index=asked.index,
            path=path,
            first=first,
            frontier=tree.frontier_of(first, reader).hashes if first else (),
            receipt=receipt.index,
            entries=tuple(entries),
            head=signed,
        )
    if others and (not wanted.is_range_disclosed or opener.hidden):
        raise _discloses(others, size)
    return Made(
        nonanswer.render(made), asked.act.id, log.origin, receipt.index, size, on_matter, others
    )


def _asked(node: Node, tx: Tx, reader: Reader, what: str) -> UnderstoodAct:
    row = tx.act(what.strip().lower())
    if row is not None and tx.readable(reader, _channel_of(tx, row), row.act.matter) is None:
        row = None
    if row is None or row.party != node.party:
        matter = find(tx, reader, acts.KIND, what)
        row = tx.act(state.from_json(matter.state).request_id)
    if row is None or row.party != node.party:
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
        return proof_heads.cosigned_head(node, tx, log, log.signed - 1, parties)
    for head in proof_heads.heads(tx, log, receipt.index + 1, parties):
        if head.time_s * 1_000 >= until_ms:
            found = proof_heads.with_cosignatures(node, tx, log, head, parties)
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


NOBODY: Final = Reader("", ())


@dataclass(frozen=True, slots=True)
class _Opener:
    """Entries of one log, opened as this node may; `hidden`: matters the reader may not read."""

    node: Node
    tx: Tx
    loaded: Trust
    log: Log
    reader: Reader = NOBODY
    answers: frozenset[str] = ANSWERS
    hidden: set[Matter] = field(default_factory=set)

    def range(
        self, matter: Matter, receipt_index: int, first: int, size: int
    ) -> tuple[list[Given], int, int]:
        """Return the entries of the range with the keys that are needed, and acts on what."""
        found: list[Given] = []
        on_matter = others = 0
        for index, raw in enumerate(self.tx.entries(self.log.origin, first, size), first):
            is_early = index <= receipt_index
            if raw[0] != (RECEIPT_KIND if is_early else ACT_KIND):
                found.append(Given(raw))
                continue
            opened = self._read(index, raw)
            if not is_early and isinstance(opened, Unreadable) and opened.code == CODE_PARSE:
                found.append(Given(raw, opened.file_key))  # it says nothing, to anybody
                continue
            opened = self._require_opened(index, opened)
            found.append(Given(raw, opened.file_key))
            if is_early or not isinstance(opened.record, Act):
                continue
            is_same = opened.record.matter == matter
            is_own = opened.origin == self.log.origin
            if is_same and is_own and opened.record.tag in self.answers:
                raise _answered(self.log, index, matter)
            on_matter, others = on_matter + is_same, others + (not is_same)
            other, channel = opened.record.matter, self.log.channel
            if other.kind in ROOMS and self.tx.readable(self.reader, channel, other) is None:
                self.hidden.add(other)
        return found, on_matter, others

    def opened(self, index: int, raw: bytes) -> Opened:
        """Return one entry, opened.

        Raises:
            Fault: `node.proof.unopened`.
        """
        return self._require_opened(index, self._read(index, raw))

    def _read(self, index: int, raw: bytes) -> Opened | Unreadable:
        before = self.tx.receipt_before(self.log.origin, index)
        cut: Cut = {**(before.seen_after if before else {}), self.log.origin: index}
        numbers = seal.cards_in_force(self.loaded, cut)
        return seal.open_entry(self.node, self.loaded, numbers, raw)

    def _require_opened(self, index: int, opened: Opened | Unreadable) -> Opened:
        if isinstance(opened, Opened):
            return opened
        raise Fault(
            code="node.proof.unopened",
            what=f"Entry {index} of {self.log.origin} does not open here ({opened.code}), and "
            "may answer.",
            fix="Wait until its author has shown its opening, or has said it again.",
        )


def _own(node: Node, tx: Tx, loaded: Trust, asked: UnderstoodAct) -> Given:
    log = logs.require_log(tx, asked.origin)
    (raw,) = tx.entries(asked.origin, asked.index, asked.index + 1)
    return Given(raw, _Opener(node, tx, loaded, log).opened(asked.index, raw).file_key)


def _answered(log: Log, index: int, matter: Matter) -> Fault:
    return Fault(
        code="node.proof.answered",
        what=f"Entry {index} of {log.origin} answers {matter.kind} {matter.id}.",
        fix=f"Prove that with `comity proof {log.origin}#{index}`.",
    )


def _discloses(others: int, size: int) -> Fault:
    return Fault(
        code="node.proof.others-disclosed",
        what=f"{others} acts on other matters stand between the receipt and the head of {size} "
        "entries; whoever has the proof would read their codes, and could open their bodies.",
        fix="Take an earlier head with --until, or accept that with --disclose-range.",
    )


def _too_long(count: int) -> Fault:
    return Fault(
        code="node.proof.range-too-long",
        what=f"{count} entries stand in the range, over {nonanswer.ENTRIES_MAX}.",
        fix="Take an earlier head with --until.",
    )
