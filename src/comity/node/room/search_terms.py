"""Words of a text, and of a question, for search: in Chinese as in English.

    "Order 27/2026 for 192.0.2.7"     order 27 2026 27·2026 for 192 0 2 7 192·0 0·2 2·7
    "请保全记录"                        请保 保全 全记 记录 录

Chinese is not divided into words: each two characters that stand together are a term, and the
last one alone, so that two characters find a text and one character finds it by its beginning.
What stands together with punctuation is also kept in pairs, so that a number of a file or an
address is found as it is written.

Source: Unicode Standard Annex 15 (NFKC); Unicode Standard, chapter 18 (East Asia).
Floor: node.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from typing import Final

from comity.kernel.fault import Fault, quoted

TERM_CHARS_MAX: Final = 48
"""A longer one is cut: nobody types it."""

TERMS_MAX: Final = 20_000
"""Of one act; the words of a longer text than a person writes are left out."""

TERMS_BYTES_MAX: Final = 1_000_000
"""Of one act, all of them in UTF-8: PostgreSQL takes 1,048,575 bytes of words in one row."""

ASKED_MAX: Final = 32
JOINT: Final = "·"

_EAST: Final = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN: Final = re.compile(rf"[{_EAST}]+|[^\W_{_EAST}]+")


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the terms under which texts are found."""
    found: set[str] = set()
    for text in texts:
        for chunk in _chunks(text):
            found.update(_terms(chunk))
        if len(found) > TERMS_MAX:
            break
    ordered = sorted(found)[:TERMS_MAX]
    ends = accumulate(len(term.encode()) for term in ordered)
    return frozenset(
        term for term, end in zip(ordered, ends, strict=True) if end <= TERMS_BYTES_MAX
    )


def asked(question: str) -> tuple[str, ...]:
    """Return the terms that a text must have to answer a question, `…*` for a beginning.

    Raises:
        Fault: `node.search.empty`.
    """
    found: dict[str, None] = {}
    for chunk in _chunks(question):
        is_beginning = chunk.endswith("*")
        needed = _needed(chunk)
        if needed and is_beginning and not needed[-1].endswith("*"):
            needed[-1] += "*"
        found.update(dict.fromkeys(needed))
    if not found:
        raise Fault(
            code="node.search.empty",
            what=f"There is no word in {quoted(question)} to search for.",
            fix="Give words, or the first characters of a word and `*`.",
        )
    return tuple(found)[:ASKED_MAX]


def _chunks(text: str) -> list[str]:
    return unicodedata.normalize("NFKC", text).casefold().split()


def _terms(chunk: str) -> Iterator[str]:
    parts: list[str] = []
    for run in _RUN.findall(chunk):
        if is_east(run):
            yield from (run[at : at + 2] for at in range(len(run)))
        else:
            parts.append(run[:TERM_CHARS_MAX])
    yield from parts
    yield from _pairs(parts)


def _needed(chunk: str) -> list[str]:
    parts: list[str] = []
    needed: list[str] = []
    for run in _RUN.findall(chunk):
        if not is_east(run):
            parts.append(run[:TERM_CHARS_MAX])
        elif len(run) == 1:
            needed.append(f"{run}*")
        else:
            needed += [run[at : at + 2] for at in range(len(run) - 1)]
    return needed + (_pairs(parts) if len(parts) > 1 else parts)


def _pairs(parts: list[str]) -> list[str]:
    return [f"{one}{JOINT}{two}" for one, two in pairwise(parts)]


def is_east(run: str) -> bool:
    """Return whether a run of characters begins with Chinese, Japanese or Korean."""
    return re.match(f"[{_EAST}]", run) is not None
