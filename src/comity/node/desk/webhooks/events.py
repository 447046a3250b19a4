"""What happened becomes rows that wait for webhooks, in the transaction that moves the cursors.

    each log, from its cursor on      an act of it: act.arrived, act.sent
    the local log                     a step: release.*, duty.*, clock.*
    the alarms of `serve`             a code that was not there: alarm.raised

So each happening is told of at least once, whenever the process ends.  What a webhook's officer
may not read, no row is made of; so a log is left alone while matters of its channel are missing,
since it is understood anew.

Floor: node.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from comity.acts.record import Matter
from comity.domestic.locallog import entry
from comity.domestic.officer import role
from comity.domestic.webhook import kinds
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, Log, Officer, UnderstoodAct
from comity.node.desk import catch_up, mail_notices
from comity.node.desk.duty import access, file_store, rings
from comity.node.desk.webhooks import registry
from comity.node.desk.webhooks.registry import ALARMS, CURSOR, Event, Hook
from comity.node.exchange import refold_queue, status
from comity.node.room import local_log, need_to_know
from comity.node.room.release import draft_store

STEP_MAX: Final = 256
"""Entries of one log that are looked at in one transaction."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, and which webhooks it is for.

    Attributes:
        kind: of `comity.domestic.webhook.kinds`.
        event: what is told.
    """

    kind: str
    event: Event


def look(node: Node) -> int:
    """Look at what happened since; return how many webhooks are to hear of it, each time counted.

    Nothing is written where nothing happened.
    """
    with node.store.read() as tx:
        hooks = registry.active(tx)
        if not hooks or not _is_ahead(tx):
            return 0
    made = 0
    with node.store.write() as tx:
        told = [(hook, tx.officer(hook.officer)) for hook in registry.active(tx)]
        for happened in _happened(tx, node):
            for hook, officer in told:
                if officer is not None and is_for(tx, node, hook, officer, happened):
                    mail_notices.put(tx, hook, happened.event, node.clock.now_ms())
                    made += 1
    return made


def _is_ahead(tx: Tx) -> bool:
    if any(registry.looked(log) > _cursor(tx, log) for log in _readable(tx)):
        return True
    return _alarms(tx) != tx.record(CURSOR, ALARMS)


def _readable(tx: Tx) -> list[Log]:
    """Return the logs of which every matter is there."""
    return [log for log in tx.logs() if not refold_queue.is_owed(tx, log.channel)]


def _alarms(tx: Tx) -> list[str]:
    return [*dict.fromkeys(code for code, _ in status.alarms(tx))]


def _cursor(tx: Tx, log: Log) -> int:
    """Return up to where a log was looked at: it stays while the log is understood anew."""
    value = tx.record(CURSOR, log.origin)
    return value if isinstance(value, int) else 0


def _happened(tx: Tx, node: Node) -> Iterator[Happened]:
    """Give what stands beyond the cursors, and move them."""
    for log in _readable(tx):
        start = _cursor(tx, log)
        end = min(registry.looked(log), start + STEP_MAX)
        if end <= start:
            continue
        if log.channel == LOCAL_CHANNEL:
            yield from _steps(tx, node, log, start, end)
        else:
            yield from _acts(tx, node, log, start, end)
        tx.save_record(CURSOR, log.origin, end)
    yield from _raised(tx, node)


def _acts(tx: Tx, node: Node, log: Log, start: int, end: int) -> Iterator[Happened]:
    for row in tx.acts(log.origin, start, end):
        if not row.foreign:
            kind = kinds.SENT if log.own else kinds.ARRIVED
            yield Happened(kinds.ACT, _event(node, kind, _of_act(tx, log, row)))


def _of_act(tx: Tx, log: Log, row: UnderstoodAct) -> dict[str, str]:
    matter = row.act.matter
    found = tx.matter(log.channel, matter)
    return {
        "act": row.act.id,
        "channel": log.channel,
        "code": row.act.tag,
        "kind": matter.kind,
        "matter": matter.id,
        "party": row.party,
        "urgency": found.urgency if found else "",
    }


def _steps(tx: Tx, node: Node, log: Log, start: int, end: int) -> Iterator[Happened]:
    for index, data in enumerate(tx.entries(log.origin, start, end), start):
        step = entry.parse(data)
        kind = kinds.of_step(step.code)
        if not kind:
            continue
        facts = {name: value for name, (_, value) in local_log.facts(tx, log.origin, index).items()}
        names = _RUNG if kind == kinds.RING else _TOLD
        told: dict[str, str] = {name: facts[name] for name in names if name in facts}
        if kind == kinds.DRAFT:
            told["draft"] = facts.get("act", "")
        yield Happened(kind, _event(node, step.code, told))


_TOLD: Final = ("matter", "clock", "status")
"""Facts of a step that are ids and codes."""
_RUNG: Final = ("ring", "officer", "code")
"""Of a ring: no State, and no matter."""


def _raised(tx: Tx, node: Node) -> Iterator[Happened]:
    now, before = _alarms(tx), tx.record(CURSOR, ALARMS)
    known = before if isinstance(before, list) else []
    if now != known:
        tx.save_record(CURSOR, ALARMS, [*now])
    for code in now:
        if code not in known:
            yield Happened(kinds.ALARM, _event(node, kinds.RAISED, {"code": code}))


def _event(node: Node, kind: str, facts: dict[str, str]) -> Event:
    event_id = random_id(node.entropy(RANDOM_ID_BYTES))
    return Event(event_id, kind, node.clock.now_ms(), {k: v for k, v in facts.items() if v})


def is_for(tx: Tx, node: Node, hook: Hook, officer: Officer, happened: Happened) -> bool:
    """Return whether a webhook is told: it asked for the kind, and its officer may know."""
    is_asked = happened.kind in hook.kinds and mail_notices.is_of(tx, hook, happened.event)
    return is_asked and may_know(tx, node, officer, happened.event)


def may_know(tx: Tx, node: Node, officer: Officer, event: Event) -> bool:
    """Return whether an officer may read what an event is about, as it is now."""
    if officer.ended_ms is not None:
        return False
    facts = event.facts
    if event.type in _OF_NO_MATTER:
        return _OF_NO_MATTER[event.type](tx, node, officer, facts)
    if "draft" in facts:
        return _may_know_draft(tx, officer, facts["draft"])
    if "channel" in facts:
        matter = Matter(facts["kind"], facts["matter"])
        return tx.readable(catch_up.reader_of(tx, officer), facts["channel"], matter) is not None
    return _may_know_matter(tx, node, officer, facts.get("matter", ""))


def _is_rung(tx: Tx, node: Node, officer: Officer, facts: Mapping[str, str]) -> bool:
    """Return whether it is their ring, and nobody has answered it."""
    is_theirs = facts.get("officer") == officer.name
    return is_theirs and rings.is_waiting(tx, int(facts["ring"]), node.clock.now_ms())


_OF_NO_MATTER: Final[Mapping[str, Callable[[Tx, Node, Officer, Mapping[str, str]], bool]]] = {
    kinds.TEST: lambda _tx, _node, _officer, _facts: True,
    kinds.RAISED: lambda _tx, _node, officer, _facts: role.OPERATOR in officer.roles,
    kinds.RUNG: _is_rung,
}


def _may_know_draft(tx: Tx, officer: Officer, draft_id: str) -> bool:
    reader = need_to_know.reader(tx, officer)
    if tx.record_for(reader, draft_store.DRAFT, draft_id) is not None:
        return True
    for row in tx.acts_with_id(draft_id):  # it has gone out: who reads the matter knows
        log = tx.log(row.origin)
        if log is not None and log.own:
            return tx.readable(reader, log.channel, row.act.matter) is not None
    return False


def _may_know_matter(tx: Tx, node: Node, officer: Officer, matter_id: str) -> bool:
    if not matter_id:
        return False
    inquiry = ("", matter_id)
    if tx.record(file_store.HEAD, file_store.text_of(inquiry)) is not None:
        return access.can_read(tx, node, officer, inquiry, file_store.load(tx, inquiry))
    reader = need_to_know.reader(tx, officer)
    named = (row for kind in node.rooms for row in tx.named(reader, kind, matter_id))
    return any(row.matter.id == matter_id for row in named)
