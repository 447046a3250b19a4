"""A log that is lost or stolen is ended and succeeded, never repaired (protocol rule 23).

    begin    entry 1 of the new log names the old head, what is lost, and why
    offered  the peer hears of it, and waits for an officer
    accept   the peer names the hash of its first two entries, compared by voice, in its log

Until then the peer neither mirrors nor folds the new log.  Acts of the old log that no
party holds are sealed anew in the new one under their old ids; those that a party
cosigned or receipted stay where they are.

Floor: node.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from comity.acts.causality import EMPTY
from comity.acts.record import Act, Matter
from comity.joint.arrangement.arrangement import Origin, parse_origin, render_origin
from comity.joint.exchange import acts as exchange_acts
from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED, LOG_OFFERED, LOG_OPEN, Log, UnderstoodAct
from comity.node.base.trust import Trust
from comity.node.exchange import (
    append,
    ended_log,
    ended_tree,
    logs,
    missing_entries,
    owed_receipts,
    recover,
    reset_count,
    seal,
    sealer,
)
from comity.node.exchange.sealer import Sealer
from comity.tlog import tree
from comity.tlog.tree import Frontier

REASONS: Final = ("lost", "stolen", "forked", "damaged")

OFFERED_MAX: Final = 4
"""Generations of one log that may wait for an officer: each is a row and an alarm."""

LATER_MAX: Final = 16
"""How much greater a later generation's number may be: those between were passed over."""

_HEX: Final = re.compile("[0-9a-f]{16,64}")
"""Of the hash of its first two entries, at least 64 bits are read over the telephone."""

ACCEPTED: Final = "generation-accepted"
"""Record kind: by origin, the hash of its first two entries that was compared by voice, hex."""


type Note = Callable[[Tx, Log], None]


def _untold(_tx: Tx, _log: Log) -> None:
    """No step is noted."""


def begin(
    node: Node,
    channel: str,
    reason: str,
    *,
    leaves_missing: bool = False,
    note: Note = _untold,
) -> tuple[str, str]:
    """End this node's log in a channel and begin the next generation.

    Args:
        node: ours.
        channel: its path.
        reason: one of `REASONS`.
        leaves_missing: whether what is left of an earlier generation and is not here is left out,
            if anything is; those after it are passed over, and what they said is said again.
        note: called with each log that is ended or begun, in the transaction that does it.

    Returns:
        The new origin, and the hash of its first two entries in hex: to be read to each peer.

    Raises:
        Fault: `exchange.generation.reason`, `exchange.channel.unknown`, `node.card.lost`;
            `tlog.tile.*`.
    """
    _require_may_begin(node, channel, reason)
    with node.store.read() as tx:
        leaves_missing = leaves_missing and bool(missing_entries.of_own(tx, channel))
    shown = None if leaves_missing else ended_tree.shown(node, channel)
    if shown is None:  # else no size but the last has a tree: all is cut at once
        _shorten(node, channel, note, leaves_missing=leaves_missing)
    with node.store.write() as tx:
        now = trust.load(tx, channel)
        old = logs.own_log(tx, channel)
        cuts = missing_entries.cuts(tx, now, channel, leaves_missing=leaves_missing)
        number = 1 + max(old.generation, _newest_marked(node, channel))
        origin = render_origin(replace_generation(parse_origin(old.origin), number))
        named = cuts[-1] if len(cuts) > 1 else _named(tx, *cuts[0])
        act = _begun(node, tx, now, named, reason)
        new = Log(origin, channel, node.party, number, own=True)
        for log, covered in cuts:
            _keep_for_later(node, tx, log, covered, shown)
        tx.save_log(new)
        # By the cards that a reader of its first entries knows it has seen.
        leaves = _begin(node, tx, now, new, act)
        _tell_ended(tx, old, note)
        note(tx, new)
    node.session.of(owed_receipts.Owed).owed.add(
        channel
    )  # receipts first: what is said after them has seen newer keys
    node.alarms.raise_alarm("exchange.generation.begun", f"{origin} follows {old.origin}.")
    node.wake(channel)
    return origin, first_hash(leaves).hex()


