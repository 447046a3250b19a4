"""What this State knows of shares when it gives: what it received, gave, took back, and its lists.

Floor: rooms.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.acts import marks
from comity.domestic.share import guard, lists, observables, source
from comity.domestic.share.guard import Facts
from comity.joint.share import acts, coming, positions, view
from comity.joint.share.bundle import Object
from comity.joint.share.state import State
from comity.joint.share.values import values
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.rooms.share import consumers, holdings, sources

_PAGE: Final = 256
_LITERAL: Final = re.compile(r"'((?:[^'\\]|\\['\\])*)'")


def told(one: Object) -> tuple[tuple[str, str], ...]:
    """Return every address, name and hash that an object tells, those of a whole pattern too."""
    found = dict.fromkeys(values(one))
    if one.get("type") == "autonomous-system":
        found[observables.AS, str(one.get("number"))] = None
    for literal in _LITERAL.findall(str(one.get("pattern", ""))):
        said = observables.detected(re.sub(r"\\(.)", r"\1", literal))
        if said is not None:
            found[said] = None
    return tuple(found)


def version(one: Object) -> str:
    """Return an id with its version."""
    return f"{one.get('id')} {one.get('modified', '')}"


def mark_of_all(state: State) -> str:
    """Return the mark of what is added to a share."""
    return coming.mark_of_all(state)


@dataclass(frozen=True, slots=True)
class _Piece:
    """One object of a share, as it is known again."""

    keys: frozenset[str]
    version: str
    mark: str
    counts: bool
    is_taken_back: bool


@dataclass(slots=True)
class _Shares:
    """What was read of shares before: `{share: (what it followed from, its pieces)}`."""

    of: dict[str, tuple[object, tuple[_Piece, ...]]] = field(default_factory=dict)


def facts(node: Node, tx: Tx, channel: str) -> Facts:
    """Return what is known when something is given in a channel."""
    readers = set(trust.load(tx, channel).arrangement.party_ids())
    received: dict[str, str] = {}
    bound: set[str] = set()
    taken_back: set[str] = set()
    given: set[str] = set()
    for row in _rows(tx):
        state: State = node.rooms[acts.KIND].from_json(row.state)
        pieces = _pieces(node, tx, row, state) if state.giving is not None else ()
        taken_back |= {key for one in pieces if one.is_taken_back for key in one.keys}
        if state.giving is not None and state.giving.party == node.party:
            counts = row.channel == channel
            given |= {one.version for one in pieces if counts and one.counts}
        else:
            _note_received(pieces, received, bound, is_third=bool(readers - set(state.parties)))
    own, warnings = _lists(node, tx)
    return Facts(own, warnings, received, frozenset(bound), frozenset(taken_back), frozenset(given))


def _note_received(
    pieces: Sequence[_Piece], received: dict[str, str], bound: set[str], *, is_third: bool
) -> None:
    for one in pieces:
        for key in one.keys:
            received[key] = marks.narrowest_of(filter(None, (received.get(key), one.mark)))
        if is_third and not marks.parse(one.mark).may_go_to_third_state:
            bound |= one.keys


def _rows(tx: Tx) -> Iterator[MatterRow]:
    after = ""
    while rows := tx.matters(acts.KIND, after, _PAGE):
        yield from rows
        after = rows[-1].matter.id


def _pieces(node: Node, tx: Tx, row: MatterRow, state: State) -> tuple[_Piece, ...]:
    kept = node.session.of(_Shares).of
    of = (row.digest, tuple(holdings.held(node, tx, row)))
    found = kept.get(row.matter.id)
    if found is None or found[0] != of:
        kept[row.matter.id] = found = of, tuple(_read(holdings.read(node, tx, row), state))
    return found[1]


def _read(holding: holdings.Holding, state: State) -> Iterator[_Piece]:
    counts = view.in_force(state)
    open_ones = [
        one.positions for one in state.disputes if view.dispute_status(state, one) == view.OPEN
    ]
    for at, mark in holding.marks.items():
        one = holding.objects[at]
        assert one is not None
        place = divmod(at, holdings.PLACES)
        is_in_force = positions.has(counts, *place)
        is_disputed = any(positions.has(some, *place) for some in open_ones)
        keys = guard.keys(str(one.get("id")), told(one))
        yield _Piece(keys, version(one), str(mark), is_in_force, not is_in_force or is_disputed)


def _lists(node: Node, tx: Tx) -> tuple[lists.Listing, Sequence[lists.Listing]]:
    """Return the networks of this State and of its consumers, and its warning lists."""
    named = [line for one in consumers.open_ones(node, tx) for line in one.networks]
    named += [line for one in sources.texts(tx, source.NETWORKS) for line in one.lines]
    warnings = [lists.listing(one) for one in sources.texts(tx, source.WARNING)]
    return lists.listing(lists.Written("own", "", tuple(named))), warnings
