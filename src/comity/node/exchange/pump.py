"""What a node does by itself for one channel and one peer: one round at a time.

    compare logs once  ->  understand  ->  append anew  ->  sign  ->  send  ->  large bodies
    ->  tidy

What others wait for comes first.  A round never waits for another peer or another channel, so
the hotline never queues.

Source: protocol rules 10, 16 and 21.
Floor: node.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node import keyring
from comity.node.context import Node
from comity.node.exchange import (
    adopt,
    apart,
    append,
    copies,
    excuse,
    fetch,
    given_up,
    gone,
    large,
    left_out,
    mirrors,
    outbox,
    recover,
    seal,
    send,
    sign,
    start,
    stock,
    trust,
    understand,
    unnamed,
    unsaid,
)
from comity.node.exchange import logs as trees
from comity.node.ports import Tx
from comity.node.rows import LOCAL_CHANNEL, LOG_ENDED, LOG_OPEN

DELIVERY: Final = "delivery"
"""Record kind: `<origin>|<party>`: failures, since when, next try and last error."""

BACKOFF_MS_MIN: Final = 250
BACKOFF_MS_MAX: Final = 60_000
UNDERSTOOD_MAX: Final = 1_024
"""Entries of a round, about: its receipts leave before the next ones are read, in a rush too."""
HEADS_MAX: Final = 16
"""Heads that are signed and sent in one round."""
PAUSE_MS_MAX: Final = BACKOFF_MS_MAX + BACKOFF_MS_MAX // 4
"""With the most that is added by chance."""

_COMPARE_AGAIN: Final = frozenset(
    {
        "exchange.peer.ahead",
        "exchange.peer.refused",
        "exchange.clock.skewed",
        "exchange.cosignature.bad",
    }
)
"""Faults after which cards, logs and clocks are compared anew before anything is signed."""

FAILING_MS: Final = 30_000
"""A line that is down for so long wakes somebody: a partner starts anew in less, and is shown as
not reached by its status meanwhile."""

SILENCE_MS: Final = 2 * limits.HEARTBEAT_MS + 5_000
SILENT: Final = "exchange.heartbeat.missed"


@dataclass(frozen=True, slots=True)
class Pair:
    """A channel and the peer that mirrors our log in it."""

    channel: str
    party: str


def pairs(tx: Tx, own_party: str) -> list[Pair]:
    """Return every channel and peer of this node, the hotline first."""
    found = [
        Pair(channel, log.party)
        for channel in trust.channels(tx, own_party)
        for log in tx.logs(channel)
        if not log.own
    ]
    return sorted(
        set(found), key=lambda p: (not p.channel.endswith("/hotline"), p.channel, p.party)
    )


def next_round_ms(node: Node, pair: Pair, now_ms: int) -> int:
    """Do one round; return how many milliseconds the next may wait unless it is woken.

    A fault of the peer or the line is noted and tried again with growing pauses; a fault of
    this node's own store goes up.
    """
    due_ms = _round_ms(node, pair, now_ms)
    tidy(node)
    return due_ms


@dataclass(frozen=True, slots=True)
class _Stand:
    """How a channel and a peer stand, from one snapshot: each act waits for a round to look.

    Attributes:
        origin: of our own log.
        before: how sending it went, see `delivery`.
        heard: logs of the peer that go on.
        ended: those that do not.
        is_cut: whether acts wait to be appended anew.
        is_left_out: whether acts may be left out by a generation and not said again.
        is_excused: whether an officer excused the peer.
        is_given_up: whether the peer is given up: it is not called.
    """

    origin: str
    before: dict[str, Json]
    heard: tuple[str, ...]
    ended: tuple[str, ...]
    is_cut: bool
    is_left_out: bool
    is_excused: bool
    is_given_up: bool


def _stand(tx: Tx, pair: Pair) -> _Stand:
    origin = trees.own_log(tx, pair.channel).origin
    theirs = [log for log in tx.logs(pair.channel) if log.party == pair.party]
    heard = [log.origin for log in theirs if log.state == LOG_OPEN]
    over = [log.origin for log in theirs if log.state != LOG_OPEN]
    is_cut = append.waiting(tx, pair.channel) > 0
    is_excused = excuse.is_noted(tx, origin, pair.party)
    before = delivery(tx, origin, pair.party)
    is_gone = given_up.in_channel(tx, pair.channel, pair.party) is not None
    listened = (tuple(heard), tuple(over))
    return _Stand(origin, before, *listened, is_cut, left_out.is_any(tx), is_excused, is_gone)


def _round_ms(node: Node, pair: Pair, now_ms: int) -> int:
    stand = work_locally(node, pair)
    origin, before = stand.origin, stand.before
    listen(node, stand.heard, now_ms, is_awaited=not stand.is_given_up)
    listen(node, stand.ended, now_ms, is_awaited=False)
    if stand.is_excused and (origin, pair.party) in node.session.started:
        excuse.forget(node, pair.party, (origin,))  # it was compared with before
    next_try_ms = int(str(before.get("next_try_ms", 0)))
    is_asked = excuse.is_asked(node, pair.party)  # else others wait for it to be
    if is_asked and now_ms < next_try_ms <= now_ms + PAUSE_MS_MAX:  # later: our clock went back
        return min(next_try_ms - now_ms, limits.HEARTBEAT_MS)
    enclosed_ms = outbox.wait_ms(node, origin, pair.party)  # it runs out while this round works
    try:
        sent = _speak(node, pair, stand, now_ms)
    except Fault as fault:
        return _note_failure(node, origin, pair.party, before, fault, now_ms)
    if sent or (before.get("failures") and not enclosed_ms):
        _note_success(node, origin, pair.party, before)
    with node.store.read() as tx:
        head = tx.newest_head(origin)
    due_ms = (head.time_s * 1000 + limits.HEARTBEAT_MS - now_ms) if head else limits.HEARTBEAT_MS
    enclosed_ms = enclosed_ms or outbox.wait_ms(node, origin, pair.party)
    return max(1, min(due_ms, enclosed_ms or limits.HEARTBEAT_MS, limits.HEARTBEAT_MS))


def listen(node: Node, origins: Sequence[str], now_ms: int, *, is_awaited: bool = True) -> None:
    """Alarm once when a peer's heads stop coming: one is due every 60 seconds (rule 10)."""
    for origin in origins:
        heard_ms = node.session.heard.setdefault(origin, now_ms)
        is_silent = is_awaited and now_ms - heard_ms > SILENCE_MS
        if is_silent and origin not in node.session.silent:
            node.session.silent.add(origin)
            node.alarms.raise_alarm(*_silent(origin))
        elif not is_silent and origin in node.session.silent:
            node.session.silent.discard(origin)
            node.alarms.clear(*_silent(origin))