def _begin(node: Node, tx: Tx, now: Trust, new: Log, act: Act) -> list[bytes]:
    """Append what begins a log; return the leaf hashes of its entries."""
    sealing = Sealer(node, tx, now, new, EMPTY)
    index = sealing.add(act)
    grown = logs.append_entries(tx, new, sealing.entries)
    tx.save_log(replace(grown, understood=grown.size))
    rows, _ = append.with_depths(node.rooms, tx, now, append.own_rows(new, {}, [(index, act)]))
    ended_log.apply(tx, now, rows[0])  # what it leaves counts here as for every reader
    trust.touch_register(tx, rows)
    tx.save_acts(rows)
    return [tree.leaf_hash(one) for one in sealing.entries]


def first_hash(leaves: Iterable[bytes]) -> bytes:
    """Return the root of the first two entries: a key entry, and what begins the log under it."""
    return Frontier().extend(leaves).root()


def _require_may_begin(node: Node, channel: str, reason: str) -> None:
    if reason not in REASONS:
        raise Fault(
            code="exchange.generation.reason",
            what=f"A generation does not begin because of {quoted(reason)}.",
            fix=f"Name one of {', '.join(REASONS)}.",
        )
    with node.store.read() as tx:
        sealer.require_newest_here(node, trust.load(tx, channel))


def replace_generation(origin: Origin, generation: int) -> Origin:
    """Return the origin of another generation of the same log."""
    return replace(origin, generation=generation)


def _tell_ended(tx: Tx, old: Log, note: Note) -> None:
    if old.state != LOG_ENDED:
        note(tx, replace(old, state=LOG_ENDED))


def _shorten(node: Node, channel: str, note: Note, *, leaves_missing: bool) -> None:
    """Cut what nobody holds of the old log, a bounded transaction at a time.

    The log is ended first, so that nothing is said or signed in between; a crash leaves it
    ended and without a successor, and beginning again goes on here.
    """
    while True:
        with node.store.write() as tx:
            now = trust.load(tx, channel)
            cuts = missing_entries.cuts(tx, now, channel, leaves_missing=leaves_missing)
            if sum(log.size - stays for log, stays in cuts) <= limits.TRANSACTION_ENTRIES_MAX:
                return  # the rest is cut as the new one begins
            log, stays = next(one for one in cuts if one[0].size > one[1])
            old, _ = cuts[0]
            if log != old:
                tx.save_log(replace(old, state=LOG_ENDED))
            _keep_for_later(node, tx, log, max(stays, log.size - limits.TRANSACTION_ENTRIES_MAX))
            _tell_ended(tx, old, note)
        node.step("generation.step")


def _newest_marked(node: Node, channel: str) -> int:
    """The newest generation of our log that ever signed, though its row was lost since."""
    marked = (parse_origin(origin) for origin in node.highwater.marks() if origin.count("/") > 1)
    own = (one for one in marked if one.party == node.party and register_channel(one) == channel)
    return max((one.generation for one in own), default=0)


def _named(tx: Tx, old: Log, covered: int) -> tuple[Log, int]:
    """The log that entry 1 names and what is left of it: the newest one that others may hold.

    A generation of which nobody holds even entry 1 is passed over: what it said of the one
    before it is lost with it.
    """
    named, count = old, covered
    for log in sorted(tx.logs(old.channel), key=lambda log: -log.generation):
        if log.own and log.generation < named.generation and not count:
            named, count = log, ended_log.counted(tx, log, log.size)
    return named, count


def _begun(node: Node, tx: Tx, now: Trust, named: tuple[Log, int], reason: str) -> Act:
    old, covered = named
    head = tx.newest_head(old.origin)
    size = head.size if head else 0
    codes = {
        "old-origin": old.origin,
        "old-size": str(size),
        "old-root": head.root.hex() if head else tree.EMPTY_ROOT.hex(),
        "lost": str(max(0, size - covered)),
        "reason": reason,
        "card": str(max(now.cards[node.party])),
    }
    act_id = node.act_id()
    return exchange_acts.register_act(act_id, exchange_acts.GENERATION_BEGUN, now.name, codes)


