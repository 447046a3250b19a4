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
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import channel_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import officers
from comity.node.room.release import compartment_gate
from comity.node.room.release.draft_store import Draft
from comity.rooms.exercise import fiction as invented
from comity.rooms.exercise import places, texts

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
        "exercise.identifier-real",
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
        one.matter.id != act.matter.id
        for one in places.matters_in(tx, draft.channel, act.matter.kind)
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


def start(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask whether both cells are ready for what is to be played."""
    del node, officer
    if draft.act.tag != acts.START:
        return None
    found = places.of_channel(tx, draft.channel)
    cells = places.matters_in(tx, found.other, acts.CONTROL) if found is not None else []
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


def fiction(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask whether a draft names nothing that may be real, whatever its kind."""
    del officer
    found = places.of_channel(tx, draft.channel)
    said = [data.decode("utf-8", "replace") for data in compartment_gate.words(draft)]
    if not any(real(text) for text in said):
        return None
    known = texts.identifiers(node, tx, found) if found is not None else frozenset()
    named = next((one for text in said for one in invented.real(text, known)), "")
    return _named(named) if named else None


def real(text: str) -> bool:
    """Return whether a text names what may be real, whatever a plan allows."""
    return next(invented.real(text), None) is not None


def _named(found: str) -> Inadmissible:
    return Inadmissible(
        "exercise.identifier-real",
        f"{quoted(found)} may be somebody's, and nothing real enters an exercise.",
        "Use one that is reserved, such as 192.0.2.1, name.example or a number of 555-01, or "
        "name it in the plan.",
    )


def entrance(tx: Tx, node: Node, officer: Officer, channel: str) -> Inadmissible | None:
    """Ask whether an officer may enter: the channel of the control cells is for who runs it."""
    del node
    found = places.of_channel(tx, channel)
    if found is None or found.what == places.PLAY:
        return None
    return officers.lacks_role(officer, role.CONTROLLER, role.SECRETARIAT, role.AUDITOR)
