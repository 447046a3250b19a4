"""A proof that an act was stored and not received: what a log says after its party cosigned it.

    act       a proof of the act under a head that the addressee's mirror cosigned
    entries   every entry of the addressee's log from its last receipt before, up to a later head

A party whose mirror stores an act and whose log never signs for it keeps every clock from starting.
The entries are sealed by rule, so what it stored it could read.  No act of the range is opened;
receipts are, for one of them could be the receipt.

Whoever signed for it all the same refutes the proof by disclosing that receipt.

Source: docs/spec/proof.md, clause 18.
Floor: joint (pure).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from comity.acts.record import RECEIPT_KIND, Receipt
from comity.joint.exchange.proof import Signed, Verdict, signed_by, verify_proof
from comity.joint.exchange.range_file import Range, malformed, object_of, range_json, range_of
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.tlog import checkpoint, note
from comity.tlog.policy import Policy

FORMAT: Final = "comity/non-receipt/1"
BEGINS: Final = b'{"act":"'
"""Of the file: canonical JSON has one spelling, and no other file of comity begins so."""

_FIELDS: Final = frozenset({"act", "entries", "first", "format", "frontier", "head"})


@dataclass(frozen=True, slots=True)
class NonReceipt(Range):
    """The whole file: a range of the addressee's log, and what it stored.

    Attributes:
        act: a tlog-proof, sealed or disclosed.
        head: the addressee's, signed and cosigned, as a note.
    """

    act: bytes
    head: bytes


@dataclass(frozen=True, slots=True)
class Unreceived:
    """What a good proof shows.

    Attributes:
        act: what the proof of the act shows, the log's signature first.
        stored: the cosignature by which the addressee stored it.
        origin: the addressee's log.
        size: of the head below which no receipt covers the act.
        covered: how many entries of the act's log its receipts reached then.
        signed: who signed that head, the log first.
        closed: indexes of receipts that are not opened: their author can disclose them.
    """

    act: Verdict
    stored: Signed
    origin: str
    size: int
    covered: int
    signed: tuple[Signed, ...]
    closed: tuple[int, ...] = ()


def render(proof: NonReceipt) -> bytes:
    """Return the file; `parse` is its inverse."""
    return ijson.render(
        {
            "act": proof.act.decode(),
            "format": FORMAT,
            "head": proof.head.decode(),
            **range_json(proof),
        }
    )


def parse(data: bytes) -> NonReceipt:
    """Read a file.

    Raises:
        Fault: `exchange.silence.malformed`, `kernel.json.*`.
    """
    value = object_of(ijson.parse_canonical(data), _FIELDS)
    if value["format"] != FORMAT:
        raise malformed(f"it is not of the format {FORMAT}")
    act, head, shown = value["act"], value["head"], range_of(value)
    if not isinstance(act, str) or not isinstance(head, str):
        raise malformed("its act or its head is no text")
    return NonReceipt(shown.first, shown.frontier, shown.entries, act.encode(), head.encode())


def verify(data: bytes, trusted: Callable[[str], Policy]) -> Unreceived:
    """Return what a proof shows, every signature, hash and key of it verified.

    Args:
        data: the file.
        trusted: the policy of a log, by its origin: of the act's, and of the addressee's.

    Raises:
        Fault: `tlog.*` where a signature or path is not good; those of `verify_proof`;
            `exchange.silence.malformed`; `exchange.nonreceipt.not-stored`, `.earlier`,
            `.received`.
    """
    proof = parse(data)
    said_in = checkpoint.parse_body(note.parse(proof.act.partition(b"\n\n")[2]).body).origin
    act = verify_proof(proof.act, trusted(said_in))
    parsed = note.parse(proof.head)
    policy = trusted(checkpoint.parse_body(parsed.body).origin)
    head = policy.verify_kinds(parsed)
    proof.require_ends_in(head)
    if act.kind != "act":
        raise malformed("what was stored is no act")
    party = _party(head.origin)
    stored = next((one for one in act.signed[1:] if _party(one.name) == party), None)
    if stored is None:
        raise _fault(
            "exchange.nonreceipt.not-stored",
            f"No mirror of {party} has signed that it stored the act.",
        )
    signed = signed_by(parsed, policy, head.origin)
    if signed[0].time_s < stored.time_s:
        raise _fault(
            "exchange.nonreceipt.earlier", f"{party} has not signed a head since it stored the act."
        )
    covered, closed = _covered(proof, head.origin, act)
    return Unreceived(act, stored, head.origin, head.size, covered, signed, closed)


def _covered(proof: NonReceipt, origin: str, act: Verdict) -> tuple[int, tuple[int, ...]]:
    """Return how far the receipts of the range reach in the act's log, and those not opened."""
    reached, closed = dict[int, int](), list[int]()
    for at, one in enumerate(proof.entries, proof.first):
        if one.entry[0] != RECEIPT_KIND or not one.is_shaped(at):
            continue
        if not one.file_key:
            closed.append(at)
            continue
        inside, said = one.read() or ("", None)
        if isinstance(said, Receipt) and inside == origin and said.of == act.origin:
            reached[at] = said.size
    if proof.first and proof.first not in reached:
        raise malformed("it begins with no receipt before, for the same log")
    covered = max(reached.values(), default=0)
    if covered > act.index:
        raise _fault(
            "exchange.nonreceipt.received",
            f"A receipt in it reaches {covered} entries: it was received.",
        )
    return covered, tuple(closed)


def _party(name: str) -> str:
    return name.partition("/")[0]


def _fault(code: str, what: str) -> Fault:
    return Fault(
        code=code,
        what=what,
        fix="Ask for it later, as `comity proof --non-receipt` writes it.",
    )
