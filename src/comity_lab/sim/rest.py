"""Bringing a world to rest, and what must hold then.

    settle    mend lines, clocks and disks; start what is down; pump until nothing changes
    at rest   equal logs, equal matters, nothing owed, nothing waiting, rebuild == kept

Floor: lab.
"""

from collections import Counter
from dataclasses import replace
from typing import Final

from comity.adapters.memory import MemoryStore, Tables, copy_of
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, LOG_ENDED, LOG_FROZEN, LOG_OFFERED, LOG_OPEN, Log
from comity.node.exchange import (
    convict,
    excuse,
    fetch,
    hold_alarm,
    outbox,
    recover,
    refold,
    refold_queue,
    retry,
    understand,
)
from comity_lab.sim import cosigning, deciding, outside, rare, succession
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.invariants import Watch
from comity_lab.sim.machine import Machine
from comity_lab.sim.network import Weather
from comity_lab.sim.world import World

BUSY_ROUNDS_MAX: Final = 80
"""Rounds in which something changes: more of them mean that it never ends."""
QUIET_ROUNDS: Final = 3
AGAIN_ROUNDS: Final = 12
"""Over ten heartbeats, after which a body that is missing is asked for again."""
ROUND_MS: Final = 80_000
"""Over a heartbeat and over the longest pause after failures."""

_LOST: Final = frozenset({"exchange.recover.short", "exchange.highwater.behind"})
"""Faults that an operator answers with a new generation, once all were asked."""

type _Mark = tuple[object, ...]


def settle(world: World, watch: Watch) -> int:
    """Mend everything and pump until nothing changes; return in how many rounds something did.

    Raises:
        BrokenError: something waits for ever, or an invariant does not hold.
    """
    mend(world)
    _arrive(world)
    quiet = busy = 0
    before = _mark(world)
    while quiet < _patience(world):
        world.instant.at_ms += ROUND_MS
        restart(world, watch)
        world.pump()
        deciding.take_all_back(world)
        operate(world)
        watch.after_event()
        after = _mark(world)
        quiet, busy = (quiet + 1, busy) if after == before else (0, busy + 1)
        if busy > BUSY_ROUNDS_MAX:
            raise BrokenError(f"still busy after {BUSY_ROUNDS_MAX} rounds of rest: {after}")
        before = after
    check(world, watch)
    return busy


def _patience(world: World) -> int:
    """Return after how many rounds without a change none comes any more.

    A node asks for a few missing bodies a round, the oldest first: one that a peer holds may
    stand behind very many that nobody holds since both sides put old databases back.
    """
    turns = max(_turn_rounds(machine.disk.tables) for machine in world.machines.values())
    return AGAIN_ROUNDS + turns if turns else QUIET_ROUNDS


