"""The gate of budgets: how much was asked is added up from both logs before more is asked or told.

Who holds the key enforces it: an evaluation that would pass the budget does not leave, whatever the
asker's node let out.

Floor: rooms.
"""

from collections.abc import Iterator
from typing import Final

from comity.acts import facts
from comity.acts.facts import State
from comity.acts.record import Act
from comity.joint.match import acts, budget, fold, view
from comity.joint.match.budget import Left, Run
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room.release.draft_store import Draft

_PAGE: Final = 1_000


def runs(tx: Tx, *, but: str = "") -> Iterator[Run]:
    """Give every question that counts, of every channel, but for one matter."""
    after = ""
    while rows := tx.matters(acts.KIND, after, _PAGE):
        for row in rows:
            now = facts.from_json(row.state)
            if row.matter.id != but and _counts(now):
                yield run_of(now)
        after = rows[-1].matter.id


def _counts(now: State) -> bool:
    """Return whether a question takes of the budget: it was evaluated, or may still be."""
    return bool(now.said(acts.EVALUATED)) or view.status(now) == view.ASKED


def run_of(now: State) -> Run:
    """Return what a question takes."""
    opening = now.opening
    assert opening is not None, "a match of which something counts was asked"
    kind, epoch = opening.code(acts.SORT), opening.code(acts.EPOCH)
    return Run(opening.party, fold.answerer(now), kind, epoch, opening.number(acts.SLOTS))


def left(tx: Tx, asker: str, answerer: str, kind: str, epoch: str, *, but: str = "") -> Left:
    """Return what one party may still ask another."""
    return budget.left(runs(tx, but=but), asker, answerer, kind, epoch)


def gate(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:  # noqa: ARG001 -- a gate; a budget is the same for every officer
    """Return why a question or an evaluation would pass the budget, or None."""
    act = draft.act
    if act.tag == acts.ASKED:
        found = _asked(tx, node, draft.channel, act)
    elif act.tag == acts.EVALUATED:
        row = tx.matter(draft.channel, act.matter)
        found = run_of(facts.from_json(row.state)) if row else None
    else:
        return None
    if found is None:
        return None
    still = left(tx, found.asker, found.answerer, found.kind, found.epoch, but=act.matter.id)
    if found.slots <= min(still.epoch, still.year):
        return None
    return Inadmissible(
        "match.budget-spent",
        f"{found.slots:,} slots of {found.kind} pass the budget: {still.epoch:,} are left in "
        f"{found.epoch}, {still.year:,} in twelve months.",
        "Ask with fewer identifiers, or in the next month: `comity match budget`.",
    )


def _asked(tx: Tx, node: Node, channel: str, act: Act) -> Run | None:
    row = tx.matter(channel, act.matter)
    if row is not None:
        return None  # it is said already: the room refuses it
    parties = trust.load(tx, channel).arrangement.party_ids()
    now = fold.fold(State(parties), act, node.party)
    return run_of(now) if now.opening else None
