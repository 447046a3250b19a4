"""The room `hotline` as a value: calls.

Floor: rooms.
"""

from typing import Final

from comity.domestic.officer import role
from comity.domestic.release.decide import EMERGENCY
from comity.joint.arrangement import channel
from comity.joint.hotline import acts, coming, decide, state, text, verbs, view
from comity.joint.hotline.state import State
from comity.joint.hotline.text import HotlineText
from comity.node.base.bindings import Approvals, Bound, Text
from comity.node.base.places import BAR, Place
from comity.node.base.reader import CONTACT
from comity.node.base.rings import Bar, Rings
from comity.node.base.rooms import Line, Listed, Room
from comity.rooms.hotline import among, clocks, desk, gates, observe


def _line(now: State) -> Line:
    opened = now.call or now.plan
    return Line(view.status(now), view.holder(now), asker=opened.party if opened else "")


def _listed(now: State, own: str) -> Listed:
    track, holder = now.track(own), view.holder(now)
    return Listed(
        view.status(now),
        type=now.call.ground if now.call is not None else "",
        holders=(holder,) if holder else (),
        parties=view.parties(now),
        keys=(track.agency,) if track is not None and track.agency else (),
    )


def _ring_word(now: State) -> str:
    """Return what calls of one State are told as: its level, and whether it is a drill."""
    is_drill = now.call is not None and now.call.is_drill
    return f"{'drill' if is_drill else 'call'}-{coming.level(now)}"


def _bar(now: State) -> Bar:
    call = now.call
    if call is None:
        return Bar("", 0, "", is_drill=False, by_ms=None, verb=_PICK_UP)
    level = coming.level(now)
    return Bar(call.party, level, call.ground, call.is_drill, call.word_by_ms, _PICK_UP)


_PICK_UP: Final = "pick-up"


def _approvals(adopted: HotlineText, _tag: str, _urgency: str) -> Approvals:
    """Return what lets words out; it names no act, so that codes leave with one officer."""
    found = adopted
    return Approvals(found.count, found.roles, found.review_hours, is_named=False)


_TEXT: Final = Text(
    text.NAME,
    text.parse,
    lambda adopted: str(adopted.version),
    lambda adopted: int(adopted.in_force_from_ms),
    approvals=_approvals,
    languages=lambda adopted: tuple(adopted.languages),
    lists=lambda adopted: {text.GROUNDS: adopted.grounds},
    words={"en": "Terms of the hotline", "zh": "热线条款"},
)


HOTLINE: Final = Room(
    kind=acts.KIND,
    shapes=acts.SHAPES,
    last_words=acts.LAST_WORDS,
    fold=among.folded,
    admit=decide.admit,
    to_json=state.to_json,
    from_json=state.from_json,
    line=_line,
    listed=_listed,
    clocks=clocks.CLOCKS,
    table=verbs.TABLE,
    status_words=view.STATUS_WORDS,
    speakers=frozenset({role.CONTACT_POINT}),
    audience=(CONTACT,),
    rings=Rings(
        frozenset({view.RINGING}),
        view.rings,
        _ring_word,
        bar=_bar,
        alone=frozenset(acts.SHAPES),
        at_once=frozenset(
            {
                acts.PICKED_UP,
                acts.TAKEN,
                acts.CALLED,
                acts.DRILL_BEGUN,
                acts.RAISED,
                acts.CLOSED,
            }
        ),
        urgency=EMERGENCY,
    ),
    gates=(gates.place, gates.words),
    bound=lambda _now, _act: Bound(text.NAME),
    texts=(_TEXT,),
    own=desk.own,
    rows=observe.ROWS,
    steps=desk.STEPS,
    alarms=desk.alarms,
    home=channel.HOTLINE,
    place=Place(BAR, open_statuses=frozenset({view.RINGING, view.PICKED_UP, view.TAKEN})),
    section=desk.SECTION,
)
