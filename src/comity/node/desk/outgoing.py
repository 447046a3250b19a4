"""Approvals, release, append: the only way out of a node, for every room.

    prepare      seal the bodies, fix the content             (before any transaction)
    send         with one approval needed: all steps at once, in the transaction that appends
                 with more: the draft is kept with its author's, and goes out with the last;
                 it is kept too where counsel has to decide first
    hold         keep the draft: nothing is approved yet
    approve      an officer approves what he read; with the last approval it goes out
    release      let out what has its approvals; its author approves by it
    break_glass  one officer alone, in an emergency, with a reason that is reviewed

Whatever the way, the gates are asked (`gates`), in the transaction that appends.

Source: protocol rules 14, 17 and 21.
Floor: node.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.acts.record import Act
from comity.domestic.release import content, decide, fold, record
from comity.domestic.release.acts import Released, Step
from comity.domestic.release.decide import By, Rule
from comity.domestic.release.fold import State
from comity.domestic.release.review import HOUR_MS, Review
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.context import Node
from comity.node.desk import approvals, bodies, drafting, drafts, gates, officers, repeated, reviews
from comity.node.desk.bodies import Plain, Sealed
from comity.node.desk.drafts import Command, Draft, Result, Sent, Waiting
from comity.node.exchange import append
from comity.node.exchange.append import Candidate
from comity.node.ports import Tx
from comity.node.rows import Officer

REASON_CHARS_MAX: Final = 20_000


def set_approvals(node: Node, count: int) -> None:
    """Set how many officers must approve an act before it is released; see `approvals`."""
    approvals.set_count(node, count)


def prepare(
    node: Node,
    channel: str,
    act: Act,
    plain: list[Plain],
    command: Command,
    attached: Sequence[Sealed] = (),
) -> Draft:
    """Seal the bodies of an act and fix what approvals bind; attachments are sealed before."""
    sealed = [*bodies.seal(node, plain), *attached]
    node.step("release.sealed")
    return Draft(
        replace(act, blobs=tuple(one.blob for one in sealed)),
        channel,
        content.sha256(act, [one.bound for one in sealed]),
        rows={one.blob.sha256: one.row for one in sealed if one.row is not None},
        large={one.blob.sha256: one.bound.sha256 for one in sealed if one.is_large},
        command=command,
    )


def send(node: Node, officer: Officer, draft: Draft) -> Result:
    """Let a draft out if one approval is enough; else keep it until it has them.

    Raises:
        Fault: those of `append`.
    """
    with node.store.read() as tx:
        needed = approvals.rule(tx, node, draft)
        no = gates.ask(tx, node, officer, draft)
    waits = no is not None and no.rule in gates.WAITS
    if needed.count == 1 and not waits:
        result = _append(node, officer, draft, _all_steps)
    else:
        result = drafting.keep(node, officer, draft, is_offered=True)
    if isinstance(result, Waiting) and no is not None and waits:
        result = replace(result, waits_for=no)
    return _done(node, draft, result)


def hold(node: Node, officer: Officer, draft: Draft) -> Result:
    """Keep a draft that its author has not approved: only his colleagues see it."""
    return _done(node, draft, drafting.keep(node, officer, draft, is_offered=False))


def _done(node: Node, draft: Draft, result: Result) -> Result:
    if isinstance(result, Inadmissible) or _id_of(result) != draft.act.id:
        drafting.drop_large(node, draft)  # refused, or an earlier command had written it
    return result


def _id_of(result: Sent | Waiting) -> str:
    return result.act_id if isinstance(result, Sent) else result.draft_id


def approve(node: Node, officer: Officer, draft_id: str, content_sha256: str = "") -> Result:
    """Approve a draft as it was read, and let it out if it now has its approvals.

    Args:
        node: ours.
        officer: who approves.
        draft_id: of the draft.
        content_sha256: of the content that he read, or "" for what it says now.

    Raises:
        Fault: `node.draft.unknown`, and those of `append`.
    """
    with node.store.write() as tx:
        draft = drafts.kept_for(tx, officer, draft_id)
        approved = _approve(tx, node, officer, draft, content_sha256 or draft.content_sha256)
        if isinstance(approved, Inadmissible):
            return approved
        lacks = approvals.missing(tx, node, officer, approved)
    node.step("release.approved")
    if lacks:
        return Waiting(draft_id, draft.act.matter.id, lacks)
    return _append(node, officer, approved, _release_step)


def release(node: Node, officer: Officer, draft_id: str, content_sha256: str = "") -> Result:
    """Let out a draft that has its approvals; its author approves by it.

    Args:
        node: ours.
        officer: who releases.
        draft_id: of the draft.
        content_sha256: as for `approve`.

    Raises:
        Fault: `node.draft.unknown`, and those of `append`.
    """
    with node.store.write() as tx:
        draft = drafts.kept_for(tx, officer, draft_id)
        if content_sha256 not in {"", draft.content_sha256}:
            return _CHANGED
        if officer.name == draft.state.author and officer.name not in draft.state.approvers:
            approved = _approve(tx, node, officer, draft, draft.content_sha256)
            if isinstance(approved, Inadmissible):
                return approved
            draft = approved
        lacks = approvals.missing(tx, node, officer, draft)
    node.step("release.approved")
    if lacks:
        return Waiting(draft_id, draft.act.matter.id, lacks)
    return _append(node, officer, draft, _release_step)


def _approve(
    tx: Tx, node: Node, officer: Officer, draft: Draft, content_sha256: str
) -> Draft | Inadmissible:
    needed = approvals.rule(tx, node, draft)
    step = officers.changes_nothing(officer) or decide.approve(
        draft.state, approvals.by(tx, node, officer), content_sha256, needed
    )
    if isinstance(step, Inadmissible):
        return step
    approved = drafting.take(tx, node, draft, officer, step)
    drafts.keep(tx, approved)
    node.step("release.approving")
    return approved


def break_glass(
    node: Node, officer: Officer, draft_id: str, reason: str, content_sha256: str = ""
) -> Result:
    """Let a draft out alone, in an emergency: the gates are asked, approvals are not waited for.

    Args:
        node: ours.
        officer: who releases.
        draft_id: of the draft.
        reason: why it could not wait; kept at home, its salted hash stands in the release
            record and in the local log.
        content_sha256: as for `approve`.

    Raises:
        Fault: `node.draft.unknown`, and those of `append`.
    """
    if not 0 < len(reason.strip()) <= REASON_CHARS_MAX:
        return Inadmissible(
            "release.reason-missing",
            "Whoever breaks the glass says why.",
            f"Give a reason of up to {REASON_CHARS_MAX} characters with `--reason`.",
        )
    sealed = _Reason(reason, node.entropy(record.SALT_BYTES))
    with node.store.read() as tx:
        draft = drafts.kept_for(tx, officer, draft_id)
        urgency = approvals.urgency(tx, draft)
    if content_sha256 not in {"", draft.content_sha256}:
        return _CHANGED

    def step(state: State, by: By, bound: str, rule: Rule) -> Step | Inadmissible | None:
        if state.status != fold.DRAFT:
            return _release_step(state, by, bound, rule)
        return decide.break_glass(
            state, by, bound, rule, urgency=urgency, reason_sha256=sealed.sha256
        )

    result = _append(node, officer, draft, step, sealed)
    reviews.watch(node)
    return result


type _Steps = Callable[[State, By, str, Rule], Step | Inadmissible | None]


def _all_steps(state: State, by: By, bound: str, rule: Rule) -> Step | Inadmissible | None:
    """Draft, approve, release and append, one after the other."""
    if state.status == fold.NONE:
        return decide.draft(state, by, bound)
    if state.status == fold.DRAFT and by.officer not in state.approvers:
        return decide.approve(state, by, bound, rule)
    return _release_step(state, by, bound, rule)


def _release_step(state: State, by: By, bound: str, rule: Rule) -> Step | Inadmissible | None:
    """Release and append what has its approvals."""
    if state.status == fold.DRAFT:
        return decide.release(state, by, bound, rule)
    return decide.append(state, by, bound) if state.status == fold.RELEASED else None


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why one officer releases alone, and what its hash is salted with."""

    text: str
    salt: bytes

    @property
    def sha256(self) -> str:
        """What stands in the release record."""
        return record.salted_sha256(self.text.encode(), self.salt)


