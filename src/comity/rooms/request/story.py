"""What happened in a request and what is next, without its content.

Floor: rooms.
"""

from comity.acts.verb import Both
from comity.joint.request import view
from comity.joint.request.state import State
from comity.node.base.story import Story, Turn


def following(now: State, party: str) -> tuple[str, Both]:
    """Return what a party does next, as a code and in words."""
    action = view.next_action(now, party)
    return action, view.NEXT_WORDS[action]


def story(now: State) -> Story:
    """Return its time line, its elements, and how far each addressee is with each item."""
    return Story(
        turns=tuple(
            Turn(
                one.turn.party,
                one.turn.act_id,
                one.words,
                one.turn.items,
                one.turn.reason,
                one.turn.crossed,
                one.turn.takes_effect,
            )
            for one in view.timeline(now)
        ),
        text_sha256=now.guideline,
        elements=now.elements,
        items=tuple(
            (track.party, item, track.items[item])
            for track in now.tracks
            for item in sorted(track.items)
        ),
    )
