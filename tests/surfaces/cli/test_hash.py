"""`comity hash`: hashes of files, and nothing is kept."""

import argparse
import hashlib
from pathlib import Path
from typing import Any, cast

import pytest

from comity.kernel.fault import Fault
from comity.surfaces.cli import hash as command


class Shown:
    """Keeps what a command shows."""

    value: Any = None
    text = ""

    def show(self, value: object, text: str) -> None:
        """Take it."""
        self.value, self.text = value, text


def run(*words: str) -> Shown:
    """Run the command."""
    root = argparse.ArgumentParser()
    command.add_parser(root.add_subparsers())
    options, shown = root.parse_args(["hash", *words]), Shown()
    assert options.run(cast("Any", shown), options) == 0
    return shown


def test_files_and_folders_are_hashed_in_order(tmp_path: Path) -> None:
    """Each file has its line; the folder is as it was."""
    folder = tmp_path / "seized"
    folder.mkdir()
    for name in ("b", "a"):
        (folder / name).write_bytes(name.encode())
    shown = run(str(folder), "--algorithm", "sha1")
    digests = [hashlib.sha1(name).hexdigest() for name in (b"a", b"b")]  # noqa: S324 -- as lists have it
    assert [line.split()[0] for line in shown.text.splitlines()] == digests
    assert [one["hash"] for one in shown.value["files"]] == digests
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["a", "b", "seized"]


def test_the_hash_of_nothing_is_not_given(tmp_path: Path) -> None:
    """An empty file would match every other one; a missing one is told with its path."""
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.raises(Fault, match=r"surfaces\.hash\.empty"):
        run(str(empty))
    with pytest.raises(Fault, match=r"surfaces\.file\.unreadable"):
        run(str(tmp_path / "missing"))
