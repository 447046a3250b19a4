"""Publishing an adopted text: at the agreed minute, with the adoptions that prove it.

It opens the adoption of each State, and nothing else.

Source: docs/spec/wording.md, 11.
Floor: rooms.
"""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.acts import points
from comity.joint.dialogue import acts as sessions
from comity.joint.dialogue import view as session_view
from comity.joint.text import acts as texts
from comity.joint.text import state, view
from comity.joint.wording import document, publication
from comity.joint.wording.document import Document
from comity.joint.wording.publication import Publication
from comity.kernel import ijson
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import calendars, need_to_know, parties, proof, trust_policy
from comity.node.room.matter_lookup import every

CLEAR: Final = "TLP:CLEAR"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
PAPER: Final = "comity-publication/1"

type Letter = Callable[[bytes, int], bytes]
"""(data, its date in milliseconds) -> the PDF."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What is published.

    Attributes:
        name: of the joint text.
        sha256: of the document.
        data: the document.
        text: what it says.
        adoptions: `{party: id of its adoption}`.
        names: what each State is called.
        at_ms: when the last State adopted it.
    """

    name: str
    sha256: str
    data: bytes
    text: Document
    adoptions: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]
    at_ms: int


def ready(node: Node, officer: Officer, name: str) -> Ready | Inadmissible:
    """Return what may be published now, or why nothing may: gates that fail closed."""
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        row = next((one for one in _rows(tx, officer, texts.KIND) if one.matter.id == name), None)
        said = state.from_json(row.state) if row is not None else None
        version = view.in_force(said, now_ms) if said is not None else None
        if row is None or said is None or version is None or version.in_force_from_ms is None:
            return Inadmissible(
                "wording.not-adopted",
                f"The text {name} is not adopted by every State.",
                "Publish it once each State has adopted it and the others have received that.",
            )
        no = _embargo(tx, officer, row.channel, name, now_ms)
        if no is not None:
            return no
        proposal = said.proposal(version.proposal_id)
        data = calendars.text(node, tx, version.sha256)
        assert proposal is not None, "a version is of a proposal"
        if data is None:
            return Inadmissible(
                "wording.document-not-held",
                f"The document {version.sha256[:16]}… is not held here.",
                "Wait until it has come: `comity status` says what is on its way.",
            )
        adoptions = {
            party: said.turns[at].act_id for party, at in sorted(proposal.adoptions.items())
        }
        for party, act_id in adoptions.items():
            act = tx.act(party, act_id)
            if act is None or any(one.mark != CLEAR for one in act.act.blobs):
                return Inadmissible(
                    "wording.not-clear",
                    f"The adoption of {party} has words beside it that are not TLP:CLEAR.",
                    "A proof would show them: publish the text on paper, or adopt it again "
                    "without words.",
                )
        known = parties.known(node, tx)
        names = {one: dict(known[one].names) if one in known else {} for one in adoptions}
    text = document.parse(data, name)
    return Ready(name, version.sha256, data, text, adoptions, names, version.in_force_from_ms)


def text(node: Node, officer: Officer, name: str) -> Publication | Inadmissible:
    """Return an adopted text to compare others with, whether it may be published yet or not."""
    with node.store.read() as tx:
        row = next((one for one in _rows(tx, officer, texts.KIND) if one.matter.id == name), None)
        said = state.from_json(row.state) if row is not None else None
        version = view.in_force(said, node.clock.now_ms()) if said is not None else None
        data = calendars.text(node, tx, version.sha256) if version is not None else None
        if version is None or data is None:
            return Inadmissible(
                "wording.not-adopted",
                f"The text {name} is not adopted by every State, or its document is not here.",
                "Compare it once each State has adopted it and its document has come.",
            )
        known = parties.known(node, tx)
        proposal = said.proposal(version.proposal_id) if said is not None else None
        who = sorted(proposal.adoptions) if proposal is not None else ()
        names = {one: dict(known[one].names) if one in known else {} for one in who}
    return Publication(name, version.sha256, document.parse(data, name), names, {})


