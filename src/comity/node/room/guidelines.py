"""The guideline of a channel: the joint text that is in force, and the one that a request names.

    in_force(node, tx, channel, now_ms)    the version that a new request is bound to, or None
    bound(node, tx, channel, sha256)       the version that an act names, for ever

An act binds nobody to a text that not every party has adopted: its author may have written it.
A text is read once and kept by its hash.  One that is not held, or is no guideline, is none:
what it would have asked for is not asked.

Source: docs/spec/guideline.md, clauses 7 and 8.
Floor: node.
"""

from collections.abc import Callable
from typing import Final

from comity.acts.record import Matter
from comity.acts.shape import SHA256
from comity.joint.guideline import approval, document
from comity.joint.guideline.model import Approval, Guideline
from comity.joint.text import acts, state, view
from comity.joint.text.state import State
from comity.joint.text.view import Version
from comity.kernel.fault import Fault
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.node.room import calendars
from comity.node.room.text_cache import ReadTexts

_READ: Final = ReadTexts[Guideline](8 << 20)
"""A hundred as the shipped one."""

_ADOPTED_MAX: Final = 64
_ADOPTED: Final[dict[str, tuple[Version, ...]]] = {}
"""By the digest of what the parties have said of the text."""

type Find = Callable[[str, Matter], MatterRow | None]
"""Gives the matter of a channel as it is folded, or as it was at a cut."""


def text_state(tx: Tx, channel: str, name: str = acts.MAIN) -> State | None:
    """Return what the parties have said of a joint text, or None if nothing was.

    The texts of an arrangement are agreed in its channel `live`, and count in each of its
    channels: an emergency goes through the hotline and is bound to the same text.
    """
    row = tx.matter(register_records.live_of(channel), Matter(acts.KIND, name))
    return None if row is None else state.from_json(row.state)


def version_in_force(tx: Tx, channel: str, now_ms: int, name: str = acts.MAIN) -> Version | None:
    """Return the version of a joint text that is in force at an instant, or None."""
    said = text_state(tx, channel, name)
    return None if said is None else view.in_force(said, now_ms)


def in_force(node: Node, tx: Tx, channel: str, now_ms: int) -> Guideline | None:
    """Return the guideline in force in a channel at an instant, or None.

    Args:
        node: ours.
        tx: a read or write.
        channel: its path.
        now_ms: the instant, milliseconds since 1970 UTC.
    """
    version = version_in_force(tx, channel, now_ms)
    return None if version is None else _read(node, tx, version.sha256)


def adopted(tx: Tx, channel: str, find: Find | None = None) -> frozenset[str]:
    """Return the hashes of every main text that all parties of a channel have ever adopted."""
    return frozenset(one.sha256 for one in versions(tx, channel, find))


def versions(tx: Tx, channel: str, find: Find | None = None) -> tuple[Version, ...]:
    """Return every main text that all parties of a channel have ever adopted, by time.

    Args:
        tx: a read or write.
        channel: its path.
        find: gives the joint text as it was at a cut; None for all that is understood.
    """
    row = (find or tx.matter)(register_records.live_of(channel), Matter(acts.KIND, acts.MAIN))
    if row is None:
        return ()
    found = _ADOPTED.get(row.digest)
    if found is None:
        found = view.versions(state.from_json(row.state))
        if len(_ADOPTED) >= _ADOPTED_MAX:
            _ADOPTED.clear()  # another thread that found its own there has it in hand
        _ADOPTED[row.digest] = found
    return found


def bound(node: Node, tx: Tx, channel: str, sha256: str) -> Guideline | None:
    """Return the guideline that an act names, or None if it binds to none.

    Args:
        node: ours.
        tx: a read or write.
        channel: in which the act was said.
        sha256: as a request of a peer may name it: any code, or a text that nobody has adopted.
    """
    return named(node, tx, adopted(tx, channel), sha256)


def named(node: Node, tx: Tx, texts: frozenset[str], sha256: str) -> Guideline | None:
    """Return the same of one of the texts that were adopted, see `adopted`."""
    return _read(node, tx, sha256) if sha256 in texts else None


def _read(node: Node, tx: Tx, sha256: str) -> Guideline | None:
    """Return the guideline with that hash, or None if it is not held or is none."""
    if not SHA256.fullmatch(sha256) or not calendars.is_held(tx, sha256):
        return None
    return _READ.read(sha256, lambda: calendars.text(node, tx, sha256), _parsed)


def _parsed(data: bytes) -> Guideline | None:
    try:
        return document.parse(data)
    except Fault:
        return None


def of_matter(node: Node, tx: Tx, channel: str, sha256: str, now_ms: int) -> Guideline | None:
    """Return the guideline that a matter is bound to, or the one in force if it names none."""
    if sha256:
        return bound(node, tx, channel, sha256)
    return in_force(node, tx, channel, now_ms)


def approvals(guideline: Guideline | None, tag: str, urgency: str) -> Approval | None:
    """Return how many officers approve an act, or None where no guideline says it.

    Args:
        guideline: of the matter, see `of_matter`.
        tag: of the act.
        urgency: of the matter, or "".
    """
    return None if guideline is None else approval.needed(guideline, tag, urgency)
