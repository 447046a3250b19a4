"""What came of a snapshot since: the same period today, and which requests make the difference.

    since(node, officer, "7QK2") -> Since(state, now Taken(…), {"cells": […]}, (Moved(…), …))
    of_period(node, officer, taken) -> snapshots of this very period; agreed(some) by all sides

Acts arrive late, and what was open goes on: so figures of a period are others today than they were
at the cut and the instant of a snapshot.  What was agreed stands; this says beside it what is new.

Source: docs/spec/review.md 5.4.
Floor: rooms.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, cast

from comity.figures import difference
from comity.figures.figures import Figures
from comity.figures.omissions import Awaited
from comity.joint.review import state
from comity.joint.review.state import State
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import MatterRow, Officer
from comity.node.review import cuts, take
from comity.node.review.take import Taken
from comity.node.room import need_to_know
from comity.rooms.review import agree, unsigned_entries
from comity.rooms.review.agree import Compared, Snapshot


@dataclass(frozen=True, slots=True)
class Moved:
    """A request that adds other things today.

    Attributes:
        id: of the request; "" where the officer may not read it.
        addressee: whose row it is.
        where: `own` for today alone, `other` for the snapshot alone, `both`.
        fields: of its row that differ.
        acts: of which the two say different things; none where time alone has passed.
    """

    id: str
    addressee: str
    where: str
    fields: tuple[str, ...]
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """A snapshot beside the same period today.

    Attributes:
        row: the matter.
        state: of the snapshot.
        then: its figures; None where they are neither found nor held here.
        now: those of today.
        basis: what the two were computed by where that is not the same.
        cells: that are not the same: `own` is today, `other` the snapshot.
        moved: the requests that make it, by their places in `rows` of a cell; none are told where
            the figures of the snapshot are not found here.
        waiting: the entries of own logs that are not in the figures of today.
    """

    row: MatterRow
    state: State
    then: Figures | None
    now: Taken
    basis: tuple[Json, ...]
    cells: tuple[dict[str, Json], ...]
    moved: tuple[Moved, ...]
    waiting: tuple[Awaited, ...]


def since(node: Node, officer: Officer, snapshot_id: str) -> Since | Inadmissible:
    """Compare a snapshot with the same period now, at the newest common cut.

    Raises:
        Fault: those of `agree.compared`.
    """
    found = agree.compared(node, officer, snapshot_id)
    if isinstance(found, Inadmissible):
        return found
    now = take.computed(node, replace(found.ours.wanted, now_ms=None, cut=None))
    waiting = unsigned_entries.awaited(node, now.wanted.channel, now.cut, now.now_ms)
    then = found.figures
    if then is None:
        return Since(found.row, found.state, None, now, (), (), (), waiting)
    told = _difference(node, found, now, then)
    moved = _moved(node, officer, now, told["rows"])
    basis, cells = tuple(told["basis"]), tuple(told["cells"])
    return Since(found.row, found.state, then, now, basis, cells, moved, waiting)


def since_json(found: Since) -> dict[str, Json]:
    """Return it as data."""
    moved: list[Json] = [
        {
            "id": one.id or None,
            "addressee": one.addressee,
            "in": one.where,
            "fields": [*one.fields],
            "acts": [*one.acts],
        }
        for one in found.moved
    ]
    return {
        "snapshot": found.row.matter.id,
        "status": found.row.status,
        "their_digest": found.state.digest,
        "digest": found.now.digest,
        "now_ms": found.now.now_ms,
        "cut": dict(found.now.cut),
        "held": found.then is not None,
        "basis": [*found.basis],
        "cells": [*found.cells],
        "requests": moved,
        "waiting": unsigned_entries.as_json(found.waiting),
    }


def of_period(node: Node, officer: Officer, taken: Taken) -> list[Snapshot]:
    """Return the snapshots of the very period of figures."""
    found = agree.listing(node, officer)
    period = taken.wanted.period
    some = [] if isinstance(found, Inadmissible) else found
    return [
        one
        for one in some
        if one.row.channel == taken.wanted.channel
        and (one.state.from_ms, one.state.to_ms) == (period.from_ms, period.to_ms)
    ]


def agreed(some: Iterable[Snapshot]) -> list[Snapshot]:
    """Return the snapshots of some on which all sides agreed, the last first."""
    own = (one for one in some if one.row.status == state.AGREED)
    return sorted(own, key=lambda one: one.state.instant_ms, reverse=True)


def agreed_json(found: Iterable[Snapshot], taken: Taken) -> list[Json]:
    """Return them as data, each with whether these figures are the agreed ones."""
    return [
        {
            "snapshot": one.row.matter.id,
            "digest": one.state.digest,
            "definitions": one.state.definitions,
            "now_ms": one.state.instant_ms,
            "same": one.state.digest == taken.digest,
        }
        for one in found
    ]


def _difference(node: Node, found: Compared, now: Taken, then: Figures) -> dict[str, Any]:
    """Return what differs; rows explain it where the figures are those that are found here."""
    rows = (take.rows(node, now), take.rows(node, found.ours)) if found.is_same else ((), ())
    return cast("dict[str, Any]", difference.difference(now.figures, then, *rows))


def _moved(
    node: Node, officer: Officer, now: Taken, rows: Iterable[dict[str, Any]]
) -> tuple[Moved, ...]:
    """Return the requests of a difference; one that the officer may not read has no name."""
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        paths = cuts.channels(tx, now.wanted.channel)
        return tuple(
            Moved(
                one["id"] if is_read else "",
                one["addressee"],
                one["in"],
                tuple(one["fields"]),
                tuple(one["acts"]) if is_read else (),
            )
            for one in rows
            for is_read in [take.readable(node, tx, reader, paths, one["id"]) is not None]
        )
