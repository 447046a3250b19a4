"""What the operator's monitoring hears of a node: a table of series, and one sample of all.

    SERIES            name, unit, labels and words of each
    ALERTS            when to wake somebody, over these series
    sample(node)      what they say now

No matter, officer or agency is in a label, and a partner only where the operator asked for it:
who talks to whom is sensitive.

Source: OpenMetrics 1.0, section "Metric Types"; Prometheus, "Alerting rules".
Floor: node.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.node.base import channel_records, register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, LOG_ENDED, LOG_OPEN
from comity.node.exchange import abandoned_party, status
from comity.node.exchange.status import LogStatus
from comity.node.operate import backup_age, health, readiness, write_latency

GAUGE: Final = "gauge"
COUNTER: Final = "counter"


@dataclass(frozen=True, slots=True)
class Series:
    """One series.

    Attributes:
        name: without the prefix `comity_`; its end is the unit, where it has one.
        words: what it says.
        labels: besides the partner.
        kind: `gauge` or `counter`.
        has_partner: whether it is told of each partner where the operator asked for that.
    """

    name: str
    words: str
    labels: tuple[str, ...] = ()
    kind: str = GAUGE
    has_partner: bool = False


SERIES: Final = (
    Series("ready", "1 while all moves that a node is for, else 0."),
    Series("part_silent", "1 for a part that has not moved for a minute.", ("part",)),
    Series("logs", "Logs that are held, by state.", ("purpose", "state")),
    Series("log_entries", "Entries that are held.", ("purpose", "side")),
    Series("log_unsigned_entries", "Own entries that no head of ours covers.", ("purpose",)),
    Series("log_not_understood_entries", "Entries that are not opened and folded.", ("purpose",)),
    Series(
        "undelivered_acts", "Acts that a partner has not signed for.", ("purpose",),
        has_partner=True,
    ),
    Series(
        "undelivered_oldest_seconds", "Age of the oldest of them.", ("purpose",), has_partner=True
    ),
    Series(
        "unreceived_acts", "Acts that a partner stored and has not read.", ("purpose",),
        has_partner=True,
    ),
    Series(
        "unreceived_oldest_seconds", "How long the oldest of them is stored there.", ("purpose",),
        has_partner=True,
    ),
    Series(
        "partner_silent_seconds", "Since a partner signed last: of all, the longest.",
        ("purpose",), has_partner=True,
    ),
    Series(
        "failing_mirrors", "Mirrors whose last try failed.", ("purpose", "side"), has_partner=True
    ),
    Series(
        "clock_skew_seconds", "How far a partner's clock is from ours, at most.", has_partner=True
    ),
    Series("witness_lag_entries", "Entries that a witness outside has not signed for, at most."),
    Series("card_ends_seconds", "Until the first card ends.", ("side",)),
    Series("alarms", "Alarms that stand.", ("code",)),
    Series("findings", "What `comity doctor` finds not in order, by whose it is.", ("side",)),
    Series("write_transactions", "Write transactions since the start.", kind=COUNTER),
    Series(
        "slow_write_transactions", "Those that held the writer for over 50 ms.", kind=COUNTER
    ),
    Series("longest_write_seconds", "The longest of them."),
    Series("backup_age_seconds", "Since a backup was made; none is told where none was."),
    Series("disk_free_bytes", "Free on the disk of the home."),
    Series("disk_reserve_bytes", "Of these, what is kept for the hotline."),
    Series("sampled_timestamp_seconds", "When all this was looked at."),
    Series("sample_seconds", "How long that look took."),
)  # fmt: skip
"""All of them, in the order in which they are told."""

BY_NAME: Final[Mapping[str, Series]] = {one.name: one for one in SERIES}


@dataclass(frozen=True, slots=True)
class Alert:
    """When to wake somebody.

    Attributes:
        name: of the alert.
        expression: in PromQL, over the series.
        minutes: for how long it is so.
        severity: `page`: at once, at night too; `ticket`: in office hours.
        words: what is wrong.
        step: what to do next.
    """

    name: str
    expression: str
    minutes: int
    severity: str
    words: str
    step: str


PAGE: Final = "page"
TICKET: Final = "ticket"

ALERTS: Final = (
    Alert(
        "ComityAway", 'up{job="comity"} == 0', 2, PAGE, "The node does not answer.",
        "Look at `journalctl -u comity`, and start it.",
    ),
    Alert(
        "ComityNotReady", "comity_ready == 0", 2, PAGE,
        "The node runs, and a part of it has not moved for a minute.",
        "Look at /ready for its name; systemd starts the node again where it watches it.",
    ),
    Alert(
        "ComityStale", "time() - comity_sampled_timestamp_seconds > 180", 1, PAGE,
        "What the node says of itself is over three minutes old.",
        "Look at its load and its disk; start it again.",
    ),
    Alert(
        "ComityHotlineUndelivered",
        'comity_undelivered_oldest_seconds{purpose="hotline"} > 60', 0, PAGE,
        "A call has waited a minute for a partner's node.",
        "Telephone that State; `comity status` names the partner and whose fault it is.",
    ),
    Alert(
        "ComityHotlineSilent", 'comity_partner_silent_seconds{purpose="hotline"} > 300', 2, PAGE,
        "A partner has not signed on the hotline for five minutes.",
        "Run `comity status`; telephone that State if it is not our line.",
    ),
    Alert(
        "ComityUndelivered", 'comity_undelivered_oldest_seconds{purpose!="hotline"} > 3600', 5,
        TICKET, "An act has waited an hour for a partner's node.",
        "`comity status` names the partner and whose fault it is.",
    ),
    Alert(
        "ComityNotRead", "comity_log_not_understood_entries > 0", 10, TICKET,
        "Entries have waited ten minutes to be read.", "Run `comity doctor`.",
    ),
    Alert(
        "ComityFrozen", 'comity_logs{state="frozen"} > 0', 0, PAGE,
        "A log is frozen: nothing is said in it.", "Run `comity doctor`: it says whose and why.",
    ),
    Alert(
        "ComityAlarm", "comity_alarms > 0", 1, TICKET, "An alarm stands.",
        "Look up its code in the list of errors, and run `comity doctor`.",
    ),
    Alert(
        "ComityCardEnds", "comity_card_ends_seconds < 14 * 86400", 60, TICKET,
        "A card ends within two weeks; then its owner is believed no more.",
        "Run `comity key rotate`, or ask that partner to.",
    ),
    Alert(
        "ComityClockSkewed", "comity_clock_skew_seconds > 60", 10, TICKET,
        "A partner's clock and ours differ by over a minute.",
        "Look whose is wrong; signing stops where they differ further.",
    ),
    Alert(
        "ComityWriterSlow",
        "increase(comity_slow_write_transactions_total[15m])"
        " > 0.01 * increase(comity_write_transactions_total[15m])", 15, TICKET,
        "One write in a hundred takes over 50 ms: the hotline waits for each.",
        "Look at the load of the machine and of its disk.",
    ),
    Alert(
        "ComityBackupOld", "comity_backup_age_seconds > 2 * 86400", 60, TICKET,
        "No backup was made for two days.", "Run `comity backup`, and look at its timer.",
    ),
    Alert(
        "ComityDiskLow", "comity_disk_free_bytes < 2 * comity_disk_reserve_bytes", 5, PAGE,
        "The disk of the home is nearly full: below the reserve only the hotline goes on.",
        "Free disk space.",
    ),
)  # fmt: skip
"""All of them."""

type Labels = tuple[str, ...]
"""Values of the labels of a series, in their order; the partner last, where one is told."""

type Sample = dict[str, dict[Labels, float]]
"""By name of series, and by its labels."""


@dataclass(frozen=True, slots=True)
class Disk:
    """Room on the disk of the home, in bytes."""

    free: int
    reserve: int


def sample(node: Node, disk: Disk, *, by_partner: bool) -> Sample:
    """Look at all once.

    Args:
        node: ours.
        disk: as the machine says.
        by_partner: whether partners are named.
    """
    now_ms = node.clock.now_ms()
    rows = status.report(node)
    found: Sample = {one.name: {} for one in SERIES}
    with node.store.read() as tx:
        purposes = {row.channel: _purpose(tx, row.channel) for row in rows}
        still = readiness.still(tx, now_ms)
        _count(found, Counter(code for code, _ in status.alarms(tx)), "alarms")
        _cards(found, tx, node.party, now_ms)
        _writes(found, tx)
        made_ms = backup_age.made_at_ms(tx)
    joint = [row for row in rows if row.channel != LOCAL_CHANNEL]
    _logs(found, joint, purposes)
    _mirrors(found, joint, purposes, now_ms, by_partner=by_partner)
    found["ready"][()] = float(not still)
    found["part_silent"] = {(part,): 1.0 for part in still}
    _count(found, Counter(one.side for one in health.findings(node, rows) if one.side), "findings")
    if made_ms is not None:
        found["backup_age_seconds"][()] = (now_ms - made_ms) / 1_000
    found["disk_free_bytes"][()] = disk.free
    found["disk_reserve_bytes"][()] = disk.reserve
    found["sampled_timestamp_seconds"][()] = now_ms / 1_000
    found["sample_seconds"][()] = (node.clock.now_ms() - now_ms) / 1_000
    return found


def _purpose(tx: Tx, channel: str) -> str:
    return "" if channel == LOCAL_CHANNEL else channel_records.purpose(tx, channel)


def _count(found: Sample, counts: Mapping[str, int], name: str) -> None:
    found[name] = {(key,): float(count) for key, count in sorted(counts.items())}


def _logs(found: Sample, rows: Iterable[LogStatus], purposes: Mapping[str, str]) -> None:
    for row in rows:
        purpose = purposes[row.channel]
        _add(found, "logs", (purpose, row.state), 1)
        _add(found, "log_entries", (purpose, "own" if row.own else "partner"), row.size)
        if row.state == LOG_OPEN:
            unsigned = row.size - row.signed if row.own else 0
            _add(found, "log_unsigned_entries", (purpose,), unsigned)
            _add(found, "log_not_understood_entries", (purpose,), row.size - row.understood)
    lags = [max(0, row.signed - one.cosigned) for row in rows for one in row.witnesses]
    if lags:
        found["witness_lag_entries"][()] = float(max(lags))


def _mirrors(
    found: Sample,
    rows: Sequence[LogStatus],
    purposes: Mapping[str, str],
    now_ms: int,
    *,
    by_partner: bool,
) -> None:
    for row in rows:
        for one in row.deliveries:
            if row.state == LOG_ENDED or one.given_up_at_ms is not None:
                continue
            partner = (one.party,) if by_partner else ()
            at = (purposes[row.channel], *partner)
            _add(found, "undelivered_acts", at, one.acts)
            _add(found, "unreceived_acts", at, one.unreceived)
            _raise(found, "undelivered_oldest_seconds", at, one.oldest_ms / 1_000)
            _raise(found, "unreceived_oldest_seconds", at, one.unreceived_ms / 1_000)
            if one.cosigned_at_ms is not None:
                _raise(
                    found, "partner_silent_seconds", at, max(0, now_ms - one.cosigned_at_ms) / 1_000
                )
            if one.skew_ms is not None:
                _raise(found, "clock_skew_seconds", partner, abs(one.skew_ms) / 1_000)
            if one.failures:
                side = status.side_of(one.last_error_code)
                _add(found, "failing_mirrors", (purposes[row.channel], side, *partner), 1)


def _cards(found: Sample, tx: Tx, own: str, now_ms: int) -> None:
    ends: defaultdict[str, list[int]] = defaultdict(list)
    for arrangement in register_records.arrangements(tx):
        for party in arrangement.party_ids():
            held = register_records.cards(tx, arrangement.id, party)
            if held and abandoned_party.of(tx, arrangement.id, party) is None:
                side = "own" if party == own else "partner"
                ends[side].append(held[max(held)].not_after_ms)
    for side, all_ms in ends.items():
        found["card_ends_seconds"][side,] = (min(all_ms) - now_ms) / 1_000


def _writes(found: Sample, tx: Tx) -> None:
    told = write_latency.load(tx)
    if told is not None:
        found["write_transactions"][()] = float(told.timing.count)
        found["slow_write_transactions"][()] = float(told.timing.over)
        found["longest_write_seconds"][()] = told.timing.longest_us / 1_000_000


def _add(found: Sample, name: str, labels: Labels, count: float) -> None:
    found[name][labels] = found[name].get(labels, 0.0) + count


def _raise(found: Sample, name: str, labels: Labels, value: float) -> None:
    found[name][labels] = max(found[name].get(labels, 0.0), value)
