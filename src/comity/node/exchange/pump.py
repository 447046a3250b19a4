"""What a node does by itself for one channel and one peer: one round at a time.

    compare logs once  ->  understand  ->  append anew  ->  sign  ->  send  ->  large bodies
    ->  tidy

What others wait for comes first.  A round never waits for another peer or another channel, so
the hotline never queues.

Source: protocol rules 10, 16 and 21.
Floor: node.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base import channel_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, LOG_ENDED, LOG_OPEN, Log
from comity.node.exchange import (
    abandoned_party,
    adopt,
    append,
    blob_copies,
    blob_inventory,
    blob_outage,
    channel_end,
    channel_keys,
    destroyed_blobs,
    dropped_acts,
    excuse,
    fetch,
    generation_marks,
    keep,
    keyring,
    large_blobs,
    left_elsewhere,
    lost_channel,
    lost_generation,
    mirrors,
    outbox,
    owed_receipts,
    recover,
    retry,
    send,
    sign,
    signing_guard,
    start,
    unclaimed_blobs,
    understand,
)
from comity.node.exchange import logs as trees
from comity.node.exchange.signing_guard import Marks

UNDERSTOOD_MAX: Final = 1_024
"""Entries of a round, about: its receipts leave before the next ones are read, in a rush too."""
HEADS_MAX: Final = 16
"""Heads that are signed and sent in one round."""
SILENCE_MS: Final = 2 * limits.HEARTBEAT_MS + 5_000
SILENT: Final = "exchange.heartbeat.missed"

_ENDS: Final = ("node.peer.", "node.store.", "highwater.")
"""How codes of faults begin that end a round: the line is down, and is not tried again and again,
or a disk of this machine is full or failed."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A channel and the peer that mirrors our log in it."""

    channel: str
    party: str


def pairs(tx: Tx, own_party: str) -> list[Pair]:
    """Return every channel and peer of this node, in the order in which they are served."""
    assert own_party
    found = pairs_of(tx.logs())
    ranks = {one.channel: channel_records.rank(tx, one.channel) for one in found}
    return sorted(found, key=lambda p: (ranks[p.channel], p.channel, p.party))


