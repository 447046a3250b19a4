"""Notices by mail: that something urgent waits, for those on duty who asked to be told.

A notice is a webhook whose address is a mailbox: what happened becomes a row in the same
transaction, is tried again with the same pauses, and every try is noted.  It is sent for an
urgent arrival and for a clock that has run out, while its officer has the desk of their agency;
and for a ring, at once, to the officer who is rung.

What is of one call (a State, a channel and an urgency; or a clock) is told once in ten minutes.
What comes meanwhile is one notice, when they are over: so no State silences another, or its own
emergency, nothing is lost, and however much one sends there are few rows and few messages.

Source: docs/adr/0051-alarms-are-limited-by-state-channel-and-urgency.md.
Floor: node.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, cast

from comity.acts.record import Matter
from comity.domestic.webhook import kinds, letter
from comity.kernel.fault import Fault, quoted
from comity.node.base import channel_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader
from comity.node.base.rows import Officer
from comity.node.desk.duty import shifts
from comity.node.desk.webhooks import registry
from comity.node.desk.webhooks.registry import Event, Hook
from comity.node.room import clock_index, local_log, need_to_know, unread

QUIET_MS: Final = 600_000
AGAIN_MS: Final = 30_000
"""What failed is tried again so soon where more of its call came."""
_PAGE: Final = 200
_PAGES_MAX: Final = 20
"""Of clocks that are looked through for one that an officer may read."""

_KINDS: Final = (kinds.ACT, kinds.CLOCK, kinds.RING)
_PRESSING: Final = frozenset({"emergency", "urgent"})
_RUN_OUT: Final = frozenset({"overdue", "missed"})


def is_notice(hook: Hook) -> bool:
    """Return whether a webhook is a mailbox."""
    return letter.parse(hook.url) is not None


def of(node: Node, officer: Officer) -> Hook | None:
    """Return the notices that an officer has asked for, or None."""
    found = (one for one in registry.listing(node, officer) if one.ended_ms is None)
    return next((one for one in found if is_notice(one)), None)


def ask(node: Node, officer: Officer, address: str, language: str) -> Hook:
    """Let an officer be told by mail, in place of where they were told before.

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
        local_log.note(tx, node, "mail.asked", {"officer": officer.name, "address": address})

    hook = registry.keep(node, officer, letter.url(address, language), _KINDS, note=note)
    assert isinstance(hook, Hook)
    return hook


def end(node: Node, officer: Officer) -> None:
    """Tell an officer nothing by mail any more."""
    with node.store.write() as tx:
        if _stop(tx, node, officer):
            local_log.note(tx, node, "mail.ended", {"officer": officer.name})


def _stop(tx: Tx, node: Node, officer: Officer) -> bool:
    """End what notices an officer has, in a transaction that writes; return whether any did."""
    own = [one for one in registry.active(tx) if one.officer == officer.name and is_notice(one)]
    for one in own:
        registry.stop(tx, node, one, "officer")
    return bool(own)


def is_of(tx: Tx, hook: Hook, event: Event) -> bool:
    """Return whether an event is one that is told there."""
    return not is_notice(hook) or event.type == kinds.TEST or _is_urgent(tx, event)


def put(tx: Tx, hook: Hook, event: Event, now_ms: int) -> None:
    """Let an event wait until its call may be told again; a program is told of every one.

    What waits of its call tells of it too. That is tried again soon if it failed: a server for
    mail that was away for long may be there by now.
    """
    for key, fields in _waiting(tx, hook, _call(event)) if is_notice(hook) else ():
        due_ms, failed = registry.due_ms(key), int(fields["failed"])
        if failed and due_ms > now_ms + AGAIN_MS:
            tx.drop_record(registry.OUT, key)
            registry.put(tx, hook.id, now_ms + AGAIN_MS, Event(**fields["event"]), 1)
        return
    quiet_ms = _quiet_ms(tx, hook, event, now_ms) if is_notice(hook) else 0
    registry.put(tx, hook.id, now_ms + quiet_ms, event)


