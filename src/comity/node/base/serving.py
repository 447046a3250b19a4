"""For which channel this thread works: where work waits, the hotline goes first, then `live`.

    with serving.as_rank(channel_records.rank(tx, path)): ...

Whoever makes others wait asks `rank`: the one writer of the store does.

Source: docs/spec/channel.md 4.1.3; docs/adr/0057.
Floor: node.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from comity.joint.arrangement import channel

ORDINARY: Final = channel.rank(channel.LIVE)
"""Of pages, commands, and whatever else is not for one channel."""

_RANK: Final[ContextVar[int]] = ContextVar("rank", default=ORDINARY)


def rank() -> int:
    """Return the place of what this thread does in the order of serving: the least goes first."""
    return _RANK.get()


@contextmanager
def as_rank(wanted: int) -> Iterator[None]:
    """Work for a channel of this rank."""
    before = _RANK.set(wanted)
    try:
        yield
    finally:
        _RANK.reset(before)