def _silent(origin: str) -> tuple[str, str]:
    return SILENT, f"No head of {origin} came for over two minutes."


def work_locally(node: Node, pair: Pair) -> _Stand:
    """Understand what is kept, and append anew what was cut: needs no peer."""
    understand.understand(node, pair.channel, entries_max=UNDERSTOOD_MAX)
    with node.store.read() as tx:
        stand = _stand(tx, pair)
    if (stand.is_left_out and left_out.say_again(node)) or stand.is_cut:
        recover.append_anew(node, pair.channel)
    adopt.adopt(node, pair.channel)
    make_up_for_lost_marks(node)
    return stand


def tidy(node: Node) -> None:
    """Do what nobody waits for: let go of what no entry named, and of what was destroyed.

    And make ready what the next entry is sealed into.
    """
    unnamed.settle(node)
    apart.tried(node, lambda: gone.sweep(node), 0)
    seal.make_ahead(node)


def make_up_for_lost_marks(node: Node) -> bool:
    """Declare a high-water file whole that was lost, once nothing can be missing from it.

    That is when every party of every channel was compared with, or is excused by two officers,
    and what is signed here is marked.

    Returns:
        Whether it was declared whole now.

    Raises:
        Fault: `highwater.*`.
    """
    if node.highwater.is_intact():
        return False
    with node.store.read() as tx:
        own = [log for log in tx.logs() if log.own and log.state != LOG_ENDED]
        joint = [log for log in own if log.channel != LOCAL_CHANNEL]
        is_known = bool(joint) and all(excuse.may_sign(node, tx, log) for log in joint)
    if is_known:
        sign.mark_what_is_signed(node)
        node.highwater.declare_whole()
    return is_known


def _speak(node: Node, pair: Pair, stand: _Stand, now_ms: int) -> bool:
    """Compare once, sign, and send; return whether anything was sent.

    A party that is given up is asked once since the start, as every other is before this node
    signs; then what is due is signed without it.
    """
    origin, is_called = stand.origin, not stand.is_given_up
    if abs(node.session.skew_ms.get(pair.party, 0)) > limits.SKEW_MS_MAX:
        node.session.started.discard((origin, pair.party))  # measure it anew, by a call
    is_new = (origin, pair.party) not in node.session.started
    # What failed here in the middle of it is begun again: until then nothing of it is cosigned.
    if (is_new and is_called) or not excuse.is_asked(node, pair.party):
        start.greet(node, pair.party)
        start.run(node, pair.party)
        recover.from_high_water(node)  # what joins on to what the peer gave back
        fetch.fetch_missing(node, pair.channel, pair.party)  # a card that understanding waits for
        understand.understand(node, pair.channel)
        recover.append_anew(node, pair.channel)
    if origin not in node.session.entered:
        keyring.enter_lost(node, pair.channel)
    given = _sign_and_push(node, origin, pair.party, now_ms, is_called=is_called)
    if not is_called:
        return False
    more = apart.tried(node, lambda: large.send_bodies(node, origin, pair.party), 0)
    more += fetch.fetch_missing(node, pair.channel, pair.party)
    more += mirrors.fetch_logs(node, pair.channel, pair.party)
    return given or more > 0