@dataclass(frozen=True, slots=True)
class _Release:
    """A draft with the steps that let it out, and its act as it will be sealed.

    The hash of the release record stands in the sealed act, so the steps are decided
    before; the transaction that appends decides them anew and refuses if they differ.
    """

    draft: Draft
    officer: Officer
    next_step: _Steps
    steps: tuple[Step, ...]
    act: Act
    salt: bytes
    record: bytes
    reason: _Reason | None

    @property
    def _is_new(self) -> bool:
        """Whether it goes out at once; a draft that was kept has been remembered then."""
        return self.draft.state == fold.EMPTY

    def check(self, tx: Tx, node: Node) -> Inadmissible | None:
        """Decide again, in the transaction that appends."""
        if self._is_new and repeated.earlier(tx, node, self.officer, self.draft.command):
            return Inadmissible(_TWICE, "This was carried out before.", "Show what it did.")
        by = By(self.officer.name, approvals.in_office(tx), self.steps[0].at_ms)
        again = _steps(self.draft, by, self.next_step, approvals.rule(tx, node, self.draft))
        if isinstance(again, Inadmissible):
            return again
        if again != self.steps or _is_changed(tx, self.draft):
            return _CHANGED
        return gates.ask(tx, node, self.officer, replace(self.draft, act=self.act))

    def keep(self, tx: Tx, node: Node) -> None:
        """Keep the release record and note the steps, with the append."""
        draft = self.draft
        for step in self.steps:
            drafting.note(tx, node, draft, self.officer, step, self._more(step))
            draft = replace(draft, state=fold.fold(draft.state, step))
        value: Json = {"salt": self.salt.hex(), "record": self.record.decode()}
        tx.save_record(drafts.RELEASE, self.act.id, value)
        tx.drop_record(drafts.DRAFT, self.act.id)
        tx.drop_record(drafts.EARLIER, self.act.id)
        if self._is_new:
            repeated.remember(tx, self.officer, self.draft)
        if self.reason is not None:
            reviews.save(tx, self._review(tx, node, self.reason))
        node.step("release.recorded")

    def _more(self, step: Step) -> Mapping[str, str]:
        is_alone = isinstance(step, Released) and self.reason is not None
        return {"reason": self.reason.text} if is_alone and self.reason else {}

    def _review(self, tx: Tx, node: Node, reason: _Reason) -> Review:
        at_ms = self.steps[0].at_ms
        hours = approvals.rule(tx, node, self.draft).review_hours
        return Review(
            act_id=self.act.id,
            matter_id=self.act.matter.id,
            agency=self.act.speaker.agency,
            officer=self.officer.name,
            reason=reason.text,
            salt=reason.salt.hex(),
            at_ms=at_ms,
            due_ms=at_ms + hours * HOUR_MS,
        )


