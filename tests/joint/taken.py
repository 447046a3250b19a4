"""Histories in which parties take the ids of one another's acts: each has ids of its own."""

from dataclasses import replace

from hypothesis import strategies as st

from comity.acts.order import Placed


@st.composite
def ids_taken(draw: st.DrawFn, placed: list[Placed]) -> list[Placed]:
    """Return the acts of a matter, some under an id that an act of another party has.

    No party uses an id twice, and what answers an id goes on to name it.  The first act keeps
    its own: it gives the matter its id.
    """
    used: dict[int, set[str]] = {}
    for one in placed:
        used.setdefault(one.party_place, set()).add(one.act.id)
    found = placed[:1]
    for one in placed[1:]:
        own = used[one.party_place]
        others = sorted({p.act.id for p in placed if p.party_place != one.party_place} - own)
        act_id = draw(st.sampled_from([one.act.id, *others]))
        own.add(act_id)
        found.append(replace(one, act=replace(one.act, id=act_id)))
    return found
