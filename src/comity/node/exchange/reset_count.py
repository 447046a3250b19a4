"""How often what was understood of a channel was taken back.

    taken_back.note(tx, channel)    all of it is understood anew
    taken_back.cut(tx, log, start)  the end of a log was cut
    taken_back.times(tx, channel)   who keeps what follows from it, and has seen fewer, drops that

Where a log was looked at tells only what is new in it: once a channel is understood anew it may
be understood as far as before, and say less, for a generation can disown what was read.

    record kind      key         value
    taken-back       <channel>   how many times
    worded           <origin>    entries of that log whose words are in the index (see
                                 `desk.search`)
    webhook-cursor   <origin>    how far webhooks were told of it (see `desk.webhooks`)

Floor: node.
"""

from typing import Final

from comity.node.base.ports import Tx
from comity.node.base.rows import Log

TIMES: Final = "taken-back"
WORDED: Final = "worded"
TOLD: Final = "webhook-cursor"


def note(tx: Tx, channel: str) -> None:
    """Note that what was understood of a channel was taken back, all of it or the end of a log."""
    tx.save_record(TIMES, channel, times(tx, channel) + 1)


def cut(tx: Tx, log: Log, start: int) -> None:
    """Note that the entries of a log from `start` on were cut: others will stand there.

    Before the index of words, or who tells webhooks, looks again there may be as many as there
    were.
    """
    note(tx, log.channel)
    mark = tx.record(WORDED, log.origin)
    if isinstance(mark, int) and mark > start:
        tx.drop_words([(log.origin, index) for index in range(start, mark)])
        tx.save_record(WORDED, log.origin, start)
    told = tx.record(TOLD, log.origin)
    if isinstance(told, int) and told > start:
        tx.save_record(TOLD, log.origin, start)


def times(tx: Tx, channel: str) -> int:
    """Return how many times that was so."""
    value = tx.record(TIMES, channel)
    return value if isinstance(value, int) else 0
