"""The high-water file keeps when each log was cosigned last, through all that it goes through."""

from pathlib import Path

from comity.adapters import highwater, journal
from comity.adapters.highwater import FileHighWater
from comity.adapters.memory_highwater import SYNCED, MemoryHighWater
from comity.node.base.rows import Mark

ROOT = b"r" * 32
LOG = "a/x/live/1"


def _cosigned(size: int, at_s: int) -> Mark:
    return Mark(LOG, size, ROOT, cosigned_s=at_s)


def test_the_next_process_knows_when_a_log_was_cosigned_last(tmp_path: Path) -> None:
    """So does the one after that, which finds the file written anew."""
    path = tmp_path / "home.highwater"
    highwater.create(path)
    first = FileHighWater(path)
    first.raise_all((_cosigned(3, 70), Mark("b", 1, ROOT, [b"0"])))
    assert first.cosigned_s(LOG) == 70
    first.close()
    second = FileHighWater(path)
    assert (second.cosigned_s(LOG), second.cosigned_s("b"), second.cosigned_s("c")) == (70, 0, 0)
    second.forget([])
    second.close()
    third = FileHighWater(path)
    assert third.cosigned_s(LOG) == 70
    assert dict(third.marks()) == {LOG: (3, ROOT), "b": (1, ROOT)}


def test_a_time_and_its_mark_take_one_sync_and_what_is_known_takes_none() -> None:
    """A heartbeat brings a time alone; a time that is not later changes nothing."""
    steps: list[str] = []
    high_water = MemoryHighWater(step=steps.append)
    for mark, syncs in (
        (_cosigned(3, 70), 1),
        (_cosigned(3, 130), 2),
        (_cosigned(3, 130), 2),
        (_cosigned(3, 9), 2),
        (_cosigned(4, 9), 3),
    ):
        high_water.raise_all((mark,))
        assert steps.count(SYNCED) == syncs
    assert high_water.reopened(power_lost=True).cosigned_s(LOG) == 130


def test_a_file_of_another_program_is_read_whichever_is_newer() -> None:
    """An older one wrote no times; a newer one may write what this one does not know."""
    older = MemoryHighWater()
    older.raise_to(LOG, 3, ROOT)
    written = older.device.durable
    assert written is not None
    unknown = journal.frame(bytes([99, len(LOG)]) + LOG.encode() + b"what it says")
    newer = MemoryHighWater(written + unknown)
    for one in (older, newer):
        assert one.cosigned_s(LOG) == 0
        assert one.is_intact()
        assert dict(one.marks()) == {LOG: (3, ROOT)}
