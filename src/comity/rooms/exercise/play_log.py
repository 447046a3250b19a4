"""What was said in the channel of a play: read once, and read again where anything came since.

    told = of(node, tx, channel)
    told.injects            {id: state}, every delivery
    told.after("request", "sn", at_ms)

A matter whose acts every party holds stays as it is until one of it comes; so a look costs what
came since the last one.  The process forgets it at its end, and after a log was cut or refolded.

Floor: rooms.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from comity.acts.record import Matter
from comity.joint.exercise import acts, inject
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.node.exchange import refold_queue

_PAGE: Final = 500
_ROOMS: Final = ("request", "hotline")
"""In which players do what is expected of them."""

type Said = tuple[tuple[str, int], ...]
"""Of a matter of a room: which party said something, and when every other party held it."""
type Cut = Mapping[str, tuple[int, bytes]]
"""`{origin: (acts understood, leaf hash of the last)}`."""


@dataclass(frozen=True)
class Told:
    """What was said in the channel of a play, as far as this node understood it.

    Attributes:
        cut: how far.
        play: the first matter of that kind, or None.
        injects: every delivery, by the id of its matter.
        said: of each matter of a room in which players act.
        unsettled: matters with an act that some party may not hold yet.
    """

    cut: Cut = field(default_factory=dict)
    play: Matter | None = None
    injects: Mapping[str, inject.State] = field(default_factory=dict)
    said: Mapping[Matter, Said] = field(default_factory=dict)
    unsettled: frozenset[Matter] = frozenset()
    _times: dict[tuple[str, str], list[int]] = field(default_factory=dict, compare=False)

    def after(self, room: str, party: str, at_ms: int | None) -> int | None:
        """Return when a side first acted in a room, at or after an instant, or None."""
        if at_ms is None:
            return None
        known = self._times.get((room, party))
        if known is None:
            mine = (said for one, said in self.said.items() if one.kind == room)
            known = sorted(at for said in mine for who, at in said if who == party)
            self._times[room, party] = known
        place = bisect_left(known, at_ms)
        return known[place] if place < len(known) else None


@dataclass
class _Memory:
    channels: dict[str, Told] = field(default_factory=dict)


def of(node: Node, tx: Tx, channel: str) -> Told:
    """Return what was said in the channel of a play."""
    memory = node.session.of(_Memory).channels
    logs = [log for log in tx.logs(channel) if log.understood]
    cut = {
        log.origin: (log.understood, tx.leaves(log.origin, log.understood - 1, log.understood))
        for log in logs
    }
    known = memory.get(channel)
    if known is None or refold_queue.is_owed(tx, channel) or not _goes_on(tx, known.cut, cut):
        found = _read(tx, channel, Told(cut), _spoken_of(tx, channel))
    elif known.cut == cut and not known.unsettled:
        return known
    else:
        news = {*known.unsettled}
        for origin, (size, _) in cut.items():
            news |= {*tx.matters_between(origin, known.cut.get(origin, (0, b""))[0], size)}
        found = _read(tx, channel, known, sorted(news, key=lambda one: (one.id, one.kind)), cut)
        if found.injects == known.injects and found.said == known.said and known.cut == cut:
            return known
    memory[channel] = found
    return found


def _goes_on(tx: Tx, before: Cut, now: Cut) -> bool:
    """Return whether nothing that was read was cut since, and no log begun anew."""
    if before.keys() != now.keys():
        return False
    return all(
        size <= now[origin][0] and tx.leaves(origin, size - 1, size) == leaf
        for origin, (size, leaf) in before.items()
    )


def _spoken_of(tx: Tx, channel: str) -> Iterator[Matter]:
    after: Matter | None = None
    while page := tx.spoken_of(channel, after, _PAGE):
        yield from page
        after = page[-1]


def _read(
    tx: Tx, channel: str, known: Told, matters: Iterable[Matter], cut: Cut | None = None
) -> Told:
    """Return what is known with some matters read again."""
    play, injects, said = known.play, {**known.injects}, {**known.said}
    unsettled: set[Matter] = set()
    for one in matters:
        if one.kind == acts.PLAY:
            play = min((each for each in (play, one) if each), key=lambda each: each.id)
        if one.kind != acts.INJECT and one.kind not in _ROOMS:
            continue
        row = tx.matter(channel, one)
        turns = [*_turns(row)]
        if row is None or any(at_ms is None for _, at_ms in turns):
            unsettled.add(one)
        if row is not None and one.kind == acts.INJECT:
            injects[one.id] = inject.PART.from_json(row.state)
        elif row is not None:
            said[one] = tuple((party, at) for party, at in turns if at is not None)
    return Told(known.cut if cut is None else cut, play, injects, said, frozenset(unsettled))


def _turns(row: MatterRow | None) -> Iterator[tuple[str, int | None]]:
    state: Any = row.state if row is not None else {}
    for turn in state.get("turns", ()) if isinstance(state, dict) else ():
        yield turn["party"], turn.get("received_at_ms")
