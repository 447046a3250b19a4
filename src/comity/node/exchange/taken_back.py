"""How often what was understood of a channel was taken back.

    taken_back.note(tx, channel)    a tail was cut, or all of it is understood anew
    taken_back.times(tx, channel)   who keeps what follows from it, and has seen fewer, drops that

Where a log was looked at tells only what is new in it: once a channel is understood anew it may
be understood as far as before, and say less, for a generation can disown what was read.

    record kind   key         value
    taken-back    <channel>   how many times

Floor: node.
"""

from typing import Final

from comity.node.ports import Tx

TIMES: Final = "taken-back"


def note(tx: Tx, channel: str) -> None:
    """Note that what was understood of a channel was taken back, all of it or the end of a log."""
    tx.save_record(TIMES, channel, times(tx, channel) + 1)


def times(tx: Tx, channel: str) -> int:
    """Return how many times that was so."""
    value = tx.record(TIMES, channel)
    return value if isinstance(value, int) else 0
