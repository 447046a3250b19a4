"""Says whether what programs write here is what they would write today.

    python -m tools.check.generated            compares; the files stay as they are
    python -m tools.check.generated --write    writes them anew

A generator is each program in tools/vectors/, which writes vectors/<its name>/, and each
line of `GENERATORS`.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.check import help_lines
from tools.check.steps import ROOT

GENERATORS: tuple[tuple[str, str], ...] = (
    ("-m tools.tables", "docs/spec"),
    ("-m tools.check.commands", "docs/commands.md"),
    *(
        (f"-m tools.check.help_lines {package}", f"src/{package.replace('.', '/')}/help_lines.json")
        for package in help_lines.PACKAGES
    ),
    ("-m tools.catalogue", "src/comity/catalogue"),
    ("-m tools.messages.letter", "src/comity/catalogue/letter"),
    ("-m tools.calls", "docs/api"),
    ("-m tools.sbom", "docs/sbom"),
)
"""The program, and the file or folder that it writes."""


def generators() -> Iterator[tuple[str, Path]]:
    """Yield each program with what it writes."""
    for program in sorted((ROOT / "tools" / "vectors").glob("[a-z]*.py")):
        yield f"-m tools.vectors.{program.stem}", ROOT / "vectors" / program.stem
    for program_text, folder in GENERATORS:
        yield program_text, ROOT / folder


def contents(place: Path) -> dict[Path, bytes]:
    """Return a file, or every file beneath a folder."""
    paths = [place, *sorted(place.rglob("*"))]
    return {path: path.read_bytes() for path in paths if path.is_file()}


def stale(program: str, folder: Path) -> list[str]:
    """Run a generator, put back what it changed, and name it."""
    before = contents(folder)
    done = subprocess.run([sys.executable, *program.split()], cwd=ROOT, check=False)
    after = contents(folder)
    changed = sorted(path for path in before | after if before.get(path) != after.get(path))
    for path in changed:
        if path in before:
            path.write_bytes(before[path])
        else:
            path.unlink()
    if done.returncode != 0:
        return [f"{program} ended with {done.returncode}"]
    return [f"{path.relative_to(ROOT)}: written otherwise by {program}" for path in changed]


def main() -> int:
    """Compare or write everything."""
    if "--write" in sys.argv[1:]:
        for program, _ in generators():
            subprocess.run([sys.executable, *program.split()], cwd=ROOT, check=True)
        return 0
    found = [line for program, folder in generators() for line in stale(program, folder)]
    if found:
        print(
            *found, "run `python -m tools.check.generated --write` and look at the change", sep="\n"
        )
    return int(bool(found))


if __name__ == "__main__":
    raise SystemExit(main())
