"""Approvals, release, append: the only way out of a node, for every room.

    prepare      seal the bodies, fix the content             (before any transaction)
    send         with one approval needed: all steps at once, in the transaction that appends
                 with more: the draft is kept with its author's, and goes out with the last;
                 it is kept too where counsel has to decide first
    hold         keep the draft: nothing is approved yet
    approve      an officer approves what they read; with the last approval it goes out
    release      let out what has its approvals; its author approves by it
    break_glass  one officer alone, in an emergency, with a reason that is reviewed

Whatever the way, the gates are asked (`gates`), in the transaction that appends.

Source: protocol rules 14, 17 and 21.
Floor: node.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from comity.acts.record import Act
from comity.domestic.release import content, decide, fold, record
from comity.domestic.release.acts import Step
from comity.domestic.release.decide import By, Rule
from comity.domestic.release.fold import State
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import act_blobs, officers
from comity.node.room.act_blobs import Plain, Sealed
from comity.node.room.release import approve as approvals
from comity.node.room.release import draft as drafting
from comity.node.room.release import draft_store, emergency_review, gates
from comity.node.room.release import release as letting_out
from comity.node.room.release.draft_store import Command, Draft, Result, Sent, Waiting

REASON_CHARS_MAX: Final = 20_000
_RING: Final = "The words of a call: who rings, or is rung, waits for nobody."


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
    sealed = [*act_blobs.seal(node, plain), *attached]
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
        steps = letting_out.all_steps
        result = letting_out.append_steps(node, officer, draft, steps, is_asked=no is None)
    else:
        result = drafting.keep(node, officer, draft, is_offered=True)
    if isinstance(result, Waiting) and no is not None and waits:
        result = replace(result, waits_for=no)
    elif isinstance(result, Waiting) and approvals.is_ring(node, draft):
        result = _at_once(node, officer, result)
    return _done(node, draft, result)


def _at_once(node: Node, officer: Officer, waiting: Waiting) -> Result:
    """Let out the words of a ring by the officer who says them, if they may alone; it is reviewed.

    Else it waits as other words do: where the text lets nobody release alone, or where the officer
    has none of the roles that it asks for.
    """
    alone = break_glass(node, officer, waiting.draft_id, _RING)
    return waiting if isinstance(alone, Inadmissible) else alone


def hold(node: Node, officer: Officer, draft: Draft) -> Result:
    """Keep a draft that its author has not approved: only their colleagues see it."""
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
        content_sha256: of the content that they read, or "" for what it says now.

    Raises:
        Fault: `node.draft.unknown`, and those of `append`.
    """
    with node.store.write() as tx:
        draft = draft_store.kept_for(tx, officer, draft_id)
        approved = _approve(tx, node, officer, draft, content_sha256 or draft.content_sha256)
        if isinstance(approved, Inadmissible):
            return approved
        lacks = approvals.missing(tx, node, officer, approved)
    node.step("release.approved")
    if lacks:
        return Waiting(draft_id, draft.act.matter.id, lacks)
    return letting_out.let_out(node, officer, approved)


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
        draft = draft_store.kept_for(tx, officer, draft_id)
        if content_sha256 not in {"", draft.content_sha256}:
            return letting_out.CHANGED
        if officer.name == draft.state.author and officer.name not in draft.state.approvers:
            approved = _approve(tx, node, officer, draft, draft.content_sha256)
            if isinstance(approved, Inadmissible):
                return approved
            draft = approved
        lacks = approvals.missing(tx, node, officer, draft)
    node.step("release.approved")
    if lacks:
        return Waiting(draft_id, draft.act.matter.id, lacks)
    return letting_out.let_out(node, officer, draft)


def _approve(
    tx: Tx, node: Node, officer: Officer, draft: Draft, content_sha256: str
) -> Draft | Inadmissible:
    needed = approvals.rule(tx, node, draft)
    step = officers.changes_nothing(officer) or decide.approve(
        draft.state, approvals.by(tx, node, officer), content_sha256, needed
    )
    if isinstance(step, Inadmissible):
        return step
    approved = drafting.keep_after(tx, node, draft, officer, [step])
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
    sealed = letting_out.Reason(reason, node.entropy(record.SALT_BYTES))
    with node.store.read() as tx:
        draft = draft_store.kept_for(tx, officer, draft_id)
        urgency = approvals.urgency(tx, node, draft)
    if content_sha256 not in {"", draft.content_sha256}:
        return letting_out.CHANGED

    def step(state: State, by: By, bound: str, rule: Rule) -> Step | Inadmissible | None:
        if state.status != fold.DRAFT:
            return letting_out.release_step(state, by, bound, rule)
        return decide.break_glass(
            state, by, bound, rule, urgency=urgency, reason_sha256=sealed.sha256
        )

    result = letting_out.append_steps(node, officer, draft, step, sealed)
    emergency_review.watch(node)
    return result
