"""What a request lacks by its guideline: at drafting, at release and again at receipt.

    judge(guideline, Content(…)) -> Judged(findings, excused)

One function for both sides.  The asker may leave something out with a coded reason, which
stands in the entry; the receiver may disagree, and say so element by element.

Source: docs/spec/guideline.md, clause 12.
Floor: rooms.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from comity.acts import blob_role
from comity.acts.record import Act, Matter
from comity.joint.guideline import completeness
from comity.joint.guideline.completeness import Finding
from comity.joint.guideline.model import Guideline
from comity.joint.request import acts, codes, reasons, rules, state, table
from comity.joint.request.refusals import no
from comity.joint.request.state import EMPTY, State
from comity.joint.request.turn import Turn
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import act_blobs, joint_texts, matter_read
from comity.node.room.act_blobs import Opened
from comity.node.room.matter_read import Shown
from comity.node.room.release.draft_store import Draft
from comity.node.room.request_file import Written
from comity.rooms.request import guideline_binding, guideline_rules, reading

EMERGENCY: Final = "emergency"
_ASKS: Final = frozenset({acts.SUBMITTED, acts.DRAFT_SHOWN})
_WHOLE: Final = frozenset({acts.SUBMITTED, acts.CONFIRMED})
_SUPPLIES: Final = frozenset({acts.SUBMITTED, acts.CONFIRMED, acts.CLARIFIED, acts.CORRECTED})


@dataclass(frozen=True, slots=True)
class Content:
    """What is judged.

    Attributes:
        type: of the request.
        urgency: of the request.
        elements: `{element: value}`.
        texts: the request in words.
        attachments: what is said of each.
        to: parties that are asked; empty if it is not known yet.
        lacks: `{element: why it is left out}`.
        is_oral: whether it was said orally, to be confirmed in writing.
    """

    type: str
    urgency: str
    elements: Mapping[str, Json]
    texts: Sequence[Json] = ()
    attachments: Sequence[Json] = ()
    to: Sequence[str] = ()
    lacks: Mapping[str, str] = field(default_factory=dict)
    is_oral: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What a request lacks.

    Attributes:
        guideline: that it was judged by.
        findings: everything, in the order in which its type asks.
        lacks: `{element: why}`, as the asker says.
        waits: whether what is missing may follow: an emergency that was told orally.
    """

    guideline: Guideline
    findings: tuple[Finding, ...]
    lacks: Mapping[str, str]
    waits: bool

    @property
    def unmended(self) -> tuple[Finding, ...]:
        """What keeps the request from being sent: required, and with no reason given."""
        found = [one for one in self.findings if one.is_required and one.element not in self.lacks]
        return tuple(one for one in found if not (self.waits and one.kind in _MAY_FOLLOW))


_MAY_FOLLOW: Final = frozenset({"missing", "vague", "no-link", "no-legal-basis", "translation"})
"""Of an oral emergency: what is confirmed in writing afterwards; what is wrong is wrong."""


def judge(guideline: Guideline, content: Content, now_ms: int) -> Judged:
    """Return what a request lacks at an instant."""
    findings = completeness.check(
        guideline,
        content.type,
        content.urgency,
        content.elements,
        texts=content.texts,
        attachments=content.attachments,
        now_ms=now_ms,
        to=content.to,
    )
    waits = content.is_oral and content.urgency == EMERGENCY
    return Judged(guideline, findings, content.lacks, waits)


def of_file(written: Written, to: Sequence[str]) -> Content:
    """Return what a request file says."""
    return Content(
        written.type,
        written.urgency,
        written.elements,
        written.texts,
        [{"role": one.role} for one in written.attachments],
        to,
        written.lacks,
        written.is_oral,
    )


def of_written(node: Node, channel: str, bound: Written, to: Sequence[str]) -> Inadmissible | None:
    """Return why a request file that is bound to a version is not complete, or None."""
    if not bound.guideline:
        return None
    with node.store.read() as tx:
        guideline = joint_texts.bound(node, tx, channel, bound.guideline)
    assert guideline is not None
    judged = judge(guideline, of_file(bound, to), node.clock.now_ms())
    return incomplete(judged) if judged.unmended else None