def _turn_rounds(tables: Tables) -> int:
    """Return in how many rounds a party is asked once for every body that is missing."""
    logs = tables.logs.rows("")
    in_channel = Counter(log.channel for log in logs)
    return max(
        -(-len(tables.missing.rows(log.origin)) // fetch.share(in_channel[log.channel]))
        for log in logs
    )


def mend(world: World) -> None:
    """Put lines, weather, clocks and disks in order."""
    world.network.heal()
    world.network.weather = Weather()
    for machine in world.machines.values():
        machine.clock.skew_ms = 0
        machine.is_full = False
    if world.outside is not None:
        world.outside.is_down = False


def _arrive(world: World) -> None:
    """Let everything arrive that is still on its way, however late."""
    late, world.network.late = world.network.late, []
    for one in late:
        with world.care(f"late {one.sender} {one.to} {one.request.path}"):
            world.network.deliver(one.sender, one.to, one.request)


def restart(world: World, watch: Watch) -> None:
    """Start what is down, and what must be started again after its disk failed."""
    for machine in world.machines.values():
        if machine.node is not None and machine.is_failed:
            machine.end()
        if machine.node is None and world.start(machine.party):
            watch.restarted(machine.party)


def operate(world: World) -> None:
    """Do what operators do when a node says that it cannot go on by itself."""
    for machine in world.machines.values():
        node = machine.node
        if node is None:
            continue  # it was, or it failed while another one was operated
        with node.store.read() as tx:
            logs = [log for log in tx.logs() if log.own and log.channel != LOCAL_CHANNEL]
            open_ = [log for log in logs if log.state == LOG_OPEN]
            short = [
                log for log in open_ if _is_short(world, tx, log) or _is_awaited(node, tx, log)
            ]
        for log in short + outside.operate(world, machine):
            succession.begin(world, machine.party, log.channel)
        succession.accept(world, machine)


def _is_short(world: World, tx: Tx, log: Log) -> bool:
    """Whether the peers, or a mark, say that entries are signed for which nobody holds any more.

    They were asked twice: an answer that was garbled on its way says so as well.
    """
    said = [retry.of(tx, log.origin, other) for other in world.parties]
    return any(
        one.get("last_error_code") in _LOST and int(str(one.get("failures", 0))) > 1 for one in said
    )


def _is_awaited(node: Node, tx: Tx, log: Log) -> bool:
    """Whether a log waits for entries of an own one that no party has shown."""
    told = [what for _code, what in node.session.of(hold_alarm.Waits).waits.values()]
    end = f" entries of {log.origin}."
    counts = [what.removesuffix(end).rpartition(" ")[2] for what in told if what.endswith(end)]
    is_longer = any(int(count) > log.size for count in counts)
    return is_longer and not excuse.waiting(node, tx, log)


def check(world: World, watch: Watch) -> None:
    """Hold everything that must hold at rest.

    Raises:
        BrokenError: it does not.
    """
    for machine in world.machines.values():
        if machine.node is None:
            raise BrokenError(f"{machine.party} does not start")
        _require_at_rest(world, machine)
        _require_none_convicted(world, machine)
        _require_once(machine)
        deciding.require_gone(machine)
    _require_equal(world)
    _require_rebuilt(_in_turn(world, watch))
    for machine in world.machines.values():
        rare.look_at_rest(world, machine)
    watch.restored.clear()
    watch.require_said(world.ledger.said)
    if len(world.machines) > 2:  # noqa: PLR2004 -- two is the plain case
        world.saw("settled.three-parties")


def _in_turn(world: World, watch: Watch) -> Machine:
    """Return whose state is rebuilt, which takes long: of one, since all were found equal."""
    machines = [*world.machines.values()]
    watch.rests += 1
    return machines[(world.seed + watch.rests) % len(machines)]


def _require_at_rest(world: World, machine: Machine) -> None:
    with machine.up().store.read() as tx:
        for log in tx.logs():
            if log.channel == LOCAL_CHANNEL:
                continue
            if log.state in (LOG_FROZEN, LOG_OFFERED):
                raise BrokenError(
                    f"{machine.party}: {log.origin} is {log.state} though all are honest"
                )
            if log.state == LOG_ENDED:
                continue
            end = log.size if log.own else log.signed
            if log.understood < end:
                raise BrokenError(
                    f"{machine.party}: {end - log.understood} entries of {log.origin} wait for ever"
                )
            _require_came(world, machine, log)
            if log.own:
                _require_sent(world, tx, log)
                _require_bodies(world, machine, log)


def _require_none_convicted(world: World, machine: Machine) -> None:
    """Of honest nodes none signs two histories, and no mirror's times fall as a log grows."""
    with machine.up().store.read() as tx:
        kinds = (convict.CONVICTION, convict.CONTRADICTED)
        found = [key for kind in kinds for key in tx.records(kind)]
    if found := found + cosigning.proven(world, machine):
        raise BrokenError(f"{machine.party} convicts {found} though all are honest")


def _require_bodies(world: World, machine: Machine, log: Log) -> None:
    """I9: no own entry lacks a small body of which some disk or high-water file held a copy."""
    missing = machine.disk.tables.missing.rows(log.origin)
    small = (b.sha256 for b in missing if b.size_bytes <= limits.ROW_BLOB_BYTES_MAX)
    lost = [sha256 for sha256 in small if sha256 not in world.gone]
    if lost:
        raise BrokenError(f"{machine.party}: the body {lost[0][:16]} of its own entry is lost")


def _require_came(world: World, machine: Machine, log: Log) -> None:
    """What an entry names is here if any party has it, whoever said it."""
    others = [one for one in world.machines.values() if one is not machine]
    for body in machine.disk.tables.missing.rows(log.origin):
        if any(_is_held(other, body.sha256) for other in others):
            raise BrokenError(
                f"{machine.party}: the body {body.sha256[:16]} of {log.origin} never came"
            )


def _is_held(machine: Machine, sha256: str) -> bool:
    is_small = machine.disk.tables.bodies.get("", (sha256,)) is not None
    return is_small or machine.bodies.size_bytes(sha256) is not None


def _require_sent(world: World, tx: Tx, log: Log) -> None:
    for other in world.parties:
        box = outbox.load(tx, log.origin, other)
        is_sent = log.signed == log.size and box.cosigned == log.size
        if other != log.party and not is_sent:
            said = retry.of(tx, log.origin, other)
            raise BrokenError(f"{log.party}: {log.origin} waits for {other}: {said}")


def _require_once(machine: Machine) -> None:
    """I1: no act counts twice in a channel, and no act waits to be appended anew."""
    with machine.up().store.read() as tx:
        seen: set[tuple[str, str, str]] = set()
        for log in tx.logs():
            for row in tx.acts(log.origin, 0, log.size):
                key = (log.channel, log.party, row.act.id)
                if not row.foreign and key in seen:
                    raise BrokenError(
                        f"I1: {machine.party} counts {row.act.id} of {log.party} twice"
                    )
                seen |= set() if row.foreign else {key}
        waiting = tx.records(recover.REAPPEND)
    if waiting:
        raise BrokenError(f"{machine.party}: {sorted(waiting)} wait to be appended anew")


def _require_equal(world: World) -> None:
    """I3: all nodes hold the same open logs and show the same matters."""
    first, *others = world.machines.values()
    expected = _shown(first)
    for other in others:
        shown = _shown(other)
        for what, one, two in zip(("logs", "matters"), expected, shown, strict=True):
            if one != two:
                differ = sorted(set(one.items()) ^ set(two.items()))[:6]
                raise BrokenError(f"I3: {first.party} and {other.party} differ in {what}: {differ}")


def _shown(machine: Machine) -> tuple[dict[str, object], dict[str, object]]:
    with machine.up().store.read() as tx:
        logs: dict[str, object] = {
            log.origin: (log.size, log.frontier)
            for log in tx.logs()
            if log.channel != LOCAL_CHANNEL and log.state == LOG_OPEN
        }
        matters: dict[str, object] = {}
        after = ""
        while page := tx.matters(after=after):
            matters |= refold.digests(page)
            after = page[-1].matter.id
    return logs, matters


def _require_rebuilt(machine: Machine) -> None:
    """I5: what is understood anew from the logs is what was kept."""
    node = machine.up()
    copy = MemoryStore(copy_of(machine.disk))
    twin = replace(node, store=copy, session=type(node.session)(), wake=lambda _channel: None)
    twin = replace(twin, step=lambda _name: None)
    with copy.write() as tx:
        channels = sorted({log.channel for log in tx.logs()} - {LOCAL_CHANNEL})
        for channel in channels:
            tx.drop_understood(channel)
            refold_queue.owe(tx, channel)
        register_records.touch(tx, b"rebuilt to compare")
    try:
        for channel in channels:
            understand.understand(twin, channel)
    except Fault as fault:
        raise BrokenError(f"I5: {machine.party} cannot be rebuilt: {fault.code}") from fault
    kept, made = _understood(node.store), _understood(copy)
    for what, one, two in zip(("acts", "receipts", "matters"), kept, made, strict=True):
        if one != two:
            differ = [pair for pair in zip(one, two, strict=False) if pair[0] != pair[1]][:1]
            raise BrokenError(
                f"I5: {machine.party}: rebuilt {what} differ: {len(one)} {len(two)} {differ}"
            )


def _understood(store: object) -> tuple[list[object], list[object], list[object]]:
    assert isinstance(store, MemoryStore)
    with store.read() as tx:
        acts: list[object] = [r for log in tx.logs() for r in tx.acts(log.origin, 0, log.size)]
        receipts: list[object] = [
            r for log in tx.logs() for r in tx.receipts(log.origin, 0, log.size)
        ]
        matters: list[object] = []
        after = ""
        while page := tx.matters(after=after):
            matters += [(r.matter, r.channel, r.status, r.digest, r.touched) for r in page]
            after = page[-1].matter.id
    return acts, receipts, matters


def _mark(world: World) -> _Mark:
    rows: list[object] = []
    for machine in world.machines.values():
        tables = machine.disk.tables
        rows += [(r.size, r.signed, r.understood, r.state) for r in tables.logs.rows("")]
        for log in tables.logs.rows(""):
            for party in world.parties:
                last = tables.cosignatures.last((log.origin, party))
                rows.append(last.size if last else 0)
            rows.append(len(tables.missing.rows(log.origin)))
        rows.append(machine.node is None)
        rows.append(len(tables.records.keys("delivery")))
    return tuple(rows)


__all__ = ("check", "mend", "operate", "restart", "settle")
