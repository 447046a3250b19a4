"""What this node had cosigned of a peer's log, where it lost its own memory of that.

At the start a peer gives back our newest cosignature of its log.  Two things follow, until
the mirror is there again: nothing smaller is cosigned, and nothing at an earlier time.

    record kind       key        value
    cosigned-before   <origin>   {size, time_s}

Source: docs/spec/fault.md 9.1; protocol rules 8, 9 and 21.
Floor: node.
"""

from typing import Final

from comity.acts import record
from comity.kernel.fault import Fault
from comity.node.base import channel_records, trust
from comity.node.base.context import Node
from comity.node.base.rows import Log, Mark
from comity.node.exchange import excuse, keep, logs, signing_guard
from comity.tlog import checkpoint, cosignature, note
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.note import Note

FALSE_ANSWER: Final = "exchange.start.false-answer"


def take_back(node: Node, log: Log, tree: tuple[int, bytes], lines: bytes) -> None:
    """Take what a peer gives back of our cosignatures; what our keys did not make is nothing.

    Of a channel that acts opened, such lines may be by keys of ours that are not back yet: the log
    is not cosigned before they were read.

    Args:
        node: ours.
        log: the peer's.
        tree: size and root that were cosigned.
        lines: the signature lines.

    Raises:
        Fault: `highwater.*`, `node.store.*`.
    """
    size, root = tree
    time_s = _time_s(node, log, tree, lines)
    unread = node.session.of(excuse.Start).unread
    if time_s is None:
        node.alarms.raise_alarm(FALSE_ANSWER, f"{log.origin}: not our cosignature.")
        if not channel_records.has_cards(log.channel):
            unread.add(log.origin)
        return
    unread.discard(log.origin)
    with node.store.read() as tx:
        held = logs.require_log(tx, log.origin)
        known = tx.newest_cosignature(log.origin, node.party)
    if known is None or (known.size, known.time_s) < (size, time_s):
        with node.store.write() as tx:
            signing_guard.save_before(tx, log.origin, size, time_s)
    if node.highwater.marks().get(log.origin, (0, b""))[0] < size:
        node.highwater.raise_all((Mark(log.origin, size, root, cosigned_s=time_s),))
    if held.size < size:
        signing_guard.tell_behind(node, log.origin, size, held.size)
    node.step("start.cosigned-taken-back")


def _time_s(node: Node, log: Log, tree: tuple[int, bytes], lines: bytes) -> int | None:
    """The one time of a cosignature that our own mirror keys made, or None."""
    size, root = tree
    if len(root) != record.ROOT_BYTES:
        return None
    with node.store.read() as tx:
        channel = trust.load(tx, log.channel)
    try:
        body = checkpoint.render_body(Checkpoint(log.origin, size, root))
        shown = Note(body, note.parse_signatures(lines))
    except Fault:
        return None
    # By keys before the ones in force as well: it says what was cosigned, whoever was told since.
    numbers = channel.unrevoked(node.party, log.origin, size)
    candidates = channel.mirror_verifiers(node.suite, node.party, log.origin, size, numbers)
    found = keep.verified_by_one(shown, candidates)
    times = {cosignature.time_of(line) for line in found or ()}
    return times.pop() if len(times) == 1 else None
