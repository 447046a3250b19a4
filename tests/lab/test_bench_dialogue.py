"""`bench dialogue` measures what it says: histories of which every act takes effect."""

import re

from comity.joint.case import fold as case_fold
from comity.joint.wording import fold, view
from comity_lab.bench import dialogue, dialogue_floor

_NAMED = re.compile(r"\{(\w+)\}")


def test_histories_that_are_folded_are_as_long_as_a_matter_may_be() -> None:
    """256 acts of each State, and each of them changes something."""
    for entries, fold_all in (
        (dialogue_floor.grouped(), case_fold.fold_all),
        (dialogue_floor.spoken(), fold.fold_all),
    ):
        turns = fold_all(entries, dialogue_floor.PARTIES).turns
        assert len(turns) == 2 * dialogue_floor.ACTS
        assert all(turn.takes_effect for turn in turns)


def test_ten_times_the_paragraphs_are_folded_whole() -> None:
    """Each stands in two variants, as many as were tabled."""
    now = fold.fold_all(dialogue_floor.tabled(500), dialogue_floor.PARTIES)
    found = view.paragraphs(now)
    assert len(found) == 500
    assert {one.status for one in found} == {view.BRACKETED}


def test_every_figure_is_told() -> None:
    """What is printed has each of them, by its limit."""
    names = {name for line in dialogue.LINES for name in _NAMED.findall(line)}
    shown = dialogue.text({one: f"<{one}>" for one in names})
    measured = {**dialogue_floor.bracketed(), **dialogue_floor.folded()}
    assert measured.keys() <= names
    assert all(f"<{one}>" in shown for one in names)
