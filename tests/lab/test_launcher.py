"""`./comity`, the launcher, where it has been started before."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def launcher() -> Path:
    """The launcher of this folder; it needs the network only before its first start."""
    if not (ROOT / ".venv-uv" / "bin" / "uv").exists():
        pytest.skip("./comity has not been started in this folder")
    return ROOT / "comity"


def _help(program: Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, "test", "--help"],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_it_starts_from_any_folder_and_says_nothing_of_its_own(
    launcher: Path, tmp_path: Path
) -> None:
    """An officer may stand anywhere; what is printed is the program's."""
    done = _help(launcher, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: comity test")


def test_it_starts_through_a_link(launcher: Path, tmp_path: Path) -> None:
    """A link in a folder of programs leads to this folder's comity."""
    link = tmp_path / "comity link"
    link.symlink_to(launcher)
    assert _help(link, tmp_path).returncode == 0


def test_what_a_caller_has_set_starts_no_other_program(launcher: Path, tmp_path: Path) -> None:
    """Settings of the caller's uv and Python do not reach ours."""
    done = _help(
        launcher,
        tmp_path,
        UV_PROJECT=str(tmp_path),
        UV_PROJECT_ENVIRONMENT=str(tmp_path / "other"),
        UV_LOCKED="1",
        UV_NO_BUILD="1",
        UV_PYTHON="3.99",
        VIRTUAL_ENV=str(tmp_path / "other"),
        PYTHONPATH=str(tmp_path),
        PYTHONHOME=str(tmp_path),
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_what_was_compiled_is_kept(launcher: Path, tmp_path: Path) -> None:
    """A second start does not compile the program again, whatever a caller has set."""
    kept = tmp_path / "compiled"
    done = _help(launcher, tmp_path, PYTHONDONTWRITEBYTECODE="1", PYTHONPYCACHEPREFIX=str(kept))
    assert done.returncode == 0
    assert any(kept.rglob("*.pyc"))
