"""Entries that are lies: garbage, replays, other logs' words, and what opens for some only.

Floor: lab.
"""

import hashlib
from contextlib import suppress
from dataclasses import replace

from comity.acts import codec
from comity.acts.record import (
    ACT_KIND,
    FOLLOWING,
    NEEDED,
    RECEIPT_KIND,
    Act,
    Addressee,
    Blob,
    Document,
    Matter,
    Office,
    Receipt,
)
from comity.joint.exchange import acts as exchange_acts
from comity.joint.request import acts as request_acts
from comity.kernel import ijson, limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.rows import LOCAL_CHANNEL
from comity.node.exchange import append, logs
from comity.node.exchange.append import Candidate
from comity.seal.header import Stanza, header_of
from comity_lab.sim.byzantine import KEY_LIES, Liar


def replay_other_log(liar: Liar) -> None:
    """Copy entries of other logs, channels and places into its own log."""
    channel = liar.world.channel()
    copied: list[bytes] = []
    with liar.node.store.read() as tx:
        for log in tx.logs():
            if log.channel != LOCAL_CHANNEL and log.size:
                at = liar.chance.randrange(log.size)
                copied += tx.entries(log.origin, at, at + 1)
    liar.put(channel, *copied)
    liar.put(liar.world.channel("hotline"), *copied[:2])


def wrong_origin(liar: Liar) -> None:
    """Say things in the name of other logs, sealed as it should be."""
    channel, world = liar.world.channel(), liar.world
    names = [world.origin(liar.victim), world.origin(liar.party, "hotline")]
    names += [f"{liar.party}/another-arrangement/live/1", world.origin(liar.party, generation=2)]
    for name in names:
        liar.say(channel, liar.act(), origin=name)


def id_reuse(liar: Liar) -> None:
    """Use ids of its own acts and of others again, for other things."""
    channel = liar.world.channel()
    with liar.node.store.read() as tx:
        rows = [row for log in tx.logs(channel) for row in tx.acts(log.origin, 0, log.size)]
    for row in liar.chance.sample(rows, min(3, len(rows))):
        liar.say(channel, replace(liar.act(), id=row.act.id))
    twice = liar.act()
    liar.say(channel, twice, replace(liar.act(), id=twice.id), twice)


def unknown_tags(liar: Liar) -> None:
    """Say what no version knows, and adopt a version that nobody wrote."""
    channel, name = liar.world.channel(), "live"
    liar.say(channel, liar.act("request.extended/1"), liar.act("weather.reported/7"))
    room = liar.chance.choice(("request", "weather", "version"))
    codes = {room: liar.chance.choice(("2", "999999999", "-1", "x"))}
    liar.say(
        channel,
        exchange_acts.register_act(liar.id(), exchange_acts.VERSION_ADOPTED, name, codes),
        liar.act("request.extended/2"),
    )


def malformed(liar: Liar) -> None:
    """Seal plaintexts that must not parse."""
    channel = liar.world.channel()
    origin = liar.log(channel).origin
    good = codec.render(origin, liar.act())
    broken = [
        b"", b"\0" * 1024, good[:-1], good + bytes(1024), good.replace(b"act\n", b"receipt\n"),
        good.replace(b'"id"', b'"ID"'), good.replace(b'"items":[', b'"items":{'),
        origin.encode() + b"\nact\n" + b"[" * 900 + b"\n", good.replace(b"urgent", b"\xff" * 6),
        good.replace(b'"times":{}', b'"times":{"a":1e9}'), good.upper(),
    ]  # fmt: skip
    broken += liar.malformed
    for plaintext in liar.chance.sample(broken, min(12, len(broken))):
        liar.put(channel, *liar.sealed(channel, [(liar.chance.choice((1, 1, 2)), plaintext)]))


def deep_json(liar: Liar) -> None:
    """Nest, widen and lengthen what an entry says, as far as it fits."""
    channel = liar.world.channel()
    origin = liar.log(channel).origin
    for body in (
        b"[" * 25_000 + b"]" * 25_000,
        b'{"a":' * 9_000 + b"1" + b"}" * 9_000,
        b"[" + b"0," * 25_000 + b"0]",
        b'{"a":' + b"9" * 50_000 + b"}",
        b'"' + b"\\ud800" * 8_000 + b'"',
    ):
        text = b"%s\nact\n%s\n" % (origin.encode(), body)
        padded = text + bytes(-len(text) % limits.PADDING_BYTES)
        liar.put(channel, *liar.sealed(channel, [(ACT_KIND, padded)]))


