"""Adopting versions of rooms: what a node says without an officer, and what an officer decides.

    arrangement.version-adopted/1   codes by room: its version

A tag may be said once every party has adopted its version of its room, in what the speaker has
seen.  A newer version of a room that this State has adopted is adopted by its program.  A room
that it has not adopted is adopted by an officer, once for an arrangement; its channels follow.

Source: docs/spec/entry.md 6.5, exchange.md 8.5.2; protocol rule 13.
Floor: node.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from comity.acts.vocabulary import REGISTER_ROOMS, room_of
from comity.joint.exchange import acts as exchange_acts
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.trust import Trust
from comity.node.exchange import append, channel, excuse, logs

OUTGROWN: Final = "exchange.vocabulary.older"

_ADOPTED_BEFORE: Final = Inadmissible(
    rule="arrangement.version-adopted",
    what="This State has adopted this version of the room.",
    fix="Wait until the other parties adopt it too; `comity room list` shows who has.",
)


@dataclass(slots=True)
class Adopted:
    """Vocabularies that this process found adopted.

    Attributes:
        adopted: `{channel: version}` of the register in which the program's vocabulary was found
            adopted by this node: a log that is cut or ended may take that back.
    """

    adopted: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoomLine:
    """Where one room of an arrangement stands.

    Attributes:
        arrangement: its id.
        room: of the vocabulary, such as `case`.
        known: the newest version that this program knows.
        adopted: `{party: version}` in the order of the parties; 0 where it is not adopted.
        own: the party of this node.
    """

    arrangement: str
    room: str
    known: int
    adopted: Mapping[str, int]
    own: str

    @property
    def usable(self) -> int:
        """The version that every party has adopted; 0: nothing of this room may be said."""
        return min(self.adopted.values())

    @property
    def is_ours_to_adopt(self) -> bool:
        """Whether this program knows more of it than this State has adopted."""
        return self.adopted[self.own] < self.known


def adopted(tx: Tx, loaded: Trust, party: str) -> dict[str, int]:
    """Return the versions by room that a party has adopted, in all that is understood."""
    cut = {log.origin: log.understood for log in tx.logs(loaded.channel)}
    return loaded.register.versions(party, cut)


def lines(node: Node, tx: Tx) -> list[RoomLine]:
    """Return every room of every arrangement, as its channel `live` has it.

    Those without which there is no exchange are left out: every pairing adopts them.
    """
    found: list[RoomLine] = []
    for path in trust.channels(tx, node.party):
        if path != register_records.live_of(path):
            continue
        arrangement_id = register_records.split_channel(path)[0]
        loaded = trust.load(tx, path)
        by_party = {p: adopted(tx, loaded, p) for p in loaded.arrangement.party_ids()}
        rooms = {*node.vocabulary.newest, *(room for one in by_party.values() for room in one)}
        found += [
            RoomLine(
                arrangement_id,
                room,
                node.vocabulary.newest.get(room, 0),
                {party: one.get(room, 0) for party, one in by_party.items()},
                node.party,
            )
            for room in sorted(rooms - {*REGISTER_ROOMS})
        ]
    return found


def adopt(node: Node, path: str) -> bool:
    """Say which versions the program knows, where that is due; return whether it was said.

    Raises:
        Fault: as `append.append`.
    """
    with node.store.read() as tx:
        version = register_records.version(tx)
        if node.session.of(Adopted).adopted.get(path) == version:
            return False
        loaded = trust.load(tx, path)
        own = logs.own_log(tx, path)
        is_ready = append.is_ready(node, tx, path)
        due = {} if loaded.end_known() else _due(node, tx, loaded)
        if is_ready and not due:
            node.session.of(Adopted).adopted[path] = version
        if not due or not is_ready or not excuse.may_sign(node, tx, own):
            return False
    return not isinstance(_say(node, loaded, due), Inadmissible)


def adopt_room(
    node: Node, arrangement_id: str, room: str, note: Callable[[Tx], None]
) -> RoomLine | Inadmissible:
    """Adopt the newest version of a room that this program knows, in one arrangement.

    It is said in `live`; the other channels of the arrangement follow by `adopt`.

    Args:
        node: ours.
        arrangement_id: in which; "" where there is one.
        room: of the vocabulary.
        note: what else is written in the transaction that says it.

    Returns:
        Where the room stands after that.

    Raises:
        Fault: `node.room.unknown`, `node.arrangement.unknown`, and as `append.append`.
    """
    known = require_known(node, room)
    with node.store.read() as tx:
        arrangement_id = channel.require_arrangement(tx, arrangement_id).id
        path = register_records.live_in(arrangement_id)
        loaded = trust.load(tx, path)
    said = _say(node, loaded, {room: known[room]}, note)
    if isinstance(said, Inadmissible):
        return said
    node.wake(path)
    with node.store.read() as tx:
        return next(
            one for one in lines(node, tx) if (one.arrangement, one.room) == (arrangement_id, room)
        )


def vocabulary_of(node: Node, rooms: Collection[str]) -> dict[str, int]:
    """Return the version of each room that an offer names; of all where it names none.

    Raises:
        Fault: `node.room.unknown`.
    """
    for room in rooms:
        require_known(node, room)
    known = node.vocabulary.newest
    return {room: known[room] for room in {*REGISTER_ROOMS, *(rooms or known)}}


def require_known(node: Node, room: str) -> Mapping[str, int]:
    """Return the newest version of each room, if that one is among them.

    Raises:
        Fault: `node.room.unknown`.
    """
    known = node.vocabulary.newest
    if room not in known:
        raise Fault(
            code="node.room.unknown",
            what=f"This program has no room {quoted(room)}.",
            fix=f"Name one of: {', '.join(sorted(known))}.",
        )
    return known


def to_json(one: RoomLine) -> Json:
    """Return where a room stands, for `--json` and over HTTP."""
    return {
        "arrangement": one.arrangement,
        "room": one.room,
        "known": one.known,
        "usable": one.usable,
        "adopted": {**one.adopted},
    }


def lacking(node: Node, tx: Tx, loaded: Trust, tag: str) -> Inadmissible | None:
    """Return why a tag cannot be said in a channel yet: whose adoption lacks, and the step."""
    room, version = room_of(tag), node.vocabulary.version_of(tag)
    parties = loaded.arrangement.party_ids()
    cut = {log.origin: log.understood for log in tx.logs(loaded.channel)}
    silent = [p for p in parties if loaded.register.version(p, room, cut) < (version or 1)]
    if not silent:
        return None
    others = [party for party in silent if party != node.party]
    command = f"`comity room adopt {room} --arrangement {loaded.arrangement.id}`"
    fix = f"Ask {', '.join(others)} to adopt it: {command} on their node." if others else ""
    if node.party in silent:
        fix = f"Adopt it here: {command}. {fix}".strip()
    return Inadmissible(
        rule="exchange.room.not-adopted",
        what=f"Version {version} of the room {room} is not adopted by {', '.join(silent)}.",
        fix=fix,
    )


def is_outgrown(node: Node, tx: Tx, path: str) -> bool:
    """Return whether this node has adopted more than its program knows: it was set back.

    Then nothing is understood: what the program does not know would fold to nothing here, and
    to something at the peer's.  Keeping, cosigning and reading go on.
    """
    known = node.vocabulary.newest
    own = adopted(tx, trust.load(tx, path), node.party)
    newer = {room: version for room, version in own.items() if version > known.get(room, 0)}
    if not newer:
        return False
    named = ", ".join(
        f"{room} {version} (this program knows {known.get(room, 0)})"
        for room, version in sorted(newer.items())
    )
    node.alarms.raise_alarm(OUTGROWN, f"{path}: adopted versions of rooms: {named}.")
    return True


def _due(node: Node, tx: Tx, loaded: Trust) -> dict[str, int]:
    """Return `{room: version}` to be said in a channel: of rooms that this State has adopted."""
    own = adopted(tx, loaded, node.party)
    live = trust.load(tx, register_records.live_in(loaded.arrangement.id))
    chosen = {*own, *adopted(tx, live, node.party)}
    known = node.vocabulary.newest.items()
    return {room: newest for room, newest in known if room in chosen and own.get(room, 0) < newest}


def _say(
    node: Node,
    loaded: Trust,
    versions: Mapping[str, int],
    note: Callable[[Tx], None] = lambda _: None,
) -> append.Appended | Inadmissible:
    act = exchange_acts.version_adopted(node.act_id(), loaded.name, versions)

    def check(tx: Tx) -> Inadmissible | None:
        """Say it once, whichever process comes first."""
        own = adopted(tx, trust.load(tx, loaded.channel), node.party)
        is_news = any(own.get(room, 0) < version for room, version in versions.items())
        return None if is_news else _ADOPTED_BEFORE

    candidate = append.Candidate(act, check=check, effects=note)
    (result,) = append.append(node, loaded.channel, [candidate], overtakes=True)
    return result
