"""A home on a disk that takes no changes, or is full, is read; it goes on once that is mended."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from support.pair import sqlite_store

from comity.adapters.store.django_store import DjangoStore
from comity.boot import stored_doctor
from comity.kernel.fault import Fault

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="a small file system is mounted by root alone"
)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return a file system of four megabytes."""
    made = tmp_path / "disk"
    made.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(made)],
        check=False, capture_output=True,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield made
    finally:
        subprocess.run(["umount", "-l", str(made)], check=True)


def _remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)


def _for_reading(disk: Path) -> Callable[[], None]:
    _remount(disk, "ro")
    return partial(_remount, disk, "rw")


def _full(disk: Path) -> Callable[[], None]:
    filling = disk / "filling"
    with filling.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4_096))
    return filling.unlink


@pytest.mark.parametrize(
    ("freeze", "code"), [(_for_reading, "node.store.read-only"), (_full, "node.store.full")]
)
def test_what_is_there_is_read_and_goes_on_by_itself(
    disk: Path, freeze: Callable[[Path], Callable[[], None]], code: str
) -> None:
    """Reading goes on, a write says why it is refused, and neither needs a new start."""
    file = disk / "store.sqlite3"
    store = sqlite_store(file)
    assert isinstance(store, DjangoStore)
    with store.write() as tx:
        tx.save_record("nation", "approvals", 2)
    store.close()
    assert stored_doctor.frozen_disk("database", str(file)) is None
    mend = freeze(disk)
    found = stored_doctor.frozen_disk("database", str(file))
    assert found is not None
    assert found.is_good is False
    for _ in range(2):
        with store.read() as tx:
            assert tx.record("nation", "approvals") == 2
        with pytest.raises(Fault) as refused, store.write() as tx:
            tx.save_record("nation", "approvals", 3)
        assert refused.value.code == code
    mend()
    with store.write() as tx:
        tx.save_record("nation", "approvals", 4)
    with store.read() as tx:
        assert tx.record("nation", "approvals") == 4
    store.close()
