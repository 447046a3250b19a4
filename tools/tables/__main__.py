"""Writes the tables that stand in docs/spec from the data that the code folds by.

    python -m tools.tables

A page has the table between `<!-- table -->` and `<!-- /table -->`.
"""

from pathlib import Path

from comity.joint.request import table

PAGES = {"request.md": table.render}


def main() -> None:
    """Write each page anew."""
    folder = Path(__file__).parents[2] / "docs" / "spec"
    for name, render in PAGES.items():
        path = folder / name
        before, _, rest = path.read_text("utf-8").partition("<!-- table -->\n")
        _, _, after = rest.partition("<!-- /table -->\n")
        text = f"{before}<!-- table -->\n{render()}<!-- /table -->\n{after}"
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
