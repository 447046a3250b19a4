"""Gathers what installs comity on a machine without a network: wheels, and the hash of each.

    python -m tools.bundle DIR
    pip install --no-index --find-links DIR --require-hashes -r DIR/requirements.txt

The wheels are those that uv.lock names for the Python and the machine on which this runs; the list
has their hashes from the lock, and that of comity's own wheel, which is built here.
"""

import argparse
import hashlib
import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
INSTALLER: Final = ROOT / ".venv-uv" / "bin"
"""What `./comity` made at its first start: uv and pip."""

LIST: Final = "requirements.txt"


def build(folder: Path) -> Path:
    """Build the wheel of this tree into a folder, and return it."""
    before = {*folder.glob("*.whl")}
    _run("uv", "build", "--quiet", "--wheel", "--out-dir", str(folder))
    return next(one for one in folder.glob("comity-*.whl") if one not in before)


def gather(folder: Path) -> Path:
    """Write everything into a new or empty folder; return the list with the hashes."""
    own = build(folder)
    listed = folder / LIST
    wanted = ("--frozen", "--no-dev", "--no-emit-project", "--no-header", "--output-file")
    _run("uv", "export", "--quiet", *wanted, str(listed))
    pip = ("-m", "pip", "--disable-pip-version-check", "--quiet", "download")
    only = ("--only-binary", ":all:", "--no-deps", "--require-hashes")
    _run("python", *pip, *only, "--requirement", str(listed), "--dest", str(folder))
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    with listed.open("a", encoding="utf-8") as out:
        out.write(f"comity=={own.name.split('-')[1]} --hash=sha256:{digest}\n")
    return listed


def _run(program: str, *words: str) -> None:
    subprocess.run([INSTALLER / program, *words], cwd=ROOT, check=True)


def main() -> None:
    """Gather into the folder that is named."""
    parser = argparse.ArgumentParser(prog="python -m tools.bundle", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="new, or empty")
    folder: Path = parser.parse_args().folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        parser.error(f"The folder {folder} is not empty. Name a new one.")
    listed = gather(folder)
    print(f"{len([*folder.glob('*.whl')])} wheels. On a machine with the same Python:")
    print(f"  pip install --no-index --find-links {folder} --require-hashes -r {listed}")
