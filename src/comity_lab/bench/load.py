"""Acts as the bench sends them: a request with 2 KiB of text, appended in groups.

Floor: lab.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from comity.acts.record import NEEDED, Addressee, Blob, Office
from comity.boot import home as homes
from comity.demo.pair_of_nodes import Side
from comity.joint.request import acts
from comity.joint.request.acts import Asked, Saying
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.exchange.append import Appended, Candidate, append
from comity.node.exchange.logs import own_log
from comity.seal.symmetric import seal_blob

TEXT: Final = ("Please preserve the records named here; the order follows. " * 40).encode()[:2048]


@dataclass(frozen=True, slots=True)
class Desk:
    """A process of officers beside the one that serves: it appends, it never signs.

    Attributes:
        node: over the home's own store.
        channel: path of the channel.
        agency: who speaks.
        peer: who is asked.
    """

    node: Node
    channel: str
    agency: str
    peer: str

    def append(self, count: int) -> list[Appended]:
        """Append that many requests in one transaction."""
        results = append(self.node, self.channel, [self.candidate() for _ in range(count)])
        appended = [one for one in results if isinstance(one, Appended)]
        assert len(appended) == count
        return appended

    def candidate(self) -> Candidate:
        """Return one more act to append."""
        key = os.urandom(32)
        body = seal_blob(TEXT, key, os.urandom)
        sha256 = hashlib.sha256(body).hexdigest()
        media = "text/plain"
        blob = Blob(sha256, key, len(body), media, "texts", NEEDED, "TLP:AMBER")
        saying = Saying(self.node.act_id(), Office(self.agency), blobs=(blob,))
        asked = Asked(type="preservation", urgency="routine", items=("one",), elements=())
        to = (Addressee(self.peer),)
        return Candidate(acts.submitted(saying, self.node.party, to, asked), {sha256: body})

    def cosigned(self) -> int:
        """Return how many of our entries the peer has signed for."""
        with self.node.store.read() as tx:
            newest = tx.newest_cosignature(own_log(tx, self.channel).origin, self.peer)
        return newest.size if newest else 0

    def size(self) -> int:
        """Return how many entries our log has."""
        with self.node.store.read() as tx:
            return own_log(tx, self.channel).size

    def has_receipt(self, appended: Appended) -> bool:
        """Return whether the peer's receipt for an act has come back and was understood."""
        with self.node.store.read() as tx:
            others = [log for log in tx.logs(self.channel) if log.party == self.peer]
            return any(
                tx.first_receipt(log.origin, appended.origin, appended.index + 1) for log in others
            )

    def wait(self, size: int, seconds: float) -> None:
        """Wait until the peer has signed for that many entries.

        Raises:
            Fault: `lab.bench.stuck`.
        """
        end = time.monotonic() + seconds
        while (held := self.cosigned()) < size:
            if time.monotonic() > end:
                raise Fault(
                    code="lab.bench.stuck",
                    what=f"The peer has signed for {held} of {size} entries.",
                    fix="Read the logs of both nodes in the folder given with --keep.",
                )
            time.sleep(0.005)


@contextmanager
def desk(side: Side, channel: str, peer: str) -> Iterator[Desk]:
    """Open a home as a second process beside its `serve`."""
    with homes.opened(side.home, side.environment) as found:
        yield Desk(found.home.node, channel, side.state.agency[0], peer)
