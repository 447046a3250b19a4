"""An addressee that seals an entry to nobody, and files of non-answer that are changed.

    asked, at = known(world)    bb signed for a request, hid an entry at `at`, and knows that

Floor: tests.
"""

from dataclasses import replace

from comity.acts.record import Act, Receipt, Record, Unread
from comity.joint.exchange.nonanswer import NonAnswer
from comity.joint.exchange.nonanswer_file import Rejection
from comity.joint.exchange.range_file import Given
from comity.joint.request import acts
from comity.node.exchange import logs
from comity.node.exchange.append import Appended
from comity.node.exchange.seal import Keyed
from comity.tlog import tree
from support import sealing
from support.agreed import ask
from support.pair import World


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
    """Append what a party says, perhaps under a key entry that is junk to the other; its index."""
    shut_to = ("aa" if party == "bb" else "bb") if is_closed else ""
    log = sealing.put(
        world.node(party), world.channel, record, shut_to=shut_to, inside=inside, read=False
    )
    return log.size - 1


def receipt_of(world: World, party: str, other: str, *unread: int, size: int = 0) -> Receipt:
    """Return what a party could say of what it holds of another, at that size or all."""
    with world.node(party).store.read() as tx:
        log = logs.require_log(tx, world.origin(other))
        size = size or log.size
        rows = tuple(Unread(at, tx.leaves(log.origin, at, at + 1).hex()) for at in unread)
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
    raws = [one.entry for one in whole.entries[first - whole.first :]]
    entries = tuple(opened(world, origin, n, raw) for n, raw in enumerate(raws, first))
    return replace(whole, first=first, frontier=frontier, receipt=at, path=path, entries=entries)


def taken(world: World, whole: NonAnswer, index: int) -> Rejection:
    """Return an entry of aa as if it were a rejection, with a good path."""
    node, origin, known_at = world.node("aa"), world.origin("aa"), rejection(whole).receipt
    with node.store.read() as tx:
        (known,) = tx.receipts(world.origin("bb"), known_at, known_at + 1)
        (raw,) = tx.entries(origin, index, index + 1)
        size = known.receipt.size
        path = tree.prove_inclusion(index, size, logs.hash_reader(tx, origin, size))
    return Rejection(opened(world, origin, index, raw), index, path, known_at)


def opened(world: World, origin: str, index: int, raw: bytes) -> Given:
    """Return an entry with its key, if it opens for aa."""
    found = sealing.opened(world.node("aa"), world.channel, origin, index, raw)
    return Given(raw, b"" if isinstance(found, Keyed) else found.file_key)


def rejection(proof: NonAnswer) -> Rejection:
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
