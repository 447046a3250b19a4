"""The documents say what is so."""

import re

from tools.check import codes
from tools.check.source import python, texts
from tools.check.steps import ROOT, STEPS

_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
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
    """docs/errors.md has one line for each code of a fault and each rule of a lawful no."""
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