def _keep_for_later(
    node: Node, tx: Tx, old: Log, covered: int, shown: Frontier | None = None
) -> None:
    """Remember the acts that nobody holds, and end the old log where others hold it.

    What a recovery has brought back may not be understood yet.
    """
    for row in tx.acts(old.origin, covered, old.size):
        if not row.foreign:  # what folds to nothing is not said again
            say_again(tx, old, row.index, row.act)
    start = max(covered, old.understood)
    unread = tx.entries(old.origin, start, old.size)
    for index, act in seal.own_acts(node, tx, trust.load(tx, old.channel), old, start, unread):
        say_again(tx, old, index, act)
    tx.cut_entries(old.origin, covered)
    reset_count.cut(tx, old, covered)
    frontier = ended_tree.hashes(tx, old, covered, shown)
    ended = replace(old, state=LOG_ENDED, size=covered, frontier=frontier)
    tx.save_log(
        replace(ended, signed=min(old.signed, covered), understood=min(old.understood, covered))
    )
    register_records.touch(tx, f"cut|{old.origin}|{covered}".encode())


def say_again(tx: Tx, log: Log, index: int, act: Act) -> None:
    """Note that an act that a generation leaves out is to be said in it; register acts are not."""
    if act.matter.kind != exchange_acts.CHANNEL_KIND:
        recover.say_again(tx, log, index, act)


def offer(node: Node, party: str, origin: str) -> bool:
    """Note that a peer sends a generation that is not accepted here; True if it is plausible."""
    try:
        parsed = parse_origin(origin)
    except Fault:
        return False
    channel = register_channel(parsed)
    with node.store.write() as tx:
        of_party = [log for log in tx.logs(channel) if log.party == party]
        newest = max((log.generation for log in of_party), default=0)
        waiting = sum(log.state == LOG_OFFERED for log in of_party)
        is_later = newest < parsed.generation <= newest + LATER_MAX and waiting < OFFERED_MAX
        if parsed.party != party or not of_party or not is_later:
            return False
        state = LOG_OFFERED
        tx.save_log(Log(origin, channel, party, parsed.generation, own=False, state=state))
    node.alarms.raise_alarm(*offered(party, origin))
    return True


def offered(party: str, origin: str) -> tuple[str, str]:
    """Return the alarm, code and words, of a generation that waits to be accepted."""
    return (
        "exchange.generation.offered",
        f"{party} begins {origin}: compare by voice, then `comity recover accept`.",
    )


def register_channel(origin: Origin) -> str:
    """Return the path of an origin's channel."""
    return f"{origin.arrangement}/{origin.channel}"


def accept(node: Node, origin: str, entry_sha256: str, *, note: Note = _untold) -> str:
    """Accept a peer's new generation that was compared by voice; return the act's id.

    It is opened before the act is said: an own log that waits for what stands in it can say
    nothing until it is read.  Where it is open and no act of the own log says it, `accept` says
    it.  `note` is called with the log in the transaction that opens it, or else that says it.

    Raises:
        Fault: `exchange.generation.not-offered`, `exchange.generation.hash`; `store.*`;
            `exchange.log.not-open` if the own log can say nothing now: accept it once more then.
    """
    _require_sane_hash(entry_sha256)
    with node.store.write() as tx:
        log, entry = _to_accept(tx, node.party, origin, entry_sha256)
        is_offered = log.state == LOG_OFFERED
        if is_offered:
            _open(tx, log, entry)
            note(tx, log)
    node.alarms.clear(*offered(log.party, origin))
    codes = {"origin": origin, "entry": entry}
    act_id = node.act_id()
    name = register_records.split_channel(log.channel)[1]
    act = exchange_acts.register_act(act_id, exchange_acts.GENERATION_ACCEPTED, name, codes)
    said = append.Candidate(act, effects=lambda tx: None if is_offered else note(tx, log))
    append.append(node, log.channel, [said])
    return act_id


def _to_accept(tx: Tx, own_party: str, origin: str, entry_sha256: str) -> tuple[Log, str]:
    """Return a generation that waits for an officer, or for the act that says they accepted it.

    Beside it the digits of its first entries that were compared.
    """
    log = tx.log(origin)
    if log is not None and not log.own:
        accepted = tx.record(ACCEPTED, origin)
        if log.state == LOG_OFFERED:
            return log, entry_sha256
        is_same = isinstance(accepted, str) and entry_sha256[: len(accepted)] == accepted
        if is_same and not _is_said(tx, own_party, log):
            return log, str(accepted)
    raise Fault(
        code="exchange.generation.not-offered",
        what=f"No peer offers a generation {quoted(origin)} that is not accepted yet.",
        fix="Take its origin from the alarm or from `comity status`.",
    )


