r"""The local log: each domestic step as an entry of codes and salted hashes.

    comity/local/1\n
    {"at":1764000000000,"facts":{"officer":"<64 hex>"},"step":"release.released"}\n

It has the tree, heads and proofs of every other log, so an auditor outside the node can
cosign it.  What a hash stands for, and its salt, stay in a record of the store: an auditor
can be shown one fact without learning another.

Source: architecture section 5.
Floor: node.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.context import Node
from comity.node.exchange import logs
from comity.node.ports import Tx
from comity.node.profile import local_origin
from comity.node.rows import LOCAL_CHANNEL, Log

HEADER: Final = b"comity/local/1\n"
RECORD_KIND: Final = "local-fact"
SALT_BYTES: Final = 32

STEPS: Final = frozenset(
    {
        "officer.added",
        "officer.ended",
        "release.drafted",
        "release.approved",
        "release.released",
        "release.dropped",
        "release.appended",
        "matter.opened",
        "nation.approvals-set",
    }
)


def note(tx: Tx, node: Node, step: str, facts: Mapping[str, str]) -> None:
    """Append one step to the local log, in the transaction that takes it.

    Args:
        tx: a write.
        node: ours.
        step: one of `STEPS`.
        facts: what the step is about, in the clear; only salted hashes enter the log.
    """
    assert step in STEPS
    salts = {name: node.entropy(SALT_BYTES) for name in sorted(facts)}
    log = local_log(tx, node)
    entry = render(
        step,
        node.clock.now_ms(),
        {name: fact_sha256(salts[name], facts[name]) for name in salts},
    )
    kept: Json = {name: {"salt": salts[name].hex(), "value": facts[name]} for name in salts}
    tx.save_record(RECORD_KIND, f"{log.origin}#{log.size:012d}", kept)
    logs.append_entries(tx, log, [entry])


def render(step: str, at_ms: int, hashes: Mapping[str, str]) -> bytes:
    """Return the bytes of an entry."""
    return HEADER + ijson.render({"at": at_ms, "facts": dict(hashes), "step": step}) + b"\n"


def fact_sha256(salt: bytes, value: str) -> str:
    """Return the salted SHA-256 by which a fact stands in the log, hex."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


def local_log(tx: Tx, node: Node) -> Log:
    """Return the local log of this node, begun if there is none."""
    found = [log for log in tx.logs(LOCAL_CHANNEL) if log.own]
    if found:
        return max(found, key=lambda log: log.generation)
    begun = Log(local_origin(node.party), LOCAL_CHANNEL, node.party, generation=1, own=True)
    tx.save_log(begun)
    return begun
