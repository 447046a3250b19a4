"""`comity evidence export`: a request, its evidence, custody and proofs as a BagIt bag.

    comity evidence export MATTER -o FOLDER --purpose TEXT --home DIR --as ann

What it holds is said in `comity.rooms.request.bagit`.

Floor: surfaces.
"""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from comity.kernel.fault import Fault, path_quoted, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.room.step import Step, fit
from comity.rooms.request import bagit as bags
from comity.rooms.request import evidence as room
from comity.surfaces.cli import files
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.progress import Advance
from comity.surfaces.cli.request_files import bar_of_bytes
from comity.surfaces.cli.request_send import say_no
from comity.surfaces.cli.verb_command import add_step


def add(verbs: Subparsers) -> None:
    """Add the verb."""
    parser = add_step(verbs, room.TABLE, room.EXPORT, _export)
    parser.add_argument(
        "-o", "--out", type=_folder, required=True, metavar="FOLDER", help="not there yet"
    )


def _folder(text: str) -> Path:
    if text == files.STANDARD:
        raise argparse.ArgumentTypeError("a bag is a folder: name one that is not there yet")
    return Path(text)


def _export(program: Program, options: argparse.Namespace, step: Step) -> int:
    files.require_absent(options.out)
    why = room.why(fit(step))
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        bag = bags.begin(home.node, officer, options.matter, why)
        if isinstance(bag, Inadmissible):
            return say_no(program, options, bag)
        folder: Path = options.out
        with (
            made(folder),
            bar_of_bytes("Exporting", bag.evidence_bytes, options) as advance,
        ):
            for path, parts in bags.files(home.node, officer, bag, why):
                _write(folder / path, parts, advance)
    value: Json = {
        "folder": str(folder),
        "files": len(bag.payload),
        "octets": bag.octets,
        "left_out": [asdict(one) for one in bag.left_out],
    }
    late = (
        f" {bag.missing} acts have no proof yet: not every other State has cosigned them."
        * bool(bag.missing)
    )
    without = "".join(
        f"\nLeft out: {quoted(one.name)}. {one.words['en']}"
        + (f" SHA-256 {one.found}; as told {quoted(one.told)}." if one.found else "")
        for one in bag.left_out
    )
    program.show(value, f"Wrote {len(bag.payload)} files into {folder}.{late}{without}")
    return EXIT_OK


@contextmanager
def made(folder: Path) -> Iterator[None]:
    """Make a folder for its owner alone; what fails half way, or Ctrl-C, takes it away again.

    Raises:
        Fault: `surfaces.bag.folder`.
    """
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise Fault(
            code="surfaces.bag.folder",
            what=f"The folder {path_quoted(folder)} cannot be made: {error.strerror}.",
            fix="Name a folder that is not there yet; nothing is overwritten.",
        ) from error
    try:
        yield
    except BaseException:  # half a bag is what was sealed, and proves nothing
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _write(target: Path, parts: Iterator[bytes], advance: Advance) -> None:
    """Write one file as it comes."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            for part in parts:
                file.write(part)
                advance(len(part))
    except OSError as error:
        raise Fault(
            code="surfaces.attachment.unwritable",
            what=f"An attachment cannot be written into {path_quoted(target)}: {error.strerror}.",
            fix="Name an empty folder that you may write to.",
        ) from error
