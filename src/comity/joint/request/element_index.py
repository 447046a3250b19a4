"""Which elements a request has, as many acts are folded one after the other.

Floor: joint (pure).
"""

from collections.abc import Sequence


class Present:
    """The elements of a state, looked up at once: acts of a peer may give any number of them."""

    def __init__(self) -> None:
        self._of: tuple[str, ...] = ()
        self._names: set[str] = set()

    def added(self, elements: tuple[str, ...], more: Sequence[str]) -> tuple[str, ...]:
        """Return a state's elements with those of an act that are new behind them."""
        if self._of is not elements:
            self._of, self._names = elements, set(elements)
        new = tuple(one for one in more if one not in self._names)
        if new:
            self._names.update(new)
            self._of = (*elements, *new)
        return self._of
