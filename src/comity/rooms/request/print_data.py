"""A whole request as data for a print: what was said, in its order, in both languages; a digest.

    {"format":"comity-file/1","matter":"…","title":{…},"acts":[{"words":{…},"texts":[…],…}],"digest":"…"}

As a letter it holds nothing of this node alone: no note, no step of custody, no clock of an
instant.  The digest is the SHA-256 of the canonical JSON without the digest.

Floor: rooms.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from comity.acts import blob_role, marks
from comity.joint.request import state, view
from comity.joint.request.turn import Turn
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.room.matter_read import Said
from comity.rooms.request import letter
from comity.rooms.request.dossier import Dossier
from comity.rooms.request.letter import Letter

FORMAT: Final = "comity-file/1"
TITLE: Final = {"en": "File of a request for assistance", "zh": "协助请求案卷"}


def of(found: Dossier) -> Letter:
    """Return the file of a request."""
    now, row = found.shown.state, found.shown.row
    guideline = found.guideline
    kind = guideline.types.get(now.type) if guideline else None
    level = guideline.urgencies.get(now.urgency) if guideline else None
    value: dict[str, Json] = {
        **found.exercise,
        "format": FORMAT,
        "title": {**TITLE},
        "mark": _mark(found),
        "matter": row.matter.id,
        "channel": row.channel,
        "parties": [_party(found, one) for one in (now.asker, *(t.party for t in now.tracks))],
        "type": {"id": now.type, "words": dict(kind.label) if kind else {}},
        "urgency": {"id": now.urgency, "words": dict(level.label) if level else {}},
        "status": {"id": view.status(now), "words": dict(view.STATUS_WORDS[view.status(now)])},
        "items": [
            {"party": track.party, "item": item, "state": stands}
            for track in now.tracks
            for item, stands in track.items.items()
            if item != state.WHOLE
        ],
        "elements": [*_elements(found)],
        "acts": [*_acts(found)],
        "guideline": {"sha256": now.guideline, "version": guideline.version if guideline else ""},
        "state": row.digest,
    }
    digest = hashlib.sha256(ijson.render(value)).hexdigest()
    times = [turn.received_at_ms for turn in now.turns if turn.received_at_ms]
    return Letter(ijson.render({**value, "digest": digest}), digest, max(times, default=0))


def _mark(found: Dossier) -> str:
    said = found.shown.said.values()
    return marks.narrowest_of(body.blob.mark for one in said for body in one.bodies)


def _party(found: Dossier, party: str) -> Json:
    named = found.known.get(party)
    return {"party": party, "names": dict(named.names) if named else {}}


def _agency(found: Dossier, party: str, agency: str) -> Json:
    named = {one.id: one.names for one in found.agencies.get(party, ())}
    return {"id": agency, "names": dict(named.get(agency, {}))}


def _elements(found: Dossier) -> Iterator[Json]:
    guideline = found.guideline
    for name, value in found.reviewed.content.elements.items():
        known = guideline.elements.get(name) if guideline else None
        yield {"id": name, "words": dict(known.label) if known else {}, "value": value}


def _acts(found: Dossier) -> Iterator[Json]:
    for turn in found.shown.state.turns:
        said = found.shown.said.get((turn.party, turn.act_id))
        if said is not None:
            yield _act(found, turn, said)


def _act(found: Dossier, turn: Turn, said: Said) -> Json:
    record, values = said.row.act, said.json(blob_role.ELEMENTS)
    given = values.get("items") if isinstance(values, dict) else None
    return {
        "id": turn.act_id,
        "tag": turn.tag,
        "words": dict(view.TAG_WORDS.get(turn.tag, {})),
        "from": _party(found, turn.party),
        "agency": _agency(found, turn.party, record.speaker.agency),
        "office": "/".join(part for part in (record.speaker.agency, record.speaker.office) if part),
        "own_reference": turn.own_reference,
        "received_at_ms": turn.received_at_ms,
        "has_effect": turn.takes_effect,
        "crossed": turn.crossed,
        "items": [*turn.items],
        "given": given if isinstance(given, dict) else {},
        "codes": letter.codes_of(found.shown.state, turn, record, found.guideline),
        "times": letter.times_of(record),
        "texts": letter.texts_of(said),
        "attachments": letter.attachments_of(said),
        "log": said.row.origin,
        "index": said.row.index,
    }
