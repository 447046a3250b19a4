"""Which joint texts there are, where each stands, and the bytes of one.

Floor: rooms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Final

from comity.acts.record import Matter
from comity.joint.text import acts, fold, state, table, view
from comity.joint.text.state import Proposal, State
from comity.joint.text.view import Version
from comity.kernel import plain_yaml
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import Rooms
from comity.node.room import calendars, live_channel, need_to_know, text_fit
from comity.node.room.matter_lookup import every

PREFIX_CHARS_MIN: Final = 4
_SHIPPED: Final = {
    acts.MAIN: "dialogue.yaml",
    "hotline": "hotline.yaml",
    "protection": "protection.yaml",
    "terms.ministers": "terms-ministers.yaml",
    "terms.experts": "terms-experts.yaml",
}
"""`{name of a text: its file in the catalogue}`."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One joint text in its channel.

    Attributes:
        channel: its path.
        name: of the text.
        state: what the parties have said of it.
    """

    channel: str
    name: str
    state: State

    def proposal(self, prefix: str) -> Proposal:
        """Return a proposal by the beginning of its id or hash; without: the open one.

        Raises:
            Fault: `node.text.proposal-unknown`, `node.text.proposal-ambiguous`.
        """
        if not prefix:
            found = view.open_proposal(self.state)
            if found is None:
                raise _no_proposal(self.name, "No proposal of it is open.")
            return found
        return self._named(prefix)

    def adopted(self, prefix: str, now_ms: int) -> Proposal:
        """Return an adopted proposal by its beginning; without: the one in force, or the last.

        Raises:
            Fault: `node.text.proposal-unknown`, `node.text.proposal-ambiguous`.
        """
        if prefix:
            return self._named(prefix)
        versions = view.versions(self.state)
        version = view.in_force(self.state, now_ms) or (versions[-1] if versions else None)
        found = self.state.proposal(version.proposal_id) if version else None
        if found is None:
            raise _no_proposal(self.name, "No version of it was adopted by every party.")
        return found

    def _named(self, prefix: str) -> Proposal:
        wanted = prefix.strip().lower()
        found = [
            one
            for one in self.state.proposals
            if len(wanted) >= PREFIX_CHARS_MIN
            and (one.id.startswith(wanted) or one.sha256.startswith(wanted))
        ]
        alive = [one for one in found if one.status in (table.PROPOSED, table.ADOPTED)]
        if len(found) > 1 and len(alive) == 1:
            found = alive
        if len(found) > 1:
            raise Fault(
                code="node.text.proposal-ambiguous",
                what=f"{len(found)} proposals begin with {quoted(prefix)}.",
                fix="Give the id of one of them: the same text may have been proposed twice.",
            )
        if not found:
            raise _no_proposal(self.name, f"No proposal of it begins with {quoted(prefix)}.")
        return found[0]


def _no_proposal(name: str, why: str) -> Fault:
    return Fault(
        code="node.text.proposal-unknown",
        what=f"The joint text {quoted(name)}: {why}",
        fix="Run `comity guideline list` to see what was proposed; give at least 4 characters.",
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """One joint text, as an officer reads it.

    Attributes:
        stand: the text in its channel.
        statuses: `{proposal id: where it stands}`, keys of `view.STATUS_WORDS`.
        versions: those that every party has adopted.
        in_force: the one in force now, or None.
        holders: parties that have not adopted the newest open proposal.
        held: hashes of the texts whose bytes are here.
    """

    stand: Stand
    statuses: dict[str, str]
    versions: tuple[Version, ...]
    in_force: Version | None
    holders: tuple[str, ...]
    held: frozenset[str]


def shipped(name: str = acts.MAIN) -> bytes:
    """Return the text of a name that comes with the program.

    Raises:
        Fault: `guideline.text.not-shipped`.
    """
    if name not in _SHIPPED:
        raise Fault(
            code="guideline.text.not-shipped",
            what=f"No text called {quoted(name)} comes with comity.",
            fix=f"Give a text; those that come are: {', '.join(_SHIPPED)}.",
        )
    return resources.files("comity").joinpath("catalogue", "guideline", _SHIPPED[name]).read_bytes()


def meant(document: str, *, is_shipped: bool, name: str = acts.MAIN) -> bytes:
    """Return the text that is meant: the one that was given, or the one that is shipped.

    Raises:
        Fault: `guideline.text.unclear`, `guideline.text.not-shipped`.
    """
    if is_shipped == bool(document):
        raise Fault(
            code="guideline.text.unclear",
            what="It is not clear which text is meant.",
            fix="Give a text, or say that the one that comes with comity is meant; not both.",
        )
    return shipped(name) if is_shipped else document.encode("utf-8", "replace")


def plain(rooms: Rooms, name: str, data: bytes, file: str = "") -> Json:
    """Return what a text says as JSON, to be compared with another version.

    Raises:
        Fault: those of `text_fit.read`.
    """
    text = text_fit.read(rooms, name, data, file)
    if text_fit.require(rooms, name).media_type == acts.MEDIA_TYPE:
        return plain_yaml.parse(data).value
    found: Json = text.as_json()
    return found


def find(node: Node, name: str, channel: str = "") -> Stand:
    """Return a joint text in a channel, though nothing be said of it yet.

    Args:
        node: ours.
        name: of the text.
        channel: its path, or "" where this node is paired in one arrangement.

    Raises:
        Fault: `node.text.channel-missing`, `node.text.channel-ambiguous`.
    """
    with node.store.read() as tx:
        path = live_channel.channel_of(tx, channel)
        row = tx.matter(path, Matter(acts.KIND, name))
        if row is not None:
            return Stand(path, name, state.from_json(row.state))
        parties = trust.load(tx, path).arrangement.party_ids()
        return Stand(path, name, fold.fold_all([], parties))


def show(node: Node, stand: Stand) -> Shown:
    """Return where a text stands now."""
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        return _shown(tx, stand, now_ms)


def listing(node: Node) -> list[Shown]:
    """Return every joint text that was spoken of, the main text of each channel first."""
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        found = [_shown(tx, stand, now_ms) for stand in _every(tx)]
    return sorted(found, key=_rank)


def _rank(shown: Shown) -> tuple[str, bool, str]:
    stand = shown.stand
    return stand.channel, stand.name != acts.MAIN, stand.name


def _every(tx: Tx) -> Iterator[Stand]:
    for row in every(tx, need_to_know.ANYBODY, acts.KIND):
        yield Stand(row.channel, row.matter.id, state.from_json(row.state))


def _shown(tx: Tx, stand: Stand, now_ms: int) -> Shown:
    said = stand.state
    return Shown(
        stand,
        {one.id: view.status_at(said, one.id, now_ms) for one in said.proposals},
        view.versions(said),
        view.in_force(said, now_ms),
        view.holders(said),
        frozenset(one.sha256 for one in said.proposals if calendars.is_held(tx, one.sha256)),
    )


def data_of(node: Node, sha256: str) -> bytes:
    """Return the bytes of a joint text.

    Raises:
        Fault: `node.text.not-held`.
    """
    with node.store.read() as tx:
        data = calendars.text(node, tx, sha256)
    if data is None:
        raise Fault(
            code="node.text.not-held",
            what=f"The text {quoted(sha256[:16])}… is not held here.",
            fix="Wait until it has come from the party that proposed it.",
        )
    return data
