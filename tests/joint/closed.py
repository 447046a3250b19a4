"""Histories in which acts did not open for another party, and where their keys were shown."""

from dataclasses import replace

from hypothesis import strategies as st

from comity.acts.order import Placed


@st.composite
def some_closed(draw: st.DrawFn, placed: list[Placed]) -> list[Placed]:
    """Return the acts of a matter, some of which a party rejects; keys are shown anywhere."""
    logs = sorted({one.origin for one in placed})
    places = st.lists(st.tuples(st.sampled_from(logs), st.integers(0, 9)), max_size=2)
    found = placed[:1]
    for one in placed[1:]:
        others = [log for log in logs if log != one.origin]
        if others and draw(st.integers(0, 2)) == 0:
            closed_to = {draw(st.sampled_from(others)): tuple(draw(places))}
            found.append(replace(one, closed_to=closed_to))
        else:
            found.append(one)
    return found
