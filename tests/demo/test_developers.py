"""What an installed package says of the programs that only a clone has."""

import sys
from pathlib import Path
from typing import cast

import pytest

import comity.demo
import comity.surfaces.cli
from comity.demo import developers
from comity.kernel.ijson import parse
from comity.surfaces.cli import main as frame
from comity.surfaces.cli.context import Program

SHIPPED = (comity.surfaces.cli, comity.demo)


@pytest.fixture(autouse=True)
def wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the wheel is installed."""
    monkeypatch.setitem(sys.modules, "comity_lab", None)


def _runs(*words: str) -> int:
    packages = (*SHIPPED, *developers.packages())
    return frame.main(words, packages, lambda _: cast("Program", None))


@pytest.mark.parametrize("words", ["bench exchange", "sim --seeds 3", "chaos", "test --fast"])
def test_a_program_that_is_not_installed_is_told_with_the_next_step(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever reads of `comity bench` and has the wheel alone hears where it is."""
    assert _runs(*words.split()) == 3
    told = capsys.readouterr().err
    assert "Run `./comity` in a clone of the repository." in told
    assert "[demo.developers.absent]" in told


def test_a_program_that_is_not_installed_is_told_to_a_machine(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """--json prints the same as one object."""
    assert _runs("bench", "exchange", "--json") == 3
    said = cast("dict[str, dict[str, str]]", parse(capsys.readouterr().out.encode()))
    assert said["error"]["code"] == "demo.developers.absent"


def test_a_history_that_cannot_be_made_stops_a_demo_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--history` is refused at once, not when two homes have been made."""
    program = Program  # nothing of it is asked
    words = ["demo", "--once", "--history", "5", "--keep", str(tmp_path / "kept")]
    packages = (*SHIPPED, *developers.packages())
    assert frame.main(words, packages, lambda _: cast("Program", program)) == 3
    assert "demo.developers.absent" in capsys.readouterr().err
    assert not [*(tmp_path / "kept").iterdir()]
