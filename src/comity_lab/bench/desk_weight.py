"""What a browser fetches on a first visit, with nothing kept from before.

The page, its style and script, its picture; and of fonts those that the page asks for on a machine
that has none of the local ones that the style names first.

Floor: lab.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final, override
from urllib.parse import urljoin

from comity_lab.bench.desk_reader import Answer, Reader

_FACE: Final = re.compile(r"@font-face\s*\{(.*?)\}", re.DOTALL)
_URL: Final = re.compile(r"url\([\"']?([^\"')]+)")
_RANGE: Final = re.compile(r"unicode-range:([^;]+)")
_LOADED: Final = frozenset({"stylesheet", "icon"})
_LAST: Final = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes that crossed, heads of answers and all.

    Attributes:
        page: itself.
        parts: style, script and picture, by address.
        fonts: that a machine without type of its own for the page's characters fetches.
    """

    page: int
    parts: Mapping[str, int]
    fonts: Mapping[str, int]

    @property
    def total(self) -> int:
        """On a machine that has the type."""
        return self.page + sum(self.parts.values())

    @property
    def fonts_total(self) -> int:
        """What comes to it where there is none."""
        return sum(self.fonts.values())


class _Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.text: set[str] = set()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "img"} and given.get("src"):
            self.found.append(given["src"] or "")
        if tag == "link" and _LOADED & set((given.get("rel") or "").split()):
            self.found.append(given.get("href") or "")

    @override
    def handle_data(self, data: str) -> None:
        self.text |= set(data)


def of(reader: Reader, path: str) -> Weight:
    """Fetch a page with everything that it is made of.

    Raises:
        Fault: `lab.bench.page`.
    """
    page = reader.get(path)
    parts = _Parts()
    parts.feed(page.body.decode())
    fetched = {one: reader.get(urljoin(path, one)) for one in dict.fromkeys(parts.found)}
    fonts = {
        there: reader.get(there)
        for one, answer in fetched.items()
        for there in _fonts(urljoin(path, one), answer, parts.text)
    }
    return Weight(page.sent_bytes, _sizes(fetched), _sizes(fonts))


def _sizes(answers: Mapping[str, Answer]) -> dict[str, int]:
    return {one: answer.sent_bytes for one, answer in answers.items()}


def _fonts(sheet: str, answer: Answer, text: set[str]) -> Iterator[str]:
    """Give the fonts of a style sheet of which a page has characters."""
    if not answer.headers.get("content-type", "").startswith("text/css"):
        return
    points = {ord(one) for one in text}
    for face in reversed(_FACE.findall(answer.body.decode())):  # the last that fits is asked first
        found, ranges = _URL.search(face), _RANGE.search(face)
        wanted = [_bounds(one) for one in ranges[1].split(",")] if ranges else [(0, _LAST)]
        held = {one for one in points if any(low <= one <= high for low, high in wanted)}
        if found and held:
            points -= held
            yield urljoin(sheet, found[1])


def _bounds(text: str) -> tuple[int, int]:
    low, _, high = text.strip().upper().removeprefix("U+").partition("-")
    return int(low, 16), int(high or low, 16)
