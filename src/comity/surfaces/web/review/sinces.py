"""A snapshot beside the same period today: what moved, and by which requests.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comity.joint.review import address, state
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.review import since
from comity.surfaces.web import desk as desks
from comity.surfaces.web import who
from comity.surfaces.web.review import differing

MOVED_MAX: Final = 200
_FIRST: Final = (address.ALL, address.SIDE)


@require_safe
def shown(request: HttpRequest, snapshot_id: str) -> HttpResponse:
    """What came of a snapshot since."""
    node, officer = desks.of(request).node, who.officer_of(request)
    found = since.since(node, officer, snapshot_id)
    if isinstance(found, Inadmissible):
        return render(request, "message.html", {"no": found}, status=HTTPStatus.FORBIDDEN)
    moved = [one for one in found.moved if one.id]
    context = {
        "one": found,
        "now": found.state,
        "is_agreed": found.row.status == state.AGREED,
        "definitions": any(
            isinstance(one, dict) and one["name"] == "definitions" for one in found.basis
        ),
        "count": len(found.cells),
        "cells": [_cell(one) for one in sorted(found.cells, key=_place)[: differing.SHOWN_MAX]],
        "moved": moved[:MOVED_MAX],
        "hidden": len(found.moved) - len(moved),
    }
    return render(request, "review/since.html", context)


def _place(cell: dict[str, Json]) -> tuple[bool, bool, str]:
    """Return where a cell stands: those of the period first, of all and of each side before."""
    at = str(cell["address"])
    return bool(cell["before"]), at.partition("/")[0] not in _FIRST, at


def _cell(cell: dict[str, Json]) -> dict[str, object]:
    at, rows = str(cell["address"]), cell["rows"]
    return {
        "address": at,
        "before": cell["before"],
        "then": differing.value(at, cell["other"]),
        "now": differing.value(at, cell["own"]),
        "requests": len(rows) if isinstance(rows, list) and rows else "",
    }
