"""One high-water file for a home, whatever it is called."""

import os
from pathlib import Path

import pytest

from comity.adapters import highwater, highwater_place
from comity.adapters.highwater import FileHighWater

ROOT = bytes(32)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of its own disk, as it were."""
    made = tmp_path / "data" / "home"
    made.mkdir(parents=True)
    return made


@pytest.fixture
def link(tmp_path: Path, home: Path) -> Path:
    """Another name of it, elsewhere."""
    made = tmp_path / "node"
    made.symlink_to(home)
    return made


def _signed(path: Path, size: int) -> None:
    high_water = FileHighWater(path)
    high_water.raise_to("fr/live", size, ROOT)
    high_water.close()


def _marks(path: Path) -> dict[str, int]:
    high_water = FileHighWater(path)
    found = {origin: size for origin, (size, _) in high_water.marks().items()}
    return found if high_water.is_intact() else {}


def test_every_name_of_a_home_leads_to_one_file(home: Path, link: Path) -> None:
    """A mark that was set under one name would be unknown under the other."""
    named = (home, link, home / ".." / "home", link.parent / "data" / ".." / "node")
    found = {highwater_place.default_path(one) for one in named}
    assert found == {home.with_name("home.highwater")}


def test_a_file_beside_a_link_is_found_under_every_name(home: Path, link: Path) -> None:
    """Versions before put it there; it is not moved under who may be writing to it."""
    older = link.with_name("node.highwater")
    highwater.create(older)
    _signed(older, 7)
    assert highwater_place.default_path(link) == older
    assert highwater_place.default_path(home) == older, "the link leads there from now on"
    _signed(highwater_place.default_path(home), 9)
    assert _marks(highwater_place.default_path(link)) == {"fr/live": 9}


def test_of_two_files_the_one_written_last_counts(home: Path, link: Path) -> None:
    """A home made under one name and served under another has an empty file under the first."""
    made, served = home.with_name("home.highwater"), link.with_name("node.highwater")
    for path in (made, served):
        highwater.create(path)
    os.utime(made, (1, 1))
    _signed(served, 7)
    assert _marks(highwater_place.default_path(link)) == {"fr/live": 7}
    assert _marks(highwater_place.default_path(home)) == {"fr/live": 7}
    assert home.with_name("home.highwater.before-1").is_file(), "nothing is thrown away"


def test_a_stale_file_beside_a_link_does_not_count(home: Path, link: Path) -> None:
    """It was left when the home began to be called by its own name."""
    stale, used = link.with_name("node.highwater"), home.with_name("home.highwater")
    for path in (stale, used):
        highwater.create(path)
    os.utime(stale, (1, 1))
    _signed(used, 7)
    assert highwater_place.default_path(link) == used


def test_a_link_to_another_disk_stays_one(tmp_path: Path) -> None:
    """The file is written anew at times: beside where it is, not in place of the link."""
    disk = tmp_path / "disk"
    disk.mkdir()
    highwater.create(disk / "fr")
    link = tmp_path / "home.highwater"
    link.symlink_to(disk / "fr")
    for found in (
        highwater_place.chosen_path(str(link)),
        highwater_place.default_path(tmp_path / "home"),
    ):
        (disk / "fr").unlink()  # so that it is written anew
        _signed(found, 3)
        assert link.is_symlink()
        assert (disk / "fr").is_file()
