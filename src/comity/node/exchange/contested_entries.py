"""Entries that an addressee could not open (protocol rule 20).

`parse` is judged by every node against the schema, so a rejection that the schema does not
bear out changes nothing.  `open` suspends only the rejecter's own clock: the author, or
another party that could open it, shows the entry's file key; if that opens it, the act
takes its place, and the clock starts at the receipt of the act that showed it.

Floor: node.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

from comity.acts.record import CODE_BLOB, CODE_OPEN, NEEDED, Act, Blob, Matter, Receipt, Unread
from comity.joint.exchange import acts as exchange_acts
from comity.joint.exchange import fold
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log, UnderstoodAct
from comity.node.base.trust import Trust
from comity.node.exchange import (
    act_ids,
    act_quota,
    append,
    blob_access,
    ended_log,
    entry_keys,
    late_openings,
    logs,
    openings,
    receipts,
    refold,
    seal,
    unreadable_blobs,
)
from comity.node.exchange.seal import Opened

REJECTED = "rejected"
"""Record kind: `<origin>|<index>|<party>` of an entry that a party could not open."""


def note_rejections(
    node: Node, tx: Tx, rejecter: Log, receipt: Receipt, *, is_foreign: bool = False
) -> None:
    """Note which entries a party says it cannot open that we can, and wake somebody.

    What a foreign receipt says of an own entry is noted too: it counts for nothing here, and yet
    its author could show others that we had it, and showed no key (docs/spec/proof.md, 14).
    """
    of = tx.log(receipt.of)
    if of is None:
        return
    for unread in receipt.unread:
        is_closed = tx.record(receipts.UNREAD, f"{receipt.of}|{unread.index}") is not None
        if unread.code != CODE_OPEN or (is_closed and not of.own):
            continue
        if is_foreign and not (of.own and _is_leaf(tx, of, unread)):
            continue
        key = f"{receipt.of}|{unread.index}|{rejecter.party}"
        tx.save_record(REJECTED, key, receipts.unread_to_json(unread))
        node.alarms.raise_alarm(*_told(rejecter.party, receipt.of, unread.index))


def _told(party: str, origin: str, index: int) -> tuple[str, str]:
    """The alarm, code and words, of an entry that a party rejects, until its key is shown."""
    what = f"{party} says that entry {index} of {origin} does not open; "
    return "exchange.entry.contested", f"{what}answer with `comity recover show-opening`."


def _is_shown(node: Node, channel: Trust, origin: str, index: int) -> None:
    """End the alarms about an entry whose key was shown."""
    for party in channel.arrangement.party_ids():
        node.alarms.clear(*_told(party, origin, index))


def _is_leaf(tx: Tx, log: Log, unread: Unread) -> bool:
    is_held = unread.index < log.size
    return is_held and tx.leaves(log.origin, unread.index, unread.index + 1).hex() == unread.leaf


def apply(node: Node, tx: Tx, channel: Trust, row: UnderstoodAct) -> dict[Matter, None]:
    """Take in an opening that was shown; return the matters it touches. Total."""
    if row.act.tag != exchange_acts.OPENING_SHOWN:
        return {}
    shown = openings.opened(tx, channel, row.party, row.act)
    if shown is None:
        return dict.fromkeys(openings.blob_matters(tx, row.act) if row.act.blobs else ())
    of, index, said = shown
    if ended_log.counted(tx, of, index + 1) <= index:
        return {}  # of what a generation leaves out
    key = f"{of.origin}|{index}"
    _is_shown(node, channel, of.origin, index)
    is_closed = tx.record(receipts.UNREAD, key) is not None
    if not isinstance(said, Act) or late_openings.decides(said):
        if is_closed:
            late_openings.note(tx, channel.channel, of.origin, index, row.act.codes["file-key"])
        return {}
    if is_closed:
        tx.drop_record(receipts.UNREAD, key)
        return _insert(node, tx, channel, of, index, said)
    return {said.matter: None}


def _insert(
    node: Node, tx: Tx, channel: Trust, of: Log, index: int, act: Act
) -> dict[Matter, None]:
    """Give the act its own place in the log, and every act of its matter its depth anew."""
    receipt = tx.receipt_before(of.origin, index)
    cut = receipt.seen_after if receipt else {}
    before = act_ids.is_before(tx, of, index, act.id)
    full = {**cut, of.origin: index}
    parties = channel.arrangement.party_ids()
    is_adopted = channel.register.is_adopted(act.tag, node.vocabulary, parties, full)
    reason = fold.FOREIGN_ID if before else "" if is_adopted else fold.FOREIGN_TAG
    if not reason and act_quota.Counted(node.rooms, tx, of).is_beyond(act.matter, index):
        reason = fold.FOREIGN_MANY
    row = UnderstoodAct(of.origin, index, of.party, of.generation, act, cut, 0, reason)
    matters = {act.matter: None} | act_ids.give_way(node.rooms, tx, channel, row)
    trust.touch_register(tx, [row])
    tx.save_acts([row])
    act_quota.tell(node, row)
    act_quota.settle(node.rooms, tx, channel, act.matter, of.party)
    named = append.named_bodies(node, tx, row)
    tx.save_named_bodies(named)
    blob_access.note_named(tx, named)
    tx.save_acts(refold.with_new_depths(channel, tx.acts_of(channel.channel, act.matter)))
    return matters


CLOSED_MAX: Final = 64
"""Entries of one log that do not open here and are listed: a peer may write very many."""


@dataclass(frozen=True, slots=True)
class Contested:
    """An entry that a party rejects, this node among them, and that no opening has answered yet.

    Attributes:
        origin: its log.
        index: in that log.
        party: who rejects it.
        code: `open`, or `blob` for a needed blob of it.
    """

    origin: str
    index: int
    party: str
    code: str


def standing(tx: Tx, channel: Trust) -> list[Contested]:
    """Return the entries of a channel that are contested, by log and index."""
    origins = {log.origin for log in channel.logs}
    told = {CODE_OPEN: tx.records(REJECTED), CODE_BLOB: tx.records(unreadable_blobs.DISPUTED)}
    found: list[Contested] = []
    for code, keys in told.items():
        for key in keys:
            origin, index, party = key.split("|")
            if origin in origins:
                found.append(Contested(origin, int(index), party, code))
    found += [one for log in channel.logs for one in _closed_here(tx, channel, log)]
    opened = openings.Openings(tx, channel)
    disputed = told[CODE_BLOB].keys()
    left = [one for one in found if not _is_answered(opened, one, disputed)]
    return sorted(left, key=lambda one: (one.origin, one.index, one.code, one.party))


def _closed_here(tx: Tx, channel: Trust, log: Log) -> list[Contested]:
    """The first entries of a log that do not open for this node, as its receipts say."""
    if log.own:
        return []
    own = next(one.party for one in channel.logs if one.own)
    closed_here = tx.records(receipts.UNREAD, after=f"{log.origin}|", count_max=CLOSED_MAX)
    listed = [
        (int(key.rpartition("|")[2]), receipts.unread_from_json(value).code)
        for key, value in closed_here.items()
        if key.startswith(f"{log.origin}|")
    ]
    return [
        Contested(log.origin, index, own, code)
        for index, code in listed
        if code == CODE_OPEN and ended_log.counted(tx, log, index + 1) > index
    ]


def _is_answered(opened: openings.Openings, one: Contested, disputed: Collection[str]) -> bool:
    if one.code == CODE_OPEN:
        return bool(opened.good(one.origin, one.index))
    places = opened.blobs(one.origin, one.index)
    return any(f"{origin}|{index}|{one.party}" not in disputed for origin, index in places)


def show_opening(
    node: Node, origin: str, index: int, *, note: Callable[[Tx, str], None] = lambda _tx, _id: None
) -> str:
    """Show the file key of an entry that a party could not open; return the act's id.

    `note` is called with that id in the transaction that does it.

    Raises:
        Fault: `exchange.entry.unknown`, `exchange.blob.closed`.
    """
    with node.store.read() as tx:
        log = logs.require_log(tx, origin)
        raw = tx.entries(origin, index, index + 1)
        channel = trust.load(tx, log.channel)
        receipt = tx.receipt_before(origin, index)
        cut = {**(receipt.seen_after if receipt else {}), origin: index}
        numbers = seal.cards_in_force(channel, cut)
        at = (origin, index)
        opened = entry_keys.open_entry(node, tx, channel, numbers, at, raw[0]) if raw else None
    if not isinstance(opened, Opened):
        raise Fault(
            code="exchange.entry.unknown",
            what=f"This node holds no entry {index} of {origin} that it can open.",
            fix="Take origin and index from the alarm or from `comity status`.",
        )
    codes = {"origin": origin, "index": str(index)}
    blobs = _disputed_blobs(node, log, index, opened)
    codes |= {} if blobs else {"file-key": opened.file_key.hex()}
    act = exchange_acts.register_act(
        node.act_id(), exchange_acts.OPENING_SHOWN, channel.name, codes
    )
    act = replace(act, blobs=blobs)
    said = append.Candidate(act, effects=lambda tx: note(tx, act.id))
    append.append(node, log.channel, [said])
    if not blobs:
        _is_shown(node, channel, origin, index)
    return act.id


def _disputed_blobs(node: Node, log: Log, index: int, opened: Opened) -> tuple[Blob, ...]:
    """The needed blobs of an own entry, if a party says that one does not open; they do here."""
    with node.store.read() as tx:
        told = (key.rpartition("|")[0] for key in tx.records(unreadable_blobs.DISPUTED))
        is_disputed = log.own and f"{log.origin}|{index}" in told
        if not is_disputed or not isinstance(opened.record, Act):
            return ()
        wrong = unreadable_blobs.first(node, tx, opened.record)
    if wrong:
        raise Fault(
            code="exchange.blob.closed",
            what=f"The body {wrong[:16]}… of entry {index} of {log.origin} does not open here "
            "either: its key in the entry is wrong.",
            fix="Say it again in a new act, with the body sealed anew.",
        )
    return tuple(blob for blob in opened.record.blobs if blob.need == NEEDED)
