"""Requests that are lies: proofs, sizes, gaps, oversize, others' logs, cards, keys; to some alone.

Floor: lab.
"""

import hashlib
import struct
from contextlib import suppress
from dataclasses import replace

from comity.acts.record import Document
from comity.joint.arrangement import card as cards
from comity.joint.arrangement import revocation as revocations
from comity.joint.arrangement.revocation import Revocation
from comity.joint.exchange import acts as exchange_acts
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import register_records
from comity.node.base.ports import Request
from comity.node.exchange import append, blobs, delivery, keyring
from comity.node.exchange.append import Candidate
from comity.node.exchange.delivery import Delivery
from comity.tlog import tree, wire
from comity.tlog.wire import AddEntriesHeader
from comity_lab.sim import succession
from comity_lab.sim.byzantine import OTHER, Branch, Liar, other_entries
from comity_lab.sim.faults import BrokenError

GENERATIONS = 40
OFFERS_MAX = 8


def garbage_proofs(liar: Liar) -> None:
    """Send a true head with proofs that prove nothing."""
    channel, victim = liar.world.channel(), liar.victim
    held, own = liar.held_by(victim, liar.log(channel).origin), liar.log(channel)
    if held.size != own.size or not own.size:
        return
    branch = Branch(liar, channel, own.size, [OTHER])
    head = branch.head(branch.size)
    for count in (0, 1, 5, 63, 64, 200):
        proof = [liar.chance.randbytes(32) for _ in range(count)]
        answer = liar.send_head(victim, head, own.size, proof)
        if answer.status == 200 and count:  # noqa: PLR2004 -- HTTP OK
            raise BrokenError(f"{victim} took a proof of {count} random hashes")
        liar.send_head(victim, head, liar.chance.choice((0, 1, 1 << 62)), proof)
    # What was sent is the true history from here on, so that nothing was forked.
    liar.put(channel, OTHER)


def garbage_heads(liar: Liar) -> None:
    """Send notes that are none, that others signed, or that nobody did."""
    channel, victim = liar.world.channel(), liar.victim
    own = liar.log(channel)
    branch = Branch(liar, channel, own.size, ())
    good = branch.head(own.size)
    lines = good.split(b"\n")
    stranger = liar.signed(own.origin, own.size, branch.root(own.size)).replace(
        b"\xe2\x80\x94 ", b"\xe2\x80\x94 x"
    )
    for head in (
        b"", good[:-1], good + b"\n", good.replace(b"\n", b"\r\n"), b"\n".join(lines[:4]) + b"\n",
        b"\n".join(lines[:-2]) + b"\n", good + good.split(b"\n\n")[1] * 70, stranger,
        liar.chance.randbytes(500), good.replace(own.origin.encode(), b"nobody/x/live/1"),
    ):  # fmt: skip
        liar.send_head(victim, head, own.size)
        liar.send(victim, "/add-checkpoint", head)


def wrong_party(liar: Liar) -> None:
    """Send heads and entries of logs that are not its own."""
    world = liar.world
    for party in liar.honest:
        origin = world.origin(party)
        with liar.node.store.read() as tx:
            head = tx.newest_head(origin)
        if head is None:
            continue
        liar.send_head(party, head.note, head.size)
        for other in liar.honest:
            liar.send_head(other, head.note, head.size)
            opened = wire.render_header(AddEntriesHeader(origin, 0, head.size))
            liar.send(other, "/add-entries", opened)
    with liar.node.store.read() as tx:
        local = [log.origin for log in tx.logs("local")]
    for origin in local:
        head_of = liar.signed(liar.log(world.channel()).origin, 1, tree.EMPTY_ROOT)
        own = liar.log(world.channel()).origin.encode()
        liar.send_head(liar.victim, head_of.replace(own, origin.encode()), 0)


def gaps(liar: Liar) -> None:
    """Announce a head and send its entries out of order, in part, twice, and never the end."""
    channel, victim = liar.world.channel(), liar.victim
    own = liar.log(channel)
    held = liar.held_by(victim, own.origin)
    if held.size != own.size or liar.is_silent:
        return
    made = other_entries(liar, channel, 4)
    liar.put(channel, *made)
    branch = Branch(liar, channel, own.size + 4, ())
    proof = branch.proof(own.size, branch.size) if own.size else ()
    liar.send_head(victim, branch.head(branch.size), own.size, proof)
    for start, end in ((branch.size, branch.size), (own.size + 2, branch.size), (0, own.size + 1)):
        liar.send(victim, "/add-entries", branch.entries_body(start, end))
    whole = branch.entries_body(own.size, branch.size)
    for _ in range(4):
        liar.send(victim, "/add-entries", whole[: liar.chance.randrange(len(whole))])
    swapped = Branch(liar, channel, own.size, list(reversed(made)))
    liar.send(victim, "/add-entries", swapped.entries_body(own.size, branch.size))
    liar.send(victim, "/add-entries", whole + b"more")
    if liar.chance.random() < 0.5:  # noqa: PLR2004 -- one in two, and sends it all in the end
        liar.is_silent = True


