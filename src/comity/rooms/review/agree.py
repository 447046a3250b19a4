"""Agreeing on figures: naming a snapshot of what was computed, and answering one of the other side.

    snapshot(node, officer, Wanted(…))     names period, instant, cut, digest; the figures go along
    answer(node, officer, "7QK2")          computes them here: concurs, or says what differs

The answer follows from what was computed alone: nobody concurs with figures that their own node
does not find, and nobody differs without saying in which cells.  Figures of other definitions are
not the same whatever the logs say, so nobody answers them.

Source: docs/spec/snapshot.md; docs/spec/review.md, part 1.
Floor: rooms.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.acts.causality import contains
from comity.acts.record import Matter
from comity.figures import definitions, difference, drill_down, figures
from comity.figures.figures import Figures, Period
from comity.joint.request import acts as request_acts
from comity.joint.review import acts, agreement, state, view
from comity.joint.review.acts import Taken as Named
from comity.joint.review.agreement import Words as Told
from comity.joint.review.state import State
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import MatterRow, Officer
from comity.node.review import cuts, take
from comity.node.review.take import Taken, Wanted
from comity.node.room import act_blobs, need_to_know
from comity.node.room.act_words import Words
from comity.node.room.matter_lookup import every
from comity.node.room.release.draft_store import Result
from comity.rooms.review import answers, labels, say

_NO_WORDS: Final = Words()
EXPLAINED_MAX: Final = 16
"""Requests that explain one cell; a difference names the first ones."""

OTHER_DEFINITIONS: Final = "review.other-definitions"


def wanted(node: Node, officer: Officer, snapshot_id: str) -> Wanted:
    """Return what a snapshot is of: its period, instant and cut.

    Raises:
        Fault: those of `say.found`.
    """
    row, now = say.found(node, officer, snapshot_id)
    return _wanted(row, now)


def snapshot(
    node: Node, officer: Officer, of: Wanted, words: Words = _NO_WORDS
) -> Result | Inadmissible:
    """Name a snapshot of figures that are computed now; they go with it, sealed.

    Raises:
        Fault: those of `take.computed` and of `append`.
    """
    found = take.take(node, officer, of)
    if isinstance(found, Inadmissible):
        return found
    before = found.wanted.before
    named = Named(
        found.wanted.period.from_ms,
        found.wanted.period.to_ms,
        found.now_ms,
        found.cut,
        found.digest,
        str(definitions.VERSION),
        None if before is None else before.from_ms,
    )
    told = cast("Json", found.figures)
    return say.snapshot(node, officer, found.wanted.channel, named, words, told)


@dataclass(frozen=True, slots=True)
class Compared:
    """A snapshot beside what this node computes at its cut and instant.

    Attributes:
        row: the matter.
        state: of the snapshot.
        ours: the figures of this node.
        difference: what differs, with the acts that explain it; empty where nothing does.
        figures: those that the snapshot names, if they are held here.
        waits: for whom it waits, in words; None once it is agreed or taken back.
    """

    row: MatterRow
    state: State
    ours: Taken
    difference: dict[str, Json]
    figures: Figures | None
    waits: Told | None = None

    @property
    def is_comparable(self) -> bool:
        """Whether both are computed by the same definitions."""
        return self.state.definitions == str(definitions.VERSION)

    @property
    def is_same(self) -> bool:
        """Whether both have one digest."""
        return self.ours.digest == self.state.digest


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot as it is listed: the matter and its state.

    Attributes:
        row: the matter.
        state: of the snapshot.
        waits: for whom it waits, in words; None once it is agreed or taken back.
    """

    row: MatterRow
    state: State
    waits: Told | None = None


def listing(node: Node, officer: Officer) -> list[Snapshot] | Inadmissible:
    """Return every snapshot, in the order of lists, for an officer who reads figures."""
    no = need_to_know.may_not_read_figures(officer)
    if no is not None:
        return no
    with node.store.read() as tx:
        found = every(tx, need_to_know.reader(tx, officer), acts.KIND)
        listed = [(row, state.from_json(row.state)) for row in found]
    open_ = {row.channel for row, _ in listed if row.status in answers.WAITING}
    names = {channel: labels.labels(node, channel) for channel in open_}
    return [
        Snapshot(
            row,
            now,
            answers.waits(node, names[row.channel], row.channel, now)
            if row.channel in names
            else None,
        )
        for row, now in listed
        if now.snapshot_id  # a peer may say anything else
    ]


def listed_json(found: Iterable[Snapshot]) -> dict[str, Json]:
    """Return snapshots as data."""
    return {"snapshots": [snapshot_json(one) for one in found]}


