"""The documents say what is so."""

import re
from dataclasses import fields

import pytest

from comity.boot import configuration
from comity.kernel.fault import Fault
from comity.surfaces.cli.context import Settings
from tools.check import codes
from tools.check.source import python, texts
from tools.check.steps import ROOT, STEPS

_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_PATH = re.compile(r"`((?:src|docs|tests|tools|examples|vectors)/[\w./-]*\w)`")
_PAST = ("CHANGELOG.md", "docs/adr/")
_CODE_BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def test_each_relative_link_leads_somewhere() -> None:
    """A reader who follows a link in a document finds a file."""
    broken = [
        f"{source.path}: {target}"
        for source in texts()
        if source.path.endswith(".md")
        for target in _LINK.findall(_CODE_BLOCK.sub("", source.text))
        if not re.match(r"[a-z]+:|#", target)
        and not (ROOT / source.path).parent.joinpath(target.split("#")[0]).exists()
    ]
    assert not broken, "\n".join(["mend or remove these links:", *broken])


def test_each_error_code_is_explained_and_no_other() -> None:
    """docs/errors.md has one line for each code of a fault and each rule of a refusal by rule."""
    explained = codes.explained(codes.PAGE.read_text(encoding="utf-8"))
    raised = codes.every(python())
    assert not {code: place for code, place in raised.items() if code not in explained}, (
        "run `python -m tools.check.codes --write` and explain them in docs/errors.md"
    )
    assert not set(explained) - set(raised), "no source raises these: run it with --write"
    blank = [code for code, why in explained.items() if why == codes.UNEXPLAINED]
    assert not blank, "explain these in docs/errors.md"


def test_the_glossary_is_sorted_and_names_its_sources() -> None:
    """A word is found by its letters, stands once, and says where it comes from."""
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!word|---)([^|]+) \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)
    words = [word.strip("* ").lower() for word, _, _ in rows]
    assert words == sorted(set(words))
    assert [
        word for word, meaning, source in rows if not (meaning.strip() and source.strip())
    ] == []


def test_each_step_of_the_check_is_told_in_contributing() -> None:
    """CONTRIBUTING promises what the check does, no more and no less."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([a-z]+)` \|", page.split("## The check")[1], re.MULTILINE)
    assert told == [step.name for step in STEPS]


def test_each_path_and_place_that_a_document_names_is_there() -> None:
    """Who opens what a document names finds it, and who follows a link its heading."""
    pages = {source.path: source.text for source in texts() if source.path.endswith(".md")}
    gone = [
        f"{path}: {name}"
        for path, text in pages.items()
        if not path.startswith(_PAST)
        for name in _PATH.findall(text)
        if not (ROOT / name).exists()
    ]
    headings = {path: set(map(_slug, _HEADING.findall(text))) for path, text in pages.items()}
    for path, text in pages.items():
        for target in _LINK.findall(_CODE_BLOCK.sub("", text)):
            name, _, place = target.partition("#")
            if re.match(r"[a-z]+:", target) or not place:
                continue
            page = (ROOT / path).parent.joinpath(name).resolve() if name else ROOT / path
            known = headings.get(page.relative_to(ROOT).as_posix())
            if known is not None and place not in known:
                gone.append(f"{path}: {target}")
    assert not gone, "\n".join(["mend or remove these:", *gone])


def _slug(heading: str) -> str:
    """Return the place of a heading, as GitHub names it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_each_setting_is_told_with_its_default() -> None:
    """docs/configuration.md has every setting, and says what counts unless it is set."""
    told = {name: (what, unset.strip()) for name, what, unset in _settings()}
    known = {one.name: one.default for one in fields(Settings)}
    assert told.keys() == known.keys()
    for name, default in known.items():
        if isinstance(default, int):
            shown = f"{default >> 20} MiB" if name.endswith("_bytes") else str(default).lower()
            assert told[name][1] == shown, name
        elif isinstance(default, str) and default:
            assert told[name][1] == f"`{default}`", name


def test_each_bound_of_a_setting_is_where_it_is_told() -> None:
    """`0 to 64` takes 0 and 64, and neither -1 nor 65."""
    bounds = {
        name: [int(number.replace(",", "")) for number in found.groups()]
        for name, what, _ in _settings()
        if (found := re.search(r"\b([\d,]*\d) to ([\d,]*\d)\b", what))
    }
    assert len(bounds) >= 4
    for name, (least, most) in bounds.items():
        for value in (least, most):
            configuration.parse(f'party = "fr"\n{name} = {value}', name)
        for value in (least - 1, most + 1):
            with pytest.raises(Fault, match=name):
                configuration.parse(f'party = "fr"\n{name} = {value}', name)


def _settings() -> list[tuple[str, str, str]]:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    table = page.split("\n## ")[0]
    return re.findall(r"^\| `\[*(\w+)\]*` \| (.*) \| ?(.*?) ?\|$", table, re.MULTILINE)