def _waiting(tx: Tx, hook: Hook, call: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in registry.waiting(tx, hook.id, registry.PAGE).items():
        fields = cast("dict[str, Any]", value)
        if _call(Event(**fields["event"])) == call:
            yield key, fields


def remember(tx: Tx, hook: Hook, event: Event, now_ms: int) -> None:
    """Note that a notice was sent, in a transaction that writes; a test of it silences nothing."""
    if is_notice(hook) and event.type != kinds.TEST:
        still = {
            call: at_ms for call, at_ms in _told(tx, hook).items() if 0 <= now_ms - at_ms < QUIET_MS
        }
        tx.save_record(registry.QUIET, hook.id, {**still, _call(event): now_ms})


def is_wanted(tx: Tx, hook: Hook, officer: Officer, event: Event, now_ms: int) -> bool:
    """Return whether an event is told of by mail now; by a webhook of a program every one is."""
    if not is_notice(hook) or event.type in {kinds.TEST, kinds.RUNG}:
        return True  # who is rung is told at once, whoever has the desk
    is_quiet = _quiet_ms(tx, hook, event, now_ms) > 0
    return is_of(tx, hook, event) and shifts.has_desk(tx, officer) and not is_quiet


def waits(tx: Tx, node: Node, hook: Hook, officer: Officer, event: Event) -> bool:
    """Return whether something of an event's call waits for an officer, be it another matter.

    A notice is of all that came, and they may not read any more what came first.
    """
    if not is_notice(hook) or event.type in {kinds.TEST, kinds.RUNG}:
        return False
    if officer.ended_ms is not None:
        return False
    if event.type != kinds.ARRIVED:
        return _has_run_out(tx, need_to_know.reader(tx, officer), node.clock.now_ms())
    party, urgency = event.facts.get("party", ""), event.facts.get("urgency", "")
    wanted = (
        replace(one, asker=party, urgency=urgency) for one in unread.wanted(node.rooms, node.party)
    )
    return bool(unread.listed(tx, need_to_know.reader(tx, officer), wanted, 1))


def _has_run_out(tx: Tx, reader: Reader, now_ms: int) -> bool:
    """Return whether a clock has run out of a request that an officer may read."""
    after = ""
    for _ in range(_PAGES_MAX):
        places = clock_index.due(tx, now_ms, after, _PAGE)
        keys = {place.key for place in places}
        if any(tx.readable(reader, path, Matter(*matter)) for path, *matter in keys):
            return True
        if len(places) < _PAGE:
            return False
        after = places[-1].after
    return False


def _quiet_ms(tx: Tx, hook: Hook, event: Event, now_ms: int) -> int:
    """Return how long nothing is said of its call; nothing that a clock ahead told counts."""
    ago_ms = now_ms - _told(tx, hook).get(_call(event), now_ms - QUIET_MS)
    return QUIET_MS - ago_ms if 0 <= ago_ms < QUIET_MS else 0


def _told(tx: Tx, hook: Hook) -> dict[str, int]:
    """Return when each call was told of last."""
    return cast("dict[str, int]", tx.record(registry.QUIET, hook.id) or {})


def _call(event: Event) -> str:
    """Return what is told of as one: `<channel> <party> <urgency>`, `clock`, or one rung."""
    facts = event.facts
    if event.type == kinds.RUNG:
        return f"{kinds.RING} {event.id}"
    if event.type != kinds.ARRIVED:
        return kinds.CLOCK
    return " ".join(facts.get(name, "") for name in ("channel", "party", "urgency"))


def _is_urgent(tx: Tx, event: Event) -> bool:
    if event.type == kinds.ARRIVED:
        is_hotline = channel_records.is_hotline(tx, event.facts.get("channel", ""))
        return is_hotline or event.facts.get("urgency") in _PRESSING
    if event.type == kinds.RUNG:
        return True
    return event.type == "clock.warned" and event.facts.get("status") in _RUN_OUT
