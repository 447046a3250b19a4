"""`comity evidence due` and `destroy`.

    comity evidence due --home DIR --as ann
    comity evidence destroy ID --due --reason retention-ended --home DIR --as ann

Floor: surfaces.
"""

import argparse

from comity.joint.request import codes
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.rows import Officer
from comity.node.room import custody, retention
from comity.node.room.custody import Why
from comity.node.room.release import draft_store
from comity.node.room.retention import Line
from comity.rooms.request import custody_json, destruction, reading
from comity.surfaces.cli import request_send
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_id, add_sending, sent
from comity.surfaces.cli.request_text import at, table


def add(verbs: Subparsers) -> None:
    """Add both verbs."""
    request_send.verb(verbs, "due", "list what is to be destroyed, and when", _due)
    words = "destroy what a request carries, here, and attest it to the other States"
    destroy = request_send.verb(verbs, "destroy", words, _destroy)
    add_id(destroy)
    destroy.add_argument(
        "item",
        nargs="*",
        metavar="ITEM",
        help="exhibit number, name of the file, beginning of a hash, `elements` or `texts`",
    )
    destroy.add_argument("--due", action="store_true", help="all of it that is due")
    destroy.add_argument(
        "--reason", required=True, choices=sorted(codes.DESTRUCTIONS), help="on which ground"
    )
    destroy.add_argument("--purpose", default="", metavar="TEXT", help="for the chain of custody")
    destroy.add_argument(
        "--authority", default="", metavar="TEXT", help="order under which it is destroyed"
    )
    add_sending(destroy)


def _due(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        lines = retention.listing(home.node, officer, program.now_ms())
        value: Json = {"due": [custody_json.due_json(one) for one in lines]}
        program.show(value, _text(lines))
    return EXIT_OK


def _text(lines: list[Line]) -> str:
    if not lines:
        return "Nothing is due to be destroyed, nor will be in two weeks."
    head = ("WHEN", "", "REQUEST", "BODY", "FROM", "WHY", "ATTESTED BY")
    rows = [
        (
            at(one.due.at_ms),
            one.due.state,
            one.row.matter.id[:8],
            one.due.item.role,
            one.party,
            one.due.why,
            ", ".join(one.attested) or "-",
        )
        for one in lines
    ]
    return table([head, *rows])


def _destroy(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        why = Why(options.purpose, options.authority)
        hashes = _chosen(home, officer, options, program.now_ms())
        return destruction.destroy(
            home.node,
            officer,
            options.id,
            hashes,
            options.reason,
            why,
            owns_high_water=_is_alone(home),
        )

    return sent(program, options, do)


def _is_alone(home: Home) -> bool:
    """Whether no other process writes the high-water file."""
    try:
        home.node.highwater.forget(())
    except Fault as fault:
        if fault.code != "highwater.file.locked":
            raise
        return False
    return True


def _chosen(home: Home, officer: Officer, options: argparse.Namespace, now_ms: int) -> list[str]:
    shown = reading.show(home.node, officer, options.id)
    with home.node.store.read() as tx:
        lines = retention.of_matter(home.node, tx, shown.row, now_ms)
        told = destruction.unattested(home.node, tx, shown.row)
        named = list(retention.blobs(tx, shown.row))
    found = {one.due.item.sha256 for one in lines if options.due and one.due.state == "due"}
    if options.due:
        found |= set(told)
    items = custody.items(home.node, shown)
    for name in options.item:
        by_role = {blob.sha256 for _, blob in named if blob.role == name}
        found |= by_role or {custody.find(items, name).body.blob.sha256}
    return sorted(found)
