"""An upgrade under a program that runs is told: what it loads then is of another version."""

from pathlib import Path

from comity.adapters.alarms import StandingAlarms
from comity.boot import program_change
from comity.boot.program_change import Files


def test_files_that_are_replaced_are_told(tmp_path: Path) -> None:
    """Whoever installs writes beside and renames, as pip and git do; a new file is one too."""
    alarms = StandingAlarms(lambda _code, _what: None)
    part = tmp_path / "room"
    part.mkdir()
    old = part / "fold.py"
    old.write_text("RULE = 1\n")
    files = Files(alarms, tmp_path)
    (part / "fold.pyc").write_bytes(b"what the interpreter writes")
    files.look()
    assert alarms.standing() == []

    new = part / "fold.py.new"
    new.write_text("RULE = 2\n")
    new.replace(old)
    files.look()
    files.look()

    assert [code for code, _ in alarms.standing()] == [program_change.REPLACED]


def test_a_file_that_is_added_or_gone_is_told(tmp_path: Path) -> None:
    """Modules of another version may have other names."""
    alarms = StandingAlarms(lambda _code, _what: None)
    files = Files(alarms, tmp_path)
    more = tmp_path / "more.py"
    more.touch()
    files.look()
    assert len(alarms.standing()) == 1
    more.unlink()
    files.look()
    assert alarms.standing() == []


def test_the_program_that_runs_is_as_it_was() -> None:
    """The files that are looked at are those of the package."""
    alarms = StandingAlarms(lambda _code, _what: None)
    Files(alarms).look()
    assert alarms.standing() == []
