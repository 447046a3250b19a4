"""What doctor says of the machine: where the high-water file lies."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from comity.boot import machine
from comity.node.status import Finding


@dataclass(frozen=True)
class Paths:
    """Where a home lies, and its file."""

    home: Path
    high_water: Path


@dataclass(frozen=True)
class Home:
    """As much of a home as is looked at."""

    paths: Paths


def _look(home: Path, high_water: Path) -> Finding:
    home.mkdir(exist_ok=True)
    return machine._high_water_apart(Home(Paths(home, high_water)))  # type: ignore[arg-type] # the paths alone are read


def test_a_high_water_file_on_the_homes_file_system_is_warned_of(tmp_path: Path) -> None:
    """An image that is restored would take it back with the home, so the operator is told how."""
    file = tmp_path / "home.highwater"
    file.touch()
    found = _look(tmp_path / "home", file)
    assert found.is_good is None
    assert found.what.startswith("Warning: ")
    assert "high_water" in found.fix


def test_one_in_the_home_is_a_fault(tmp_path: Path) -> None:
    """Every backup takes it back."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "x").touch()
    assert _look(tmp_path / "home", tmp_path / "home" / "x").is_good is False


def test_one_that_is_missing_is_a_fault(tmp_path: Path) -> None:
    """It is not only in another place."""
    assert _look(tmp_path / "home", tmp_path / "none").is_good is False


def test_one_on_another_file_system_is_good(tmp_path: Path) -> None:
    """A file of another device cannot come back with an image of this one."""
    other = Path("/dev/shm")  # noqa: S108 -- the one other file system that most machines have
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system here")
    file = other / f"comity-{os.getpid()}.highwater"
    file.touch()
    try:
        assert _look(tmp_path / "home", file).is_good is True
    finally:
        file.unlink()