def _sign_and_push(node: Node, origin: str, party: str, now_ms: int, *, is_called: bool) -> bool:
    """Sign and send head after head: a card of ours ends one; return whether any was given."""
    is_given = False
    for _ in range(HEADS_MAX):
        is_more = sign_if_due(node, origin, now_ms)
        if is_called:
            is_given = send.push(node, origin, party) is not None or is_given
        if not is_more:
            break
    return is_given


def sign_if_due(node: Node, origin: str, now_ms: int) -> bool:
    """Sign what was appended, and every 60 seconds the same head anew.

    Returns:
        Whether entries are left that the next head covers.

    Raises:
        Fault: as `sign.sign_head`.
    """
    known = node.highwater.marks()
    with node.store.read() as tx:
        log = trees.require_log(tx, origin)
        if log.state != LOG_OPEN or not sign.is_known(node, tx, log):
            return False
        if not excuse.may_sign(node, tx, log):
            return False
        head = tx.newest_head(origin)
        # A head from the future was signed before our clock was set back: it is due too.
        now_ms = max(now_ms, node.clock.now_ms())  # an answer may have brought it in this round
        age_ms = limits.HEARTBEAT_MS if head is None else now_ms - head.time_s * 1000
        anew = not 0 <= age_ms < limits.HEARTBEAT_MS
        plan = sign.planned(node, tx, log, known, anew=anew)
    signed = sign.sign(node, plan) if plan else None
    return signed is not None and signed.size < log.size


def delivery(tx: Tx, origin: str, party: str) -> dict[str, Json]:
    """Return how sending one log to one peer goes."""
    value = tx.record(DELIVERY, f"{origin}|{party}")
    return value if isinstance(value, dict) else {}


def _note_failure(
    node: Node, origin: str, party: str, before: dict[str, Json], fault: Fault, now_ms: int
) -> int:
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
        tx.save_record(DELIVERY, f"{origin}|{party}", value)
    if fault.code in _COMPARE_AGAIN:
        node.session.started.discard((origin, party))
    if fault.code.startswith("node.peer."):
        node.session.skew_ms.pop(party, None)  # a clock that is not heard says nothing
        is_told = now_ms - since_ms >= FAILING_MS and (origin, party) not in node.session.failing
    else:
        is_told = failures > 1 or not send.is_of_cards(fault)  # those are exchanged first
    if is_told:
        told = ("exchange.delivery.failing", f"{origin} to {party}: {fault.code}")
        node.session.failing.setdefault((origin, party), set()).add(told)
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
        waiting = {
            key: value
            for key, value in tx.records(DELIVERY).items()
            if isinstance(value, dict) and value.get("failures")
            if key.rpartition("|")[2] in parties
        }
    if waiting:
        with node.store.write() as tx:
            for key, value in waiting.items():
                tx.save_record(DELIVERY, key, {**value, "next_try_ms": 0})
    return bool(waiting)


def _note_success(node: Node, origin: str, party: str, before: dict[str, Json]) -> None:
    node.session.delivered[(origin, party)] = node.clock.now_ms()
    line = (origin.rpartition("/")[0], party)  # of every generation: one that ended is not sent
    for key in [(o, p) for o, p in list(node.session.failing) if (o.rpartition("/")[0], p) == line]:
        for told in node.session.failing.pop(key, ()):
            node.alarms.clear(*told)
    if not before.get("failures"):
        return
    with node.store.write() as tx:
        tx.save_record(
            DELIVERY,
            f"{origin}|{party}",
            {"failures": 0, "next_try_ms": 0, "last_ok_ms": node.clock.now_ms()},
        )


def begin(node: Node) -> None:
    """Do what comes before everything else when a process starts."""
    with node.store.read() as tx:
        node.session.owed |= set(trust.channels(tx, node.party))  # a crash may have come in between
    stock.mark_what_is_held(node)
    with suppress(Fault):  # they are read from afar until the next start
        copies.keep_texts(node)
    sign.mark_what_is_signed(node)
    left_out.found_marked(node)
    recover.from_high_water(node)
    unsaid.tell(node)
