# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What an officer reads of private matches that no log tells: hits, own entries, budgets.

Floor: rooms.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from comity.acts.facts import State
from comity.acts.verb import Both, both
from comity.joint.match import acts, budget
from comity.joint.match.budget import Left
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.rooms.match import budget_gate
from comity.rooms.match.desk import HITS, RUN, TABLE_OF, epoch_of

_HIT: Final = both("Hit: number of the tag, identifier", "命中：标签序号、标识")
_POINTED: Final = both(
    "Pursued entry of this State: number, identifier", "被跟进的本国条目：序号、标识"
)
_NO_ENTRY: Final = "-"


def own(_node: Node, tx: Tx, row: MatterRow, now: State) -> list[tuple[Both, str]]:
    """Return the hits that were counted here, and which own entry each pursued tag is."""
    if now.opening is None:
        return []
    kept = cast("dict[str, Any]", tx.record(RUN, now.opening.code(acts.ROOT)) or {})
    names = kept.get("identifiers", ())
    found = cast("list[list[int]]", tx.record(HITS, row.matter.id) or [])
    hits = [(_HIT, f"{tag} {names[place]}") for place, tag in found if place < len(names)]
    whose = cast("list[str]", tx.record(TABLE_OF, row.matter.id) or [])
    numbers = [one.number(acts.TAG) for one in now.said(acts.PURSUED)]
    mine = [number for number in numbers if number <= len(whose)]
    return [*hits, *((_POINTED, f"{one} {whose[one - 1] or _NO_ENTRY}") for one in mine)]


def budgets(
    node: Node, party: str, kinds: Sequence[str], *, is_asked: bool = False
) -> dict[str, Left]:
    """Return what this State may still ask a party, by kind; or the party this State."""
    asker, answerer = (party, node.party) if is_asked else (node.party, party)
    epoch = epoch_of(node.clock.now_ms())
    with node.store.read() as tx:
        runs = [*budget_gate.runs(tx)]
    return {kind: budget.left(runs, asker, answerer, kind, epoch) for kind in kinds}


def budgets_json(party: str, found: Mapping[str, Left]) -> dict[str, Json]:
    """Return budgets as JSON; what nobody can spend in a year is not told."""
    slots: dict[str, Json] = {
        kind: {"run": one.run, "epoch": one.epoch, "year": min(one.year, _YEAR_TOLD)}
        for kind, one in found.items()
    }
    return {"party": party, "slots": slots}


_YEAR_TOLD: Final = 12 * budget.EPOCH_SLOTS
