"""The joint texts of a channel: the version in force, and the one that a matter names.

    in_force(node, tx, channel, now_ms)      the version that binds what is opened now, or None
    bound(node, tx, channel, sha256)         the version that an act names, for ever
    in_force(…, name="terms.ministers")      another text than the main one

An act binds nobody to a text that not every party has adopted: its author may have written it.
A text is read once and kept by its hash, as the room reads it that brings texts of its name.  One
that is not held, or that does not fit, is none: what it would have asked for is not asked.

Source: docs/spec/guideline.md, clauses 7 and 8.
Floor: node.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.acts.record import Matter
from comity.acts.shape import SHA256
from comity.acts.verb import Both
from comity.joint.text import acts, state, view
from comity.joint.text.acts import MAIN
from comity.joint.text.state import State
from comity.joint.text.view import Version
from comity.kernel import legal_text
from comity.kernel.fault import Fault
from comity.node.base import register_records
from comity.node.base.bindings import Bound
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import text_called
from comity.node.base.rows import MatterRow
from comity.node.room import calendars
from comity.node.room.text_cache import ReadTexts

_READ: Final = ReadTexts[Any](8 << 20)
"""A hundred as the shipped guideline; by the text that the name is of, and the hash."""

_ADOPTED_MAX: Final = 64
_ADOPTED: Final[dict[str, tuple[Version, ...]]] = {}
"""By the digest of what the parties have said of the text."""

type Find = Callable[[str, Matter], MatterRow | None]
"""Gives the matter of a channel as it is folded, or as it was at a cut."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """A version of a joint text that binds.

    Attributes:
        name: of the text.
        sha256: of the version.
        text: as its room reads it.
    """

    name: str
    sha256: str
    text: Any


def text_state(tx: Tx, channel: str, name: str = MAIN) -> State | None:
    """Return what the parties have said of a joint text, or None if nothing was.

    The texts of an arrangement are agreed in its channel `live`, and count in each of its
    channels: an emergency goes through the hotline and is bound to the same text.
    """
    row = tx.matter(register_records.live_of(channel), Matter(acts.KIND, name))
    return None if row is None else state.from_json(row.state)


def version_in_force(tx: Tx, channel: str, now_ms: int, name: str = MAIN) -> Version | None:
    """Return the version of a joint text that is in force at an instant, or None."""
    said = text_state(tx, channel, name)
    return None if said is None else view.in_force(said, now_ms)


def in_force(node: Node, tx: Tx, channel: str, now_ms: int, name: str = MAIN) -> Any:  # noqa: ANN401 -- as its room reads it
    """Return the joint text in force in a channel at an instant, or None.

    Args:
        node: ours.
        tx: a read or write.
        channel: its path.
        now_ms: the instant, milliseconds since 1970 UTC.
        name: of the text.
    """
    version = version_in_force(tx, channel, now_ms, name)
    return None if version is None else content(node, tx, name, version.sha256)


def adopted(tx: Tx, channel: str, find: Find | None = None, name: str = MAIN) -> frozenset[str]:
    """Return the hash of every version that all parties of a channel have ever adopted."""
    return frozenset(one.sha256 for one in versions(tx, channel, find, name))


def versions(
    tx: Tx, channel: str, find: Find | None = None, name: str = MAIN
) -> tuple[Version, ...]:
    """Return every version of a text that all parties of a channel have ever adopted, by time.

    Args:
        tx: a read or write.
        channel: its path.
        find: gives the joint text as it was at a cut; None for all that is understood.
        name: of the text.
    """
    row = (find or tx.matter)(register_records.live_of(channel), Matter(acts.KIND, name))
    if row is None:
        return ()
    found = _ADOPTED.get(row.digest)
    if found is None:
        found = view.versions(state.from_json(row.state))
        if len(_ADOPTED) >= _ADOPTED_MAX:
            _ADOPTED.clear()  # another thread that found its own there has it in hand
        _ADOPTED[row.digest] = found
    return found


def bound(node: Node, tx: Tx, channel: str, sha256: str, name: str = MAIN) -> Any:  # noqa: ANN401 -- as its room reads it
    """Return the text that an act names, or None if it binds to none.

    Args:
        node: ours.
        tx: a read or write.
        channel: in which the act was said.
        sha256: as an act of a peer may name it: any code, or a text that nobody has adopted.
        name: of the text.
    """
    return named(node, tx, adopted(tx, channel, name=name), sha256, name)


def named(node: Node, tx: Tx, texts: frozenset[str], sha256: str, name: str = MAIN) -> Any:  # noqa: ANN401 -- as its room reads it
    """Return the same of one of the versions that were adopted, see `adopted`."""
    return content(node, tx, name, sha256) if sha256 in texts else None


def of_matter(node: Node, tx: Tx, channel: str, to: Bound, now_ms: int) -> Any:  # noqa: ANN401 -- as its room reads it
    """Return the text that a matter is bound to: the version it names, or that in force; or None.

    Args:
        node: ours.
        tx: a read or write.
        channel: of the matter.
        to: as its room says, see `Room.bound`.
        now_ms: the instant.
    """
    if to.sha256 is not None:
        return bound(node, tx, channel, to.sha256, to.name)
    return in_force(node, tx, channel, now_ms, to.name)


def listed(
    node: Node, tx: Tx, channel: str, now_ms: int, name: str = MAIN
) -> Mapping[str, Mapping[str, Both]]:
    """Return the codes that the text in force lists, with their words, by what they are of."""
    text, kind = in_force(node, tx, channel, now_ms, name), text_called(node.rooms, name)
    return {} if kind is None or text is None else kind.lists(text)


def worded(node: Node, tx: Tx, row: MatterRow, now_ms: int, code: str) -> Both | None:
    """Return a code in the words of the texts of its room in force, or None if they list none.

    Args:
        node: ours.
        tx: a read or write.
        row: the matter in which it was said.
        now_ms: the instant.
        code: any, as a peer may have said it.
    """
    for text in node.rooms[row.matter.kind].texts:
        for codes in listed(node, tx, row.channel, now_ms, text.name).values():
            if code in codes:
                return legal_text.spoken(codes[code], ())
    return None


def is_read(node: Node, name: str, sha256: str) -> bool:
    """Return whether a version of a text is kept as it was read."""
    kind = text_called(node.rooms, name)
    return kind is not None and _key(kind.name, sha256) in _READ


def content(node: Node, tx: Tx, name: str, sha256: str) -> Any:  # noqa: ANN401 -- as its room reads it
    """Return the version with that hash, or None if it is not held or does not fit."""
    kind = text_called(node.rooms, name)
    if kind is None or not SHA256.fullmatch(sha256) or not calendars.is_held(tx, sha256):
        return None

    def parsed(data: bytes) -> Any:  # noqa: ANN401 -- as its room reads it
        try:
            return kind.read(data, name)
        except Fault:
            return None

    return _READ.read(_key(kind.name, sha256), lambda: calendars.text(node, tx, sha256), parsed)


def _key(name: str, sha256: str) -> str:
    return f"{name} {sha256}"
