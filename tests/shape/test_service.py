"""The units of systemd that the documents give are ones that it takes."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.check.steps import ROOT

_PAGE = ROOT / "docs" / "service.md"
_UNIT = re.compile(
    r"^```ini\n# /etc/systemd/system/(?P<name>\S+)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL
)


def units() -> dict[str, str]:
    """Return the units of the page by name, with a program that is on this machine."""
    page = _PAGE.read_text(encoding="utf-8")
    here = str(Path(sys.executable).parent / "comity")
    found = {one["name"]: one["text"] for one in _UNIT.finditer(page)}
    return {
        name: text.replace("/opt/comity/.venv/bin/comity", here) for name, text in found.items()
    }


def test_systemd_takes_the_units_of_the_documents(tmp_path: Path) -> None:
    """A setting that is misspelt would be left out with a line of the journal, and not hold."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd is not installed: apt-get install systemd")
    assert units().keys() == {"comity.service", "comity-backup.service", "comity-backup.timer"}
    for name, text in units().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [
            program,
            "verify",
            "--man=no",
            "--recursive-errors=no",
            *(tmp_path / name for name in units()),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
