"""What style sheets may say."""

from pathlib import Path

import comity.surfaces.web

SHEETS = sorted(Path(comity.surfaces.web.__file__).parent.rglob("*.css"))


def test_the_dark_differs_by_colours_alone() -> None:
    """`light-dark()` takes colours and nothing else, so one look tells where things stand."""
    assert any("light-dark(" in sheet.read_text("utf-8") for sheet in SHEETS)
    for sheet in SHEETS:
        assert "prefers-color-scheme" not in sheet.read_text("utf-8"), sheet.name
