"""Destroying what is held: the destruction itself, and the act that attests it.

    destroy    rows, files, search, high-water file; then the attestation, for this State

    record kind   key             value
    destroying    <officer>|<key> what a command with that key asked for, and what it destroys

Each State attests for itself, and sees whether the other has.  The history of the request,
its clocks and its proofs stand: they are in the logs, which hold hashes alone.

Source: docs/evidence.md; CETS 224 art. 14.
Floor: rooms.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.acts.record import Blob
from comity.acts.verb import Given
from comity.domestic.custody import acts as steps
from comity.domestic.custody import retention
from comity.joint.request import acts, codes, state
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.exchange import destroyed_blobs
from comity.node.room import act_words, custody, unsigned_bodies
from comity.node.room import retention as retained
from comity.node.room.custody import Why
from comity.node.room.release import draft_store, idempotency
from comity.node.room.release.draft_store import Draft, Result
from comity.rooms.request import desk
from comity.rooms.request.desk.say import found
from comity.seal import symmetric

BLOBS_MAX: Final = 32
"""In one attestation."""

BEGUN: Final = "destroying"

_BY_RULE: Final = frozenset({"retention-ended", "condition"})


@dataclass(frozen=True, slots=True)
class Once:
    """How a command that is repeated is known.

    Attributes:
        key: given by the client, or "".
        said: what it asks for: what is due is less when it is asked again.
    """

    key: str = ""
    said: Json = None


_AS_OFTEN_AS_SAID: Final = Once()


def destroy(  # noqa: PLR0913 -- who destroys what of which request, on which ground and why
    node: Node,
    officer: Officer,
    matter_id: str,
    hashes: Sequence[str],
    reason: str,
    why: Why,
    *,
    once: Once = _AS_OFTEN_AS_SAID,
    owns_high_water: bool = False,
) -> Result:
    """Destroy blobs of a request here, and attest it.

    What is destroyed stays so if the process ends before the attestation: it is then listed,
    and the same command attests it.

    Args:
        node: ours.
        officer: who signed in.
        matter_id: of the request.
        hashes: SHA-256 of stored bytes.
        reason: a code of `codes.DESTRUCTIONS`.
        why: what they say of it, for the chain of custody.
        once: by which a command that is repeated is one.
        owns_high_water: whether this process may write the high-water file.

    Raises:
        Fault: those of `append` and of the stores.
    """
    row, _ = found(node, officer, matter_id)
    with node.store.write() as tx:
        begun = _begun(tx, officer, once)
        if isinstance(begun, Inadmissible):
            return begun
        row = tx.matter(row.channel, row.matter) or row  # it may have been reopened since
        no = _no(node, tx, row, hashes, reason) if begun is None else None
        if no is not None:
            return no
        hashes = [*(hashes if begun is None else begun)]
        if once.key:
            value: Json = {"said": once.said, "hashes": [*hashes]}
            tx.save_record(BEGUN, f"{officer.name}|{once.key}", value)
        for sha256 in hashes:
            if not destroyed_blobs.is_gone(tx, sha256):
                step = custody.step_of(node, officer, steps.DESTROYED, why)
                custody.keep(tx, node, sha256, step)
                destroyed_blobs.note(tx, sha256)
    node.step("destroy.noted")
    destroyed_blobs.sweep(node, owns_high_water=owns_high_water)
    node.step("destroy.swept")
    words = act_words.Words(key=once.key)
    given: Given = {"reason": reason, "blobs": tuple(hashes)}
    return desk.say(node, officer, row.matter.id, acts.DESTROYED, given, words, is_typed=False)


def _begun(tx: Tx, officer: Officer, once: Once) -> list[str] | Inadmissible | None:
    """Return what an earlier command with the same key destroys, if there was one."""
    value = tx.record(BEGUN, f"{officer.name}|{once.key}") if once.key else None
    if value is not None:
        before = cast("dict[str, Any]", value)
        return before["hashes"] if before["said"] == once.said else idempotency.reused(once.key)
    if once.key and idempotency.is_key_used(tx, officer, once.key):
        return idempotency.reused(once.key)
    return None


def unattested(node: Node, tx: Tx, row: MatterRow) -> list[str]:
    """Return the blobs of a request that were destroyed here and that no act attests yet."""
    folded = state.from_json(row.state)
    told = {s for one in folded.destroyed if one.party == node.party for s in one.blobs}
    named = {blob.sha256 for _, blob in retained.blobs(tx, row)}
    return sorted(s for s in named - told if destroyed_blobs.is_gone(tx, s))


def _no(
    node: Node, tx: Tx, row: MatterRow, hashes: Sequence[str], reason: str
) -> Inadmissible | None:
    carried = {blob.sha256: (act, blob) for act, blob in retained.blobs(tx, row)}
    if reason not in codes.DESTRUCTIONS:
        return Inadmissible(
            "custody.reason", f"{reason} is no reason to destroy.", "Use one of the closed list."
        )
    if not hashes or len(hashes) > BLOBS_MAX or not set(hashes) <= carried.keys():
        return Inadmissible(
            "custody.blob",
            f"Name 1 to {BLOBS_MAX} blobs that acts of this request carry.",
            "`comity evidence list` shows them.",
        )
    if reason in _BY_RULE:
        lines = retained.of_matter(node, tx, row, node.clock.now_ms())
        due = {one.due.item.sha256 for one in lines if one.due.state == retention.DUE}
        open_ = [s for s in hashes if s not in due and not destroyed_blobs.is_gone(tx, s)]
        if open_:
            return Inadmissible(
                "custody.not-due",
                f"{len(open_)} of them are not due: no rule or condition asks for it yet, or they "
                "are evidence in another request too, in which none does.",
                "`comity evidence due` shows what is; give another reason if there is one, and "
                "mind that it destroys them for every request.",
            )
    lacking = [
        them for s in hashes if (them := unsigned_bodies.lacking(node, tx, carried[s][0], s))
    ]
    if lacking:
        return Inadmissible(
            "custody.on-its-way",
            f"{len(lacking)} of them wait for {', '.join(sorted(set().union(*lacking)))} to sign.",
            "Wait until that is done, or withdraw what they belong to; a party that is gone for "
            "good is given up: `comity channel give-up`.",
        )
    kept = (draft_store.kept(tx, draft_id) for draft_id in tx.records(draft_store.DRAFT))
    drafted = [d for d in kept if _holds(tx, d, [carried[s][1] for s in hashes])]
    if drafted:
        return Inadmissible(
            "custody.in-draft",
            f"The draft {drafted[0].act.id} carries the same content.",
            "Drop or change the draft first.",
        )
    return None


def _holds(tx: Tx, draft: Draft, doomed: Sequence[Blob]) -> bool:
    """Whether a draft carries the plaintext of one of these blobs, as far as they are rows."""
    plain = {_plain(tx.body(blob.sha256), blob) for blob in doomed} - {""}
    small = {_plain(draft.rows.get(blob.sha256), blob) for blob in draft.act.blobs}
    return bool(plain & (small | set(draft.large.values())))


def _plain(stored: bytes | None, blob: Blob) -> str:
    """Return the hash of a plaintext, or "" of what is not here or does not open under its key."""
    if stored is None:
        return ""
    try:
        return hashlib.sha256(symmetric.open_blob(stored, blob.key)).hexdigest()
    except Fault:
        return ""  # a peer wrote the key: what cannot be read is destroyed all the same
