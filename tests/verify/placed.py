"""What a node makes of the logs of a channel that were written at random: its rows.

    with reading(world, channel) as read:
        read.rows(now_ms)                        of all that it has understood
        read.rows(now_ms, cut)                   at a cut

The entries are placed by the same code as those that a peer sent, but for keys and heads; what a
later generation leaves of a log is known from the beginning.  Nothing of it stays in the store.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from support.pair import World
from verify.channels import NAME, VOCABULARY, Channel, Written

from comity.acts.causality import Cut
from comity.acts.record import Matter
from comity.figures.observation import Observation
from comity.joint.request import acts
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reckoned import Reckoned
from comity.node.base.rows import LOG_ENDED, LOG_OPEN, Log
from comity.node.exchange import logs, refold
from comity.node.exchange.place import Batch
from comity.node.exchange.prefetch import Entry
from comity.node.exchange.seal import Found, Keyed, Opened, Unreadable
from comity.node.review.read_rows import At
from comity.node.room import clocks
from comity.seal.run import SECRET_BYTES, Run

ONCE = "acknowledge"
"""A clock that nothing starts again."""

_RUN = Run(bytes(SECRET_BYTES), "aa", 0)
"""No entry here is sealed: its keys open none."""


class _Done(Exception):  # noqa: N818 -- no fault: it undoes a transaction
    """All was read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A channel as a node has understood it."""

    node: Node
    tx: Tx
    path: str
    found: Channel

    def matters(self) -> list[str]:
        """Return the ids of the requests that were understood, in order."""
        ids = {one.act.matter for one in self.found.requests}
        held = [one.id for one in ids if self.tx.matter(self.path, one) is not None]
        return sorted(held)

    def rows(self, now_ms: int, cut: Cut | None = None) -> list[Observation]:
        """Return the rows of every request, at an instant, of all or at a cut."""
        whole = None
        if cut is not None:
            live = self.tx.logs(register_records.live_of(self.path))
            whole = {**{log.origin: log.understood for log in live}, **cut}
        at = At(self.node, self.tx, self.path, whole)
        return [
            row
            for one in self.matters()
            for row in at.observed(Matter(acts.KIND, one), now_ms).observed.rows
        ]

    def elsewhere(self, now_ms: int) -> dict[str, dict[str, dict[str, str]]]:
        """Return which clocks run on an earlier request, `{id: {addressee: {clock: id}}}`."""
        found = {one.row.matter.id: one.elsewhere for one in self._reckoned(now_ms)}
        return {
            one: {party: dict(running) for party, running in by_party.items()}
            for one, by_party in found.items()
            if by_party
        }

    def dues(self, now_ms: int) -> dict[tuple[str, str], int | None]:
        """Return when that clock is due that starts but once, as it is shown to officers."""
        return {
            (one.row.matter.id, timed.track): timed.clock.due_at_ms
            for one in self._reckoned(now_ms)
            for timed in one.timed
            if timed.rule.name == ONCE
        }

    def _reckoned(self, now_ms: int) -> list[Reckoned]:
        told = clocks.Channel(self.node, self.tx, self.path)
        rows = [row for row in self.tx.matters() if row.channel == self.path]
        rows = [row for row in rows if row.matter.kind == acts.KIND]
        return [told.reckon(row, now_ms, explain=False) for row in rows]

    def foreign(self) -> list[str]:
        """Return why entries are foreign, of those that are."""
        found: list[str] = []
        for log in self.tx.logs(self.path):
            found += [one.foreign for one in self.tx.acts(log.origin, 0, log.size)]
            found += [one.foreign for one in self.tx.receipts(log.origin, 0, log.size)]
        return [why for why in found if why]


@contextmanager
def reading(world: World, found: Channel) -> Iterator[Reading]:
    """Give the channel as the first party's node understands it."""
    node = replace(world.node("aa"), vocabulary=VOCABULARY)
    path = register_records.channel_path(world.arrangement, NAME)
    with suppress(_Done), node.store.write() as tx:
        _place_all(node, tx, path, found)
        yield Reading(node, tx, path, found)
        raise _Done


def _place_all(node: Node, tx: Tx, path: str, found: Channel) -> None:
    for origin, entries in found.logs.items():
        party, _, rest = origin.partition("/")
        state = LOG_ENDED if origin in found.left else LOG_OPEN
        generation = int(rest.rpartition("/")[2])
        log = Log(origin, path, party, generation, own=party == node.party, state=state)
        tx.save_log(log)
        grown = logs.append_entries(tx, log, [one.raw for one in entries])
        tx.save_log(replace(grown, signed=grown.size))
    later = [origin for origin in found.logs if not origin.endswith("/1")]
    for origin in sorted(later, key=lambda one: int(one.rpartition("/")[2])):
        _place_next(node, tx, path, origin, found)
        _place_next(node, tx, path, origin, found)  # entry 1: it has seen nothing
    placed = later * 2
    for origin in found.order:
        if origin in placed:
            placed.remove(origin)
        else:
            _place_next(node, tx, path, origin, found)
    loaded = trust.load(tx, path)
    touched = dict.fromkeys(one.act.matter for one in found.requests)
    refold.refold(node.rooms, tx, loaded, touched, 0)


def _place_next(node: Node, tx: Tx, path: str, origin: str, found: Channel) -> None:
    """Place the next entry of a log."""
    log = logs.require_log(tx, origin)
    one = found.logs[origin][log.understood]
    batch = Batch(node, tx, trust.load(tx, path), log)
    batch.place([Entry(log.understood, _opened(one), one.leaf)])
    batch.finish(log.understood + 1)


def _opened(one: Written) -> Found:
    if one.said is not None:
        return Opened(one.origin, one.said, bytes(16))
    return Keyed(_RUN, (), bytes(16)) if one.is_key else Unreadable()