def _append(
    node: Node,
    officer: Officer,
    draft: Draft,
    next_step: _Steps,
    reason: _Reason | None = None,
) -> Result:
    """Take the steps that remain and append, all in one transaction."""
    is_new = draft.state == fold.EMPTY
    with node.store.read() as tx:
        done = repeated.earlier(tx, node, officer, draft.command) if is_new else None
        by = approvals.by(tx, node, officer)
        steps = _steps(draft, by, next_step, approvals.rule(tx, node, draft))
        no = None if done else gates.ask(tx, node, officer, draft)
    if done is not None:
        return done
    if isinstance(steps, Inadmissible):
        return steps
    if no is not None:
        return no
    release = _released(node, officer, draft, next_step, steps, reason)
    candidate = Candidate(
        release.act,
        draft.rows,
        check=lambda tx: release.check(tx, node),
        effects=lambda tx: release.keep(tx, node),
    )
    result = append.append(node, draft.channel, [candidate])[0]
    if isinstance(result, Inadmissible):
        return _after_refusal(node, officer, draft, result)
    act = release.act
    return Sent(act.id, act.matter.id, draft.channel, result.origin, result.index)


def _released(
    node: Node,
    officer: Officer,
    draft: Draft,
    next_step: _Steps,
    steps: tuple[Step, ...],
    reason: _Reason | None,
) -> _Release:
    salt = node.entropy(record.SALT_BYTES)
    state = draft.state
    for step in steps[:-1]:
        state = fold.fold(state, step)
    text = record.render(state)
    act = replace(draft.act, release=record.salted_sha256(text, salt))
    return _Release(draft, officer, next_step, steps, act, salt, text, reason)


_TWICE: Final = "release.twice"


def _after_refusal(node: Node, officer: Officer, draft: Draft, no: Inadmissible) -> Result:
    """Return what the same command did, if it lost a race against itself."""
    if no.rule != _TWICE:
        return no
    with node.store.read() as tx:
        return repeated.earlier(tx, node, officer, draft.command) or no


def _steps(draft: Draft, by: By, next_step: _Steps, rule: Rule) -> tuple[Step, ...] | Inadmissible:
    state, steps = draft.state, list[Step]()
    while (step := next_step(state, by, draft.content_sha256, rule)) is not None:
        if isinstance(step, Inadmissible):
            return step
        steps.append(step)
        state = fold.fold(state, step)
    return tuple(steps)


_CHANGED: Final = Inadmissible(
    "release.content-changed",
    "The draft, or whose approval of it counts, changed after it was read.",
    "Read it as it is now, and then decide.",
)


def _is_changed(tx: Tx, draft: Draft) -> bool:
    """Return whether a kept draft was changed or dropped since it was read."""
    if draft.state == fold.EMPTY:
        return False
    value = tx.record(drafts.DRAFT, draft.act.id)
    return value is None or drafts.from_json(value, draft.rows).state != draft.state
