"""How much of a joint text's words one page shows: what another State proposes repeats itself.

    {% both element.help %}       whole while there is place, then cut

A text of 1 MiB names one label in twenty thousand places: a page with each of them whole would have
hundreds of megabytes.

Floor: surfaces.
"""

from typing import Final

CHARS_MAX: Final = 4_000_000
"""Of words that are shown whole, by one page; the guideline that is shipped has 250,000."""
CUT_CHARS: Final = 80
"""Of words that find no place."""


class Shortening:
    """Of one page: what it has place for is shown whole."""

    def __init__(self, chars: int = CHARS_MAX) -> None:
        """Begin a page."""
        self._left = chars
        self.is_over = False

    def fitted(self, text: str) -> str:
        """Return words, or how they begin where the page is full."""
        self._left -= len(text)
        if self._left >= 0 or len(text) <= CUT_CHARS:
            return text
        self.is_over = True
        return f"{text[:CUT_CHARS]}…"
