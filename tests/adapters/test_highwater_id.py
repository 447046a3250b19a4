"""The id that a high-water file has from its birth: what officers say of a loss names it."""

from pathlib import Path

import pytest

from comity.adapters import highwater, journal
from comity.adapters.highwater import FileHighWater
from comity.adapters.memory_highwater import WRITTEN, MemoryHighWater
from comity.kernel.fault import Fault

ROOT = b"r" * 32


class PowerCut(Exception):  # noqa: N818 -- no error: the end of the process
    """Power is lost."""


def cut(name: str) -> None:
    """Cut the power where bytes are not on the disk yet."""
    if name == WRITTEN:
        raise PowerCut


def test_an_id_stays_for_the_life_of_a_file(tmp_path: Path) -> None:
    """Marks, another process, and a file that is written anew change nothing of it."""
    path = tmp_path / "home.highwater"
    highwater.create(path)
    one = FileHighWater(path)
    born = one.file_id()
    assert len(born) == 32
    one.raise_to("a", 1, ROOT)
    one.forget([])
    assert FileHighWater(path).file_id() == one.file_id() == born
    one.close()
    other = tmp_path / "other.highwater"
    highwater.create(other)
    assert FileHighWater(other).file_id() not in ("", born)


def test_a_file_that_comes_after_a_lost_one_has_another_id(tmp_path: Path) -> None:
    """Who only reads makes none; the first who writes does, and it stays when it is whole."""
    path = tmp_path / "home.highwater"
    highwater.create(path)
    seen = {FileHighWater(path).file_id()}
    for _ in range(3):
        path.unlink()
        assert FileHighWater(path).file_id() == ""
        assert not path.exists()
        one = FileHighWater(path)
        one.hold()
        assert one.file_id() not in ("", *seen)
        assert FileHighWater(path).file_id() == one.file_id()
        one.declare_whole()
        one.close()
        seen.add(FileHighWater(path).file_id())
    assert len(seen) == 4


@pytest.mark.parametrize(("place", "left"), [(0, 0), (40, 2), (60, 2)])
def test_a_damaged_file_has_another_id_from_then_on(place: int, left: int) -> None:
    """What is said of this damage was not said of one before: of header, of the id, of a mark."""
    high_water = MemoryHighWater()
    high_water.raise_to("a", 1, ROOT)
    high_water.raise_to("a", 2, ROOT)
    data = bytearray(high_water.device.durable or b"")
    data[place] ^= 0x40
    damaged = MemoryHighWater(bytes(data))
    assert damaged.file_id() == ""
    damaged.hold()
    assert damaged.file_id() not in ("", high_water.file_id())
    assert damaged.reopened(power_lost=True).file_id() == damaged.file_id()
    assert damaged.marks().get("a", (0, b""))[0] == left
    assert not damaged.is_intact()


def test_a_torn_record_leaves_the_id() -> None:
    """A mark that was not finished when power was lost was never relied on."""
    high_water = MemoryHighWater()
    high_water.raise_to("a", 1, ROOT)
    later = MemoryHighWater((high_water.device.durable or b"") + journal.MAGIC)
    assert later.file_id() == high_water.file_id()
    later.hold()
    assert later.reopened(power_lost=True).file_id() == high_water.file_id()


def test_a_file_of_an_older_program_is_given_an_id_and_stays_intact(tmp_path: Path) -> None:
    """Nothing of it is missing: it remembers what it did."""
    path = tmp_path / "home.highwater"
    path.write_bytes(journal.HEADER)
    older = FileHighWater(path)
    assert (older.file_id(), older.is_intact()) == ("", True)
    older.hold()
    assert older.file_id() != ""
    assert older.is_intact()
    with pytest.raises(Fault, match="Another process"):
        FileHighWater(path).hold()
    older.close()


@pytest.mark.parametrize("data", [None, journal.HEADER])
def test_power_lost_while_an_id_is_written_leaves_none_that_was_told(data: bytes | None) -> None:
    """An id that somebody could name is on the disk."""
    before = MemoryHighWater(data, cut)
    with pytest.raises(PowerCut):
        before.hold()
    later = before.reopened(power_lost=True)
    assert later.file_id() == ""
    later.hold()
    assert later.file_id() != ""
    assert later.is_intact() is (data is not None)
