"""`comity key list|rotate|revoke|passphrase`: keys of cards, and those of the local log.

Floor: surfaces.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from comity.joint.arrangement import view
from comity.joint.arrangement.arrangement import parse_origin
from comity.joint.arrangement.card import Card
from comity.kernel.digits import whole
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base import profile as profiles
from comity.node.base import register_records
from comity.node.base.keymaker import RootKey
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL
from comity.node.exchange import contacts, keyring
from comity.node.operate import operator_steps
from comity.surfaces.cli import key_local, key_secret, own_options
from comity.surfaces.cli.context import (
    EXIT_OK,
    Home,
    Program,
    Subparsers,
    add_home,
    add_json,
    at_least,
)
from comity.surfaces.cli.files import typed

_LATE: Final = """
No card of this node was in force before it: partners do not believe this node, and the new card
does not come to them by itself. Stop comity serve, and make a file for each:
  comity carry export --home {home} --to PARTY FILE
It takes that by comity carry import, its own comity serve stopped too."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser(
        "key", help="list, rotate and revoke keys, and change what opens them"
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    shown = verbs.add_parser(
        "list",
        help="list cards and keys of the local log, and what is revoked",
        description="List the cards of every party in each arrangement: number, end of validity, "
        "endpoint, and whether one is revoked or expires soon. Then the keys of the local log: "
        "which heads they sign, and whether some are revoked or should be replaced.",
    )
    shown.set_defaults(run=run_list)
    rotate = _add_rotate(verbs)
    revoke = verbs.add_parser(
        "revoke",
        help="revoke the keys of an old card of this node",
        description="Say, signed by the root key, up to which size of each log the keys of an old "
        "card count; rotate first, with --new-tls if all of its keys were stolen. Without --at "
        "it is the size that was signed last. With --local they are keys of the local log.",
    )
    revoke.add_argument(
        "number", type=at_least(1), metavar="NUMBER", help="of the card or the keys"
    )
    revoke.add_argument(
        "--at",
        action="append",
        default=[],
        metavar="ORIGIN=SIZE",
        help="the last size of a log that the keys may cover; else what was signed last",
    )
    revoke.set_defaults(run=run_revoke)
    key_secret.add_to(verbs)
    for verb in (rotate, revoke):
        verb.add_argument("--local", action="store_true", help="the keys of the local log")
        verb.add_argument(
            "--root",
            type=Path,
            metavar="FILE",
            help="the root key of the arrangement, from its offline medium",
        )
    for verb in (shown, rotate, revoke):
        add_home(verb)
        add_json(verb)


def _add_rotate(verbs: Subparsers) -> argparse.ArgumentParser:
    rotate = verbs.add_parser(
        "rotate",
        help="make the next card of this node, with fresh keys",
        description="Make the next card of this node with fresh keys, signed by the root key of "
        "the arrangement, and enter it in each of its logs. The entry is the last that the old "
        "key signs. With --lost it makes one in place of the newest card, whose private keys are "
        "gone with a machine, and revokes that one; every partner must be in reach. With --local "
        "it makes the next keys of the local log, which need no root key: the keys before vouch "
        "for them.",
    )
    rotate.add_argument("--new-tls", action="store_true", help="replace the TLS key as well")
    rotate.add_argument("--endpoint", metavar="URL", help="where peers reach this node from now on")
    rotate.add_argument(
        "--enter",
        metavar="ARRANGEMENT",
        help="finish a rotation that was interrupted; needs no root key",
    )
    rotate.add_argument(
        "--lost",
        action="store_true",
        help="the keys of the newest card are gone for good: revoke it as well",
    )
    rotate.set_defaults(run=run_rotate)
    return rotate


def run_list(program: Program, options: argparse.Namespace) -> int:
    """List cards."""
    now_ms = program.now_ms()
    with program.open_home(options.home) as home, home.node.store.read() as tx:
        rows: list[Json] = []
        lines: list[str] = []
        for arrangement in register_records.arrangements(tx):
            lines.append(f"Arrangement {arrangement.id}")
            for party in arrangement.party_ids():
                revoked = _revoked(tx, arrangement.id, party)
                for card in register_records.cards(tx, arrangement.id, party).values():
                    rows.append(_row(card, revoked, now_ms))
                    lines.append(_line(card, revoked, now_ms))
        own_rows, own_lines = key_local.listed(tx, home.node.party, now_ms)
    lines = [*(lines or ["No arrangement yet: `comity pair offer`."]), *own_lines]
    program.show({"cards": rows, "local": own_rows}, "\n".join(lines))
    return EXIT_OK


