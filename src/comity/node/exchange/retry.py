"""How sending each log to each peer goes: tries that failed, the pause, and when somebody is told.

    record kind   key                value
    delivery      <origin>|<party>   failures, since when, next try, last error; see `of`

A partner that starts anew is out of reach for seconds, and that is shown and wakes nobody: who is
not reached for `FAILING_MS` is told.  What a partner answers and does not take is told at once.

Source: docs/spec/wire.md 7.6.4; protocol rule 10.
Floor: node.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.exchange import excuse, send, signing_guard

DELIVERY: Final = "delivery"

BACKOFF_MS_MIN: Final = 250
BACKOFF_MS_MAX: Final = 60_000
PAUSE_MS_MAX: Final = BACKOFF_MS_MAX + BACKOFF_MS_MAX // 4
"""With the most that is added by chance."""

FAILING_MS: Final = 30_000

_COMPARE_AGAIN: Final = frozenset(
    {
        "exchange.peer.ahead",
        "exchange.peer.refused",
        "exchange.clock.skewed",
        "exchange.cosignature.bad",
    }
)
"""Faults after which cards, logs and clocks are compared anew before anything is signed."""


@dataclass(slots=True)
class Tries:
    """How tries went.

    Attributes:
        delivered: `{(own origin, party): when}` of the last success, milliseconds.
        failing: `{(own origin, party): {(code, what)}}` of the alarms that say why nothing arrives.
    """

    delivered: dict[tuple[str, str], int] = field(default_factory=dict)
    failing: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)


def of(tx: Tx, origin: str, party: str) -> dict[str, Json]:
    """Return how sending one log to one peer goes."""
    value = tx.record(DELIVERY, f"{origin}|{party}")
    return value if isinstance(value, dict) else {}


def note_failure(
    node: Node, origin: str, party: str, before: dict[str, Json], fault: Fault, now_ms: int
) -> int:
    """Note that a try failed; return how many milliseconds the next one waits."""
    failures = int(str(before.get("failures", 0))) + 1
    since_ms = _failing_since_ms(before, now_ms)
    pause_ms = min(BACKOFF_MS_MAX, BACKOFF_MS_MIN << min(failures - 1, 16))
    jitter_ms = pause_ms * node.entropy(1)[0] // 1024
    pause_ms += jitter_ms
    value: dict[str, Json] = {
        **before,
        "failures": failures,
        "failing_since_ms": since_ms,
        "next_try_ms": now_ms + pause_ms,
        "last_error_code": fault.code,
        "last_error": fault.what,
    }
    with node.store.write() as tx:
        hurried_ms = of(tx, origin, party).get("hurried_ms")
        if hurried_ms != before.get("hurried_ms"):  # it called us while this try failed
            pause_ms = BACKOFF_MS_MIN
            value |= {"hurried_ms": hurried_ms, "next_try_ms": now_ms + pause_ms}
        tx.save_record(DELIVERY, f"{origin}|{party}", value)
    if fault.code in _COMPARE_AGAIN:
        node.session.of(excuse.Start).started.discard((origin, party))
    if fault.code.startswith("node.peer."):
        node.session.of(signing_guard.Clocks).skew_ms.pop(
            party, None
        )  # a clock that is not heard says nothing
        is_told = (
            now_ms - since_ms >= FAILING_MS
            and (origin, party) not in node.session.of(Tries).failing
        )
    else:
        is_told = failures > 1 or not send.is_of_cards(fault)  # those are exchanged first
    if is_told:
        told = ("exchange.delivery.failing", f"{origin} to {party}: {fault.code}")
        node.session.of(Tries).failing.setdefault((origin, party), set()).add(told)
        node.alarms.raise_alarm(*told)
    return pause_ms


def _failing_since_ms(before: dict[str, Json], now_ms: int) -> int:
    """Return since when a line fails: from now on where nobody tried it for long before this."""
    due_ms = int(str(before.get("next_try_ms", 0)))
    since_ms = int(str(before.get("failing_since_ms", now_ms)))
    is_new = not before.get("failures") or 0 < due_ms < now_ms - PAUSE_MS_MAX
    return now_ms if is_new or since_ms > now_ms else since_ms  # later: our clock went back


def try_now(node: Node, parties: Collection[str]) -> bool:
    """Let the next round not wait for parties that are heard again; return whether one did."""
    with node.store.read() as tx:
        if not _failing(tx, parties):
            return False
    now_ms = node.clock.now_ms()
    with node.store.write() as tx:
        found = _failing(tx, parties)
        for key, value in found.items():
            tx.save_record(DELIVERY, key, {**value, "next_try_ms": 0, "hurried_ms": now_ms})
    return bool(found)


def _failing(tx: Tx, parties: Collection[str]) -> dict[str, dict[str, Json]]:
    """Return how sending goes, by key, where the last try failed."""
    return {
        key: value
        for key, value in tx.records(DELIVERY).items()
        if isinstance(value, dict) and value.get("failures")
        if key.rpartition("|")[2] in parties
    }


def note_success(node: Node, origin: str, party: str, before: dict[str, Json]) -> None:
    """Note that a try did not fail: what was told of those before it ends."""
    node.session.of(Tries).delivered[(origin, party)] = node.clock.now_ms()
    line = (origin.rpartition("/")[0], party)  # of every generation: one that ended is not sent
    for key in [
        (o, p) for o, p in list(node.session.of(Tries).failing) if (o.rpartition("/")[0], p) == line
    ]:
        for told in node.session.of(Tries).failing.pop(key, ()):
            node.alarms.clear(*told)
    if not before.get("failures"):
        return
    with node.store.write() as tx:
        tx.save_record(
            DELIVERY,
            f"{origin}|{party}",
            {"failures": 0, "next_try_ms": 0, "last_ok_ms": node.clock.now_ms()},
        )
