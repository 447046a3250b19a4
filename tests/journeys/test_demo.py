"""The main job as a newcomer sees it: one command, two real nodes, a verdict."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMITY = str(Path(sys.executable).with_name("comity"))


@pytest.mark.slow
def test_the_demo_does_the_main_job_and_says_what_held(tmp_path: Path) -> None:
    """Both homes stay where asked, every check held, and the proofs are files."""
    folder = tmp_path / "kept here"
    done = subprocess.run(
        [COMITY, "demo", "--once", "--keep", str(folder), "--json"],
        capture_output=True,
        check=False,
        timeout=180,
    )
    told = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr.decode()
    assert told["held"] is True
    assert len(told["checks"]) >= 5
    assert all(told["checks"].values())
    assert Path(told["request-proof"]).exists()
    assert (folder / "a" / "config.toml").exists()
    assert (folder / "b" / "config.toml").exists()


def test_the_demo_does_not_write_into_a_folder_with_files(tmp_path: Path) -> None:
    """What stands in a folder is not touched; the mend is named."""
    (tmp_path / "mine.txt").write_text("mine")
    done = subprocess.run(
        [COMITY, "demo", "--once", "--keep", str(tmp_path)], capture_output=True, check=False
    )

    assert done.returncode != 0
    assert b"lab.folder.not-empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