def of_bodies(asked: Content, said: Iterable[Sequence[Opened]]) -> Content:
    """Return what a request says with all that its asker supplied, in the order it was said.

    Args:
        asked: type, urgency, addressees and what was left out; nothing else is read of it.
        said: bodies of the submission, of its confirmation and clarifications.
    """
    elements: dict[str, Json] = {}
    texts: list[Json] = []
    attachments: list[Json] = []
    for opened in said:
        carried = _object(matter_read.body_json(opened, blob_role.ELEMENTS))
        elements |= _object(carried.get("elements"))
        attachments += _list(carried.get("attachments"))
        texts += _list(matter_read.body_json(opened, blob_role.TEXTS))
    return replace(asked, elements=elements, texts=texts, attachments=attachments)


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def gate(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:  # noqa: ARG001 -- a gate; it asks what is said and not by whom
    """Return why the guideline has something against an act about a request, or None."""
    act = draft.act
    if act.matter.kind != acts.KIND:
        return None
    row = tx.matter(draft.channel, act.matter)
    now = state.from_json(row.state) if row else EMPTY
    guideline = _guideline(tx, node, draft, now)
    if guideline is None or isinstance(guideline, Inadmissible):
        return guideline
    against = rules.problem(guideline_rules.of(guideline), now, act)
    if against:
        return no(against, act)
    return _incomplete(tx, node, draft, now, guideline) if act.tag in _WHOLE else None


def _guideline(tx: Tx, node: Node, draft: Draft, now: State) -> Guideline | Inadmissible | None:
    """Return the version that an act is judged by; what asks is bound to the one in force."""
    act = draft.act
    if act.tag not in _ASKS:
        return joint_texts.bound(node, tx, draft.channel, now.guideline) if now.guideline else None
    found = guideline_binding.in_force(node, tx, draft.channel)
    if found is None:
        return guideline_binding.not_adopted(act.guideline) if act.guideline else None
    if isinstance(found, Guideline) and act.guideline != found.sha256:
        return guideline_binding.not_in_force(act.guideline, found)
    return found


def _incomplete(
    tx: Tx, node: Node, draft: Draft, now: State, guideline: Guideline
) -> Inadmissible | None:
    """Return what a request lacks that is about to be sent or confirmed, or None."""
    act = draft.act
    own = act_blobs.open_words(node, tx, act, rows=draft.rows)
    if act.tag == acts.SUBMITTED:
        content = of_bodies(_of_submission(act), [own])
    else:
        said = [*supplied(node, tx, draft.channel, act.matter, now), own]
        content = of_bodies(replace(of_state(now), is_oral=not _is_open(now)), said)
    judged = judge(guideline, content, node.clock.now_ms())
    if not judged.unmended:
        return None
    return incomplete(judged, _ANOTHER if act.tag == acts.CONFIRMED else _SAY_WHY)


def _is_open(now: State) -> bool:
    """Return whether another request could still take the place of this one.

    Once all is decided none can, and a confirmation says no reason for what it leaves out: held
    up for what cannot be had, it would be owed for ever.
    """
    return any(track.status in table.OPEN for track in now.tracks)


def _of_submission(act: Act) -> Content:
    return Content(
        act.codes.get(acts.TYPE, ""),
        act.urgency,
        {},
        to=[each.party for each in act.to],
        lacks=acts.under(act, acts.LACKS),
        is_oral=act.codes.get(acts.FORM) == codes.ORAL,
    )


def of_state(now: State) -> Content:
    """Return what stands in the entries of a request; its bodies are read beside."""
    to = [track.party for track in now.tracks]
    return Content(
        now.type, now.urgency, {}, to=to, lacks=now.lacks, is_oral=now.form == codes.ORAL
    )


def supplied(
    node: Node, tx: Tx, channel: str, matter: Matter, now: State
) -> list[Sequence[Opened]]:
    """Return the bodies of all that the asker of a request has supplied, in its order."""
    rows = {row.act.id: row.act for row in tx.acts_of(channel, matter) if row.party == now.asker}
    told = [turn.act_id for turn in now.turns if turn.tag in _SUPPLIES and turn.takes_effect]
    return [act_blobs.open_words(node, tx, rows[one]) for one in told if one in rows]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A request as its receiver examines it.

    Attributes:
        shown: the request, as an officer reads it.
        judged: what it lacks, or None where no guideline is known that it names.
        content: what was judged.
    """

    shown: Shown
    judged: Judged | None
    content: Content


def review(node: Node, officer: Officer, matter_id: str) -> Reviewed:
    """Judge a request as it stands here, with all that its asker has supplied since.

    It is judged as of its receipt: a transfer was in time if it was in time then.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.ambiguous`, `node.matter.prefix-short`.
    """
    return judged_of(node, reading.read(node, officer, matter_id))


def judged_of(node: Node, shown: Shown) -> Reviewed:
    """Judge a request that was read; see `review`."""
    now = shown.state
    with node.store.read() as tx:
        guideline = joint_texts.bound(node, tx, shown.row.channel, now.guideline)
    content = supplied_of(shown)
    if guideline is None:
        return Reviewed(shown, None, content)
    told = (turn.received_at_ms for turn in now.turns if _supplies(turn) and turn.received_at_ms)
    return Reviewed(
        shown, judge(guideline, content, next(told, None) or node.clock.now_ms()), content
    )


def supplied_of(shown: Shown) -> Content:
    """Return what a request says with all that its asker has supplied, as far as it can be read."""
    now = shown.state
    by_id = {act_id: said for (party, act_id), said in shown.said.items() if party == now.asker}
    told = [turn.act_id for turn in now.turns if _supplies(turn)]
    return of_bodies(of_state(now), [by_id[one].bodies for one in told if one in by_id])


def _supplies(turn: Turn) -> bool:
    return turn.tag in _SUPPLIES and turn.takes_effect


_SAY_WHY: Final = (
    f"Complete them, or say why in `lacks`, element by element: {', '.join(reasons.LACKINGS)}."
)
_ANOTHER: Final = (
    "Complete them; what cannot be had is left out with `lacks` by a request that supersedes this "
    "one."
)


def incomplete(judged: Judged, fix: str = _SAY_WHY) -> Inadmissible:
    """Return why a request is not sent: each finding, with what to do."""
    lines = [
        f"{_place(one)}: {one.kind}: {one.what.get('en', '')} {one.fix.get('en', '')}".rstrip()
        for one in judged.unmended
    ]
    noun = "thing" if len(lines) == 1 else "things"
    told = "\n  ".join(
        [f"The request has {len(lines)} {noun} to complete by its guideline:", *lines]
    )
    return Inadmissible("request.incomplete", told, fix)


def _place(one: Finding) -> str:
    return f"{one.element}/{one.at}" if one.at else one.element