def run_rotate(program: Program, options: argparse.Namespace) -> int:
    """Make the next card, or finish an interrupted rotation."""
    if options.local:
        return key_local.rotate(program, options)
    with program.open_home(options.home) as home:
        if options.enter is not None:
            with home.node.store.read() as tx:
                register_records.arrangement(tx, options.enter)
            channels = operator_steps.enter_pending(home.node, options.enter)
            home.wake()
            entered: list[Json] = [*channels]
            program.show({"entered": entered}, f"Entered in {', '.join(channels) or 'none'}.")
            return EXIT_OK
        own_options.require_none(own_options.endpoint(options.endpoint))
        root = home.keymaker.open_root(_root(options))
        if options.endpoint:
            profiles.move(home.node, options.endpoint)
        if options.lost:
            return _replace_lost(program, home, root, new_tls=options.new_tls)
        with home.node.store.read() as tx:
            before = contacts.load(tx, home.node.party, home.node.clock.now_ms(), {}).own
        is_late = not before.get(root.arrangement)
        card = operator_steps.make_card(home.node, home.keymaker, root, new_tls=options.new_tls)
        home.wake()
    program.show(
        {"arrangement": card.arrangement, "number": card.number},
        f"Card {card.number} is entered in each log; its keys sign from the next head on.\n"
        "Take the root key away again. The old keys count for what they signed; if they were\n"
        f"stolen: comity key revoke --home {typed(options.home)} {card.number - 1} --root FILE\n"
        "The TLS key is another one only with --new-tls or a new host.\n"
        f"Make a backup now, comity backup --home {typed(options.home)}: none before has the new\n"
        "keys, and a home that is restored without them signs no more and reads nothing that\n"
        "is sealed to them (comity key rotate --lost)."
        + (_LATE.format(home=typed(options.home)) if is_late else ""),
    )
    return EXIT_OK


def _replace_lost(program: Program, home: Home, root: RootKey, *, new_tls: bool) -> int:
    """Make the next card in place of one whose keys are gone, and say what comes after."""
    card, revocation = operator_steps.replace_lost_card(
        home.node, home.keymaker, root, new_tls=new_tls
    )
    channels = keyring.own_channels(home.node, card.arrangement)
    with home.node.store.read() as tx:
        others = register_records.arrangement(tx, card.arrangement).others(home.node.party)
    home.wake()
    lost: list[Json] = [*sorted(revocation.revoked)]
    program.show(
        {"arrangement": card.arrangement, "number": card.number, "lost": lost},
        f"Card {card.number} takes the place of {', '.join(map(str, lost))}, which is revoked at\n"
        "what it had signed. Take the root key away again, and make a backup now.\n"
        "What was sealed to the lost card waits. Once this node has spoken with its partners, let\n"
        f"one of {', '.join(others)} give what opens it, after a call, in each channel:\n"
        + "".join(
            f"  comity recover give-keys --home DIR --as OFFICER {channel} {home.node.party} "
            "-o FILE\n"
            for channel in channels
        )
        + "and take each file here: comity recover take-keys --home DIR --as OFFICER FILE",
    )
    return EXIT_OK


def run_revoke(program: Program, options: argparse.Namespace) -> int:
    """Revoke an old card."""
    sizes = _sizes(options.at)
    if options.local:
        return key_local.revoke(program, options, sizes)
    with program.open_home(options.home) as home:
        root = home.keymaker.open_root(_root(options))
        revocation = operator_steps.revoke_card(home.node, root, options.number, sizes)
        still = keyring.shown_still(home.node, revocation.arrangement, options.number)
        home.wake()
    last: dict[str, Json] = {**revocation.revoked[options.number]}
    lines = [f"The keys of card {options.number} cover no more than:"]
    lines += [f"  {origin}  {size}" for origin, size in sorted(last.items())]
    lines += [
        f"Card {at} shows the same TLS key, and peers believe it. If that was stolen too: comity\n"
        f"key rotate --home {typed(options.home)} --new-tls --root FILE, then revoke card {at}."
        for at in still
    ]
    told: list[Json] = [*still]
    program.show({"card": options.number, "sizes": last, "tls_still_on": told}, "\n".join(lines))
    return EXIT_OK


def _root(options: argparse.Namespace) -> Path:
    path: Path | None = options.root
    if path is None:
        raise Fault(
            code="surfaces.key.root",
            what="Cards and revocations are signed by the root key, which is kept offline.",
            fix="Bring its medium and give --root FILE.",
        )
    return path


def _sizes(given: list[str]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for one in given:
        origin, _, size = one.rpartition("=")
        last = whole(size)
        if last is None:
            raise Fault(
                code="surfaces.option.malformed",
                what=f"--at cannot be {quoted(one)}.",
                fix="Write ORIGIN=SIZE, with a log's name as `comity status` shows it.",
            )
        if not origin.endswith(f"/{LOCAL_CHANNEL}"):
            parse_origin(origin)
        sizes[origin] = last
    return sizes


def _revoked(tx: Tx, arrangement_id: str, party: str) -> frozenset[int]:
    held = register_records.revocations(tx, arrangement_id, party)
    return frozenset(number for one in held for number in one.revoked)


def _row(card: Card, revoked: frozenset[int], now_ms: int) -> Json:
    return {
        "arrangement": card.arrangement,
        "party": card.party,
        "number": card.number,
        "endpoint": card.endpoint,
        "not_before_ms": card.not_before_ms,
        "not_after_ms": card.not_after_ms,
        "revoked": card.number in revoked,
        "warning_days": view.expiry_warning(card, now_ms),
    }


def _line(card: Card, revoked: frozenset[int], now_ms: int) -> str:
    try:
        until = datetime.fromtimestamp(card.not_after_ms // 1000, tz=UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):  # a peer may write any year
        until = f"{card.not_after_ms // 1000} s"
    remarks = ["revoked"] if card.number in revoked else []
    days = view.expiry_warning(card, now_ms)
    if days is not None:
        remarks.append(f"expires within {days} days" if days else "expired")
    tail = f"  ({', '.join(remarks)})" if remarks else ""
    return f"  {card.party}  card {card.number}  until {until}  {card.endpoint}{tail}"
