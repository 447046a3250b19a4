"""What witnesses know of own logs: one that cosigned more than is here shows that the home is old.

    not asked since the start           nothing is signed, for as long as an answer is waited for
    out of reach, or says nothing       nothing waits for it
    says more than this home signed     nothing is signed until that is here again, or until two
                                        officers excuse the witness by name

Its word is no signature of ours: it raises no mark, convicts nobody and freezes nothing.

    record kind     key                value
    witness         <name>             {ca_file, logs, url, vkeys}, as the configuration says
    witness-ahead   <origin>|<name>    how many entries it says that it cosigned, over ours

Source: docs/spec/fault.md 9.1.11, 9.5; docs/adr/0040; C2SP tlog-witness.
Floor: node.
"""

from dataclasses import dataclass, field
from typing import Final

from comity.kernel.ijson import Json
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, Log, Witness
from comity.tlog import keys

KIND: Final = "witness"
AHEAD: Final = "witness-ahead"

PATIENCE_MS: Final = 15_000
"""A witness that takes longer is out of reach: whoever trickles bytes silences no node."""


@dataclass(slots=True)
class Asked:
    """What witnesses were asked since the start.

    Attributes:
        witnessed: (own origin, witness) pairs where it was asked how much it cosigned.
        awaited: `{(own origin, witness): since when}` a head waits for that.
    """

    witnessed: set[tuple[str, str]] = field(default_factory=set)
    awaited: dict[tuple[str, str], int] = field(default_factory=dict)


def witnesses(tx: Tx, log: Log | None = None) -> list[Witness]:
    """Return the witnesses of an own log, or all, by name."""
    found = [from_json(name, value) for name, value in sorted(tx.records(KIND).items())]
    if log is None:
        return found
    return [one for one in found if log.own and _name_of(log) in one.logs]


def to_json(one: Witness) -> Json:
    """Return a witness as a record."""
    return {
        "ca_file": one.ca_file,
        "logs": list(one.logs),
        "url": one.url,
        "vkeys": [keys.render(vkey) for vkey in one.vkeys],
    }


def from_json(name: str, value: Json) -> Witness:
    """Read back what `to_json` gave."""
    assert isinstance(value, dict)
    shown, named = value["vkeys"], value["logs"]
    assert isinstance(shown, list)
    assert isinstance(named, list)
    return Witness(
        name,
        tuple(keys.parse(str(one)) for one in shown),
        str(value["url"]),
        tuple(map(str, named)),
        str(value["ca_file"]),
    )


def is_asked(node: Node, log: Log, one: Witness) -> bool:
    """Return whether a witness was asked since the start how much of a log it cosigned."""
    return (log.origin, one.name) in node.session.of(Asked).witnessed


def is_awaited(node: Node, tx: Tx, log: Log, one: Witness) -> bool:
    """Return whether a log waits for a witness to be asked: it is asked by the newest head."""
    if is_asked(node, log, one) or tx.newest_head(log.origin) is None:
        return False
    now_ms = node.clock.now_ms()
    since_ms = node.session.of(Asked).awaited.setdefault((log.origin, one.name), now_ms)
    return 0 <= now_ms - since_ms < PATIENCE_MS  # our clock may go back


def note_asked(node: Node, log: Log, one: Witness) -> None:
    """Note that a witness was asked, and answered or is out of reach."""
    if not is_asked(node, log, one):
        node.session.of(Asked).witnessed.add((log.origin, one.name))
        node.wake(log.channel)  # its rounds could not sign until now


def ahead(node: Node, tx: Tx, log: Log, one: Witness) -> int:
    """Return how many entries a witness says that it cosigned, if they are not here; or 0.

    What the mark covers was signed here too: it comes back from beside it, or nothing is signed.
    """
    value = tx.record(AHEAD, _key(log.origin, one))
    size = value if isinstance(value, int) else 0
    if size <= log.signed or size <= node.highwater.marks().get(log.origin, (0, b""))[0]:
        return 0
    return size


def save_ahead(tx: Tx, origin: str, one: Witness, size: int) -> bool:
    """Note what a witness says of a log, 0 if nothing that is not here; return if that is new."""
    key = _key(origin, one)
    if (tx.record(AHEAD, key) or 0) == size:
        return False
    if size:
        tx.save_record(AHEAD, key, size)
    else:
        tx.drop_record(AHEAD, key)
    return True


def forget(tx: Tx, one: Witness) -> list[str]:
    """Drop what a witness said of any log; return of which it had said something."""
    said = [key.rpartition("|") for key in tx.records(AHEAD)]
    origins = [origin for origin, _, name in said if name == one.name]
    for origin in origins:
        tx.drop_record(AHEAD, _key(origin, one))
    return origins


def _key(origin: str, one: Witness) -> str:
    return f"{origin}|{one.name}"


def _name_of(log: Log) -> str:
    if log.channel == LOCAL_CHANNEL:
        return LOCAL_CHANNEL
    return register_records.split_channel(log.channel)[1]
