"""When a call's acts were held: by those who speak in it, and by no State that was not called.

    folded(history)     where a call stands

What names no State speaks to those of the call.  Who was not called reads along, and neither its
silence nor the times that it claims move a clock between the others.

Source: docs/spec/hotline.md, 15.
Floor: rooms.
"""

from collections.abc import Collection

from comity.joint.hotline import acts, fold
from comity.joint.hotline.state import State
from comity.node.base.history import History


def folded(history: History) -> State:
    """Return where a call stands after all its acts."""
    among = _parties(history)
    entries = [(one.placed, one.crossed, one.party, one.held_by_ms(among)) for one in history.heard]
    return fold.fold_all(entries, history.parties)


def _parties(history: History) -> Collection[str]:
    """Return who calls and who is called; all States where the opening names none."""
    for one in history.heard:
        act = one.placed.act
        if act.to and acts.matter_id(one.party, act.id) == act.matter.id:
            return {one.party, *(to.party for to in act.to)}
    return history.parties
