"""A proof that something was not answered: what a log says after it has signed for an act.

    request   an act of the asker, disclosed, and its path to the root in the receipt
    receipt   the addressee's own entry: it held the asker's log up to that root
    entries   every entry of the addressee's log from a receipt before, up to a head it signed

An answer has seen what it answers, so it stands after the first receipt that covers it
(protocol rule 17).  Every act that stands there is opened, for a sealed one could be the
answer; receipts are told by the byte outside.  The frontier of the tree before the range and the
leaves in it give the root of the head, so nothing is left out.

An entry that is void stays closed where the asker said so in a receipt, and the addressee signed
that it held that receipt.  Who calls void what is not has signed a lie: whoever can open the entry
refutes it (docs/spec/exchange.md 8.8.2).

Source: docs/spec/proof.md, clause 14; docs/adr on proofs of non-answer.
Floor: joint (pure).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from comity.acts.record import ACT_KIND, RECEIPT_KIND, Act, Receipt
from comity.joint.exchange.nonanswer_file import BEGINS, NonAnswer, parse, render
from comity.joint.exchange.proof import Signed, signed_by
from comity.joint.exchange.range_file import Given, malformed
from comity.kernel.fault import Fault
from comity.tlog import checkpoint, note, tree
from comity.tlog.policy import Policy

__all__ = [
    "BEGINS",
    "Closed",
    "NonAnswer",
    "Said",
    "Silence",
    "origin_of",
    "parse",
    "render",
    "verify",
]


@dataclass(frozen=True, slots=True)
class Said:
    """An act in the range that is about the same matter: where, and what it says."""

    index: int
    tag: str


@dataclass(frozen=True, slots=True)
class Closed:
    """An entry that the file does not open: the asker rejected it, and its author knew.

    Attributes:
        index: of it.
        rejection: index of the receipt in the asker's log that names it.
        receipt: index of the addressee's receipt that covers that one.
        receipt_ms: what the addressee's receipt claims of its time.
    """

    index: int
    rejection: int
    receipt: int
    receipt_ms: int


@dataclass(frozen=True, slots=True)
class Silence:
    """What a good proof shows.

    Attributes:
        asked: the act that was not answered.
        asked_origin: its log.
        asked_index: its place there.
        origin: the addressee's log.
        receipt_index: of the receipt by which its author signed for the act.
        receipt_ms: what that receipt claims of its time.
        size: of the head below which nothing answers.
        head_s: the time in the head's own signature, seconds since 1970 UTC.
        signed: who signed the head, the log first.
        said: acts on the same matter after the receipt, none of them an answer.
        others: how many acts on other matters are disclosed with it.
        unreadable: indexes of entries that say nothing, to anybody: they do not parse.
        closed: entries of which nobody who reads this knows what they say.
    """

    asked: Act
    asked_origin: str
    asked_index: int
    origin: str
    receipt_index: int
    receipt_ms: int
    size: int
    head_s: int
    signed: tuple[Signed, ...]
    said: tuple[Said, ...]
    others: int
    unreadable: tuple[int, ...]
    closed: tuple[Closed, ...] = ()


def origin_of(data: bytes) -> str:
    """Return the log of whose head it is, not verified yet: it says whose keys are needed.

    Raises:
        Fault: as `parse`, and `tlog.*` where the head is no head.
    """
    return checkpoint.parse_body(note.parse(parse(data).head).body).origin


def verify(data: bytes, policy: Policy, answers: Collection[str]) -> Silence:
    """Return what a proof shows, every signature, hash and key of it verified.

    Args:
        data: the file.
        policy: the addressee's log and the mirrors that are trusted.
        answers: tags of acts that would answer.

    Raises:
        Fault: `tlog.*` where a signature or path is not good; `exchange.silence.malformed`,
            `exchange.nonanswer.not-received`, `exchange.nonanswer.hidden`,
            `exchange.nonanswer.answered`.
    """
    proof = parse(data)
    parsed = note.parse(proof.head)
    head = policy.verify_kinds(parsed)
    proof.require_ends_in(head)
    asked_origin, asked = proof.request.opened()
    if not isinstance(asked, Act):
        raise malformed("what was not answered is no act")
    if head.origin.partition("/")[0] not in {to.party for to in asked.to}:
        raise malformed("the act is not addressed to the party of this log")
    walk = _Walk(proof, head.origin, asked_origin, asked, _receipts(proof, head.origin))
    receipt = walk.received()
    start = walk.start()
    closed = walk.closed(start)
    said, others, unreadable = walk.after(start, closed, answers)
    signed = signed_by(parsed, policy, head.origin)
    return Silence(
        asked=asked,
        asked_origin=asked_origin,
        asked_index=proof.index,
        origin=head.origin,
        receipt_index=proof.receipt,
        receipt_ms=receipt.time_ms,
        size=head.size,
        head_s=signed[0].time_s,
        signed=signed,
        said=said,
        others=others,
        unreadable=unreadable,
        closed=tuple(closed.values()),
    )


@dataclass(frozen=True, slots=True)
class _Walk:
    """The range of a file whose head, tree and request are good, and the receipts opened in it."""

    proof: NonAnswer
    origin: str
    asked_origin: str
    asked: Act
    receipts: Mapping[int, Receipt]

    def _entries(self, start: int) -> Iterator[tuple[int, Given]]:
        return islice(
            enumerate(self.proof.entries, self.proof.first), start - self.proof.first, None
        )

    def received(self) -> Receipt:
        """Return the receipt, once it is sure that it covers the act, and that it opened there."""
        inside, receipt = self.proof.entries[self.proof.receipt - self.proof.first].opened()
        is_one = isinstance(receipt, Receipt) and inside == self.origin
        if not isinstance(receipt, Receipt) or not is_one or receipt.of != self.asked_origin:
            raise _not_received("what stands there is no receipt for the log of the act")
        if receipt.size <= self.proof.index:
            raise _not_received("the receipt does not reach the act")
        leaf = tree.leaf_hash(self.proof.request.entry)
        path = self.proof.path
        tree.verify_inclusion(leaf, self.proof.index, receipt.size, path, receipt.root)
        if _lists(receipt, self.proof.index):
            raise _not_received("the receipt calls the act void")
        return receipt

    def start(self) -> int:
        """Return the index after which an answer may stand: of the first receipt for the act.

        The range begins with the log, or with a receipt that does not reach the act; receipts of
        a log never go back.  What stands closed before the receipt may be a receipt for the act
        too, and one that reaches it may be foreign: then answers may stand after that.
        """
        proof = self.proof
        if proof.first:
            before = self._receipt(proof.first) if proof.first < proof.receipt else None
            if before is None or before.size > proof.index:
                raise malformed("it begins with no receipt before, for the same log")
        early = islice(self._entries(proof.first), proof.receipt - proof.first)
        receipts = [(at, one) for at, one in early if one.entry[0] == RECEIPT_KIND]
        return min([at for at, one in receipts if self._may_cover(at, one)], default=proof.receipt)

    def _may_cover(self, at: int, one: Given) -> bool:
        """Return whether what stands before the receipt could be one for the act."""
        is_first_format = self.proof.rejections is None
        if is_first_format:
            one.opened()
        receipt = self._receipt(at)
        if receipt is None or receipt.size <= self.proof.index:
            return not one.file_key and one.is_shaped(at)
        if is_first_format:
            raise malformed("a receipt before it covers the act already")
        if _lists(receipt, self.proof.index):
            raise _not_received("a receipt before calls the act void")
        return True

    def closed(self, start: int) -> dict[int, Closed]:
        """Return the entries that had to be opened and are not, and may stay so.

        Raises:
            Fault: `exchange.nonanswer.hidden` for one that may not.
        """
        known = self._known()
        found: dict[int, Closed] = {}
        until = self.proof.receipt
        for at, one in self._entries(self.proof.first):
            kind = one.entry[0]
            is_needed = at <= until if kind == RECEIPT_KIND else kind == ACT_KIND and at > start
            if not is_needed or one.file_key or not one.is_shaped(at):
                continue
            if at not in known:
                raise _hidden(f"Entry {at} is not opened: it could be the answer.")
            found[at] = known[at]
            until = max(until, known[at].receipt)
        if {one.rejection for one in found.values()} != {one.rejection for one in known.values()}:
            raise malformed("a rejection in it is of nothing that is closed")
        for at, receipt in self.receipts.items():
            if receipt.of != self.asked_origin:
                continue
            listed = {one.index for one in receipt.unread}
            if any(c.rejection in listed and c.index < at <= c.receipt for c in found.values()):
                raise _hidden(f"Entry {at} says that its author could not read a rejection.")
        return found

    def _known(self) -> dict[int, Closed]:
        """Return what the asker rejected, where the addressee signed that it held the rejection."""
        found: dict[int, Closed] = {}
        for one in self.proof.rejections or ():
            inside, said = one.given.opened()
            is_theirs = isinstance(said, Receipt) and inside == self.asked_origin
            if not isinstance(said, Receipt) or not is_theirs or said.of != self.origin:
                raise malformed("a rejection is no receipt of the asker for this log")
            receipt = self._receipt(one.receipt)
            if receipt is None or receipt.size <= one.index:
                raise malformed("no receipt of the range covers a rejection")
            leaf = tree.leaf_hash(one.given.entry)
            tree.verify_inclusion(leaf, one.index, receipt.size, one.path, receipt.root)
            count = len(found)
            for unread in said.unread:
                is_before = self.proof.first <= unread.index < one.receipt
                given = self.proof.entries[unread.index - self.proof.first] if is_before else None
                if given is None or given.file_key:
                    continue
                if tree.leaf_hash(given.entry).hex() == unread.leaf:
                    found.setdefault(
                        unread.index,
                        Closed(unread.index, one.index, one.receipt, receipt.time_ms),
                    )
            if len(found) == count:
                raise malformed("a rejection in it names no entry that is closed")
        return found

    def _receipt(self, at: int) -> Receipt | None:
        """Return the receipt for the log of the act that stands opened there, or None."""
        receipt = self.receipts.get(at)
        return receipt if receipt is not None and receipt.of == self.asked_origin else None

    def after(
        self, start: int, closed: Mapping[int, Closed], answers: Collection[str]
    ) -> tuple[tuple[Said, ...], int, tuple[int, ...]]:
        """Return the acts on the matter, the number of others, and what is unreadable."""
        said: list[Said] = []
        others, unreadable = 0, []
        for at, one in self._entries(start + 1):
            if one.entry[0] == RECEIPT_KIND or at in closed:
                continue
            if one.entry[0] != ACT_KIND or not one.is_shaped(at):
                unreadable.append(at)
                continue
            read = one.read()
            if read is None:
                unreadable.append(at)
                continue
            inside, act = read
            if not isinstance(act, Act) or inside != self.origin or act.matter != self.asked.matter:
                others += 1
                continue
            if act.tag in answers:
                raise Fault(
                    code="exchange.nonanswer.answered",
                    what=f"Entry {at} answers it: {act.tag}.",
                    fix="Take a proof of that entry instead.",
                )
            said.append(Said(at, act.tag))
        return tuple(said), others, tuple(unreadable)


def _receipts(proof: NonAnswer, origin: str) -> dict[int, Receipt]:
    """Return what is opened among the receipts of the range, and was said in this log."""
    found: dict[int, Receipt] = {}
    for at, one in enumerate(proof.entries, proof.first):
        if one.entry[0] != RECEIPT_KIND or not one.file_key or not one.is_shaped(at):
            continue
        read = one.read()
        if read is not None and read[0] == origin and isinstance(read[1], Receipt):
            found[at] = read[1]
    return found


def _lists(receipt: Receipt, index: int) -> bool:
    return any(one.index == index for one in receipt.unread)


def _not_received(why: str) -> Fault:
    return Fault(
        code="exchange.nonanswer.not-received",
        what=f"It does not show that the addressee held the act: {why}.",
        fix="Ask for it again; only a receipt that covers the act starts the time to answer.",
    )


def _hidden(what: str) -> Fault:
    return Fault(
        code="exchange.nonanswer.hidden",
        what=what,
        fix="Ask for a proof in which it is disclosed, or that shows that its author knew that it "
        "is called void.",
    )
