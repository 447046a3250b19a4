"""What the folder of bodies says of its disk."""

import errno
import hashlib
import os
from pathlib import Path
from typing import Final, NoReturn

import pytest

from comity.adapters import blob_files
from comity.adapters.blobs import FolderBodies
from comity.kernel.fault import Fault

NAME: Final = hashlib.sha256(b"body").hexdigest()


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "full"), (errno.EDQUOT, "full"), (errno.EIO, "failed")]
)
def test_a_disk_that_is_full_is_told_from_one_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    """Room is made where there is none; a disk that fails is another's work."""

    def refuses(*_: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    bodies = FolderBodies(tmp_path)
    monkeypatch.setattr(blob_files, "write_at", refuses)
    bodies.stage(NAME, 0, b"body")
    with pytest.raises(Fault, match=rf"adapters\.disk\.{code}"):
        bodies.commit(NAME)


def test_a_disk_that_fails_as_a_body_is_destroyed_is_told(tmp_path: Path) -> None:
    """In our words, as wherever else it fails: what is staged of it is still there."""
    bodies = FolderBodies(tmp_path)
    (tmp_path / "staged" / f"{NAME}.sn").mkdir()
    with pytest.raises(Fault, match=r"adapters\.disk\.failed"):
        bodies.drop(NAME)
