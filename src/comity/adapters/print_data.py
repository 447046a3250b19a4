"""What of the data of a paper is printed: a typesetter takes minutes for what no sheet shows well.

    value, left_out = shortened(data)     left_out: characters and entries, told on the paper

What nothing breaks is set in the square of its length, and one of 65,535 bytes in a line ends the
typesetter; a partner says as many characters and entries as a body holds. Data that any officer
writes are printed whole, and the data themselves lie in the PDF whole.

Floor: adapters.
"""

import re
from dataclasses import dataclass
from typing import Final

from comity.kernel.ijson import Json

RUN_CHARS_MAX: Final = 1_000
"""Of what has no place to break."""
CHARS_MAX: Final = 400_000
"""Of long texts in one paper: 150 sheets."""
ENTRIES_MAX: Final = 3_000
"""Of lists and fields in what officers wrote."""

_SHORT_CHARS: Final = 200
"""Such a text is printed anyway."""
_LINE_COST: Final = 4
_WRITTEN: Final = frozenset({"value", "given"})
_HEAVY_COST: Final = 3
_HEAVY: Final = re.compile(
    "[\\u0300-\\u036f\\u0900-\\u1fff\\ue000-\\uf8ff\\U00010000-\\U0001ffff]+"
    "|[!-~\\u00a1-\\u058f]{25,}"
)
"""What is set slowly: marks, scripts that a dictionary breaks, what no font here has, and words
that the template breaks."""
_STACKED: Final = re.compile(
    "[\\u0300-\\u036f\\u0483-\\u0489\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u200c-\\u200f\\u2060-\\u2064"
    f"\\u20d0-\\u20ff\\ufe00-\\ufe0f\\ufe20-\\ufe2f]{{{_SHORT_CHARS + 1},}}"
)
"""Marks on one letter: readers of PDF refuse what stands for more than 256 characters."""
_UNBROKEN: Final = re.compile(
    "[^ \\t\\n\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\U00020000-\\U0003ffff]"
    f"{{{RUN_CHARS_MAX + 1},}}"
)


def shortened(value: Json) -> tuple[Json, int]:
    """Return what is printed of data, and how many characters and entries are left out."""
    printing = _Printing()
    return printing.of(value), printing.left_out


@dataclass(slots=True)
class _Printing:
    """One paper.

    Attributes:
        chars: that may yet be printed.
        entries: that may yet be printed.
        left_out: characters and entries that are not.
    """

    chars: int = CHARS_MAX
    entries: int = ENTRIES_MAX
    left_out: int = 0

    def of(self, value: Json, *, is_written: bool = False) -> Json:
        if isinstance(value, dict):
            pairs = [*value.items()]
            some = pairs[: self._room(len(pairs))] if is_written else pairs
            fields = {
                self._name(name, place): self.of(one, is_written=is_written or name in _WRITTEN)
                for place, (name, one) in enumerate(some)
            }
            return fields | ({} if len(some) == len(pairs) else {"…": _gap(len(pairs) - len(some))})
        if isinstance(value, list):
            many = value[: self._room(len(value))] if is_written else value
            parts = [self.of(one, is_written=is_written) for one in many]
            return [*parts, *([] if len(many) == len(value) else [_gap(len(value) - len(many))])]
        return self._text(value) if isinstance(value, str) else value

    def _room(self, count: int) -> int:
        """Return how many of so many entries are printed."""
        found = min(count, self.entries)
        self.entries -= found
        self.left_out += count - found
        return found

    def _name(self, name: str, place: int) -> str:
        """Return a name, which stays another than those beside it."""
        return name if len(name) <= _SHORT_CHARS else f"{place + 1}. {self._cut(name, 0)}"

    def _text(self, text: str) -> str:
        if len(text) <= _SHORT_CHARS:
            return text
        text = _STACKED.sub(lambda found: self._cut(found[0], _SHORT_CHARS), text)
        text = _UNBROKEN.sub(lambda found: self._cut(found[0], RUN_CHARS_MAX), text)
        cost = len(text) + _LINE_COST * text.count("\n")
        cost += _HEAVY_COST * sum(len(found[0]) for found in _HEAVY.finditer(text))
        shown = text if cost <= self.chars else self._cut(text, len(text) * self.chars // cost)
        self.chars = max(0, self.chars - cost)
        return shown

    def _cut(self, text: str, chars_max: int) -> str:
        kept = text[: max(chars_max, _SHORT_CHARS)]
        self.left_out += len(text) - len(kept)
        return text if kept == text else f"{kept} {_gap(len(text) - len(kept))} "


def _gap(count: int) -> str:
    return f"[… {count}]"
