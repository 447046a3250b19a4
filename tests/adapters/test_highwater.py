"""The high-water file: what it remembers, over a disk that fails in every way we know."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import override

import making_cards as making
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.adapters import highwater, highwater_place, journal
from comity.adapters.durable_file import FileDevice
from comity.adapters.entropy import SystemEntropy
from comity.adapters.highwater import FileHighWater, JournalHighWater
from comity.adapters.memory_highwater import WRITTEN, MemoryDevice, MemoryHighWater
from comity.kernel.fault import Fault
from comity.node.base.rows import Mark

ROOT = b"r" * 32
OTHER = b"o" * 32

type Reopen = Callable[[JournalHighWater], JournalHighWater]


def _code(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value.code


@pytest.fixture(params=["memory", "file"])
def device(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[JournalHighWater, Reopen]]:
    """Yield a new high-water, and what opens it again as the next process would."""
    if request.param == "memory":
        yield MemoryHighWater(), _reopen_memory
        return
    path = tmp_path / "home.highwater"
    highwater.create(path)
    opened = [FileHighWater(path)]

    def reopen(before: JournalHighWater) -> JournalHighWater:
        assert isinstance(before, FileHighWater)
        before.close()
        opened.append(FileHighWater(path))
        return opened[-1]

    yield opened[0], reopen
    for one in opened:
        one.close()


def _reopen_memory(before: JournalHighWater) -> JournalHighWater:
    assert isinstance(before, MemoryHighWater)
    return before.reopened(power_lost=True)


type Fixture = tuple[JournalHighWater, Reopen]


def test_a_mark_is_remembered_by_the_next_process(device: Fixture) -> None:
    """What was signed stays known, with its root."""
    high_water, reopen = device
    high_water.raise_to("a/x/live/1", 3, ROOT, [b"2"])
    high_water.raise_to("b/x/live/1", 7, OTHER)
    later = reopen(high_water)
    assert dict(later.marks()) == {"a/x/live/1": (3, ROOT), "b/x/live/1": (7, OTHER)}
    assert later.is_intact()
    assert later.kept("a/x/live/1") == (2, [b"2"])


def test_a_head_below_the_mark_is_refused(device: Fixture) -> None:
    """A restored backup cannot sign again what was signed otherwise."""
    high_water, reopen = device
    high_water.raise_to("a", 3, ROOT)
    later = reopen(high_water)
    assert _code(lambda: later.raise_to("a", 2, ROOT)) == "highwater.mark.behind"
    assert _code(lambda: later.raise_to("a", 3, OTHER)) == "highwater.mark.other-root"
    later.raise_to("a", 3, ROOT)
    assert later.marks()["a"] == (3, ROOT)


def test_entries_are_kept_until_every_peer_has_them(device: Fixture) -> None:
    """Covered entries go, the others stay, in one row and from the right index."""
    high_water, reopen = device
    high_water.raise_to("a", 2, ROOT, [b"0", b"1"])
    high_water.raise_to("a", 5, ROOT, [b"2", b"3", b"4"])
    assert high_water.kept("a") == (0, [b"0", b"1", b"2", b"3", b"4"])
    high_water.covered("a", 3)
    assert high_water.kept("a") == (3, [b"3", b"4"])
    high_water.raise_to("a", 6, ROOT, [b"3", b"4", b"5"])
    assert high_water.kept("a") == (3, [b"3", b"4", b"5"])
    assert reopen(high_water).kept("a") == (3, [b"3", b"4", b"5"])
    assert high_water.kept("never") == (0, [])


def test_a_log_that_a_lost_file_knew_may_be_covered(device: Fixture) -> None:
    """Its mirror signs on; the file that was begun anew has nothing of it to forget."""
    high_water, reopen = device
    high_water.covered("a", 3)
    high_water.raise_to("b", 1, ROOT)
    assert reopen(high_water).marks() == {"b": (1, ROOT)}


def test_entries_that_leave_a_gap_are_refused(device: Fixture) -> None:
    """A kept row of entries has no hole."""
    high_water, _ = device
    high_water.raise_to("a", 2, ROOT, [b"1"])
    assert _code(lambda: high_water.raise_to("a", 5, ROOT, [b"4"])) == "highwater.entries.gap"


def test_a_long_history_is_written_anew_and_says_the_same(
    device: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file does not grow with what the peers hold already."""
    monkeypatch.setattr(highwater, "COMPACT_BYTES_MIN", 2_000)
    high_water, reopen = device
    high_water.raise_to("b", 9, OTHER)
    for size in range(1, 60):
        high_water.raise_to("a", size, ROOT, [b"%04d" % size * 20])
        high_water.covered("a", size - 2)
    assert high_water._size_bytes < 4_000
    later = reopen(high_water)
    assert later.marks() == {"a": (59, ROOT), "b": (9, OTHER)}
    first, kept = later.kept("a")
    assert (first + len(kept), kept[-1]) == (59, b"0059" * 20)


