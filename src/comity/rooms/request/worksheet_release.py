"""From a worksheet to a draft: exactly what would cross, and the step itself.

    preview(node, officer, sheet)                    nothing is sealed, nothing is written
    keep(node, officer, sheet, is_offered=…)         it is a draft now; the worksheet is gone,
                                                     unless it was saved again meanwhile
    became(node, officer, worksheet_id, saves)       what a second click finds
    of_draft(node, officer, draft_id)                a worksheet that changes a kept draft

Floor: rooms.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.acts import blob_role
from comity.acts.record import Act
from comity.clocks import instants
from comity.domestic.release.content import Body
from comity.joint.request import acts, codes
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import draft_view, uploads, worksheets
from comity.node.desk.draft_view import Pending
from comity.node.desk.worksheets import FROM_DRAFT, FROM_UPLOAD, Begun, Worksheet
from comity.node.room import act_blobs, act_words, request_file
from comity.node.room.act_blobs import Contents, Opened
from comity.node.room.act_words import Attachment, Words
from comity.node.room.release import idempotency, send
from comity.node.room.release.draft_store import Result, Waiting
from comity.node.room.request_file import AttachmentLine, Written
from comity.rooms.request import completeness, desk, worksheet_completeness
from comity.rooms.request.desk import ask
from comity.rooms.request.worksheet_completeness import Assessed
from comity.seal.stream import Source

KIND: Final = acts.KIND
"""Of the matters that worksheets become."""

_ASKS: Final = frozenset({acts.SUBMITTED, acts.DRAFT_SHOWN})
_WHOLE: Final[Mapping[str, str]] = {blob_role.ELEMENTS: "elements", blob_role.TEXTS: "texts"}


@dataclass(frozen=True, slots=True)
class Crossing:
    """What would cross if a worksheet left now.

    Attributes:
        act: as it would stand in the entry, without its blobs.
        assessed: by the guideline: its channel, and who reads there.
        bodies: what would be sealed beside it, each with the SHA-256 of its plaintext.
        sizes: bytes of each in the clear, in the same order.
        values: elements, items and attachments as they would be sealed.
        texts: likewise.
    """

    act: Act
    assessed: Assessed
    bodies: tuple[Body, ...]
    sizes: tuple[int, ...]
    values: Json
    texts: Json


def preview(node: Node, officer: Officer, sheet: Worksheet) -> Crossing | Inadmissible:
    """Return exactly what would cross; nothing is sealed, large files are not read.

    Raises:
        Unfit: `node.file.unfit`, with what cannot be written so at all.
        Fault: those of uploads, `node.worksheet.attachment-gone`.
    """
    assessed = worksheet_completeness.assess(node, sheet)
    if isinstance(assessed, Inadmissible):
        return assessed
    written = written_of(sheet)
    attached = _attached(node, officer, sheet, written)
    act = ask.act_of(node, officer, written, sheet.addressees, assessed.channel)
    if isinstance(act, Inadmissible):
        return act
    hashed = [one.hashed for one in attached]
    said = Words(written, [one.attachment for one in attached])
    plain = act_words.bodies(said, hashed)
    small = [act_blobs.hashed(one.data) for one in plain]
    bound = [one.bound(sha256) for one, (sha256, _) in zip(plain, small, strict=True)]
    files_ = act_words.attached(said)
    bound += [one.bound(sha256) for one, (sha256, _) in zip(files_, hashed, strict=True)]
    read = {one.role: _json_of(one.data) for one in plain}
    return Crossing(
        act,
        assessed,
        tuple(bound),
        tuple(size for _, size in [*small, *hashed]),
        read.get(blob_role.ELEMENTS),
        read.get(blob_role.TEXTS),
    )


def _json_of(data: bytes | Contents) -> Json:
    assert isinstance(data, bytes)
    return ijson.parse(data)


def keep(node: Node, officer: Officer, sheet: Worksheet, *, is_offered: bool) -> Result:
    """Make a draft of a worksheet, or change the one that it was begun from; it is gone then.

    Args:
        node: ours.
        officer: whose it is.
        sheet: as they saw it.
        is_offered: with their approval, for others to approve; where one approval is enough it
            is sent.

    Raises:
        Unfit: `node.file.unfit`.
        Fault: `node.draft.unknown`, those of uploads and of `append`.
    """
    written = written_of(sheet)
    attached = [one.attachment for one in _attached(node, officer, sheet, written)]
    if is_offered:
        no = _incomplete(node, sheet)
        if no is not None:
            return no
    if sheet.draft:
        result = _changed(node, officer, sheet, Words(written, attached), is_offered=is_offered)
    else:
        result = desk.send(
            node,
            officer,
            written,
            attached,
            sheet.addressees,
            key=key_of(sheet),
            channel=sheet.channel,
            is_held=not is_offered,
        )
    if not isinstance(result, Inadmissible):
        _done(node, officer, sheet)
    return result


def key_of(sheet: Worksheet) -> str:
    """Return the key by which a second click on one save of a worksheet is the same command."""
    return f"worksheet-{sheet.id}-{sheet.saves}"


def became(node: Node, officer: Officer, worksheet_id: str, saves: int) -> Result | None:
    """Return what one save of a worksheet has become, or None if it has not left."""
    with node.store.read() as tx:
        return idempotency.of_key(tx, node, officer, f"worksheet-{worksheet_id}-{saves}")


def _incomplete(node: Node, sheet: Worksheet) -> Inadmissible | None:
    assessed = worksheet_completeness.assess(node, sheet)
    if isinstance(assessed, Inadmissible):
        return assessed
    return completeness.incomplete(assessed.judged) if assessed.judged.unmended else None


def _changed(
    node: Node, officer: Officer, sheet: Worksheet, said: Words, *, is_offered: bool
) -> Result:
    result = desk.edit(
        node, officer, sheet.draft, said, sheet.addressees, over=sheet.content_sha256
    )
    if is_offered and isinstance(result, Waiting):
        return send.release(node, officer, sheet.draft)
    return result


def _done(node: Node, officer: Officer, sheet: Worksheet) -> None:
    """Forget the worksheet; the draft has sealed copies of what was attached."""
    is_gone = worksheets.forget(node, sheet)
    node.step("worksheet.left")
    if not is_gone:
        return
    for source in sheet.sources.values():
        if source.startswith(FROM_UPLOAD):
            uploads.forget(node, officer, source.removeprefix(FROM_UPLOAD))


def written_of(sheet: Worksheet) -> Written:
    """Return what was entered as a request file says it; what is empty is left out.

    Raises:
        Unfit: `node.file.unfit`.
    """
    said = {name: one for name, one in sheet.value.items() if one not in ("", None, [], {}, False)}
    said["texts"] = [one for one in sheet.many("texts") if str(one.get("text", "")).strip()]
    said["elements"] = dict(sheet.elements)
    return request_file.from_json(cast("Json", said), request_file.REQUEST, "worksheet")


def of_draft(node: Node, officer: Officer, draft_id: str) -> Worksheet | Inadmissible:
    """Return the worksheet in which an officer changes a kept request; begun if there is none.

    Raises:
        Fault: `node.draft.unknown`, those of `worksheets.begin`.
    """
    one = draft_view.find(node, officer, draft_id)
    if one.draft.act.tag not in _ASKS:
        return Inadmissible(
            "release.not-a-request",
            "This draft answers a request or says something else about it.",
            "Change it where the request is shown, or drop it and write it again.",
        )
    found = worksheets.changing(node, officer, one.draft.act.id)
    return found or worksheets.begin(node, officer, begun_from(one))


def begun_from(one: Pending) -> Begun:
    """Return a kept request as a worksheet has it."""
    act = one.draft.act
    carried = cast("dict[str, Any]", one.json(blob_role.ELEMENTS) or {})
    lines = [_line(each) for each in carried.get("attachments") or []]
    roles = {f"{blob_role.ATTACHMENT}:{at}": each for at, each in enumerate(lines, start=1)}
    value: dict[str, Json] = {
        "type": act.codes.get(acts.TYPE, ""),
        "urgency": act.urgency,
        "own_reference": act.codes.get(acts.OWN_REFERENCE, ""),
        "mark": _mark(one),
        "elements": carried.get("elements") or {},
        "items": carried.get("items") or [*act.items],
        "texts": one.json(blob_role.TEXTS) or [],
        "attachments": [*lines],
        "lacks": {**acts.under(act, acts.LACKS)},
        "times": {name: instants.render(at_ms) for name, at_ms in act.times.items()},
        "extends": act.codes.get(acts.EXTENDS, ""),
        "follows": act.codes.get(acts.FOLLOWS, ""),
        "oral": act.codes.get(acts.FORM) == codes.ORAL,
    }
    sources = {
        str(roles[each.role]["path"]): f"{FROM_DRAFT}{each.role}"
        for each in one.bound
        if each.role in roles
    }
    to = tuple("/".join(filter(None, (each.party, each.agency))) for each in act.to)
    bound = (act.id, one.draft.content_sha256)
    return Begun(to, value, sources, one.draft.channel, bound)


def _line(told: Mapping[str, Any]) -> dict[str, Json]:
    names = ("media_type", "mark", "role", "exhibit", "provenance")
    return {"path": told["name"], **{name: told[name] for name in names if told.get(name)}}


def _mark(one: Pending) -> str:
    return next((b.mark for b in one.bound if b.role in _WHOLE), request_file.MARK_DEFAULT)


@dataclass(frozen=True, slots=True)
class _Attached:
    """A file with what is known of it before it is read."""

    attachment: Attachment
    hashed: tuple[str, int]


def _attached(node: Node, officer: Officer, sheet: Worksheet, written: Written) -> list[_Attached]:
    found = []
    kept: Mapping[str, Opened] | None = None
    for line in written.attachments:
        source = sheet.sources.get(line.path, "")
        if source.startswith(FROM_UPLOAD):
            come = uploads.contents(node, officer, source.removeprefix(FROM_UPLOAD))
            size = (come.upload.sha256, come.upload.size_bytes)
            found.append(_Attached(Attachment(line, come), size))
            continue
        kept = _of_draft(node, officer, sheet) if kept is None else kept
        body = kept.get(source.removeprefix(FROM_DRAFT)) if source else None
        found.append(_from_draft(node, line, body))
    return found


def _of_draft(node: Node, officer: Officer, sheet: Worksheet) -> Mapping[str, Opened]:
    if not sheet.draft:
        return {}
    return {one.blob.role: one for one in draft_view.find(node, officer, sheet.draft).bodies}


def _from_draft(node: Node, line: AttachmentLine, body: Opened | None) -> _Attached:
    if body is None:
        raise Fault(
            code="node.worksheet.attachment-gone",
            what=f"The bytes of {quoted(line.path)} are not here any more.",
            fix="Take the attachment out, and attach the file again.",
        )
    data = body.data if body.is_whole else _Kept(node, body)
    return _Attached(Attachment(line, data), act_blobs.hashed(data))


@dataclass(frozen=True, slots=True)
class _Kept:
    """A large body of a draft, read from its start."""

    node: Node
    body: Opened

    @property
    def size_bytes(self) -> int:
        """How many bytes there are."""
        return self.body.size_bytes or 0

    @contextmanager
    def open(self) -> Iterator[Source]:
        """Begin to read."""
        yield _Parts(act_blobs.parts(self.node, self.body))


class _Parts:
    """Parts that follow each other, read as one."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._left = memoryview(b"")

    def read(self, size_bytes: int, /) -> bytes:
        """Return up to that many bytes; none only at the end."""
        while not self._left:
            part = next(self._parts, None)
            if part is None:
                return b""
            self._left = memoryview(part)
        data, self._left = self._left[:size_bytes], self._left[size_bytes:]
        return bytes(data)
