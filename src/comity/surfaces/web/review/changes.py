"""A snapshot beside the same period today: what moved, and by which requests.

Floor: surfaces.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comity.figures import address
from comity.joint.review import state
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.rooms.review import changes, labels
from comity.rooms.review.labels import Labels
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session
from comity.surfaces.web.review import differences

MOVED_MAX: Final = 200

type _Group = dict[str, object]


@require_safe
def shown(request: HttpRequest, snapshot_id: str) -> HttpResponse:
    """What came of a snapshot since."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found = changes.since(node, officer, snapshot_id)
    if isinstance(found, Inadmissible):
        return render(request, "message.html", {"no": found}, status=HTTPStatus.FORBIDDEN)
    moved = [one for one in found.moved if one.id]
    names = labels.labels(node, found.row.channel, found.now)
    cells = sorted(found.cells, key=differences.place)[: differences.SHOWN_MAX]
    context = {
        "one": found,
        "now": found.state,
        "is_agreed": found.row.status == state.AGREED,
        "definitions": any(
            isinstance(one, dict) and one["name"] == "definitions" for one in found.basis
        ),
        "count": len(found.cells),
        "shown": len(cells),
        "first": _groups((one for one in cells if differences.is_first(one)), names),
        "others": _groups((one for one in cells if not differences.is_first(one)), names),
        "moved": [(one, names.part(address.SIDE, one.addressee)) for one in moved[:MOVED_MAX]],
        "count_moved": len(found.moved),
        "hidden": len(found.moved) - len(moved),
    }
    return render(request, "review/since.html", context)


def _groups(cells: Iterable[dict[str, Json]], names: Labels) -> list[_Group]:
    return [
        _group(group, is_before=is_before, cells=[_cell(one, names) for one in each], names=names)
        for group, is_before, each in differences.by_group(cells)
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
    then, now = differences.apart(at, cell["other"], cell["own"])
    return {
        "address": at,
        "words": differences.words(at, names),
        "then": then,
        "now": now,
        "requests": len(rows) if isinstance(rows, list) and rows else "",
    }
