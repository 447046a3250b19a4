"""Taking away a proof that another party stored an act and has not received it.

No act is opened, of nobody; of the addressee's log the receipts are, which say how far it has read.

Source: docs/spec/proof.md, clause 18.
Floor: node.
"""

from dataclasses import dataclass

from comity.acts.record import RECEIPT_KIND
from comity.joint.exchange import nonreceipt, range_file
from comity.joint.exchange.nonreceipt import NonReceipt
from comity.joint.exchange.range_file import Given
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_OPEN, Log, Officer
from comity.node.exchange import logs, proof_checkpoints, seal
from comity.node.exchange.seal import Keyed
from comity.node.room import proof, trust_policy
from comity.tlog import checkpoint, note, tree


@dataclass(frozen=True, slots=True)
class Made:
    """A proof of non-receipt.

    Attributes:
        data: the file.
        act_log: origin of the act's log.
        act_index: of the act.
        origin: the addressee's log.
        size: of its head.
    """

    data: bytes
    act_log: str
    act_index: int
    origin: str
    size: int


def make(node: Node, officer: Officer, what: str, party: str = "") -> Made:
    """Return a proof that an act was stored by a party and not received.

    Args:
        node: ours, the author's.
        officer: who asks.
        what: an act's id, or its beginning, or `<origin>#<index>`.
        party: who stored it, or "" where there is one other party.

    Raises:
        Fault: `node.proof.received`, `.which-party`, `.succeeded`, `.not-cosigned`,
            `.range-too-long`; those of `proof.make`; `exchange.nonreceipt.earlier` where the
            party has signed nothing since it stored the act.
    """
    with node.store.read() as tx:
        own, index = proof.place(node, tx, what, officer, node.party)
        log = _log_of(tx, own, party)
        before = tx.newest_receipt(log.origin, own.origin)
        if before is not None and before.receipt.size > index:
            raise _received(log, before.index)
        first = before.index if before is not None else 0
        others = {other.party for other in tx.logs(own.channel)}
        parties = proof_checkpoints.mirrors(log, others, ())
        head = proof_checkpoints.cosigned_head(node, tx, log, log.signed - 1, parties)
    act = proof.make(node, what, officer, by=(log.party,), party=node.party)
    head = head or proof_checkpoints.from_author(node, log, log.signed - 1, parties)
    size = checkpoint.parse_body(note.parse(head).body).size
    if size - first > range_file.ENTRIES_MAX:
        raise Fault(
            code="node.proof.range-too-long",
            what=f"{size - first} entries stand in the range, over {range_file.ENTRIES_MAX}.",
            fix="Prove an act that was said later, or each of those entries alone.",
        )
    with node.store.read() as tx:
        reader = logs.hash_reader(tx, log.origin, max(first, 1))
        made = NonReceipt(
            first=first,
            frontier=tree.frontier_of(first, reader).hashes if first else (),
            entries=_entries(node, tx, log, first, size),
            act=act.proof,
            head=head,
        )
    data = nonreceipt.render(made)
    nonreceipt.verify(data, lambda origin: trust_policy.policies(node, origin)[0].policy)
    return Made(data, act.origin, act.index, log.origin, size)


def _log_of(tx: Tx, own: Log, party: str) -> Log:
    """Return the one log of the party, or of the only other one, in the channel of our log."""
    others = sorted({log.party for log in tx.logs(own.channel) if not log.own})
    if party not in others and (party or len(others) != 1):
        raise Fault(
            code="node.proof.which-party",
            what=f"The act is stored at {', '.join(others) or 'nobody'}.",
            fix="Name the one that has not received it with --party.",
        )
    theirs = [log for log in tx.logs(own.channel) if log.party == (party or others[0])]
    if len(theirs) > 1 or theirs[0].state != LOG_OPEN:
        raise Fault(
            code="node.proof.succeeded",
            what=f"{theirs[0].party} has more than one log here, or an ended one.",
            fix="Prove what each log says with `comity proof ORIGIN#INDEX`.",
        )
    return theirs[0]


def _entries(node: Node, tx: Tx, log: Log, first: int, size: int) -> tuple[Given, ...]:
    """Return the range: receipts opened, but for what is void, and acts closed."""
    loaded = trust.load(tx, log.channel)
    found: list[Given] = []
    for index, raw in enumerate(tx.entries(log.origin, first, size), first):
        if raw[0] != RECEIPT_KIND:
            found.append(Given(raw))
            continue
        opened = seal.open_entry(node, tx, loaded, (log.origin, index), raw)
        found.append(Given(raw, b"" if isinstance(opened, Keyed) else opened.file_key))
    return tuple(found)


def _received(log: Log, index: int) -> Fault:
    return Fault(
        code="node.proof.received",
        what=f"{log.party} has signed for it: entry {index} of {log.origin} is its receipt.",
        fix=f"Prove that with `comity proof {log.origin}#{index}`.",
    )
