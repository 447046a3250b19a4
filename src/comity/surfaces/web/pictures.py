"""Pictures that a page writes as SVG, each with its table: a matrix, and rows on a line of time.

    matrix(one)       shades by row and column: what is needed where, how much there is of what
    time_line(one)    spans and marks: clocks of a request, what is due today and who is at work

They have hundreds of parts, so no template writes them.  A text of SVG is a paragraph of its own,
so nothing in it turns what stands around it.  A colour is never alone: the table has the same in
words, and the picture its title and a description.

Floor: surfaces.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext

_LABEL: Final = 200
"""Across, of what a row is called."""
_LABEL_SIGNS: Final = 28
_HEAD_SIGNS: Final = 26
_CELL, _ROW, _MARGIN = 44, 24, 8
_HEAD_LEAST, _HEAD_SIGN = 16, 8
_LINE, _LINE_ROW, _LINE_FOOT = 500, 30, 26
_THIN: Final = 3
"""Of a span that is shorter than can be seen."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a matrix: how dark, from 0 to 4, and its word or number, or ""."""

    shade: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """What is shown by row and column.

    Attributes:
        name: unlike that of any other picture of the page; it makes ids.
        title: of picture and table.
        more: a description, for who does not see it.
        columns: what they are called.
        rows: what each is called, with as many cells.
        key: what a shade means, where that is not in the cells.
    """

    name: str
    title: str
    more: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    key: Sequence[tuple[int, str]] = ()


