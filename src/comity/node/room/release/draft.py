"""What happens to a draft before it is released: kept, changed, commented on, thrown away.

Nothing of it is shown to anyone but the officers of the agency that writes it.

Source: protocol rules 14 and 17.
Floor: node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from comity.domestic.release import decide, fold
from comity.domestic.release.acts import Approved, Drafted, Dropped, Released, Step
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.commit_unknown import is_unsure
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import local_log, officers
from comity.node.room.release import (
    approve,
    draft_history,
    draft_list,
    draft_store,
    gates,
    idempotency,
)
from comity.node.room.release.draft_store import Command, Comment, Draft, Result, Waiting

_CODES: Final = {
    "Drafted": "release.drafted",
    "Approved": "release.approved",
    "Returned": "release.returned",
    "Released": "release.released",
    "Appended": "release.appended",
    "Dropped": "release.dropped",
}
_NO_FACTS: Final[Mapping[str, str]] = MappingProxyType({})

COMMENT_CHARS_MAX: Final = 20_000

_CHANGED: Final = Inadmissible(
    "release.content-changed",
    "The draft was changed after it was read.",
    "Read it as it is now, and then change it.",
)


def keep(node: Node, officer: Officer, draft: Draft, *, is_offered: bool) -> Result:
    """Keep a draft; with its author's approval where they offer it to the others."""
    with node.store.write() as tx:
        done = idempotency.earlier(tx, node, officer, draft.command)
        if done is not None:
            return done
        asked = gates.offered if is_offered else gates.room
        no = asked(tx, node, officer, draft)
        step = no or decide.draft(draft.state, approve.by(tx, node, officer), draft.content_sha256)
        if isinstance(step, Inadmissible):
            return step
        steps: list[Step] = [step]
        if is_offered:
            steps.append(Approved(officer.name, draft.content_sha256, step.at_ms))
        tx.save_bodies(draft.rows)
        draft = keep_after(tx, node, draft, officer, steps)
        idempotency.remember(tx, officer, draft)
        if draft.also is not None:
            draft.also(tx)
        lacks = approve.missing(tx, node, officer, draft)
        node.step("release.keeping")
    node.step("release.kept")
    return Waiting(draft.act.id, draft.act.matter.id, lacks)


def edit(node: Node, officer: Officer, draft: Draft, over: str = "") -> Result:
    """Put another content in the place of a kept draft's: every approval of it is void.

    Args:
        node: ours.
        officer: who writes it now; they are its author from now on.
        draft: sealed anew, its act with the same id.
        over: the content that is written over, as it was read, or "" for whatever is there.

    Raises:
        Fault: `node.draft.unknown`; the large bodies of the new content are gone then, unless
            it may have been kept.
    """
    try:
        result, gone = _edited(node, officer, draft, over)
    except BaseException as error:
        if not is_unsure(error):
            drop_large(node, draft)
        raise
    node.step("release.edited")
    drop_large(node, gone)
    return result


def _edited(node: Node, officer: Officer, new: Draft, over: str) -> tuple[Result, Draft]:
    """Return what came of it, and the draft whose bodies are not needed: the old or the new."""
    with node.store.write() as tx:
        old = draft_store.kept_for(tx, officer, new.act.id)
        lacks = approve.missing(tx, node, officer, old)
        if old.content_sha256 == new.content_sha256:  # a call that was cut, and is repeated
            return Waiting(old.act.id, old.act.matter.id, lacks), new
        if over and old.content_sha256 != over:
            return _CHANGED, new
        draft = replace(new, state=old.state, command=old.command)
        step = gates.room(tx, node, officer, draft) or decide.draft(
            old.state, approve.by(tx, node, officer), new.content_sha256
        )
        if isinstance(step, Inadmissible):
            return step, new
        if old.state.approvals:
            draft_history.keep(tx, node, old)
        for sha256 in old.rows:
            tx.drop_body(sha256)
        tx.save_bodies(draft.rows)
        draft = keep_after(tx, node, draft, officer, [step])
        lacks = approve.missing(tx, node, officer, draft)
        node.step("release.editing")
    return Waiting(draft.act.id, draft.act.matter.id, lacks), old


def comment(node: Node, officer: Officer, draft_id: str, text: str) -> Comment:
    """Say something of a draft to those who may see it; see `comment_once`."""
    said = comment_once(node, officer, draft_id, text, draft_store.AS_OFTEN_AS_SAID)
    assert isinstance(said, Comment)
    return said


