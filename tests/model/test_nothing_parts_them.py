"""No lie of a State parts two honest ones, takes back what was read, or stops anybody (8.8)."""

from pathlib import Path

import pytest
from model.histories import FALSE, Board, BrokenError, steps, walk
from support.pair import World, make_world

from comity.seal import run


def begun(tmp_path: Path) -> Board:
    """Return a board on which aa has asked the others, and all have read it."""
    world: World = make_world(tmp_path, ("aa", "bb", "cc"))
    asked = world.ask("aa")
    world.pump()
    board = Board(world, asked, {party: world.node(party) for party in world.states})
    board.check()
    return board


def test_whatever_is_said_in_two_steps_all_read_the_same(tmp_path: Path) -> None:
    """All histories of one step and of two."""
    count = len(steps())
    assert walk(begun(tmp_path), 2) == count + count**2


@pytest.mark.long
def test_whatever_is_said_in_three_steps_all_read_the_same(tmp_path: Path) -> None:
    """All histories of three steps."""
    count = len(steps())
    assert walk(begun(tmp_path), 3) == count + count**2 + count**3


def test_what_follows_two_lies_all_read_the_same(tmp_path: Path) -> None:
    """Each third step after each lie that was said twice, and after it and a false receipt."""
    board, count = begun(tmp_path), 0
    lies = [step for name, step in steps().items() if name.startswith("aa withdraws, shut")]
    for lie in lies:
        for second in (lie, steps()[FALSE]):
            count += walk(board.play(lie).play(second), 1)
    assert count == 2 * len(lies) * len(steps())


@pytest.mark.parametrize("shut_to", ["bb", "cc"])
def test_without_the_comparison_of_headers_the_first_lie_parts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shut_to: str
) -> None:
    """2.1.6 is what holds it: who opens the entry would else read what the other cannot."""
    board = begun(tmp_path)
    step = steps()[f"aa withdraws, shut to {shut_to}"]
    board.play(step)
    monkeypatch.setattr(run, "is_ruled", lambda *_: True)
    with pytest.raises(BrokenError, match="converge"):
        board.play(step)
