"""A token that ends by itself is told of before its program stops."""

from pathlib import Path

import pytest
from support.states import State, state

from comity.node import officer, soundness
from comity.node.desk import api_tokens

DAY_MS = 86_400_000


@pytest.fixture
def fr(tmp_path: Path) -> State:
    """A State with two officers."""
    return state(tmp_path, "fr")


def told(fr: State, days: int) -> list[str]:
    """Return what a report says of tokens after so many days."""
    fr.clock.at_ms += days * DAY_MS
    found = soundness.findings(fr.node, ())
    return [f"{one.about}: {one.what}" for one in found if one.about.startswith("token ")]


def test_a_token_is_told_of_before_it_ends_and_after(fr: State) -> None:
    """Two weeks each; the day is named, and neither holds anything up."""
    _, kept = api_tokens.add(fr.node, fr.officer("ann"), "import", ["read"])
    assert told(fr, 75) == []
    assert told(fr, 2) == [f"token {kept.id} of ann: It opens nothing from {kept.until_day} on."]
    assert told(fr, 13) == [
        f"token {kept.id} of ann: It has opened nothing since {kept.until_day}."
    ]
    assert told(fr, 15) == []


@pytest.mark.parametrize("how", ["anew", "ended", "left"])
def test_nobody_is_told_of_what_needs_nothing(fr: State, how: str) -> None:
    """It was made anew under its label, was ended by hand, or its officer has left."""
    ann = fr.officer("ann")
    _, kept = api_tokens.add(fr.node, ann, "import", ["read"])
    assert told(fr, 80)
    if how == "anew":
        api_tokens.add(fr.node, ann, "import", ["read"])
    elif how == "ended":
        api_tokens.end(fr.node, kept.id)
    else:
        officer.end(fr.node, "ann")
    assert told(fr, 0) == []
