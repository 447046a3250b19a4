"""Writing attachments for a person."""

from pathlib import Path

import pytest
import pyzipper

from comity.kernel.fault import Fault
from comity.seal.stream import Target
from comity.surfaces.cli import evidence_export, evidence_files
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
def test_what_was_sealed_is_read_by_its_owner_alone(tmp_path: Path, is_sample: bool) -> None:  # noqa: FBT001 -- drawn
    """Evidence in plain text is not left open to every account of the machine."""
    wanted = Wanted("a.bin", len(SAMPLE), is_sample=is_sample, give=give)
    (path,) = evidence_files.write(tmp_path / "out", [wanted])

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("is_sample", [True, False])
def test_half_a_file_is_not_left_behind(tmp_path: Path, is_sample: bool) -> None:  # noqa: FBT001 -- drawn
    """What does not open to its end is dropped; a reader would take a part for the whole."""
    wanted = Wanted("a.bin", len(SAMPLE), is_sample=is_sample, give=break_off)

    with pytest.raises(Fault, match=r"seal\.payload\.damaged"):
        list(evidence_files.write(tmp_path / "out", [wanted]))
    assert list((tmp_path / "out").iterdir()) == []


def test_half_a_bag_is_not_left_behind(tmp_path: Path) -> None:
    """Ctrl-C on the way takes away what was written; a folder that was there stays as it is."""
    folder = tmp_path / "bag"

    def begin() -> None:
        (folder / "data").mkdir()
        (folder / "data" / "a.bin").write_bytes(SAMPLE)
        assert folder.stat().st_mode & 0o777 == 0o700
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), evidence_export.made(folder):
        begin()
    assert not folder.exists()

    folder.mkdir()
    (folder / "mine").touch()
    with pytest.raises(Fault, match=r"surfaces\.bag\.folder"), evidence_export.made(folder):
        pass
    assert (folder / "mine").exists()
