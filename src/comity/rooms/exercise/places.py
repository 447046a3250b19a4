"""Where an exercise is spoken of: its agreement in `live`, and the channels that serve it.

    of_channel(tx, path)    the exercise whose control cells or players have that channel, or None

Floor: rooms.
"""

from dataclasses import dataclass
from typing import Final

from comity.acts.record import Matter
from comity.joint.arrangement.channel import EXERCISE as PURPOSE
from comity.joint.exercise import acts, agreement, play
from comity.joint.exercise.agreement import State
from comity.joint.exercise.time_map import TimeMap
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import channel_records, register_records
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow

CONTROL: Final = "control"
PLAY: Final = "play"


@dataclass(frozen=True, slots=True)
class Place:
    """The channel of an exercise.

    Attributes:
        matter: the agreement, in `live`.
        state: of the agreement.
        what: `control` or `play`.
        channel: path.
    """

    matter: Matter
    state: State
    what: str
    channel: str

    @property
    def live(self) -> str:
        """Path of the channel of the agreement."""
        return register_records.live_of(self.channel)

    @property
    def other(self) -> str:
        """Path of the other channel of the exercise."""
        return self.of(PLAY if self.what == CONTROL else CONTROL)

    def of(self, what: str) -> str:
        """Return the path of the channel of the control cells, or of the players."""
        proposal = self.state.proposal
        assert proposal is not None
        name = proposal.control if what == CONTROL else proposal.play
        arrangement, _ = register_records.split_channel(self.channel)
        return register_records.channel_path(arrangement, name)


def of_channel(tx: Tx, path: str) -> Place | None:
    """Return the exercise that a channel serves, as its agreement says, or None."""
    terms = channel_records.terms(tx, path)
    matter = terms.matter
    if terms.purpose != PURPOSE or matter is None or matter.kind != acts.EXERCISE:
        return None
    row = tx.matter(register_records.live_of(path), matter)
    if row is None:
        return None
    state = agreement.PART.from_json(row.state)
    proposal = state.proposal
    if proposal is None or terms.name not in {proposal.control, proposal.play}:
        return None
    what = CONTROL if terms.name == proposal.control else PLAY
    return Place(matter, state, what, path)


def unserved(path: str) -> Inadmissible:
    """Return the refusal to speak of an exercise in a channel that serves none."""
    return Inadmissible(
        "exercise.channel-unserved",
        f"{quoted(path)} is not a channel of an exercise that was agreed.",
        "Propose an exercise that names it, and open it with `comity channel open --matter`.",
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


def play_of(tx: Tx, channel: str) -> MatterRow | None:
    """Return the play of the channel of the players, or None before it is opened."""
    found = matters_in(tx, channel, acts.PLAY)
    return found[0] if found else None


def times(tx: Tx, channel: str) -> TimeMap | None:
    """Return scenario time of a channel, or None where no play was started in it."""
    row = play_of(tx, channel)
    found = play.time_map(play.PART.from_json(row.state)) if row is not None else TimeMap()
    return found if found.is_begun else None
