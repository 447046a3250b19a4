"""Figures as data and as lines: for the command, the API and a spreadsheet alike.

    as_json(taken)    {"figures": {…}, "digest": "5f…", "channel": …}
    lines(taken)      Line(address, definition, cell, cell of the period before), …
    csv(taken, beside)  one row for each cell, with its definition and what stands beside

Floor: rooms.
"""

import csv as comma
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from comity.figures import address, definitions, figures
from comity.figures.cells import Cell
from comity.figures.definition import Definition
from comity.kernel.ijson import Json
from comity.kernel.printable import as_cell
from comity.node.review.take import Behind, Taken
from comity.rooms.review import answers, changes, omissions, unsigned_entries
from comity.rooms.review.figure_notes import NOTHING, Beside

HEAD: Final = (
    "period", "group", "figure", "value", "numerator", "denominator", "n", "small",
    "interval_from", "interval_to", "undecided", "note_en", "note_zh", "unit", "kind",
    "population", "formula", "source",
    "label_en", "label_zh", "definitions", "digest", "from_ms", "to_ms", "now_ms",
    "agreed", "agreed_otherwise", "in_part_en", "in_part_zh", "waiting_en", "waiting_zh",
)  # fmt: skip
PERIOD: Final = "period"
BEFORE: Final = "before"
_CELLS: Final = ("cells", "cells_before")
_BOTH: Final = (False, True)
"""Of the period, and of the one before."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure.

    Attributes:
        group: `all`, `side/bb`.
        measure: its address within the group.
        definition: of the measure.
        cell: n and value.
        before: the same of the period before.
    """

    group: str
    measure: str
    definition: Definition
    cell: Cell
    before: Cell


def as_json(taken: Taken, beside: Beside = NOTHING) -> dict[str, Json]:
    """Return figures as data: what the digest is of stands under `figures`, the rest beside."""
    return {
        "channel": taken.wanted.channel,
        "digest": taken.digest,
        "figures": cast("Json", taken.figures),
        "notes": cast("Json", omissions.notes(taken.figures)),
        "agreed": changes.agreed_json(beside.agreed, taken),
        "agreed_in_part": answers.as_json(beside.in_part),
        "waiting": unsigned_entries.as_json(beside.waiting),
    }


def behind_json(cell: str, found: Behind) -> dict[str, Json]:
    """Return what is behind a cell as data: how many, and those that may be read."""
    requests: list[Json] = [
        {
            "id": one.row.matter.id,
            "channel": one.row.channel,
            "asker": one.row.asker,
            "status": one.row.status,
            "urgency": one.row.urgency,
            "counted": one.is_counted,
        }
        for one in found.shown
    ]
    return {"cell": cell, "n": found.n, "counted": found.counted, "requests": requests}


def definitions_json() -> list[Json]:
    """Return every definition as data, in their order."""
    return [cast("Json", asdict(one)) for one in definitions.DEFINITIONS]


def lines(taken: Taken, group: str = "") -> Iterator[Line]:
    """Yield the figures of a group, or of all, in the order in which they are written.

    What stands in the period before alone has a line too: that there is none of it now is told.
    """
    for at in _addresses(taken):
        of, measure = address.split(at)
        one = definitions.of(measure)
        if one is not None and group in ("", of):
            cell, before = (figures.cell(taken.figures, at, before=is_it) for is_it in _BOTH)
            yield Line(of, measure, one, cell, before)


def groups(taken: Taken) -> list[str]:
    """Return the groups that have figures in either period, in their order."""
    return list(dict.fromkeys(address.split(at)[0] for at in _addresses(taken)))


def _addresses(taken: Taken) -> Iterable[str]:
    """Return the addresses that stand in either period, those of the period first."""
    own, before = (cast("Mapping[str, Cell]", taken.figures[name]) for name in _CELLS)
    return dict.fromkeys((*own, *before))


def csv(taken: Taken, beside: Beside = NOTHING) -> str:
    """Return every figure as comma-separated values (RFC 4180), with definitions."""
    out = io.StringIO()
    writer = comma.writer(out)
    writer.writerow(HEAD)
    named = [_agreed(taken, beside, is_same=is_same) for is_same in (True, False)]
    named += [as_cell(_in_part(beside, language)) for language in ("en", "zh")]
    named += [unsigned_entries.sentences(beside.waiting, language) for language in ("en", "zh")]
    for line in lines(taken):
        for period, cell in ((PERIOD, line.cell), (BEFORE, line.before)):
            if period == PERIOD or taken.wanted.before is not None:
                writer.writerow([*_row(taken, line, period, cell), *named])
    return out.getvalue()


def _in_part(beside: Beside, language: str) -> str:
    """Return who agreed in words: they begin with a name that its State chose."""
    return " ".join(one.words[language] for one in beside.in_part)


def _agreed(taken: Taken, beside: Beside, *, is_same: bool) -> str:
    """Return the ids of the agreed snapshots whose figures are these, or are others."""
    found = (one for one in beside.agreed if (one.state.digest == taken.digest) == is_same)
    return " ".join(one.row.matter.id for one in found)


def _row(taken: Taken, line: Line, period: str, cell: Cell) -> list[Any]:
    one, value = line.definition, cell["value"]
    is_ratio = isinstance(value, list)
    ratio = value if isinstance(value, list) else ["", ""]
    interval = cell.get("interval")
    low, high = interval if isinstance(interval, list) else ("", "")
    of = taken.wanted.period if period == PERIOD else taken.wanted.before
    assert of is not None
    at, is_before = (line.group, line.measure), period == BEFORE
    open_ = omissions.undecided(taken.figures, *at, before=is_before)
    words = omissions.note(taken.figures, *at, before=is_before) or {}
    return [
        period,
        line.group,
        line.measure,
        "" if is_ratio or value is None else value,
        *ratio,
        cell["n"],
        "yes" if cell.get("small") else "",
        "" if low is None else low,
        "" if high is None else high,
        open_.count if open_ else "",
        words.get("en", ""),
        words.get("zh", ""),
        one.unit,
        one.kind,
        one.population,
        one.formula,
        one.source,
        one.en,
        one.zh,
        definitions.VERSION,
        taken.digest,
        of.from_ms,
        of.to_ms,
        taken.now_ms,
    ]
