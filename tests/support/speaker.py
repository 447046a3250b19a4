"""A process beside `serve` that speaks in two channels at once, and says on stdout what it said.

    said <id>                 the append has returned

It is started as `python FILE HOME AGENCY PEER CHANNEL…`, speaks one by one and in groups, with
bodies small and large, answers what it is asked, and ends when its standard input does.

Floor: tests.
"""

import os
import select
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from comity.acts.record import NEEDED, Addressee, Blob, Office
from comity.boot import home as homes
from comity.joint.request import acts
from comity.joint.request.acts import KIND, About, Asked, Saying
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.exchange import logs
from comity.node.exchange.append import Candidate, append
from comity.seal import symmetric

GROUP_MAX: Final = 24
"""Acts of one append; most are alone, since those are answered in the same request."""

AHEAD_MAX: Final = 128
"""It waits while the peer is behind by more."""

PAUSE_S: Final = (0.0, 0.08)
LARGE_BYTES: Final = limits.ROW_BLOB_BYTES_MAX + 4_096
SMALL_BYTES: Final = 512


class Speaker:
    """Who speaks in one channel.

    Args:
        node: over the home's own store.
        channel: its path.
        agency: who speaks.
        peer: who is asked.
        chance: how much is said, and how.
    """

    def __init__(self, node: Node, channel: str, agency: str, peer: str, chance: Random) -> None:
        self._node = node
        self._channel = channel
        self._agency = agency
        self._peer = peer
        self._chance = chance
        self._answered = 0

    def say(self) -> list[str]:
        """Say something, or nothing if the peer is far behind; return the ids.

        Raises:
            Fault: as `append`.
        """
        if self._is_far():
            return []
        count = 1 if self._chance.random() < 0.8 else self._chance.randint(2, GROUP_MAX)
        candidates = [*self._answers(), *(self._asks() for _ in range(count))]
        append(self._node, self._channel, candidates)
        return [one.act.id for one in candidates]

    def _is_far(self) -> bool:
        with self._node.store.read() as tx:
            log = logs.own_log(tx, self._channel)
            newest = tx.newest_cosignature(log.origin, self._peer)
        return log.size - (newest.size if newest else 0) > AHEAD_MAX

    def _asks(self) -> Candidate:
        blob, here = self._body()
        asked = Asked(type="preservation", urgency="routine", items=("one",), elements=())
        saying = Saying(self._node.act_id(), Office(self._agency), blobs=(blob,))
        to = (Addressee(self._peer),)
        return Candidate(acts.submitted(saying, self._node.party, to, asked), here)

    def _body(self) -> tuple[Blob, dict[str, bytes]]:
        is_large = self._chance.random() < 0.02
        key = os.urandom(symmetric.KEY_BYTES)
        plain = os.urandom(LARGE_BYTES if is_large else SMALL_BYTES)
        stored = symmetric.seal_blob(plain, key, os.urandom)
        sha256 = symmetric.blob_address(stored).hex()
        blob = Blob(sha256, key, len(stored), "text/plain", "texts", NEEDED, "TLP:AMBER")
        if not is_large:
            return blob, {sha256: stored}
        self._node.bodies.stage(sha256, 0, stored)
        self._node.bodies.commit(sha256)
        return blob, {}

    def _answers(self) -> Iterator[Candidate]:
        """Acknowledge some of what came since."""
        with self._node.store.read() as tx:
            theirs = next(log for log in tx.logs(self._channel) if log.party == self._peer)
            rows = tx.acts(theirs.origin, self._answered, theirs.understood)
        self._answered = theirs.understood
        for row in rows[-4:]:
            if row.act.matter.kind == KIND and row.act.tag == acts.SUBMITTED:
                saying = Saying(self._node.act_id(), Office(self._agency), own_reference="ours")
                about = About(row.act.matter.id, row.act.id, self._peer)
                yield Candidate(acts.acknowledged(saying, about))


def main(home: str, agency: str, peer: str, *channels: str) -> None:
    """Speak until standard input ends."""
    chance = Random()  # noqa: S311 -- how much is said is no secret
    with homes.opened(Path(home), os.environ) as found:
        node = found.home.node
        speakers = [Speaker(node, one, agency, peer, chance) for one in channels]
        while not select.select([sys.stdin], [], [], chance.uniform(*PAUSE_S))[0]:
            try:
                said = chance.choice(speakers).say()
            except Fault as fault:
                sys.stderr.write(f"{fault.code}: {fault.what}\n")
                continue
            os.write(sys.stdout.fileno(), "".join(f"said {one}\n" for one in said).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
