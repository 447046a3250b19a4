"""A request, its evidence, custody and proofs as the files of a BagIt bag, one after another.

    data/acts/           values and texts of each act
    data/evidence/       attachments; samples as a zip under `infected`
    data/case.jsonld     CASE: investigation, actions, provenance records
    proofs/ policy/      what an auditor verifies with `comity verify`, or any tlog tool
    custody.json         the chain of custody of each item
    left-out.txt         attachments that are not what their author tells, if there are any

Files are hashed while they pass, so that a surface writes them into a folder or sends them as
one archive; nothing large is held in memory and nothing is written here.

Source: RFC 8493; CASE.
Floor: node.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from comity.domestic.custody import acts as steps
from comity.joint.request import acts
from comity.kernel import ijson
from comity.kernel.fault import quoted
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


@dataclass(frozen=True, slots=True)
class Unfit:
    """An attachment whose content is not what its author tells: it is left out.

    Attributes:
        name: by which it would stand in the bag.
        found: SHA-256 of its content.
        told: what its author says is that.
    """

    name: str
    found: str
    told: str


@dataclass(slots=True)
class Bag:
    """A bag on its way out.

    Attributes:
        matter_id: of the request.
        evidence_bytes: of the attachments that it will hold, as far as that is known.
        given: `{path: its parts}` of the attachments, whose steps of custody are kept.
        left_out: attachments that do not fit what their author tells of them.
        payload: `{path: {algorithm: hash}}` of files under `data/` that were read.
        tags: likewise, of the others.
        octets: of the payload.
        missing: how many acts have no proof yet, since the other side has not cosigned them.
    """

    matter_id: str
    evidence_bytes: int
    given: Mapping[str, Iterator[bytes]]
    left_out: tuple[Unfit, ...] = ()
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


def unfit(node: Node, officer: Officer, matter: str) -> tuple[Unfit, ...]:
    """Return what a bag of a request would leave out, and why; nothing leaves by that.

    Raises:
        Fault: as `reading.show` and `custody.differs`.
    """
    found = _items(node, reading.read(node, officer, matter))
    return _unfit(node, found)


def begin(
    node: Node, officer: Officer, matter: str, why: Why, left_out: Sequence[Unfit] | None = None
) -> Bag | Inadmissible:
    """Begin a bag; the step of every item is kept before any of its bytes are given out.

    Args:
        node: ours.
        officer: who takes it.
        matter: the request.
        why: for the chain of custody.
        left_out: what `unfit` gave just now, so that large files are not read once more.

    Raises:
        Fault: as `reading.show` and `custody.give`.
    """
    shown = reading.read(node, officer, matter)
    no = export.forbidden(node, shown)
    if no is not None:
        return no
    found = _items(node, shown)
    left_out = _unfit(node, found) if left_out is None else left_out
    gone = {one.name for one in left_out}
    items = [item for name, item in found.items() if name not in gone]
    given: dict[str, Iterator[bytes]] = {}
    for name, item in found.items():
        if name in gone:
            continue
        parts = custody.give(
            node, officer, item, why, kind=steps.EXPORTED, quarantined=item.is_sample
        )
        if isinstance(parts, Inadmissible):
            return parts
        if item.is_sample:
            given[f"{_EVIDENCE}{name}.zip"] = quarantine.parts(name, parts)
        else:
            given[f"{_EVIDENCE}{name}"] = parts
    return Bag(shown.row.matter.id, sum(map(_size, items)), given, tuple(left_out))


def _items(node: Node, shown: Shown) -> dict[str, Item]:
    """Return the attachments that are held here, by the name of their file."""
    items = [one for one in custody.items(node, shown) if one.body.state == HELD]
    return dict(zip(quarantine.file_names(one.filed for one in items), items, strict=True))


def _unfit(node: Node, items: Mapping[str, Item]) -> tuple[Unfit, ...]:
    differing = ((name, item, custody.differs(node, item)) for name, item in items.items())
    return tuple(
        Unfit(name, found, str(item.told["sha256"])) for name, item, found in differing if found
    )


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
    if bag.left_out:
        yield LEFT_OUT, bag.take(LEFT_OUT, (_told(bag.left_out),))
    yield from _closing(bag, _info(node, shown, why))


LEFT_OUT: Final = "left-out.txt"
_LEFT_OUT: Final = (
    "These attachments are not in this bag: their content does not have the SHA-256 that their "
    "author tells. Ask the author to correct the act.\n"
    "本包不含下列附件：其内容的SHA-256与行文作者所称不符。请作者更正该行文。\n"  # noqa: RUF001 -- Chinese has Chinese punctuation
)


def _told(left_out: Iterable[Unfit]) -> bytes:
    lines = (
        f"\n{one.name}\n  SHA-256 of the content 内容: {one.found}\n"
        f"  SHA-256 as told 所称: {quoted(one.told)}\n"
        for one in left_out
    )
    return (_LEFT_OUT + "".join(lines)).encode()


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
