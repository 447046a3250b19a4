"""Where two sets of figures differ, cell by cell, and which requests and acts explain it.

    difference(own, other, own_rows, other_rows) ->
        {"basis": [{"name": "now_ms", "own": .., "other": ..}],
         "cells": [{"address": .., "before": false, "own": {..}, "other": {..}, "rows": [0, 2]}],
         "rows": [{"id": .., "addressee": .., "in": "both", "fields": ["spans"], "acts": [..]}]}

A row explains a cell if it adds something else to it on one side than on the other.  `basis` tells
what the figures were computed by: another instant, cut or definition explains what no row does.

Source: docs/spec/review.md, part 5.
Floor: figures (pure).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Final, cast

from comity.figures import address, definition, definitions, tally
from comity.figures.cells import Cell
from comity.figures.figures import Figures, Period, cell
from comity.figures.observation import Observation
from comity.kernel.ijson import Json

type _Key = tuple[bool, str]

BASIS: Final = ("definitions", "period", "before", "now_ms", "cut", "contradicted", "use")
BOTH: Final = "both"
OWN: Final = "own"
OTHER: Final = "other"

_BALL: Final = "ball/"
"""What the share of one party's time rests on: the times of all."""
_FIELDS: Final = tuple(one.name for one in fields(Observation))


def difference(
    own: Figures,
    other: Figures,
    own_rows: Iterable[Observation] = (),
    other_rows: Iterable[Observation] = (),
) -> Json:
    """Return what differs.

    Args:
        own: figures of this side.
        other: of the other side.
        own_rows: that they were computed of; without rows, no row explains anything.
        other_rows: likewise.
    """
    rows = list(_differing(own_rows, other_rows))
    index: dict[_Key, list[int]] = {}
    for at, (mine, theirs) in enumerate(rows):
        for key in _touched(own, other, mine, theirs):
            index.setdefault(key, []).append(at)
    return {
        "basis": [
            {"name": name, OWN: own.get(name), OTHER: other.get(name)}
            for name in BASIS
            if own.get(name) != other.get(name)
        ],
        "cells": [*_cells(own, other, index)],
        "rows": [_told(mine, theirs) for mine, theirs in rows],
    }


def _differing(
    own: Iterable[Observation], other: Iterable[Observation]
) -> Iterator[tuple[Observation | None, Observation | None]]:
    mine, theirs = (
        {(one.kind, one.id, one.addressee): one for one in some} for some in (own, other)
    )
    for place in sorted(mine.keys() | theirs.keys()):
        if mine.get(place) != theirs.get(place):
            yield mine.get(place), theirs.get(place)


def _touched(
    own: Figures, other: Figures, mine: Observation | None, theirs: Observation | None
) -> set[_Key]:
    """Return where a row adds other things on one side: whether before, and under which name."""
    added = _added(own, mine), _added(other, theirs)
    differing = (key for key in added[0] | added[1] if added[0][key] != added[1][key])
    return {(before, name) for before, name, _ in differing}


def _added(found: Figures, row: Observation | None) -> Counter[tuple[bool, str, object]]:
    if row is None:
        return Counter()
    periods = [(False, found["period"]), (True, found["before"])]
    held = (at for at, one in periods if one and Period(*cast("list[int]", one)).holds(row))
    before = next(held, None)
    if before is None:
        return Counter()
    times = tally.times(row, cast("int", found["now_ms"]))
    what: list[tuple[str, object]] = [(name, None) for name in tally.counts(row)]
    what += [(name, (time, done)) for name, time, done in times]
    what += [(_BALL, (name, time)) for name, time, _ in times if name.startswith(_BALL)]
    return Counter(
        (before, f"{group}/{name}", value) for group in tally.groups(row) for name, value in what
    )


def _cells(own: Figures, other: Figures, index: Mapping[_Key, list[int]]) -> Iterator[Json]:
    for before, name in ((False, "cells"), (True, "cells_before")):
        standing = {*cast("dict[str, Cell]", own[name]), *cast("dict[str, Cell]", other[name])}
        for one in sorted(standing):
            mine, theirs = (cell(found, one, before=before) for found in (own, other))
            if mine != theirs:
                because = {at for need in _needs(one) for at in index.get((before, need), ())}
                yield {
                    "address": one,
                    "before": before,
                    OWN: mine,
                    OTHER: theirs,
                    "rows": [*sorted(because)],
                }


def _needs(place: str) -> list[str]:
    """Return what a cell is computed of: what is counted, or the time."""
    group, within = address.split(place)
    one = definitions.of(within)
    if one is None:
        return []
    if one.kind in definition.COUNTED:
        return [place, f"{group}/{definitions.population(within)}"]
    name = within.rpartition("/")[0]
    return [f"{group}/{_BALL}" if one.kind == definition.HELD else f"{group}/{name}"]


def _told(mine: Observation | None, theirs: Observation | None) -> Json:
    one = mine or theirs
    assert one is not None
    both = mine is not None and theirs is not None
    differing = [
        name for name in _FIELDS if getattr(mine, name, None) != getattr(theirs, name, None)
    ]
    return {
        "id": one.id,
        "addressee": one.addressee,
        "in": BOTH if both else OWN if theirs is None else OTHER,
        "fields": [*differing] if both else [],
        "acts": [*_acts(mine, theirs)],
    }


def _acts(mine: Observation | None, theirs: Observation | None) -> list[str]:
    """Return the acts of which the two rows say different things, sorted."""
    said = [set(_said(row)) for row in (mine, theirs)]
    return sorted({act_id for act_id, _ in said[0] ^ said[1] if act_id})


def _said(row: Observation | None) -> Iterator[tuple[str, object]]:
    if row is None:
        return
    for what, moment in tally.named_moments(row):
        yield moment.act_id, (what, moment)
    for fact in row.facts:
        yield fact.act_id, fact
