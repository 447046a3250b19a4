"""Worksheets: what an officer has entered so far of a request, before it is a draft.

    begin -> save, save, …        each save is counted, and one that missed another is told
    worksheet_judging             what it lacks by the guideline, field by field
    worksheet_leaving             exactly what would cross; then it becomes a draft

    record kind   key     value
    worksheet     <id>    whose it is, what was entered, how often it was saved

A worksheet may be empty, wrong or half a word: it is judged and never refused.  It is its
author's alone.  One that has a name is a template: they may share it with their agency, and whoever
uses it begins a worksheet of their own from it.

Floor: node.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, cast

from comity.acts.record import Addressee, Matter, addressed
from comity.domestic.officer import role
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import channel_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import About, officer_key, within
from comity.node.base.rows import Officer
from comity.node.room import need_to_know, officers

WORKSHEET: Final = "worksheet"
OPEN_MAX: Final = 200
"""Of one officer, templates among them."""

VALUE_BYTES_MAX: Final = 2 << 20
NAME_CHARS_MAX: Final = 120
WRITING: Final = (role.CASE_OFFICER, role.CONTACT_POINT, role.RELEASING, role.COUNSEL)
"""Of which one is needed to write."""

FROM_UPLOAD: Final = "upload:"
FROM_DRAFT: Final = "draft:"
"""Where the bytes of an attachment are: an upload of the officer, or a body of the draft that
the worksheet changes."""

_ABOUT: Final = "worksheet"


@dataclass(frozen=True, slots=True)
class Worksheet:
    """What an officer has entered.

    Attributes:
        id: by which they name it.
        officer: whose it is.
        agency: for which they write.
        to: who is asked, each as `PARTY` or `PARTY/AGENCY`.
        value: as a request file has it, as far as it was entered; nothing of it need fit.
        sources: where the bytes of each attachment are, by its path.
        channel: its path, or "" for the one that the parties share.
        saves: how often it was saved.
        begun_ms: when it was begun.
        saved_ms: when it was saved last.
        draft: id of the kept draft that it changes, or "".
        content_sha256: what that draft said when the worksheet was begun.
        name: of a template, or "".
        is_shared: whether the agency reads the template.
    """

    id: str
    officer: str
    agency: str
    to: tuple[str, ...]
    value: Mapping[str, Json]
    sources: Mapping[str, str] = field(default_factory=dict)
    channel: str = ""
    saves: int = 1
    begun_ms: int = 0
    saved_ms: int = 0
    draft: str = ""
    content_sha256: str = ""
    name: str = ""
    is_shared: bool = False

    @property
    def parties(self) -> list[str]:
        """The parties that are asked."""
        return [one.party for one in self.addressees]

    @property
    def addressees(self) -> list[Addressee]:
        """Who is asked."""
        return [addressed(one) for one in self.to]

    def text(self, name: str) -> str:
        """Return a field of its value that is a text, or ""."""
        value = self.value.get(name)
        return value if isinstance(value, str) else ""

    @property
    def elements(self) -> Mapping[str, Json]:
        """The values of elements by id."""
        value = self.value.get("elements")
        return value if isinstance(value, dict) else {}

    def many(self, name: str) -> list[dict[str, Json]]:
        """Return the objects of a field that is a list."""
        value = self.value.get(name)
        found = value if isinstance(value, list) else []
        return [one for one in found if isinstance(one, dict)]


_NO_SOURCES: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Begun:
    """What a worksheet begins with.

    Attributes:
        to: who is asked, see `Worksheet.to`.
        value: what is entered already.
        sources: where attachments are.
        channel: its path, or "".
        draft: of the draft that it changes: (id, what it says), or nothing.
        name: of a template, or "".
        is_shared: whether the agency reads the template.
    """

    to: tuple[str, ...]
    value: Mapping[str, Json]
    sources: Mapping[str, str] = _NO_SOURCES
    channel: str = ""
    draft: tuple[str, str] = ("", "")
    name: str = ""
    is_shared: bool = False


def begin(node: Node, officer: Officer, what: Begun) -> Worksheet | Inadmissible:
    """Begin a worksheet.

    Raises:
        Fault: `node.worksheet.too-many`, `node.worksheet.too-large`, `node.worksheet.name-unfit`.
    """
    no = officers.lacks_role(officer, *WRITING)
    if no is not None:
        return no
    now_ms = node.clock.now_ms()
    draft, content_sha256 = what.draft
    made = Worksheet(
        random_id(node.entropy(RANDOM_ID_BYTES)),
        officer.name,
        officer.agency,
        what.to,
        what.value,
        what.sources,
        what.channel or officer.compartment,
        begun_ms=now_ms,
        saved_ms=now_ms,
        draft=draft,
        content_sha256=content_sha256,
        name=_require_name(what.name) if what.name else "",
        is_shared=what.is_shared,
    )
    with node.store.write() as tx:
        if len(_own(tx, officer)) >= OPEN_MAX:
            raise Fault(
                code="node.worksheet.too-many",
                what=f"{officer.name} has {OPEN_MAX} worksheets and templates already.",
                fix="Drop those that are not needed, or make drafts of them.",
            )
        _keep(tx, made)
    return made


def listing(node: Node, officer: Officer) -> list[Worksheet]:
    """Return an officer's worksheets, the one saved last first; no templates."""
    with node.store.read() as tx:
        found = [one for one in _own(tx, officer) if not one.name]
    return sorted(found, key=lambda one: (-one.saved_ms, one.id))


