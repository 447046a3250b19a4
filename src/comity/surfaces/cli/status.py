"""`comity status` and `comity doctor`: how a node stands, and which side is at fault.

Floor: surfaces.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from comity.kernel.ijson import Json
from comity.node.base import finding
from comity.node.base.finding import Finding
from comity.node.base.rows import LOCAL_CHANNEL
from comity.node.exchange import status
from comity.node.exchange.status import Delivery, LogStatus
from comity.node.exchange.witness import Standing
from comity.node.operate import claims, findings, health, nation_findings, write_latency
from comity.node.operate.claims import Claims
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
    Program,
    Subparsers,
    add_home,
    add_json,
)

_DAY_MS = 86_400_000
_MARKS = {True: "ok  ", False: "BAD ", None: "?   "}


def add_parser(subparsers: Subparsers) -> None:
    """Add both commands."""
    shown = subparsers.add_parser(
        "status",
        help="logs, mirrors and what is not delivered",
        description="Show each log and mirror with size, root, last cosignature and lag, what is "
        "not delivered with its age, next try and last error, which side is at fault, the "
        "entries that a party rejects and the claims that others contradict, and how long write "
        "transactions took.",
    )
    shown.set_defaults(run=run_status)
    doctor = subparsers.add_parser(
        "doctor",
        help="check this node, its machine and its peers",
        description="Check what status shows, and the machine: permissions, encryption of the "
        "disk, room, clock, ports and the database.  Exits 1 if anything is not in order.",
    )
    doctor.set_defaults(run=run_doctor)
    for parser in (shown, doctor):
        add_home(parser)
        add_json(parser)


def run_status(program: Program, options: argparse.Namespace) -> int:
    """Show how the node stands."""
    with program.open_to_mend(options.home) as home:
        rows = status.report(home.node)
        party = home.node.party
        seen = claims.read(home.node)
        found = [*findings.findings(home.node, rows), *claims.findings(seen)]
        with home.node.store.read() as tx:
            measured = write_latency.load(tx)
            found.append(nation_findings.finding(tx))
    bad = [one for one in found if one.is_good is False or (one.is_good is None and one.fix)]
    logs: list[Json] = [status.to_json(row) for row in rows]
    faults: list[Json] = [finding.finding_to_json(one) for one in bad]
    program.show(
        {
            "party": party,
            "logs": logs,
            "findings": faults,
            "transactions": write_latency.to_json(measured),
            **claims.to_json(seen),
        },
        "\n".join(
            [
                *_log_lines(rows, program.now_ms()),
                *_dispute_lines(seen),
                *([write_latency.words(measured.timing)] if measured else []),
                *_finding_lines(bad),
            ]
        )
        or "No log yet: `comity pair offer` begins an exchange.",
    )
    return EXIT_OK


def run_doctor(program: Program, options: argparse.Namespace) -> int:
    """Check everything that can be checked from here."""
    with program.open_to_mend(options.home) as home:
        rows = status.report(home.node)
        found = [*program.doctor(home), *health.findings(home.node, rows)]
    values: list[Json] = [finding.finding_to_json(one) for one in found]
    is_good = all(one.is_good is not False for one in found)
    program.show({"is_good": is_good, "findings": values}, "\n".join(_finding_lines(found)))
    return EXIT_OK if is_good else EXIT_REFUSED


def _log_lines(rows: Sequence[LogStatus], now_ms: int) -> list[str]:
    lines: list[str] = []
    for row in rows:
        kind = "log" if row.own else "mirror"
        is_local = row.channel == LOCAL_CHANNEL
        sizes = f"  size {row.size}  signed {row.signed}"
        lines.append(f"{kind}  {row.origin}  {row.state}{'  (domestic)' if is_local else ''}")
        lines.append(sizes if is_local else f"{sizes}  understood {row.understood}")
        lines.append(f"  root {row.root}  head {_ago(row.head_at_ms, now_ms)}")
        for one in row.deliveries:
            lines += _delivery_lines(one, row.signed, now_ms)
        for witness in row.witnesses:
            lines += _witness_lines(witness, now_ms)
    return lines


def _witness_lines(one: Standing, now_ms: int) -> list[str]:
    signed = f"cosigned {one.cosigned}, {_ago(one.cosigned_at_ms, now_ms)}"
    lines = [f"  witness {one.name}: {signed}"]
    if one.ahead:
        held = "excused by two officers" if one.is_excused else "nothing is signed meanwhile"
        lines.append(f"    says that it cosigned {one.ahead}, which are not all here: {held}")
    if one.failures:
        lines.append(f"    {one.failures} failures, next try {_at(one.next_try_ms)}")
        lines.append(f"    {one.last_error} [{one.last_error_code}]")
    return lines


def _delivery_lines(one: Delivery, signed: int, now_ms: int) -> list[str]:
    given = f"cosigned {one.cosigned}, {_ago(one.cosigned_at_ms, now_ms)}"
    lines = [f"  to {one.party}: {given}; lag {one.lag}"]
    if one.given_up_at_ms is not None:
        days = max(now_ms - one.given_up_at_ms, 0) // _DAY_MS
        lines.append(f"    given up {days} days ago: not called, and nothing waits for it")
    if one.acts:
        is_signed = one.cosigned < signed  # one that is signed as it is sent has no age yet
        age = f"the oldest for {one.oldest_ms // 1000} s" if is_signed else "not signed yet"
        lines.append(f"    {one.acts} acts not delivered, {age}")
    if one.unreceived:
        age = f"the oldest for {one.unreceived_ms // 1000} s"
        lines.append(f"    {one.unreceived} acts stored there and not received, {age}")
    if one.failures:
        lines.append(f"    {one.failures} failures, next try {_at(one.next_try_ms)}")
        lines.append(f"    {one.last_error} [{one.last_error_code}]")
    if one.skew_ms is not None:
        lines.append(f"    its clock less ours: {one.skew_ms} ms")
    return lines


def _dispute_lines(seen: Claims) -> list[str]:
    lines = [f"disputed  {one.kind}  by {one.party}: {claims.words(one)}" for one in seen.disputed]
    more = seen.disputed_count - len(seen.disputed)
    return [*lines, *([f"disputed  {more} older claims"] if more > 0 else [])]


def _finding_lines(found: Sequence[Finding]) -> list[str]:
    lines: list[str] = []
    for one in found:
        side = f" ({one.side} side)" if one.side else ""
        lines.append(f"{_MARKS[one.is_good]} {one.about}{side}: {one.what}")
        if one.fix:
            lines.append(f"      {one.fix}")
    return lines


def _ago(at_ms: int | None, now_ms: int) -> str:
    return "never" if at_ms is None else f"{max(now_ms - at_ms, 0) // 1000} s ago"


def _at(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, tz=UTC).strftime("%H:%M:%S UTC")