def snapshot_json(one: Snapshot) -> dict[str, Json]:
    """Return a snapshot as data: what it names, and what each party found last."""
    now = one.state
    found = [found for party in now.others if (found := now.position(party)) is not None]
    positions: list[Json] = [
        {"party": each.party, "digest": each.digest, "act": each.act_id} for each in found
    ]
    comments: list[Json] = [
        {"cell": each.cell, "party": each.party, "act": each.act_id} for each in view.comments(now)
    ]
    return {
        "id": one.row.matter.id,
        "channel": one.row.channel,
        "status": one.row.status,
        "author": now.author,
        "act": now.snapshot_id,
        "digest": now.digest,
        "definitions": now.definitions,
        "period": [now.from_ms, now.to_ms],
        "before": None if now.before_from_ms is None else [now.before_from_ms, now.from_ms],
        "now_ms": now.instant_ms,
        "cut": dict(now.sizes),
        "positions": positions,
        **answers.standing_json(agreement.standing(now)),
        "waits": {**one.waits} if one.waits else None,
        "comments": comments,
    }


def compared(node: Node, officer: Officer, snapshot_id: str) -> Compared | Inadmissible:
    """Compute the figures of a snapshot here, and compare them.

    Raises:
        Fault: those of `say.found` and of `take.computed`.
    """
    row, now = say.found(node, officer, snapshot_id)
    ours = take.take(node, officer, _wanted(row, now))
    if isinstance(ours, Inadmissible):
        return ours
    waits = answers.waits(node, labels.labels(node, row.channel), row.channel, now)
    if ours.digest == now.digest:
        return Compared(row, now, ours, {}, ours.figures, waits)
    theirs = carried(node, row, now)
    return Compared(row, now, ours, differs(node, ours, now, theirs), theirs, waits)


def compared_json(found: Compared) -> dict[str, Json]:
    """Return what was compared as data."""
    return {
        "snapshot": found.row.matter.id,
        "same": found.is_same,
        "comparable": found.is_comparable,
        "digest": found.ours.digest,
        "their_digest": found.state.digest,
        "difference": found.difference,
    }


def answer(
    node: Node, officer: Officer, snapshot_id: str, words: Words = _NO_WORDS
) -> Result | Inadmissible:
    """Compute the figures of a snapshot here, and say whether they are the same.

    Raises:
        Fault: those of `compared` and of `append`.
    """
    found = compared(node, officer, snapshot_id)
    if isinstance(found, Inadmissible):
        return found
    if not found.is_comparable:
        return _of_other_definitions(found.state)
    matter_id, digest = found.row.matter.id, found.ours.digest
    if found.is_same:
        return say.concur(node, officer, matter_id, digest, words)
    return say.differ(node, officer, matter_id, digest, found.difference, words)


def _of_other_definitions(now: State) -> Inadmissible:
    return Inadmissible(
        OTHER_DEFINITIONS,
        f"The snapshot is computed by definitions {quoted(now.definitions)}, and this node "
        f"computes by {definitions.VERSION}: that figures differ would say nothing of the logs.",
        "Let both sides run one version of the program; then let a new snapshot be named.",
    )


def carried(node: Node, row: MatterRow, now: State) -> Figures | None:
    """Return the figures that a snapshot carries, if they are held here and are what it says."""
    with node.store.read() as tx:
        said = [one.act for one in tx.acts_of(row.channel, row.matter) if one.party == now.author]
        act = next((one for one in said if one.id == now.snapshot_id), None)
        opened = act_blobs.open_all(node, tx, act) if act else []
    for body in opened:
        if body.blob.role == acts.ROLE_FIGURES and body.state == act_blobs.HELD:
            try:
                value = ijson.parse(body.data)
            except Fault:
                return None
            return value if figures.is_of(value, now.digest) else None
    return None


def differs(node: Node, ours: Taken, now: State, theirs: Figures | None) -> dict[str, Json]:
    """Return what differs: the cells on both sides, and the acts that explain each."""
    digests: dict[str, Json] = {"digest": ours.digest, "their_digest": now.digest}
    if theirs is None:
        return digests
    found = cast("dict[str, Any]", difference.difference(ours.figures, theirs))
    for cell in found["cells"]:
        rows = [] if cell["before"] else drill_down.of(ours.columns, cell["address"])
        named = list(dict.fromkeys(ours.columns.ids[row] for row, _ in rows))[:EXPLAINED_MAX]
        cell["acts"] = {one: _acts(node, ours, one) for one in named}
        del cell["rows"]  # the other side's are not here to be compared
    del found["rows"]
    return {**digests, **found}


def _acts(node: Node, ours: Taken, matter_id: str) -> Json:
    """Return the ids of the acts of a request that lie in the cut, in the order of their logs."""
    matter = Matter(request_acts.KIND, matter_id)
    with node.store.read() as tx:
        paths = cuts.channels(tx, ours.wanted.channel)
        said = [row for path in paths for row in tx.acts_of(path, matter)]
    return [row.act.id for row in said if contains(ours.cut, row.origin, row.index)]


def _wanted(row: MatterRow, now: State) -> Wanted:
    period = Period(now.from_ms, now.to_ms)
    before = None if now.before_from_ms is None else Period(now.before_from_ms, now.from_ms)
    return Wanted(row.channel, period, before, now.instant_ms, dict(now.sizes))
