"""Draft, approvals, release, append: the only way out of a node, for every room.

    prepare  seal the bodies, fix the content             (before any transaction)
    send     with one approval needed: all steps at once, in the transaction that appends
             with more: the draft is kept with its author's, and goes out with the last

Source: protocol rules 14, 17 and 21.
Floor: node.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.acts.record import Act
from comity.domestic.release import content, decide, fold, record
from comity.domestic.release.acts import Approved, Step
from comity.domestic.release.decide import By
from comity.domestic.release.fold import State
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.context import Node
from comity.node.desk import bodies, drafts, gates, locallog, officers
from comity.node.desk.bodies import Plain, Sealed
from comity.node.desk.drafts import Command, Draft, Result, Sent, Waiting
from comity.node.exchange import append
from comity.node.exchange.append import Candidate
from comity.node.ports import Tx
from comity.node.rows import Officer

_STEP_CODES: Final = {
    "Drafted": "release.drafted",
    "Approved": "release.approved",
    "Released": "release.released",
    "Appended": "release.appended",
    "Dropped": "release.dropped",
}


def set_approvals(node: Node, count: int) -> None:
    """Set how many officers must approve an act before it is released.

    Args:
        node: ours.
        count: at least 1; nothing is noted if it was so before.
    """
    assert count >= 1
    with node.store.read() as tx:
        is_so = drafts.approvals_needed(tx) == count
    if not is_so:
        with node.store.write() as tx:
            tx.save_record(drafts.SETTING, drafts.APPROVALS, count)
            locallog.note(tx, node, "nation.approvals-set", {"count": str(count)})


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
    return Draft(
        replace(act, blobs=tuple(one.blob for one in sealed)),
        channel,
        content.sha256(act, [one.bound for one in sealed]),
        rows={one.blob.sha256: one.row for one in sealed if one.row is not None},
        large={one.blob.sha256: one.bound.sha256 for one in sealed if one.row is None},
        command=command,
    )


def send(node: Node, officer: Officer, draft: Draft) -> Result:
    """Let a draft out if one approval is enough; else keep it until it has them.

    Raises:
        Fault: those of `append`.
    """
    with node.store.read() as tx:
        needed = drafts.approvals_needed(tx)
    if needed == 1:
        result = _append(node, officer, draft, _all_steps)
    else:
        result = _keep(node, officer, draft, needed)
    if isinstance(result, Inadmissible) or _id_of(result) != draft.act.id:
        _drop_large(node, draft)  # refused, or an earlier command with the same key had sent it
    return result


def _id_of(result: Sent | Waiting) -> str:
    return result.act_id if isinstance(result, Sent) else result.draft_id


def _drop_large(node: Node, draft: Draft) -> None:
    """Destroy the large bodies of what does not go out; nothing names them."""
    for blob in draft.act.blobs:
        if blob.sha256 not in draft.rows:
            node.bodies.drop(blob.sha256)


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
        draft = drafts.kept(tx, draft_id)
        needed = drafts.approvals_needed(tx)
        by = _by(tx, node, officer)
        step = decide.approve(draft.state, by, content_sha256 or draft.content_sha256)
        if isinstance(step, Inadmissible):
            return step
        draft = _step(tx, node, draft, officer, step)
        missing = needed - len(set(draft.state.approvers) - set(by.ended))
        tx.save_record(drafts.DRAFT, draft_id, drafts.to_json(draft))
    if missing > 0:
        return Waiting(draft_id, draft.act.matter.id, missing)
    return _append(node, officer, draft, _release_step)


def drop(node: Node, officer: Officer, draft_id: str) -> Inadmissible | None:
    """Throw a kept draft away.

    Raises:
        Fault: `node.draft.unknown`.
    """
    with node.store.write() as tx:
        draft = drafts.kept(tx, draft_id)
        step = decide.drop(draft.state, _by(tx, node, officer))
        if isinstance(step, Inadmissible):
            return step
        _step(tx, node, draft, officer, step)
        tx.drop_record(drafts.DRAFT, draft_id)
        for sha256 in draft.rows:
            tx.drop_body(sha256)
    _drop_large(node, draft)
    return None


type _Steps = Callable[[State, By, str, int], Step | Inadmissible | None]


def _all_steps(state: State, by: By, bound: str, needed: int) -> Step | Inadmissible | None:
    """Draft, approve, release and append, one after the other."""
    if state.status == fold.NONE:
        return decide.draft(state, by, bound)
    if state.status == fold.DRAFT and by.officer not in state.approvers:
        return decide.approve(state, by, bound)
    return _release_step(state, by, bound, needed)


def _release_step(state: State, by: By, bound: str, needed: int) -> Step | Inadmissible | None:
    """Release and append what has its approvals."""
    if state.status == fold.DRAFT:
        return decide.release(state, by, bound, needed)
    return decide.append(state, by, bound) if state.status == fold.RELEASED else None


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

    def check(self, tx: Tx, node: Node) -> Inadmissible | None:
        """Decide again, in the transaction that appends."""
        if drafts.earlier(tx, self.officer, self.draft.command) is not None:
            return Inadmissible(_TWICE, "This command has been carried out.", "Show what it did.")
        by = By(self.officer.name, officers.ended_names(tx), self.steps[0].at_ms)
        again = _steps(self.draft, by, self.next_step, drafts.approvals_needed(tx))
        if isinstance(again, Inadmissible):
            return again
        if again != self.steps or _is_changed(tx, self.draft):
            return _CHANGED
        return gates.ask(tx, node, self.officer, replace(self.draft, act=self.act))

    def keep(self, tx: Tx, node: Node) -> None:
        """Keep the release record and note the steps, with the append."""
        for step in self.steps:
            _note(tx, node, self.draft, self.officer, step)
        value: Json = {"salt": self.salt.hex(), "record": self.record.decode()}
        tx.save_record(drafts.RELEASE, self.act.id, value)
        tx.drop_record(drafts.DRAFT, self.act.id)
        drafts.remember(tx, self.officer, self.draft)


def _append(node: Node, officer: Officer, draft: Draft, next_step: _Steps) -> Result:
    """Take the steps that remain and append, all in one transaction."""
    with node.store.read() as tx:
        done = drafts.earlier(tx, officer, draft.command) if draft.state == fold.EMPTY else None
        steps = _steps(draft, _by(tx, node, officer), next_step, drafts.approvals_needed(tx))
        no = None if done else gates.ask(tx, node, officer, draft)
    if done is not None:
        return done
    if isinstance(steps, Inadmissible):
        return steps
    if no is not None:
        return no
    release = _released(node, officer, draft, next_step, steps)
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
    node: Node, officer: Officer, draft: Draft, next_step: _Steps, steps: tuple[Step, ...]
) -> _Release:
    salt = node.entropy(record.SALT_BYTES)
    state = draft.state
    for step in steps[:-1]:
        state = fold.fold(state, step)
    text = record.render(state)
    act = replace(draft.act, release=record.salted_sha256(text, salt))
    return _Release(draft, officer, next_step, steps, act, salt, text)


_TWICE: Final = "release.twice"


def _after_refusal(node: Node, officer: Officer, draft: Draft, no: Inadmissible) -> Result:
    """Return what the same command did, if it lost a race against itself."""
    if no.rule != _TWICE:
        return no
    with node.store.read() as tx:
        return drafts.earlier(tx, officer, draft.command) or no


def _steps(draft: Draft, by: By, next_step: _Steps, needed: int) -> tuple[Step, ...] | Inadmissible:
    state, steps = draft.state, list[Step]()
    while (step := next_step(state, by, draft.content_sha256, needed)) is not None:
        if isinstance(step, Inadmissible):
            return step
        steps.append(step)
        state = fold.fold(state, step)
    return tuple(steps)


_CHANGED: Final = Inadmissible(
    "release.content-changed",
    "The draft was changed or dropped after it was read.",
    "Read it as it is now, and then decide.",
)


def _is_changed(tx: Tx, draft: Draft) -> bool:
    """Return whether a kept draft was changed or dropped since it was read."""
    if draft.state == fold.EMPTY:
        return False
    value = tx.record(drafts.DRAFT, draft.act.id)
    return value is None or drafts.from_json(value, draft.rows).state != draft.state


def _keep(node: Node, officer: Officer, draft: Draft, needed: int) -> Result:
    with node.store.write() as tx:
        done = drafts.earlier(tx, officer, draft.command)
        if done is not None:
            return done
        no = gates.room(tx, node, officer, draft)
        step = no or decide.draft(draft.state, _by(tx, node, officer), draft.content_sha256)
        if isinstance(step, Inadmissible):
            return step
        draft = _step(tx, node, draft, officer, step)
        own = Approved(officer.name, draft.content_sha256, step.at_ms)
        draft = _step(tx, node, draft, officer, own)
        tx.save_bodies(draft.rows)
        tx.save_record(drafts.DRAFT, draft.act.id, drafts.to_json(draft))
        drafts.remember(tx, officer, draft)
    return Waiting(draft.act.id, draft.act.matter.id, needed - 1)


def _step(tx: Tx, node: Node, draft: Draft, officer: Officer, step: Step) -> Draft:
    _note(tx, node, draft, officer, step)
    return replace(draft, state=fold.fold(draft.state, step))


def _note(tx: Tx, node: Node, draft: Draft, officer: Officer, step: Step) -> None:
    facts = {"act": draft.act.id, "content": draft.content_sha256, "officer": officer.name}
    locallog.note(tx, node, _STEP_CODES[type(step).__name__], facts)


def _by(tx: Tx, node: Node, officer: Officer) -> By:
    return By(officer.name, officers.ended_names(tx), node.clock.now_ms())
