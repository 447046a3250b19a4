"""The list as a file: CSV for a table, JSON for a program; sent as it is read.

A cell of the CSV that a program for tables could take for a formula begins with an apostrophe.

Floor: surfaces.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from comity.kernel.printable import as_cell
from comity.node.desk.matter_lines import Shown
from comity.rooms.request import list_export, request_list
from comity.surfaces.web import desk as desks
from comity.surfaces.web import instants, session
from comity.surfaces.web.request import listing_query

_TYPES: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Tells a program for tables that the file is UTF-8."""

COLUMNS: Final = (
    "request",
    "direction",
    "parties",
    "status",
    "urgency",
    "type",
    "references",
    "turn",
    "next",
    "clock",
    "due",
    "age",
    "opened",
    "newest",
)


@require_POST
def export(request: HttpRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    """Send the list as it is filtered; that is noted before the first line goes."""
    if kind not in _TYPES:
        raise Http404
    here, officer = desks.of(request), session.officer_of(request)
    query = listing_query.of_text(request.POST.get("query", "")[:2_000])
    no = list_export.begin(here.node, officer, query.render(), kind)
    if no is not None:
        return render(request, "message.html", {"no": no}, status=403)
    found = list_export.every(here.node, officer, query.asked(here.node.party))
    rows = (_row(one, here.node.party) for one in found)
    first = list(_first(rows))  # a fault of the query is told as a page, and not half a file
    lines = _csv(chain(first, rows)) if kind == "csv" else _json(chain(first, rows))
    answer = StreamingHttpResponse(lines, content_type=_TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="requests.{kind}"'
    return answer


def _first(rows: Iterator[Mapping[str, object]]) -> Iterator[Mapping[str, object]]:
    one = next(rows, None)
    if one is not None:
        yield one


def _row(one: Shown, own: str) -> Mapping[str, object]:
    due = one.due
    values = (
        one.id,
        _direction(one),
        [other.id for other in one.others],
        one.status,
        one.row.urgency,
        one.type["en"],
        list(one.references),
        [holder.id for holder in one.holders],
        one.next_words["en"],
        due.clock if due else "",
        instants.iso(due.by_ms) if due and due.by_ms is not None else "",
        one.age,
        bool(one.row.opened or one.row.asker == own),
        instants.iso(one.row.at_ms),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _direction(one: Shown) -> str:
    """Return whether it was asked by us or of us; "" of what others ask each other."""
    if one.is_ours:
        return request_list.OUT
    return request_list.IN if any(who.is_own for who in one.asked) else ""


class _Echo:
    """Gives back what a CSV writer writes."""

    def write(self, text: str) -> str:
        """Return it."""
        return text


def _csv(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield _MARK + str(writer.writerow(COLUMNS))
    for row in rows:
        yield str(writer.writerow([safe(value) for value in row.values()]))


def safe(value: object) -> str:
    """Return a cell that no program for tables takes for a formula."""
    text = (
        "; ".join(map(str, value))
        if isinstance(value, Sequence) and not isinstance(value, str)
        else str(value)
    )
    return as_cell(text)


def _json(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    yield '{"requests":['
    for number, row in enumerate(rows):
        yield ("," if number else "") + json.dumps(row, ensure_ascii=False)
    yield "]}\n"
