"""What both homes hold after the storm, and whether it is all that was shown.

Floor: lab.
"""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.boot import home as homes
from comity.demo.pair_of_nodes import PairOfNodes, Side
from comity.kernel.fault import Fault
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.exchange import logs
from comity.node.operate import rebuild
from comity_lab.chaos.storm import Shown

_PAGE: Final = 4_096
QUIET_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class LogHeld:
    """One shared log as one home holds it.

    Attributes:
        party: its author.
        size: entries held.
        signed: signed by its author, or cosigned by its mirror.
        understood: opened and folded.
        root: of the whole tree, hex.
        leaves: leaf hashes, joined.
        acts: how often each act id stands in it.
        roots: at the sizes that were shown as received.
    """

    party: str
    size: int
    signed: int
    understood: int
    root: str
    leaves: bytes
    acts: Mapping[str, int]
    roots: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Held:
    """What one home holds.

    Attributes:
        logs: shared ones, by origin.
        digest: over all folded states.
        matters: how many there are.
        marks: sizes in the high-water file.
    """

    logs: Mapping[str, LogHeld]
    digest: str
    matters: int
    marks: Mapping[str, int]


def wait_until_quiet(nodes: PairOfNodes, seconds: float = QUIET_S) -> float:
    """Wait until each side has signed for everything of the other; return how long it took.

    Raises:
        Fault: `lab.chaos.stuck`.
    """
    began = time.monotonic()
    while True:
        waiting = [line for party in nodes.sides for line in _waiting(nodes, party)]
        if not waiting:
            return time.monotonic() - began
        if time.monotonic() - began > seconds:
            raise Fault(
                code="lab.chaos.stuck",
                what=f"After {seconds:.0f} s not everything is delivered: {'; '.join(waiting)}",
                fix="Keep the folder with --keep, and read the logs of both nodes.",
            )
        time.sleep(0.5)


def _waiting(nodes: PairOfNodes, party: str) -> list[str]:
    rows = nodes.run(party, "status")["logs"]
    return [
        f"{row['origin']} at {party}: {row['size']}, signed {row['signed']}, "
        f"understood {row['understood']}, {[d['last_error_code'] for d in row['deliveries']]}"
        for row in rows
        if "/" in row["channel"]
        if not row["size"] == row["signed"] == row["understood"]
        or any(d["cosigned"] < row["size"] for d in row["deliveries"])
    ]


def read(side: Side, shown: Mapping[str, Shown]) -> Held:
    """Read a home whose node has stopped.

    Args:
        side: whose home.
        shown: by party, for the sizes at which roots are asked for.
    """
    with homes.opened(side.home, side.environment) as found:
        node = found.home.node
        with node.store.read() as tx:
            shared = [log for log in tx.logs() if "/" in log.channel]
            held = {log.origin: _log(tx, log, shown[log.party]) for log in shared}
            digests = rebuild.digests(tx)
        marks = {origin: size for origin, (size, _) in node.highwater.marks().items()}
    return Held(held, rebuild.total(digests), len(digests), marks)


def _log(tx: Tx, log: Log, shown: Shown) -> LogHeld:
    acts: Counter[str] = Counter()
    for start in range(0, log.size, _PAGE):
        acts.update(row.act.id for row in tx.acts(log.origin, start, start + _PAGE))
    is_live = log.channel.endswith("/live")
    sizes = [size for size in shown.received if is_live and size <= log.size]
    return LogHeld(
        party=log.party,
        size=log.size,
        signed=log.signed,
        understood=log.understood,
        root=logs.stored_root(tx, log.origin, log.size).hex(),
        leaves=tx.leaves(log.origin, 0, log.size),
        acts=acts,
        roots={size: logs.stored_root(tx, log.origin, size).hex() for size in sizes},
    )


def judge(shown: Mapping[str, Shown], first: Held, second: Held) -> dict[str, bool]:
    """Return `{sentence: whether it held}`."""
    pairs = [(log, second.logs[origin]) for origin, log in first.logs.items()]
    once = {
        party: Counter(
            {k: n for one, _ in pairs if one.party == party for k, n in one.acts.items()}
        )
        for party in shown
    }
    same_acts = all(one.acts == other.acts for one, other in pairs)
    return {
        "every act shown as sent is in its author's log exactly once": all(
            once[party][act_id] == 1 for party, one in shown.items() for act_id in one.sent
        ),
        "no act stands twice in a log": all(
            count == 1 for counts in once.values() for count in counts.values()
        ),
        "every act is in both logs, with the same bytes": same_acts
        and all(one.leaves == other.leaves for one, other in pairs),
        "what was shown as received was never changed": all(
            held.roots.get(size) == root
            for pair in pairs
            for held in pair
            if held.roots
            for size, root in shown[held.party].received.items()
        ),
        "roots are equal on both sides": all(
            (one.size, one.root) == (other.size, other.root) for one, other in pairs
        ),
        "everything is signed for, and understood": all(
            log.size == log.signed == log.understood for pair in pairs for log in pair
        ),
        "folded states have the same digest": (first.digest, first.matters)
        == (second.digest, second.matters),
        "the high-water files are not behind": all(
            held.marks.get(origin, 0) == log.size
            for held in (first, second)
            for origin, log in held.logs.items()
        ),
    }


def is_clean(nodes: PairOfNodes, party: str) -> bool:
    """Return whether `fsck` finds nothing wrong in a home."""
    try:
        return nodes.run(party, "fsck")["clean"] is True
    except Fault:
        return False
