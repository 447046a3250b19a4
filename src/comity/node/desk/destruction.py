"""Destroying what is held: what is due, the destruction itself, and the act that attests it.

    due        by the guideline's retention and by conditions, of every request; what came before
               a request was reopened ends nothing, and it is closed once all of it is
    destroy    rows, files, search, high-water file; then the attestation, for this State

    record kind   key             value
    destroying    <officer>|<key> what a command with that key asked for, and what it destroys

Each State attests for itself, and sees whether the other has.  The history of the request,
its clocks and its proofs stand: they are in the logs, which hold hashes alone.

Source: docs/evidence.md; CETS 224 art. 14.
Floor: node.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.acts.record import Blob
from comity.clocks import counting, run
from comity.clocks.term import Term
from comity.domestic.custody import acts as steps
from comity.domestic.custody import retention
from comity.domestic.custody.retention import Due, Item, Rule
from comity.joint.guideline.model import Guideline
from comity.joint.request import acts, binding, clocks, codes, state, table
from comity.joint.request.state import State
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node import calendars
from comity.node.calendars import Adoptions
from comity.node.clocks import guideline_of
from comity.node.context import Node
from comity.node.desk import custody, drafts, need, repeated, request
from comity.node.desk.custody import Why
from comity.node.desk.drafts import Draft, Result
from comity.node.desk.matters import every
from comity.node.desk.request.saying import found
from comity.node.exchange import bodies as exchange_bodies
from comity.node.exchange import counted, gone, large, trust
from comity.node.ports import Tx
from comity.node.rows import MatterRow, Officer, UnderstoodAct
from comity.seal import symmetric

ALARM: Final = "evidence.due"
BLOBS_MAX: Final = 32
"""In one attestation."""
STEP_MATTERS: Final = 64
"""Closed requests that are looked at in one step."""

BEGUN: Final = "destroying"

_BY_RULE: Final = frozenset({"retention-ended", "condition"})


@dataclass(frozen=True, slots=True)
class Line:
    """One blob that is to be destroyed, or was and is not attested.

    Attributes:
        row: the request.
        act_id: of the act that carries it.
        party: who gave it.
        due: which blob, when and why.
        attested: parties that have attested its destruction.
    """

    row: MatterRow
    act_id: str
    party: str
    due: Due
    attested: tuple[str, ...]


def listing(node: Node, officer: Officer, now_ms: int) -> list[Line]:
    """Return what is due or soon due on requests that an officer may read, the earliest first."""
    with node.store.read() as tx:
        rows = every(tx, need.reader(tx, officer), acts.KIND)
        known: Known = {}
        lines = [one for row in rows for one in of_request(node, tx, row, now_ms, known)]
    return sorted(filter(_is_near, lines), key=lambda one: (one.due.at_ms, one.row.matter.id))


def _is_near(line: Line) -> bool:
    return line.due.state != retention.LATER


type Known = dict[str, Adoptions]
"""The calendars of channels that were read in a transaction."""


def of_request(
    node: Node, tx: Tx, row: MatterRow, now_ms: int, known: Known | None = None
) -> list[Line]:
    """Return when each blob of a request that is held here is to be destroyed.

    What is evidence in another request too is not due before it is due there.

    Args:
        node: ours.
        tx: a read or write.
        row: the request.
        now_ms: the instant.
        known: calendars that were read before, of who asks of many requests.
    """
    known = {} if known is None else known
    return [
        one
        for one in _lines(node, tx, row, now_ms, known)
        if one.due.state != retention.DUE
        or not _needing(node, tx, row, one.due.item.sha256, now_ms, known)
    ]


def _needing(
    node: Node, tx: Tx, row: MatterRow, sha256: str, now_ms: int, known: Known
) -> list[MatterRow]:
    """Return the other requests that carry a body, and in which it is not due yet."""
    found: dict[tuple[str, str], MatterRow] = {}
    for named in tx.who_names(sha256):
        log = tx.log(named.origin)
        for said in tx.acts(named.origin, named.index, named.index + 1) if log else ():
            other = tx.matter(log.channel, said.act.matter) if log and not said.foreign else None
            if other is not None and other.matter.kind == acts.KIND:
                found[other.channel, other.matter.id] = other
    found.pop((row.channel, row.matter.id), None)
    return [
        other
        for other in found.values()
        if not any(
            one.due.item.sha256 == sha256 and one.due.state == retention.DUE
            for one in _lines(node, tx, other, now_ms, known)
        )
    ]


def _lines(node: Node, tx: Tx, row: MatterRow, now_ms: int, known: Known) -> list[Line]:
    """Return when each blob of a request is to be destroyed, by what is said of it alone."""
    folded = state.from_json(row.state)
    guideline = guideline_of(node, tx, folded)
    over = _over(folded)
    if over is None and guideline is None:
        return []
    carried = {blob.sha256: (act, blob) for act, blob in blobs(tx, row)}
    items = [
        _item(node, folded, act, blob)
        for act, blob in carried.values()
        if exchange_bodies.is_held(tx, blob.sha256) and not gone.is_gone(tx, blob.sha256)
    ]
    if guideline is not None and row.channel not in known:
        known[row.channel] = calendars.adopted(node, tx, row.channel)
    rules = _rules(guideline, folded, known[row.channel], now_ms) if guideline else []
    ends = retention.due(items, rules, over.at_ms if over else None, now_ms)
    return [_line(row, folded, carried[one.item.sha256][0], one) for one in ends]


def blobs(tx: Tx, row: MatterRow) -> Iterator[tuple[UnderstoodAct, Blob]]:
    """Give every blob that the acts of a request name, with its act."""
    for act in tx.acts_of(row.channel, row.matter):
        for blob in act.act.blobs:
            yield act, blob


def _item(node: Node, folded: State, act: UnderstoodAct, blob: Blob) -> Item:
    is_sample = blob.media_type == _SAMPLE
    bound = () if act.party == node.party else binding.binding(folded, act.party, act.act.id)
    return Item(blob.sha256, blob.role, is_sample, frozenset(bound))


_SAMPLE: Final = "application/x-malware"


def _line(row: MatterRow, folded: State, act: UnderstoodAct, due: Due) -> Line:
    attested = {one.party for one in folded.destroyed if due.item.sha256 in one.blobs}
    return Line(row, act.act.id, act.party, due, tuple(sorted(attested)))


@dataclass(frozen=True, slots=True)
class _Event:
    """When something came last, and on whose track."""

    at_ms: int
    track: str


_ENDS: Final = (retention.CLOSED, "withdrawn", "superseded")


def _over(folded: State) -> _Event | None:
    """Return since when nothing more is expected of any addressee; None while something is.

    A request that was withdrawn can be closed no more, and what was given before stays given.
    """
    is_over = all(track.status in table.OVER for track in folded.tracks)
    return _last(folded, *_ENDS) if is_over else None


def _last(folded: State, *events: str) -> _Event | None:
    """Return the last of these events on any addressee's track, or None.

    One that came before its track was reopened has to come again.
    """
    found: list[_Event] = []
    for track in folded.tracks:
        own: list[_Event] = []
        for mark in clocks.marks(folded, track.party):
            if mark.event in events:
                own += [] if mark.at_ms is None else [_Event(mark.at_ms, track.party)]
            elif mark.event == table.REOPENED:
                own = []
        found += own
    return max(found, key=lambda one: one.at_ms, default=None)


def _rules(guideline: Guideline, folded: State, adopted: Adoptions, now_ms: int) -> list[Rule]:
    """Return the retention of a guideline with the ends that its events give."""
    rules: list[Rule] = []
    for one in guideline.retention:
        last = _over(folded) if one.after == retention.CLOSED else _last(folded, one.after)
        ends: dict[str, int] = {}
        if last is not None:
            term = Term(one.length.amount, one.length.unit, one.length.of)
            sides = clocks.sides(folded, last.track, adopted.periods).at(now_ms)
            days = run.side_calendar(term.of, sides)
            ends[one.after] = counting.count(term, days, last.at_ms, (), rolls=False).due_ms
        rules.append(Rule(one.blob, one.after, ends))
    return rules


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
        why: what he says of it, for the chain of custody.
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
        no = _no(node, tx, row, hashes, reason) if begun is None else None
        if no is not None:
            return no
        hashes = [*(hashes if begun is None else begun)]
        if once.key:
            value: Json = {"said": once.said, "hashes": [*hashes]}
            tx.save_record(BEGUN, f"{officer.name}|{once.key}", value)
        for sha256 in hashes:
            if not gone.is_gone(tx, sha256):
                step = custody.step_of(node, officer, steps.DESTROYED, why)
                custody.keep(tx, node, sha256, step)
                gone.note(tx, sha256)
    node.step("destroy.noted")
    gone.sweep(node, owns_high_water=owns_high_water)
    node.step("destroy.swept")
    words = request.Words(key=once.key)
    return request.destroy(node, officer, row.matter.id, reason, tuple(hashes), words)


def _begun(tx: Tx, officer: Officer, once: Once) -> list[str] | Inadmissible | None:
    """Return what an earlier command with the same key destroys, if there was one."""
    value = tx.record(BEGUN, f"{officer.name}|{once.key}") if once.key else None
    if value is not None:
        before = cast("dict[str, Any]", value)
        return before["hashes"] if before["said"] == once.said else repeated.reused(once.key)
    if once.key and repeated.is_key_used(tx, officer, once.key):
        return repeated.reused(once.key)
    return None


def unattested(node: Node, tx: Tx, row: MatterRow) -> list[str]:
    """Return the blobs of a request that were destroyed here and that no act attests yet."""
    folded = state.from_json(row.state)
    told = {s for one in folded.destroyed if one.party == node.party for s in one.blobs}
    named = {blob.sha256 for _, blob in blobs(tx, row)}
    return sorted(s for s in named - told if gone.is_gone(tx, s))


def _no(
    node: Node, tx: Tx, row: MatterRow, hashes: Sequence[str], reason: str
) -> Inadmissible | None:
    carried = {blob.sha256: (act, blob) for act, blob in blobs(tx, row)}
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
        lines = of_request(node, tx, row, node.clock.now_ms())
        due = {one.due.item.sha256 for one in lines if one.due.state == retention.DUE}
        open_ = [s for s in hashes if s not in due and not gone.is_gone(tx, s)]
        if open_:
            return Inadmissible(
                "custody.not-due",
                f"{len(open_)} of them are not due: no rule or condition asks for it yet, or they "
                "are evidence in another request too, in which none does.",
                "`comity evidence due` shows what is; give another reason if there is one, and "
                "mind that it destroys them for every request.",
            )
    waiting = [s for s in hashes if _is_on_its_way(node, tx, carried[s][0], s)]
    if waiting:
        return Inadmissible(
            "custody.on-its-way",
            f"{len(waiting)} of them have not reached the other side.",
            "Wait until it has signed for them, or withdraw what they belong to.",
        )
    kept = (drafts.kept(tx, draft_id) for draft_id in tx.records(drafts.DRAFT))
    drafted = [d for d in kept if _holds(tx, d, [carried[s][1] for s in hashes])]
    if drafted:
        return Inadmissible(
            "custody.in-draft",
            f"The draft {drafted[0].act.id} carries the same content.",
            "Drop or change the draft first.",
        )
    return None


def _is_on_its_way(node: Node, tx: Tx, act: UnderstoodAct, sha256: str) -> bool:
    if act.party != node.party:
        return False
    log = tx.log(act.origin)
    others = {one.party for one in tx.logs(log.channel) if not one.own} if log else set()
    loaded = trust.load(tx, log.channel) if log else None
    newest = (counted.newest(tx, loaded, act.origin, party) for party in others if loaded)
    is_signed = all(one is not None and one.size > act.index for one in newest)
    return (
        not is_signed or tx.record(large.WAITING, f"{act.origin}|{act.index}|{sha256}") is not None
    )


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


def remind(node: Node) -> int:
    """Raise an alarm where something is due to be destroyed, and clear it where nothing is.

    Looks at every request that was closed or withdrawn; return how many bodies are due.
    """
    done = None
    while done is None:
        done = remind_step(node)
    return done


def remind_step(node: Node) -> int | None:
    """Look at some requests that are over, whoever may read them: the operator is told a number.

    Years of them are read a page at a time, each in a transaction of its own: one that read for
    long would keep SQLite from emptying its write-ahead log, and every commit would pay for it.

    Returns:
        How many bodies are due once all were looked at and the alarm was told; None before.
    """
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        page = tx.matters(acts.KIND, node.session.reminded, STEP_MATTERS, over=True)
        known: Known = {}
        lines = [one for row in page for one in of_request(node, tx, row, now_ms, known)]
    overdue = node.session.overdue + sum(one.due.state == retention.DUE for one in lines)
    if page:
        node.session.reminded, node.session.overdue = page[-1].matter.id, overdue
        return None
    node.session.reminded, node.session.overdue = "", 0
    if overdue:
        bodies = "One body is" if overdue == 1 else f"{overdue} bodies are"
        node.alarms.raise_alarm(ALARM, f"{bodies} due to be destroyed.")
    else:
        node.alarms.clear(ALARM)
    return overdue
