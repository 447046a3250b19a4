"""The index of words: what acts about requests have said, so that officers find it.

    understood  ->  catch_up: open the words of each act  ->  terms  ->  store
    destroyed   ->  `destroyed_blobs.note`: the terms of its acts go, and come back here without it

What is not indexed yet is told by a mark for each log, so a crash loses nothing; whoever
searches catches up first.  The index is plaintext in another form: it lies in the database,
under the protection of its disk.

    record kind   key                    value
    worded        <origin>               entries of that log that are indexed
    unworded, untidy                     see `destroyed_blobs`

Floor: node.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts import blob_role
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Worded
from comity.node.base.rows import UnderstoodAct
from comity.node.exchange import destroyed_blobs, reset_count
from comity.node.room import act_blobs, search_terms
from comity.node.room.act_blobs import AWAY, HELD, MISSING, Opened

MARK: Final = reset_count.WORDED
BATCH: Final = 128
"""Entries of one transaction, where others wait for it."""

_RETRIED: Final = 64
_ROLES: Final = frozenset({blob_role.ELEMENTS, blob_role.TEXTS})


@dataclass(slots=True)
class Unworded:
    """How far acts without words were looked at.

    Attributes:
        unworded: key of the act that lacked words and was looked at last, or "".
    """

    unworded: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of some acts of one log, and what had been destroyed last by then."""

    origin: str
    start: int
    end: int
    rows: Sequence[Worded]
    missing: Sequence[tuple[str, int]]
    gone: str


type Advance = Callable[[int], None]


def catch_up(
    node: Node, count_max: int = 0, advance: Advance = lambda _: None, *, batch: int = BATCH
) -> int:
    """Index what was understood since; return how many entries were looked at.

    Args:
        node: ours.
        count_max: entries to look at, about; 0 for all.
        advance: called with the number of entries of each batch.
        batch: entries of one transaction.
    """
    done = _try_again(node)
    with node.store.read() as tx:
        waiting = [(log.origin, log.channel) for log in tx.logs() if "/" in log.channel]
    for origin, channel in waiting:
        while not count_max or done < count_max:
            count = _batch(node, origin, channel, batch)
            if not count:
                break
            done += count
            advance(count)
    _tidy(node)
    return done


def forget_all(tx: Tx) -> None:
    """Drop the whole index: the next `catch_up` makes it anew."""
    tx.drop_words()
    for kind in (MARK, destroyed_blobs.UNWORDED):
        for key in tx.records(kind):
            tx.drop_record(kind, key)


def _batch(node: Node, origin: str, channel: str, size: int) -> int:
    """Index the next acts of a log; return how many entries that were."""
    with node.store.read() as tx:
        log = tx.log(origin)
        assert log is not None
        mark = _mark(tx, origin)
        if mark == log.understood:
            return 0
        start = min(mark, log.understood)
        end = min(start + size, log.understood)
        read = _read(node, tx, channel, (origin, start, end))
    with node.store.write() as tx:
        if _mark(tx, origin) != mark:
            return 0  # another process was faster
        if destroyed_blobs.last(tx) != read.gone:
            return 1  # nothing is kept of what was destroyed meanwhile: it is read again
        if mark > start:  # unsigned acts were dropped with their entries, or the log is refolded
            tx.drop_words([(origin, index) for index in range(start, mark)])
        tx.save_words(read.rows)
        for place in read.missing:
            tx.save_record(destroyed_blobs.UNWORDED, destroyed_blobs.act_key(*place), True)  # noqa: FBT003 -- a JSON value
        tx.save_record(MARK, origin, end)
    return max(end - start, 1)


def _try_again(node: Node) -> int:
    """Index acts of which a body has come, or one has gone."""
    found: list[tuple[str, _Read]] = []
    after = node.session.of(Unworded).unworded
    with node.store.read() as tx:
        keys = list(tx.records(destroyed_blobs.UNWORDED, after=after, count_max=_RETRIED))
        node.session.of(Unworded).unworded = keys[-1] if len(keys) == _RETRIED else ""
        for key in keys:
            origin, _, index = key.rpartition("#")
            log = tx.log(origin)
            if log is not None:
                span = (origin, int(index), int(index) + 1)
                found.append((key, _read(node, tx, log.channel, span)))
    whole = [(key, read) for key, read in found if not read.missing]
    if whole:
        with node.store.write() as tx:
            if any(destroyed_blobs.last(tx) != read.gone for _, read in whole):
                return 0
            for key, read in whole:
                tx.save_words(read.rows)
                tx.drop_record(destroyed_blobs.UNWORDED, key)
    return len(whole)


def _read(node: Node, tx: Tx, channel: str, span: tuple[str, int, int]) -> _Read:
    origin, start, end = span
    rows: list[Worded] = []
    missing: list[tuple[str, int]] = []
    for row in tx.acts(origin, start, end):
        room = node.rooms.get(row.act.matter.kind)
        if row.foreign or room is None or not room.is_searched:
            continue
        said = [blob for blob in row.act.blobs if blob.role in _ROLES]
        opened = act_blobs.open_blobs(node, tx, said)
        rows.append(_worded(channel, row, opened))
        if any(one.state in (MISSING, AWAY) for one in opened):
            missing.append((row.origin, row.index))
    return _Read(origin, start, end, rows, missing, destroyed_blobs.last(tx))


def _worded(channel: str, row: UnderstoodAct, opened: Sequence[Opened]) -> Worded:
    texts = (text for one in opened for text in _texts(one))
    return Worded(row.origin, row.index, channel, row.act.matter, search_terms.words_of(texts))


def _texts(body: Opened) -> Iterator[str]:
    if body.state != HELD or not body.is_whole:
        return
    try:
        value = ijson.parse(body.data)
    except Fault:
        return  # a peer may write anything
    yield from _strings(value)


def _strings(value: Json) -> Iterator[str]:
    """Give what a person may search for: values, and never the names of fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)


def _tidy(node: Node) -> None:
    """Take what was forgotten out of the pages of the index, in short transactions."""
    with node.store.read() as tx:
        is_tidy = tx.record(destroyed_blobs.UNTIDY, destroyed_blobs.WORDS) is None
    is_more = not is_tidy
    while is_more:
        with node.store.write() as tx:
            is_more = tx.tidy_words()
            if not is_more:
                tx.drop_record(destroyed_blobs.UNTIDY, destroyed_blobs.WORDS)


def _mark(tx: Tx, origin: str) -> int:
    value = tx.record(MARK, origin)
    return value if isinstance(value, int) else 0
