"""Writing attachments for a person."""

from pathlib import Path

import pytest
import pyzipper

from comity.kernel.fault import Fault
from comity.seal.stream import Target
from comity.surfaces.cli import evidence_files
from comity.surfaces.cli.evidence_files import Wanted

SAMPLE = b"MZ" + bytes(70_000)


def give(target: Target) -> object:
    """Write a sample."""
    target.write(SAMPLE)
    return "0" * 64


def break_off(target: Target) -> object:
    """Write a part, and fail."""
    target.write(SAMPLE[:10])
    raise Fault(code="seal.payload.damaged", what="It does not open.", fix="Fetch it again.")


def test_a_sample_is_written_in_quarantine(tmp_path: Path) -> None:
    """A zip under `infected`, encrypted: no bytes of it stand in the file, nothing starts."""
    wanted = Wanted("aaaa-1-invoice.exe", len(SAMPLE), is_sample=True, give=give)
    (path,) = evidence_files.write(tmp_path / "out", [wanted])

    assert path.name == "aaaa-1-invoice.exe.zip"
    assert SAMPLE[:64] not in path.read_bytes()
    with pyzipper.AESZipFile(path) as archive:
        archive.setpassword(b"infected")
        assert archive.read("aaaa-1-invoice.exe") == SAMPLE
    with pyzipper.AESZipFile(path) as archive, pytest.raises(RuntimeError):
        archive.read("aaaa-1-invoice.exe")


@pytest.mark.parametrize("is_sample", [True, False])
def test_half_a_file_is_not_left_behind(tmp_path: Path, is_sample: bool) -> None:  # noqa: FBT001 -- drawn
    """What does not open to its end is dropped; a reader would take a part for the whole."""
    wanted = Wanted("a.bin", len(SAMPLE), is_sample=is_sample, give=break_off)

    with pytest.raises(Fault, match=r"seal\.payload\.damaged"):
        list(evidence_files.write(tmp_path / "out", [wanted]))
    assert list((tmp_path / "out").iterdir()) == []
