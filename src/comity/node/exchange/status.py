"""How a node stands: its logs, its mirrors, what is not delivered, and which side is at fault.

    report  ->  LogStatus for each log, own ones with a Delivery for each mirror

What of it is not in order, `soundness` says.

Sizes, lags and the outbox are the operator's: no content, no matter, no officer.

Floor: node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.finding import LINE, OWN, PEER
from comity.node.base.ports import Tx
from comity.node.base.rows import Head, Log
from comity.node.exchange import abandoned_party, logs, valid_cosignatures, witness
from comity.node.exchange.witness import Standing

DELIVERY: Final = "delivery"
SERVED: Final = "served"
"""Record kind, key `now`: what the serving process knows and others cannot see."""

NONE_DELIVERED: Final[Mapping[tuple[str, str], int]] = {}
MISSED_MS: Final = 3 * limits.HEARTBEAT_MS
_SIDES: Final = {
    "peer.unreachable": LINE,
    "peer.timeout": LINE,
    "peer.malformed-answer": LINE,
    "peer.unknown": PEER,
    "peer.certificate": PEER,
    "peer.turned-away": OWN,
    "clock.skewed": OWN,
    "highwater.behind": OWN,
    "log.damaged": OWN,
    "log.frozen": OWN,
}
"""By noun and problem of the code of the last error; whatever else a peer says is the peer's."""

_OWN_FLOORS: Final = ("keys.", "highwater.", "adapters.", "boot.", "node.store.")
"""Codes that begin so are of this node's keys, files and disks."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one mirror of an own log stands.

    Attributes:
        party: who mirrors.
        cosigned: how many entries it has signed for.
        cosigned_at_ms: when it signed last, by its clock; None if never.
        lag: entries that it has not signed for.
        acts: acts among them.
        oldest_ms: how long the oldest of those has been signed here, milliseconds.
        failures: tries that failed in a row.
        next_try_ms: when the next is, milliseconds since 1970 UTC; 0 if at once.
        last_error_code: of the last that failed, or "".
        last_error: in words.
        skew_ms: its clock less ours, or None if it was not heard.
        given_up_at_ms: when it was given up, or None: then nothing waits for it.
        unreceived: acts that it stored and has not signed a receipt for.
        unreceived_ms: how long the oldest of those has been stored, milliseconds.
    """

    party: str
    cosigned: int
    cosigned_at_ms: int | None
    lag: int
    acts: int
    oldest_ms: int
    failures: int
    next_try_ms: int
    last_error_code: str
    last_error: str
    skew_ms: int | None
    given_up_at_ms: int | None = None
    unreceived: int = 0
    unreceived_ms: int = 0


@dataclass(frozen=True, slots=True)
class LogStatus:
    """How one log stands.

    Attributes:
        origin: its name.
        channel: where.
        party: its author.
        own: whether this node writes it.
        state: `open`, `frozen`, `offered` or `ended`.
        size: entries held.
        signed: entries that are signed, or for another's log cosigned by this node.
        understood: entries that are opened and folded.
        root: of the signed entries, hex.
        head_at_ms: when the newest head was signed, by its author's clock; None if never.
        deliveries: own logs: one for each mirror.
        witnesses: own logs: one for each witness outside the parties.
        given_up_at_ms: when its author was given up, or None.
    """

    origin: str
    channel: str
    party: str
    own: bool
    state: str
    size: int
    signed: int
    understood: int
    root: str
    head_at_ms: int | None
    deliveries: tuple[Delivery, ...] = ()
    witnesses: tuple[Standing, ...] = ()
    given_up_at_ms: int | None = None


def report(node: Node) -> list[LogStatus]:
    """Return every log, in the order of the store."""
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        known = skews(tx)
        return [_log(node, tx, log, now_ms, known) for log in tx.logs()]


def side_of(error_code: str) -> str:
    """Return where the fault lies that ended a try to send: `own`, `peer` or `line`."""
    if error_code.startswith(_OWN_FLOORS):
        return OWN
    return _SIDES.get(".".join(error_code.split(".")[-2:]), PEER)


def to_json(row: LogStatus) -> Json:
    """Return a row for `--json`."""
    value: dict[str, Json] = {
        **asdict(row),
        "deliveries": [asdict(one) for one in row.deliveries],
        "witnesses": [asdict(one) for one in row.witnesses],
    }
    return value


def save_served(
    tx: Tx,
    skew_ms: Mapping[str, int],
    alarms: Sequence[tuple[str, str]],
    now_ms: int,
    delivered: Mapping[tuple[str, str], int] = NONE_DELIVERED,
) -> None:
    """Let other processes see what the serving one knows."""
    told: list[Json] = [[code, what] for code, what in alarms]
    skews: dict[str, Json] = {**skew_ms}
    lasts: dict[str, Json] = {_line(*line): at_ms for line, at_ms in delivered.items()}
    value: dict[str, Json] = {"alarms": told, "at_ms": now_ms, "skew_ms": skews}
    tx.save_record(SERVED, "now", {**value, "delivered": lasts})


