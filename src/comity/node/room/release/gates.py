"""What stands between a draft and the log: each gate is asked in the transaction that releases.

    room        do the officer's roles write this, and may it be said now, as the matter stands
    its own     what the room asks besides: of a request, whether it is complete, and its dates
    compartment does it mix an exercise with what is real
    waits       what the room asks besides and can still come: clearances, overrides
    legal       has counsel decided what the law of this State asks for

A gate says no with a lawful reason, or nothing.  Each is asked twice: before the act is
sealed, so that an officer hears a no early, and in the very transaction that appends, where
alone it counts.  Gates fail closed: a gate that raises lets nothing out.

A gate of one room is a function that the room names.  It reads through the
transaction and writes nothing.

Source: protocol rule 17.
Floor: node.
"""

from collections.abc import Callable
from typing import Final

from comity.domestic.brief import view as brief
from comity.domestic.legal import view
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.exchange import adopt, channel_end
from comity.node.room import officers
from comity.node.room.matter_lookup import require_settled
from comity.node.room.release import compartment_gate, legal_gate, marks_gate
from comity.node.room.release.draft_store import Draft

type Gate = Callable[[Tx, Node, Officer, Draft], Inadmissible | None]
"""(transaction, node, who releases, what) -> why it may not leave now, or None."""


def room(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask whether the officer's roles write this, then the room, as this transaction sees it.

    They gave their name before their evidence was sealed, which takes as long as it is large.

    Raises:
        Fault: `node.matter.anew` where the matter may be missing while its channel is read anew.
    """
    act = draft.act
    now = officers.current(tx, officer)
    no = officers.may_not_say(tx, node.rooms, now, draft.channel, act.matter.kind)
    no = no or channel_end.may_not_say(tx, draft.channel)
    if no is not None:
        return no
    channel = trust.load(tx, draft.channel)
    no = adopt.lacking(node, tx, channel, act.tag)
    if no is not None:
        return no
    asked = node.rooms[act.matter.kind]
    row = tx.matter(draft.channel, act.matter)
    if row is None:
        no = asked.admit(asked.empty(channel.arrangement.party_ids()), act, node.party)
        if no is not None:
            require_settled(tx)
        return no
    return asked.admit(asked.from_json(row.state), act, node.party)


def _of_room(node: Node, draft: Draft) -> tuple[Gate, ...]:
    own = node.rooms[draft.act.matter.kind].gates
    guards = (gate for each in node.rooms.values() for gate in each.guards)
    return (room, *own, *guards, compartment_gate.gate)


def _every(node: Node, draft: Draft) -> tuple[Gate, ...]:
    """Return every gate, in the order in which they are asked."""
    room = node.rooms[draft.act.matter.kind]
    return (*_of_room(node, draft), *room.waits, legal_gate.gate, marks_gate.gate)


WAITS: Final = frozenset({view.RULE_UNDECIDED, brief.RULE_LINE, brief.RULE_UNCLEARED})
"""Rules that ask for something which can still come: what is stopped by them is kept."""


def offered(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Return why a draft is not yet for colleagues to approve: what its author alone can mend."""
    asked = (gate(tx, node, officer, draft) for gate in _of_room(node, draft))
    return next((no for no in asked if no is not None), None)


def ask(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Return the first no, or None if the draft may leave as far as gates go."""
    return next(iter(noes(tx, node, officer, draft)), None)


def noes(tx: Tx, node: Node, officer: Officer, draft: Draft) -> list[Inadmissible]:
    """Return what every gate has against a draft: an officer mends all of it at once."""
    told = (gate(tx, node, officer, draft) for gate in _every(node, draft))
    return [no for no in told if no is not None]