def pairs_of(logs: Iterable[Log]) -> set[Pair]:
    """Return the channels and peers of all logs of a node."""
    known = [*logs]
    own = {log.channel for log in known if log.own and "/" in log.channel}
    return {Pair(log.channel, log.party) for log in known if not log.own and log.channel in own}


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
        before: how sending it went, see `retry.of`.
        heard: logs of the peer that go on.
        ended: those that do not.
        is_cut: whether acts wait to be appended anew.
        is_left_out: whether acts may be left out by a generation and not said again.
        is_excused: whether an officer excused the peer.
        is_lacking: whether the peer has the channel no more, see `lost_channel`.
        is_given_up: whether the peer is given up, or is lacking: it is not called.
        is_over: whether the channel has ended: no head is awaited, and none is signed anew.
        has_gone_back: whether more of our own log was signed than stands here.  A database may go
            back under a process that lives on, as to a standby that lost the last commits: what was
            compared since the start is then as if it had not been.
        has_lost_log: whether a mark is of a later own log than stands here: the database went back
            to before that was begun.
    """

    origin: str
    before: dict[str, Json]
    heard: tuple[str, ...]
    ended: tuple[str, ...]
    is_cut: bool
    is_left_out: bool
    is_excused: bool
    is_lacking: bool
    is_given_up: bool
    is_over: bool
    has_gone_back: bool
    has_lost_log: bool


def _stand(tx: Tx, pair: Pair, known: Marks) -> _Stand:
    own = trees.own_log(tx, pair.channel)
    origin, has_gone_back = own.origin, own.signed < known.get(own.origin, (0, b""))[0]
    theirs = [log for log in tx.logs(pair.channel) if log.party == pair.party]
    heard = [log.origin for log in theirs if log.state == LOG_OPEN]
    over = [log.origin for log in theirs if log.state != LOG_OPEN]
    is_cut = append.waiting(tx, pair.channel) > 0
    is_excused = excuse.is_noted(tx, origin, pair.party)
    before = retry.of(tx, origin, pair.party)
    is_lacking = lost_channel.lacks(tx, pair.channel, pair.party)
    is_gone = is_lacking or abandoned_party.in_channel(tx, pair.channel, pair.party) is not None
    left = generation_marks.is_any(tx)
    listened = (tuple(heard), tuple(over))
    is_over = channel_end.of(tx, pair.channel) is not None
    kept = (is_cut, left, is_excused, is_lacking, is_gone, is_over, has_gone_back)
    has_lost_log = lost_generation.is_later_marked(own, known)
    return _Stand(origin, before, *listened, *kept, has_lost_log)


def _round_ms(node: Node, pair: Pair, now_ms: int) -> int:
    stand = work_locally(node, pair)
    origin, before = stand.origin, stand.before
    listen(node, stand.heard, now_ms, is_awaited=not (stand.is_given_up or stand.is_over))
    listen(node, stand.ended, now_ms, is_awaited=False)
    lost_channel.tell(node, pair.channel, pair.party, is_lacking=stand.is_lacking)
    if stand.is_excused and (origin, pair.party) in node.session.of(excuse.Start).started:
        excuse.forget(node, pair.party, (origin,))  # it was compared with before
    next_try_ms = int(str(before.get("next_try_ms", 0)))
    is_asked = excuse.is_asked_of(node, origin, pair.party)  # else others wait for it to be
    if (
        is_asked and now_ms < next_try_ms <= now_ms + retry.PAUSE_MS_MAX
    ):  # later: our clock went back
        return min(next_try_ms - now_ms, limits.HEARTBEAT_MS)
    enclosed_ms = outbox.wait_ms(node, origin, pair.party)  # it runs out while this round works
    try:
        sent = _speak(node, pair, stand, now_ms)
    except Fault as fault:
        return retry.note_failure(node, origin, pair.party, before, fault, now_ms)
    if sent or (before.get("failures") and not enclosed_ms):
        retry.note_success(node, origin, pair.party, before)
    with node.store.read() as tx:
        head = tx.newest_head(origin)
    due_ms = (head.time_s * 1000 + limits.HEARTBEAT_MS - now_ms) if head else limits.HEARTBEAT_MS
    enclosed_ms = enclosed_ms or outbox.wait_ms(node, origin, pair.party)
    return max(1, min(due_ms, enclosed_ms or limits.HEARTBEAT_MS, limits.HEARTBEAT_MS))


def listen(node: Node, origins: Sequence[str], now_ms: int, *, is_awaited: bool = True) -> None:
    """Alarm once when a peer's heads stop coming: one is due every 60 seconds (rule 10)."""
    for origin in origins:
        heard_ms = node.session.of(keep.Heard).heard.setdefault(origin, now_ms)
        is_silent = is_awaited and now_ms - heard_ms > SILENCE_MS
        if is_silent and origin not in node.session.of(keep.Heard).silent:
            node.session.of(keep.Heard).silent.add(origin)
            node.alarms.raise_alarm(*_silent(origin))
        elif not is_silent and origin in node.session.of(keep.Heard).silent:
            node.session.of(keep.Heard).silent.discard(origin)
            node.alarms.clear(*_silent(origin))


def _silent(origin: str) -> tuple[str, str]:
    return SILENT, f"No head of {origin} came for over two minutes."


def work_locally(node: Node, pair: Pair) -> _Stand:
    """Understand what is kept, and append anew what was cut: needs no peer."""
    understand.understand(node, pair.channel, entries_max=UNDERSTOOD_MAX)
    known = node.highwater.marks()  # first: a mark rises once a head is committed
    with node.store.read() as tx:
        stand = _stand(tx, pair, known)
    if stand.has_lost_log:
        generation_marks.found_marked(node)
        recover.from_high_water(node)
        with node.store.read() as tx:
            stand = _stand(tx, pair, known)
    if (stand.is_left_out and generation_marks.say_again(node)) or stand.is_cut:
        recover.append_anew(node, pair.channel)
    adopt.adopt(node, pair.channel)
    channel_keys.enter_pending(node, pair.channel)
    make_up_for_lost_marks(node)
    return stand


def tidy(node: Node) -> None:
    """Do what nobody waits for: let go of what no entry named, and of what was destroyed."""
    unclaimed_blobs.settle(node)
    blob_outage.tried(node, lambda: destroyed_blobs.sweep(node), 0)


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
        excuse.end_with_loss(node)
    return is_known