def deliveries(liar: Liar) -> None:
    """Send deliveries that are cut, reordered, mixed, stuffed, repeated, and at last whole."""
    channel, victim = liar.world.channel(), liar.victim
    own = liar.log(channel)
    held = liar.held_by(victim, own.origin)
    if held.size != own.size or not own.size or liar.is_silent:
        return
    made = other_entries(liar, channel, 3)
    liar.put(channel, *made)
    branch = Branch(liar, channel, own.size + 3, ())
    swapped = Branch(liar, channel, own.size, list(reversed(made)))
    proof = branch.proof(own.size, branch.size)
    junk = liar.chance.randbytes(700)
    batch = blobs.render_batch([junk, junk, b""])
    whole = branch.delivery(own.size, branch.size, proof, batch)
    good = delivery.parse(whole)
    other = liar.world.origin(liar.party, "hotline").encode()
    parts = [good.batch, good.checkpoint, good.entries]
    for body in (
        b"", b"\xff" * 12, whole[: liar.chance.randrange(len(whole))], whole + b"more",
        delivery.render(Delivery(*liar.chance.sample(parts, 3))),
        delivery.render(replace(good, batch=b"\0\0\0\x09abc")),
        delivery.render(replace(good, batch=bytes(4 * 5_000))),
        delivery.render(replace(good, checkpoint=junk)),
        delivery.render(replace(good, entries=junk)),
        delivery.render(replace(good, entries=good.entries[: -liar.chance.randint(1, 90)])),
        delivery.render(replace(good, entries=good.entries.replace(own.origin.encode(), other))),
        delivery.render(
            replace(good, entries=swapped.entries_body(own.size, swapped.size))
        ),
        branch.delivery(0, branch.size, (), batch),
        branch.delivery(own.size + 1, branch.size, proof, batch),
    ):  # fmt: skip
        liar.send(victim, "/add-delivery", body)
    size = len(made) + own.size
    for _ in range(liar.chance.choice((0, 2))):
        answer = liar.send(victim, "/add-delivery", whole)
        held = liar.held_by(victim, own.origin)
        if answer.status == 200 and held.signed != size:  # noqa: PLR2004 -- HTTP OK
            raise BrokenError(f"{victim} cosigned {size} entries of a delivery, holds {held}")


def oversize(liar: Liar) -> None:
    """Send more than any limit allows, or say that it comes."""
    victim, own = liar.victim, liar.log(liar.world.channel())
    origin = own.origin.encode()
    bounds = struct.pack(">QQ", 0, (1 << 64) - 1)
    for path, body in (
        ("/add-checkpoint", b"old 0\n\n" + b"x" * 200_000),
        ("/add-checkpoint", b"old " + b"9" * 100_000 + b"\n\n"),
        ("/add-entries", struct.pack(">H", len(origin)) + origin + bounds + b"\0\0"),
        ("/add-entries", b"\xff" * 100_000),
        ("/add-bodies", struct.pack(">I", 1 << 31) + b"x" * 100),
        ("/add-bodies", struct.pack(">I", limits.ROW_BLOB_BYTES_MAX + 1) + b"x" * 65_537),
        ("/add-bodies", b"\0\0\0\0" * 200_000),
        ("/add-delivery", b"\xff" * limits.DELIVERY_BYTES_MAX),
        ("/add-delivery", (1 << 20).to_bytes(4) + bytes(1 << 20) + bytes(8)),
        ("/add-delivery", bytes(limits.DELIVERY_BYTES_MAX + 12)),
        ("/cards", b"\0\0\0\0" * 100_000),
        ("/cards", struct.pack(">I", 60_000) + b"comity/card/1\n" + b"{" * 59_986),
    ):
        liar.send(victim, path, body)
    liar.world.network.deliver(
        liar.party,
        victim,
        Request("PUT", "/body/" + "0" * 64, b"x", {"content-range": "bytes 0-0/1099511627776"}),
    )


