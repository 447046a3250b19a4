"""Noticing rare states where they show: in requests, in steps, in alarms, in what is kept.

Floor: lab.
"""

import struct
from collections import Counter
from typing import Final

from comity.joint.exchange import fold
from comity.kernel import limits
from comity.node.base.ports import Request, Tx
from comity.node.base.rows import LOCAL_CHANNEL, Log
from comity.node.exchange import void
from comity_lab.sim.machine import Machine
from comity_lab.sim.sometimes import SAID
from comity_lab.sim.world import World

_U16: Final = struct.Struct(">H")

_BY_STEP: Final = {
    "recover.done": "recover.from-mirror",
    "fetch.body-kept": "body.fetched",
    "anew.dropped": "generation.left-out-what-was-read",
}
_BY_ALARM: Final = {
    "exchange.recover.needed": "recover.entered",
    "exchange.act.held-back": "act.held-back",
    "exchange.clock.skewed": "clock.signing-stopped",
    "exchange.peer.ahead": "peer.ahead",
    "highwater.disk.failed": "highwater.failed",
}
"""By the code of an alarm, or by its last word: the fault that an alarm is about."""


def look_at_step(world: World, name: str) -> None:
    """Notice a step that few runs pass."""
    if name in _BY_STEP:
        world.saw(_BY_STEP[name])


def look_at_request(world: World, request: Request) -> None:
    """Notice how much is sent at once."""
    if request.path == "/add-entries":
        (length,) = _U16.unpack_from(request.body)
        start = int.from_bytes(request.body[2 + length : 10 + length])
        end = int.from_bytes(request.body[10 + length : 18 + length])
        if end - start > limits.PACKAGE_ENTRIES_MAX:
            world.saw("outbox.over-a-package")


def look_after_event(world: World) -> None:
    """Notice what nodes woke people for, and acts that a recovery cut."""
    for machine in world.machines.values():
        for code in machine.alarms_told & _BY_ALARM.keys():
            world.saw(_BY_ALARM[code])
        machine.alarms_told.clear()
        _look_at_cut(world, machine)


def _look_at_cut(world: World, machine: Machine) -> None:
    waiting = len(machine.disk.tables.records.keys("reappend"))
    if waiting:
        world.saw("recover.cut-unsigned")
    elif machine.waiting_anew:
        world.saw("act.resealed-after-recovery")
    machine.waiting_anew = waiting


def look_at_rest(world: World, machine: Machine) -> None:
    """Notice what stands in the logs."""
    depths: Counter[tuple[str, int]] = Counter()
    with machine.up().store.read() as tx:
        for log in tx.logs():
            if log.channel != LOCAL_CHANNEL:
                _look_at_log(world, tx, log)
            rows = tx.acts(log.origin, 0, log.size)
            depths.update({(row.act.matter.id, row.depth) for row in rows if not row.foreign})
        if tx.records(void.ENTRY):
            world.saw("entry.unread-kept")
    if any(count > 1 for count in depths.values()):
        world.saw("acts.crossed")
    if any(machine.bodies.all()):
        world.saw("body.large-arrived")


def _look_at_log(world: World, tx: Tx, log: Log) -> None:
    if log.size >= limits.TILE_WIDTH:
        world.saw("tile.full")
    for row in tx.acts(log.origin, 0, log.size):
        if row.foreign == fold.FOREIGN_TAG:
            world.saw("act.unknown-tag-foreign")
        elif not row.foreign and row.act.tag in SAID:
            world.saw(SAID[row.act.tag])
    missing: dict[str, tuple[str, ...]] = {}
    for given in tx.receipts(log.origin, 0, log.size):
        before = missing.get(given.receipt.of, ())
        if given.receipt.missing:
            world.saw("body.missing-in-receipt")
        if set(given.receipt.missing) < set(before):
            world.saw("body.receipt-shortened")
        missing[given.receipt.of] = given.receipt.missing
