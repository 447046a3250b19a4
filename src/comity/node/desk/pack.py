"""The pack for principals: every section that rooms give, each with its digest, and one over all.

    pack(node, officer, channel="")

A section has the matters of one kind as they stand, by their ids, and nothing that one State alone
knows.  Two nodes at the same cut have the same digests.  Whoever may not read every matter of a
section sees its digest alone, and still compares it.

Source: docs/spec/dialogue.md, 13.
Floor: node.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from comity.acts.shape import Words
from comity.acts.verb import Both
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader
from comity.node.base.rooms import Room
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import live_channel, need_to_know, parties
from comity.node.room.matter_lookup import every
from comity.node.room.parties import Known

FORMAT: Final = "comity-pack/1"


@dataclass(frozen=True, slots=True)
class Line:
    """One matter.

    Attributes:
        id: of it.
        status: the room's word.
        words: that word, in each language.
        asker: the party that opened it.
        facts: of it.
        is_moved: whether something was said of it since the instant that was asked for.
        is_settled: whether nobody has to do with it any more, and nothing moved.
    """

    id: str
    status: str
    words: Both
    asker: str
    facts: Mapping[str, Any]
    is_moved: bool
    is_settled: bool

    def told(self) -> dict[str, Json]:
        """Return what both nodes have of it."""
        return {"id": self.id, "status": self.status, "by": self.asker, "facts": dict(self.facts)}


@dataclass(frozen=True, slots=True)
class Section:
    """One section.

    Attributes:
        kind: of its matters.
        words: what it is called.
        digest: of its lines, 64 hex digits.
        lines: by id; None where the reader may not read all of it.
        codes: the closed lists of facts, as the room has them.
    """

    kind: str
    words: Both
    digest: str
    lines: tuple[Line, ...] | None
    codes: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Pack:
    """What principals have before them.

    Attributes:
        channel: of the arrangement.
        cut: `{log: how many entries of it are read}`.
        sections: in the order of their kinds.
        digest: over all, 64 hex digits.
        parties: what each State is called.
        at_ms: when it was taken.
    """

    channel: str
    cut: Mapping[str, int]
    sections: tuple[Section, ...]
    digest: str
    parties: Known
    at_ms: int

    def as_json(self) -> dict[str, Json]:
        """Return it as data."""
        sections: list[Json] = [
            {
                "kind": one.kind,
                "words": dict(one.words),
                "digest": one.digest,
                "readable": one.lines is not None,
                "matters": [
                    {**line.told(), "moved": line.is_moved, "settled": line.is_settled}
                    for line in one.lines or ()
                ],
            }
            for one in self.sections
        ]
        return {
            "format": FORMAT,
            "channel": self.channel,
            "cut": dict(self.cut),
            "digest": self.digest,
            "sections": sections,
        }


def pack(node: Node, officer: Officer, channel: str = "", since_ms: int = 0) -> Pack:
    """Return the pack of an arrangement.

    Args:
        node: ours.
        officer: who reads it.
        channel: of the arrangement, or "" where there is one.
        since_ms: what was said from then on is marked as moved; 0: nothing is.

    Raises:
        Fault: `node.text.channel-missing`, `node.text.channel-ambiguous`.
    """
    with node.store.read() as tx:
        live = live_channel.channel_of(tx, channel)
        reader, whole = need_to_know.reader(tx, officer), need_to_know.every(tx)
        sections = tuple(
            _section(tx, room, live, (reader if _is_for(room, officer) else None, whole), since_ms)
            for _, room in sorted(node.rooms.items())
            if room.section is not None
        )
        cut = {log.origin: log.understood for log in trust.load(tx, live).logs}
        known = parties.known(node, tx)
    told: Json = {one.kind: one.digest for one in sections}
    digest = hashlib.sha256(ijson.render(told)).hexdigest()
    return Pack(live, cut, sections, digest, known, node.clock.now_ms())


def _is_for(room: Room, officer: Officer) -> bool:
    """Return whether the pages of a room are for an officer: figures are for some roles alone."""
    return not room.place.roles or not room.place.roles.isdisjoint(officer.roles)


def _section(
    tx: Tx, room: Room, live: str, readers: tuple[Reader | None, Reader], since_ms: int
) -> Section:
    own, all_ = (
        [row for row in every(tx, one, room.kind) if _is_here(row, live)] if one else None
        for one in readers
    )
    assert all_ is not None
    lines = tuple(_lines(room, sorted(all_, key=lambda row: row.matter.id), since_ms))
    digest = hashlib.sha256(ijson.render([one.told() for one in lines])).hexdigest()
    assert room.section is not None
    is_readable = own is not None and len(own) == len(all_)
    shown = lines if is_readable else None
    return Section(room.kind, room.section.words, digest, shown, room.section.codes)


def _is_here(row: MatterRow, live: str) -> bool:
    return register_records.live_of(row.channel) == live


def _lines(room: Room, rows: Sequence[MatterRow], since_ms: int) -> list[Line]:
    assert room.section is not None
    settled = room.section.settled

    def line(row: MatterRow, facts: Mapping[str, Any], *, is_moved: bool) -> Line:
        words = room.status_words.get(row.status, {"en": row.status})
        is_settled = row.status in settled and not is_moved
        return Line(row.matter.id, row.status, words, row.asker, facts, is_moved, is_settled)

    return [
        line(
            row,
            room.section.facts(room.from_json(row.state)),
            is_moved=bool(since_ms) and row.at_ms >= since_ms,
        )
        for row in rows
    ]


def paper(found: Pack) -> bytes:
    """Return what the PDF is made of."""
    names: dict[str, Json] = {
        one.id: dict(one.names) or {"en": one.id} for one in found.parties.values()
    }
    value = found.as_json()
    words: dict[str, Json] = {
        one.kind: [dict(line.words) for line in one.lines or ()] for one in found.sections
    }
    codes: dict[str, Json] = {
        one.kind: {
            name: {code: dict(of) for code, of in known.items()}
            for name, known in one.codes.items()
        }
        for one in found.sections
    }
    told: dict[str, Json] = {"names": names, "status_words": words, "codes": codes}
    return ijson.render({**value, **told, "at": found.at_ms})
