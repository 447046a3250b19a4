"""A request in the shapes of this interface.

Floor: surfaces.
"""

from comity.acts import blob_role
from comity.joint.request import binding, view
from comity.joint.request.state import State
from comity.joint.request.turn import Turn
from comity.kernel.ijson import Json
from comity.node.base.rows import MatterRow
from comity.node.room.matter_read import Disowned, Said, Shown
from comity.rooms.request import measures
from comity.surfaces.api import render


def line(row: MatterRow, state: State, party: str) -> dict[str, Json]:
    """Return a `RequestLine`."""
    status = view.own_status(state, party)
    return {
        "matter": row.matter.id,
        "act": state.request_id,
        "channel": row.channel,
        "type": state.type,
        "urgency": row.urgency,
        "asker": row.asker,
        "own_reference": state.own_reference,
        "status": status,
        "status_words": dict(view.STATUS_WORDS[status]),
        "addressees": {track.party: view.track_status(track) for track in state.tracks},
        "holders": [*view.holders(state)],
        "ours": party in view.holders(state),
        "at_ms": row.at_ms,
        "opened": row.opened,
        "digest": row.digest,
    }


def shown(found: Shown, party: str) -> Json:
    """Return a `RequestShown`."""
    following = view.next_action(found.state, party)
    tracks: list[Json] = [
        {"party": track.party, "status": track.status, "items": dict(track.items)}
        for track in found.state.tracks
    ]
    turns: list[Json] = [
        {
            **_turn(row.turn, dict(row.words), found.said.get((row.turn.party, row.turn.act_id))),
            "conditions": dict(binding.of_turn(found.state, row.turn)),
        }
        for row in view.timeline(found.state)
    ]
    return {
        **line(found.row, found.state, party),
        "next": following,
        "next_words": dict(view.NEXT_WORDS[following]),
        "tracks": tracks,
        "measure": measures.to_json(found.state),
        "turns": turns,
        "disowned": [_disowned(one) for one in found.disowned],
        "fullness": found.fullness.to_json(),
    }


def _disowned(one: Disowned) -> Json:
    carried = {
        "bodies": render.bodies(one.said.bodies),
        "deliveries": render.deliveries(one.said.deliveries),
    }
    return {**one.facts(), **carried}


def _turn(turn: Turn, words: dict[str, str], said: Said | None) -> dict[str, Json]:
    return {
        "act": turn.act_id,
        "party": turn.party,
        "tag": turn.tag,
        "words": {**words},
        "results": dict(turn.results),
        "takes_effect": turn.takes_effect,
        "crossed": turn.crossed,
        "items": [*turn.items],
        "reason": turn.reason,
        "own_reference": turn.own_reference,
        "received_at_ms": turn.received_at_ms,
        "values": said.json(blob_role.ELEMENTS) if said else None,
        "texts": said.json(blob_role.TEXTS) if said else None,
        "bodies": render.bodies(said.bodies) if said else [],
        "deliveries": render.deliveries(said.deliveries) if said else [],
    }
