"""A request, its evidence, custody and proofs as the files of a BagIt bag, one after another.

    data/acts/           values and texts of each act
    data/evidence/       attachments; samples as a zip under `infected`
    data/case.jsonld     CASE: investigation, actions, provenance records
    proofs/ policy/      what an auditor verifies with `comity verify`, or any tlog tool
    custody.json         the chain of custody of each item

Files are hashed while they pass, so that a surface writes them into a folder or sends them as
one archive; nothing large is held in memory and nothing is written here.

Source: RFC 8493; CASE.
Floor: node.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from comity.domestic.custody import acts as steps
from comity.joint.request import acts
from comity.kernel import ijson
from comity.kernel.inadmissible import Inadmissible
from comity.node.context import Node
from comity.node.desk import custody, custody_told, export, quarantine, reading
from comity.node.desk.bodies import HELD
from comity.node.desk.custody import Item, Why
from comity.node.desk.reading import Shown
from comity.node.rows import Officer

_ALGORITHMS: Final = ("sha256", "sha512")

type File = tuple[str, Iterator[bytes]]
"""Where it stands in the bag, and its content; read it before the next file is asked for."""


@dataclass(slots=True)
class Bag:
    """A bag on its way out.

    Attributes:
        matter_id: of the request.
        evidence_bytes: of the attachments that it will hold, as far as that is known.
        given: `{path: its parts}` of the attachments, whose steps of custody are kept.
        payload: `{path: {algorithm: hash}}` of files under `data/` that were read.
        tags: likewise, of the others.
        octets: of the payload.
        missing: how many acts have no proof yet, since the other side has not cosigned them.
    """

    matter_id: str
    evidence_bytes: int
    given: Mapping[str, Iterator[bytes]]
    payload: dict[str, dict[str, str]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    octets: int = 0
    missing: int = 0

    def take(self, path: str, parts: Iterable[bytes]) -> Iterator[bytes]:
        """Give the content of a file, and keep its hashes."""
        digests = {name: hashlib.new(name) for name in _ALGORITHMS}
        size = 0
        for part in parts:
            size += len(part)
            for digest in digests.values():
                digest.update(part)
            yield part
        found = {name: digest.hexdigest() for name, digest in digests.items()}
        if path.startswith("data/"):
            self.payload[path] = found
            self.octets += size
        else:
            self.tags[path] = found


def begin(node: Node, officer: Officer, matter: str, why: Why) -> Bag | Inadmissible:
    """Begin a bag; the step of every item is kept before any of its bytes are given out.

    Raises:
        Fault: as `reading.show` and `custody.give`.
    """
    shown = reading.read(node, officer, matter)
    no = export.forbidden(node, shown)
    if no is not None:
        return no
    items = [one for one in custody.items(node, shown) if one.body.state == HELD]
    given: dict[str, Iterator[bytes]] = {}
    names = quarantine.file_names(one.filed for one in items)
    for item, name in zip(items, names, strict=True):
        parts = custody.give(
            node, officer, item, why, kind=steps.EXPORTED, quarantined=item.is_sample
        )
        if isinstance(parts, Inadmissible):
            return parts
        if item.is_sample:
            given[f"{_EVIDENCE}{name}.zip"] = quarantine.parts(name, parts)
        else:
            given[f"{_EVIDENCE}{name}"] = parts
    return Bag(shown.row.matter.id, sum(_size(one) for one in items), given)


_EVIDENCE: Final = "data/evidence/"


def _size(item: Item) -> int:
    return item.body.size_bytes or 0


def files(node: Node, officer: Officer, bag: Bag, why: Why) -> Iterator[File]:
    """Give the files of a bag; the last are its manifests.

    Raises:
        Fault: `node.evidence.other-hash`, `seal.payload.damaged`, `node.proof.*`; what was
            written until then is no bag and must not be used.
    """
    for path, parts in bag.given.items():
        yield path, bag.take(path, parts)
    shown = reading.read(node, officer, bag.matter_id)
    for path, data in _papers(node, shown):
        yield path, bag.take(path, (data,))
    made = export.proofs(node, shown)
    bag.missing = len(made.missing)
    for act_id, proof in made.proofs.items():
        path = f"proofs/{act_id}.tlog-proof"
        yield path, bag.take(path, (proof,))
    for origin, text in made.policies.items():
        path = f"policy/{origin.replace('/', '_')}.txt"
        yield path, bag.take(path, (text.encode(),))
    yield from _closing(bag, _info(node, shown, why))


def _papers(node: Node, shown: Shown) -> Iterator[tuple[str, bytes]]:
    nth: Counter[str] = Counter()
    for said in shown.said.values():
        for body in said.bodies:
            if body.is_whole and body.blob.role in (acts.ROLE_ELEMENTS, acts.ROLE_TEXTS):
                name = f"{said.row.act.id}-{body.blob.role}"  # a peer may choose one of them twice
                nth[name] += 1
                yield f"data/acts/{name}{f'-{nth[name]}' * (nth[name] > 1)}.json", body.data
    items = custody.items(node, shown)  # with the step of this export
    yield "data/case.jsonld", ijson.render(export.case(shown, items))
    yield "custody.json", ijson.render(custody_told.custody_json(items, shown))


def _closing(bag: Bag, info: Mapping[str, str]) -> Iterator[File]:
    """Give what makes it a bag."""
    text = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    yield "bagit.txt", bag.take("bagit.txt", (text,))
    oxum = {**info, "Payload-Oxum": f"{bag.octets}.{len(bag.payload)}"}
    about = "".join(f"{name}: {value}\n" for name, value in oxum.items()).encode()
    yield "bag-info.txt", bag.take("bag-info.txt", (about,))
    for name in _ALGORITHMS:
        path = f"manifest-{name}.txt"
        yield path, bag.take(path, (_manifest(bag.payload, name),))
    tags = dict(bag.tags)
    for name in _ALGORITHMS:
        yield f"tagmanifest-{name}.txt", iter((_manifest(tags, name),))


def _manifest(found: Mapping[str, Mapping[str, str]], algorithm: str) -> bytes:
    lines = (f"{hashes[algorithm]}  {path}\n" for path, hashes in sorted(found.items()))
    return "".join(lines).encode()


def _info(node: Node, shown: Shown, why: Why) -> dict[str, str]:
    day = datetime.fromtimestamp(node.clock.now_ms() / 1_000, UTC).date().isoformat()
    return {
        "Source-Organization": node.party,
        "External-Identifier": shown.row.matter.id,
        "External-Description": f"Request of type {shown.state.type or 'unknown'}, its evidence, "
        "custody and proofs",
        "Internal-Sender-Description": " ".join(why.purpose.split()),
        "Bagging-Date": day,
        "Bag-Software-Agent": "comity",
    }
