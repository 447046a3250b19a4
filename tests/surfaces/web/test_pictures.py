"""Pictures: what they draw stands in their table too, and nothing of a name becomes markup."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from support import stores

from comity.surfaces.web import pictures
from comity.surfaces.web.pictures import Cell, Mark, Matrix, Row, Span, TimeLine

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Cs")), max_size=60)
AT = st.integers(0, 10**13)
SPANS = st.builds(lambda a, b, word: Span(min(a, b), max(a, b), "ours", word), AT, AT, NAMES)


@pytest.fixture(autouse=True)
def _django() -> Iterator[None]:
    stores._configure()
    with translation.override("en"):
        yield


def _read(drawn: str) -> tuple[ET.Element, list[str]]:
    """Return a picture as a tree, and the texts of its table."""
    tree = ET.fromstring(f"<p>{drawn}</p>")  # noqa: S314 -- what was just written
    table = next(tree.iter("table"))
    return tree, ["".join(one.itertext()) for one in table.iter() if one.tag in {"td", "th"}]


@given(st.lists(NAMES, min_size=1, max_size=5), st.data())
def test_a_matrix_has_each_cell_in_its_table(columns: list[str], data: st.DataObject) -> None:
    """As many cells are drawn as there are, and the table has each label and number whole."""
    cell = st.builds(lambda n: Cell(pictures.shade(n, 9), str(n)), st.integers(1, 9))
    row = st.tuples(NAMES, st.lists(cell, min_size=len(columns), max_size=len(columns)))
    rows = data.draw(st.lists(row, max_size=4))
    tree, told = _read(pictures.matrix(Matrix("m", "t & t", "more", columns, rows)))
    assert len(list(tree.iter("rect"))) == len(rows) * len(columns)
    assert [*filter(None, told)] == [
        *filter(None, [*columns, *(text for label, cells in rows for text in _row(label, cells))])
    ]


def _row(label: str, cells: list[Cell]) -> list[str]:
    return [label, *(one.text for one in cells)]


@given(st.lists(SPANS, max_size=4), st.lists(st.tuples(AT, NAMES), max_size=4), AT, AT)
def test_a_line_of_time_keeps_within_its_edges(
    spans: list[Span], at: list[tuple[int, str]], first_ms: int, last_ms: int
) -> None:
    """Whatever instants there are, nothing is drawn outside, and the table has each of them."""
    marks = [Mark(at_ms, "note", word) for at_ms, word in at]
    low, high = sorted((first_ms, last_ms))
    line = TimeLine("l", "t", "more", low, high, None, [Row("r", spans, marks)], str)
    tree, told = _read(pictures.time_line(line))
    width = float(next(tree.iter("svg")).attrib["width"])
    edges = [(float(one.attrib["x"]), float(one.attrib["width"])) for one in tree.iter("rect")] + [
        (float(one.attrib["cx"]), 0.0) for one in tree.iter("circle")
    ]
    assert all(x >= 0 and x + size <= width for x, size in edges)
    assert {str(one.from_ms) for one in spans} | {str(one.at_ms) for one in marks} <= {*told}


def test_the_greatest_number_is_the_darkest_and_none_is_empty() -> None:
    """A shade is of four, and only of nothing is it none."""
    assert [pictures.shade(one, 100) for one in (0, 1, 25, 26, 99, 100)] == [0, 1, 1, 2, 4, 4]
    assert pictures.shade(0, 0) == 0
