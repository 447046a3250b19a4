"""What the rows of requests show of a commitment: that answers come in time, that use is reported.

    Answers(node).of(channel)          rows of an arrangement, read once, in the order of asking
    within(rows, made_ms)              the newest answer, where none since then came too late
    fed_back(rows, made_ms)            the first request since then whose use was reported

Rows follow from the logs alone, so both nodes find the same at a cut and an instant.

Source: docs/spec/commitment.md, 10.
Floor: rooms.
"""

from collections.abc import Sequence

from comity.figures.observation import RESPOND, Observation
from comity.node.base.context import Node
from comity.node.review import cuts, row_cache

_USE = "use"


class Answers:
    """Rows of requests, of each arrangement that is asked for."""

    def __init__(self, node: Node) -> None:
        """Read nothing yet."""
        self._node = node
        self._found: dict[str, tuple[Observation, ...]] = {}

    def of(self, channel: str) -> tuple[Observation, ...]:
        """Return the rows of an arrangement, by when they were asked.  No transaction is open.

        Args:
            channel: a channel of it.

        Raises:
            Fault: `node.store.*`.
        """
        if channel not in self._found:
            node, now_ms = self._node, self._node.clock.now_ms()
            with node.store.read() as tx:
                cut, paths = cuts.newest(node, tx, channel), cuts.channels(tx, channel)
            rows = [one for path in paths for one in row_cache.each(node, path, cut, now_ms)]
            self._found[channel] = tuple(sorted(rows, key=lambda o: (o.asked.at_ms, o.id)))
        return self._found[channel]


def within(rows: Sequence[Observation], made_ms: int, now_ms: int) -> tuple[str, int] | None:
    """Return the newest request since then that was answered, if no answer was or is too late."""
    newest: tuple[str, int] | None = None
    for row in rows:
        span = row.span(RESPOND)
        if row.asked.at_ms < made_ms or span is None or span.stopped is not None:
            continue
        end_ms = span.end.at_ms if span.end is not None else None
        if span.due_ms is not None and (now_ms if end_ms is None else end_ms) >= span.due_ms:
            return None
        if end_ms is not None and (newest is None or end_ms > newest[1]):
            newest = row.id, end_ms
    return newest


def fed_back(rows: Sequence[Observation], made_ms: int) -> tuple[str, int] | None:
    """Return the first request since then of which it was reported how the answer was used."""
    return next(
        (
            (row.id, row.asked.at_ms)
            for row in rows
            if row.asked.at_ms >= made_ms
            and any(one.name == _USE and one.code for one in row.facts)
        ),
        None,
    )
