r"""The local log: each domestic step as an entry of codes and salted hashes.

    comity/local/1\n
    {"at":1764000000000,"facts":{"officer":"<64 hex>"},"step":"release.released"}\n

It has the tree, heads and proofs of every other log, so an auditor outside the node can
cosign it.  What a hash stands for, and its salt, stay in a record of the store: an auditor
can be shown one fact without learning another.

A step also proves the records that its write changed, see `comity.node.base.proven`.

    record kind   key                     value
    local-fact    <origin>#<index>        {name: {salt, value}}, or {} where they were lost

Which keys sign it, `exchange.local_keys` says.
Source: architecture section 5; protocol rule 9.
Floor: node.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from comity.domestic.brief import verbs as briefs
from comity.domestic.locallog import entry, export
from comity.kernel.ijson import Json
from comity.node.base import local_keys, proven
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.profile import local_origin
from comity.node.base.rows import LOCAL_CHANNEL, LOG_OPEN, Head, Log
from comity.node.exchange import excuse, logs, sign
from comity.tlog import keys, tree
from comity.tlog.keys import KeySigner
from comity.tlog.tree import HashReader

RECORD_KIND: Final = "local-fact"
SALT_BYTES: Final = 32

SIGN_PAUSE_MS: Final = 5_000
"""A head covers what was taken meanwhile; none is signed sooner after the last."""
SIGN_ANEW_MS: Final = 3_600_000
"""The same head is signed anew, so that its age shows whether the node still signs."""
KEYS_MADE: Final = export.KEYS_MADE
KEYS_REVOKED: Final = "log.keys-revoked"
RECORDS_CHANGED: Final = "records.changed"
"""Of a write that changed what this log proves and noted no step after it."""
FACTS_LOST: Final = "log.facts-lost"
"""Steps came back after a restore, and what their hashes stand for did not."""
KEY_STEPS: Final = frozenset({KEYS_MADE, KEYS_REVOKED})
"""Told to whoever reads the log: they name nobody, and show by which keys it is signed."""
KEPT_ENTRIES: Final = 4_096
"""No peer mirrors this log, so that the high-water file keeps its newest entries."""

STEPS: Final = frozenset(
    {
        "officer.added",
        "officer.ended",
        "officer.access-changed",
        "officer.access-reset",
        "officer.change-agreed",
        "officer.change-asked",
        "officer.change-declined",
        "officer.change-made",
        "officer.factor-refused",
        "officer.factor-shown",
        "officer.changed-alone",
        "officer.link-added",
        "officer.link-used",
        "officer.refused",
        "officer.roles-changed",
        "officer.signed-in",
        "officer.sign-in-failed",
        "officer.token-added",
        "officer.token-ended",
        "officer.token-renewed",
        "release.drafted",
        "release.edited",
        "release.commented",
        "release.approved",
        "release.returned",
        "release.glass-broken",
        "release.reviewed",
        "release.released",
        "release.dropped",
        "release.appended",
        "log.disclosed",
        KEYS_MADE,
        KEYS_REVOKED,
        "log.frozen",
        "log.thawed",
        "log.ended",
        "log.begun",
        "log.accepted",
        "log.keys-given",
        "log.keys-taken",
        "channel.opened",
        "room.adopted",
        "channel.ended",
        "channel.keys-shown",
        "party.paired",
        "party.excused",
        "party.clock-decided",
        "party.given-up",
        "party.taken-back",
        "card.made",
        "card.entered",
        "card.revoked",
        "card.revocation-entered",
        "home.restored",
        "matter.opened",
        "legal.decided",
        *briefs.STEPS,
        "matter.shared",
        "matter.unshared",
        "nation.approvals-set",
        "custody.sealed",
        "custody.read",
        "custody.copied",
        "custody.exported",
        "custody.handed-over",
        "custody.destroyed",
        "exercise.destroyed",
        "clock.warned",
        "clock.moved",
        "nation.agencies-named",
        "nation.profile-adopted",
        "duty.begun",
        "duty.marked",
        "duty.linked",
        "duty.routed",
        "duty.declined",
        "duty.term-set",
        "duty.assigned",
        "duty.accepted",
        "duty.returned",
        "duty.finished",
        "duty.noted",
        "duty.task-added",
        "duty.task-done",
        "duty.advice-asked",
        "duty.advice-given",
        "duty.handed-over",
        "duty.taken-over",
        "duty.plan-changed",
        "ring.rung",
        "ring.answered",
        "ring.ended",
        "ring.ladder-set",
        "device.tested",
        "device.proved",
        "nation.review-hours-set",
        "webhook.added",
        "webhook.ended",
        "desk.filter-shared",
        "desk.filter-dropped",
        "desk.list-taken-out",
        "mail.asked",
        "mail.ended",
        "outside.admitted",
        "outside.entered",
        "outside.ended",
        RECORDS_CHANGED,
        FACTS_LOST,
    }
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: one of `STEPS`, when, and what it is about, in the clear."""

    step: str
    at_ms: int
    facts: Mapping[str, str]