def templates(node: Node, officer: Officer) -> list[Worksheet]:
    """Return the templates that an officer may use, their own and their agency's, by name."""
    with node.store.read() as tx:
        found = [one for one in _read_by(tx, officer) if one.name]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def find(node: Node, officer: Officer, worksheet_id: str) -> Worksheet:
    """Return a worksheet of an officer, or a template that they may use.

    Raises:
        Fault: `node.worksheet.unknown`.
    """
    with node.store.read() as tx:
        return _found(tx, officer, worksheet_id)


def changing(node: Node, officer: Officer, draft_id: str) -> Worksheet | None:
    """Return the worksheet in which an officer changes a draft, or None."""
    with node.store.read() as tx:
        return next((one for one in _own(tx, officer) if one.draft == draft_id), None)


def save(node: Node, officer: Officer, changed: Worksheet) -> Worksheet | Inadmissible:
    """Save what was entered.

    Args:
        node: ours.
        officer: whose it is.
        changed: with `saves` as it was when it was read: one that was saved since, in another
            window, is not written over.

    Raises:
        Fault: `node.worksheet.unknown`, `node.worksheet.too-large`, `node.worksheet.name-unfit`.
    """
    with node.store.write() as tx:
        now = _found(tx, officer, changed.id)
        if now.officer != officer.name:
            return Inadmissible(
                "release.not-own",
                f"This template is {now.officer}'s.",
                "Use it, and save what you change as a template of your own.",
            )
        saved = replace(
            now,
            to=changed.to,
            value=changed.value,
            sources=changed.sources,
            name=_require_name(changed.name) if now.name else "",
            is_shared=changed.is_shared and bool(now.name),
        )
        if saved == now:  # also a form that came twice, by a double click
            return now
        if now.saves != changed.saves:
            return Inadmissible(
                "release.saved-elsewhere",
                "This was saved in another window after it was opened here.",
                "Open what was saved there, or keep what is here as another worksheet.",
            )
        saved = replace(saved, saves=now.saves + 1, saved_ms=node.clock.now_ms())
        _keep(tx, saved)
    return saved


def drop(node: Node, officer: Officer, worksheet_id: str) -> Worksheet | Inadmissible:
    """Throw a worksheet or a template away; its uploads go by themselves.

    Raises:
        Fault: `node.worksheet.unknown`.
    """
    with node.store.write() as tx:
        found = _found(tx, officer, worksheet_id)
        no = may_not_drop(officer, found)
        if no is not None:
            return no
        tx.drop_record(WORKSHEET, worksheet_id)
    return found


def may_not_drop(officer: Officer, found: Worksheet) -> Inadmissible | None:
    """Return the refusal by rule to an officer who would throw away what is another's, or None."""
    if found.officer == officer.name:
        return None
    return Inadmissible(
        "release.not-own",
        f"This template is {found.officer}'s.",
        "Ask them to drop it, or to end sharing it.",
    )


