"""`comity key … --local`: the keys of the local log, which stand on no card.

Floor: surfaces.
"""

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime

from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base.local_keys import LocalKeys
from comity.node.base.ports import Tx
from comity.node.base.profile import local_origin
from comity.node.operate import local_keyring
from comity.surfaces.cli.context import EXIT_OK, Program
from comity.surfaces.cli.files import typed


def listed(tx: Tx, party: str, now_ms: int) -> tuple[list[Json], list[str]]:
    """Return the keys of the local log as rows and as lines."""
    every = local_keyring.listed(tx, party)
    due = local_keyring.warning_days(tx, party, now_ms)
    rows: list[Json] = []
    lines: list[str] = []
    for one in every:
        is_newest = one is every[-1]
        days = due if is_newest else None
        made_ms = local_keyring.made_at_ms(tx, party, one)
        row: dict[str, Json] = {
            "number": one.number,
            "from_size": one.from_size,
            "made_ms": made_ms or None,
            "revoked_after": one.cap,
            "warning_days": days,
        }
        rows.append(row)
        lines.append(_line(one, made_ms, days))
    return rows, [f"Local log {local_origin(party)}", *lines]


def rotate(program: Program, options: argparse.Namespace) -> int:
    """Make the next keys."""
    _require_alone(options, ("root", "endpoint", "enter", "new_tls"))
    with program.open_home(options.home) as home:
        made = local_keyring.rotate(home.node, home.keymaker)
        home.wake()
    follows = made.index is not None
    program.show(
        {"local": made.number, "from_size": made.from_size, "vouched_for": follows},
        f"The keys {made.number} of the local log sign every head of size {made.from_size} and "
        "more.\n"
        + (
            "The keys before sign the head that names them, and so vouch for them: an auditor\n"
            "with an older policy believes the next export.\n"
            if follows
            else "The keys before are lost and vouch for nothing: give each auditor a new policy.\n"
        )
        + f"Make a backup now: older ones lack these keys. Auditors and witnesses get the keys by\n"
        f"comity policy --home {typed(options.home)} --log {local_origin(home.node.party)}\n"
        "If the old ones were stolen: "
        f"comity key revoke --home {typed(options.home)} --local {made.number - 1}",
    )
    return EXIT_OK


def revoke(program: Program, options: argparse.Namespace, sizes: Mapping[str, int]) -> int:
    """Revoke older keys."""
    _require_alone(options, ("root",))
    with program.open_home(options.home) as home:
        origin = local_origin(home.node.party)
        if others := sorted({*sizes} - {origin}):
            raise Fault(
                code="surfaces.option.malformed",
                what=f"--at cannot be of {quoted(others[0])} here.",
                fix=f"Write {origin}=SIZE.",
            )
        revoked = local_keyring.revoke(home.node, options.number, sizes.get(origin))
        home.wake()
    program.show(
        {"local": revoked.number, "sizes": {origin: revoked.cap}},
        f"The keys {revoked.number} of the local log cover no more than:\n"
        f"  {origin}  {revoked.cap}\n"
        "Whoever has them can still sign for readers who trust them: give each auditor the policy\n"
        f"anew, by hand: comity policy --home {typed(options.home)} --log {origin}",
    )
    return EXIT_OK


def _require_alone(options: argparse.Namespace, names: tuple[str, ...]) -> None:
    given = [name for name in names if getattr(options, name)]
    if given:
        option = f"--{given[0].replace('_', '-')}"
        raise Fault(
            code="surfaces.option.malformed",
            what=f"{option} is of cards, and --local of the local log, which no root key signs.",
            fix="Give one of the two.",
        )


def _line(one: LocalKeys, made_ms: int, days: int | None) -> str:
    made = datetime.fromtimestamp(made_ms // 1000, tz=UTC).date().isoformat() if made_ms else "?"
    remarks = [] if one.cap is None else [f"revoked: count to size {one.cap}"]
    if days is not None:
        remarks.append(f"to be replaced within {days} days" if days else "to be replaced")
    tail = f"  ({', '.join(remarks)})" if remarks else ""
    return f"  keys {one.number}  made {made}  heads of size {one.from_size} and more{tail}"