def matrix(one: Matrix) -> SafeString:
    """Return a matrix, its key and its table."""
    longest = max((_signs(label) for label in one.columns), default=0)
    top = _HEAD_LEAST + min(longest, _HEAD_SIGNS) * _HEAD_SIGN
    width, height = _LABEL + _CELL * len(one.columns) + _MARGIN, top + _ROW * len(one.rows)
    heads = "".join(
        f'<text class="pc-text" transform="rotate(-90 {x} {top - 8})" x="{x}" y="{top - 8}">'
        f"{escape(_short(label, _HEAD_SIGNS))}</text>"
        for at, label in enumerate(one.columns)
        for x in (_LABEL + _CELL * at + _CELL // 2 + 4,)
    )
    rows = "".join(
        _matrix_row(label, cells, top + _ROW * at) for at, (label, cells) in enumerate(one.rows)
    )
    words = dict(one.key)
    table = (
        [label, *(cell.text or words.get(cell.shade, "–") for cell in cells)]  # noqa: RUF001 -- the dash of an empty cell
        for label, cells in one.rows
    )
    drawn = _svg((one.name, one.title, one.more), (width, height), heads + rows)
    return SafeString(
        _figure(one.title, drawn, one.key) + _table(one.title, ["", *one.columns], table)
    )


def _matrix_row(label: str, cells: Sequence[Cell], y: int) -> str:
    drawn = "".join(_cell(cell, _LABEL + _CELL * at, y) for at, cell in enumerate(cells))
    return _text(_short(label, _LABEL_SIGNS), 0, y + 16) + drawn


def _cell(one: Cell, x: int, y: int) -> str:
    size = f'width="{_CELL - 2}" height="{_ROW - 2}"'
    drawn = f'<rect class="pc-cell pc-shade--{one.shade}" x="{x}" y="{y}" {size}/>'
    if not one.text:
        return drawn
    return drawn + _text(one.text, x + _CELL // 2 - 1, y + 16, f"pc-text--in pc-in--{one.shade}")


def _text(text: str, x: int, y: int, look: str = "") -> str:
    look = f"pc-text {look}".strip()
    return f'<text class="{look}" x="{x}" y="{y}">{escape(text)}</text>'


def shade(value: int, most: int) -> int:
    """Return how dark a number is beside the greatest: 0 for none, 4 for the greatest."""
    return -(-4 * value // most) if most else 0


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasts: `ours`, `theirs`, `open` or `wait`; its word says the same."""

    from_ms: int
    to_ms: int
    look: str
    word: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at an instant: `good`, `note`, `warn` or `bad`; its word says the same."""

    at_ms: int
    look: str
    word: str


@dataclass(frozen=True, slots=True)
class Row:
    """What stands on one line."""

    label: str
    spans: Sequence[Span] = ()
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Rows over one line of time.

    Attributes:
        name: unlike that of any other picture of the page; it makes ids.
        title: of picture and table.
        more: a description, for who does not see it.
        from_ms: the first instant that is shown.
        to_ms: the last.
        now_ms: the instant, or None where it is not drawn.
        rows: from the top.
        told: says an instant in words.
        ticks: instants under the line, each in words.
    """

    name: str
    title: str
    more: str
    from_ms: int
    to_ms: int
    now_ms: int | None
    rows: Sequence[Row]
    told: Callable[[int], str]
    ticks: Sequence[tuple[int, str]] = ()


def time_line(one: TimeLine) -> SafeString:
    """Return rows on a line of time, and their table."""
    span_ms = max(1, one.to_ms - one.from_ms)

    def x(at_ms: int) -> int:
        within = min(max(at_ms, one.from_ms), one.to_ms) - one.from_ms
        return _LABEL + _LINE * within // span_ms

    bottom = _LINE_ROW * len(one.rows)
    drawn = "".join(_line_row(row, _LINE_ROW * at, x) for at, row in enumerate(one.rows))
    for at_ms, word in one.ticks:
        drawn += f'<line class="pc-grid" x1="{x(at_ms)}" x2="{x(at_ms)}" y1="0" y2="{bottom}"/>'
        drawn += _text(word, x(at_ms), bottom + 18, "pc-text--in")
    if one.now_ms is not None:
        now = x(one.now_ms)
        drawn += f'<line class="pc-now" x1="{now}" x2="{now}" y1="0" y2="{bottom}"/>'
    size = _LABEL + _LINE + 80, bottom + _LINE_FOOT
    table = (
        [row.label, word, one.told(from_ms), one.told(to_ms) if to_ms else ""]
        for row in one.rows
        for word, from_ms, to_ms in (
            *((each.word, each.from_ms, each.to_ms) for each in row.spans),
            *((each.word, each.at_ms, 0) for each in row.marks),
        )
    )
    heads = [gettext("Line"), gettext("What"), gettext("From, or at"), gettext("Until")]
    return SafeString(
        _figure(one.title, _svg((one.name, one.title, one.more), size, drawn), ())
        + _table(one.title, heads, table, "pc-table--time")
    )


def _line_row(row: Row, y: int, x: Callable[[int], int]) -> str:
    middle = y + _LINE_ROW // 2
    spans = "".join(
        f'<rect class="pc-span pc-span--{one.look}" x="{x(one.from_ms)}" y="{y + 7}" '
        f'width="{max(_THIN, x(one.to_ms) - x(one.from_ms))}" height="{_LINE_ROW - 14}">'
        f"<title>{escape(one.word)}</title></rect>"
        for one in row.spans
    )
    marks = "".join(
        f'<circle class="pc-mark pc-mark--{one.look}" cx="{x(one.at_ms)}" cy="{middle}" r="7">'
        f"<title>{escape(one.word)}</title></circle>"
        for one in row.marks
    )
    label = escape(_short(row.label, _LABEL_SIGNS))
    return (
        f'<text class="pc-text" x="0" y="{middle + 5}">{label}</text>'
        f'<line class="pc-grid" x1="{_LABEL}" x2="{_LABEL + _LINE}" y1="{middle}" y2="{middle}"/>'
        f"{spans}{marks}"
    )


def _svg(told: tuple[str, str, str], size: tuple[int, int], drawn: str) -> str:
    name, title, more = told
    return (
        f'<svg class="pc-picture" viewBox="0 0 {size[0]} {size[1]}" '
        f'width="{size[0]}" height="{size[1]}" role="img" '
        f'aria-labelledby="{name}-title {name}-more">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-more">{escape(more)}</desc>{drawn}</svg>'
    )


def _scrolled(label: str, inner: str) -> str:
    """Return what is read by scrolling where a screen is narrow."""
    named = f'aria-label="{escape(label)}"'
    return f'<div class="cm-scroll" role="region" tabindex="0" {named}>{inner}</div>'


def _figure(title: str, drawn: str, key: Sequence[tuple[int, str]]) -> str:
    box = 'x="1" y="1" width="14" height="14"'
    words = "".join(
        '<span><svg class="pc-key" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        f'<rect class="pc-cell pc-shade--{at}" {box}/></svg> {escape(word)}</span>'
        for at, word in key
    )
    caption = f'<figcaption class="pc-words">{words}</figcaption>' if words else ""
    return f'<figure class="pc-figure">{_scrolled(title, drawn)}{caption}</figure>'


def _table(title: str, heads: Sequence[str], rows: Iterable[list[str]], look: str = "") -> str:
    head = "".join(
        f'<th scope="col" class="govuk-table__header"><bdi>{escape(one)}</bdi></th>'
        if one
        else "<td></td>"
        for one in heads
    )
    body = "".join(map(_table_row, rows))
    said, named = gettext("The picture as a table"), escape(title)
    table = (
        f'<table class="govuk-table cm-table {look}">'
        f'<caption class="govuk-visually-hidden">{named}</caption>'
        f'<thead class="govuk-table__head"><tr class="govuk-table__row">{head}</tr></thead>'
        f'<tbody class="govuk-table__body">{body}</tbody></table>'
    )
    return (
        '<details class="govuk-details cm-details"><summary class="govuk-details__summary">'
        f'<span class="govuk-details__summary-text">{escape(said)} '
        f'<span class="govuk-visually-hidden">{named}</span></span></summary>'
        f"{_scrolled(f'{said} {title}', table)}</details>"
    )


def _table_row(cells: Sequence[str]) -> str:
    first, *rest = (f"<bdi>{escape(one)}</bdi>" for one in cells)
    told = "".join(f'<td class="govuk-table__cell">{one}</td>' for one in rest)
    head = f'<th scope="row" class="govuk-table__header">{first}</th>'
    return f'<tr class="govuk-table__row">{head}{told}</tr>'


def _short(text: str, signs: int) -> str:
    """Return how a label begins, where there is no room for all: its table has it whole."""
    if _signs(text) <= signs:
        return text
    whole = next(at for at in range(len(text), 0, -1) if _signs(text[:at]) < signs)
    return f"{text[:whole].rstrip()}…"


def _signs(text: str) -> int:
    """Return how wide a label is, in letters."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