def forget(node: Node, left: Worksheet) -> bool:
    """Forget a worksheet that has become a draft; False if it was saved again meanwhile.

    Large files take long to seal: what was entered in another window until then stands on.
    """
    with node.store.write() as tx:
        kept = tx.record(WORKSHEET, left.id)
        if kept is not None and _from_json(kept).saves != left.saves:
            return False
        tx.drop_record(WORKSHEET, left.id)
    return True


def blank(value: Mapping[str, Json]) -> dict[str, Json]:
    """Return what of a worksheet goes into a template, and into what begins from one.

    Attachments, file numbers and what was left out of one case belong to that case.
    """
    gone = ("attachments", "own_reference", "lacks", "extends", "follows")
    return {name: one for name, one in value.items() if name not in gone}


def named_uploads(tx: Tx) -> set[str]:
    """Return the ids of the uploads that worksheets attach."""
    found: set[str] = set()
    after = ""
    while page := tx.records(WORKSHEET, after=after, count_max=_PAGE):
        for value in page.values():
            sources = cast("dict[str, Any]", value)["sources"].values()
            found |= {s.removeprefix(FROM_UPLOAD) for s in sources if s.startswith(FROM_UPLOAD)}
        after = max(page)
    return found


def attaches(tx: Tx, officer_name: str, upload_id: str) -> bool:
    """Return whether a worksheet of an officer attaches an upload of theirs."""
    officer = tx.officer(officer_name)
    own = _own(tx, officer) if officer else []
    return any(f"{FROM_UPLOAD}{upload_id}" in one.sources.values() for one in own)


_PAGE: Final = 500


def _read_by(tx: Tx, officer: Officer) -> list[Worksheet]:
    reader = need_to_know.reader(tx, officers.current(tx, officer))
    found: list[Worksheet] = []
    after = ""
    while page := tx.records_for(reader, WORKSHEET, after, _PAGE):
        found += [_from_json(value) for value in page.values()]
        after = max(page)
    return found


def _own(tx: Tx, officer: Officer) -> list[Worksheet]:
    return [one for one in _read_by(tx, officer) if one.officer == officer.name]


def _found(tx: Tx, officer: Officer, worksheet_id: str) -> Worksheet:
    reader = need_to_know.reader(tx, officers.current(tx, officer))
    value = tx.record_for(reader, WORKSHEET, worksheet_id)
    if value is None:
        raise Fault(
            code="node.worksheet.unknown",
            what=f"There is no worksheet {quoted(worksheet_id)}.",
            fix="List the worksheets: it was dropped, or became a draft.",
        )
    return _from_json(value)


def _keep(tx: Tx, one: Worksheet) -> None:
    """Keep it for its author; a template that is shared for their agency."""
    value: Json = {
        **{name: getattr(one, name) for name in Worksheet.__slots__},
        "to": [*one.to],
        "value": dict(one.value),
        "sources": dict(one.sources),
    }
    size = len(ijson.render(value))
    if size > VALUE_BYTES_MAX:
        raise Fault(
            code="node.worksheet.too-large",
            what=f"What was entered is {size} bytes.",
            fix=f"Attach long texts as files; at most {VALUE_BYTES_MAX} bytes are kept.",
        )
    compartment = channel_records.compartment(tx, one.channel) if one.channel else ""
    key = within(compartment, one.agency if one.is_shared else officer_key(one.officer))
    tx.save_about(About("", Matter(_ABOUT, one.id), key), WORKSHEET, one.id, value)


def _from_json(value: Json) -> Worksheet:
    fields = cast("dict[str, Any]", value)
    return Worksheet(**{**fields, "to": tuple(fields["to"])})


def _require_name(name: str) -> str:
    text = " ".join(name.split())
    if not 0 < len(text) <= NAME_CHARS_MAX:
        raise Fault(
            code="node.worksheet.name-unfit",
            what="A template has a name, and not too long a one.",
            fix=f"Write between 1 and {NAME_CHARS_MAX} characters.",
        )
    return text
