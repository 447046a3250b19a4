"""Notices by mail: that something urgent waits, for those on duty who asked to be told.

A notice is a webhook whose address is a mailbox: what happened becomes a row in the same
transaction, is tried again with the same pauses, and every try is noted.  It is sent for an
urgent arrival and for a clock that has run out, while its officer has the desk of his agency,
and not again within ten minutes: it says nothing that the first one did not.

Floor: node.
"""

from typing import Final

from comity.domestic.webhook import kinds, letter
from comity.joint.arrangement import card
from comity.kernel.fault import Fault, quoted
from comity.node.context import Node
from comity.node.desk import locallog
from comity.node.desk.duty import shifts
from comity.node.desk.webhooks import registry
from comity.node.desk.webhooks.registry import Event, Hook
from comity.node.ports import Tx
from comity.node.rows import Officer

QUIET_MS: Final = 600_000
_KINDS: Final = (kinds.ACT, kinds.CLOCK)
_PRESSING: Final = frozenset({"emergency", "urgent"})
_RUN_OUT: Final = frozenset({"overdue", "missed"})
_TOLD: Final = "told"


def is_notice(hook: Hook) -> bool:
    """Return whether a webhook is a mailbox."""
    return letter.parse(hook.url) is not None


def of(node: Node, officer: Officer) -> Hook | None:
    """Return the notices that an officer has asked for, or None."""
    found = (one for one in registry.listing(node, officer) if one.ended_ms is None)
    return next((one for one in found if is_notice(one)), None)


def ask(node: Node, officer: Officer, address: str, language: str) -> Hook:
    """Let an officer be told by mail, in place of where he was told before.

    Raises:
        Fault: `node.mail.address`, `node.webhook.too-many`.
    """
    if not letter.is_address(address) or language not in letter.LANGUAGES:
        raise Fault(
            code="node.mail.address",
            what=f"{quoted(address)} is no address that mail is sent to.",
            fix="Give one like ann@police.example, and a language that the pages have.",
        )

    def note(tx: Tx) -> None:
        _stop(tx, node, officer)
        locallog.note(tx, node, "mail.asked", {"officer": officer.name, "address": address})

    hook = registry.keep(node, officer, letter.url(address, language), _KINDS, note=note)
    assert isinstance(hook, Hook)
    return hook


def end(node: Node, officer: Officer) -> None:
    """Tell an officer nothing by mail any more."""
    with node.store.write() as tx:
        if _stop(tx, node, officer):
            locallog.note(tx, node, "mail.ended", {"officer": officer.name})


def _stop(tx: Tx, node: Node, officer: Officer) -> bool:
    """End what notices an officer has, in a transaction that writes; return whether any did."""
    own = [one for one in registry.active(tx) if one.officer == officer.name and is_notice(one)]
    for one in own:
        registry.stop(tx, node, one, "officer")
    return bool(own)


def is_wanted(tx: Tx, hook: Hook, officer: Officer, event: Event, now_ms: int) -> bool:
    """Return whether an event is told of by mail now; by a webhook of a program every one is."""
    if not is_notice(hook) or event.type == kinds.TEST:
        return True
    return (
        _is_urgent(event)
        and shifts.has_desk(tx, officer)
        and not any(
            one.get("outcome") == _TOLD and 0 <= now_ms - int(str(one["at_ms"])) < QUIET_MS
            for one in registry.logged(tx, hook.id).values()
            if isinstance(one, dict)
        )
    )


def _is_urgent(event: Event) -> bool:
    if event.type == kinds.ARRIVED:
        is_hotline = event.facts.get("channel", "").endswith(f"/{card.HOTLINE}")
        return is_hotline or event.facts.get("urgency") in _PRESSING
    return event.type == "clock.warned" and event.facts.get("status") in _RUN_OUT
