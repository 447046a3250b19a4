"""What a process that was killed leaves in a home."""

import os
from pathlib import Path

from comity.boot import scratch


def test_a_key_that_was_never_whole_goes_after_a_while(tmp_path: Path) -> None:
    """A key has its name when it is whole; one that is being written now is left alone."""
    names = ("local.age", "local.age.k3x9.new", "tls-0123.pem.new", "master.age.ab12.new")
    for name in names:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1_000, 1_000))
    os.utime(tmp_path / names[-1], (4_000, 4_000))
    scratch.drop_unfinished(tmp_path, 1_000_000 + scratch.WRITING_MS + 1)
    assert {path.name for path in tmp_path.iterdir()} == {names[0], names[-1]}
