"""What style sheets and templates may say."""

import re
from pathlib import Path

import comity.surfaces.web

SHEETS = sorted(Path(comity.surfaces.web.__file__).parent.rglob("*.css"))
TABLE = re.compile(r"<table([^>]*)>(.*?)</table>", re.DOTALL)
IN_COLUMNS = ("cm-columns", "rv-figures", "rv-bars")
UNNAMED = re.compile(
    r"<td(?![^>]*(?:data-label|colspan))[^>]*>"
    r"(?!\s*(?:(?:\{% if [^%]*%\}\s*)?(?:<form|<a [^>]*cm-link--bad)"
    r"|(?:\{% tight %\}\s*)?(?:\{% tag|\{% countdown))).*"
)
"""What is done with a line, a tag and how much time is left say themselves what they are."""
STACKED = re.compile(r"max-width: ([\d.]+)rem\) \{[^@]*?\.cm-stack")
SPACED = re.compile(
    r'(?:\{% translate "[^"]*[.:?!]"(?: context "[^"]*")? %\}'
    r"|[.:?!]\s*\{% endblocktranslate %\}) +\S.*"
)


def test_the_dark_differs_by_colours_alone() -> None:
    """`light-dark()` takes colours and nothing else, so one look tells where things stand."""
    assert any("light-dark(" in sheet.read_text("utf-8") for sheet in SHEETS)
    for sheet in SHEETS:
        assert "prefers-color-scheme" not in sheet.read_text("utf-8"), sheet.name


def test_no_word_of_a_table_lies_beside_a_narrow_screen() -> None:
    """Rows stack there, each cell with what it is; only what is compared stays in columns."""
    templates = sorted(Path(comity.surfaces.web.__file__).parent.rglob("*.html"))
    tables = [each for file in templates for each in TABLE.findall(file.read_text("utf-8"))]
    assert len(tables) > 40
    for attributes, inside in tables:
        assert any(one in attributes for one in ("cm-stack", *IN_COLUMNS)), inside[:400]
        if "cm-stack" in attributes and "</thead>" in inside:
            cells = UNNAMED.findall(inside.partition("</thead>")[2])
            assert cells == [], "what is this cell, once its head is gone?"


def test_a_window_of_1280_pixels_at_200_per_cent_is_narrow() -> None:
    """It is 640 pixels wide, 40rem: rows stack there (WCAG 1.4.4, 1.4.10)."""
    widths = [float(each) for sheet in SHEETS for each in STACKED.findall(sheet.read_text("utf-8"))]
    assert len(widths) == 3
    assert min(widths) > 40


def test_no_space_stands_behind_a_full_mark_of_chinese() -> None:
    """What follows a sentence or a colon of ours on its line is put there by `{% gap %}`."""
    for file in sorted(Path(comity.surfaces.web.__file__).parent.rglob("*.html")):
        assert SPACED.findall(file.read_text("utf-8")) == [], file.name
