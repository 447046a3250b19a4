"""A comment on a figure, begun from the figure.

Floor: tests.
"""

import re
from collections.abc import Callable
from urllib.parse import quote, unquote


def starts_where_the_figure_stands(page: Callable[[str], str], at: str) -> None:
    """Its address is filled in, and it is named in words: nobody has to type what it means."""
    figures = page(f"/reviews/?snapshot={at.split('/')[3]}")
    leads = re.findall(rf'href="({at}\?cell=[^"#]+)#comment"', figures)
    assert len(leads) > 5
    for lead in leads[:2]:
        filled = page(lead).partition('id="comment"')[2].partition("</form>")[0]
        assert f' value="{unquote(lead.partition("?cell=")[2])}"' in filled
        assert "All requests" in filled
    for wrong in ("x y", "a" * 300, "<b>", "/~/"):
        shown = page(f"{at}?cell={quote(wrong)}")
        form = shown.partition('id="comment"')[2].partition("</form>")[0]
        assert re.search(r'<input[^>]*name="cell"[^>]*>', form)
        assert not re.search(
            r'<input[^>]*name="cell"[^>]* value=|value="[^"]+"[^>]*name="cell"', form
        )
