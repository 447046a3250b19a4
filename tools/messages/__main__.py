"""Catalogues of the pages: what is said in English, and the same in Chinese.

    python -m tools.messages            says what is missing, fuzzy, obsolete, not compiled, said
                                        in two ways, or past them all (`tools.messages.bare`)
    python -m tools.messages --write    takes up new sentences, and compiles; then translate
                                        the empty ones in each django.po and run it again

Each room of the pages has a catalogue, `locale/<room>/`, and what all of them say has one,
`locale/`.  `locale/codes/` says what each code of a fault and each rule means, of a refusal by rule
and of what is wrong in a text; its comments are the explanations of docs/errors.md.
Needs the programs of GNU gettext.
"""

import gettext
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

from comity.node.operate import alarm_steps
from tools.check import codes, flaws
from tools.check.source import python
from tools.check.steps import ROOT
from tools.messages import bare

WEB = ROOT / "src" / "comity" / "surfaces" / "web"
SHARED = ("templatetags", "form", "django")
"""Folders that are no room."""
ALSO = {"account": ("mfa", "socialaccount"), "request": ("draft",)}
"""Further folders of a room: those where django-allauth looks for templates, and of drafts."""

ELSEWHERE = {"outside": "surfaces/outside"}
"""A folder beside the pages whose sentences a room has: guests read them, and no page of ours."""

SAID = {
    "health": (
        "node/base/rules_version.py", "node/operate/findings.py",
        "node/operate/delivery_findings.py", "node/operate/excuse_findings.py",
        "node/operate/health.py", "node/operate/calendar_expiry.py",
        "node/operate/token_expiry.py", "node/operate/alarm_steps.py", "node/operate/claims.py",
        "node/operate/write_latency.py", "node/operate/nation_findings.py",
        "node/exchange/revocation.py", "boot/doctor.py", "boot/outside_doctor.py",
        "boot/stored_doctor.py", "boot/database_doctor.py",
        "node/operate/scrub.py",
    ),
    "partner": ("node/exchange/lookalike.py",),
}  # fmt: skip
"""Files whose sentences of the node (`node.sentence.say`) a room shows."""

CODES = "codes"
"""The catalogue whose sentences stand in no file: each is a code or a rule."""

REFERENCE = "reference"
"""The page of what programs call: it shows what docs/api/openapi.json says of each."""

CALLS = ROOT / "docs" / "api" / "openapi.json"

_HEAD = 'msgid ""\nmsgstr ""\n"Language: zh_Hans\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'  # noqa: E501 -- one text


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sentences of one room, or those that every page may say.

    Attributes:
        room: its name; "" for what they share, `CODES` for codes and rules.
    """

    room: str

    @property
    def folder(self) -> Path:
        """Where it stands."""
        return WEB / "locale" / self.room / "zh_Hans" / "LC_MESSAGES"

    @property
    def po(self) -> Path:
        """What people write."""
        return self.folder / "django.po"

    @property
    def mo(self) -> Path:
        """What Django reads."""
        return self.folder / "django.mo"

    def sources(self) -> list[Path]:
        """Return the files whose sentences it has."""
        folders = [self.room, *ALSO.get(self.room, ())] if self.room else SHARED
        code = [path for name in folders for path in (WEB / name).rglob("*.py")]
        pages = [path for name in folders for path in (WEB / "templates" / name).rglob("*.html")]
        if not self.room:
            code += WEB.glob("*.py")
            pages += (WEB / "templates").glob("*.html")
        if self.room in ELSEWHERE:
            folder = WEB.parents[1] / ELSEWHERE[self.room]
            code += folder.rglob("*.py")
            pages += folder.rglob("*.html")
        said = [WEB.parents[1] / name for name in SAID.get(self.room, ())]
        return sorted(code) + sorted(pages) + said


def catalogues() -> list[Catalogue]:
    """Return the shared catalogue and that of each room."""
    rooms = {path.parent.name for path in WEB.glob("*/__init__.py")}
    return [
        Catalogue(""),
        Catalogue(CODES),
        *(Catalogue(name) for name in sorted(rooms - set(SHARED))),
    ]


def has_programs() -> bool:
    """Return whether GNU gettext is installed."""
    return all(shutil.which(name) for name in ("xgettext", "msgmerge", "msgfmt", "msgcmp"))


def extract(one: Catalogue, target: Path) -> None:
    """Write every sentence of a room as a template of catalogues."""
    if one.room == CODES:
        target.write_text(_HEAD + "".join(map(_entry, *_codes())), encoding="utf-8")
        return
    if not settings.configured:
        settings.configure()
    with tempfile.TemporaryDirectory() as folder:
        names = [_as_python(path, Path(folder)) for path in one.sources()]
        if one.room == REFERENCE:
            names.append(_calls(Path(folder)))
        _run("xgettext", "--language=Python", "--from-code=UTF-8", "--no-wrap", "--keyword=_",
             "--keyword=gettext_lazy", "--keyword=ngettext_lazy:1,2", "--keyword=pgettext:1c,2",
             "--keyword=pgettext_lazy:1c,2", "--keyword=npgettext:1c,2,3",
             *(["--keyword=say"] if one.room in SAID else []),
             "--force-po", "--add-location=file", f"--output={target}", *names,
             cwd=Path(folder))  # fmt: skip
    _without_date(target)


def _calls(folder: Path) -> str:
    """Write as Python what openapi.json says in English alone: subjects, and what calls do."""
    described = json.loads(CALLS.read_text(encoding="utf-8"))
    every = [one for path in described["paths"].values() for one in path.values()]
    bare_ones = {one["summary"] for one in every if not {"x-names", "x-summaries"} & set(one)}
    said = sorted(bare_ones | {one["tags"][0] for one in every})
    text = "".join(f"gettext({json.dumps(one, ensure_ascii=False)})\n" for one in said)
    (folder / "openapi.py").write_text(text, encoding="utf-8")
    return "openapi.py"


def _without_date(path: Path) -> None:
    """Leave out when a catalogue was made: two branches that add a sentence would conflict."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith('"POT-Creation-Date:')]
    path.write_text("".join(kept), encoding="utf-8")


