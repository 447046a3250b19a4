"""The devices that ring an officer, and whether each is known to work.

    test(node, officer, device)           sends a code there, and nowhere else
    prove(node, officer, device, code)    the code came back: it rings, and somebody reads it

    record kind    key         value
    duty-device    <webhook>   code and time of its newest test, and when a code came back last

A device is what is told of rings: notices by mail, or a webhook of the kind `ring`.  That a server
took a message proves no device; a code that only the message had does.  It counts for three
months.

Floor: node.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, cast
from urllib.parse import urlsplit

from comity.domestic.duty.plan import DAY_MS
from comity.domestic.webhook import kinds, letter
from comity.joint.arrangement import pairing
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk.duty import planning
from comity.node.desk.webhooks import registry
from comity.node.desk.webhooks.registry import Hook
from comity.node.room import local_log

RECORD: Final = "duty-device"
TESTED: Final = "device.tested"
PROVED: Final = "device.proved"
COUNTS_MS: Final = 92 * DAY_MS
"""How long a proof counts."""
AHEAD_MS: Final = 30 * DAY_MS
_CODE_BYTES: Final = 5

IS_PROVED: Final = "proved"
IS_OLD: Final = "proved-long-ago"
IS_TESTED: Final = "tested"
IS_NEW: Final = "never-tested"


@dataclass(frozen=True, slots=True)
class Device:
    """One device.

    Attributes:
        id: of the webhook.
        officer: whom it rings.
        to: where it is, masked.
        code: of its newest test; "" once it came back.
        tested_ms: when that was sent, or None.
        proved_ms: when a code came back last, or None.
    """

    id: str
    officer: str
    to: str
    code: str = ""
    tested_ms: int | None = None
    proved_ms: int | None = None

    def status(self, now_ms: int) -> str:
        """Return a word of it: proved, proved long ago, tested, or never."""
        if self.proved_ms is not None:
            return IS_PROVED if now_ms - self.proved_ms < COUNTS_MS else IS_OLD
        return IS_NEW if self.tested_ms is None else IS_TESTED


def listing(node: Node, officer: Officer) -> list[Device]:
    """Return the devices of an officer, the newest first."""
    hooks = registry.listing(node, officer)
    with node.store.read() as tx:
        return [_device(tx, one) for one in hooks if _rings(one)]


def test(node: Node, officer: Officer, device_id: str) -> Device | Inadmissible:
    """Send a code to a device of an officer; no code that was sent before counts any more.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.write() as tx:
        found = _found(tx, officer, device_id)
        if isinstance(found, Inadmissible):
            return found
        code, now_ms = pairing.spelled(node.entropy(_CODE_BYTES)), node.clock.now_ms()
        tested = replace(found, code=code, tested_ms=now_ms)
        _keep(tx, tested)
        registry.tell(tx, node, tested.id, kinds.TEST, {"code": code})
        local_log.note(tx, node, TESTED, {"officer": officer.name, "webhook": tested.id})
    return tested


def prove(node: Node, officer: Officer, device_id: str, code: str) -> Device | Inadmissible:
    """Give back the code of the newest test of a device.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.write() as tx:
        found = _found(tx, officer, device_id)
        if isinstance(found, Inadmissible):
            return found
        if not found.code or not pairing.is_same_code(code, found.code):
            return Inadmissible(
                "duty.device.code-unknown",
                f"The newest test of the device {found.id} had no such code.",
                "Give the code as the message has it, like AB1D-EFGH; or send another test.",
            )
        proved = replace(found, code="", proved_ms=node.clock.now_ms())
        _keep(tx, proved)
        local_log.note(tx, node, PROVED, {"officer": officer.name, "webhook": proved.id})
    return proved


def unproved(node: Node) -> list[str]:
    """Return who is planned within 30 days and has no device that is proved."""
    now_ms = node.clock.now_ms()
    planned = {one.officer for one in planning.span(node, now_ms, now_ms + AHEAD_MS)} - {""}
    with node.store.read() as tx:
        every = (_device(tx, one) for one in registry.active(tx) if _rings(one))
        works = {one.officer for one in every if one.status(now_ms) == IS_PROVED}
    return sorted(planned - works)


def to_json(one: Device, now_ms: int) -> dict[str, Json]:
    """Return a device as commands and calls tell it: without the code, which its message has."""
    return {
        "device": one.id,
        "officer": one.officer,
        "to": one.to,
        "status": one.status(now_ms),
        "tested_ms": one.tested_ms,
        "proved_ms": one.proved_ms,
    }


def list_json(node: Node, officer: Officer) -> dict[str, Json]:
    """Return the devices of an officer as data."""
    now_ms = node.clock.now_ms()
    devices: list[Json] = [to_json(one, now_ms) for one in listing(node, officer)]
    return {"devices": devices}


def _rings(hook: Hook) -> bool:
    return hook.ended_ms is None and kinds.RING in hook.kinds


def _found(tx: Tx, officer: Officer, device_id: str) -> Device | Inadmissible:
    hook = registry.load(tx, device_id)
    if hook is not None and hook.officer == officer.name and _rings(hook):
        return _device(tx, hook)
    return Inadmissible(
        "duty.device.unknown",
        "You have no such device.",
        "Use an id that `comity duty device` lists. Notices by mail are one device; a program is "
        "another, added with `comity webhook add --kind ring`.",
    )


def _device(tx: Tx, hook: Hook) -> Device:
    kept = cast("dict[str, Any]", tx.record(RECORD, hook.id) or {})
    return Device(hook.id, hook.officer, "".join(_masked(hook.url)), **kept)


def _keep(tx: Tx, one: Device) -> None:
    kept = {name: value for name, value in asdict(one).items() if name in _KEPT}
    tx.save_record(RECORD, one.id, cast("Json", kept))


_KEPT: Final = frozenset({"code", "tested_ms", "proved_ms"})


def _masked(url: str) -> Iterator[str]:
    """Give where a device is, as far as its officer knows it again and nobody else calls it."""
    found = letter.parse(url)
    if found is None:
        yield urlsplit(url).hostname or ""
        return
    name, _, domain = found[0].rpartition("@")
    yield f"{name[:1]}…@{domain}"
