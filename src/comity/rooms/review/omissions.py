# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What a figure leaves out because nobody knows it yet, told beside the figure in both languages.

    note(figures, "all", "timeliness/respond/clock/kept")
        -> {"en": "4 not decided yet: in the end from 50 % to 75 %", "zh": …}

What is kept is known as soon as it is answered, what is missed only when it is due: so a share of
what is decided is too high while much is not; and a request is found deficient sooner than it is
complete.  The two ends say what a share comes to if none of what is open is of it, or all.  A
median of what is done leaves out whoever waits longest.

Source: docs/spec/review.md 4.8.
Floor: rooms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.figures import address, figures
from comity.figures.cells import Cell
from comity.figures.figures import Figures
from comity.kernel.ijson import Json
from comity.rooms.review.shares import share

_KEPT: Final = "/clock/kept"
_OF_ALL_ASKED: Final = frozenset({"quality/request/complete", "quality/response/some"})
"""Shares of those that were looked at, or decided, of all that were asked."""
_PLAIN: Final = "/plain-median"
_OF_CURVE: Final = "/elapsed/median"


@dataclass(frozen=True, slots=True)
class Undecided:
    """Of a share: of how many it is not decided yet whether they are of it.

    Attributes:
        count: how many.
        kept: how many are.
        judged: of how many.
    """

    count: int
    kept: int
    judged: int

    @property
    def words(self) -> Mapping[str, str]:
        """Where the share ends if all of it is late, and if none is."""
        total = self.judged + self.count
        low, high = share(self.kept, total), share(self.kept + self.count, total)
        return {
            "en": f"{self.count} not decided yet: in the end from {low} to {high}",
            "zh": f"{self.count} 件尚未确定：最终介于 {low} 与 {high} 之间",
        }


def undecided(found: Figures, group: str, within: str, *, before: bool = False) -> Undecided | None:
    """Return what a share of what is decided leaves out; None where that is nothing, or no share.

    Args:
        found: the figures.
        group: of the share.
        within: its address within the group.
        before: whether it is of the period before.
    """
    own = figures.cell(found, f"{group}/{within}", before=before)
    n = int(str(own["n"]))
    if within.endswith(_KEPT):
        at = f"{group}/{within.removesuffix('kept')}undecided"
        count = _number(figures.cell(found, at, before=before))
    elif within in _OF_ALL_ASKED:
        count = _number(figures.cell(found, f"{group}/volume/asked", before=before)) - n
    else:
        return None
    if count <= 0:
        return None
    ratio = own["value"]
    kept = int(str(ratio[0])) * n // int(str(ratio[1])) if isinstance(ratio, list) else 0
    return Undecided(count, kept, n)


OTHER_TERMS: Final[Mapping[str, str]] = {
    "en": "The requests of the two periods are of other guidelines: what was agreed, and so what "
    "is in time, need not be the same. Each guideline has figures of its own.",
    "zh": "两个期间的请求依据不同版本的指导原则：约定的时限可能不同，“按时”的含义也就不尽相同。"
    "各版本另有单独的数字。",
}


def has_other_terms(found: Figures) -> bool:
    """Return whether the requests of the period and of the one before name other guidelines."""
    own, before = (_guidelines(found[name]) for name in ("cells", "cells_before"))
    return bool(own) and bool(before) and own != before


def _guidelines(cells: Json) -> set[str]:
    assert isinstance(cells, dict)
    return {address.split(at)[0] for at in cells if at.startswith("guideline/")}


def notes(found: Figures) -> dict[str, Json]:
    """Return the note of each cell of the period that has one, by its address."""
    cells = found["cells"]
    assert isinstance(cells, dict)
    told = ((at, note(found, *address.split(at))) for at in cells)
    return {at: {**words} for at, words in told if words is not None}


def note(
    found: Figures, group: str, within: str, *, before: bool = False
) -> Mapping[str, str] | None:
    """Return what is to be known beside a figure, or None where it leaves nothing out.

    Args:
        found: the figures.
        group: of the figure.
        within: its address within the group.
        before: whether it is of the period before.
    """
    open_ = undecided(found, group, within, before=before)
    if open_ is not None:
        return open_.words
    own = figures.cell(found, f"{group}/{within}", before=before)
    name = within.rpartition("/")[0]
    if within.startswith("timeliness/") and within.endswith(_OF_CURVE):
        done = _number(figures.cell(found, f"{group}/{_measure(name)}/happened", before=before))
        return _waiting(int(str(own["n"])) - done)
    if "/elapsed/" in within and within.endswith(_PLAIN):
        begun = _number(figures.cell(found, f"{group}/{_measure(name)}/begun", before=before))
        return _apart(begun - int(str(own["n"])))
    if "/agreed/" in within and within.endswith(_PLAIN):
        counted = _number(figures.cell(found, f"{group}/{name}/counted", before=before))
        return _apart(counted - int(str(own["n"])))
    return None


def _measure(name: str) -> str:
    return "/".join(name.split("/")[:2])


def _waiting(count: int) -> Mapping[str, str] | None:
    if count <= 0:
        return None
    return {
        "en": f"{count} of them still wait or were stopped, and count for so long",
        "zh": f"其中 {count} 件仍在等待或已中止，按已等待的时间计入",
    }


def _apart(count: int) -> Mapping[str, str] | None:
    if count <= 0:
        return None
    return {
        "en": f"{count} still waiting or stopped are left out",
        "zh": f"{count} 件仍在等待或已中止，未计入",
    }


def _number(cell: Cell) -> int:
    value = cell["value"]
    return value if isinstance(value, int) else 0
