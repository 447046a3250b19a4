"""Which entries are in no figures since a party has not signed for them: of own logs alone.

    unsigned(node, "xx-yy/live", cut, now_ms) -> (Awaited("xx/xx-yy/live/1", "cc", n 3, …),)

Of another's log a cut has all that is understood here, so nothing of it waits.  A party that is
given up is not waited for.  What was signed here after the instant of the figures is left out of
them for that, and not told.  It asks what is kept, a few questions for each log however long.

Source: docs/spec/review.md 4.10.
Floor: rooms.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from comity.acts.causality import Cut
from comity.figures import address
from comity.figures.omissions import CONVICTED, FROZEN, Awaited, unsigned
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_FROZEN, Log
from comity.node.exchange import abandoned_party, convict, ended_log, status
from comity.node.review import cuts
from comity.node.review.take import Wanted
from comity.rooms.review import labels

LATE_MS: Final = status.MISSED_MS
"""A party that is there signs each minute: after as long as its silence alarms, call it."""

type _Range = tuple[Log, str, int, int]


def awaited(node: Node, channel: str, cut: Cut, now_ms: int) -> tuple[Awaited, ...]:
    """Return what figures leave out because a party has not signed for it.

    Args:
        node: ours.
        channel: its path.
        cut: of the figures.
        now_ms: their instant.
    """
    with node.store.read() as tx:
        ranges = [one for log in cuts.logs(tx, channel) for one in _ranges(node, tx, log, cut)]
        found = [
            (log, party, end - start, since_ms, _state(tx, log))
            for log, party, start, size in ranges
            for end in [_end(tx, log.origin, start, size, now_ms)]
            for since_ms in [status.signed_at_ms(tx, log.origin, start)]
            if start < end and since_ms is not None
        ]
    names = labels.labels(node, channel) if found else None
    return tuple(
        Awaited(
            log.origin,
            party,
            names.part(address.SIDE, party),
            count,
            since_ms,
            is_late=now_ms - since_ms > LATE_MS,
            state=state,
        )
        for log, party, count, since_ms, state in found
        if names is not None
    )


def newest(node: Node, wanted: Wanted) -> tuple[Awaited, ...]:
    """Return the same of the figures that would be named now, which are not computed for that.

    Raises:
        Fault: `node.review.channel`.
    """
    with node.store.read() as tx:
        channel = cuts.named(tx, wanted.channel)
        cut = cuts.newest(node, tx, channel) if wanted.cut is None else wanted.cut
    now_ms = node.clock.now_ms() if wanted.now_ms is None else wanted.now_ms
    return awaited(node, channel, cut, now_ms)


def as_json(found: Iterable[Awaited]) -> list[Json]:
    """Return it as data, with the words in each language."""
    return [
        {
            "log": one.log,
            "party": one.party,
            "entries": one.count,
            "since_ms": one.since_ms,
            "words": {**one.words},
            "step": {**one.step} if one.step else None,
        }
        for one in found
    ]


def sentences(found: Iterable[Awaited], language: str) -> str:
    """Return it as running text in one language, or ""."""
    parts: list[Mapping[str, str]] = []
    for one in found:
        parts += [one.words, one.step] if one.step else [one.words]
    return (" " if language == "en" else "").join(part[language] for part in parts)


def _state(tx: Tx, log: Log) -> str:
    """Return why a log stands still here, so that whoever has not signed is not to blame."""
    if log.state == LOG_FROZEN:
        return CONVICTED if convict.is_convicted(tx, log) else FROZEN
    return ""


def _ranges(node: Node, tx: Tx, log: Log, cut: Cut) -> list[_Range]:
    if not log.own:
        return []
    parties = {*trust.load(tx, log.channel).arrangement.party_ids()} - {node.party}
    others = sorted(abandoned_party.waited_for(tx, log.channel, parties))
    signed = {party: cuts.signed_for(tx, log, party) for party in others}
    size = ended_log.counted(tx, log, min(log.signed, log.understood))
    found = unsigned(cut.get(log.origin, 0), size, signed)
    return [(log, party, start, end) for party, start, end in found]


def _end(tx: Tx, origin: str, start: int, size: int, now_ms: int) -> int:
    """Return up to where entries from a place on were signed by an instant."""
    low, high = start, size
    while low < high:
        middle = (low + high + 1) // 2
        at_ms = status.signed_at_ms(tx, origin, middle - 1)
        low, high = (middle, high) if at_ms is not None and at_ms <= now_ms else (low, middle - 1)
    return low
