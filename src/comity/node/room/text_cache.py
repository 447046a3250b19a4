"""Joint texts that were read, by their hash, so that none needs a store beside it.

    READ = ReadTexts[Guideline](bytes_max)
    READ.read(sha256, load, parse)      parse(load()), or what that gave before

What was asked for longest ago is let go of first.  As many are kept as fit: a State has a text
and some calendars with each of its partners, and old ones that bind what named them.

Floor: node.
"""

import threading
from collections.abc import Callable
from typing import Final


class ReadTexts[T]:
    """What was read of texts, up to so many bytes of them together; one is always kept."""

    def __init__(self, bytes_max: int) -> None:
        """Start with none.

        Args:
            bytes_max: of the texts; what is read of one takes up to ten times as much memory.
        """
        self._bytes_max: Final = bytes_max
        self._kept: Final[dict[str, tuple[int, T | None]]] = {}
        self._bytes = 0
        self._lock: Final = threading.Lock()

    def __contains__(self, sha256: str) -> bool:
        """Return whether a text is kept."""
        return sha256 in self._kept

    def read(
        self, sha256: str, load: Callable[[], bytes | None], parse: Callable[[bytes], T | None]
    ) -> T | None:
        """Return what a text says, or None where it cannot be read, or its bytes not be had now.

        Args:
            sha256: of the text.
            load: gives its bytes, or None.
            parse: reads them; None of a text that says nothing is kept too.
        """
        with self._lock:
            found = self._kept.pop(sha256, None)
            if found is not None:
                self._kept[sha256] = found
                return found[1]
        data = load()
        if data is None:
            return None  # the next look may find it
        made = parse(data)
        with self._lock:
            if sha256 not in self._kept:  # another thread may have read it meanwhile
                self._kept[sha256] = len(data), made
                self._bytes += len(data)
            while self._bytes > self._bytes_max and len(self._kept) > 1:
                oldest = next(iter(self._kept))
                self._bytes -= self._kept.pop(oldest)[0]
        return made