def _speak(node: Node, pair: Pair, stand: _Stand, now_ms: int) -> bool:
    """Compare once, sign, and send; return whether anything was sent.

    A party that is given up is asked once since the start, as every other is before this node
    signs; then what is due is signed without it.
    """
    origin, is_called = stand.origin, not stand.is_given_up
    if abs(node.session.of(signing_guard.Clocks).skew_ms.get(pair.party, 0)) > limits.SKEW_MS_MAX:
        node.session.of(excuse.Start).started.discard(
            (origin, pair.party)
        )  # measure it anew, by a call
    if stand.has_gone_back:
        node.session.of(excuse.Start).started.discard((origin, pair.party))
        node.session.of(keyring.Entered).entered.discard(origin)
    steps = _Steps()
    is_new = (origin, pair.party) not in node.session.of(excuse.Start).started
    # What failed here in the middle of it is begun again: until then nothing of it is cosigned.
    # Who cannot be reached ends the round before anything is signed: where that is the only other
    # party, an image of the machine would else be believed, which it alone knows to be old.  So it
    # is with one that seems to lack the channel, of which an old home knows no better.
    is_unread = stand.is_lacking and pair.party not in node.session.of(excuse.Start).compared
    is_unread |= not node.session.of(excuse.Start).unread.isdisjoint(stand.heard)
    is_asked = excuse.is_asked_of(node, origin, pair.party)
    is_due = (is_new and is_called) or is_unread or not is_asked
    is_compared = not is_due or steps.tried(lambda: _compare(node, pair))
    given = is_compared and steps.tried(lambda: _say(node, pair, stand, now_ms))
    rest = (
        lambda: (
            blob_outage.tried(node, lambda: large_blobs.send_bodies(node, origin, pair.party), 0)
            > 0
        ),
        lambda: fetch.fetch_missing(node, pair.channel, pair.party) > 0,
        lambda: mirrors.fetch_logs(node, pair.channel, pair.party) > 0,
        lambda: left_elsewhere.ask(node, pair.channel, pair.party) > 0,
    )
    more = [steps.tried(step) for step in rest if is_called]
    if steps.first is not None:
        raise steps.first
    return given or any(more)


@dataclass(slots=True)
class _Steps:
    """Steps of a round: one that fails keeps none after it from being tried.

    A peer may not take our head for as long as its officers like, as where it froze our log or has
    not accepted a new one; and what it holds for us may be what they wait for.

    Attributes:
        first: what ended the first one that failed; it is the failure of the round.
    """

    first: Fault | None = None

    def tried(self, step: Callable[[], bool]) -> bool:
        """Return what comes of a step; False where it failed.

        Raises:
            Fault: as `_ENDS`; then no more is tried.
        """
        try:
            return step()
        except Fault as fault:
            first = self.first = self.first or fault
            if not fault.code.startswith(_ENDS):
                return False
        raise first


def _compare(node: Node, pair: Pair) -> bool:
    """Compare logs with a peer, and take back and say again what was lost."""
    start.greet(node, pair.party)
    start.run(node, pair.party)
    recover.from_high_water(node)  # what joins on to what the peer gave back
    # It may bring a card that understanding waits for.
    fetch.fetch_missing(node, pair.channel, pair.party)
    understand.understand(node, pair.channel)
    recover.append_anew(node, pair.channel)
    return True


def _say(node: Node, pair: Pair, stand: _Stand, now_ms: int) -> bool:
    """Sign and send head after head: a card of ours ends one; return whether any was given."""
    if stand.origin not in node.session.of(keyring.Entered).entered:
        keyring.enter_lost(node, pair.channel)
    is_given = False
    for _ in range(HEADS_MAX):
        is_more = sign_if_due(node, stand.origin, now_ms)
        if not stand.is_given_up:
            is_given = send.push(node, stand.origin, pair.party) is not None or is_given
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
        anew = anew and (head is None or channel_end.of(tx, log.channel) is None)
        plan = sign.planned(node, tx, log, known, anew=anew)
    signed = sign.sign(node, plan) if plan else None
    return signed is not None and signed.size < log.size


def begin(node: Node) -> None:
    """Do what comes before everything else when a process starts."""
    with node.store.read() as tx:
        node.session.of(owed_receipts.Owed).owed |= set(
            trust.channels(tx, node.party)
        )  # a crash may have come in between
    blob_inventory.mark_what_is_held(node)
    with suppress(Fault):  # they are read from afar until the next start
        blob_copies.keep_texts(node)
    sign.mark_what_is_signed(node)
    excuse.end_with_loss(node)  # a crash may have come before
    generation_marks.found_marked(node)
    recover.from_high_water(node)
    dropped_acts.tell(node)