def test_a_missing_file_is_told_until_it_is_made_up_for(tmp_path: Path) -> None:
    """A lost file is not forgotten by a second start; two officers or all peers make up for it."""
    path = tmp_path / "home.highwater"
    first = FileHighWater(path)
    assert not first.is_intact()
    first.raise_to("a", 1, ROOT)
    first.close()
    second = FileHighWater(path)
    assert not second.is_intact()
    second.declare_whole()
    second.close()
    third = FileHighWater(path)
    assert third.is_intact()
    assert third.marks() == {"a": (1, ROOT)}


class Counting(MemoryDevice):
    """Counts how often the whole file is read."""

    loads = 0

    @override
    def load(self) -> bytes | None:
        self.loads += 1
        return super().load()


def test_the_file_is_read_once_by_who_signs_and_not_by_who_never_asks() -> None:
    """Opening a home reads nothing; 64 MiB would be read twice by each start of a node."""
    kept = MemoryHighWater()
    kept.raise_to("a", 1, ROOT)
    device = Counting(kept.device.durable, lambda _: None)
    later = JournalHighWater(device, SystemEntropy())
    assert device.loads == 0
    later.hold()
    later.raise_to("a", 2, OTHER)
    assert later.marks() == {"a": (2, OTHER)}
    assert device.loads == 1


def test_after_a_failed_fsync_nothing_is_signed_any_more() -> None:
    """A second fsync would succeed on nothing: the first error is the last word."""
    for outcome in ("lost", "kept", "full"):
        high_water = MemoryHighWater()
        high_water.raise_to("a", 1, ROOT)
        high_water.device.fail_sync = outcome
        for size in (2, 3):
            with making.refused("highwater.disk.failed"):
                high_water.raise_to("a", size, ROOT)
        assert high_water.reopened(power_lost=True).marks()["a"] == (1, ROOT)


def test_a_real_disk_error_is_told_and_final(tmp_path: Path) -> None:
    """The same over a real file whose descriptor fails."""
    path = tmp_path / "home.highwater"
    highwater.create(path)
    high_water = FileHighWater(path)
    high_water.raise_to("a", 1, ROOT)
    device = high_water._file_device
    device.close_file()
    device._file = os.open(path, os.O_RDONLY)
    assert _code(lambda: high_water.raise_to("a", 2, ROOT)) == "highwater.disk.failed"
    assert _code(lambda: high_water.raise_to("a", 2, ROOT)) == "highwater.disk.failed"
    high_water.close()


def test_a_crash_between_write_and_fsync_leaves_the_old_or_the_new_mark() -> None:
    """Killed there, the written mark is found; with a loss of power it may be gone."""

    class CrashError(Exception):
        """The process ends here."""

    def stop(point: str) -> None:
        if point == WRITTEN:
            raise CrashError

    high_water = MemoryHighWater()
    high_water.raise_to("a", 1, ROOT)
    dying = high_water.reopened(step=stop)
    with pytest.raises(CrashError):
        dying.raise_to("a", 2, ROOT)
    assert dying.reopened().marks()["a"] == (2, ROOT)
    assert dying.reopened(power_lost=True).marks()["a"] == (1, ROOT)
    assert dying.reopened(power_lost=True, torn_bytes=9).marks()["a"] == (1, ROOT)


def test_a_device_that_does_not_sync_is_found_out_by_a_loss_of_power() -> None:
    """The self-test of the simulation: without fsync a promise is lost."""
    high_water = MemoryHighWater()
    high_water.device.is_syncing = False
    high_water.raise_to("a", 1, ROOT)
    assert high_water.reopened(power_lost=True).marks() == {}


def test_a_second_sender_is_refused_and_a_reader_sees_every_mark(tmp_path: Path) -> None:
    """One process signs; others may look while it does."""
    path = tmp_path / "home.highwater"
    highwater.create(path)
    sender, reader = FileHighWater(path), FileHighWater(path)
    sender.raise_to("a", 1, ROOT)
    assert reader.marks() == {"a": (1, ROOT)}
    sender.raise_to("a", 2, ROOT, [b"1"])
    assert reader.kept("a") == (1, [b"1"])
    assert _code(lambda: reader.raise_to("a", 3, ROOT)) == "highwater.file.locked"
    with making.refused("highwater.file.locked"):
        reader.hold()
    sender.close()
    reader.hold()
    reader.raise_to("a", 3, ROOT)
    reader.close()


