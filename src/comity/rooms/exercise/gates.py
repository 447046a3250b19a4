"""What is asked before something is said of an exercise, besides what its matter says.

    place       each kind of matter has its channel: agreement, control cells, players
    running     nothing is delivered while time does not pass
    ready       the play starts with the plan and the list for which both cells are ready
    who         controllers deliver, and take nothing; players take, and deliver nothing

Floor: rooms.
"""

from typing import Final

from comity.acts.record import Matter
from comity.domestic.officer import role
from comity.joint.arrangement.channel import LIVE
from comity.joint.exercise import acts, agreement, control, decide, play
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import channel_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import officers
from comity.node.room.release.draft_store import Draft
from comity.rooms.exercise import places

_WHAT: Final = {
    acts.CONTROL: places.CONTROL,
    acts.EVALUATION: places.CONTROL,
    acts.PLAY: places.PLAY,
    acts.INJECT: places.PLAY,
}
_SINGLE: Final = {acts.CONTROL_OPENED, acts.PLAY_OPENED}
_OF_SEATS: Final = {acts.TAKEN, acts.ANSWERED}
_OF_CONTROL: Final = frozenset({acts.DELIVERED, acts.CORRECTED, acts.WITHDRAWN})
_HELD: Final = {agreement.AGREED, agreement.REPORTED}

RULES: Final = frozenset(
    {
        "exercise.channel-not-live",
        "exercise.channel-unserved",
        "exercise.not-held",
        "exercise.opened-in-channel",
        "exercise.not-running",
        "exercise.not-ready",
    }
)
"""Every rule of these gates; `exercise.not-entitled` is the room's."""


def place(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask whether this is said where it belongs, while the exercise is held."""
    del node, officer
    act = draft.act
    if act.matter.kind == acts.EXERCISE:
        is_live = channel_records.purpose(tx, draft.channel) == LIVE
        return None if is_live else _not_live(draft.channel)
    found = places.of_channel(tx, draft.channel)
    if found is None or found.what != _WHAT[act.matter.kind]:
        return places.unserved(draft.channel)
    if agreement.status(found.state) not in _HELD:
        return Inadmissible(
            "exercise.not-held",
            "The exercise that this channel serves is not agreed, or has ended.",
            "Agree on its window in `live` first.",
        )
    is_second = act.tag in _SINGLE and any(
        one.matter.id != act.matter.id for one in matters_in(tx, draft.channel, act.matter.kind)
    )
    return _opened(act.matter.kind) if is_second else None


def _not_live(channel: str) -> Inadmissible:
    return Inadmissible(
        "exercise.channel-not-live",
        f"An exercise is agreed in `live`, and {channel} is another channel.",
        "Leave the channel out.",
    )


def _opened(kind: str) -> Inadmissible:
    return Inadmissible(
        "exercise.opened-in-channel",
        f"This channel has a matter of the kind {kind} already.",
        f"Use that one: `comity {kind} list` shows it.",
    )


def matters_in(tx: Tx, channel: str, kind: str) -> list[MatterRow]:
    """Return the matters of a kind in the channel of an exercise."""
    found: list[MatterRow] = []
    after: Matter | None = None
    while page := tx.spoken_of(channel, after, _PAGE):
        rows = (tx.matter(channel, one) for one in page if one.kind == kind)
        found += [one for one in rows if one is not None]
        after = page[-1]
    return found


_PAGE: Final = 500


def start(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask whether both cells are ready for what is to be played."""
    del node, officer
    if draft.act.tag != acts.START:
        return None
    found = places.of_channel(tx, draft.channel)
    cells = matters_in(tx, found.other, acts.CONTROL) if found is not None else []
    ready = {control.ready_for(control.PART.from_json(one.state)) for one in cells}
    codes = draft.act.codes
    if (codes[acts.PLAN_SHA256], codes[acts.LIST_SHA256]) in ready:
        return None
    return Inadmissible(
        "exercise.not-ready",
        "The control cells are not all ready for this plan and this master list.",
        "Let each cell say that it is ready for the same two hashes.",
    )


def deliver(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask whether the play runs, and whether who speaks may deliver, or take."""
    del node
    act = draft.act
    if act.tag in _OF_SEATS and role.CONTROLLER in officer.roles:
        return decide.no("not-entitled")
    if act.tag not in _OF_CONTROL:
        return None
    no = officers.lacks_role(officer, role.CONTROLLER)
    if no is not None or act.tag != acts.DELIVERED:
        return no
    row = tx.matter(draft.channel, Matter(acts.PLAY, act.codes.get(acts.PLAY_ID, "")))
    is_running = row is not None and _runs(row)
    return None if is_running else NOT_RUNNING


def _runs(row: MatterRow) -> bool:
    return play.status(play.PART.from_json(row.state)) == play.RUNNING


NOT_RUNNING: Final = Inadmissible(
    "exercise.not-running",
    "The play is not running, so nothing is delivered in it.",
    "Start or resume it together first.",
)


def entrance(tx: Tx, node: Node, officer: Officer, channel: str) -> Inadmissible | None:
    """Ask whether an officer may enter: the channel of the control cells is for who runs it."""
    del node
    found = places.of_channel(tx, channel)
    if found is None or found.what == places.PLAY:
        return None
    return officers.lacks_role(officer, role.CONTROLLER, role.SECRETARIAT, role.AUDITOR)
