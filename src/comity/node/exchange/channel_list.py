"""Which channels there are, with their parties and logs, as every surface lists them.

Floor: node.
"""

from dataclasses import dataclass

from comity.kernel.ijson import Json
from comity.node.base import register_records
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.exchange import abandoned_party, lost_channel


@dataclass(frozen=True, slots=True)
class Listed:
    """One channel.

    Attributes:
        path: `<arrangement>/<name>`.
        name: of the channel.
        parties: of its arrangement, in the order of their logs.
        logs: of every party; none where this node has forgotten the channel.
        given_up: parties for which nothing waits.
        left_out: parties that have the channel not any more, see `lost_channel`.
    """

    path: str
    name: str
    parties: tuple[str, ...]
    logs: tuple[Log, ...]
    given_up: tuple[str, ...]
    left_out: tuple[str, ...]


def listed(tx: Tx, own_party: str) -> list[Listed]:
    """Return every channel, by path."""
    paths = {log.channel for log in tx.logs() if "/" in log.channel}
    return [_listed(tx, own_party, path) for path in sorted({*paths, *lost_channel.forgotten(tx)})]


def _listed(tx: Tx, own_party: str, path: str) -> Listed:
    arrangement_id, name = register_records.split_channel(path)
    logs = tuple(tx.logs(path))
    writing = [log.party for log in logs]
    every = register_records.arrangement(tx, arrangement_id).party_ids()
    parties = tuple(dict.fromkeys([*writing, *every]))
    gone = (
        party
        for party in sorted(parties)
        if abandoned_party.in_channel(tx, path, party) is not None
    )
    left_out = lost_channel.lacking(tx, own_party, path)
    return Listed(path, name, parties, logs, tuple(gone), tuple(left_out))


def to_json(one: Listed) -> Json:
    """Return a channel for `--json` and over HTTP."""
    logs: list[Json] = [
        {"party": log.party, "origin": log.origin, "size": log.size, "state": log.state}
        for log in one.logs
    ]
    return {
        "channel": one.path,
        "name": one.name,
        "logs": logs,
        "given_up": [*one.given_up],
        "left_out": [*one.left_out],
    }
