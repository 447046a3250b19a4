"""The steps that let a draft out: decided before it is sealed, and anew where it is appended.

    let_out        release and append what has its approvals
    append_steps   take whatever steps remain, and append, all in one transaction

Source: protocol rules 14, 17 and 21.
Floor: node.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from comity.acts.record import Act
from comity.domestic.release import decide, fold, record
from comity.domestic.release.acts import Released, Step
from comity.domestic.release.decide import By, Rule
from comity.domestic.release.fold import State
from comity.domestic.release.review import HOUR_MS, Review
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.exchange import append
from comity.node.exchange.append import Candidate
from comity.node.room.release import approve, draft_store, emergency_review, gates, idempotency
from comity.node.room.release import draft as drafting
from comity.node.room.release.draft_store import Draft, Result, Sent

_TRIES: Final = 5


def let_out(node: Node, officer: Officer, draft: Draft) -> Result:
    """Let a draft out that has its approvals; once more where a colleague acts at the same time.

    They approved it too, or let it out: that is no change of what this officer approved.
    """
    for _ in range(_TRIES):
        result = append_steps(node, officer, draft, release_step)
        if not isinstance(result, Inadmissible):
            return result
        with node.store.read() as tx:
            row = tx.act(node.party, draft.act.id)
            log = tx.log(row.origin) if row else None
            if row is not None and log is not None:
                return Sent(row.act.id, row.act.matter.id, log.channel, row.origin, row.index)
            if result is not CHANGED or tx.record(draft_store.DRAFT, draft.act.id) is None:
                return result
            now = draft_store.kept(tx, draft.act.id)
        if now.content_sha256 != draft.content_sha256:
            return result
        draft = now
    return CHANGED


type Steps = Callable[[State, By, str, Rule], Step | Inadmissible | None]


def all_steps(state: State, by: By, bound: str, rule: Rule) -> Step | Inadmissible | None:
    """Draft, approve, release and append, one after the other."""
    if state.status == fold.NONE:
        return decide.draft(state, by, bound)
    if state.status == fold.DRAFT and by.officer not in state.approvers:
        return decide.approve(state, by, bound, rule)
    return release_step(state, by, bound, rule)


def release_step(state: State, by: By, bound: str, rule: Rule) -> Step | Inadmissible | None:
    """Release and append what has its approvals."""
    if state.status == fold.DRAFT:
        return decide.release(state, by, bound, rule)
    return decide.append(state, by, bound) if state.status == fold.RELEASED else None


@dataclass(frozen=True, slots=True)
class Reason:
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
    next_step: Steps
    steps: tuple[Step, ...]
    act: Act
    salt: bytes
    record: bytes
    reason: Reason | None

    @property
    def _is_new(self) -> bool:
        """Whether it goes out at once; a draft that was kept has been remembered then."""
        return self.draft.state == fold.EMPTY

    def check(self, tx: Tx, node: Node) -> Inadmissible | None:
        """Decide again, in the transaction that appends."""
        if self._is_new and idempotency.earlier(tx, node, self.officer, self.draft.command):
            return Inadmissible(_TWICE, "This was carried out before.", "Show what it did.")
        by = By(self.officer.name, approve.in_office(tx), self.steps[0].at_ms)
        again = _steps(self.draft, by, self.next_step, approve.rule(tx, node, self.draft))
        if isinstance(again, Inadmissible):
            return again
        if again != self.steps or _is_changed(tx, self.draft):
            return CHANGED
        return gates.ask(tx, node, self.officer, replace(self.draft, act=self.act))

    def keep(self, tx: Tx, node: Node) -> None:
        """Keep the release record and note the steps, with the append."""
        value: Json = {"salt": self.salt.hex(), "record": self.record.decode()}
        tx.save_record(draft_store.RELEASE, self.act.id, value)
        tx.drop_record(draft_store.DRAFT, self.act.id)
        tx.drop_record(draft_store.EARLIER, self.act.id)
        if self._is_new:
            idempotency.remember(tx, self.officer, self.draft)
        if self.draft.also is not None:
            self.draft.also(tx)
        if self.reason is not None:
            emergency_review.save(tx, self._review(tx, node, self.reason))
        draft = self.draft
        for step in self.steps:
            drafting.note(tx, node, draft, self.officer, step, self._more(step))
            draft = replace(draft, state=fold.fold(draft.state, step))
        row = tx.matter(draft.channel, self.act.matter)
        if row is not None:
            node.rooms[self.act.matter.kind].sent(tx, node, row, self.act, draft.state.author)
        node.step("release.recorded")

    def _more(self, step: Step) -> Mapping[str, str]:
        if self.reason is None or not isinstance(step, Released):
            return {}
        return {"reason": self.reason.text}

    def _review(self, tx: Tx, node: Node, reason: Reason) -> Review:
        at_ms = self.steps[0].at_ms
        hours = approve.rule(tx, node, self.draft).review_hours
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


def append_steps(
    node: Node,
    officer: Officer,
    draft: Draft,
    next_step: Steps,
    reason: Reason | None = None,
    *,
    is_asked: bool = False,
) -> Result:
    """Take the steps that remain and append, all in one transaction.

    Args:
        node: ours.
        officer: who lets it out.
        draft: what.
        next_step: gives each step that remains.
        reason: why one officer does so alone, if one does.
        is_asked: whether the gates were asked on this snapshot, and had nothing against it.
    """
    is_new = draft.state == fold.EMPTY
    with node.store.read() as tx:
        done = idempotency.earlier(tx, node, officer, draft.command) if is_new else None
        by = approve.by(tx, node, officer)
        steps = _steps(draft, by, next_step, approve.rule(tx, node, draft))
        no = None if done or is_asked else gates.ask(tx, node, officer, draft)
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
    next_step: Steps,
    steps: tuple[Step, ...],
    reason: Reason | None,
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
        return idempotency.earlier(tx, node, officer, draft.command) or no


def _steps(draft: Draft, by: By, next_step: Steps, rule: Rule) -> tuple[Step, ...] | Inadmissible:
    state, steps = draft.state, list[Step]()
    while (step := next_step(state, by, draft.content_sha256, rule)) is not None:
        if isinstance(step, Inadmissible):
            return step
        steps.append(step)
        state = fold.fold(state, step)
    return tuple(steps)


CHANGED: Final = Inadmissible(
    "release.content-changed",
    "The draft, or whose approval of it counts, changed after it was read.",
    "Read it as it is now, with `comity draft list`, and then decide.",
)


def _is_changed(tx: Tx, draft: Draft) -> bool:
    """Return whether a kept draft was changed or dropped since it was read."""
    if draft.state == fold.EMPTY:
        return False
    value = tx.record(draft_store.DRAFT, draft.act.id)
    return value is None or draft_store.from_json(value, draft.rows).state != draft.state
