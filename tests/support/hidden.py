"""An addressee that seals an entry to nobody, and files of non-answer that are changed.

    asked, at = known(world)    bb signed for a request, hid an entry at `at`, and knows that

Floor: tests.
"""

from dataclasses import replace

from comity.acts import codec
from comity.acts.causality import EMPTY
from comity.acts.record import CODE_OPEN, Act, Receipt, Record, Unread
from comity.joint.exchange import nonanswer
from comity.joint.exchange.nonanswer import Given, NonAnswer
from comity.joint.request import acts
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.trust import Trust
from comity.node.exchange import logs, seal
from comity.node.exchange.append import Appended
from comity.seal import age
from comity.seal.hybrid import HybridIdentity
from comity.tlog import tree
from support.agreed import ask
from support.pair import World

STRANGE = HybridIdentity(b"\x07" * 32).recipient


def said(world: World) -> Appended:
    """Let aa ask for something, and bb sign for it."""
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    return asked


def answer_of(world: World, asked: Appended) -> Act:
    """Return what would answer."""
    act_id = world.node("bb").act_id()
    return replace(asked.act, id=act_id, tag=acts.ANSWERED, answers=asked.act.id)


def append(
    world: World, party: str, record: Record, *, is_closed: bool = False, inside: str = ""
) -> int:
    """Append what a party says, sealed for the other to a key of nobody; return its index."""
    node = world.node(party)
    with node.store.write() as tx:
        log, now = logs.own_log(tx, world.channel), trust.load(tx, world.channel)
        parties = now.arrangement.party_ids()
        keys = {p: node.suite.recipient(now.keys(p, 1).seal) for p in parties}
        shut_to = "aa" if party == "bb" else "bb"
        to = [STRANGE if is_closed and p == shut_to else keys[p] for p in parties]
        sealed = age.seal(codec.render(inside or log.origin, record), to, node.entropy)
        logs.append_entries(tx, log, [bytes((codec.kind_of(record),)) + sealed])
    return log.size


def receipt_of(world: World, party: str, other: str, *unread: int, size: int = 0) -> Receipt:
    """Return what a party could say of what it holds of another, at that size or all."""
    with world.node(party).store.read() as tx:
        log = logs.require_log(tx, world.origin(other))
        size = size or log.size
        rows = tuple(
            Unread(at, tx.leaves(log.origin, at, at + 1).hex(), CODE_OPEN) for at in unread
        )
        root = logs.root_at(tx, log.origin, size)
    return Receipt(log.origin, size, root, world.states[party].clock.at_ms, rows)


def asked_and_closed(world: World) -> tuple[Appended, int]:
    """Let bb sign for a request, and then hide an act from aa, which says so."""
    asked = said(world)
    at = append(world, "bb", answer_of(world, asked), is_closed=True)
    world.pump()
    return asked, at


def known(world: World) -> tuple[Appended, int]:
    """Let bb sign for that too: it receipts what aa says next."""
    asked, at = asked_and_closed(world)
    said(world)
    return asked, at


def by_later(world: World, whole: NonAnswer, first: int) -> NonAnswer:
    """Return a file that gives the receipt for the rejection as the one for the act."""
    at, origin = rejection(whole).receipt, world.origin("bb")
    with world.node("aa").store.read() as tx:
        (later,) = tx.receipts(origin, at, at + 1)
        size = later.receipt.size
        path = tree.prove_inclusion(
            whole.index, size, logs.hash_reader(tx, world.origin("aa"), size)
        )
        frontier = tree.frontier_of(first, logs.hash_reader(tx, origin, first)).hashes
        loaded = trust.load(tx, world.channel)
    raws = [one.entry for one in whole.entries[first - whole.first :]]
    entries = tuple(opened(world.node("aa"), loaded, raw) for raw in raws)
    return replace(whole, first=first, frontier=frontier, receipt=at, path=path, entries=entries)


def taken(world: World, whole: NonAnswer, index: int) -> nonanswer.Rejection:
    """Return an entry of aa as if it were a rejection, with a good path."""
    node, origin, known_at = world.node("aa"), world.origin("aa"), rejection(whole).receipt
    with node.store.read() as tx:
        (known,) = tx.receipts(world.origin("bb"), known_at, known_at + 1)
        (raw,) = tx.entries(origin, index, index + 1)
        size = known.receipt.size
        path = tree.prove_inclusion(index, size, logs.hash_reader(tx, origin, size))
        loaded = trust.load(tx, world.channel)
    return nonanswer.Rejection(opened(node, loaded, raw), index, path, known_at)


def opened(node: Node, loaded: Trust, raw: bytes) -> Given:
    """Return an entry with its key, if it opens here."""
    found = seal.open_entry(node, loaded, seal.cards_in_force(loaded, EMPTY), raw)
    return Given(raw, found.file_key)


def rejection(proof: NonAnswer) -> nonanswer.Rejection:
    """Return the one rejection of a file."""
    assert proof.rejections
    return proof.rejections[0]


def rejecting(proof: NonAnswer, **how: object) -> NonAnswer:
    """Return a file with its rejection changed."""
    changed = replace(rejection(proof), **how)  # type: ignore[arg-type] # fields by name
    return replace(proof, rejections=(changed,))


def shut(proof: NonAnswer, at: int) -> NonAnswer:
    """Return a file with one entry closed."""
    entries = list(proof.entries)
    assert entries[at - proof.first].file_key
    entries[at - proof.first] = Given(entries[at - proof.first].entry)
    return replace(proof, entries=tuple(entries))
