"""A snapshot beside the same period today: what moved, and by which requests.

Floor: surfaces.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from itertools import groupby
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comity.joint.review import address, definitions, state
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.review import labels, printed, since
from comity.node.review.labels import Labels
from comity.surfaces.web import desk as desks
from comity.surfaces.web import who
from comity.surfaces.web.review import differing

MOVED_MAX: Final = 200
_FIRST: Final = (address.ALL, address.SIDE)

_ORDER: Final = {one.id: at for at, one in enumerate(definitions.DEFINITIONS)}

type _Group = dict[str, object]


@require_safe
def shown(request: HttpRequest, snapshot_id: str) -> HttpResponse:
    """What came of a snapshot since."""
    node, officer = desks.of(request).node, who.officer_of(request)
    found = since.since(node, officer, snapshot_id)
    if isinstance(found, Inadmissible):
        return render(request, "message.html", {"no": found}, status=HTTPStatus.FORBIDDEN)
    moved = [one for one in found.moved if one.id]
    names = labels.labels(node, found.row.channel, found.now)
    cells = sorted(found.cells, key=_place)[: differing.SHOWN_MAX]
    context = {
        "one": found,
        "now": found.state,
        "is_agreed": found.row.status == state.AGREED,
        "definitions": any(
            isinstance(one, dict) and one["name"] == "definitions" for one in found.basis
        ),
        "count": len(found.cells),
        "shown": len(cells),
        "first": _groups((one for one in cells if _is_first(one)), names),
        "others": _groups((one for one in cells if not _is_first(one)), names),
        "moved": [(one, names.part(address.SIDE, one.addressee)) for one in moved[:MOVED_MAX]],
        "count_moved": len(found.moved),
        "hidden": len(found.moved) - len(moved),
    }
    return render(request, "review/since.html", context)


def _is_first(cell: dict[str, Json]) -> bool:
    """Return whether a cell is of all requests or of a side."""
    return str(cell["address"]).partition("/")[0] in _FIRST


def _place(cell: dict[str, Json]) -> tuple[bool, bool, bool, str, int]:
    """Return where a cell stands: by its group, all and each side first, then as it is defined."""
    group, within = address.split(str(cell["address"]))
    one = definitions.of(within)
    at = len(_ORDER) if one is None else _ORDER[one.id]
    return not _is_first(cell), bool(cell["before"]), group != address.ALL, group, at


def _groups(cells: Iterable[dict[str, Json]], names: Labels) -> list[_Group]:
    """Return cells in their order, those of one group of one period together."""

    def of(cell: dict[str, Json]) -> tuple[bool, str]:
        return bool(cell["before"]), address.split(str(cell["address"]))[0]

    return [
        _group(group, is_before=is_before, cells=[_cell(one, names) for one in each], names=names)
        for (is_before, group), each in groupby(cells, of)
    ]


def _group(group: str, *, is_before: bool, cells: list[dict[str, object]], names: Labels) -> _Group:
    return {
        "words": names.group(group),
        "before": is_before,
        "cells": cells,
        "explained": any(one["requests"] for one in cells),
    }


def _cell(cell: dict[str, Json], names: Labels) -> dict[str, object]:
    at, rows = str(cell["address"]), cell["rows"]
    then, now = differing.apart(at, cell["other"], cell["own"])
    return {
        "address": at,
        "words": _words(at, names),
        "then": then,
        "now": now,
        "requests": len(rows) if isinstance(rows, list) and rows else "",
    }


def _words(at: str, names: Labels) -> Mapping[str, str] | None:
    """Return what a figure is called within its group; None of one that is not defined here."""
    within = address.split(at)[1]
    one = definitions.of(within)
    return None if one is None else printed.label(one, within, names)
