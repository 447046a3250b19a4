"""The part of a transaction that answers officers: every question says who asks.

What a reader may not see is not in what these queries give: not listed, not counted, not found.
`comity.node.desk` asks nothing else about matters, drafts and words.

Floor: node.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from comity.acts.record import Matter
from comity.kernel.ijson import Json
from comity.node.base.arrival_order import Heard
from comity.node.base.reader import About, Filed, Grant, Group, Place, Reader, Wanted, Worded
from comity.node.base.rows import MatterRow


class ForReaders(Protocol):
    """What is filed, shared, listed, counted and found for a reader."""

    def file(self, rows: Sequence[Filed]) -> None:
        """Keep how matters are listed and found, in place of what was kept of each.

        They have rows.  `drop_understood` drops this too, and never a grant.
        """
        ...

    def heard(self, start: int, count_max: int) -> list[Heard]:
        """Return the rows from a number on, in which this node says what it knew after what.

        `save_acts`, `cut_entries`, `file` and `save_grant` add to them; `drop_understood` drops
        none.  Costs the same wherever it begins.
        """
        ...

    def heard_of(self, origin: str, start: int, end: int | None) -> list[Heard]:
        """Return the rows of the entries of a log in `[start, end)`, by index and number.

        Args:
            origin: the log.
            start: index of the first entry.
            end: index behind the last; None: to the end, and what stood behind it.
        """
        ...

    def heard_by(self, channel: str, matter: Matter) -> tuple[str, ...]:
        """Return the keys under which a matter is read, sorted; one that is gone has its last."""
        ...

    def filed_for(self, channel: str, matter: Matter) -> tuple[str, ...]:
        """Return the keys under which a matter is filed, by acts and by grants, sorted."""
        ...

    def save_grant(self, grant: Grant) -> None:
        """Keep a grant in place of the one with the same matter and key; it counts at once."""
        ...

    def grants(self, channel: str, matter: Matter) -> list[Grant]:
        """Return the grants of a matter, ended ones too, by key."""
        ...

    def listed(
        self, reader: Reader, wanted: Wanted, after: Place | None = None, count_max: int = 50
    ) -> list[tuple[Place, MatterRow]]:
        """Return the matters after a place, in the order of places.

        Args:
            reader: who asks.
            wanted: which of those that they may read.
            after: a place that was given before, or None for the beginning.
            count_max: how many at most.
        """
        ...

    def counts(self, reader: Reader, kind: str) -> Mapping[str, int]:
        """Return how many matters of a kind a reader may read, by status."""
        ...

    def groups(self, reader: Reader, kind: str) -> list[Group]:
        """Return how many matters of a kind a reader may read, by all that lists filter by.

        Costs what there are groups of, however many matters.
        """
        ...

    def readable(self, reader: Reader, channel: str, matter: Matter) -> MatterRow | None:
        """Return one matter, or None where there is none or they may not read it."""
        ...

    def named(self, reader: Reader, kind: str, text: str, count_max: int = 6) -> list[MatterRow]:
        """Return the matters that a reader may mean by what they typed.

        Those whose id, act or reference it is; if there is none, those of which one begins so.

        Args:
            reader: who asks.
            kind: of matter.
            text: at least one character.
            count_max: how many at most.
        """
        ...

    def save_about(self, about: About, kind: str, key: str, value: Json) -> None:
        """Keep a small record that says something of a matter; `drop_record` forgets it."""
        ...

    def record_for(self, reader: Reader, kind: str, key: str) -> Json:
        """Return such a record if a reader may read its matter, or their agency wrote it."""
        ...

    def records_for(
        self, reader: Reader, kind: str, after: str = "", count_max: int = 1_000
    ) -> Mapping[str, Json]:
        """Return such records of a kind by key, those with a key greater than `after`."""
        ...

    def save_words(self, rows: Sequence[Worded]) -> None:
        """Keep which words acts have said, in place of what was kept of each act."""
        ...

    def drop_words(self, places: Sequence[tuple[str, int]] | None = None) -> None:
        """Forget the words of the acts at these places, (origin, index), or of all acts."""
        ...

    def tidy_words(self) -> bool:
        """Take some of what was forgotten out of the index itself; return whether more is left.

        A word that is dropped is not found any more; its letters stay on the disk until then.
        """
        ...

    def worded(
        self,
        reader: Reader,
        wanted: Wanted,
        terms: Sequence[str],
        before: int | None = None,
        count_max: int = 50,
    ) -> tuple[list[MatterRow], int | None]:
        """Return matters of which one act has said all terms, the newest known first.

        The number is where the next page begins, or None at the end.  A page may be short, or
        empty, and not the last: so one question costs a bounded time, whatever is hidden.

        Args:
            reader: who asks.
            wanted: which of those that they may read.
            terms: words as `Worded` has them; one that ends with `*` stands for all that begin so.
            before: a number that was given before, or None for the beginning.
            count_max: how many at most.
        """
        ...
