"""The verbs of `comity publish`: an adopted text with what proves it, verified with no home.

    comity publish make outcomes.2015-12 --out outcomes.zip --home DIR --as ann
    comity publish verify outcomes.zip --policy trusted.txt
    comity publish compare outcomes.zip page.html --lang zh

Floor: surfaces.
"""

import argparse
from pathlib import Path
from typing import Final

from comity.joint.exchange.proof import Verdict, verify_proof
from comity.joint.wording import brackets, publication
from comity.joint.wording.publication import Publication
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line
from comity.rooms.wording import publish
from comity.surfaces.cli import files, verify
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
    Program,
    Subparsers,
    add_json,
    add_out,
)
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no
from comity.surfaces.cli.request_send import verb as add_verb
from comity.tlog import checkpoint, note

_VERIFY: Final = """\
Verify a publication, offline and with no home: that the text is the one that each State adopted,
that each adoption stands in the log of that State, and that the others have signed for it.
Without --policy it is verified by the keys that are in the file itself: then it shows that the
file is whole, and not whose keys they are."""


def add(subparsers: Subparsers) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser("publish", help="publish an adopted text, with what proves it")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    made = add_verb(verbs, "make", "write an adopted text with its proofs as one file", _make)
    made.add_argument("name", metavar="NAME", help="of the joint text, like outcomes.2015-12")
    add_out(made, metavar="FILE.zip")
    for name, words, run in (
        ("verify", "verify a publication offline", _verify),
        ("compare", "say where another text differs, word by word", _compare),
    ):
        told = verbs.add_parser(
            name, help=words, description=_VERIFY if name == "verify" else f"{words.capitalize()}."
        )
        told.add_argument("file", type=Path, metavar="FILE.zip", help="a publication")
        if name == "compare":
            told.add_argument("other", type=Path, metavar="OTHER", help="text, Markdown or HTML")
            told.add_argument("--lang", default="en", metavar="LANG", help="of the other text (en)")
        told.add_argument(
            "--policy", type=Path, metavar="FILE", help="whose keys are trusted (`comity policy`)"
        )
        add_json(told)
        told.set_defaults(run=run)


def _make(program: Program, options: argparse.Namespace) -> int:
    files.require_absent(options.out)
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = publish.ready(home.node, officer, options.name)
        if isinstance(found, Inadmissible):
            return say_no(program, options, found)
        data = publish.make(home.node, officer, found, program.letter)
    files.write(options.out, data)
    value: dict[str, Json] = {
        "file": str(options.out),
        "name": found.name,
        "sha256": found.sha256,
        "adopted_by": [*found.adoptions],
    }
    program.show(value, f"{options.out}: {found.name}, adopted by {', '.join(found.adoptions)}.")
    return EXIT_OK


def read(file: Path, policy: Path | None) -> Publication:
    """Return a publication with everything in it verified.

    Args:
        file: as `comity publish make` wrote it.
        policy: whose keys are trusted; None: those in the file itself.

    Raises:
        Fault: `wording.publication.unfit`, and those of a proof and a policy.
    """
    inside = publish.unpacked(files.read(file, publication.BYTES_MAX))
    if policy is None:
        trusted = verify.read_policies(inside.get(publication.POLICY, b""))
    else:
        trusted = verify.policies_in(policy)

    def proven(data: bytes) -> Verdict:
        head = data.partition(b"\n\n")[2]
        origin = checkpoint.parse_body(note.parse(head).body).origin
        return verify_proof(data, verify.policy_for(trusted, origin))

    with files.said_of(file):
        return publication.verify(inside, proven)


def _verify(program: Program, options: argparse.Namespace) -> int:
    found = read(options.file, options.policy)
    is_trusted = options.policy is not None
    value: dict[str, Json] = {
        "holds": True,
        "name": found.name,
        "sha256": found.sha256,
        "adopted_by": [*found.adopted],
        "trusted": is_trusted,
    }
    whose = "keys that you trust" if is_trusted else "the keys in the file; compare them yourself"
    program.show(
        value,
        f"{options.file} holds: {found.name}, adopted by {', '.join(found.adopted)}.\n"
        f"  sha256  {found.sha256}\n  by      {whose}",
    )
    return EXIT_OK


def _compare(program: Program, options: argparse.Namespace) -> int:
    found = read(options.file, options.policy)
    other = files.read(options.other, publication.BYTES_MAX).decode(errors="replace")
    party, told = publication.differences(found, other, options.lang)
    rows: list[Json] = [
        {"paragraph": at, "words": [{"text": p.text, "in": [*p.parties]} for p in pieces]}
        for at, pieces in told
    ]
    lines = [f"paragraph {at}: {one_line(brackets.shown(pieces))}" for at, pieces in told]
    value: dict[str, Json] = {"same": not told, "original_of": party, "differences": rows}
    program.show(value, "\n".join(lines) or f"The same, word by word, as the original of {party}.")
    return EXIT_REFUSED if told else EXIT_OK
