"""The main job as a newcomer sees it: one command, two real nodes, a verdict."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMITY = str(Path(sys.executable).with_name("comity"))
UNTIL_S = 600
"""Some hundred commands: half a minute on a quiet machine, ten times that beside other checks."""

OUTCOMES = {
    "preservation": "answered",
    "emergency": "answered",
    "stop-payment": "answered",
    "refusal": "refused",
    "condition": "answered",
    "crossing": "answered",
}

_MATTER = re.compile(r"\b[a-z2-7]{26}\b")


def _shown(page_name: str) -> list[str]:
    """Return what a page shows of `comity demo --once`."""
    page = (ROOT / page_name).read_text(encoding="utf-8")
    block = page.split("$ ./comity demo --once\n")[1].split("```")[0]
    return _MATTER.sub("ID", block).splitlines()


@pytest.mark.slow
def test_the_demo_plays_the_whole_story_and_says_what_held(tmp_path: Path) -> None:
    """Each scene ends as it should, every check held, and the pages show what it prints."""
    folder = tmp_path / "kept here"
    done = subprocess.run(
        [COMITY, "demo", "--once", "--keep", str(folder), "--json"],
        capture_output=True,
        check=False,
        timeout=UNTIL_S,
    )
    assert done.stdout, done.stderr.decode()
    told = json.loads(done.stdout)

    assert done.returncode == 0, done.stdout.decode()
    assert told["held"] is True
    assert all(told["checks"].values())
    assert told["requests"] == OUTCOMES
    assert told["clocks"] >= len(OUTCOMES) * 4
    said = [_MATTER.sub("ID", line) for line in told["told"]]
    assert said == _shown("docs/first-steps.md")[:-1]
    assert {*_shown("README.md")[:-1]} - {"…"} <= {*said}
    assert len(told["digest"]) == 64
    for word in ("request", "answer"):
        assert Path(told[f"{word}-proof"]).exists()
    for home in ("a", "b"):
        assert (folder / home / "config.toml").exists()
    for environment in told["environments"].values():
        _open_again(environment)


def _open_again(environment: dict[str, str]) -> None:
    """What was kept can be read on by who kept it."""
    done = subprocess.run(
        [COMITY, "request", "list", "--json"],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert len(json.loads(done.stdout)["requests"]) >= len(OUTCOMES)


def test_the_demo_does_not_write_into_a_folder_with_files(tmp_path: Path) -> None:
    """What stands in a folder is not touched; the mend is named."""
    (tmp_path / "mine.txt").write_text("mine")
    done = subprocess.run(
        [COMITY, "demo", "--once", "--keep", str(tmp_path)], capture_output=True, check=False
    )

    assert done.returncode != 0
    assert b"demo.folder.not-empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
