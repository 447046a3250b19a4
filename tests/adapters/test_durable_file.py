"""A file is there whole, or not at all, and no other one is written over."""

import errno
from pathlib import Path

import pytest

from comity.adapters import durable_file


def test_a_file_system_without_links_keeps_what_is_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A root key may lie on a memory stick, whose files have one name each."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert durable_file.write_new(tmp_path / "key", b"first")
    assert not durable_file.write_new(tmp_path / "key", b"second")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("key", b"first")]
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
