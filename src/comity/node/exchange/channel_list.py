"""Which channels there are, with their parties and logs, as every surface lists them.

Floor: node.
"""

from dataclasses import dataclass
from typing import Final

from comity.joint.arrangement.channel import Terms
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base import channel_records, register_records
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.exchange import abandoned_party, channel_end, lost_channel

WAITING: Final = "waiting"
OPEN: Final = "open"
ENDED: Final = "ended"


@dataclass(frozen=True, slots=True)
class Listed:
    """One channel.

    Attributes:
        path: `<arrangement>/<name>`.
        terms: its name, its purpose and the matter that it serves.
        parties: of its arrangement, in the order of their logs.
        logs: of every party; none where it is not open, or this node has forgotten it.
        state: waiting, open or ended.
        waiting_for: parties that have not opened it on these terms.
        ended_by: who ended it, or "".
        reason: why, a code, or "".
        sets: how many sets of keys each party has shown; none where they stand on cards.
        given_up: parties for which nothing waits.
        left_out: parties that have the channel not any more, see `lost_channel`.
    """

    path: str
    terms: Terms
    parties: tuple[str, ...]
    logs: tuple[Log, ...]
    state: str
    waiting_for: tuple[str, ...]
    ended_by: str
    reason: str
    sets: dict[str, int]
    given_up: tuple[str, ...]
    left_out: tuple[str, ...]


def listed(tx: Tx, own_party: str) -> list[Listed]:
    """Return every channel, by path."""
    paths = {log.channel for log in tx.logs() if "/" in log.channel}
    paths |= {key.rpartition("/")[0] for key in tx.records(channel_records.KIND)}
    return [_listed(tx, own_party, path) for path in sorted({*paths, *lost_channel.forgotten(tx)})]


def named(tx: Tx, name: str, arrangement: str = "") -> str:
    """Return the path of a channel by that, or by its name where only one has it.

    Args:
        tx: reads.
        name: of the channel, or its path.
        arrangement: in which it is, or "" where that is clear.

    Raises:
        Fault: `exchange.channel.unknown`.
    """
    paths = {log.channel for log in tx.logs() if "/" in log.channel}
    wanted = {name, f"{arrangement}/{name}"}
    split = {path: register_records.split_channel(path) for path in paths}
    found = [
        path
        for path, (of, called) in split.items()
        if path in wanted or (called == name and arrangement in ("", of))
    ]
    if len(found) != 1:
        raise Fault(
            code="exchange.channel.unknown",
            what=f"{len(found)} open channels of this node are called {quoted(name)}.",
            fix="Name one by its path, as `comity channel list` shows it.",
        )
    return found[0]


def _listed(tx: Tx, own_party: str, path: str) -> Listed:
    arrangement_id = register_records.split_channel(path)[0]
    logs = tuple(tx.logs(path))
    writing = [log.party for log in logs]
    every = register_records.arrangement(tx, arrangement_id).party_ids()
    parties = tuple(dict.fromkeys([*writing, *every]))
    said = channel_records.terms_by_party(tx, path)
    on_card = channel_records.terms(tx, path)
    terms = on_card if logs else said.get(own_party, next(iter(said.values()), on_card))
    end = channel_end.of(tx, path)
    return Listed(
        path,
        terms,
        parties,
        logs,
        ENDED if end else OPEN if logs else WAITING,
        () if logs else tuple(one for one in every if said.get(one) != terms),
        end.party if end else "",
        end.act.codes.get("reason", "") if end else "",
        {one: len(sets) for one, sets in channel_records.sets(tx, path, every).items()},
        tuple(
            one for one in sorted(parties) if abandoned_party.in_channel(tx, path, one) is not None
        ),
        tuple(lost_channel.lacking(tx, own_party, path)),
    )


def to_json(one: Listed) -> Json:
    """Return a channel for `--json` and over HTTP."""
    logs: list[Json] = [
        {"party": log.party, "origin": log.origin, "size": log.size, "state": log.state}
        for log in one.logs
    ]
    matter = one.terms.matter
    return {
        "channel": one.path,
        "name": one.terms.name,
        "purpose": one.terms.purpose,
        "matter": {"kind": matter.kind, "id": matter.id} if matter else None,
        "state": one.state,
        "waiting_for": [*one.waiting_for],
        "ended_by": one.ended_by,
        "reason": one.reason,
        "key_sets": {**one.sets},
        "logs": logs,
        "given_up": [*one.given_up],
        "left_out": [*one.left_out],
    }
