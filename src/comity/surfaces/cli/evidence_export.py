"""`comity evidence export`: a request, its evidence, custody and proofs as a BagIt bag.

    data/acts/           values and texts of each act
    data/evidence/       attachments; samples as a zip under `infected`
    data/case.jsonld     CASE: investigation, actions, provenance records
    proofs/ policy/      what an auditor verifies with `comity verify`, or any tlog tool
    custody.json         the chain of custody of each item

    comity evidence export ID -o FOLDER --purpose TEXT --home DIR --as ann

Source: RFC 8493; CASE.
Floor: surfaces.
"""

import argparse
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from comity.domestic.custody import acts as steps
from comity.joint.request import acts
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.desk import custody, custody_told, export, reading
from comity.node.desk.bodies import HELD
from comity.node.desk.custody import Why
from comity.node.desk.reading import Shown
from comity.seal.stream import Target
from comity.surfaces.cli import evidence_files, request_send
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers
from comity.surfaces.cli.request_files import bar_of_bytes
from comity.surfaces.cli.request_send import add_id, say_no, signed_in
from comity.surfaces.cli.request_text import at

_ALGORITHMS: Final = ("sha256", "sha512")


def add(verbs: Subparsers) -> None:
    """Add the verb."""
    words = "write a request, its evidence, custody and proofs as a BagIt bag"
    parser = request_send.verb(verbs, "export", words, _export)
    add_id(parser)
    parser.add_argument(
        "-o", dest="folder", type=Path, required=True, metavar="FOLDER", help="not there yet"
    )
    parser.add_argument("--purpose", required=True, metavar="TEXT", help="for the chain of custody")
    parser.add_argument(
        "--authority", default="", metavar="TEXT", help="order or warrant under which"
    )


@dataclass(slots=True)
class Bag:
    """A bag as it is written: each file is hashed while it passes.

    Attributes:
        folder: of the bag.
        payload: `{path: {algorithm: hash}}` of files under `data/`.
        tags: likewise, of the others.
        octets: of the payload.
    """

    folder: Path
    payload: dict[str, dict[str, str]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    octets: int = 0

    def add(self, path: str, data: bytes) -> None:
        """Write one file."""
        self.note(path, lambda target: target.write(data))

    def note(self, path: str, write: Callable[[Target], object]) -> None:
        """Write one file as it comes."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            write(file)
        self.take(path)

    def take(self, path: str) -> None:
        """Take a file that stands there already."""
        found, size = _hashes(self.folder / path)
        if path.startswith("data/"):
            self.payload[path] = found
            self.octets += size
        else:
            self.tags[path] = found

    def close(self, info: Mapping[str, str]) -> None:
        """Write what makes it a bag."""
        self.add("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        oxum = {**info, "Payload-Oxum": f"{self.octets}.{len(self.payload)}"}
        self.add("bag-info.txt", "".join(f"{k}: {v}\n" for k, v in oxum.items()).encode())
        for name in _ALGORITHMS:
            self.add(f"manifest-{name}.txt", _manifest(self.payload, name))
        tags = dict(self.tags)
        for name in _ALGORITHMS:
            self.add(f"tagmanifest-{name}.txt", _manifest(tags, name))


def _manifest(files: Mapping[str, Mapping[str, str]], algorithm: str) -> bytes:
    lines = (f"{found[algorithm]}  {path}\n" for path, found in sorted(files.items()))
    return "".join(lines).encode()


def _hashes(path: Path) -> tuple[dict[str, str], int]:
    digests = {name: hashlib.new(name) for name in _ALGORITHMS}
    size = 0
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            size += len(data)
            for digest in digests.values():
                digest.update(data)
    return {name: digest.hexdigest() for name, digest in digests.items()}, size


def _export(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        shown = reading.show(home.node, officer, options.id)
        no = export.forbidden(home.node, shown)
        if no is not None:
            return say_no(program, options, no)
        bag = Bag(_new_folder(options.folder))
        items = [one for one in custody.items(home.node, shown) if one.body.state == HELD]
        why = Why(options.purpose, options.authority)
        wanted = evidence_files.of_items(home.node, officer, items, why, steps.EXPORTED)
        total = sum(one.size_bytes for one in wanted)
        with bar_of_bytes("Exporting", total, options) as advance:
            for path in evidence_files.write(bag.folder / "data" / "evidence", wanted, advance):
                bag.take(str(path.relative_to(bag.folder)))
        _fill(home, bag, shown)
        bag.close(_info(home, shown, options, program.now_ms()))
    missing = len(shown.said) - len([path for path in bag.tags if path.startswith("proofs/")])
    value: Json = {"folder": str(bag.folder), "files": len(bag.payload), "octets": bag.octets}
    late = f" {missing} acts have no proof yet: the other side has not cosigned them." * bool(
        missing
    )
    program.show(value, f"Wrote {len(bag.payload)} files into {bag.folder}.{late}")
    return EXIT_OK


def _new_folder(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise Fault(
            code="surfaces.bag.folder",
            what=f"The folder {quoted(str(folder))} cannot be made: {error.strerror}.",
            fix="Name a folder that is not there yet; nothing is overwritten.",
        ) from error
    return folder


def _fill(home: Home, bag: Bag, shown: Shown) -> None:
    for said in shown.said.values():
        for body in said.bodies:
            if body.is_whole and body.blob.role in (acts.ROLE_ELEMENTS, acts.ROLE_TEXTS):
                bag.add(f"data/acts/{said.row.act.id}-{body.blob.role}.json", body.data)
    items = custody.items(home.node, shown)  # with the step of this export
    bag.add("data/case.jsonld", ijson.render(export.case(shown, items)))
    bag.add("custody.json", ijson.render(custody_told.custody_json(items, shown)))
    made = export.proofs(home.node, shown)
    for act_id, data in made.proofs.items():
        bag.add(f"proofs/{act_id}.tlog-proof", data)
    for origin, text in made.policies.items():
        bag.add(f"policy/{origin.replace('/', '_')}.txt", text.encode())


def _info(home: Home, shown: Shown, options: argparse.Namespace, at_ms: int) -> dict[str, str]:
    day = at(at_ms)[:10]
    return {
        "Source-Organization": home.node.party,
        "External-Identifier": shown.row.matter.id,
        "External-Description": f"Request of type {shown.state.type or 'unknown'}, its evidence, "
        "custody and proofs",
        "Internal-Sender-Description": " ".join(options.purpose.split()),
        "Bagging-Date": day,
        "Bag-Software-Agent": "comity",
    }