def garbage(liar: Liar) -> None:
    """Write what is no entry at all."""
    chance, channel = liar.chance, liar.world.channel()
    text = codec.render(liar.log(channel).origin, liar.act())
    _, good = liar.sealed(channel, [(ACT_KIND, text)])
    lines = good[1:].split(b"\n")
    pieces = [
        b"", b"\x01", b"\x02", b"\x07", b"\x07" + good[1:], bytes((RECEIPT_KIND,)) + good[1:],
        chance.randbytes(limits.ENTRY_BYTES_MAX), good[: len(good) // 2], good[1:],
        good + b"more", good[:1] + b"\n".join([lines[0], *lines[3:]]),
        good[:1] + b"\n".join([lines[0], lines[1], lines[2], *lines[1:]]),
        good[:1] + b"age-encryption.org/v1\n" + b"-> X25519 a\n" * 500 + b"--- \n",
        bytes((ACT_KIND,)) + b"\n" * 60_000,
    ]  # fmt: skip
    liar.put(channel, *chance.sample(pieces, chance.randint(3, len(pieces))))


def junk_stanza(liar: Liar) -> None:
    """Seal acts so that one State cannot open them: for each State, and for itself."""
    channel = liar.world.channel()
    parties = [*liar.world.parties]
    for party in liar.chance.sample(parties, liar.chance.randint(1, len(parties))):
        act = liar.act()
        liar.say(channel, act, wrong=party)
        if liar.chance.random() < 0.3:  # noqa: PLR2004 -- now and then the id is used again
            liar.say(channel, replace(liar.act(), id=act.id, matter=act.matter))


def junk_receipt(liar: Liar) -> None:
    """Sign for what is asked of it in what one State cannot open, and answer for all to read."""
    world, channel, victim = liar.world, liar.world.channel(), liar.victim
    for party in liar.honest:
        node = world.node(party)
        saying = request_acts.Saying(node.act_id(), Office("police"))
        asked = request_acts.Asked("preservation", "urgent", ("one",))
        act = request_acts.submitted(saying, party, (Addressee(liar.party),), asked)
        world.ledger.released(act)
        with suppress(Fault):
            append.append(node, channel, [Candidate(act)])
        with node.store.read() as tx:
            log = logs.own_log(tx, channel)
            root = logs.root_at(tx, log.origin, log.size)
        made = Receipt(log.origin, log.size, root, node.clock.now_ms())
        liar.say(channel, made, wrong=victim)
        about = request_acts.About(act.matter.id, act.id, party)
        said = request_acts.Saying(liar.id(), Office("police"))
        liar.say(channel, request_acts.answered(said, about, ()))


def void_key_entry(liar: Liar) -> None:
    """Write key entries of other secrets, logs, texts and roots, and acts under them."""
    channel = liar.world.channel()
    for lie in liar.chance.sample(KEY_LIES, liar.chance.randint(1, len(KEY_LIES))):
        liar.say(channel, liar.act(), lie=lie)


def unheld_text(liar: Liar) -> None:
    """Name a key text that nobody holds: its own log waits for it, and no other."""
    liar.say(liar.world.channel(), liar.act(), lie="unheld")


def wrong_path(liar: Liar) -> None:
    """Write entries that name another place, another key entry, or none."""
    channel = liar.world.channel()
    origin = liar.log(channel).origin
    text = codec.render(origin, liar.act())
    key, one, two = liar.sealed(channel, [(ACT_KIND, text), (ACT_KIND, text)])
    liar.put(channel, key, two, one)  # each at the place of the other
    liar.put(channel, two, key, one)
    at = liar.log(channel).size
    for index, place in ((at + 1, 0), (at, 0), (0, at), (0, 300)):
        stanza = Stanza(("comity-run", str(index), str(place)), b"")
        header = header_of(bytes(16), [stanza])
        liar.put(channel, bytes((ACT_KIND,)) + header + liar.chance.randbytes(1056))


def same_id(liar: Liar) -> None:
    """Use ids of other States for acts of the same kind and matter, not having read theirs."""
    channel = liar.world.channel()
    with liar.node.store.read() as tx:
        rows = [row for log in tx.logs(channel) for row in tx.acts(log.origin, 0, log.size)]
    theirs = [row.act for row in rows if row.party != liar.party and not row.foreign]
    for act in liar.chance.sample(theirs, min(4, len(theirs))):
        liar.say(channel, act)


def register_lies(liar: Liar) -> None:
    """Say register acts with codes that point nowhere."""
    channel = liar.world.channel()
    origin = liar.log(channel).origin
    tags = [
        (exchange_acts.GENERATION_BEGUN, {"card": "999", "old-origin": origin, "old-size": "1"}),
        (exchange_acts.GENERATION_BEGUN, {"card": "0", "old-size": "-4"}),
        (exchange_acts.GENERATION_BEGUN, {}),
        (exchange_acts.CARD_ENTERED, {"number": "7"}),
        (exchange_acts.CARD_ENTERED, {"number": "1"}),
        (exchange_acts.CARD_ENTERED, {"number": "0"}),
        (exchange_acts.CARD_ENTERED, {}),
        (exchange_acts.REVOCATION_ENTERED, {"number": "3"}),
        (exchange_acts.GENERATION_ACCEPTED, {"origin": origin, "entry": "00"}),
        (exchange_acts.CHANNEL_OPENED, {"channel": "live"}),
        ("arrangement.mirror-admitted/1", {"mirror": "evil"}),
        ("exchange.document-entered/1", {}),
    ]
    for tag, codes in liar.chance.sample(tags, 6):
        liar.say(channel, exchange_acts.register_act(liar.id(), tag, "live", codes))


def register_texts(liar: Liar) -> None:
    """Name documents in register acts whose text is none."""
    channel = liar.world.channel()
    keys: Json = {"channel": "secret", "keys": {"seal": "AA=="}}
    for tag, text in (
        (exchange_acts.CARD_ENTERED, b"comity/card/1\nno card\n"),
        (exchange_acts.CARD_ENTERED, b"\xff" * 100),
        (exchange_acts.REVOCATION_ENTERED, b"comity/revocation/1\n{}\n"),
        (exchange_acts.CHANNEL_OPENED, ijson.render(keys)),
        (exchange_acts.CHANNEL_OPENED, b"{}"),
        (exchange_acts.CHANNEL_OPENED, b"[" * 5_000),
    ):
        sha256 = hashlib.sha256(text).hexdigest()
        with liar.node.store.write() as tx:
            tx.save_bodies({sha256: text})
        named = Document(sha256, len(text), "text/plain", "channel-keys")
        codes = {"number": "2", "channel": "secret"}
        act = exchange_acts.register_act(liar.id(), tag, "live", codes, (named,))
        body = len(text).to_bytes(4) + text
        for party in liar.honest:
            liar.send(party, "/add-bodies", body)
        liar.say(channel, act)


def heap(liar: Liar) -> None:
    """Say very many things about one matter, now and then between receipts."""
    first = liar.act()
    acts = [replace(liar.act(), matter=first.matter) for _ in range(150)]
    liar.say(liar.world.channel(), first, *acts)


def other_matters(liar: Liar) -> None:
    """Speak of matters of others, of rooms that are none, and of the channel itself."""
    channel = liar.world.channel()
    with liar.node.store.read() as tx:
        known = [row.matter for row in tx.matters(count_max=5)]
    acts: list[Act] = [liar.act(matter=matter) for matter in known]
    acts += [liar.act("request.answered/1", matter) for matter in known]
    acts += [liar.act(matter=Matter("channel", "live")), liar.act(matter=Matter("nothing", "x"))]
    acts += [liar.act("request.withdrawn/1"), liar.act(exchange_acts.CARD_ENTERED)]
    liar.say(channel, *acts)


def withhold_bodies(liar: Liar) -> None:
    """Name bodies that never come, that have other sizes, and that are somebody else's."""
    blobs = tuple(
        Blob(
            liar.chance.randbytes(32).hex(),
            liar.chance.randbytes(32),
            liar.chance.choice((0, 100, 70_000, 1 << 40)),
            "text/plain",
            "texts",
            liar.chance.choice((NEEDED, FOLLOWING)),
            "TLP:RED",
        )
        for _ in range(20)
    )
    liar.say(liar.world.channel(), replace(liar.act(), blobs=blobs))
    body = liar.chance.randbytes(500)
    sha256 = hashlib.sha256(body).hexdigest()
    wrong = replace(blobs[0], sha256=sha256, size_bytes=7)
    liar.say(liar.world.channel(), replace(liar.act(), blobs=(wrong,)))
    for party in liar.honest:
        liar.send(party, "/add-bodies", len(body).to_bytes(4) + body)


STRATEGIES = {
    "replay-other-log": replay_other_log,
    "wrong-origin": wrong_origin,
    "id-reuse": id_reuse,
    "unknown-tags": unknown_tags,
    "malformed": malformed,
    "deep-json": deep_json,
    "garbage-entries": garbage,
    "junk-stanza": junk_stanza,
    "junk-receipt": junk_receipt,
    "void-key-entry": void_key_entry,
    "unheld-text": unheld_text,
    "wrong-path": wrong_path,
    "same-id": same_id,
    "register-lies": register_lies,
    "register-texts": register_texts,
    "heap-on-one-matter": heap,
    "other-matters": other_matters,
    "withhold-bodies": withhold_bodies,
}
