"""Catalogues of the pages: what is said in English, and the same in Chinese.

    python -m tools.messages            says what is missing, fuzzy, obsolete or not compiled
    python -m tools.messages --write    takes up new sentences, and compiles; then translate
                                        the empty ones in django.po and run it again

Needs the programs of GNU gettext.
"""

import gettext
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

from tools.check.steps import ROOT

WEB = ROOT / "src" / "comity" / "surfaces" / "web"
FOLDER = WEB / "locale" / "zh_Hans" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"


def has_programs() -> bool:
    """Return whether GNU gettext is installed."""
    return all(shutil.which(name) for name in ("xgettext", "msgmerge", "msgfmt", "msgcmp"))


def extract(target: Path) -> None:
    """Write every sentence of the pages as a template of catalogues."""
    if not settings.configured:
        settings.configure()
    with tempfile.TemporaryDirectory() as folder:
        names = [_as_python(path, Path(folder)) for path in _sources()]
        _run("xgettext", "--language=Python", "--from-code=UTF-8", "--no-wrap", "--keyword=_",
             "--add-location=file", f"--output={target}", *names, cwd=Path(folder))  # fmt: skip


def problems() -> list[str]:
    """Return what is wrong with the catalogue, in words."""
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        pot, compiled = Path(folder) / "django.pot", Path(folder) / "django.mo"
        extract(pot)
        compared = _try("msgcmp", str(PO), str(pot))
        found += [line for line in compared.splitlines() if "error" in line or PO.name in line]
        found += [f"obsolete: {line}" for line in _text(PO) if line.startswith("#~ msgid")]
        found += ["fuzzy" for line in _text(PO) if line.startswith("#,") and "fuzzy" in line]
        _run("msgfmt", "--check", f"--output-file={compiled}", str(PO))
        if catalogue(compiled) != catalogue(MO):
            found.append("django.mo is not what django.po gives")
    return found


def catalogue(path: Path) -> dict[object, str]:
    """Return what a compiled catalogue says."""
    with path.open("rb") as file:
        read: dict[object, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # noqa: SLF001 -- no other way in to all of it
    return read


def write() -> None:
    """Take up new sentences, drop old ones, compile."""
    with tempfile.TemporaryDirectory() as folder:
        pot = Path(folder) / "django.pot"
        extract(pot)
        _run("msgmerge", "--quiet", "--update", "--backup=none", "--no-fuzzy-matching",
             "--no-wrap", str(PO), str(pot))  # fmt: skip
    _run("msgattrib", "--no-obsolete", "--no-wrap", f"--output-file={PO}", str(PO))
    _run("msgfmt", "--check", f"--output-file={MO}", str(PO))


def _sources() -> list[Path]:
    return [*sorted(WEB.rglob("*.py")), *sorted((WEB / "templates").glob("*.html"))]


def _as_python(path: Path, folder: Path) -> str:
    """Copy a source where xgettext reads it as Python; return its name there."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(WEB).as_posix()
    copy = folder / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(templatize(text) if path.suffix == ".html" else text, encoding="utf-8")
    return name


def _text(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _run(*command: str, cwd: Path = ROOT) -> None:
    subprocess.run(command, check=True, cwd=cwd)


def _try(*command: str) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stderr


def main() -> int:
    """Check or write; return the exit code."""
    if "--write" in sys.argv[1:]:
        write()
    found = problems()
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
