"""Entries that no honest node appends: sealed to some only, in another log's name, out of place.

    sealing.entries(node, tx, channel, act, shut_to="bb")    a void key entry, and what is under it

Floor: tests.
"""

from dataclasses import replace

from comity.acts import codec
from comity.acts.record import KEY_KIND, KeyEntry, Record
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.base.trust import Trust
from comity.node.exchange import append, logs, seal, sealer
from comity.node.exchange.seal import Found
from comity.seal import run
from comity.seal.header import FILE_KEY_BYTES, header_of, scan_header
from comity.seal.run import Run, SealKey
from comity.seal.stream import NONCE_BYTES


def key_entry(
    node: Node,
    now: Trust,
    numbers: tuple[int, ...],
    at: tuple[str, int],
    shut_to: str = "",
    lie: str = "",
) -> tuple[bytes, Run]:
    """Return a key entry, and its run; for one party the stanza may be junk.

    A `lie` is `order`, of the texts that it names, or `unheld`, of a text that nobody has.
    """
    parties = now.arrangement.party_ids()
    raws = [now.keys(party, n).seal for party, n in zip(parties, numbers, strict=True)]
    keys = [SealKey(raw, node.suite.recipient(raw)) for raw in raws]
    made = Run(node.entropy(run.SECRET_BYTES), *at)
    file_key, nonce = node.entropy(FILE_KEY_BYTES), node.entropy(NONCE_BYTES)
    texts = [*map(now.seal_text, parties, numbers)]
    if lie == "order":
        texts.reverse()
    if lie == "unheld":
        texts[-1] = "0" * 64
    said = KeyEntry(made.secret, tuple(texts))
    data = run.seal_ruled(codec.render_key(at[0], said), file_key, nonce, keys)
    if shut_to:
        header, size_bytes = scan_header(data)
        place, stanzas = parties.index(shut_to), [*header.stanzas]
        stanzas[place] = keys[place].recipient.wrap(node.entropy(FILE_KEY_BYTES), node.entropy)
        data = header_of(file_key, stanzas) + data[size_bytes:]
    return bytes((KEY_KIND,)) + made.root + data, made


def entries(
    node: Node, tx: Tx, channel: str, *said: Record, shut_to: str = "", inside: str = ""
) -> list[bytes]:
    """Return entries for the end of an own log, under a key entry of their own where it lies."""
    log, now = logs.own_log(tx, channel), trust.load(tx, channel)
    seen = append.seen_by_end(tx, log)
    if not shut_to and not inside:
        sealing = sealer.Sealer(node, tx, now, log, seen)
        for one in said:
            sealing.add(one)
        return sealing.entries
    numbers = sealer.cards_in_force(now, seen)
    key, made = key_entry(node, now, numbers, (log.origin, log.size), shut_to)
    return [
        key,
        *(
            bytes((codec.kind_of(one),))
            + made.seal(codec.render(inside or log.origin, one), place, node.entropy(NONCE_BYTES))
            for place, one in enumerate(said)
        ),
    ]


def put(
    node: Node, channel: str, *said: Record, shut_to: str = "", inside: str = "", read: bool = False
) -> Log:
    """Append records that nobody decided on to an own log; return it.

    Args:
        node: whose.
        channel: its path.
        said: what.
        shut_to: a party to whom the key entry is junk.
        inside: the origin that they name; "" for the true one.
        read: whether the node itself looks away from them.
    """
    with node.store.write() as tx:
        made = entries(node, tx, channel, *said, shut_to=shut_to, inside=inside)
        log = logs.append_entries(tx, logs.own_log(tx, channel), made)
        if read:
            log = replace(log, understood=log.size)
        tx.save_log(log)
    return log


def opened(node: Node, channel: str, origin: str, index: int, entry: bytes = b"") -> Found:
    """Return what an entry, or other bytes at its place, says to a node."""
    with node.store.read() as tx:
        raw = entry or tx.entries(origin, index, index + 1)[0]
        return seal.open_entry(node, tx, trust.load(tx, channel), (origin, index), raw)
