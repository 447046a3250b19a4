"""Finding a matter by what an officer types: an id, an act's id, a file number of either side.

The whole of one goes before the beginning of another.  What an officer may not read is
answered as what does not exist: the same code and the same words.  While a channel is read anew
its matters are missing: what is not found then, or by less than its whole id, may be one of them.

Floor: node.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from comity.kernel.fault import Fault, quoted
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader, Wanted, folded_reference
from comity.node.base.rows import MatterRow
from comity.node.exchange import refold_queue

ANEW: Final = "node.matter.anew"

PREFIX_CHARS_MIN: Final = 4
_SHOWN: Final = 5
_PAGE: Final = 500


def find(tx: Tx, reader: Reader, kind: str, text: str) -> MatterRow:
    """Return the matter that a reader means.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.anew`, `node.matter.ambiguous`,
            `node.matter.prefix-short`.
    """
    return find_of(tx, reader, (kind,), text)


def find_of(tx: Tx, reader: Reader, kinds: Sequence[str], text: str) -> MatterRow:
    """Return the matter of one of some kinds that a reader means.

    Raises:
        Fault: as `find`.
    """
    kind = kinds[0] if len(kinds) == 1 else "matter"
    wanted = folded_reference(text)
    found = [row for one in kinds for row in tx.named(reader, one, wanted, _SHOWN + 1)]
    is_whole = len(found) == 1 and found[0].matter.id == wanted
    if not is_whole:
        require_long(f"a {kind}", text, "its id or of a file number")
    if not is_whole:  # what is named so may be missing, and another one begins so
        require_settled(tx)
    if len(found) == 1:
        return found[0]
    raise ambiguous(text, [row.matter.id for row in found]) if found else unknown(kinds[0], text)


def require_long(noun: str, text: str, of: str = "its id") -> None:
    """Return unless what is typed is so short that it would mean much.

    Raises:
        Fault: `node.matter.prefix-short`.
    """
    if len(folded_reference(text)) < PREFIX_CHARS_MIN:
        raise Fault(
            code="node.matter.prefix-short",
            what=f"{quoted(text)} is too short to find {noun} by.",
            fix=f"Give at least {PREFIX_CHARS_MIN} characters of {of}.",
        )


def require_settled(tx: Tx) -> None:
    """Return if no channel is read anew: then what is not found is not here.

    Raises:
        Fault: `node.matter.anew`.
    """
    if refold_queue.is_any(tx):
        raise Fault(
            code=ANEW,
            what="A channel is being read anew, as after a partner's new log that leaves out what "
            "was read: what you ask for may be in it.",
            fix="Come back in a moment: `comity serve` reads it by itself.",
        )


def every(tx: Tx, reader: Reader, kind: str) -> Iterator[MatterRow]:
    """Yield every matter of a kind that a reader may read, in the order of lists."""
    after = None
    while page := tx.listed(reader, Wanted(kind=kind), after, _PAGE):
        yield from (row for _, row in page)
        after = page[-1][0]


def unknown(kind: str, text: str) -> Fault:
    """Return the fault of a matter that there is not, or that the officer may not read."""
    return Fault(
        code="node.matter.unknown",
        what=f"There is no {kind} for you whose id or file number begins with {quoted(text)}.",
        fix=f"Run `comity {kind} list` to see those that you can read.",
    )


def ambiguous(text: str, ids: Sequence[str], fix: str = "Give more of its characters.") -> Fault:
    """Return the fault of a beginning that several have."""
    more = " and more" if len(ids) > _SHOWN else ""
    return Fault(
        code="node.matter.ambiguous",
        what=f"Several ids or file numbers begin with {quoted(text)}: "
        f"{', '.join(ids[:_SHOWN])}{more}.",
        fix=fix,
    )