def _is_said(tx: Tx, own_party: str, log: Log) -> bool:
    """Whether an act of this node says that a generation is accepted."""
    matter = Matter(exchange_acts.CHANNEL_KIND, register_records.split_channel(log.channel)[1])
    return any(
        row.party == own_party and row.act.codes.get("origin") == log.origin
        for row in tx.acts_of(log.channel, matter)
        if row.act.tag == exchange_acts.GENERATION_ACCEPTED and not row.foreign
    )


def _open(tx: Tx, log: Log, entry_sha256: str) -> None:
    """Let a generation be mirrored and understood, and end those before it."""
    end_before(tx, log)
    accepted = [
        later
        for later in tx.logs(log.channel)
        if later.party == log.party and later.generation > log.generation
        if later.state != LOG_OFFERED
    ]
    tx.save_log(replace(log, state=LOG_ENDED if accepted else LOG_OPEN))
    tx.save_record(ACCEPTED, log.origin, entry_sha256)


def end_before(tx: Tx, log: Log) -> None:
    """End the earlier generations of a log, and give a row to those that never came here."""
    known = {
        before.generation: before for before in tx.logs(log.channel) if before.party == log.party
    }
    for number in range(min(known, default=log.generation), log.generation):
        origin = render_origin(replace_generation(parse_origin(log.origin), number))
        skipped = Log(origin, log.channel, log.party, number, own=log.own)
        tx.save_log(replace(known.get(number, skipped), state=LOG_ENDED))


def take_back(tx: Tx, channel: Trust, row: UnderstoodAct) -> None:
    """Accept anew what this node's own log says that it accepted: its home was restored.  Total."""
    of = tx.log(row.origin)
    if row.act.tag != exchange_acts.GENERATION_ACCEPTED or of is None or not of.own:
        return
    origin, entry = row.act.codes.get("origin", ""), row.act.codes.get("entry", "")
    log = tx.log(origin)
    if log is None and is_to_come(tx, of, origin):
        parsed = parse_origin(origin)
        log = Log(origin, channel.channel, parsed.party, parsed.generation, own=False)
        _open(tx, log, entry)
    elif log is not None and log.state == LOG_OFFERED and not log.own:
        _open(tx, log, entry)


def is_to_come(tx: Tx, log: Log, origin: str) -> bool:
    """Return whether a log that has no row can be a generation of another one of its channel.

    A later one may have been offered first, so what is below the newest counts as well.
    """
    try:
        parsed = parse_origin(origin)
    except Fault:
        return False
    known = [one.generation for one in tx.logs(log.channel) if one.party == parsed.party]
    is_here = register_channel(parsed) == log.channel and parsed.party != log.party
    return is_here and bool(known) and parsed.generation <= max(known) + LATER_MAX


def _require_sane_hash(text: str) -> None:
    if not _HEX.fullmatch(text):
        raise Fault(
            code="exchange.generation.hash",
            what=f"{quoted(text)} is not the beginning of a hash of at least 64 bits.",
            fix="Let the other party read at least 16 hexadecimal digits of the hash of its first "
            "two entries.",
        )


def require_accepted_entry(tx: Tx, origin: str, leaves: Sequence[bytes]) -> None:
    """Return if the first two entries of a log are those that were compared by voice, if any were.

    Raises:
        Fault: `exchange.generation.other-entry`.
    """
    accepted = tx.record(ACCEPTED, origin)
    if isinstance(accepted, str) and not first_hash(leaves).hex().startswith(accepted):
        raise Fault(
            code="exchange.generation.other-entry",
            what=f"The first entries of {origin} are not those that were compared by voice.",
            fix="Call the other party: somebody else may have its key. Or its machine was lost and "
            "an older image of it put back, which began this log anew: then let it begin one more "
            "with `comity recover begin`, and compare and accept that.",
        )
