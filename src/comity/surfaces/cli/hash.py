"""`comity hash`: the hashes of files, for rolls, matches and compartments.  It keeps nothing.

    comity hash seized/*.jpg | cut -d' ' -f1 > list.txt
    comity hash seized/ --algorithm sha1 --json

Floor: surfaces.
"""

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from comity.kernel.fault import Fault, path_quoted
from comity.kernel.ijson import Json
from comity.kernel.printable import one_line
from comity.surfaces.cli import files
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_json

ALGORITHMS: Final = ("sha256", "sha1", "md5", "sha512")


def add_parser(subparsers: Subparsers) -> None:
    """Add `hash`."""
    words = "print the hashes of files; nothing is kept and nothing leaves"
    parser = subparsers.add_parser("hash", help=words, description=f"{words.capitalize()}.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="file or folder")
    parser.add_argument(
        "--algorithm", choices=ALGORITHMS, default="sha256", help="default: %(default)s"
    )
    add_json(parser)
    parser.set_defaults(run=_hash)


def _hash(program: Program, options: argparse.Namespace) -> int:
    found = [(_digest(path, options.algorithm), path) for path in _files(options.files)]
    value: list[Json] = [{"hash": digest, "file": str(path)} for digest, path in found]
    text = "\n".join(f"{digest}  {one_line(str(path))}" for digest, path in found)
    program.show({"algorithm": options.algorithm, "files": value}, text)
    return EXIT_OK


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """Give files, and those in folders by name."""
    for path in paths:
        if path.is_dir():
            yield from (one for one in sorted(path.rglob("*")) if one.is_file())
        else:
            yield path


def _digest(path: Path, algorithm: str) -> str:
    """Return the hash of a file, read once.

    Raises:
        Fault: `surfaces.file.unreadable`, `surfaces.hash.empty`.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, algorithm)
            if not file.tell():
                raise Fault(
                    code="surfaces.hash.empty",
                    what=f"{path_quoted(path)} is empty: its hash is that of nothing.",
                    fix="Leave it out.",
                )
    except OSError as error:
        raise files.unreadable(path, error) from error
    return digest.hexdigest()
