"""A slow look through all that is stored while the node serves, and one before it is ready.

    scrub = Scrub(node)
    scrub.step()        one part: some hundred entries or matters, the records, the database

What it finds is an alarm until a later round finds it no more.  A large blob whose file is lost or
spoilt is put aside and fetched again from a partner who holds it, its own author's too.

Floor: node.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.finding import OWN, Finding
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, LOG_ENDED, Log
from comity.node.base.sentence import Sentence, say
from comity.node.exchange import blob_inventory, destroyed_blobs
from comity.node.operate.fsck import matters, private_keys, records, run
from comity.node.operate.fsck.report import Found, Problem

DAMAGED: Final = "node.scrub.damaged"
KEYS: Final = "node.scrub.keys-missing"
MARKS: Final = "node.scrub.marks-behind"
BODY: Final = "node.fsck.body"
_PART_BYTES: Final = 4 << 20

type Check = Callable[[], Found]


class Scrub:
    """One look after the other, for ever."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._parts: Iterator[Check] = iter(())
        self._before: set[str] = set()
        self._now: set[str] = set()

    def step(self) -> bool:
        """Check the next part; return whether it was the last of a round.

        Raises:
            Fault: of the stores, where they cannot be read; the next step goes on after it.
        """
        part = next(self._parts, None)
        if part is None:
            self._end_round()
            self._parts = self._round()
            return True
        found = part()
        for problem in found.problems:
            if problem.code == BODY and mend_blob(self._node, problem.where):
                continue
            self._tell(problem)
        return False

    def _round(self) -> Iterator[Check]:
        node = self._node
        yield partial(run.check_database, node)
        yield partial(records.check, node)
        yield partial(private_keys.check, node)
        parts: list[run.Part] = [*run.ranges(node), *matters.slices()]
        for part in parts:
            yield partial(run.check_part, node, part)

    def _tell(self, problem: Problem) -> None:
        what = f"{problem.where}: {problem.what}"
        self._now.add(what)
        self._node.alarms.raise_alarm(DAMAGED, what)

    def _end_round(self) -> None:
        for what in self._before - self._now:
            self._node.alarms.clear(DAMAGED, what)
        self._before, self._now = self._now, set()


def mend_blob(node: Node, sha256: str) -> bool:
    """Let a large blob come again whose file is lost or has other bytes; return whether it will.

    Raises:
        Fault: of the stores.
    """
    with node.store.read() as tx:
        named = tx.who_names(sha256)
        is_gone = destroyed_blobs.is_gone(tx, sha256)
        copied = tx.body(sha256)
    if is_gone or not named or (copied and hashlib.sha256(copied).hexdigest() != sha256):
        return False
    size = node.bodies.size_bytes(sha256)
    if size is not None and not _is_whole(node, sha256, size):
        node.bodies.drop(sha256)
        size = None
    if size is None:
        blob_inventory.note_lost_one(node, sha256)
    return size is None


def _is_whole(node: Node, sha256: str, size: int) -> bool:
    digest = hashlib.sha256()
    for at in range(0, size, _PART_BYTES):
        digest.update(node.bodies.read(sha256, at, min(at + _PART_BYTES, size)))
    return digest.hexdigest() == sha256


def look_before_ready(node: Node) -> None:
    """Tell of private keys that are missing, and of a high-water file that was cut or put back.

    A node that lacks keys serves nevertheless: it can be read, and gets what its partners hold.

    Raises:
        Fault: `node.store.*`.
    """
    try:
        lacking = private_keys.check(node).problems
    except Fault as fault:
        node.alarms.raise_alarm(KEYS, fault.what)
        lacking = []
    for problem in lacking:
        node.alarms.raise_alarm(KEYS, f"{problem.where}: {problem.what}")
    for origin in marks_behind(node):
        what = f"The high-water file remembers less of {origin} than a partner has cosigned."
        node.alarms.raise_alarm(MARKS, what)


def marks_behind(node: Node) -> list[str]:
    """Return the own logs of which the high-water file knows less than a partner has cosigned.

    A head is marked after it is committed and before it leaves, so a node that was killed between
    has one more than its file knows, and nothing is wrong.  What a partner has signed had left: the
    file was cut, or an older one was put in its place.
    """
    if not node.highwater.is_intact():
        return []  # told as such
    with node.store.read() as tx:
        own = [log for log in tx.logs() if log.own and log.state != LOG_ENDED]
        cosigned = {log.origin: _cosigned(node, tx, log) for log in own}
    marks = node.highwater.marks()  # after the rows: both grow meanwhile, the marks first
    return [origin for origin, size in cosigned.items() if marks.get(origin, (0, b""))[0] < size]


def _cosigned(node: Node, tx: Tx, log: Log) -> int:
    """Return the greatest size of an own log that another party has cosigned, as far as is held."""
    if log.channel == LOCAL_CHANNEL:
        return 0
    others = trust.load(tx, log.channel).arrangement.others(node.party)
    given = (tx.newest_cosignature(log.origin, party) for party in others)
    return max((one.size for one in given if one is not None), default=0)


def of_short(about: Sentence, origins: Sequence[str]) -> Finding:
    """Say that the high-water file knows less than the home."""
    return Finding(
        about,
        is_good=False,
        side=OWN,
        what=say(
            "It remembers less of {origins} than partners have cosigned: it was cut, or an older "
            "one was put in its place.",
            origins=", ".join(origins),
        ),
        fix=say("Look who changed it. Start `comity serve`: it marks again what is signed here."),
    )
