"""The sessions that a commitment waits for: its date and its hearings move with them.

    plan = Plan.of(channel, now_ms)     read once for all commitments of a channel
    plan.before_ms(now)                 of the series before which it is due: the next one
    plan.hearing(now)                   the next one that hears how it stands

Floor: rooms.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.acts.points import State
from comity.joint.commitment import acts
from comity.joint.commitment.due import Hearing
from comity.joint.dialogue import acts as session_acts
from comity.joint.dialogue import view
from comity.joint.dialogue.due import DAY_MS
from comity.joint.dialogue.terms import Terms, name_of
from comity.joint.dialogue.terms_schema import STATUS
from comity.node.room import joint_texts
from comity.node.room.clocks import Channel


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session with an agreed date.

    Attributes:
        series: of it.
        at_ms: its date.
        is_held: whether every party has opened it.
    """

    series: str
    at_ms: int
    is_held: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The sessions of a channel.

    Attributes:
        meetings: by date.
        leads: `{series: days before a session by which the status of commitments is stated}`.
        changes_ms: instants from which other terms are in force.
    """

    meetings: tuple[Meeting, ...]
    leads: Mapping[str, int]
    changes_ms: tuple[int, ...]

    @staticmethod
    def of(at: Channel, now_ms: int) -> "Plan":
        """Return the sessions of a channel, read once."""

        def read() -> Plan:
            meetings = tuple(sorted(_met(at.states(session_acts.KIND)), key=lambda o: o.at_ms))
            names = {name_of(one.series): one.series for one in meetings}
            leads = {}
            for name, series in names.items():
                text = joint_texts.in_force(at.node, at.tx, at.path, now_ms, name)
                if isinstance(text, Terms) and STATUS in text.days:
                    leads[series] = text.days[STATUS]
            changes = (when for name in names for when in at.comes_ms(name, now_ms))
            return Plan(meetings, leads, tuple(changes))

        return at.once("sessions with a date", read)

    def before_ms(self, now: State) -> int | None:
        """Return the date of the next session of the series before which it is due, or None."""
        series, made_ms = now.agreed(acts.DUE_BEFORE), _made_ms(now)
        dates = (one.at_ms for one in self.meetings if one.series == series)
        return next((at for at in dates if at >= made_ms), None)

    def hearing(self, now: State) -> Hearing | None:
        """Return the next session that hears how a commitment stands, by its terms, or None.

        It is one of the series under which the commitment goes on, else of that before which it
        is due, else of any whose terms ask for the status; what is made after that was to be
        stated is heard by the one behind it.
        """
        wanted, made_ms = now.agreed(acts.SERIES) or now.agreed(acts.DUE_BEFORE), _made_ms(now)
        for one in self.meetings:
            days = self.leads.get(one.series)
            if one.is_held or days is None or wanted not in ("", one.series):
                continue
            by_ms = one.at_ms - days * DAY_MS
            if by_ms >= made_ms:
                return Hearing(by_ms, one.at_ms, self._held_ms(one))
        return None

    def _held_ms(self, coming: Meeting) -> int:
        """Return when the session before one was held, or 0."""
        held = (one for one in self.meetings if one.is_held and one.series == coming.series)
        return max((one.at_ms for one in held if one.at_ms < coming.at_ms), default=0)


def _met(sessions: Iterable[State]) -> Iterable[Meeting]:
    for one in sessions:
        when = view.when_ms(one)
        if when is not None and view.status(one) != view.CONVERTED:
            yield Meeting(view.series(one), when, view.held(one))


def _made_ms(now: State) -> int:
    return min((one.received_at_ms or 0 for one in now.turns), default=0)