def comment_once(
    node: Node, officer: Officer, draft_id: str, text: str, command: Command
) -> Comment | Inadmissible:
    """Say something of a draft to those who may see it, once for each key.

    Raises:
        Fault: `node.draft.unknown`, `node.draft.comment-unfit`, `officer.account.ended`,
            `officer.role.lacking`.
    """
    _require_words(text)
    with node.store.write() as tx:
        draft = draft_store.kept_for(tx, officer, draft_id)
        if officer.name not in approve.in_office(tx):
            raise draft_store.unknown(draft_id)
        officers.require_say(tx, node.rooms, officer, draft.channel, draft.act.matter.kind)
        before = idempotency.made(tx, officer, command)
        if before is not None:
            return before if isinstance(before, Inadmissible) else _said(officer, text, before)
        said = _say(tx, node, officer, draft, text)
        when: dict[str, Json] = {"at_ms": said.at_ms, "content": said.content_sha256}
        idempotency.remember_made(tx, officer, command, when)
    node.step("release.commented")
    return said


def _said(officer: Officer, text: str, before: Mapping[str, Any]) -> Comment:
    return Comment(officer.name, text, before["at_ms"], before["content"])


def send_back(node: Node, officer: Officer, draft_id: str, text: str) -> Inadmissible | None:
    """Send a draft that was offered back to its author, and say why; approvals of it are void.

    Raises:
        Fault: `node.draft.unknown`, `node.draft.comment-unfit`.
    """
    _require_words(text)
    with node.store.write() as tx:
        draft = draft_store.kept_for(tx, officer, draft_id)
        rule, who = approve.rule(tx, node, draft), approve.by(tx, node, officer)
        step = decide.send_back(draft.state, who, draft.content_sha256, rule)
        if isinstance(step, Inadmissible):
            return step
        draft_history.keep(tx, node, draft)
        keep_after(tx, node, draft, officer, [step])
        _say(tx, node, officer, draft, text)
    node.step("release.returned")
    return None


def _require_words(text: str) -> None:
    if not 0 < len(text.strip()) <= COMMENT_CHARS_MAX:
        raise Fault(
            code="node.draft.comment-unfit",
            what="A comment has words, and not too many.",
            fix=f"Write between 1 and {COMMENT_CHARS_MAX} characters.",
        )


def _say(tx: Tx, node: Node, officer: Officer, draft: Draft, text: str) -> Comment:
    said = Comment(officer.name, text, node.clock.now_ms(), draft.content_sha256)
    draft_store.save_comment(tx, draft.act.id, said)
    facts = {"act": draft.act.id, "officer": officer.name, "text": text}
    local_log.note(tx, node, "release.commented", facts)
    return said


def to_drop(node: Node, officer: Officer, draft_id: str) -> draft_list.Line | Inadmissible:
    """Return what an officer would throw away, before they do; or why they may not.

    Raises:
        Fault: `node.draft.unknown`.
    """
    with node.store.read() as tx:
        draft = draft_store.kept_for(tx, officer, draft_id)
        step = _dropped(tx, node, officer, draft)
        if isinstance(step, Inadmissible):
            return step
        return draft_list.of_drafts(tx, node, officer, [draft])[0]


def drop(node: Node, officer: Officer, draft_id: str) -> Inadmissible | None:
    """Throw a kept draft away.

    Raises:
        Fault: `node.draft.unknown`.
    """
    with node.store.write() as tx:
        draft = draft_store.kept_for(tx, officer, draft_id)
        step = _dropped(tx, node, officer, draft)
        if isinstance(step, Inadmissible):
            return step
        draft_store.forget(tx, draft)
        note(tx, node, draft, officer, step)
        for sha256 in draft.rows:
            tx.drop_body(sha256)
    node.step("release.dropped")
    drop_large(node, draft)
    return None


def _dropped(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Dropped | Inadmissible:
    no = officers.may_not_say(tx, node.rooms, officer, draft.channel, draft.act.matter.kind)
    return no or decide.drop(draft.state, approve.by(tx, node, officer))


def drop_large(node: Node, draft: Draft) -> None:
    """Destroy the large bodies of what does not go out; nothing names them."""
    for sha256 in draft.large:
        node.bodies.drop(sha256)


def keep_after(tx: Tx, node: Node, draft: Draft, officer: Officer, steps: Sequence[Step]) -> Draft:
    """Keep a draft as steps leave it, and note them: the last says what was kept."""
    after = draft
    for step in steps:
        after = replace(after, state=fold.fold(after.state, step))
    draft_store.keep(node, tx, after)
    for step in steps:
        note(tx, node, draft, officer, step)
        draft = replace(draft, state=fold.fold(draft.state, step))
    return draft


def note(
    tx: Tx,
    node: Node,
    draft: Draft,
    officer: Officer,
    step: Step,
    more: Mapping[str, str] = _NO_FACTS,
) -> None:
    """Note a step in the local log: codes and salted hashes."""
    code = _CODES[type(step).__name__]
    if isinstance(step, Drafted) and draft.state.status == fold.DRAFT:
        code = "release.edited"
    if isinstance(step, Released) and step.reason_sha256:
        code = "release.glass-broken"
    facts = {"act": draft.act.id, "content": draft.content_sha256, "officer": officer.name}
    local_log.note(tx, node, code, {**facts, **more})
