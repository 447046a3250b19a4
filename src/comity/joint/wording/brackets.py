"""Brackets: in what variants of a paragraph differ, word by word, and whose each word is.

    bracketed({"fr": "They met.", "sn": "They met twice."})
        -> They met | sn: twice | .

Chinese is compared by characters, since it has no spaces.

Floor: joint (pure).
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_HAN: Final = "\u3400-\u9fff\uf900-\ufaff"
_TOKEN: Final = re.compile(rf"[{_HAN}]|\{{[^{{}}]*\}}|[^\W{_HAN}]+|\s+|.")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words.

    Attributes:
        text: the words.
        parties: whose they are; empty where all have them.
    """

    text: str
    parties: tuple[str, ...] = ()


def bracketed(variants: Mapping[str, str]) -> tuple[Piece, ...]:
    """Return the words of all variants: what all have once, the rest in brackets.

    Two variants are compared by word; of more, each stands whole.

    Args:
        variants: `{party: its words}`, in the order in which they are shown.
    """
    by_words: dict[str, list[str]] = {}
    for party, words in variants.items():
        by_words.setdefault(words, []).append(party)
    if len(by_words) <= 1:
        return tuple(Piece(words) for words in by_words)
    sides = [(words, tuple(parties)) for words, parties in by_words.items()]
    if len(sides) > 2:  # noqa: PLR2004 -- a pair
        return tuple(Piece(words, parties) for words, parties in sides)
    return _of_two(*sides)


def tokens(words: str) -> list[str]:
    """Return the words of a variant as they are compared."""
    return _TOKEN.findall(words)


def _of_two(
    one: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]]
) -> tuple[Piece, ...]:
    mine, its = tokens(one[0]), tokens(other[0])
    found: list[Piece] = []
    ours, theirs = "", ""  # of brackets that are open

    def close() -> None:
        nonlocal ours, theirs
        for text, parties in ((ours, one[1]), (theirs, other[1])):
            if text:
                found.append(Piece(text, parties))
        ours, theirs = "", ""

    matched = difflib.SequenceMatcher(None, mine, its, autojunk=False).get_opcodes()
    for at, (what, start, end, from_, to) in enumerate(matched):
        left, right = "".join(mine[start:end]), "".join(its[from_:to])
        is_gap = what == "equal" and not left.strip() and 0 < at < len(matched) - 1
        if what != "equal" or is_gap:  # a space between two differences is of both
            ours, theirs = ours + left, theirs + right
            continue
        close()
        found.append(Piece(left))
    close()
    return tuple(found)


def shown(pieces: tuple[Piece, ...]) -> str:
    """Return pieces on one line: `They met[ sn: twice].`."""
    return "".join(
        f"[{', '.join(one.parties)}: {one.text}]" if one.parties else one.text for one in pieces
    )
