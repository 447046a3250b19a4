"""The order in which this node came to know what officers read: rows that are only ever added.

    act     an act counts: it was understood, whichever log it stands in
    gone    an act that counted does so no more: a generation disowned it, or it was taken out
            of an own log before anybody had signed for it
    open    a matter that was there before is read under one more key from now on

Each row has the next number and a hash over all before it.  They outlive everything that is
computed: what is understood anew and stands as it stood adds none.  So whoever has read up to a
number goes on from there for ever, and a store that was put back to an earlier state is known
by the hash.

Floor: node.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from comity.acts.record import Matter
from comity.kernel import ijson
from comity.node.base.rows import UnderstoodAct

ACT: Final = "act"
GONE: Final = "gone"
OPEN: Final = "open"

CHAIN_BYTES: Final = 16
START: Final = bytes(CHAIN_BYTES)
"""The hash before the first row."""

NOBODY: Final = "-"
"""Stands for the keys of a matter that nobody reads; no agency and no officer has that name."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One row.

    Attributes:
        what: `act`, `gone` or `open`.
        channel: of the matter.
        matter: kind and id.
        origin: log of the act; "" of an opening, like all that says something of an act.
        index: in that log; 0 of an opening.
        act_id: of the act.
        party: its author.
        tag: of the act.
        reader: key under which a matter was opened; "" of an act.
        under: keys under which it was read until then: to who has one of them it is not new.
        number: from 1, without a gap; 0 until it is kept.
        chain: hash over this row and all before it.
    """

    what: str
    channel: str
    matter: Matter
    origin: str = ""
    index: int = 0
    act_id: str = ""
    party: str = ""
    tag: str = ""
    reader: str = ""
    under: tuple[str, ...] = ()
    number: int = 0
    chain: bytes = START


def numbered(last: Heard | None, rows: Iterable[Heard]) -> Iterator[Heard]:
    """Give rows with their numbers and hashes, as they follow the last one that is kept."""
    number, chain = (last.number, last.chain) if last else (0, START)
    for row in rows:
        number += 1
        chain = hashlib.sha256(chain + ijson.render(_facts(row))).digest()[:CHAIN_BYTES]
        yield replace(row, number=number, chain=chain)


def _facts(row: Heard) -> list[ijson.Json]:
    matter = row.matter
    about = [row.what, row.channel, matter.kind, matter.id, row.reader]
    return [*about, row.origin, row.index, row.act_id]


def changes(
    channel: str, rows: Iterable[UnderstoodAct], known: Mapping[tuple[str, int], Heard]
) -> Iterator[Heard]:
    """Give what is new in acts that are saved.

    Args:
        channel: of their logs.
        rows: the acts.
        known: the last row of each place, (origin, index), that has one.
    """
    last = dict(known)
    for row in rows:
        before = last.get((row.origin, row.index))
        counted = before.act_id if before and before.what == ACT else ""
        if row.foreign and before and counted:
            news = gone(before)
        elif not row.foreign and counted != row.act.id:
            news = _of_act(channel, row)
        else:
            continue
        last[row.origin, row.index] = news
        yield news


def gone(row: Heard) -> Heard:
    """Return that an act counts no more."""
    return replace(row, what=GONE, number=0, chain=START)


def opened(
    channel: str, matter: Matter, before: Iterable[str], added: Iterable[str]
) -> Iterator[Heard]:
    """Give that a matter is read under more keys than before; of one that is new nothing."""
    keys = sorted(before)
    if keys:
        under = tuple(one for one in keys if one != NOBODY)
        for one in sorted(added):
            if one != NOBODY:
                yield Heard(OPEN, channel, matter, reader=one, under=under)


def _of_act(channel: str, row: UnderstoodAct) -> Heard:
    act = row.act
    place = (row.origin, row.index)
    return Heard(ACT, channel, act.matter, *place, act.id, row.party, act.tag)