def note(tx: Tx, node: Node, step: str, facts: Mapping[str, str]) -> None:
    """Append one step to the local log, in the transaction that takes it.

    Args:
        tx: a write.
        node: ours.
        step: one of `STEPS`.
        facts: what the step is about, in the clear; only salted hashes enter the log.
    """
    note_all(tx, node, [Taken(step, node.clock.now_ms(), facts)])


def note_all(tx: Tx, node: Node, taken: Sequence[Taken]) -> None:
    """Append steps to the local log, in the transaction that takes them."""
    log = local_log(tx, node)
    entries: list[bytes] = []
    if tx.changed and taken:
        last = taken[-1]
        said = {**last.facts, proven.FACT: proven.render(tx.changed)}
        taken = [*taken[:-1], replace(last, facts=said)]
        tx.changed.clear()
    for index, one in enumerate(taken, start=log.size):
        assert one.step in STEPS
        salts = {
            name: node.entropy(SALT_BYTES) for name in sorted(one.facts) if name != proven.FACT
        }
        if proven.FACT in one.facts:
            salts[proven.FACT] = _salt_of(node, salts)
        hashes = {name: entry.fact_sha256(salts[name], one.facts[name]) for name in salts}
        entries.append(entry.render(one.step, one.at_ms, hashes))
        kept: Json = {n: {"salt": salts[n].hex(), "value": one.facts[n]} for n in salts}
        tx.save_record(RECORD_KIND, _key(log.origin, index), kept)
    logs.append_entries(tx, log, entries)


def _salt_of(node: Node, salts: Mapping[str, bytes]) -> bytes:
    """Return the salt of what a step says of records: of the others', as they are random."""
    if not salts:
        return node.entropy(SALT_BYTES)
    return hashlib.sha256(b"comity/local/records\n" + b"".join(salts.values())).digest()


def prove(node: Node) -> Node:
    """Let each write say in the local log what it changed of the records that it proves.

    A step says it where one is noted after the change; else a step of its own does.
    """

    def note_rest(tx: Tx) -> None:
        if tx.changed:
            note(tx, node, RECORDS_CHANGED, {})

    node.store.at_end = note_rest
    return node


def records_said(tx: Tx, start: int = 0) -> dict[str, str]:
    """Return what the steps from an index on say of the records that they changed, the newest.

    `{kind and key: SHA-256}`, "" of what was dropped.
    """
    log = _own(tx)
    found: dict[str, str] = {}
    if log is not None:
        after = _key(log.origin, start - 1) if start else f"{log.origin}#"
        while page := tx.records(RECORD_KIND, after=after, count_max=proven.PAGE):
            for after, value in page.items():
                fact = value.get(proven.FACT) if isinstance(value, dict) else None
                if isinstance(fact, dict) and after.startswith(f"{log.origin}#"):
                    found |= proven.parse(str(fact.get("value")))
    return found


def local_log(tx: Tx, node: Node) -> Log:
    """Return the local log of this node, begun if there is none."""
    found = _own(tx)
    if found is not None:
        return found
    begun = Log(local_origin(node.party), LOCAL_CHANNEL, node.party, generation=1, own=True)
    tx.save_log(begun)
    return begun


def sign_if_due(node: Node) -> Head | None:
    """Sign the local log if it grew, or if its head is an hour old.

    Returns:
        The new head; None if none was due.

    Raises:
        Fault: as `sign.sign_head`.
    """
    with node.store.read() as tx:
        log = _own(tx)
        head = tx.newest_head(log.origin) if log else None
        is_held_up = log is not None and excuse.is_held_up(node, tx, log)
    if log is None or not log.size or log.state != LOG_OPEN or is_held_up:
        return None
    if log.signed < node.highwater.marks().get(log.origin, (0, b""))[0]:
        bring_back(node)  # the database went back under this process, as to a standby
    has_grown = log.size > log.signed
    if head is not None:
        age_ms = node.clock.now_ms() - head.time_s * 1_000
        if 0 <= age_ms < (SIGN_PAUSE_MS if has_grown else SIGN_ANEW_MS):
            return None
    _keep_vkeys(node, log)
    signed = sign.sign_head(node, log.origin, anew=not has_grown)
    if signed is not None:
        node.highwater.covered(log.origin, signed.size - KEPT_ENTRIES)
    return signed


