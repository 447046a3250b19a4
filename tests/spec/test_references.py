"""Every clause of the specification that something cites is there."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from spec.test_spec import FOLDER, PAGES, clauses, parts

from tools.check.source import texts

OTHERS: Final = tuple(
    page.stem for page in sorted(FOLDER.glob("*.md")) if page.stem not in (*PAGES, "README")
)
"""Pages whose numbers do not begin with that of the page."""

_LIST: Final = r"\d+(?:\.\d+)*(?:(?:, | and | to )\d+(?:\.\d+)*)*(?![\d.]*\d|[\w-])"
_CITED: Final = re.compile(
    rf"\b(?P<page>{'|'.join((*PAGES, *OTHERS))})\.md[)`\]]*,?\s(?:clauses?\s|parts?\s)?"
    rf"(?P<numbers>{_LIST})"
)
_IN_BRACKETS: Final = re.compile(rf"[(\[](?P<numbers>{_LIST})[)\]]")
_THREE: Final = re.compile(r"[1-9]\.\d{1,2}\.\d{1,2}")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)*")
_OWN: Final = re.compile(rf"\bclauses?\s(?P<numbers>{_LIST})(?! of \[)")


def _numbered(page: str) -> set[str]:
    """Return the numbers of a page's clauses and parts."""
    if page in PAGES:
        first = PAGES.index(page) + 1
        found = {number for number in (*clauses(), *parts()) if number[0] == first}
        return {".".join(map(str, number)) for number in found} | {str(first)}
    text = (FOLDER / f"{page}.md").read_text(encoding="utf-8")
    return set(re.findall(r"^(?:## )?(\d+(?:\.\d+)?)\.? ", text, re.MULTILINE))


NUMBERED: Final = {page: _numbered(page) for page in (*PAGES, *OTHERS)}
_ALL: Final = frozenset().union(*(NUMBERED[page] for page in PAGES))


def _wrong(text: str) -> Iterator[str]:
    """Give what a text cites that is not there."""
    for found in _CITED.finditer(text):
        for number in _NUMBER.findall(found["numbers"]):
            if number not in NUMBERED[found["page"]]:
                yield f"{found['page']}.md {number}"
    for found in _IN_BRACKETS.finditer(text):
        yield from (n for n in _THREE.findall(found["numbers"]) if n not in _ALL)


def test_each_clause_that_is_cited_anywhere_is_there() -> None:
    """Source, tests, decisions and the changelog lead to what they promise."""
    wrong = [
        f"{source.path}: {cited}"
        for source in texts()
        if source.path.endswith((".py", ".md", ".yaml")) and not __file__.endswith(source.path)
        for cited in _wrong(source.text)
    ]
    assert not wrong, "\n".join(["these lead nowhere:", *wrong])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("docs/spec/wire.md 7.4.13 to 7.4.99", ["wire.md 7.4.99"]),
        ("[fault](docs/spec/fault.md) 9.1.9, 9.9.7", ["fault.md 9.9.7"]),
        ("docs/spec/exchange.md 7.4.1", ["exchange.md 7.4.1"]),
        ("docs/spec/proof.md, clause 99", ["proof.md 99"]),
        ("as it was read (8.5.4), and (8.9.1)", ["8.9.1"]),
        ("docs/spec/review.md 3; docs/spec/review.md, 7.1", []),
    ],
)
def test_what_leads_nowhere_is_found(text: str, wrong: list[str]) -> None:
    """The check would see it."""
    assert list(_wrong(text)) == wrong


@pytest.mark.parametrize("page", OTHERS)
def test_each_number_stands_once_on_its_page(page: str) -> None:
    """A clause is found by its number: one of two that bear it would never be."""
    text = (FOLDER / f"{page}.md").read_text(encoding="utf-8")
    numbers = re.findall(r"^(\d+(?:\.\d+)?)\. ", text, re.MULTILINE)
    assert numbers
    assert numbers == sorted(set(numbers), key=lambda n: [int(part) for part in n.split(".")])


@pytest.mark.parametrize("page", OTHERS)
def test_each_clause_that_a_page_cites_of_itself_is_there(page: str) -> None:
    """`clause 9` is one of the page on which it is said."""
    text = (FOLDER / f"{page}.md").read_text(encoding="utf-8")
    cited = [n for found in _OWN.finditer(text) for n in _NUMBER.findall(found["numbers"])]
    assert [number for number in cited if number not in NUMBERED[page]] == []