def _codes() -> tuple[list[str], list[str]]:
    """Return every code, rule and alarm, and what docs/errors.md says of those that it has."""
    explained = codes.explained(codes.PAGE.read_text(encoding="utf-8"))
    every = sorted({*codes.every(python()), *flaws.rules(python()), *alarm_steps.STEPS})
    return every, [explained.get(code, "") for code in every]


def _entry(code: str, why: str) -> str:
    return (f"\n#. {why}" if why else "") + f'\nmsgid "{code}"\nmsgstr ""\n'


def problems() -> list[str]:
    """Return what is wrong with the catalogues, in words."""
    said_bare = [f"said in English alone: {one}" for one in bare.found(WEB)]
    wrong = [problem for one in catalogues() for problem in _problems(one)]
    return said_bare + wrong + _said_two_ways()


def _said_two_ways() -> list[str]:
    """Find what rooms say differently: pages have one catalogue in the end, and one way wins."""
    ways: dict[object, dict[str, str]] = {}
    for one in catalogues():
        for sentence, text in said(one.mo).items() if one.mo.exists() else ():
            ways.setdefault(sentence, {}).setdefault(text, one.room or "shared")
    return [
        f"{sentence!r} is said in two ways, say it in one or give it a context: {found}"
        for sentence, found in ways.items()
        if sentence and len(found) > 1
    ]


def _problems(one: Catalogue) -> list[str]:
    where = one.po.relative_to(WEB)
    if not one.po.exists():
        return [f"{where} is missing"]
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        pot, compiled = Path(folder) / "django.pot", Path(folder) / "django.mo"
        extract(one, pot)
        compared = _try("msgcmp", str(one.po), str(pot))
        found += [line for line in compared.splitlines() if "error" in line or one.po.name in line]
        text = one.po.read_text(encoding="utf-8").splitlines()
        found += [f"{where}: obsolete: {line}" for line in text if line.startswith("#~ msgid")]
        found += [f"{where}: fuzzy" for line in text if line.startswith("#,") and "fuzzy" in line]
        _run("msgfmt", "--check-format", "--check-domain", f"--output-file={compiled}", str(one.po))
        if not one.mo.exists() or said(compiled) != said(one.mo):
            found.append(f"{where.with_suffix('.mo')} is not what django.po gives")
    return found


def said(path: Path) -> dict[object, str]:
    """Return what a compiled catalogue says."""
    with path.open("rb") as file:
        read: dict[object, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # noqa: SLF001 -- no other way in to all of it
    return read


def write() -> None:
    """Take up new sentences, drop old ones, compile."""
    for one in catalogues():
        if not one.po.exists():
            one.folder.mkdir(parents=True, exist_ok=True)
            one.po.write_text(_HEAD, encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            pot = Path(folder) / "django.pot"
            extract(one, pot)
            _run("msgmerge", "--quiet", "--update", "--backup=none", "--no-fuzzy-matching",
                 "--no-wrap", str(one.po), str(pot))  # fmt: skip
        _run("msgattrib", "--no-obsolete", "--no-wrap", f"--output-file={one.po}", str(one.po))
        _without_date(one.po)
        _run("msgfmt", "--check-format", "--check-domain", f"--output-file={one.mo}", str(one.po))


def _as_python(path: Path, folder: Path) -> str:
    """Copy a source where xgettext reads it as Python; return its name there."""
    text = path.read_text(encoding="utf-8")
    root = WEB if path.is_relative_to(WEB) else WEB.parents[1]
    name = path.relative_to(root).as_posix()
    copy = folder / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(templatize(text) if path.suffix == ".html" else text, encoding="utf-8")
    return name


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