def test_who_has_closed_the_file_writes_no_more_while_another_holds_it(tmp_path: Path) -> None:
    """A process that stops has threads to its last moment; the next one may have begun by then."""
    path = tmp_path / "home.highwater"
    highwater.create(path)
    ending, next_one = FileHighWater(path), FileHighWater(path)
    ending.raise_to("a", 1, ROOT, [b"0"])
    ending.close()
    next_one.raise_to("a", 2, ROOT, [b"1"])

    assert _code(lambda: ending.raise_to("b", 9, OTHER, [b"x" * 50])) == "highwater.file.locked"
    assert _code(lambda: ending.covered("a", 1)) == "highwater.file.locked"
    next_one.raise_to("a", 3, ROOT, [b"2"])
    assert next_one.kept("a") == (0, [b"0", b"1", b"2"])
    next_one.close()
    ending.raise_to("a", 4, ROOT, [b"3"])  # alone again, and it has read what came between
    assert ending.kept("a") == (0, [b"0", b"1", b"2", b"3"])
    ending.close()


def test_a_damaged_file_is_kept_for_whoever_looks_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Damage is evidence: the old bytes stay under another name, also on exFAT, without links."""

    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    path = tmp_path / "home.highwater"
    path.write_bytes(b"not ours at all")
    high_water = FileHighWater(path)
    high_water.raise_to("a", 1, ROOT)
    assert Path(f"{path}.damaged-1").read_bytes() == b"not ours at all"
    assert path.stat().st_mode & 0o077 == 0
    high_water.close()


def test_what_root_writes_belongs_to_whose_home_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service could not read its own marks after a command of root in its home."""
    given: list[tuple[int, int]] = []
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("os.fchown", lambda _file, user, group: given.append((user, group)))
    path = tmp_path / "home.highwater"
    highwater.create(path)
    high_water = FileHighWater(path)
    high_water.hold()
    high_water.close()
    owner = tmp_path.stat()
    assert given == 2 * [(owner.st_uid, owner.st_gid)]


def test_a_new_home_does_not_take_over_an_old_file(tmp_path: Path) -> None:
    """The file of a node of the same name may say that more was signed."""
    path = highwater_place.default_path(tmp_path / "home")
    highwater.create(path)
    assert _code(lambda: highwater.create(path)) == "highwater.file.exists"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The disk's own words are in the message."""
    with pytest.raises(Fault, match="No such file") as caught:
        highwater.create(tmp_path / "none" / "x")
    assert caught.value.code == "highwater.disk.failed"
    with pytest.raises(OSError, match="No such file") as error:
        FileDevice(tmp_path / "none" / "x").hold()
    assert error.value.errno == errno.ENOENT


def test_a_disk_that_is_not_mounted_is_told_where_it_is_first_needed(tmp_path: Path) -> None:
    """The folder of `high_water` is not there, or is for reading alone: no bug of ours."""
    high_water = FileHighWater(tmp_path / "none" / "x")
    with pytest.raises(Fault, match="No such file") as caught:
        high_water.hold()
    assert caught.value.code == "highwater.disk.failed"
    assert "mounted" in caught.value.fix
    (tmp_path / "none").mkdir()
    high_water.hold()
    assert not high_water.is_intact(), "it is there again, and what it knew is not"
    high_water.close()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 4), st.booleans()), max_size=25))
def test_a_power_loss_never_takes_back_what_was_promised(
    steps: list[tuple[str, int, bool]],
) -> None:
    """After any history, the next process knows every mark and every uncovered entry."""
    high_water = MemoryHighWater()
    sizes: dict[str, int] = {}
    for origin, count, is_covering in steps:
        start = sizes.get(origin, 0)
        sizes[origin] = start + count
        entries = [f"{origin}{at}".encode() for at in range(start, start + count)]
        high_water.raise_to(origin, start + count, ROOT, entries)
        if is_covering:
            high_water.covered(origin, start)
        high_water = high_water.reopened(power_lost=True)
    assert {name: size for name, (size, _) in high_water.marks().items()} == sizes
    for origin, size in sizes.items():
        first, kept = high_water.kept(origin)
        assert kept == [f"{origin}{at}".encode() for at in range(first, size)]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    """A scan tells what it found, whatever the file holds."""
    assert journal.scan(journal.HEADER + data).end <= len(journal.HEADER) + len(data)
    assert not journal.scan(data).records or data.startswith(journal.HEADER)


def test_heads_of_several_logs_are_marked_with_one_sync(device: Fixture) -> None:
    """All of them are there after a loss of power, their entries too, or after a fault none."""
    high_water, reopen = device
    high_water.raise_to("a", 2, ROOT)
    both = (Mark("b", 7, OTHER), Mark("a", 3, OTHER, [b"2"]))
    high_water.raise_all(both)
    high_water.raise_all(both)  # said again: they stand
    later = reopen(high_water)
    assert dict(later.marks()) == {"a": (3, OTHER), "b": (7, OTHER)}
    assert later.kept("a") == (2, [b"2"])
    behind = (Mark("b", 8, ROOT), Mark("a", 2, ROOT))
    assert _code(lambda: later.raise_all(behind)) == "highwater.mark.behind"
    assert later.marks()["b"] == (7, OTHER), "a fault of one marks none"
