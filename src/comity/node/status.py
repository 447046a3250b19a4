"""How a node stands: its logs, its mirrors, what is not delivered, and which side is at fault.

    report  ->  LogStatus for each log, own ones with a Delivery for each mirror
    findings ->  what is not in order: own, peer or line

Sizes, lags and the outbox are the operator's: no content, no matter, no officer.

Floor: node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from comity.joint.arrangement import view
from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.node import register_records
from comity.node.context import Node
from comity.node.exchange import logs, revoked, witness
from comity.node.exchange.revoked import Crossing
from comity.node.exchange.witness import Standing
from comity.node.ports import Tx
from comity.node.rows import LOG_ENDED, LOG_OPEN, Head, Log

OWN: Final = "own"
PEER: Final = "peer"
LINE: Final = "line"

DELIVERY: Final = "delivery"
SERVED: Final = "served"
"""Record kind, key `now`: what the serving process knows and others cannot see."""

MISSED_MS: Final = 3 * limits.HEARTBEAT_MS
_SIDES: Final = {
    "peer.unreachable": LINE,
    "peer.timeout": LINE,
    "peer.malformed-answer": LINE,
    "peer.unknown": OWN,
    "peer.certificate": PEER,
    "clock.skewed": OWN,
    "highwater.behind": OWN,
    "log.damaged": OWN,
    "log.frozen": OWN,
}
"""By noun and problem of the code of the last error; whatever else a peer says is the peer's."""

_OWN_FLOORS: Final = ("keys.", "highwater.", "adapters.", "boot.", "node.store.")
"""Codes that begin so are of this node's keys, files and disks."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        about: a few words.
        is_good: whether it is in order; None where it cannot be known, or is no fault; what
            should be done all the same stands in `fix`.
        side: `own`, `peer` or `line`: where it is to be mended; "" if it is in order.
        what: one sentence.
        fix: the next step, or "".
    """

    about: str
    is_good: bool | None
    side: str
    what: str
    fix: str = ""


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


def report(node: Node) -> list[LogStatus]:
    """Return every log, in the order of the store."""
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        known = skews(tx)
        return [_log(tx, log, now_ms, known) for log in tx.logs()]


def findings(node: Node, rows: Sequence[LogStatus]) -> list[Finding]:
    """Return what a report and the cards say, good and bad."""
    now_ms = node.clock.now_ms()
    found = [finding for row in rows for finding in _of_log(row, now_ms)]
    with node.store.read() as tx:
        found += _of_cards(tx, node.party, now_ms)
        found += [_of_crossing(one, node.party) for one in revoked.standing(tx)]
        found += [
            Finding("alarm", is_good=False, side=OWN, what=f"{what} [{code}]")
            for code, what in alarms(tx)
        ]
    return [*found, *_of_high_water(node, rows)]


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


def finding_to_json(finding: Finding) -> Json:
    """Return a finding for `--json`."""
    value: dict[str, Json] = {**asdict(finding)}
    return value


def save_served(
    tx: Tx, skew_ms: Mapping[str, int], alarms: Sequence[tuple[str, str]], now_ms: int
) -> None:
    """Let other processes see what the serving one knows."""
    told: list[Json] = [[code, what] for code, what in alarms]
    skews: dict[str, Json] = {**skew_ms}
    tx.save_record(SERVED, "now", {"alarms": told, "at_ms": now_ms, "skew_ms": skews})


def _served(tx: Tx) -> dict[str, Json]:
    value = tx.record(SERVED, "now")
    return value if isinstance(value, dict) else {}


def skews(tx: Tx) -> Mapping[str, int]:
    """Return `{party: its clock less ours}`, milliseconds, as the serving process measured it."""
    told = _served(tx).get("skew_ms")
    known = told if isinstance(told, dict) else {}
    return {party: skew for party, skew in known.items() if isinstance(skew, int)}


def alarms(tx: Tx) -> list[tuple[str, str]]:
    """Return the (code, what) of the alarms that stand in the serving process."""
    told = _served(tx).get("alarms")
    rows = told if isinstance(told, list) else []
    return [(str(row[0]), str(row[1])) for row in rows if isinstance(row, list)]


def _log(tx: Tx, log: Log, now_ms: int, known: Mapping[str, int]) -> LogStatus:
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
    )
    if not log.own:
        return row
    others = sorted({other.party for other in tx.logs(log.channel) if not other.own})
    deliveries = tuple(_delivery(tx, log, party, now_ms, known) for party in others)
    return replace(row, deliveries=deliveries, witnesses=witness.standings(tx, log))


def _delivery(tx: Tx, log: Log, party: str, now_ms: int, known: Mapping[str, int]) -> Delivery:
    given = tx.newest_cosignature(log.origin, party)
    cosigned = given.size if given else 0
    value = tx.record(DELIVERY, f"{log.origin}|{party}")
    tries = value if isinstance(value, dict) else {}
    acts = tx.acts(log.origin, cosigned, log.size)
    first = first_head(tx, log.origin, acts[0].index + 1) if acts else None
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
    )


def first_head(tx: Tx, origin: str, size: int) -> Head | None:
    """Return the head that first covered so many entries: its time is when they were signed."""
    covering = tx.head_at_least(origin, size)
    return tx.heads(origin, covering.size)[0] if covering else None


