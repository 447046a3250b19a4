"""Whatever is typed into a field comes back as text: nothing runs, nothing turns the line around.

The forms are found on the pages themselves, so that a new one is tried by itself.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, override

import pytest
from django.http import HttpResponse
from surfaces.web.matrix.policy import ROWS
from surfaces.web.matrix.stage import Stage
from surfaces.web.matrix.test_matrix import Cell, cells

MARK: Final = "kqzxtyped"
"""Stands in all that is typed, so that it is known where it comes back."""

RUNS: Final = (
    '"><script>alert(1)</script>', "'><img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "javascript:alert(1)", "</textarea><script>alert(1)</script>", "{{7*7}}{% csrf_token %}",
    "</title><script>alert(1)</script>", "<bdi></bdi></bdi><b onmouseover=alert(1)>",
    "\u202edrawkcab \u2066 \u2067 \u05d0\u0628", "\u0000\u0008\ufeff\ud7ff\U0010ffff", "=1+1|cmd",
    "'; DROP TABLE store_user; --", "%0d%0aSet-Cookie: x=1", "../../../../etc/passwd",
)  # fmt: skip
"""One of each kind that runs, turns, ends a line or ends a query somewhere."""

TYPED: Final = frozenset(
    {"text", "search", "email", "url", "tel", "password", "number", "date", ""}
)
VOID: Final = frozenset({"input", "img", "br", "hr", "meta", "link", "wbr", "source", "col"})
ROUNDS: Final = 3
PEOPLE: Final = ("wei", "han", "fa", "rong", "op", "nobody")
"""Whose pages have all forms between them."""


@dataclass
class Form:
    """A form of a page.

    Attributes:
        action: where it is sent, or "" for the page itself.
        fixed: what is sent as it stands.
        typed: names of the fields that somebody types into.
    """

    action: str
    fixed: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """The forms of a page; what would run; and where typed words stand without isolation."""

    def __init__(self, mark: str = MARK) -> None:
        super().__init__()
        self.mark = mark
        self.forms: list[Form] = []
        self.running: list[str] = []
        self.bare: list[str] = []
        self.shown = 0
        self._open: list[tuple[str, dict[str, str]]] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._look(tag, given)
        if tag not in VOID:
            self._open.append((tag, given))
        if tag == "form" and given.get("method") == "post":
            self.forms.append(Form(given.get("action", "")))
        elif self.forms and tag in ("input", "textarea", "select") and given.get("name"):
            self._field(tag, given)
        elif tag == "option" and self.forms and self._select and given.get("value"):
            self.forms[-1].fixed.setdefault(self._select, given["value"])

    _select: str | None = None

    def _field(self, tag: str, given: Mapping[str, str]) -> None:
        form, kind = self.forms[-1], given.get("type", "")
        self._select = given["name"] if tag == "select" else None
        if tag == "textarea" or (tag == "input" and kind in TYPED):
            form.typed.append(given["name"])
        elif kind in ("radio", "checkbox"):
            form.fixed.setdefault(given["name"], given.get("value", "on"))
        elif kind != "file":
            form.fixed.setdefault(given["name"], given.get("value", ""))

    def _look(self, tag: str, given: Mapping[str, str]) -> None:
        handlers = [name for name in given if name.startswith("on")]
        links = [given.get(name, "").strip().lower() for name in ("href", "src", "action")]
        if handlers or any(one.startswith(("javascript:", "data:text")) for one in links):
            self.running.append(f"<{tag} {dict(given)}>")
        if tag == "script" and "src" not in given:
            self.running.append("<script>")

    @override
    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    @override
    def handle_data(self, data: str) -> None:
        held = any(
            tag in ("bdi", "textarea", "title", "option", "text") or given.get("dir") == "auto"
            for tag, given in self._open
        )
        self.shown += self.mark in data
        if self.mark in data and not held:
            self.bare.append(f"{'/'.join(tag for tag, _ in self._open[-4:])}: {data[:80]!r}")


def read(answer: HttpResponse) -> Page:
    """Return a page as a browser takes it apart."""
    page = Page()
    if not answer.streaming and "html" in answer.headers.get("Content-Type", ""):
        page.feed(answer.content.decode())
    return page


def pages(stage: Stage) -> Iterator[tuple[str, str, Page]]:
    """Give each page with a form, once for who is shown it first: person, address, page."""
    for name, row in ROWS.items():
        if not row.get:
            continue
        for cell in sorted(_shown(stage, name), key=lambda one: PEOPLE.index(one.person)):
            answer, _, _ = stage.ask(cell.person, "get", cell.address)
            page = read(answer)
            if answer.status_code == 200 and any(one.typed for one in page.forms):
                yield cell.person, cell.address, page
                break


def _shown(stage: Stage, name: str) -> list[Cell]:
    """Return whom of `PEOPLE` a row is for, each with one thing."""
    return [
        one
        for one in cells(stage, name, ROWS[name].does)
        if one.person in PEOPLE and one.is_reader and one.roles & ROWS[name].get
    ]


@pytest.fixture(scope="module")
def strings(test_data: Path) -> Sequence[str]:
    """What breaks fields: ours, one of each kind, and some of the big list."""
    listed = json.loads((test_data / "blns.json").read_text("utf-8"))
    some = random.Random(1).sample(listed, 120)  # noqa: S311 -- a test
    return [*RUNS, *some]


def test_what_is_typed_comes_back_as_text(stage: Stage, strings: Sequence[str]) -> None:
    """No page breaks, runs it, or lets it stand where it could turn its neighbours around."""
    wrong: set[str] = set()
    tried, at, shown = 0, 0, 0
    for person, address, page in pages(stage):
        for form in page.forms:
            for _ in range(ROUNDS if form.typed else 0):
                typed = {}
                for name in form.typed:
                    typed[name] = f"{MARK} {strings[at % len(strings)]}"
                    at += 1
                tried += 1
                for answer in stage.send(person, form.action or address, {**form.fixed, **typed}):
                    back = read(answer)
                    shown += back.shown
                    wrong |= set(_wrong(answer, back, form.action or address))
    assert not wrong, "\n".join(sorted(wrong))
    assert tried > 100, "the forms are not found"
    assert shown > 50, "what is typed does not come back"


def _wrong(answer: HttpResponse, page: Page, address: str) -> Iterator[str]:
    """Give what is wrong with an answer to what was typed."""
    if answer.status_code >= 500 and answer.status_code != 503:
        yield f"{address}: {answer.status_code}"
    yield from (f"{address} runs {one}" for one in page.running)
    yield from (f"{address} shows bare {one}" for one in page.bare)
