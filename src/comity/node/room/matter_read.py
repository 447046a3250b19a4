"""What an officer reads of one matter: its acts, and their bodies opened.

Floor: node.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts import blob_role
from comity.acts.verb import Both
from comity.joint.exchange.fold import FOREIGN_MANY
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import State
from comity.node.base.rows import MatterRow, Officer, UnderstoodAct
from comity.node.exchange import refold, status, valid_cosignatures
from comity.node.exchange.refold import Times
from comity.node.room import act_blobs, fold_cache, local_log, matter_quota, need_to_know, officers
from comity.node.room.act_blobs import HELD, Opened
from comity.node.room.matter_lookup import find_of
from comity.node.room.matter_quota import Fullness
from comity.node.room.release.draft_store import Sent

BEYOND_MAX: Final = 20
"""Of each party, as many acts beyond the bound of a matter are shown."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a party has signed for of one act.

    Attributes:
        party: the other party.
        cosigned_at_ms: when it signed that it durably holds the act, by its clock; or None.
        received_at_ms: effective time of its receipt, or None; one that says that the act does
            not open is none.
    """

    party: str
    cosigned_at_ms: int | None
    received_at_ms: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """One act of a matter, with what it carries.

    Attributes:
        row: the act and where it stands.
        bodies: opened.
        deliveries: what each other party has signed for.
    """

    row: UnderstoodAct
    bodies: tuple[Opened, ...]
    deliveries: tuple[Delivery, ...]

    def json(self, role: str) -> Json:
        """Return the JSON of its body with that role, or None where none can be read."""
        return body_json(self.bodies, role)


@dataclass(frozen=True, slots=True)
class Disowned:
    """An act that was said and does not count, and `why`.

    Attributes:
        said: the act, where it stood, what it carries; `foreign` of its row is `disowned` where
            its author's new log does not have it, `many` where they had said too many before.
        signed_at_ms: when its author's first head covered it, or None.
        words: what each tag does, as its room says.
    """

    said: Said
    signed_at_ms: int | None
    words: Mapping[str, Both]

    @property
    def at_ms(self) -> int | None:
        """When it was signed, or else first received."""
        received = (one.received_at_ms for one in self.said.deliveries)
        return self.signed_at_ms or min((at for at in received if at), default=None)

    def facts(self) -> dict[str, Json]:
        """Return what every surface tells of it; what it carries and its deliveries are theirs."""
        row = self.said.row
        return {
            "act": row.act.id,
            "party": row.party,
            "why": row.foreign,
            "tag": row.act.tag,
            "words": dict(self.words.get(row.act.tag, {"en": row.act.tag})),
            "items": [*row.act.items],
            "log": row.origin,
            "index": row.index,
            "signed_at_ms": self.signed_at_ms,
            "values": self.said.json(blob_role.ELEMENTS),
            "texts": self.said.json(blob_role.TEXTS),
        }


@dataclass(frozen=True, slots=True)
class Shown:
    """One matter as an officer reads it.

    Attributes:
        row: the matter.
        state: of it, as its room has it.
        said: its acts by (party, id); foreign acts are left out.
        disowned: what was said and does not count, in the order of time; nothing of it is in
            `state` or `said`.  Of what is beyond the bound of a matter it has the first of each
            party.
        fullness: what may still be said in it.
    """

    row: MatterRow
    state: State
    said: Mapping[tuple[str, str], Said]
    disowned: tuple[Disowned, ...]
    fullness: Fullness

    @property
    def left_out(self) -> tuple[Disowned, ...]:
        """What new logs do not have."""
        return tuple(one for one in self.disowned if one.said.row.foreign != FOREIGN_MANY)


def body_json(bodies: Iterable[Opened], role: str) -> Json:
    """Return the JSON of the body with that role, or None where none can be read."""
    for body in bodies:
        if body.blob.role == role and body.state == HELD:
            try:
                return ijson.parse(body.data)
            except Fault:
                return None
    return None


def told_of(found: Iterable[Opened], number: str) -> Mapping[str, Json]:
    """Return what an author tells of an attachment, by its number from 1; it may be anything."""
    listed = body_json(found, blob_role.ELEMENTS)
    lines = listed.get("attachments") if isinstance(listed, dict) else None
    at = int(number) - 1 if number.isdecimal() else -1
    line = lines[at] if isinstance(lines, list) and 0 <= at < len(lines) else None
    return line if isinstance(line, dict) else {}


def show(node: Node, officer: Officer, kinds: Sequence[str], matter_id: str) -> Shown:
    """Return one matter for a person to look at, and note that they have.

    Args:
        node: ours.
        officer: who reads.
        kinds: of matters, of one of which it is.
        matter_id: its id, that of one of its acts or a file number; its beginning will do.

    Raises:
        Fault: as `read`.
    """
    found = read(node, officer, kinds, matter_id)
    row = found.row
    with node.store.read() as tx:
        no = officers.may_not_say(tx, node.rooms, officer, row.channel, row.matter.kind)
    if not row.opened and no is None:
        _mark_opened(node, officer, row)
    return found


def read(node: Node, officer: Officer, kinds: Sequence[str], matter_id: str) -> Shown:
    """Return one matter with its bodies opened; nobody has looked at it by that; see `show`.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.ambiguous`, `node.matter.prefix-short`.
    """
    with node.store.read() as tx:
        row = find_of(tx, need_to_know.reader(tx, officer), kinds, matter_id)
        words = node.rooms[row.matter.kind].tag_words
        rows = tx.acts_of(row.channel, row.matter)
        loaded = trust.load(tx, row.channel)
        times = Times(tx, loaded)
        parties = loaded.arrangement.party_ids()

        def told(one: UnderstoodAct) -> Said:
            opened = tuple(act_blobs.open_all(node, tx, one.act))
            return Said(one, opened, tuple(deliveries(tx, one, times)))

        said = {(one.party, one.act.id): told(one) for one in rows}
        lost = [
            Disowned(told(one), status.signed_at_ms(tx, one.origin, one.index), words)
            for one in tx.disowned_of(row.channel, row.matter)
            if (one.party, one.act.id) not in said  # its author did not say it again
        ]
        lost += [
            Disowned(told(one), status.signed_at_ms(tx, one.origin, one.index), words)
            for party in parties
            for one in tx.many_of(row.channel, row.matter, party, BEYOND_MAX)
        ]
        lost.sort(key=lambda one: (one.at_ms is None, one.at_ms))
        full = matter_quota.of(node, tx, row.channel, row.matter, parties)
    return Shown(row, fold_cache.of(node.rooms, row), said, _each_once(lost), full)


def _each_once(found: Iterable[Disowned]) -> tuple[Disowned, ...]:
    """Return acts that were said, once each, as they were first: two generations may have one."""
    first: dict[tuple[str, str], Disowned] = {}
    for one in found:
        first.setdefault((one.said.row.party, one.said.row.act.id), one)
    return tuple(first.values())


def see(node: Node, officer: Officer, kinds: Sequence[str], matter_id: str) -> MatterRow:
    """Note that an officer has looked at a matter: what is urgent is not told any more.

    Raises:
        Fault: as `show`.
    """
    with node.store.read() as tx:
        row = find_of(tx, need_to_know.reader(tx, officer), kinds, matter_id)
    if not row.opened:
        _mark_opened(node, officer, row)
    return row


def deliveries(tx: Tx, row: UnderstoodAct, times: Times) -> list[Delivery]:
    """Return what each other party of a channel has signed for of an act.

    Args:
        tx: a read.
        row: the act.
        times: of its channel; the same for every act that is asked of.
    """
    loaded = times.trust
    at = refold.placed(loaded, row)
    found: list[Delivery] = []
    for party in loaded.arrangement.others(row.party):
        cosignature = valid_cosignatures.at_least(tx, loaded, row.origin, party, row.index + 1)
        found.append(
            Delivery(
                party,
                cosignature.time_s * 1_000 if cosignature else None,
                None if (by := times.by(party, at)) is None else by.at_ms,
            )
        )
    return found


def delivery_of(node: Node, sent: Sent) -> list[Delivery]:
    """Return what those have signed for whom an act is addressed to, or all others."""
    with node.store.read() as tx:
        row = tx.acts(sent.origin, sent.index, sent.index + 1)[0]
        found = deliveries(tx, row, Times(tx, trust.load(tx, sent.channel)))
    addressed = {addressee.party for addressee in row.act.to}
    return [one for one in found if not addressed or one.party in addressed]


def _mark_opened(node: Node, officer: Officer, row: MatterRow) -> None:
    with node.store.write() as tx:
        tx.mark_opened(row.channel, row.matter)
        facts = {"officer": officer.name, "matter": row.matter.id}
        local_log.note(tx, node, "matter.opened", facts)