def huge_head(liar: Liar) -> None:
    """Sign a head of more entries than there will ever be; its own log ends by that."""
    channel, victim = liar.world.channel(), liar.victim
    own = liar.log(channel)
    liar.forked.add(own.origin)  # what it goes on to say is no part of that
    if liar.held_by(victim, own.origin).size or own.size:
        size = (1 << 62) + 7
        head = liar.signed(own.origin, size, liar.chance.randbytes(32))
        liar.send_head(victim, head, own.size, [liar.chance.randbytes(32) for _ in range(60)])
        return
    liar.send_head(victim, liar.signed(own.origin, 1 << 62, liar.chance.randbytes(32)), 0)


def many_generations(liar: Liar) -> None:
    """Offer one generation after another without end."""
    world, victim = liar.world, liar.victim
    for number in range(2, GENERATIONS):
        origin = world.origin(liar.party, generation=number)
        own = liar.log(world.channel()).origin
        head = liar.signed(own, 1, liar.chance.randbytes(32)).replace(own.encode(), origin.encode())
        liar.send_head(victim, head, 0)
    with world.node(victim).store.read() as tx:
        count = sum(log.party == liar.party for log in tx.logs(world.channel()))
    if count > OFFERS_MAX:
        raise BrokenError(f"{victim} keeps {count} generations that {liar.party} offers")


def two_cards(liar: Liar) -> None:
    """Sign two cards with one number, and show one here and one there."""
    world, root, node = liar.world, liar.root_key(), liar.node
    keys = world.machines[liar.party].keys
    with node.store.read() as tx:
        number = max(register_records.cards(tx, world.arrangement, liar.party)) + 1
    one = keyring.new_card(node, keys, root, number)
    said = cards.parse(one)
    two = cards.sign(_renamed(said), root.signers)
    texts = [one, two]
    for party in liar.honest:
        liar.chance.shuffle(texts)
        for text in texts:
            liar.send(party, "/cards", blobs.render_batch([text]))


def two_texts(liar: Liar) -> None:
    """Show one text of a card to some, and enter another with its number in its logs."""
    world, root = liar.world, liar.root_key()
    try:
        card = keyring.rotate(liar.node, world.machines[liar.party].keys, root)
    except Fault:
        return
    shown = cards.sign(_renamed(card), root.signers)
    for party in liar.chance.sample(liar.honest, liar.chance.randint(1, len(liar.honest))):
        liar.send(party, "/cards", blobs.render_batch([shown]))
    liar.push()


def _renamed(card: cards.Card) -> cards.Card:
    names = {**card.names, "en": "Somebody Else"}
    return cards.Card(
        card.arrangement, card.party, card.number, names, card.agencies, card.endpoint,
        card.tls, card.channels, card.not_before_ms, card.not_after_ms,
    )  # fmt: skip


def wrong_cards(liar: Liar) -> None:
    """Show cards of others, of the far future, and texts that are no cards."""
    world, root, node = liar.world, liar.root_key(), liar.node
    keys = world.machines[liar.party].keys
    victim = liar.victim
    with node.store.read() as tx:
        theirs = register_records.card_text(tx, world.arrangement, victim, 1) or b""
        mine = register_records.card_text(tx, world.arrangement, liar.party, 1) or b""
    far = keyring.new_card(node, keys, root, 17)
    for batch in (
        [theirs], [far], [mine, mine], [mine[:-1]], [mine + b"\n"], [b"comity/card/1\n"],
        [world.arrangement.encode()], [liar.chance.randbytes(300)], [b""], [mine, far, theirs],
    ):  # fmt: skip
        liar.send(victim, "/cards", blobs.render_batch(batch))
    liar.send(victim, "/cards", b"\0\0\0")


def revoked_key(liar: Liar) -> None:
    """Rotate, revoke the old keys, and go on with them."""
    world, channel = liar.world, liar.world.channel()
    keys = world.machines[liar.party].keys
    root = liar.root_key()
    try:
        card = keyring.rotate(liar.node, keys, root)
        liar.push()
        keyring.revoke(liar.node, root, card.number - 1)
        liar.push()
    except Fault:
        return
    own = liar.log(channel)
    for party in liar.honest:
        world.pump(party)  # a revocation counts from when it is understood
        held = liar.held_by(party, own.origin)
        with world.node(party).store.read() as tx:
            known = register_records.revocations(tx, world.arrangement, liar.party)
        if held.size != own.size or held.state != "open" or not known:
            continue
        branch = Branch(liar, channel, own.size, [OTHER])
        head = liar.signed(own.origin, branch.size, branch.root(branch.size), card.number - 1)
        proof = branch.proof(own.size, branch.size)
        if liar.send_head(party, head, own.size, proof).status == 200:  # noqa: PLR2004 -- HTTP OK
            raise BrokenError(f"{party} took a head of a revoked key")