def time_of(node: Node, officer: Officer, name: str) -> int | None:
    """Return from when on an adopted text may be published, or None where no time is agreed."""
    with node.store.read() as tx:
        row = next((one for one in _rows(tx, officer, texts.KIND) if one.matter.id == name), None)
        times = _times(tx, officer, row.channel, name) if row is not None else []
    return min(times, default=None)


def _rows(tx: Tx, officer: Officer, kind: str) -> Iterator[MatterRow]:
    return every(tx, need_to_know.reader(tx, officer), kind)


def _embargo(tx: Tx, officer: Officer, channel: str, name: str, now_ms: int) -> Inadmissible | None:
    """Return the no of a session whose outcomes are not to be published yet."""
    label, times = name.partition(".")[2], _times(tx, officer, channel, name)
    if not times:
        return Inadmissible(
            "wording.time-not-agreed",
            f"No session of the label {label} has an agreed time of publication.",
            "Agree on `publish-at` of the session first.",
        )
    if min(times) > now_ms:
        return Inadmissible(
            "wording.embargo",
            "The time of publication on which all States agreed has not come.",
            "Publish it at that time, or agree on another.",
        )
    return None


def _times(tx: Tx, officer: Officer, channel: str, name: str) -> list[int]:
    """Return from when on the outcomes of sessions of this label may be published, as agreed."""
    label = name.partition(".")[2]
    return [
        int(at)
        for row in _rows(tx, officer, sessions.KIND)
        if row.channel == channel
        for now in (points.from_json(row.state),)
        if session_view.label(now) == label
        for at in (now.agreed(sessions.PUBLISH_AT),)
        if at
    ]


def make(node: Node, officer: Officer, found: Ready, letter: Letter) -> bytes:
    """Return the publication: the same text, the same originals, a proof of each adoption.

    Raises:
        Fault: those of `proof.make` and of the letter.
    """
    files = {
        publication.TEXT: found.data,
        publication.PDF: letter(paper(found), found.at_ms),
        publication.NAMES: ijson.render({one: dict(words) for one, words in found.names.items()}),
    }
    policies: list[str] = []
    for party, act_id in found.adoptions.items():
        made = proof.make(node, act_id, officer, disclose=True, party=party)
        files[f"{party}{publication.PROOF}"] = made.proof
        policies += [one.text() for one in trust_policy.policies(node, made.origin, made.size)]
    files[publication.POLICY] = "\n".join(policies).encode()
    return packed(files)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip: the same files give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(files):
            made.writestr(zipfile.ZipInfo(name, _EPOCH), files[name])
    return target.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the files of a zip, as far as a publication has so much.

    Raises:
        Fault: `wording.publication.unfit`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            infos = source.infolist()
            size = sum(one.file_size for one in infos)
            if len(infos) > publication.FILES_MAX or size > publication.BYTES_MAX:
                raise publication.unfit("it has more files or bytes than a publication has")
            if len({one.filename for one in infos}) != len(infos):
                raise publication.unfit("a file stands in it twice")
            return {one.filename: source.read(one) for one in infos}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError) as error:
        raise publication.unfit("it is no zip that can be read") from error


def paper(found: Ready) -> bytes:
    """Return what the PDF is made of."""
    originals: list[Any] = []
    for party in found.adoptions:
        lines: list[Any] = []
        for one in found.text.paragraphs:
            words = {
                language: document.original(
                    one.words[language],
                    party,
                    document.named(found.names, language),
                )
                for language in found.text.languages
            }
            lines.append({"part": one.part, "words": words})
        originals.append({"party": dict(found.names[party]) or {"en": party}, "lines": lines})
    value: Any = {
        "format": PAPER,
        "name": found.name,
        "sha256": found.sha256,
        "languages": [*found.text.languages],
        "originals": originals,
    }
    return ijson.render(value)
