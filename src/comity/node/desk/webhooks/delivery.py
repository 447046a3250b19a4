"""Rows that wait are called out: signed, tried again with longer pauses, given up at last.

    POST url    {"type":"act.arrived","timestamp":"2026-11-25T02:10:00.000Z","data":{…}}

Any 2xx is a program that was told; 410 ends the webhook; all else is tried again.  A row is
dropped when its call was answered, in one transaction with the note of the try: a process that
ends between the two tells it once more, under the same `webhook-id`.

Floor: node.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final, cast

from comity.domestic.webhook import kinds, signature
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Hooks, Tx
from comity.node.desk import mail_notices
from comity.node.desk.webhooks import events, registry
from comity.node.desk.webhooks.registry import OUT, Event, Hook, Try

ROUND_MAX: Final = 32
GIVEN_UP: Final = "webhook.given-up"
TOLD: Final = "told"
AGAIN: Final = "again"
WITHHELD: Final = "withheld"
GAVE_UP: Final = "given-up"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A row that is due.

    Attributes:
        key: of the record.
        event: what happened.
        failed: tries that failed.
    """

    key: str
    event: Event
    failed: int


def deliver_due(node: Node, line: Hooks, hook_id: str) -> int | None:
    """Tell one webhook what is due; return how many calls were made, None if it is ended.

    Args:
        node: ours.
        line: to programs.
        hook_id: of the webhook; nobody else tells it at the same time.
    """
    with node.store.read() as tx:
        hook = _standing(tx, hook_id)
        due = _due(registry.waiting(tx, hook_id, ROUND_MAX), node.clock.now_ms()) if hook else ()
    calls = 0
    for one in due:
        with node.store.read() as tx:  # a call may take long: it was ended meanwhile, or they left
            hook = _standing(tx, hook_id)
            is_told = hook is not None and _may_know(tx, node, hook, one.event)
        if hook is None:
            break
        if not is_told:
            _settle(node, hook, one, Try(**_tried(one), **_now(node), outcome=WITHHELD))
            continue
        calls += 1
        if _call(node, line, hook, one) == HTTPStatus.GONE:
            hook = None
            break
    if hook is None:
        node.alarms.clear(GIVEN_UP, _given_up(hook_id))
    return calls if hook else None


def _standing(tx: Tx, hook_id: str) -> Hook | None:
    """Return a webhook that is not ended."""
    hook = registry.load(tx, hook_id)
    return hook if hook is not None and hook.ended_ms is None else None


def body(event: Event) -> bytes:
    """Return what a program is told: ids, a time and codes."""
    at = datetime.fromtimestamp(event.at_ms / 1_000, UTC).isoformat(timespec="milliseconds")
    data: dict[str, Json] = {**event.facts}
    return ijson.render({"type": event.type, "timestamp": at.replace("+00:00", "Z"), "data": data})


def _due(rows: dict[str, Json], now_ms: int) -> list[_Waiting]:
    found: list[_Waiting] = []
    for key, value in rows.items():
        wait_ms = registry.due_ms(key) - now_ms
        if not 0 < wait_ms <= kinds.PAUSES_MS[-1]:  # longer: our clock went back
            fields = cast("dict[str, Any]", value)
            found.append(_Waiting(key, Event(**fields["event"]), fields["failed"]))
    return found


def _may_know(tx: Tx, node: Node, hook: Hook, event: Event) -> bool:
    """Return whether the officer may know of it still and wants to: they may have left."""
    officer = tx.officer(hook.officer)
    if officer is None or not mail_notices.is_wanted(tx, hook, officer, event, node.clock.now_ms()):
        return False
    return events.may_know(tx, node, officer, event) or mail_notices.waits(
        tx, node, hook, officer, event
    )


def _call(node: Node, line: Hooks, hook: Hook, one: _Waiting) -> int:
    data, began_ms = body(one.event), node.clock.now_ms()
    headers = signature.headers(hook.secret, f"msg_{one.event.id}", began_ms // 1_000, data)
    status, error = 0, ""
    try:
        status = line.post(hook.url, headers, data)
    except Fault as fault:
        error = fault.code
    ended_ms = node.clock.now_ms()
    how: dict[str, Any] = {
        **_tried(one),
        "at_ms": ended_ms,
        "took_ms": max(0, ended_ms - began_ms),
        "status": status,
        "error": error,
    }
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        node.alarms.clear(GIVEN_UP, _given_up(hook.id))
        _settle(node, hook, one, Try(**how, outcome=TOLD))
    elif status == HTTPStatus.GONE:
        _settle(node, hook, one, Try(**how, outcome=GAVE_UP), is_gone=True)
    else:
        pause_ms = kinds.pause_ms(one.failed + 1)
        next_ms = None if pause_ms is None else ended_ms + pause_ms
        outcome = GAVE_UP if next_ms is None else AGAIN
        is_noted = _settle(node, hook, one, Try(**how, outcome=outcome, next_ms=next_ms))
        if next_ms is None and is_noted:
            node.alarms.raise_alarm(GIVEN_UP, _given_up(hook.id))
    return status


def _settle(node: Node, hook: Hook, one: _Waiting, done: Try, *, is_gone: bool = False) -> bool:
    """Drop a row and note what came of it; with a next time, let it wait until then.

    Returns:
        False where the webhook was ended meanwhile: nothing is noted.
    """
    with node.store.write() as tx:
        if tx.record(OUT, one.key) is None:
            return False
        tx.drop_record(OUT, one.key)
        registry.note_try(tx, hook.id, done)
        if done.outcome == TOLD:
            mail_notices.remember(tx, hook, one.event, done.at_ms)
        if done.next_ms is not None:
            registry.put(tx, hook.id, done.next_ms, one.event, one.failed + 1)
        if is_gone:
            registry.stop(tx, node, hook, "gone")
    return True


def _tried(one: _Waiting) -> dict[str, Any]:
    return {"event": one.event.id, "type": one.event.type, "number": one.failed + 1}


def _now(node: Node) -> dict[str, Any]:
    return {"at_ms": node.clock.now_ms(), "took_ms": 0, "status": 0}


def _given_up(hook_id: str) -> str:
    return f"The webhook {hook_id} was not reached for a day: `comity webhook log` tells why."
