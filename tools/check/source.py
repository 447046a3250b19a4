"""The files of this repository, read once: what the shape tests look at."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tools.check.steps import ROOT

GENERATED_OR_VENDORED = ("/migrations/0", "/static/vendor/")
BINARY_SUFFIXES = {".png", ".woff2", ".woff", ".ico", ".mo", ".age", ".pdf", ".db", ".otf"}


@dataclass(frozen=True, slots=True)
class Source:
    """One text file.

    Attributes:
        path: from the repository's root, with slashes.
        text: as it stands on disk.
    """

    path: str
    text: str

    @property
    def module(self) -> str:
        """The dotted name under which src/ gives it, or its path with dots."""
        name = self.path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__")
        return name.replace("/", ".")

    @property
    def is_test(self) -> bool:
        """Whether it lies under tests/."""
        return self.path.startswith("tests/")

    @property
    def is_product(self) -> bool:
        """Whether it is part of the packages under `src`."""
        return self.path.startswith("src/") and self.path.endswith(".py")

    @property
    def floor(self) -> str:
        """The package of `comity` that it lies in, or `lab`; of a module of the product."""
        package, _, rest = self.module.partition(".")
        return "lab" if package == "comity_lab" else rest.partition(".")[0]


@cache
def paths() -> tuple[str, ...]:
    """Return every file that is committed or could be, by path; generated ones left out."""
    found = _listed_by_git() or set(_walk())
    return tuple(sorted(name for name in found if (ROOT / name).is_file()))


def _listed_by_git() -> set[str]:
    """Return what git knows or would add; nothing in an unpacked archive or without git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-coz", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return set()
    return {name for name in listed.stdout.decode().split("\0") if name}


def _walk() -> Iterator[str]:
    for folder, folders, names in ROOT.walk():
        folders[:] = [name for name in folders if not name.startswith((".venv", ".git", "__pyc"))]
        folders[:] = [name for name in folders if not name.endswith("_cache")]
        for name in names:
            yield (folder / name).relative_to(ROOT).as_posix()


@cache
def texts() -> tuple[Source, ...]:
    """Return every text file that people wrote."""
    return tuple(
        Source(path, (ROOT / path).read_text(encoding="utf-8"))
        for path in paths()
        if not any(part in f"/{path}" for part in GENERATED_OR_VENDORED)
        and path.rpartition(".")[2] not in {"lock", "csv"}
        and f".{path.rpartition('.')[2]}" not in BINARY_SUFFIXES
        and not path.startswith("vectors/")
    )


@cache
def tree(source: Source) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(source.text, source.path)


def python() -> tuple[Source, ...]:
    """Return the Python files among `texts`."""
    return tuple(source for source in texts() if source.path.endswith(".py"))
