"""A request, its evidence, custody and proofs as the files of a BagIt bag, one after another.

    data/acts/           values and texts of each act
    data/evidence/       attachments; samples as a zip under `infected`
    data/case.jsonld     CASE: investigation, actions, provenance records
    proofs/ policy/      what an auditor verifies with `comity verify`, or any tlog tool
    custody.json         the chain of custody of each item
    left-out.txt         attachments that are not in it, and why, if there are any

Files are hashed while they pass, so that a surface writes them into a folder or sends them as
one archive; nothing large is held in memory and nothing is written here.

Source: RFC 8493; CASE.
Floor: rooms.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from comity.acts import blob_role
from comity.domestic.custody import acts as steps
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import quarantine
from comity.node.room import custody, exercise_mark
from comity.node.room.act_blobs import AWAY, DAMAGED, DESTROYED, HELD, MISSING
from comity.node.room.custody import Item, Why
from comity.node.room.matter_read import Shown
from comity.rooms.request import custody_json, export, reading

_ALGORITHMS: Final = ("sha256", "sha512")
OTHER_HASH: Final = "other-hash"

type File = tuple[str, Iterator[bytes]]
"""Where it stands in the bag, and its content; read it before the next file is asked for."""


WHYS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        OTHER_HASH: {
            "en": "Its content does not have the SHA-256 that its author tells. Ask the author to "
            "correct the act.",
            "zh": "其内容的SHA-256与行文作者所称不符。请作者更正该行文。",
        },
        DAMAGED: {
            "en": "Its seal does not hold: it cannot be read. Ask its author to send it again.",
            "zh": "其封装已损坏，无法读取。请作者重新发送。",  # noqa: RUF001 -- Chinese has Chinese punctuation
        },
        MISSING: {"en": "It has not come here yet.", "zh": "尚未送达。"},
        AWAY: {
            "en": "The store of large files does not answer. Export again once it does.",
            "zh": "大文件存储暂无响应。请待其恢复后重新导出。",
        },
    }
)
"""Why an attachment is left out of a bag, in English and Chinese."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """An attachment that is left out of a bag.

    Attributes:
        name: by which it would stand in the bag.
        found: SHA-256 of its content, or "" where that cannot be read.
        told: what its author says is that, or "".
        why: `other-hash`, its content is not what its author tells; or a state of
            `bodies.Opened`: `damaged`, its seal does not hold; `missing`; `away`.
    """

    name: str
    found: str
    told: str
    why: str = OTHER_HASH

    @property
    def words(self) -> Mapping[str, str]:
        """Why, in English and Chinese."""
        return WHYS[self.why]


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
        Fault: as `matter_read.show`.
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
        Fault: as `matter_read.show` and `custody.give`.
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
    """Return the attachments, by the name of their file, but what was destroyed here."""
    items = [one for one in custody.items(node, shown) if one.body.state != DESTROYED]
    return dict(zip(quarantine.file_names(one.filed for one in items), items, strict=True))


def _unfit(node: Node, items: Mapping[str, Item]) -> tuple[Unfit, ...]:
    found = ((name, item, _found(node, item)) for name, item in items.items())
    return tuple(
        Unfit(name, sha256, str(item.told.get("sha256", "")), why)
        for name, item, (sha256, why) in found
        if why
    )


def _found(node: Node, item: Item) -> tuple[str, str]:
    """Return the hash of an attachment that does not fit, and why not; "" and "" where it does."""
    if item.body.state != HELD:
        return "", item.body.state
    try:
        sha256 = custody.differs(node, item)
    except Fault as fault:
        if fault.code != "seal.payload.damaged":
            raise
        return "", DAMAGED
    return sha256, OTHER_HASH if sha256 else ""


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
_LEFT_OUT: Final = "These attachments are not in this bag.\n本包不含下列附件。\n"


def _told(left_out: Iterable[Unfit]) -> bytes:
    lines = (
        f"\n{one.name}\n  {' '.join(one.words.values())}\n"
        + (f"  SHA-256 of the content 内容: {one.found}\n" if one.found else "")
        + (f"  SHA-256 as told 所称: {quoted(one.told)}\n" if one.told else "")
        for one in left_out
    )
    return (_LEFT_OUT + "".join(lines)).encode()


def _papers(node: Node, shown: Shown) -> Iterator[tuple[str, bytes]]:
    nth: Counter[str] = Counter()
    names = export.names_of(shown)
    for key, said in shown.said.items():
        for body in said.bodies:
            if body.is_whole and body.blob.role in (blob_role.ELEMENTS, blob_role.TEXTS):
                name = f"{names[key]}-{body.blob.role}"  # a peer may choose one of them twice
                nth[name] += 1
                yield f"data/acts/{name}{f'-{nth[name]}' * (nth[name] > 1)}.json", body.data
    items = custody.items(node, shown)  # with the step of this export
    yield "data/case.jsonld", ijson.render(export.case(shown, items))
    yield "custody.json", ijson.render(custody_json.custody_json(items, shown))


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
    with node.store.read() as tx:
        exercise = exercise_mark.on_paper(tx, shown.row.channel)
    return {
        **{name.capitalize(): str(mark) for name, mark in exercise.items()},
        "Source-Organization": node.party,
        "External-Identifier": shown.row.matter.id,
        "External-Description": f"Request of type {shown.state.type or 'unknown'}, its evidence, "
        "custody and proofs",
        "Internal-Sender-Description": " ".join(why.purpose.split()),
        "Bagging-Date": day,
        "Bag-Software-Agent": "comity",
    }
