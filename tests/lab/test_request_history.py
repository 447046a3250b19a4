"""The fixture of `bench request`: requests as two States' officers could have exchanged them."""

import pytest

from comity.joint.request import table
from comity_lab.bench import request_history
from comity_lab.bench.request_history import ACTS, ENDINGS


@pytest.mark.parametrize(
    ("ending", "status"), list(enumerate([table.CLOSED, table.ANSWERED, table.REOPENED]))
)
def test_a_request_of_the_fixture_is_one_that_the_rules_admit(ending: int, status: str) -> None:
    """Every one of its twelve acts takes effect, and requests end in different ways."""
    story = request_history.story(("fr", "sy"), "moj", ending)
    said = [(who, act) for phase in story.phases for who, act in phase]
    assert len(said) == ACTS == len(story.state.turns)
    assert all(turn.takes_effect for turn in story.state.turns)
    assert [track.status for track in story.state.tracks] == [status]


def test_a_phase_is_said_by_one_side() -> None:
    """A phase is appended to one log, after a receipt for what the other side said."""
    for ending in range(len(ENDINGS)):
        for phase in request_history.story(("fr", "sy"), "moj", ending).phases:
            assert len({who for who, _ in phase}) == 1
