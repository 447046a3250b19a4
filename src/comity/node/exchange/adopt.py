"""Adopting the vocabulary that the program knows: what a node says without an officer.

    arrangement.version-adopted/1   codes version

A tag may be said once every party has adopted its version, in what the speaker has seen.

Source: docs/spec/entry.md 6.5, exchange.md 8.5.2; protocol rule 13.
Floor: node.
"""

from typing import Final

from comity.joint.exchange import acts as exchange_acts
from comity.kernel.inadmissible import Inadmissible
from comity.node import register_records
from comity.node.context import Node
from comity.node.exchange import append, excuse, logs, trust
from comity.node.exchange.trust import Trust
from comity.node.ports import Tx

OUTGROWN: Final = "exchange.vocabulary.older"


def adopted(tx: Tx, channel: Trust, party: str) -> int:
    """Return the version that a party has adopted in a channel, in all that is understood."""
    cut = {log.origin: log.understood for log in tx.logs(channel.channel)}
    return channel.register.version(party, cut)


def adopt(node: Node, channel: str) -> bool:
    """Say which version the program knows, where that is not said yet; return whether it was.

    Raises:
        Fault: as `append.append`.
    """
    with node.store.read() as tx:
        version = register_records.version(tx)
        if node.session.adopted.get(channel) == version:
            return False
        loaded = trust.load(tx, channel)
        own = logs.own_log(tx, channel)
        is_ready = append.is_ready(node, tx, channel)
        is_due = adopted(tx, loaded, node.party) < node.vocabulary.newest
        if is_ready and not is_due:
            node.session.adopted[channel] = version
        if not is_due or not is_ready or not excuse.may_sign(node, tx, own):
            return False
    act_id = node.act_id()
    act = exchange_acts.version_adopted(act_id, loaded.name, node.vocabulary.newest)

    def check(tx: Tx) -> Inadmissible | None:
        """Say it once, whichever process comes first."""
        if adopted(tx, trust.load(tx, channel), node.party) < node.vocabulary.newest:
            return None
        return Inadmissible(
            rule="arrangement.version-adopted",
            what="This version is adopted already.",
            fix="Say what it adds.",
        )

    (result,) = append.append(node, channel, [append.Candidate(act, check=check)], overtakes=True)
    return not isinstance(result, Inadmissible)


def is_outgrown(node: Node, tx: Tx, channel: str) -> bool:
    """Return whether this node has adopted more than its program knows: it was set back.

    Then nothing is understood: what the program does not know would fold to nothing here, and
    to something at the peer's.  Keeping, cosigning and reading go on.
    """
    version = adopted(tx, trust.load(tx, channel), node.party)
    if version <= node.vocabulary.newest:
        return False
    node.alarms.raise_alarm(
        OUTGROWN,
        f"{channel}: version {version} of the vocabulary is adopted; this program knows "
        f"{node.vocabulary.newest}.",
    )
    return True