def _keep_vkeys(node: Node, log: Log) -> None:
    """Note the public keys once, so that a policy is printed without opening private ones."""
    with node.store.read() as tx:
        newest = local_keys.held(tx, log.origin)[-1]
    if newest.vkeys:
        return
    shown = public_keys(node, log.origin, newest.number)
    with node.store.write() as tx:
        every = local_keys.held(tx, log.origin)
        if every[-1].number == newest.number and shown:
            local_keys.save(tx, log.origin, [*every[:-1], replace(every[-1], vkeys=shown)])


def public_keys(node: Node, origin: str, number: int) -> tuple[str, ...]:
    """Return the public halves of some keys of the local log, as texts.

    Raises:
        Fault: `keys.*`.
    """
    signers = node.keys.log_signers(origin, LOCAL_CHANNEL, number)
    return tuple(keys.render(one.vkey) for one in signers if isinstance(one, KeySigner))


def facts(tx: Tx, origin: str, index: int) -> Mapping[str, tuple[str, str]]:
    """Return `{name: (salt in hex, value)}` of one entry: what its hashes stand for."""
    kept = tx.record(RECORD_KIND, _key(origin, index))
    rows = kept if isinstance(kept, dict) else {}
    return {
        name: (str(row["salt"]), str(row["value"]))
        for name, row in rows.items()
        if isinstance(row, dict) and name != proven.FACT
    }


def facts_of(tx: Tx, origin: str, start: int, end: int) -> dict[int, dict[str, str]]:
    """Return `{index: {name: value}}` of the entries of a window, in one read."""
    after = _key(origin, start - 1) if start else f"{origin}#"
    page = tx.records(RECORD_KIND, after=after, count_max=max(1, end - start))
    found: dict[int, dict[str, str]] = {}
    for key, value in page.items():
        index = int(key.rpartition("#")[2]) if key.startswith(f"{origin}#") else end
        if index < end and isinstance(value, dict):
            found[index] = {
                name: str(row["value"])
                for name, row in value.items()
                if isinstance(row, dict) and name != proven.FACT
            }
    return found


def hash_reader(tx: Tx, origin: str, size: int) -> HashReader:
    """Return what reads hashes of the local log's tree."""
    return logs.hash_reader(tx, origin, size)


def bring_back(node: Node) -> int:
    """Put back signed entries that a restored home has lost; return how many.

    The high-water file kept them.  Steps that the restored home has taken since stand after
    them; what the hashes of the entries that came back stand for is lost with the old home.
    Those that the backup has, and were signed after it was made, stand where they are, once.
    Entries that do not give the root that was signed stay out.
    """
    with node.store.read() as tx:
        log = _own(tx)
    size, root = node.highwater.marks().get(log.origin, (0, b"")) if log else (0, b"")
    if log is None or log.signed >= size:
        return 0
    first, kept = node.highwater.kept(log.origin)
    signed = kept[log.signed - first : size - first] if first <= log.signed else []
    with node.store.write() as tx:
        log = logs.require_log(tx, log.origin)
        both = zip(signed, tx.entries(log.origin, log.signed, log.size), strict=False)
        start = log.signed + sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))
        lost, held = signed[start - log.signed :], tx.entries(log.origin, start, log.size)
        base = tree.frontier_of(start, logs.hash_reader(tx, log.origin, max(start, 1)))
        frontier = base.extend(map(tree.leaf_hash, lost))
        if not lost or (frontier.size, frontier.root()) != (size, root):
            return 0
        told = [tx.record(RECORD_KIND, _key(log.origin, i)) for i in range(start, log.size)]
        tx.cut_entries(log.origin, start)
        cut = replace(log, size=start, frontier=base.hashes)
        logs.append_entries(tx, cut, [*lost, *held])
        for index, value in enumerate([*[{}] * len(lost), *told], start):
            tx.save_record(RECORD_KIND, _key(log.origin, index), value)
        steps = [entry.parse(one) for one in lost]
        changes = {i: s for i, s in enumerate(steps, start) if s.code in KEY_STEPS}
        made = {i: s.at_ms for i, s in changes.items() if s.code == KEYS_MADE}
        local_keys.move_up(tx, log.origin, (start, size), made)
        note(tx, node, FACTS_LOST, {"first": str(start), "end": str(size)})
    if changes:
        node.alarms.raise_alarm(
            "node.local-keys.lost",
            f"Keys of {log.origin} were made or revoked after the backup that this home came "
            "from, and what was said of them is lost: see `comity key list`.",
        )
    return len(lost)


def _own(tx: Tx) -> Log | None:
    found = [log for log in tx.logs(LOCAL_CHANNEL) if log.own]
    return max(found, key=lambda log: log.generation, default=None)


def _key(origin: str, index: int) -> str:
    return f"{origin}#{index:012d}"
