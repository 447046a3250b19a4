"""Who is told of what, and where: webhooks added, listed, tested, ended.

    record kind      key                          value
    webhook          <id>                         officer, url, kinds, secret, since, ended
    webhook-cursor   <origin>, or `alarms`        how far the log was looked at
    webhook-out      <hook>|<due ms>|<event>      an event that waits to be told
    webhook-log      <hook>|<when ms>|<event>     one try and what came of it

The secret signs what is told: it is kept as it is until the end of its webhook, and shown once.

Floor: node.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, cast

from comity.domestic.webhook import kinds as known
from comity.domestic.webhook import signature
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, Log, Officer
from comity.node.desk.webhooks import address
from comity.node.exchange import append, reset_count, status
from comity.node.room import local_log, officers
from comity.node.room.release import idempotency
from comity.node.room.release.draft_store import AS_OFTEN_AS_SAID, Command

HOOK: Final = "webhook"
CURSOR: Final = reset_count.TOLD
OUT: Final = "webhook-out"
LOG: Final = "webhook-log"
QUIET: Final = "webhook-quiet"
"""When a mailbox was last told of each call, see `notices`."""

ALARMS: Final = "alarms"
HOOKS_MAX: Final = 32
"""Of one node: each is told by a thread of its own."""

OF_OFFICER_MAX: Final = 8
"""Of one officer: whoever has most leaves room for others, and for notices by mail."""

LOG_MAX: Final = 500
"""Tries of one webhook that are kept."""

PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook.

    Attributes:
        id: by which it is named.
        officer: who registered it, and for whom it is told.
        url: where a program listens.
        kinds: of `comity.domestic.webhook.kinds`.
        secret: signs what is told.
        since_ms: when it was added.
        ended_ms: when it was ended, or None.
        why_ended: `officer`, `left` once they have, or `gone` if the program said so (410).
    """

    id: str
    officer: str
    url: str
    kinds: tuple[str, ...]
    secret: str = field(repr=False)
    since_ms: int
    ended_ms: int | None = None
    why_ended: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: ids, a time and codes.

    Attributes:
        id: the same in every try and for every webhook.
        type: `act.arrived`, `release.drafted`, …
        at_ms: when.
        facts: `matter`, `channel`, `act`, `draft`, `party`, `code`, `urgency`, as it has them.
    """

    id: str
    type: str
    at_ms: int
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Try:
    """One try to tell an event.

    Attributes:
        event: its id.
        type: of the event.
        number: from 1.
        at_ms: when it ended.
        took_ms: how long it took.
        status: HTTP status, or 0 if there was no answer.
        outcome: `told`, `again`, `given-up` or `withheld`.
        error: code of what went wrong, or "".
        next_ms: when it is tried again, or None.
    """

    event: str
    type: str
    number: int
    at_ms: int
    took_ms: int
    status: int
    outcome: str
    error: str = ""
    next_ms: int | None = None


def add(
    node: Node, officer: Officer, url: str, kinds: Sequence[str], *, is_here: bool = False
) -> Hook:
    """Register a webhook; its secret is shown by whoever called, and never again.

    Args:
        node: ours.
        officer: who registers it.
        url: where a program listens.
        kinds: of what it is told.
        is_here: whether they are at this machine. What listens on loopback trusts whoever is: from
            elsewhere the node would let an officer call it, as often as they test their webhook.

    Raises:
        Fault: `node.webhook.url`, `node.webhook.kind`, `node.webhook.too-many`.
    """
    address.require_of(url, kinds, is_here=is_here)
    hook = keep(node, officer, url, kinds)
    assert isinstance(hook, Hook)
    return hook


def add_once(
    node: Node, officer: Officer, url: str, kinds: Sequence[str], command: Command
) -> Hook | Inadmissible:
    """Register a webhook from elsewhere, once for each key: who repeats it is shown it again.

    Raises:
        Fault: as `add`.
    """
    address.require_of(url, kinds, is_here=False)
    return keep(node, officer, url, kinds, command)


def keep(
    node: Node,
    officer: Officer,
    url: str,
    kinds: Sequence[str],
    command: Command = AS_OFTEN_AS_SAID,
    note: Callable[[Tx], None] = append.nothing,
) -> Hook | Inadmissible:
    """Register where something is told, whose address was looked at before.

    `note` is called in the transaction that does it, before places are counted.

    Raises:
        Fault: `node.webhook.kind`, `node.webhook.too-many`, `officer.account.ended`.
    """
    strange = [kind for kind in kinds if kind not in known.KINDS]
    if strange or not kinds:
        raise Fault(
            code="node.webhook.kind",
            what=f"{quoted(strange[0] if strange else '')} is no kind of event.",
            fix=f"Use some of: {', '.join(known.KINDS)}.",
        )
    hook = Hook(
        random_id(node.entropy(RANDOM_ID_BYTES)),
        officer.name,
        url,
        tuple(dict.fromkeys(kinds)),
        signature.render_secret(node.entropy(signature.SECRET_BYTES)),
        node.clock.now_ms(),
    )
    with node.store.write() as tx:
        before = idempotency.made(tx, officer, command)
        if before is not None:
            return before if isinstance(before, Inadmissible) else find(tx, officer, before["hook"])
        now = tx.officer(officer.name)
        if now is not None and now.ended_ms is not None:  # while they asked: nobody would end it
            raise officers.ended(officer.name)
        note(tx)
        standing = active(tx)
        own = sum(one.officer == officer.name for one in standing)
        if own >= OF_OFFICER_MAX:
            raise Fault(
                code="node.webhook.too-many",
                what=f"The officer {officer.name} has {own} webhooks already, the most that one "
                "officer has; notices by mail are one of them.",
                fix="End one that is not needed; one webhook is told of several kinds of events.",
            )
        if len(standing) >= HOOKS_MAX:
            raise Fault(
                code="node.webhook.too-many",
                what=f"This node has {HOOKS_MAX} webhooks already.",
                fix="End one that is not needed.",
            )
        if not standing:
            begin(tx)
        save(tx, hook)
        idempotency.remember_made(tx, officer, command, {"hook": hook.id})
        _note(tx, node, "webhook.added", hook)
    return hook


def listing(node: Node, officer: Officer) -> list[Hook]:
    """Return the webhooks of an officer, ended ones too, the newest first."""
    with node.store.read() as tx:
        found = [one for one in _every(tx) if one.officer == officer.name]
    return sorted(found, key=lambda one: (-one.since_ms, one.id))


def find(tx: Tx, officer: Officer, hook_id: str) -> Hook:
    """Return one webhook of an officer.

    Raises:
        Fault: `node.webhook.unknown`.
    """
    found = load(tx, hook_id)
    if found is None or found.officer != officer.name:
        raise Fault(
            code="node.webhook.unknown",
            what=f"There is no webhook {quoted(hook_id)} of this officer.",
            fix="Use the id of one of those that `comity webhook list` shows.",
        )
    return found


def end(node: Node, officer: Officer, hook_id: str) -> Hook:
    """End a webhook: what waits for it is told no more."""
    with node.store.write() as tx:
        hook = find(tx, officer, hook_id)
        if hook.ended_ms is not None:
            return hook
        return stop(tx, node, hook, "officer")


def stop(tx: Tx, node: Node, hook: Hook, why: str) -> Hook:
    """End a webhook, in a transaction that writes."""
    # Programs may trust it longer than they should; nothing is signed with it any more.
    ended = replace(hook, secret="", ended_ms=node.clock.now_ms(), why_ended=why)
    save(tx, ended)
    tx.drop_record(QUIET, hook.id)
    while page := waiting(tx, hook.id, PAGE):
        for key in page:
            tx.drop_record(OUT, key)
    _note(tx, node, "webhook.ended", ended)
    return ended


def stop_all(tx: Tx, node: Node, officer: str) -> None:
    """End every webhook of an officer who leaves, in a transaction that writes."""
    for hook in active(tx):
        if hook.officer == officer:
            stop(tx, node, hook, "left")


def test(node: Node, officer: Officer, hook_id: str) -> Event:
    """Let a webhook be told of nothing but a test, by the process that serves.

    Raises:
        Fault: `node.webhook.unknown`, `node.webhook.ended`.
    """
    with node.store.write() as tx:
        hook = find(tx, officer, hook_id)
        if hook.ended_ms is not None:
            raise Fault(
                code="node.webhook.ended",
                what=f"The webhook {hook.id} was ended.",
                fix="Add another.",
            )
        return tell(tx, node, hook.id, known.TEST, {})


def tell(tx: Tx, node: Node, hook_id: str, kind: str, facts: dict[str, str]) -> Event:
    """Let one webhook, and no other, be told of something now."""
    now_ms = node.clock.now_ms()
    event = Event(random_id(node.entropy(RANDOM_ID_BYTES)), kind, now_ms, facts)
    put(tx, hook_id, now_ms, event)
    return event


def tries(node: Node, officer: Officer, hook_id: str, after: str = "") -> tuple[list[Try], str]:
    """Return tries of a webhook, the newest first, and where the next page begins.

    Raises:
        Fault: `node.webhook.unknown`.
    """
    with node.store.read() as tx:
        hook = find(tx, officer, hook_id)
        found = logged(tx, hook.id)
    keys = sorted((key for key in found if not after or key < f"{hook.id}|{after}"), reverse=True)
    page = keys[:PAGE]
    rest = page[-1].partition("|")[2] if len(keys) > len(page) else ""
    return [Try(**cast("dict[str, Any]", found[key])) for key in page], rest


def put(tx: Tx, hook_id: str, due_ms: int, event: Event, failed: int = 0) -> None:
    """Let an event wait for a webhook until it is due."""
    value: dict[str, Json] = {"event": cast("Json", asdict(event)), "failed": failed}
    tx.save_record(OUT, f"{hook_id}|{max(due_ms, 0):015d}|{event.id}", value)


def due_ms(key: str) -> int:
    """Return when a row that waits is due, by its key."""
    return int(key.split("|")[1])


def waiting(tx: Tx, hook_id: str, count_max: int) -> dict[str, Json]:
    """Return what waits for a webhook by key, what is due first first."""
    return _under(tx, OUT, hook_id, count_max)


def logged(tx: Tx, hook_id: str) -> dict[str, Json]:
    """Return the tries of a webhook by key, the oldest first."""
    return _under(tx, LOG, hook_id, LOG_MAX + 1)


def note_try(tx: Tx, hook_id: str, done: Try) -> None:
    """Keep a try, and forget the oldest beyond `LOG_MAX`."""
    value: dict[str, Json] = {**asdict(done)}
    tx.save_record(LOG, f"{hook_id}|{max(done.at_ms, 0):015d}|{done.event}", value)
    found = [*logged(tx, hook_id)]
    for key in found[: max(0, len(found) - LOG_MAX)]:
        tx.drop_record(LOG, key)


def _under(tx: Tx, kind: str, hook_id: str, count_max: int) -> dict[str, Json]:
    prefix = f"{hook_id}|"
    found = tx.records(kind, after=prefix, count_max=count_max)
    return {key: value for key, value in found.items() if key.startswith(prefix)}


def active(tx: Tx) -> list[Hook]:
    """Return the webhooks that are told something."""
    return [one for one in _every(tx) if one.ended_ms is None]


def begin(tx: Tx) -> None:
    """Look at what happens from now on: nobody is told of what was before."""
    for key in tx.records(CURSOR):
        tx.drop_record(CURSOR, key)
    for log in tx.logs():
        tx.save_record(CURSOR, log.origin, looked(log))
    tx.save_record(CURSOR, ALARMS, [code for code, _ in status.alarms(tx)])


def looked(log: Log) -> int:
    """Return up to where a log can be looked at: of the local one nothing is to be understood."""
    return log.size if log.channel == LOCAL_CHANNEL else log.understood


def load(tx: Tx, hook_id: str) -> Hook | None:
    """Return a webhook, whoever's it is."""
    value = tx.record(HOOK, hook_id)
    return _from_json(value) if value is not None else None


def save(tx: Tx, hook: Hook) -> None:
    """Keep a webhook."""
    value: dict[str, Json] = {**asdict(hook), "kinds": [*hook.kinds]}
    tx.save_record(HOOK, hook.id, value)


def _every(tx: Tx) -> list[Hook]:
    return [_from_json(value) for value in tx.records(HOOK).values()]


def _from_json(value: Json) -> Hook:
    fields = cast("dict[str, Any]", value)
    return Hook(**{**fields, "kinds": tuple(fields["kinds"])})


def _note(tx: Tx, node: Node, step: str, hook: Hook) -> None:
    facts = {"officer": hook.officer, "webhook": hook.id, "url": hook.url}
    local_log.note(tx, node, step, facts)