def _of_log(row: LogStatus, now_ms: int) -> list[Finding]:
    about = f"log {row.origin}"
    if row.state not in {LOG_OPEN, LOG_ENDED}:
        return [_state_finding(row, about)]
    found = [_delivery_finding(row, one, now_ms) for one in row.deliveries]
    found += [_witness_finding(row, one) for one in row.witnesses]
    if not row.own and row.state == LOG_OPEN:
        is_fresh = row.head_at_ms is not None and now_ms - row.head_at_ms <= MISSED_MS
        found.append(
            Finding(
                f"mirror of {row.origin}",
                is_good=is_fresh,
                side="" if is_fresh else LINE,
                what=f"{row.signed} entries are mirrored and cosigned; "
                + ("the log signs every minute." if is_fresh else "its heads have ceased to come."),
                fix="" if is_fresh else "Look at the deliveries to that party, then ask it.",
            )
        )
    return found


def _state_finding(row: LogStatus, about: str) -> Finding:
    side = OWN if row.own else PEER
    return Finding(
        about,
        is_good=False,
        side=side,
        what=f"It is {row.state}: nothing is signed for it.",
        fix="See `comity freeze --help` and `comity thaw --help`.",
    )


def _delivery_finding(row: LogStatus, one: Delivery, now_ms: int) -> Finding:
    about = f"{row.origin} to {one.party}"
    if one.failures:
        side = side_of(one.last_error_code)
        next_s = max(one.next_try_ms - now_ms, 0) // 1_000
        return Finding(
            about,
            is_good=False,
            side=side,
            what=f"{one.acts} acts wait; {one.failures} tries failed, the next is in {next_s} s. "
            f"{one.last_error} [{one.last_error_code}]",
            fix=_FIXES[side],
        )
    if one.acts and one.oldest_ms > limits.HEARTBEAT_MS:
        return Finding(
            about,
            is_good=False,
            side=OWN,
            what=f"{one.acts} acts wait since {one.oldest_ms // 1_000} s and nothing was tried.",
            fix="Start `comity serve` on this home.",
        )
    return Finding(about, is_good=True, side="", what=f"{one.cosigned} entries are signed for.")


def _witness_finding(row: LogStatus, one: Standing) -> Finding:
    """What does not hold anything up is not bad: a witness that fails is unknown to be there."""
    about = f"{row.origin} and the witness {one.name}"
    if not one.failures:
        return Finding(about, is_good=True, side="", what=f"{one.cosigned} entries are cosigned.")
    return Finding(
        about,
        is_good=None,
        side="",
        what=f"{one.failures} tries failed; nothing waits for it. "
        f"{one.last_error} [{one.last_error_code}]",
    )


_FIXES: Final = {
    OWN: "Mend it on this node; what waits is sent by itself afterwards.",
    PEER: "Speak to the peer's operator; what waits is sent by itself afterwards.",
    LINE: "Check the line and the peer's address; what waits is sent by itself afterwards.",
}


def _of_cards(tx: Tx, own_party: str, now_ms: int) -> list[Finding]:
    found: list[Finding] = []
    for arrangement in register_records.arrangements(tx):
        for party in arrangement.party_ids():
            held = register_records.cards(tx, arrangement.id, party)
            if not held:
                continue
            newest = held[max(held)]
            days = (newest.not_after_ms - now_ms) // 86_400_000
            is_good = view.expiry_warning(newest, now_ms) is None
            side = OWN if party == own_party else PEER
            found.append(
                Finding(
                    f"card {newest.number} of {party}",
                    is_good=is_good,
                    side="" if is_good else side,
                    what=f"Its keys are good for {days} days."
                    if newest.not_after_ms > now_ms
                    else f"It expired {-days} days ago: peers believe its keys no more.",
                    fix="" if is_good else "Make the next one: `comity key rotate`.",
                )
            )
    return found


def _of_crossing(one: Crossing, own_party: str) -> Finding:
    return Finding(
        f"revocation of card {one.card} of {one.party}",
        is_good=False,
        side=OWN if one.party == own_party else PEER,
        what=one.words(),
        fix="Ask its officers by telephone which of these entries are theirs; if not all are, "
        "begin a new generation: `comity recover begin`.",
    )


def _of_high_water(node: Node, rows: Sequence[LogStatus]) -> list[Finding]:
    about = "high-water file"
    if not node.highwater.is_intact():
        return [
            Finding(
                about,
                is_good=False,
                side=OWN,
                what="It was not there or not whole: what was ever signed is known by peers alone.",
                fix="Let every peer be reached, or run `comity recover` with two officers.",
            )
        ]
    marks = node.highwater.marks()
    behind = [row.origin for row in rows if row.signed < marks.get(row.origin, (0, b""))[0]]
    if behind:
        return [
            Finding(
                about,
                is_good=False,
                side=OWN,
                what=f"It remembers more of {', '.join(behind)} than this home holds.",
                fix="Run `comity recover`: an old backup was restored here.",
            )
        ]
    return [Finding(about, is_good=True, side="", what="It is whole and agrees with the home.")]


def _number(value: Json) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
