"""Who may read a body that is held here: whoever has it, and whom one that has it tells.

    record kind   key                value
    given-body    <sha256>|<party>   true: its bytes came from that party, or from where that
                                     party may read them, and no entry of it names them yet

A hash is no secret: it stands in disclosed proofs, and a text can be guessed.  So an entry
that names a body shows nothing of who may read it.  A naming *counts* where its author has the
body: it is our own, its author gave the bytes, or they may be read in a channel of its
author.  `NamedBody.held` says that the bytes are here and the naming counts; the parties of
its channel may read the body then, and everybody else is told nothing.

A record lives from when the bytes come until an entry names them; what came and was never
named is cleared with it (see `unclaimed_blobs`).

Source: protocol rules 6, 15 and 16; docs/spec/wire.md 7.5.5; docs/spec/exchange.md 8.3.7.
Floor: node.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from comity.node.base.ports import Tx
from comity.node.base.rows import NamedBody

GIVEN: Final = "given-body"


def note_given(tx: Tx, sha256: str, party: str) -> None:
    """Note that a party has a body: of ours, that this node has it in its own right."""
    tx.save_record(GIVEN, f"{sha256}|{party}", True)  # noqa: FBT003 -- a JSON value


def is_given(tx: Tx, sha256: str, party: str) -> bool:
    """Return whether a party gave a body that no entry of it names yet."""
    return tx.record(GIVEN, f"{sha256}|{party}") is not None


def drop_given(tx: Tx, sha256: str, party: str) -> None:
    """Forget that a party gave a body, if that is known."""
    if is_given(tx, sha256, party):
        tx.drop_record(GIVEN, f"{sha256}|{party}")


def is_given_by_any(tx: Tx, sha256: str) -> bool:
    """Return whether anybody, or this node, has a body that it does not name yet."""
    first = next(iter(tx.records(GIVEN, after=f"{sha256}|", count_max=1)), "")
    return first.startswith(f"{sha256}|")


def drop_every_given(tx: Tx, sha256: str) -> None:
    """Forget who gave a body: its bytes are not here any more."""
    for key in [*tx.records(GIVEN, after=f"{sha256}|")]:
        if not key.startswith(f"{sha256}|"):
            break
        tx.drop_record(GIVEN, key)


def note_named(tx: Tx, rows: Iterable[NamedBody]) -> None:
    """Forget who gave what entries of that party now name: their rows say it from now on."""
    for row in rows:
        if row.held:
            drop_given(tx, row.sha256, author_of(row.origin))


def author_of(origin: str) -> str:
    """Return the party that writes a log."""
    return origin.partition("/")[0]


def may_have(tx: Tx, sha256: str, party: str) -> bool:
    """Return whether a party gave a body, or may read it here."""
    return is_given(tx, sha256, party) or may_read(tx, sha256, party)


def may_read(tx: Tx, sha256: str, party: str, log_sha256: str = "") -> bool:
    """Return whether a naming that counts stands in a channel of a party.

    Args:
        tx: a view of the store.
        sha256: of the body.
        party: who asks.
        log_sha256: of the origin of a log, in hex: only in that log's channel; "" for any.
    """
    channels = {_channel(tx, row) for row in tx.who_names(sha256) if _counts(tx, row)}
    return any(
        party in parties and (not log_sha256 or log_sha256 in logs)
        for parties, logs in (_audience(tx, channel) for channel in channels if channel)
    )


def due(tx: Tx, sha256: str) -> list[NamedBody]:
    """Return the namings of a body that count and are not noted so; its bytes must be here."""
    rows = tx.who_names(sha256)
    waiting = [row for row in rows if not row.held]
    if not waiting:
        return []
    authors = {author_of(row.origin) for row in waiting}
    having = {party for party in authors if is_given(tx, sha256, party)}
    seen: set[str] = set()
    while True:
        counted = [r for r in rows if _counts(tx, r) or author_of(r.origin) in having]
        new = {_channel(tx, row) for row in counted} - seen - {""}
        if not new:
            return [row for row in counted if not row.held]
        seen |= new
        for channel in new:
            having |= _audience(tx, channel)[0]


def _counts(tx: Tx, row: NamedBody) -> bool:
    log = tx.log(row.origin)
    return log is not None and (row.held or log.own)


def _channel(tx: Tx, row: NamedBody) -> str:
    log = tx.log(row.origin)
    return log.channel if log else ""


def _audience(tx: Tx, channel: str) -> tuple[set[str], set[str]]:
    """Return the parties of a channel, and the SHA-256 of its logs' origins in hex."""
    logs = tx.logs(channel)
    return {log.party for log in logs}, {_digest(log.origin) for log in logs}


def _digest(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()