def _line(origin: str, party: str) -> str:
    return f"{origin}|{party}"


def _served(tx: Tx) -> dict[str, Json]:
    value = tx.record(SERVED, "now")
    return value if isinstance(value, dict) else {}


def skews(tx: Tx) -> Mapping[str, int]:
    """Return `{party: its clock less ours}`, milliseconds, as the serving process measured it."""
    told = _served(tx).get("skew_ms")
    known = told if isinstance(told, dict) else {}
    return {party: skew for party, skew in known.items() if isinstance(skew, int)}


def delivered_at_ms(tx: Tx, origin: str, party: str) -> int:
    """Return when the serving process delivered an own log to a party last, or 0."""
    told = _served(tx).get("delivered")
    return _number(told.get(_line(origin, party))) if isinstance(told, dict) else 0


def alarms(tx: Tx) -> list[tuple[str, str]]:
    """Return the (code, what) of the alarms that stand in the serving process."""
    told = _served(tx).get("alarms")
    rows = told if isinstance(told, list) else []
    return [(str(row[0]), str(row[1])) for row in rows if isinstance(row, list)]


def _log(node: Node, tx: Tx, log: Log, now_ms: int, known: Mapping[str, int]) -> LogStatus:
    head = tx.newest_head(log.origin)
    row = LogStatus(
        origin=log.origin,
        channel=log.channel,
        party=log.party,
        own=log.own,
        state=log.state,
        size=log.size,
        signed=log.signed,
        understood=log.understood,
        root=logs.root_at(tx, log.origin, log.signed).hex(),
        head_at_ms=head.time_s * 1_000 if head else None,
        given_up_at_ms=_given_up_at_ms(tx, log, log.party),
    )
    if not log.own:
        return row
    others = sorted({other.party for other in tx.logs(log.channel) if not other.own})
    deliveries = tuple(_delivery(tx, log, party, now_ms, known) for party in others)
    return replace(row, deliveries=deliveries, witnesses=witness.standings(node, tx, log))


def _delivery(tx: Tx, log: Log, party: str, now_ms: int, known: Mapping[str, int]) -> Delivery:
    given = valid_cosignatures.newest(tx, trust.load(tx, log.channel), log.origin, party)
    cosigned = given.size if given else 0
    value = tx.record(DELIVERY, _line(log.origin, party))
    tries = value if isinstance(value, dict) else {}
    acts = tx.acts(log.origin, cosigned, log.size)
    first = first_head(tx, log.origin, acts[0].index + 1) if acts else None
    waiting, stored_ms = _unreceived(tx, log, party, cosigned)
    return Delivery(
        party=party,
        cosigned=cosigned,
        cosigned_at_ms=given.time_s * 1_000 if given else None,
        lag=log.size - cosigned,
        acts=len(acts),
        oldest_ms=max(now_ms - first.time_s * 1_000, 0) if first else 0,
        failures=_number(tries.get("failures")),
        next_try_ms=_number(tries.get("next_try_ms")),
        last_error_code=str(tries.get("last_error_code") or ""),
        last_error=str(tries.get("last_error") or ""),
        skew_ms=known.get(party),
        given_up_at_ms=_given_up_at_ms(tx, log, party),
        unreceived=waiting,
        unreceived_ms=max(now_ms - stored_ms, 0) if waiting else 0,
    )


def _unreceived(tx: Tx, log: Log, party: str, cosigned: int) -> tuple[int, int]:
    """Return how many acts a party stored and did not receive, and when it stored the oldest.

    An act counts from the first kept cosignature that covers it, by the clock of its mirror.
    """
    theirs = [one for one in tx.logs(log.channel) if one.party == party]
    receipts = [tx.newest_receipt(one.origin, log.origin) for one in theirs]
    covered = max((one.receipt.size for one in receipts if one is not None), default=0)
    acts = tx.acts(log.origin, covered, cosigned) if covered < cosigned else []
    given = tx.cosignature_at_least(log.origin, party, acts[0].index + 1) if acts else None
    return len(acts), given.time_s * 1_000 if given else 0


def _given_up_at_ms(tx: Tx, log: Log, party: str) -> int | None:
    found = abandoned_party.in_channel(tx, log.channel, party)
    return found.at_ms if found else None


def first_head(tx: Tx, origin: str, size: int) -> Head | None:
    """Return the head that first covered so many entries: its time is when they were signed."""
    covering = tx.head_at_least(origin, size)
    return tx.heads(origin, covering.size)[0] if covering else None


def signed_at_ms(tx: Tx, origin: str, index: int) -> int | None:
    """Return when a head first covered an entry, or None."""
    head = first_head(tx, origin, index + 1)
    return head.time_s * 1_000 if head else None


def _number(value: Json) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
