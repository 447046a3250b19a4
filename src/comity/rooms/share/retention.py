"""How long what was given is kept, and what an attestation of destruction does here.

By the text on network protection: a blob is kept so many days after it was received, after the
share expired, or after all of it was retracted; the first end counts.

Source: docs/spec/share.md, 14.
Floor: rooms.
"""

from collections.abc import Iterator
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.domestic.custody import acts as steps
from comity.domestic.custody import retention
from comity.domestic.custody.retention import Rule
from comity.joint.share import acts, text_schema
from comity.joint.share.state import State
from comity.joint.share.text import ProtectionText
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.bindings import Retention
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.exchange import destroyed_blobs
from comity.node.room import custody, unsigned_bodies
from comity.node.room import retention as retained
from comity.node.room.calendars import Adoptions
from comity.node.room.release.draft_store import Draft

_DAY_MS: Final = 86_400_000
_BY_RULE: Final = "retention"


def _begun_ms(now: State, after: str) -> int | None:
    """Return when a time of retention began, or None where it has not."""
    if now.giving is None:
        return None
    if after == text_schema.EXPIRED:
        return now.giving.valid_until_ms
    if after == text_schema.RETRACTED:
        gone = [now.turns[one.at].received_at_ms for one in now.retractions if one.is_whole]
        return next(iter(gone), None)
    return now.turns[now.bundles[-1].at if now.bundles else now.giving.at].received_at_ms


def _rules(now: State, adopted: ProtectionText, _: Adoptions, __: int) -> Iterator[Rule]:
    ends: dict[str, tuple[int, str]] = {}
    for one in adopted.retention:
        begun_ms = _begun_ms(now, one.after)
        if begun_ms is not None:
            end = (begun_ms + one.days * _DAY_MS, one.after)
            ends[one.of] = min(end, ends.get(one.of, end))
    for kind, (at_ms, after) in ends.items():
        yield Rule(kind, after, {after: at_ms})


def _attested(now: State, sha256: str) -> tuple[str, ...]:
    return tuple(sorted({one.party for one in now.destructions if sha256 in one.blobs}))


RETENTION: Final = Retention(lambda _: None, _rules, _attested, is_of_over=False)


def gate(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask whether what would be destroyed is of the share, signed for, and due if a rule says so.

    An attestation destroys here what it names: see `destroy`.
    """
    del officer
    act = draft.act
    row = tx.matter(draft.channel, act.matter) if act.tag == acts.DESTROYED else None
    if row is None:
        return None
    carried = {blob.sha256: said for said, blob in retained.blobs(tx, row)}
    named = list(shape.under(act, acts.BLOB).values())
    if strange := [one for one in named if one not in carried]:
        return Inadmissible(
            "share.destroy.blob",
            f"{strange[0]} is no blob of this share.",
            "`comity evidence due` and `comity share show` name the blobs.",
        )
    if lacking := [one for one in named if unsigned_bodies.lacking(node, tx, carried[one], one)]:
        return Inadmissible(
            "share.destroy.on-its-way",
            f"{len(lacking)} of them wait for the other side to sign.",
            "Wait until that is done.",
        )
    if act.codes.get(acts.REASON) == _BY_RULE:
        lines = retained.of_matter(node, tx, row, node.clock.now_ms())
        due = {one.due.item.sha256 for one in lines if one.due.state == retention.DUE}
        if early := [s for s in named if s not in due and not destroyed_blobs.is_gone(tx, s)]:
            return Inadmissible(
                "share.destroy.not-due",
                f"{len(early)} of them are not due by the text in force.",
                "`comity evidence due` shows what is; give another reason if there is one.",
            )
    return None


def destroy(tx: Tx, node: Node, row: MatterRow, act: Act, author: str) -> None:
    """Destroy here what an attestation of ours names, in the transaction that appends it."""
    del row
    officer = tx.officer(author)
    for sha256 in shape.under(act, acts.BLOB).values() if act.tag == acts.DESTROYED else ():
        if destroyed_blobs.is_gone(tx, sha256):
            continue
        if officer is not None:
            custody.keep(tx, node, sha256, custody.step_of(node, officer, steps.DESTROYED))
        destroyed_blobs.note(tx, sha256, act.id)
