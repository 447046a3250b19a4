"""Acts that a recovery took out of an own log and that may not be said any more.

    reappend  ->  decided anew  ->  may be said: appended under its old id
                                ->  may not:     kept here, told, never sent

Nobody else has had such an act, or its author's generation left it out.  What it discloses may
be asked for no more, so it does not go out to show in the fold that it came too late.

    record kind   key        value
    unsaid-act    <act id>   {act, at_ms, channel, rule, what}

Source: docs/spec/fault.md 9.2.5; docs/adr/0032.
Floor: node.
"""

from typing import Final

from comity.acts import codec
from comity.acts.record import Act
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.exchange import append, refold

UNSAID: Final = "unsaid-act"
CODE: Final = "exchange.recover.unsaid"

TOLD_MS: Final = 30 * 86_400_000
"""So long it is told at each start; the record stays."""


def decide(node: Node, tx: Tx, channel: str, act: Act) -> Inadmissible | None:
    """Return why an act may not be said now; None too for a matter that no room folds."""
    room = node.rooms.get(act.matter.kind)
    if room is None:
        return None
    return room.admit(
        refold.state_of(node.rooms, tx, trust.load(tx, channel), act.matter), act, node.party
    )


def keep(node: Node, channel: str, act: Act, no: Inadmissible) -> None:
    """Tell of an act that is not said again and keep it: it waits no more.

    Raises:
        Fault: `node.store.*`; it waits then, and is decided again.
    """
    value: Json = {
        "act": codec.act_to_json(act),
        "at_ms": node.clock.now_ms(),
        "channel": channel,
        "rule": no.rule,
        "what": f"{channel}: the act {act.id} ({act.tag}) on {act.matter.kind} {act.matter.id} was "
        f"taken out by a recovery and is not said again: {no.what} {no.fix} [{no.rule}]",
    }
    _tell(node, value)  # first, so that a crash does not leave it untold
    with node.store.write() as tx:
        tx.save_record(UNSAID, act.id, value)
        tx.drop_record(append.REAPPEND, act.id)


def tell(node: Node) -> None:
    """Tell again, when a process starts, what was not said of late."""
    with node.store.read() as tx:
        kept = tx.records(UNSAID)
    for value in kept.values():
        at_ms = value.get("at_ms") if isinstance(value, dict) else None
        if isinstance(at_ms, int) and node.clock.now_ms() - at_ms < TOLD_MS:
            _tell(node, value)


def _tell(node: Node, value: Json) -> None:
    if isinstance(value, dict):
        node.alarms.raise_alarm(CODE, str(value["what"]))