def revoke_everything(liar: Liar) -> None:
    """Revoke keys for sizes that were cosigned already, and cards that are none."""
    world, root = liar.world, liar.root_key()
    own = liar.log(world.channel())
    with liar.node.store.read() as tx:
        number = len(register_records.revocations(tx, world.arrangement, liar.party)) + 1
    for revoked in ({1: {own.origin: 0}}, {99: {own.origin: 5}}, {1: {"nobody/x/live/1": 3}}):
        with suppress(Fault):
            made = Revocation(world.arrangement, liar.party, number, revoked)
            text = revocations.sign(made, root.signers)
            for party in liar.honest:
                liar.send(party, "/cards", blobs.render_batch([text]))


def revoked_for_one(liar: Liar) -> None:
    """Show one State alone that its keys count no more, and go on with them at the others."""
    world, root, victim = liar.world, liar.root_key(), liar.victim
    own = liar.log(world.channel())
    held = liar.held_by(victim, own.origin)
    with liar.node.store.read() as tx:
        number = 1 + len(register_records.revocations(tx, world.arrangement, liar.party))
        cards_held = register_records.cards(tx, world.arrangement, liar.party)
    with suppress(Fault):
        sizes = {card: {own.origin: held.signed} for card in cards_held}
        made = Revocation(world.arrangement, liar.party, number, sizes)
        text = revocations.sign(made, root.signers)
        liar.send(victim, "/cards", blobs.render_batch([text]))
    liar.say(world.channel(), liar.act(), liar.act())
    liar.push()


def card_to_one(liar: Liar) -> None:
    """Enter a card in one channel, and give what comes after it to one State alone."""
    world, channel, victim = liar.world, liar.world.channel(), liar.victim
    keys, root, node = world.machines[liar.party].keys, liar.root_key(), liar.node
    with node.store.read() as tx:
        number = max(register_records.cards(tx, world.arrangement, liar.party)) + 1
    text = keyring.new_card(node, keys, root, number)
    sha256 = hashlib.sha256(text).hexdigest()
    with node.store.write() as tx:
        register_records.save_card(tx, text)
        tx.save_bodies({sha256: text})
    named = Document(sha256, len(text), "text/plain", keyring.CARD_ROLE)
    tag, codes = exchange_acts.CARD_ENTERED, {"number": str(number)}
    entered = exchange_acts.register_act(liar.id(), tag, "live", codes, (named,))
    append.append(node, channel, [Candidate(entered, {sha256: text})])
    world.network.cut(liar.party, victim)
    world.network.cut(victim, liar.party)
    for party in liar.honest:
        if party != victim:
            liar.send(party, "/cards", blobs.render_batch([text]))
    liar.push()
    append.append(node, channel, [Candidate(liar.act())])
    liar.push()


def generation_to_one(liar: Liar) -> None:
    """Begin a log anew, and let it reach one State alone, whose officers accept it."""
    world, channel, victim = liar.world, liar.world.channel(), liar.victim
    world.network.cut(liar.party, victim)
    world.network.cut(victim, liar.party)
    succession.begin(world, liar.party, channel)
    liar.push()
    for party in liar.honest:
        if party != victim:
            succession.accept(world, world.machines[party])
    liar.say(channel, liar.act())
    liar.push()


def probe(liar: Liar) -> None:
    """Ask for what it may not read, by paths that are none."""
    victim = liar.victim
    local = "0" * 64
    for method, path in (
        ("GET", f"/{local}/checkpoint"), ("GET", f"/{local}/tile/0/000"),
        ("GET", "/body/" + "ab" * 32), ("HEAD", "/body/" + "ab" * 32), ("PUT", "/body/xyz"),
        ("GET", "/../../etc/passwd"), ("GET", "/" + "a" * 5_000), ("DELETE", "/start"),
        ("GET", f"/{local}/tile/entries/../../x"), ("POST", "/start"),
    ):  # fmt: skip
        liar.send(victim, path, b"", method)


STRATEGIES = {
    "garbage-proofs": garbage_proofs,
    "garbage-heads": garbage_heads,
    "wrong-party": wrong_party,
    "gaps-and-order": gaps,
    "deliveries": deliveries,
    "oversize": oversize,
    "huge-head": huge_head,
    "many-generations": many_generations,
    "two-cards-one-number": two_cards,
    "two-texts": two_texts,
    "wrong-cards": wrong_cards,
    "revoked-key": revoked_key,
    "revoke-everything": revoke_everything,
    "revoked-for-one": revoked_for_one,
    "card-to-one": card_to_one,
    "generation-to-one": generation_to_one,
    "probe": probe,
}
